"""Reads many plain lines of a catastro at once, column by column.

In about half the time that it takes line by line. Lines that are not all alike are left to
``catastro.parser``, which makes the same of each of the others.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from review_service.domain import catastro
from review_service.domain.catastro import SEPARATOR, Meanings
from review_service.domain.imported_lines import NOTHING, LineRefusedError
from review_service.domain.ruc import RUC_DIGITS

_OWN_LOOK: Final = "a line must be looked at by itself"


def block_parser(header: Sequence[str], meanings: Meanings) -> Callable[[int, str], str | None]:
    r"""Return what turns lines, parted by ``\n``, into the facts that ``parser`` makes of each.

    Given the number of the first line; each line's stands before its facts. They are parted by
    tabs, and each line is ended. It returns None when a line is blank, refused, of another width,
    or to be noticed.
    """
    places, least, width = catastro.layout(header)

    def parse(first: int, text: str) -> str | None:
        if "\\" in text:
            return None
        try:
            return _facts(first, _Columns(text, places, least, width), meanings)
        except LineRefusedError:
            return None

    return parse


class _Columns:
    """The cells of many lines by the names of their columns."""

    def __init__(self, text: str, places: Mapping[str, int], least: int, width: int) -> None:
        """Part the lines. Raises ``LineRefusedError`` when they have no common, right width."""
        self._places, self._count = places, text.count("\n") + 1
        cells = text.replace("\n", f"{SEPARATOR}\n").split(SEPARATOR)
        self._width, over = divmod(len(cells), self._count)
        firsts = "".join(cells[:: self._width]).split("\n")
        # So many cells are right, and each line begins where it does when all have that width.
        if over or not least <= self._width <= width or len(firsts) != self._count:
            raise LineRefusedError(_OWN_LOOK)
        cells[:: self._width] = firsts
        self._cells = cells

    def __getitem__(self, name: str) -> list[str]:
        """Return the cells of a column; empty ones of a column that the file does not have."""
        if name not in self._places:
            return [""] * self._count
        return self._cells[self._places[name] :: self._width]

    def together(self, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Return the cells of some columns, line by line."""
        return zip(*(self[name] for name in names), strict=True)


def _facts(first: int, columns: _Columns, meanings: Meanings) -> str:
    """Return the facts of each line. Raises ``LineRefusedError`` when one has no plain ones."""
    rucs, names, trades = (columns[name] for name in catastro.OWN)
    _require_rucs(rucs)
    standings = map(meanings.standings.__getitem__, columns.together(catastro.STANDING))
    statuses, kinds, persons, numbers, opened = zip(*standings, strict=True)
    if not all(opened):
        raise LineRefusedError(_OWN_LOOK)
    locations = map(meanings.locations.__getitem__, columns.together(catastro.LOCATION))
    activities = map(meanings.activities.__getitem__, columns.together(catastro.ACTIVITY))
    lines = zip(
        map(str, range(first, first + len(rucs))), rucs, _names(names), statuses, kinds, persons,
        _days(columns[catastro.STARTED], meanings), numbers, map(str.strip, trades), opened,
        *zip(*locations, strict=True), *zip(*activities, strict=True), strict=True,
    )  # fmt: skip
    return "\n".join((*map("\t".join, lines), ""))


def _require_rucs(cells: Sequence[str]) -> None:
    digits = "".join(cells)
    alike = digits.isascii() and digits.isdigit() and set(map(len, cells)) == {RUC_DIGITS}
    if not alike:
        raise LineRefusedError(_OWN_LOOK)


def _names(cells: Sequence[str]) -> list[str]:
    names = list(map(str.strip, cells))
    if not (all(names) and catastro.SURELY_DRAWN.fullmatch("".join(names))):
        for name in names:
            catastro.require_name(name)
    return names


def _days(cells: Sequence[str], meanings: Meanings) -> list[str]:
    days = list(map(meanings.days.__getitem__, cells))
    if None in days and any(
        cell.strip() for cell, day in zip(cells, days, strict=True) if day is None
    ):
        raise LineRefusedError(_OWN_LOOK)
    return [NOTHING if day is None else day for day in days]
