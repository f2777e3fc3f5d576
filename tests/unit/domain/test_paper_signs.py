"""What can be printed is what the fonts draw, and it is said where it is typed."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from review_service.domain.data_sheet import parse_sheet
from review_service.domain.errors import InvalidInputError
from review_service.domain.paper_signs import PRINTED, undrawn, undrawn_problem
from review_service.packaged_files import static_folder

FONTS = sorted((static_folder() / "fonts").glob("acuerdo-serif-*.ttf"))


@pytest.mark.parametrize("font", FONTS, ids=lambda path: Path(path).stem)
def test_the_rule_is_what_each_font_of_the_paper_draws(font: Path) -> None:
    drawn = set(TTFont(font).getBestCmap())
    assert {code for first, last in PRINTED for code in range(first, last + 1)} == drawn


def test_there_are_three_fonts() -> None:
    assert len(FONTS) == 3


@pytest.mark.parametrize(
    "text", ["", "Ñusta Güiza", "taller «El Cóndor» – N.º 5", "José", "a\nb\tc", "a\x07b", "50 €"]
)
def test_what_a_name_or_an_address_holds_is_printed(text: str) -> None:
    assert undrawn(text) == ""


@pytest.mark.parametrize(
    ("text", "sign"), [("tejidos 🧶", "🧶"), ("日本", "日"), ("a\ufffdb", "\ufffd"), ("Жан", "Ж")]
)
def test_the_first_sign_that_no_font_draws_is_named(text: str, sign: str) -> None:
    assert undrawn(text) == sign
    assert undrawn_problem(text, field="El oficio").startswith("El oficio tiene un signo")
    assert f"«{sign}»" in undrawn_problem(text, field="El oficio")


@pytest.mark.parametrize(
    ("field", "called"),
    [
        ("trade", "«Qué hace»"),
        ("address", "La dirección"),
        ("canton", "El cantón"),
        ("province", "La provincia"),
    ],
)
def test_the_data_sheet_refuses_it_where_it_was_typed(field: str, called: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_sheet({field: "tejidos 🧶"})
    assert caught.value.problems == {
        field: f"{called} tiene un signo que no se puede imprimir: «🧶». Quítelo o escríbalo en "
        "letras."
    }


def test_a_letter_typed_apart_from_its_accent_is_kept_as_one() -> None:
    assert parse_sheet({"trade": "ceramica de Jose\u0301"}).trade == "ceramica de José"
