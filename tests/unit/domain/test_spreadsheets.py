"""Cells that a spreadsheet must not compute."""

import pytest

from review_service.domain.spreadsheets import as_csv, csv_pieces, harmless


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n", "\0"]
)
def test_a_cell_that_would_be_a_formula_is_text(sign: str) -> None:
    assert harmless(f"{sign}HYPERLINK(1)") == f"'{sign}HYPERLINK(1)"


@pytest.mark.parametrize("cell", ["", "Imbabura", "12", "a=b"])
def test_any_other_cell_stays(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("Tejidos;=HYPERLINK(1)", "Tejidos;'=HYPERLINK(1)"),
        ("Tejidos; +1;-2\t@3", "Tejidos; '+1;'-2\t'@3"),
        ('Tejidos;"=1+1"', 'Tejidos;"\'=1+1"'),
        ("=1;=2", "'=1;'=2"),
    ],
)
def test_no_part_of_a_cell_is_a_formula_where_semicolons_part_cells(cell: str, told: str) -> None:
    assert harmless(cell) == told


def test_a_file_opens_with_its_letters_and_without_formulas() -> None:
    told = as_csv(("año", "valor"), [("=1+1", 2.5), ('dice "ñ", y más', None)])
    assert told == '\ufeffaño,valor\r\n\'=1+1,2.5\r\n"dice ""ñ"", y más",\r\n'


def test_pieces_make_the_same_file() -> None:
    rows = [("a", 1), ("=b", 2), ("c", 3)]
    pieces = list(csv_pieces(("x", "y"), [rows[:2], [], rows[2:]]))
    assert len(pieces) == 4
    assert "".join(pieces) == as_csv(("x", "y"), rows)
