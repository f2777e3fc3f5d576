"""How long each kind of data is kept, and that no unconfirmed term deletes what people sent."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import SettingsError
from review_service.domain.payroll_terms import Hold, RetainedCase
from review_service.domain.retention import (
    OWN_DAYS,
    RULED,
    RetentionKind,
    files_of,
    payroll_files,
    term,
    terms,
)

TODAY = date(2026, 11, 28)
CONFIRMED = {"norm": "Plan de conservación", "who": "Archivo", "day": date(2026, 1, 1)}
PHOTOS = files_of(RetentionKind.PHOTOS)


def rules(**changed: object) -> dict[str, Any]:
    """Return the packaged rules with all terms confirmed, and the first one changed."""
    document = deepcopy(dict(read_rulebook(None)))
    for entry in document["retention"]:
        entry["confirmed_by"] = CONFIRMED
    document["retention"][0].update(changed)
    return document


def ended(days: int) -> RetainedCase:
    return RetainedCase(ended_on=TODAY - timedelta(days=days))


def test_every_kind_has_one_term() -> None:
    assert {*RULED, *OWN_DAYS, RetentionKind.PAYROLLS} == set(RetentionKind)
    assert not set(RULED) & set(OWN_DAYS)
    assert [each.kind for each in terms(read_rulebook(None), on=TODAY)] == list(RULED)


def test_an_unconfirmed_term_deletes_nothing() -> None:
    packaged = read_rulebook(None)
    assert PHOTOS(ended(9999), packaged, TODAY).hold is Hold.UNCONFIRMED
    assert not any(each.rule.is_confirmed(TODAY) for each in terms(packaged, on=TODAY))


def test_a_term_confirmed_later_counts_from_that_day() -> None:
    early = date(2025, 12, 31)
    case = RetainedCase(ended_on=date(2020, 1, 1))
    assert PHOTOS(case, rules(), early).hold is Hold.UNCONFIRMED
    assert PHOTOS(case, rules(), date(2026, 1, 1)).is_due(date(2026, 1, 1))


def test_photos_go_when_their_days_are_over() -> None:
    assert not PHOTOS(ended(364), rules(), TODAY).is_due(TODAY)
    assert PHOTOS(ended(365), rules(), TODAY).is_due(TODAY)


@pytest.mark.parametrize(
    ("case", "hold"),
    [
        (RetainedCase(ended_on=None), Hold.OPEN),
        (replace(ended(9999), waits_for_notice=True), Hold.NOTICE),
        (replace(ended(9999), is_held=True), Hold.LEGAL),
        (replace(ended(9999), is_controlled=True), Hold.LATER_CONTROL),
        (replace(ended(9999), has_open_letter=True), Hold.LETTER),
    ],
)
def test_what_holds_them(case: RetainedCase, hold: Hold) -> None:
    assert PHOTOS(case, rules(), TODAY).hold is hold
    assert not PHOTOS(case, rules(), TODAY).is_due(TODAY)


def test_a_legal_hold_keeps_a_payroll_too() -> None:
    assert payroll_files(replace(ended(9999), is_held=True), rules(), TODAY).hold is Hold.LEGAL
    left = RetainedCase(ended_on=None, left_on=TODAY - timedelta(days=9999))
    assert payroll_files(replace(left, is_held=True), rules(), TODAY).hold is Hold.LEGAL
    assert payroll_files(replace(left, has_open_letter=True), rules(), TODAY).hold is Hold.LETTER


def test_days_count_from_the_answer_to_an_appeal() -> None:
    case = replace(ended(9999), appeal_answered_on=TODAY - timedelta(days=364))
    assert not PHOTOS(case, rules(), TODAY).is_due(TODAY)
    assert PHOTOS(case, rules(), TODAY).since == "de la respuesta a la apelación"
    assert PHOTOS(case, rules(), TODAY + timedelta(days=1)).is_due(TODAY + timedelta(days=1))


def test_the_term_of_the_day_of_the_end_counts() -> None:
    document = rules(valid_to=date(2026, 6, 30))
    document["retention"].append(
        {**document["retention"][0], "days": 40, "valid_from": date(2026, 7, 1), "valid_to": None}
    )
    for since, days in ((date(2026, 6, 30), 365), (date(2026, 7, 1), 40), (date(2000, 1, 1), 40)):
        assert term(document, RetentionKind.DRAFTS, since=since, today=TODAY).days == days


@pytest.mark.parametrize(
    "changed",
    [{"days": -1}, {"days": "365"}, {"days": 99999}, {"notice_days": 366}, {"kind": "photos"}],
)
def test_a_term_that_cannot_be_kept_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        terms(rules(**changed), on=TODAY)
