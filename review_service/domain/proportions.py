"""A share of counted cases with how sure it is, and percentiles of few or many values."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

Z_95: Final = 1.959964
"""Standard normal quantile of a two-sided interval of 95 %."""
FEW: Final = 10
"""Below so many a share or a median is called of few cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proportion:
    """How many of how many."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """Return the share from 0 to 1; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Return the Wilson score interval of 95 %; 0 to 1 of nothing.

        Source: E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927), 209-212. It stays within 0 and 1,
        and says something of 0 of 3 too, where the usual formula says that all is sure.
        """
        if not self.of:
            return 0.0, 1.0
        share, square = self.count / self.of, Z_95**2
        middle = (share + square / (2 * self.of)) / (1 + square / self.of)
        spread = sqrt(share * (1 - share) / self.of + square / (4 * self.of**2))
        half = spread * Z_95 / (1 + square / self.of)
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def is_of_few(self) -> bool:
        """Whether it is of so few cases that it says little."""
        return self.of < FEW

    def __add__(self, other: "Proportion") -> "Proportion":
        """Return both together."""
        return Proportion(count=self.count + other.count, of=self.of + other.of)


def percentile(ordered: Sequence[float], percent: int) -> float:
    """Return a percentile of at least one value, smallest first, by nearest rank."""
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(rank, 1) - 1]


def told_percent(share: float) -> str:
    """Return a share as people read it, «12 %»; only none is 0 and only all is 100."""
    whole = round(share * 100)
    if share > 0:
        whole = max(whole, 1)
    if share < 1:
        whole = min(whole, 99)
    return f"{whole} %"
