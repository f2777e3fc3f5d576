"""More days to correct: where they count from."""

from datetime import date

import pytest

from review_service.domain.correction_loop import (
    MOST_EXTENSION_DAYS,
    ContactChannel,
    ContactResult,
    Obstacle,
    extended,
)
from review_service.domain.terms import CORRECTION_DAYS, business_days_between

LAST = date(2026, 11, 20)


def test_half_of_the_term_is_the_most() -> None:
    assert MOST_EXTENSION_DAYS * 2 == CORRECTION_DAYS


@pytest.mark.parametrize(
    ("today", "begins"),
    [(date(2026, 11, 16), LAST), (LAST, LAST), (date(2026, 11, 24), date(2026, 11, 24))],
    ids=["before", "on-the-last-day", "answered-late"],
)
def test_they_count_from_the_last_day_or_from_a_late_answer(today: date, begins: date) -> None:
    until = extended(LAST, 5, today=today)
    assert business_days_between(begins, until) == 5


def test_a_decreed_day_does_not_count() -> None:
    rest = date(2026, 11, 23)
    assert extended(LAST, 1, today=LAST) == rest
    assert extended(LAST, 1, today=LAST, decreed={rest}) == date(2026, 11, 24)


@pytest.mark.parametrize("kind", [ContactChannel, ContactResult])
def test_each_has_words(kind: type[ContactChannel] | type[ContactResult]) -> None:
    assert len({each.label for each in kind}) == len(kind)


def test_each_obstacle_says_what_to_do() -> None:
    assert len({each.sentence for each in Obstacle}) == len(Obstacle)
