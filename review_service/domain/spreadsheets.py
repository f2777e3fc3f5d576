"""Cells of CSV files that a spreadsheet opens: none may become a formula."""

from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""A cell that begins so is a formula to a spreadsheet, or hides one."""


def harmless(cell: str) -> str:
    """Return a text that a spreadsheet shows as text. Source: OWASP ASVS 1.2.10."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
