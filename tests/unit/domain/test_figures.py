"""Monthly figures: totals of years, and «sin dato» where nobody published one."""

from review_service.domain.figures import (
    CURRENT,
    DEFINITIONS,
    MonthFigures,
    by_year,
    told_number,
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
