"""Hides small groups of a published count, so that nobody can compute them from the others.

Input are the counts of one breakdown, of groups that share no case and make up a total that is
published. Three things are promised (ADR 44), also to somebody who knows this very rule:

- a group of 1 to 4 is never told, only that it is one;
- each of the values 1 to 4 remains possible for a group that is marked so;
- of a breakdown that is withheld no group can be computed.

So a second group is hidden beside the small ones, chosen by the order of the groups and not by its
size, which would tell it. Where even that leaves too few possibilities, nothing is told at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from review_service.domain.wording import gettext_noop

FEWEST: Final = 5
"""Cases of the smallest group that is told; 0 is told too. Source: the service's own rule."""
TWO: Final = 2


class Hidden(StrEnum):
    """Why the count of a group is not told."""

    FEW = "few"
    """It is one of 1 to 4."""
    BESIDE = "beside"
    """It is larger, and would tell a small one by subtraction."""

    @property
    def label(self) -> str:
        """Spanish words for the page and the data files."""
        return {
            Hidden.FEW: gettext_noop("Menos de 5"),
            Hidden.BESIDE: gettext_noop("No se muestra"),
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group of a breakdown as it is published."""

    key: str
    count: int | None
    hidden: Hidden | None = None


def published(counts: Mapping[str, int]) -> tuple[Group, ...] | None:
    """Return the groups as they may be published, in their order; None: nothing may be told.

    The order and the keys must be the same each month, whatever was counted.
    """
    keys = list(counts)
    few = [key for key in keys if 0 < counts[key] < FEWEST]
    if len(keys) == 1 or not few:
        return tuple(Group(key=key, count=counts[key]) for key in keys)
    beside = _beside(keys, counts, after=few[0])
    if len(keys) == TWO or beside is None:
        return None
    # Each small one can be 4 only if the others, and the one beside, can give up three.
    if sum(counts[key] for key in few) + counts[beside] < len(few) + 2 * FEWEST - 2:
        return None
    return tuple(_group(key, counts[key], beside=key == beside) for key in keys)


def _beside(keys: Sequence[str], counts: Mapping[str, int], *, after: str) -> str | None:
    """Return the next group in a circle that is not small; None when there is none.

    Whether one qualifies is published of all others, so that the choice tells nothing.
    """
    place = keys.index(after)
    round_about = [*keys[place + 1 :], *keys[:place]]
    return next((key for key in round_about if counts[key] >= FEWEST), None)


def _group(key: str, count: int, *, beside: bool) -> Group:
    if beside:
        return Group(key=key, count=None, hidden=Hidden.BESIDE)
    if 0 < count < FEWEST:
        return Group(key=key, count=None, hidden=Hidden.FEW)
    return Group(key=key, count=count)
