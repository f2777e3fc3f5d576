"""The lines of a page that are read a second time, and what was read, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from review_service.domain.reports import Word
from workers.facts import values
from workers.facts.headers import WordRow, words_from
from workers.facts.values import FactsError

MOST_STRIPS: Final = 8
"""Of one page, where words stand."""
MOST_GAPS: Final = 3
"""Of one page, where a line may have been overlooked."""
MOST_WAYS: Final = 6
"""Of one strip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One line of print on a page image, in pixels; it may lean."""

    left: int
    right: int
    middle: float
    """How far down its middle would stand at the left edge of the page."""
    height: float
    """Of its words."""
    slope: float
    """Pixels down for each to the right."""

    def row(self) -> list[float]:
        """Return it as plain values; see ``strip_of``."""
        return [self.left, self.right, self.middle, self.height, self.slope]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineReadings:
    """What was read of one strip, boxed on the page image."""

    ways: tuple[tuple[Word, ...], ...] = ()
    """The words of the page's engine, once for each way in which the strip was prepared."""
    signs: tuple[Word, ...] = ()
    """What the second engine read, sign by sign, without spaces."""


def strip_of(row: Sequence[float]) -> Strip:
    """Return the strip of such plain values."""
    left, right, middle, height, slope = row
    return Strip(left=int(left), right=int(right), middle=middle, height=height, slope=slope)


StripRows = tuple[Sequence[Sequence[WordRow]], Sequence[WordRow]]
"""The rows of each way, and those of the signs."""


def to_header(strips: Sequence[StripRows]) -> dict[str, Any]:
    """Return what was read of each strip as plain values; see ``from_header``."""
    return {"strips": [{"ways": list(ways), "signs": list(signs)} for ways, signs in strips]}


def from_header(header: Mapping[str, Any], *, count: int) -> tuple[LineReadings, ...]:
    """Return what was read of each of so many strips. Raises ``FactsError``."""
    found = [values.is_a(dict, strip) for strip in values.is_a(list, header.get("strips"))]
    if len(found) != count:
        raise FactsError("expected what was read of each strip")
    return tuple(
        LineReadings(
            ways=tuple(words_from(way) for way in values.is_a(list, strip.get("ways"))[:MOST_WAYS]),
            signs=words_from(strip.get("signs")),
        )
        for strip in found
    )
