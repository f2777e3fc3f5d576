"""Business days in Ecuador: moved holidays, weekends, the turn of the year, decreed days."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from review_service.domain.terms import (
    add_business_days,
    business_days_between,
    ecuador_day,
    end_of_day,
    is_business_day,
    national_holidays,
    review_due,
)

HOLIDAYS = {
    2023: "01-02 02-20 02-21 04-07 05-01 05-26 08-11 10-09 11-02 11-03 12-25",
    2024: "01-01 02-12 02-13 03-29 05-03 05-24 08-09 10-11 11-01 11-04 12-25",
    2025: "01-01 03-03 03-04 04-18 05-02 05-23 08-11 10-10 11-03 11-04 12-25",
    2026: "01-01 02-16 02-17 04-03 05-01 05-25 08-10 10-09 11-02 11-03 12-25",
    2027: "01-01 02-08 02-09 03-26 04-30 05-24 08-09 10-08 11-01 11-03 12-24 12-31",
}
"""As they rest, the moved ones on the day they were moved to. Source: Ley reformatoria (2016) of
the public service's holidays, applied by hand to each year's calendar."""


@pytest.mark.parametrize("year", sorted(HOLIDAYS))
def test_terms_rest_on_the_days_that_are_observed(year: int) -> None:
    expected = {date.fromisoformat(f"{year}-{day}") for day in HOLIDAYS[year].split()}
    resting = {day for day in national_holidays(year) if day.weekday() < 5}
    assert resting == expected


@pytest.mark.parametrize(
    ("moved_from", "to"),
    [
        ("2022-08-10", "2022-08-12"),
        ("2023-05-24", "2023-05-26"),
        ("2024-10-09", "2024-10-11"),
        ("2025-05-01", "2025-05-02"),
        ("2027-08-10", "2027-08-09"),
        ("2027-11-02", "2027-11-01"),
    ],
)
def test_a_moved_holiday_is_worked_on_its_own_day(moved_from: str, to: str) -> None:
    assert is_business_day(date.fromisoformat(moved_from))
    assert not is_business_day(date.fromisoformat(to))


def test_new_year_rests_also_when_the_next_one_is_moved_into_the_same_year() -> None:
    assert not is_business_day(date(2027, 1, 1))
    assert not is_business_day(date(2027, 12, 31))
    assert not is_business_day(date(2021, 1, 1))
    assert not is_business_day(date(2021, 12, 31))


def test_two_holidays_side_by_side_both_rest() -> None:
    assert [day for day in range(1, 7) if not is_business_day(date(2025, 11, day))] == [1, 2, 3, 4]


def test_saturdays_and_sundays_are_no_business_days() -> None:
    assert is_business_day(date(2026, 11, 20))
    assert not is_business_day(date(2026, 11, 21))
    assert not is_business_day(date(2026, 11, 22))
    assert is_business_day(date(2026, 11, 23))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-11-20", 0, "2026-11-20"),
        ("2026-11-20", 1, "2026-11-23"),  # Friday to Monday
        ("2026-11-21", 1, "2026-11-23"),  # from a Saturday
        ("2026-11-19", 1, "2026-11-20"),
        ("2026-10-30", 1, "2026-11-04"),  # weekend, then Difuntos and Cuenca
        ("2026-12-24", 1, "2026-12-28"),  # Christmas, then the weekend
        ("2026-12-30", 3, "2027-01-05"),  # the turn of the year
        ("2026-12-31", 1, "2027-01-04"),
        ("2026-11-20", 10, "2026-12-04"),
        ("2026-11-20", 30, "2027-01-05"),
    ],
)
def test_a_term_counts_from_the_next_business_day(start: str, days: int, end: str) -> None:
    assert add_business_days(date.fromisoformat(start), days) == date.fromisoformat(end)


def test_a_decreed_day_makes_the_term_longer_and_only_then() -> None:
    monday = date(2026, 11, 23)
    assert add_business_days(date(2026, 11, 20), 1, decreed={monday}) == date(2026, 11, 24)
    assert add_business_days(date(2026, 11, 23), 1, decreed={monday}) == date(2026, 11, 24)


def test_counting_undoes_adding() -> None:
    rng = random.Random(158)  # noqa: S311 -- repeatable, guards nothing
    for _ in range(200):
        start = date(2022, 1, 1) + timedelta(days=rng.randrange(2000))
        days = rng.randrange(40)
        decreed = {start + timedelta(days=rng.randrange(60)) for _ in range(2)}
        end = add_business_days(start, days, decreed=decreed)
        assert business_days_between(start, end, decreed=decreed) == days
        assert business_days_between(end, start, decreed=decreed) == -days
        assert days == 0 or is_business_day(end, decreed=decreed)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 20, 4, 59, 59, tzinfo=UTC), date(2026, 11, 19)),
        (datetime(2026, 11, 20, 5, 0, 0, tzinfo=UTC), date(2026, 11, 20)),
    ],
)
def test_the_day_turns_at_midnight_of_ecuador(moment: datetime, day: date) -> None:
    assert ecuador_day(moment) == day


def test_the_last_second_of_a_day_is_still_that_day() -> None:
    last = end_of_day(date(2026, 11, 20))
    assert last == datetime(2026, 11, 21, 4, 59, 59, tzinfo=UTC)
    assert ecuador_day(last) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # Friday noon: Monday, Tuesday, Wednesday at 17h00
        ("2026-11-20T17:00:00+00:00", "2026-11-25T22:00:00+00:00"),
        # still Thursday in Ecuador
        ("2026-11-20T04:30:00+00:00", "2026-11-24T22:00:00+00:00"),
        # over Christmas and the weekend
        ("2026-12-24T15:00:00+00:00", "2026-12-30T22:00:00+00:00"),
        ("2026-12-30T15:00:00+00:00", "2027-01-05T22:00:00+00:00"),
    ],
)
def test_the_answer_is_due_at_the_close_of_the_third_business_day(received: str, due: str) -> None:
    assert review_due(datetime.fromisoformat(received)) == datetime.fromisoformat(due)
