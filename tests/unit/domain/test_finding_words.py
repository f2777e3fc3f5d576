"""Every finding has words for whoever reads of it."""

import re

import pytest

from review_service.domain.finding_codes import FindingCode
from review_service.domain.finding_words import (
    kind_for_officers,
    words_for_applicants,
    words_for_officers,
)

SPANISH = re.compile(r"[a-záéíóúñA-ZÁÉÍÓÚÑ0-9 «»,]+")
FOR_OFFICERS_ONLY = ("sheet_", "prior_agreement_", "theme_", "bytes_", "ruc_")
OFFICERS = frozenset(
    {
        FindingCode.PAGE_COUNTS_DIFFER,
        FindingCode.PAGE_ENORMOUS,
        FindingCode.PDF_REPAIRED,
        FindingCode.OWNER_LOCKED,
        FindingCode.EVIDENCE_NOT_ASSEMBLED,
        FindingCode.PHOTOS_NOT_COMPARED,
        FindingCode.PHOTO_DECLARED,
        FindingCode.PHOTO_DECLARED_GENERATED,
        FindingCode.PHOTO_OF_OTHER_APPLICANT,
        FindingCode.PHOTO_LIKE_OTHER_APPLICANT,
        FindingCode.PHOTO_OF_LATER_APPLICANT,
        FindingCode.PHOTO_LIKE_LATER_APPLICANT,
        FindingCode.PHOTO_OF_SHARED_WORKSHOP,
        FindingCode.PHOTO_LIKE_SHARED_WORKSHOP,
        FindingCode.PHOTO_OF_EARLIER_APPLICATION,
        FindingCode.PHOTO_LIKE_EARLIER_APPLICATION,
        FindingCode.SUPPORT_STATUS_UNREAD,
        FindingCode.SUPPORT_OF_OTHER,
        FindingCode.SUPPORT_RUC_UNREAD,
        FindingCode.SUPPORT_EXPIRED,
        FindingCode.SUPPORT_EXPIRES_SOON,
        FindingCode.SUPPORT_FROM_FUTURE,
        FindingCode.SUPPORT_UNDATED,
        FindingCode.SUPPORT_HOLDER_DIFFERS,
        FindingCode.SUPPORT_HOLDER_UNREAD,
        FindingCode.SUPPORT_TOO_OLD,
        FindingCode.SUPPORT_INCONSISTENT,
        FindingCode.SUPPORT_WORKERS_UNREAD,
        FindingCode.SUPPORT_WORKERS_DIFFER,
        FindingCode.SUPPORT_NOT_EMPLOYER,
        FindingCode.SUPPORT_REVISED,
        FindingCode.SUPPORT_LAID_OVER,
        FindingCode.SUPPORT_FONT_DIFFERS,
        FindingCode.SUPPORT_COVERED,
        FindingCode.SUPPORT_TEXT_DIFFERS,
        FindingCode.SUPPORT_PATCHED,
        FindingCode.SUPPORT_ISSUER_UNREAD,
        FindingCode.SUPPORT_NOT_HELD,
        FindingCode.SUPPORT_SOURCE_SILENT,
        FindingCode.SUPPORT_NAMES_HOLDER,
        FindingCode.SUPPORT_NAME_NOT_FOUND,
    }
)
"""Found without advice: the applicant never sees them."""


def is_for_officers(code: FindingCode) -> bool:
    return code in OFFICERS or code.startswith(FOR_OFFICERS_ONLY)


@pytest.mark.parametrize("code", list(FindingCode))
def test_officers_read_a_few_spanish_words_for_each_code(code: FindingCode) -> None:
    for times in (1, 3):
        words = words_for_officers(code, times)
        assert SPANISH.fullmatch(words), words
        assert len(words) <= 44
    assert "{" not in words_for_officers(code, 12)


@pytest.mark.parametrize("code", list(FindingCode))
def test_applicants_read_words_for_what_they_may_see_and_only_for_that(code: FindingCode) -> None:
    words = words_for_applicants(code)
    assert bool(words) is not is_for_officers(code)
    assert not words or (SPANISH.fullmatch(words) and words[0].isupper() and len(words) <= 24)


def test_what_was_found_several_times_is_counted() -> None:
    assert words_for_officers("photo_dark") == "1 foto oscura"
    assert words_for_officers("photo_dark", 12) == "12 fotos oscuras"
    assert words_for_officers("text_missing", 12) == "casi sin texto"


def test_a_code_of_no_table_has_no_words() -> None:
    assert words_for_officers("poem") == ""
    assert words_for_applicants("poem") == ""


@pytest.mark.parametrize("code", FindingCode)
def test_a_kind_of_finding_is_named_without_a_number(code: FindingCode) -> None:
    words = kind_for_officers(code)
    assert words[0].isupper() or not words[0].isalpha()
    assert "{" not in words
    assert words == words.strip()


def test_an_unknown_kind_has_no_words() -> None:
    assert kind_for_officers("of_a_newer_version") == ""
