"""Years of validity by CIIU, and the last day of it."""

from datetime import date

import pytest

from review_service.domain.errors import InvalidInputError, SettingsError
from review_service.domain.validity import (
    existing_ciiu,
    months_after,
    normalise_ciiu,
    valid_until,
    validity_years,
)

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("ciiu", "years"),
    [
        ("C1071.01.01", 1),
        ("C107101", 1),
        ("c1071 01", 1),
        ("107101", 1),
        ("C10", 1),
        ("C1079", 1),
        ("C1080", 3),
        ("C1080.01", 3),
        ("C108001", 3),
        ("C11", 1),
        ("C110301", 1),
        ("C12", 3),
        ("C1312", 3),
        ("C139209", 3),
        ("C2393", 3),
        ("C3211", 3),
        ("C0911", 3),
        ("S9529", 3),
        ("S952301", 3),
        ("S960201", 3),
        ("C331201", 3),
        ("I551001", 3),
        ("I562100", 1),
        ("I56", 1),
        ("I1011", 3),
    ],
)
def test_food_and_beverages_get_one_year_and_all_else_three(ciiu: str, years: int) -> None:
    assert validity_years(ciiu, TODAY) == years


@pytest.mark.parametrize("ciiu", ["", " ", "C", "C1", "Z1071", "panadería", "C10A", "C1234567890"])
def test_what_is_no_ciiu_code_gets_no_validity(ciiu: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        validity_years(ciiu, TODAY)
    assert caught.value.problems.keys() == {"ciiu"}


def test_both_spellings_of_a_code_become_one() -> None:
    assert normalise_ciiu("C1071.01.01") == normalise_ciiu(" c10710101 ") == "C10710101"


@pytest.mark.parametrize("ciiu", ["C999999", "C34", "C09", "A04", "D34", "B10", "U98", "C1"])
def test_a_division_that_its_section_does_not_have_is_no_activity(ciiu: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        existing_ciiu(ciiu)
    assert caught.value.problems.keys() == {"ciiu"}


@pytest.mark.parametrize("ciiu", ["C10", "C33", "A01", "A03", "D35", "B05", "U99", "c1392.09"])
def test_the_first_and_last_division_of_a_section_exist(ciiu: str) -> None:
    assert existing_ciiu(ciiu) == normalise_ciiu(ciiu)


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        (date(2026, 11, 20), 1, date(2027, 11, 20)),
        (date(2026, 11, 20), 3, date(2029, 11, 20)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2028, 2, 29), 3, date(2031, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 29)),
        (date(2027, 2, 28), 1, date(2028, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 12, 31)),
    ],
)
def test_validity_runs_from_date_to_date(start: date, years: int, end: date) -> None:
    assert valid_until(start, years) == end


def test_a_rule_holds_only_between_its_dates() -> None:
    document = {
        "validity": [
            {"prefix": "", "years": 3, "valid_from": date(2020, 1, 1), "source": "t"},
            {
                "prefix": "C10",
                "years": 1,
                "valid_from": date(2020, 1, 1),
                "valid_to": date(2026, 11, 20),
                "source": "t",
            },
        ]
    }
    assert validity_years("C1071", date(2026, 11, 20), document) == 1
    assert validity_years("C1071", date(2026, 11, 21), document) == 3


def test_a_day_before_every_rule_is_said_loudly() -> None:
    with pytest.raises(SettingsError, match="validity"):
        validity_years("C1071", date(1999, 1, 1))


def test_a_code_that_no_rule_fits_is_said_loudly() -> None:
    document = {
        "validity": [
            {"prefix": "C10", "years": 1, "valid_from": date(2020, 1, 1), "source": "t"},
        ]
    }
    with pytest.raises(SettingsError, match="C1312"):
        validity_years("C1312", TODAY, document)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2023-11-30", 3, "2024-02-29"),
        ("2023-12-15", 1, "2024-01-15"),
        ("2023-12-15", 0, "2023-12-15"),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(
    start: str, months: int, last: str
) -> None:
    assert months_after(date.fromisoformat(start), months) == date.fromisoformat(last)
