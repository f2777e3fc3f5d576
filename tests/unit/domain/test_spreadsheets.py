"""Cells that a spreadsheet must not compute."""

import pytest

from review_service.domain.spreadsheets import harmless


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\0"])
def test_a_cell_that_would_be_a_formula_is_text(sign: str) -> None:
    assert harmless(f"{sign}HYPERLINK(1)") == f"'{sign}HYPERLINK(1)"


@pytest.mark.parametrize("cell", ["", "Imbabura", "12", "a=b"])
def test_any_other_cell_stays(cell: str) -> None:
    assert harmless(cell) == cell
