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
    2017: "01-02 02-27 02-28 04-14 05-01 05-26 08-11 10-09 11-02 11-03 12-25",
    2018: "01-01 02-12 02-13 03-30 04-30 05-25 08-10 10-08 11-01 11-02 12-25",
    2019: "01-01 03-04 03-05 04-19 05-03 05-24 08-09 10-11 11-01 11-04 12-25",
    2020: "01-01 02-24 02-25 04-10 05-01 05-25 08-10 10-09 11-02 11-03 12-25",
    2021: "01-01 02-15 02-16 04-02 04-30 05-24 08-09 10-08 11-01 11-02 12-24 12-31",
    2022: "02-28 03-01 04-15 05-02 05-23 08-12 10-10 11-03 11-04 12-26",
    2023: "01-02 02-20 02-21 04-07 05-01 05-26 08-11 10-09 11-02 11-03 12-25",
    2024: "01-01 02-12 02-13 03-29 05-03 05-24 08-09 10-11 11-01 11-04 12-25",
    2025: "01-01 03-03 03-04 04-18 05-02 05-23 08-11 10-10 11-03 11-04 12-25",
    2026: "01-01 02-16 02-17 04-03 05-01 05-25 08-10 10-09 11-02 11-03 12-25",
    2027: "01-01 02-08 02-09 03-26 04-30 05-24 08-09 10-08 11-01 11-02 12-24 12-31",
    2028: "02-28 02-29 04-14 05-01 05-26 08-11 10-09 11-02 11-03 12-25",
    2029: "01-01 02-12 02-13 03-30 04-30 05-25 08-10 10-08 11-01 11-02 12-25",
    2030: "01-01 03-04 03-05 04-19 05-03 05-24 08-09 10-11 11-01 11-04 12-25",
    2031: "01-01 02-24 02-25 04-11 05-02 05-23 08-11 10-10 11-03 11-04 12-25",
    2032: "01-01 02-09 02-10 03-26 04-30 05-24 08-09 10-08 11-01 11-02 12-24 12-31",
    2033: "02-28 03-01 04-15 05-02 05-23 08-12 10-10 11-03 11-04 12-26",
    2034: "01-02 02-20 02-21 04-07 05-01 05-26 08-11 10-09 11-02 11-03 12-25",
    2035: "01-01 02-05 02-06 03-23 04-30 05-25 08-10 10-08 11-01 11-02 12-25",
    2036: "01-01 02-25 02-26 04-11 05-02 05-23 08-11 10-10 11-03 11-04 12-25",
}
"""Working days that rest, the moved ones on the day they were moved to.

Rule: Ley reformatoria a la LOSEP y al Código del Trabajo (R.O. S. 906, 20 December 2016), applied
to each year's calendar by a program of its own, not by the library that the service uses. Its text
was not at hand; the press tells it whole, with the pairs (notimundo.com.ec, ?p=66777, 2016).
Calendars that were told, all secondary:
2017 elyex.com «Calendario de Feriados Ecuador – Ministerio de Turismo»;
2018 elcomercio.com «feriados-ecuador-descanso-finados-navidad» (Thursday 1 and Friday 2 November);
2019 elcomercio.com «feriado-carnaval-recuperable-descanso-ecuador»;
2021 saetatvesmeraldas.com, 14 October 2021 (1 and 2 November), and quenoticias.com;
2022 latacungainformativa.com and quenoticias.com (3 and 4 November, 26 December);
2023 quenoticias.com «feriado-noviembre-2023» (November and Christmas only);
2024 elyex.com «Calendario de feriados ya está definido»; 2025 confirmado.net (November only).
2020, the rest of 2021 to 2023 and 2025, and 2026 onwards: the rule alone. The calendar of 2026 to
2030 of the vice-ministry of tourism (1 September 2025) is known to exist, and was not read. Days
decreed for one year, such as 31 December 2018, are no part of the law: operators add them.
"""
NOVEMBER = {
    "lunes y martes": (2026, "11-02 11-03"),
    "martes y miércoles": (2032, "11-01 11-02"),
    "miércoles y jueves": (2033, "11-03 11-04"),
    "jueves y viernes": (2034, "11-02 11-03"),
    "viernes y sábado": (2029, "11-01 11-02"),
    "sábado y domingo": (2030, "11-01 11-04"),
    "domingo y lunes": (2031, "11-03 11-04"),
}
"""How 2 and 3 November rest, by the weekdays on which they fall."""


@pytest.mark.parametrize("weekdays", NOVEMBER)
def test_the_two_november_holidays_move_as_a_pair(weekdays: str) -> None:
    year, days = NOVEMBER[weekdays]
    november = sorted(day for day in national_holidays(year) if day.month == 11)
    assert [f"{day:%m-%d}" for day in november] == days.split()


def test_before_the_law_november_was_not_moved() -> None:
    assert {date(2016, 11, 2), date(2016, 11, 3)} <= national_holidays(2016)


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
        ("2027-11-03", "2027-11-01"),
        ("2032-11-03", "2032-11-01"),
        ("2022-11-02", "2022-11-04"),
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


def test_years_are_counted_as_day_by_day() -> None:
    rng = random.Random(159)  # noqa: S311 -- repeatable, guards nothing
    for _ in range(100):
        start = date(2015, 1, 1) + timedelta(days=rng.randrange(3000))
        length = rng.randrange(2500)
        decreed = {start + timedelta(days=rng.randrange(2600)) for _ in range(9)}
        days = (start + timedelta(days=count) for count in range(1, length + 1))
        counted = sum(is_business_day(day, decreed=decreed) for day in days)
        end = start + timedelta(days=length)
        assert business_days_between(start, end, decreed=decreed) == counted


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
