"""Amounts in dollars as people type them, and as the service prints them."""

import pytest

from review_service.domain.errors import InvalidInputError
from review_service.domain.money import MAX_CENTS, read_usd, usd

MOST = "999.999.999.999,99"


def refused(text: str) -> str:
    with pytest.raises(InvalidInputError) as caught:
        read_usd(text, field="sales")
    assert caught.value.problems.keys() == {"sales"}
    return caught.value.problems["sales"]


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("0", 0),
        ("00", 0),
        ("0,00", 0),
        ("0.5", 50),
        ("0,05", 5),
        ("7", 700),
        ("85000", 8_500_000),
        ("085000", 8_500_000),
        ("85.000", 8_500_000),
        ("85,000", 8_500_000),
        ("85 000", 8_500_000),
        ("85\N{NO-BREAK SPACE}000", 8_500_000),
        ("85\N{NARROW NO-BREAK SPACE}000", 8_500_000),
        ("85\N{THIN SPACE}000", 8_500_000),
        ("85'000", 8_500_000),
        ("85\N{RIGHT SINGLE QUOTATION MARK}000", 8_500_000),
        ("85\N{ACUTE ACCENT}000", 8_500_000),
        ("85.000,50", 8_500_050),
        ("85,000.50", 8_500_050),
        ("85 000,50", 8_500_050),
        ("85 000.50", 8_500_050),
        ("85'000.50", 8_500_050),
        ("85000,5", 8_500_050),
        ("85000.05", 8_500_005),
        ("85.000,5", 8_500_050),
        ("85.5", 8_550),
        ("85,50", 8_550),
        ("1.234", 123_400),
        ("1,234", 123_400),
        ("999.999", 99_999_900),
        ("1.234.567", 123_456_700),
        ("1,234,567", 123_456_700),
        ("1 234 567", 123_456_700),
        ("1.234.567,89", 123_456_789),
        ("1,234,567.89", 123_456_789),
        ("1'234.567", 123_456_700),
        ("1'234,567", 123_456_700),
        ("1'234.567,89", 123_456_789),
        ("1'234,567.8", 123_456_780),
        ("USD 85 000", 8_500_000),
        ("usd85000", 8_500_000),
        ("Usd. 85.000", 8_500_000),
        ("85.000 USD", 8_500_000),
        ("USD$ 85.000", 8_500_000),
        ("US$ 85.000", 8_500_000),
        ("U$S 85.000", 8_500_000),
        ("U.S.D. 85.000", 8_500_000),
        ("$ 85000", 8_500_000),
        ("$85,000.00", 8_500_000),
        ("85000$", 8_500_000),
        ("85.000 dólares", 8_500_000),
        ("85.000 DOLARES", 8_500_000),
        ("85.000 do\N{COMBINING ACUTE ACCENT}lares", 8_500_000),
        ("1 dólar", 100),
        ("  85.000  ", 8_500_000),
        ("85000.", 8_500_000),
        ("85.000,50.", 8_500_050),
        ("85.000,", 8_500_000),
        ("+85000", 8_500_000),
        ("\N{ZERO WIDTH SPACE}85.000\N{RIGHT-TO-LEFT MARK}", 8_500_000),
        (MOST, MAX_CENTS),
    ],
)
def test_every_usual_spelling_is_read(typed: str, cents: int) -> None:
    assert read_usd(typed, field="sales") == cents


@pytest.mark.parametrize("typed", ["", " ", "\t", "USD", "$", "\N{ZERO WIDTH SPACE}"])
def test_what_holds_no_amount_asks_for_one(typed: str) -> None:
    assert refused(typed) == "Escriba el valor en dólares, por ejemplo 85.000 o 85.000,50."


@pytest.mark.parametrize(
    "typed",
    [
        "NaN", "inf", "Infinity", "1e5", "85 mil", "85k", "1 millón", "€ 85", "85 euros", "0x10",
        "85/2", "85%", "ochenta", "8O000", "\N{ARABIC-INDIC DIGIT EIGHT}", "½", "85²",
        "\N{FULLWIDTH DIGIT EIGHT}", "85_000", "1:000", "85;000", "$ 85 $ 86 x", "85\x00000",
        "(85000", "hasta 85000", "--5", "5-4", "USD USD x", ".", "9" * 10_000 + "x",
        "." * 10_000,
    ],
    ids=lambda typed: typed[:20],
)  # fmt: skip
def test_what_is_no_number_says_how_to_write_it(typed: str) -> None:
    assert refused(typed) == (
        "No podemos leer ese valor. Escríbalo solo con números, por ejemplo 85.000 o 85.000,50."
    )


@pytest.mark.parametrize(
    "typed",
    [
        "1234.567", "0.500", "012.345", "1.2345", "85.0000", "1.23.456", "1.234.56", "85.000.5",
        "85,000,5", "1,234.567", "1.234,567", "1 234.567", "1.234 567", "85 00", "85 0000",
        "8 5 0 0 0", "1..234", "1,.5", ".50", ",5", "1.234,567.89", "1,234.567,89", "85'00",
        "'85", "85''000", "85.000,505", "5 50",
    ],
)  # fmt: skip
def test_marks_that_may_mean_two_things_are_not_guessed(typed: str) -> None:
    assert refused(typed) == (
        "No sabemos qué separan los puntos, comas o espacios de ese valor. "
        "Escríbalo como 85.000 o, con centavos, como 85.000,50."
    )


@pytest.mark.parametrize(
    "typed",
    ["-5", "- 85.000", "\N{MINUS SIGN}85000", "\N{EN DASH}5", "$ -5", "-$5", "USD -5", "5-", "(5)",
     "$(85.000)"],
)  # fmt: skip
def test_a_negative_amount_is_told_as_such(typed: str) -> None:
    assert refused(typed) == (
        "El valor no puede ser negativo. Escríbalo sin el signo menos, por ejemplo 85.000."
    )


@pytest.mark.parametrize(
    "typed",
    ["1.000.000.000.000", "1000000000000", "9" * 40, "9" * 10_000, "1" + " 000" * 4],
    ids=lambda typed: typed[:20],
)
def test_an_amount_beyond_the_largest_is_told_as_such(typed: str) -> None:
    assert refused(typed) == "Ese valor es demasiado grande. Revise si le sobran números."


@pytest.mark.parametrize(
    ("cents", "printed"),
    [
        (0, "USD 0"),
        (5, "USD 0,05"),
        (50, "USD 0,50"),
        (100, "USD 1"),
        (99_999, "USD 999,99"),
        (100_000, "USD 1.000"),
        (8_500_000, "USD 85.000"),
        (8_500_050, "USD 85.000,50"),
        (500_000_001, "USD 5.000.000,01"),
        (MAX_CENTS, f"USD {MOST}"),
    ],
)
def test_amounts_are_printed_with_points_and_cents_only_where_there_are_some(
    cents: int, printed: str
) -> None:
    assert usd(cents) == printed


def test_what_is_printed_is_read_again() -> None:
    amounts = [*range(0, 120_000, 7), *(10**power + more for power in range(14) for more in (0, 1))]
    assert [read_usd(usd(cents), field="sales") for cents in amounts] == amounts


def test_no_negative_amount_is_printed() -> None:
    with pytest.raises(ValueError, match="-1"):
        usd(-1)
