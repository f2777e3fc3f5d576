"""CSV files that a spreadsheet opens: it knows their letters, and no cell becomes a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

UTF_8: Final = "\ufeff"
"""First sign of a file; without it a spreadsheet takes «ñ» for two other letters."""

FORMULA_STARTS: Final = (
    "=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n", "\0",
)  # fmt: skip
"""A cell that begins so is a formula to a spreadsheet, or hides one; in wide signs too."""
_WITHIN: Final = re.compile(r"([;\t\r\n][\s\"']*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Where a spreadsheet that parts cells at semicolons, as in Spanish, would begin a formula."""


def harmless(cell: str) -> str:
    """Return a text that a spreadsheet shows as text. Source: OWASP ASVS 1.2.10."""
    parted = _WITHIN.sub(r"\1'", cell)
    return f"'{parted}" if parted.startswith(FORMULA_STARTS) else parted


def as_csv(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return rows under their header as a file that people open and programs read (RFC 4180)."""
    return "".join(csv_pieces(header, [rows]))


def csv_pieces(header: Iterable[str], parts: Iterable[Iterable[Iterable[object]]]) -> Iterator[str]:
    """Yield the same piece by piece: the header, then the rows of each part."""
    yield UTF_8 + _lines([header])
    for rows in parts:
        yield _lines(rows)


def _lines(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\r\n").writerow
    for row in rows:
        write([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue()
