"""Days and numbers in digits or spelled out."""

import re
from datetime import date

import pytest

from workers.fields.paper.dates import SPELLED, calendar_day, is_spelled, number_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("07", 7),
        ("2019", 2019),
        ("CERO", 0),
        ("PRIMERO", 1),
        ("TREINTA Y UNO", 31),
        ("TREINTA  Y\nUN", 31),
        ("NOVENTA Y NUEVE", 99),
        ("DOS MIL", 2000),
        ("DOS MIL VEINTITRES", 2023),
        ("DOS  MIL\nNOVENTA Y NUEVE", 2099),
    ],
)
def test_reads_digits_and_words(text: str, number: int) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize("text", ["", "CIENTO", "DOS MIL CIENTO", "TREINTA Y", "12A", "MIL"])
def test_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"number|invalid literal"):
        number_of(text)


def test_tells_words_from_digits() -> None:
    assert is_spelled("DOS MIL DIEZ")
    assert is_spelled("VEINTIUN")
    assert not is_spelled("21")
    assert not is_spelled("2O")


def test_the_pattern_takes_the_longest_number() -> None:
    found = re.match(SPELLED, "TREINTA Y UNO DE MAYO")
    assert found is not None
    assert found[0] == "TREINTA Y UNO"


def test_a_day_that_no_calendar_has_is_none() -> None:
    assert calendar_day(2024, 2, 29) == date(2024, 2, 29)
    assert calendar_day(2023, 2, 29) is None
    assert calendar_day(2023, 13, 1) is None
    assert calendar_day(2023, 0, 1) is None
