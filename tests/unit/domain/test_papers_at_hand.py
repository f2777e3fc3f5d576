"""What people are told to have at hand is what the rules ask for."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.documents import SupportKind
from review_service.domain.errors import SettingsError
from review_service.domain.papers_at_hand import CONDITIONS, WORDS, papers_at_hand
from review_service.domain.rule_words import ASKED_OF
from review_service.domain.tracks import ARTISAN, EMPRENDEDOR, MIPYME

TODAY = date(2026, 11, 29)


def rules() -> dict[str, Any]:
    return deepcopy(dict(read_rulebook(None)))


def told(document: dict[str, Any], track: str) -> list[tuple[SupportKind, str]]:
    return [(each.kind, each.condition) for each in papers_at_hand(document, track, on=TODAY)]


def test_the_list_of_each_track() -> None:
    assert told(rules(), EMPRENDEDOR.key) == [
        (SupportKind.EMPLOYER_CERTIFICATE, ""),
        (SupportKind.TAX_CERTIFICATE, ""),
        (SupportKind.DEED, "Solo si es una empresa."),
        (SupportKind.PAYROLL, "Solo si emplea a alguien."),
    ]
    assert told(rules(), ARTISAN.key) == [
        (SupportKind.APPOINTMENT, "Solo si pide por una organización de artesanos.")
    ]
    assert told(rules(), MIPYME.key) == []


def test_what_another_institution_tells_and_what_is_asked_no_more_is_not_brought() -> None:
    document = rules()
    for entry in document["required_papers"]:
        if entry["kind"] == "tax_certificate":
            entry["comes_from"] = "looked_up"
        if entry["kind"] == "employer_certificate":
            entry["comes_from"] = "either"
        if entry["kind"] == "deed":
            entry["valid_to"] = date(2026, 1, 1)
        if entry["kind"] == "payroll":
            entry["asked_of"] = "all"
    assert told(document, EMPRENDEDOR.key) == [
        (SupportKind.EMPLOYER_CERTIFICATE, ""),
        (SupportKind.PAYROLL, ""),
    ]


def test_each_paper_and_each_condition_has_words() -> None:
    assert set(WORDS) == set(SupportKind)
    assert set(CONDITIONS) == set(ASKED_OF)


def test_a_condition_that_nobody_knows_is_refused() -> None:
    document = rules()
    document["required_papers"][0]["asked_of"] = "poets"
    with pytest.raises(SettingsError, match="poets"):
        papers_at_hand(document, EMPRENDEDOR.key, on=TODAY)
