"""Reads a file of monthly figures that were published elsewhere: AÑO|MES|QUEJAS|ATENCIONES.

Its first line names the source: «# Fuente: …». The months may stand in any order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from review_service.domain.errors import InvalidInputError
from review_service.domain.months import Month, month_named

COLUMNS: Final = ("AÑO", "MES", "QUEJAS", "ATENCIONES")
SOURCE: Final = "# Fuente:"
LONGEST_SOURCE: Final = 300
MOST: Final = 10_000_000
"""Cases of a month; more is a slip."""
FIRST: Final = Month(1990, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedMonth:
    """One line of the file."""

    month: Month
    complaints: int
    attentions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureList:
    """The whole file."""

    source: str
    months: tuple[PublishedMonth, ...]
    """Oldest first, none twice."""


def read(lines: Iterable[str]) -> FigureList:
    """Return what the lines of a file say.

    Raises ``InvalidInputError`` with a sentence that names the line, also for a month twice.
    """
    filled = ((number, line.strip("\ufeff \r\n")) for number, line in enumerate(lines, start=1))
    rows = ((number, line) for number, line in filled if line)
    source = _source(rows)
    header = next(rows, (0, ""))[1]
    if tuple(cell.strip().upper() for cell in header.split("|")) != COLUMNS:
        raise _refused(f"Después de la fuente debe venir la línea {'|'.join(COLUMNS)}.")
    found: dict[Month, PublishedMonth] = {}
    for number, line in rows:
        one = _month(number, line)
        if one.month in found:
            raise _refused(f"La línea {number} repite {one.month.label}.")
        found[one.month] = one
    if not found:
        raise _refused("El archivo no trae ningún mes.")
    return FigureList(source=source, months=tuple(found[month] for month in sorted(found)))


def _source(rows: Iterator[tuple[int, str]]) -> str:
    first = next(rows, (0, ""))[1]
    source = first.removeprefix(SOURCE).strip()
    if not first.startswith(SOURCE) or not source or len(source) > LONGEST_SOURCE:
        raise _refused(f"La primera línea debe nombrar la fuente: «{SOURCE} dónde se publicó».")
    if not source.isprintable():
        raise _refused("La fuente tiene signos que no se pueden mostrar.")
    return source


def _month(number: int, line: str) -> PublishedMonth:
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) != len(COLUMNS):
        raise _refused(f"La línea {number} no tiene {len(COLUMNS)} columnas.")
    month = month_named(f"{cells[0]}-{cells[1].zfill(2)}")
    if month is None or month < FIRST:
        raise _refused(f"La línea {number} no dice un mes: «{cells[0]}|{cells[1]}».")
    complaints, attentions = (_count(number, cell) for cell in cells[2:])
    return PublishedMonth(month=month, complaints=complaints, attentions=attentions)


def _count(number: int, cell: str) -> int:
    if not (cell.isascii() and cell.isdecimal()) or len(cell) > len(str(MOST)) or int(cell) > MOST:
        raise _refused(f"La línea {number} no dice un número: «{cell[:20]}».")
    return int(cell)


def _refused(sentence: str) -> InvalidInputError:
    return InvalidInputError({"file": sentence})
