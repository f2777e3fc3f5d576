"""One table says who hears of which finding and when; code and docs hold to it."""

from pathlib import Path

import pytest

from review_service.domain.finding_audiences import (
    HEARINGS,
    HOW_TAKEN,
    Moment,
    Why,
    gravity_for_officers,
    is_heard_beside_the_file,
)
from review_service.domain.finding_codes import FindingCode
from review_service.domain.finding_words import words_for_applicants, words_for_officers
from review_service.domain.findings import Severity

PAGE = Path(__file__).parents[3] / "docs" / "findings.md"


def test_every_code_has_its_row_and_its_line_on_the_page() -> None:
    assert list(HEARINGS) == list(FindingCode)
    lines = PAGE.read_text("utf-8").partition("## Findings\n")[2].splitlines()[2:]
    assert lines == [
        f"| `{code.value}` | {words_for_officers(code)} | {hearing.moment.value} "
        f"| {hearing.why.value if hearing.why else ''} |"
        for code, hearing in HEARINGS.items()
    ]


@pytest.mark.parametrize("code", list(FindingCode))
def test_what_is_kept_from_applicants_has_a_reason_and_no_words_for_them(code: FindingCode) -> None:
    hearing = HEARINGS[code]
    assert (hearing.why is not None) is (hearing.moment is Moment.NEVER)
    assert bool(words_for_applicants(code)) is (hearing.moment is Moment.WITH_THE_FILE)
    assert is_heard_beside_the_file(code) is (hearing.moment is Moment.WITH_THE_FILE)


def test_a_code_of_an_older_version_is_heard() -> None:
    assert is_heard_beside_the_file("poem")


def test_what_helps_a_forger_and_what_is_another_persons_is_never_told() -> None:
    for code, hearing in HEARINGS.items():
        if code.startswith(("prior_agreement_", "bytes_")):
            assert hearing.why is Why.REHEARSAL, code
        if "other_applicant" in code:
            assert hearing.why is Why.OTHERS, code


def test_the_applicants_own_sheet_and_photos_are_told_before_sending() -> None:
    for code, hearing in HEARINGS.items():
        if code.startswith(("sheet_", "theme_")) or "earlier_application" in code:
            assert hearing.moment is Moment.BEFORE_SENDING, code


@pytest.mark.parametrize("word", [*Moment, *Why])
def test_the_page_explains_every_word(word: str) -> None:
    assert f"| {word} | " in PAGE.read_text("utf-8")


@pytest.mark.parametrize("code", list(FindingCode))
def test_how_a_photo_was_taken_is_never_an_alert_to_officers_and_all_else_is_as_grave_as_found(
    code: FindingCode,
) -> None:
    is_taken = code in HOW_TAKEN
    assert gravity_for_officers(code, Severity.BAD) is (
        Severity.DOUBT if is_taken else Severity.BAD
    )
    for severity in (Severity.NOTE, Severity.DOUBT):
        assert gravity_for_officers(code, severity) is severity


def test_what_the_camera_did_not_do_stays_an_alert() -> None:
    """A copy, a file cut off and a blank page are no question of light or focus."""
    for code in ("photo_of_other_applicant", "photo_cut", "page_blank", "support_of_other", "poem"):
        assert gravity_for_officers(code, Severity.BAD) is Severity.BAD
