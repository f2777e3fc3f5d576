"""Monthly figures: totals of years, and «sin dato» where nobody published one."""

from datetime import date

import pytest

from review_service.domain.figures import (
    CURRENT,
    DEFINITIONS,
    MonthFigures,
    by_year,
    told_number,
    told_until,
    typed_number,
)
from review_service.domain.months import Month


def figures(year: int, month: int, complaints: int | None, attentions: int | None) -> MonthFigures:
    return MonthFigures(month=Month(year, month), complaints=complaints, attentions=attentions)


def test_a_year_adds_up_what_is_known_and_is_unknown_without_it() -> None:
    years = by_year(
        [
            figures(2024, 2, None, None),
            figures(2023, 12, None, 4),
            figures(2023, 11, 2, 3),
            figures(2022, 1, 0, 0),
        ]
    )
    assert [(each.year, each.complaints, each.attentions) for each in years] == [
        (2024, None, None),
        (2023, 2, 7),
        (2022, 0, 0),
    ]
    assert [each.is_known for each in years] == [False, True, True]


def test_no_number_is_never_a_zero() -> None:
    assert told_number(None) == "sin dato"
    assert told_number(0) == "0"
    assert told_number(35444) == "35.444"


def test_every_definition_says_what_both_numbers_count() -> None:
    assert CURRENT in DEFINITIONS
    for definition in DEFINITIONS.values():
        assert definition.complaints.endswith(".")
        assert definition.attentions.endswith(".")


@pytest.mark.parametrize(
    ("today", "to"),
    [
        # November 2026 begins on a Sunday, which is no working day.
        (date(2026, 11, 1), None),
        (date(2026, 11, 8), None),
        (date(2026, 11, 9), date(2026, 11, 8)),
        (date(2026, 11, 15), date(2026, 11, 8)),
        (date(2026, 11, 16), date(2026, 11, 15)),
        (date(2026, 11, 30), date(2026, 11, 29)),
        # Once it is over all of it is told.
        (date(2026, 12, 1), date(2026, 11, 30)),
        (date(2027, 3, 1), date(2026, 11, 30)),
    ],
)
def test_of_a_month_that_runs_whole_weeks_are_told(today: date, to: date | None) -> None:
    assert told_until(Month(2026, 11), today) == to


def test_a_month_that_begins_on_a_monday_is_told_from_its_first_week_on() -> None:
    assert told_until(Month(2026, 6), date(2026, 6, 7)) is None
    assert told_until(Month(2026, 6), date(2026, 6, 8)) == date(2026, 6, 7)


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), (" 1890 ", 1890), ("1.890", 1890), ("1.234.567", 1_234_567)]
)
def test_a_number_is_typed_with_points_or_without(text: str, number: int) -> None:
    assert typed_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1.5", "12.34", "²", "٣", "1e3", "9" * 40])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- whatever it says
        typed_number(text)
