"""Months and numbers as papers spell them."""

from workers.fields.paper.spanish_words import MONTHS, NUMBERS


def test_the_twelve_months_and_the_other_spelling_of_september() -> None:
    assert [name for name, number in MONTHS.items() if number in {1, 9, 12}] == [
        "ENERO", "SEPTIEMBRE", "DICIEMBRE", "SETIEMBRE",
    ]  # fmt: skip
    assert set(MONTHS.values()) == set(range(1, 13))


def test_every_number_to_ninety_nine_is_spelled() -> None:
    assert set(NUMBERS.values()) == set(range(100))


def test_numbers_before_a_noun_are_known_too() -> None:
    assert [NUMBERS[name] for name in ("UN", "PRIMER", "VEINTIUN", "TREINTA Y UN")] == [
        1,
        1,
        21,
        31,
    ]


def test_names_have_no_accents_and_are_in_capitals() -> None:
    assert all(name.isascii() and name.isupper() for name in (*MONTHS, *NUMBERS))
