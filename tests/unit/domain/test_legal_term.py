"""The legal term: thirty business days after receipt, resting while a person corrects."""

import random
from datetime import date, timedelta

import pytest

from review_service.domain.legal_term import (
    LEGAL_DAYS,
    LONGEST_REST_DAYS,
    LegalTerm,
    Rest,
    legal_term,
    oldest_alarming,
)
from review_service.domain.terms import add_business_days, is_business_day

FIRST = date(2024, 3, 1)
MONDAY = date(2026, 6, 1)
"""June has no holidays; of July none rests either."""


def _on(day: date, *rests: Rest) -> LegalTerm:
    return legal_term(MONDAY, rests, today=day)


def test_thirty_business_days_after_the_day_of_receipt() -> None:
    term = _on(MONDAY)
    assert term.last_day == date(2026, 7, 13)
    assert (term.days_left, term.is_near, term.is_over) == (LEGAL_DAYS, False, False)


@pytest.mark.parametrize(
    ("today", "left", "told"),
    [
        (date(2026, 6, 26), 11, set()),
        (date(2026, 6, 29), 10, {"near"}),
        (date(2026, 7, 3), 6, {"near"}),
        (date(2026, 7, 6), 5, {"near", "alarming"}),
        (date(2026, 7, 13), 0, {"near", "alarming"}),
        (date(2026, 7, 14), -1, {"near", "alarming", "over"}),
        (date(2026, 7, 20), -5, {"near", "alarming", "over"}),
    ],
)
def test_what_is_left_of_it(today: date, left: int, told: set[str]) -> None:
    term = _on(today)
    assert term.days_left == left
    marks = {"near": term.is_near, "alarming": term.is_alarming, "over": term.is_over}
    assert {name for name, is_so in marks.items() if is_so} == told


def test_a_last_day_on_friday_is_over_on_saturday() -> None:
    friday = legal_term(date(2026, 5, 29), (), today=date(2026, 5, 29)).last_day
    while friday.weekday() != 4:
        friday += timedelta(days=1)
    received = friday
    while legal_term(received, (), today=friday).last_day != friday:
        received -= timedelta(days=1)
    assert legal_term(received, (), today=friday).days_left == 0
    assert legal_term(received, (), today=friday + timedelta(days=1)).is_over


def test_days_between_a_request_and_its_answer_do_not_count() -> None:
    rest = Rest(notified_on=date(2026, 6, 3), answered_on=date(2026, 6, 8))
    assert _on(MONDAY, rest).last_day == add_business_days(date(2026, 7, 13), 3)


def test_an_answer_on_the_day_of_the_request_lets_every_day_count() -> None:
    rest = Rest(notified_on=date(2026, 6, 3), answered_on=date(2026, 6, 3))
    assert _on(MONDAY, rest).last_day == date(2026, 7, 13)


def test_it_rests_ten_days_and_no_more() -> None:
    late = Rest(notified_on=date(2026, 6, 3), answered_on=date(2026, 7, 30))
    term = _on(MONDAY, late)
    assert term.rested_until == (date(2026, 6, 17),)
    assert term.last_day == add_business_days(date(2026, 7, 13), LONGEST_REST_DAYS)


def test_while_nobody_answers_it_rests_ten_days_and_then_goes_on() -> None:
    asked = Rest(notified_on=date(2026, 6, 3))
    assert not _on(date(2026, 6, 3), asked).is_resting
    assert _on(date(2026, 6, 4), asked).is_resting
    assert _on(date(2026, 6, 17), asked).is_resting
    assert not _on(date(2026, 6, 18), asked).is_resting
    assert _on(MONDAY, asked).last_day == add_business_days(date(2026, 7, 13), LONGEST_REST_DAYS)


def test_decreed_days_do_not_count() -> None:
    decreed = frozenset({date(2026, 6, 2), date(2026, 6, 9)})
    assert legal_term(MONDAY, (), today=MONDAY, decreed=decreed).last_day == date(2026, 7, 15)


def test_rests_only_make_it_longer_and_never_by_more_than_ten_days_each() -> None:
    drawn = random.Random(207)  # noqa: S311 -- no secret
    for _ in range(200):
        received = FIRST + timedelta(days=drawn.randrange(1200))
        rests, day = [], received
        for _ in range(drawn.randrange(4)):
            asked = day + timedelta(days=drawn.randrange(30))
            day = asked + timedelta(days=drawn.randrange(40))
            rests.append(Rest(notified_on=asked, answered_on=day))
        without = legal_term(received, (), today=received).last_day
        last = legal_term(received, rests, today=received).last_day
        assert without <= last <= add_business_days(without, LONGEST_REST_DAYS * len(rests))
        assert is_business_day(last)


def test_what_was_received_after_the_oldest_alarming_day_is_not_alarming() -> None:
    for n in range(400):
        today = FIRST + timedelta(days=n)
        day = oldest_alarming(today)
        assert not legal_term(day + timedelta(days=1), (), today=today).is_alarming
        if is_business_day(today):
            assert legal_term(day, (), today=today).is_alarming
