# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""What ``attack.py`` counts: two percentiles, their ratio, how sure it is, and what follows.

Times come in pairs of windows, one beside the attack and one without. A window's requests share
its accidents (a pause of the host, a job of the scheduler), so that pairs and not requests are
drawn again for the interval. The attack holds when the whole interval is below the bar, misses
when the whole interval is above it, and is unsure between. A ratio below the bar alone would not
do: one pause in a window *without* attack makes any attack look harmless. Then the interval holds
the ratios without that window too, and says unsure.
"""

import random
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

BAR_RATIO: Final = 2.0
BAR_RSS_MIB: Final = 500.0
BAR_UNSURE: Final = 0.25
"""Largest share of attacks that may be unsure."""
LEAST_PAIRS: Final = 4
"""Fewer say nothing: their draws hardly differ."""
DRAWS: Final = 2000
EACH_END: Final = 0.05
"""Share of the draws left out at each end: the interval has 90 of 100."""
PERCENTILE: Final = 0.99
Times = Mapping[str, Sequence[float]]
"""Milliseconds by kind of request."""


class Verdict(StrEnum):
    """What can be said of an attack."""

    HOLDS = "holds"
    MISSES = "misses"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Times of two windows, taken one right after the other."""

    beside: Times
    without: Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A percentile beside the attack, divided by that without."""

    ratio: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """Whether the interval lies on one side of the bar."""
        if self.high < BAR_RATIO:
            return Verdict.HOLDS
        return Verdict.MISSES if self.low > BAR_RATIO else Verdict.UNSURE

    @property
    def is_even(self) -> bool:
        """Whether two measures of the same thing came out alike: neither is twice the other."""
        return self.low > 1 / BAR_RATIO and self.high < BAR_RATIO


def p99(times: Iterable[float]) -> float:
    """Return the 99th percentile, between the two nearest ranks; 0 when there is nothing."""
    ordered = sorted(times)
    if not ordered:
        return 0.0
    place = PERCENTILE * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def pooled(windows: Iterable[Times], kind: str) -> list[float]:
    """Return the times of a kind of all windows."""
    return [each for window in windows for each in window.get(kind, ())]


def compared(pairs: Sequence[Pair], kinds: Sequence[str], *, seed: int) -> Ratio:
    """Compare these kinds together, each time divided by the median of its kind without attack."""
    middles = {
        kind: statistics.median(times)
        for kind in kinds
        if (times := pooled((pair.without for pair in pairs), kind))
    }
    weighed = [(_weighed(pair.beside, middles), _weighed(pair.without, middles)) for pair in pairs]
    chance = random.Random(seed)  # noqa: S311 -- repeatable
    drawn = sorted(_ratio(chance.choices(weighed, k=len(weighed))) for _ in range(DRAWS))
    left_out = int(EACH_END * DRAWS)
    return Ratio(ratio=_ratio(weighed), low=drawn[left_out], high=drawn[-1 - left_out])


def _weighed(times: Times, middles: Mapping[str, float]) -> list[float]:
    return [each / middle for kind, middle in middles.items() for each in times.get(kind, ())]


def _ratio(pairs: Sequence[tuple[Sequence[float], Sequence[float]]]) -> float:
    beside = p99(each for window, _ in pairs for each in window)
    without = p99(each for _, window in pairs for each in window)
    return beside / without if without else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: figures beside the attack, and ``…_without`` it."""

    attack: str
    of_issue: bool
    pairs: int
    ratio: Ratio
    p99_ms: Mapping[str, float]
    p99_ms_without: Mapping[str, float]
    kind_ratios: Mapping[str, Ratio]
    failed: int
    failed_without: int
    rss_mib: float
    cpu_s: float
    cpu_s_without: float
    attacker_cpu_s: float
    steal_percent: Sequence[float]
    """Of each window beside the attack, in their order."""
    steal_percent_without: Sequence[float]
    answers: Mapping[str, int] = field(default_factory=dict)
    problem: str = ""
    """Why the attack did not take place as meant; empty when it did."""

    @property
    def faults(self) -> list[str]:
        """What speaks against it whatever the times are."""
        told = [f"{self.failed} failed"] if self.failed else []
        told += [f"{self.rss_mib:.0f} MiB"] if self.rss_mib > BAR_RSS_MIB else []
        return told + ([self.problem] if self.problem else [])

    @property
    def verdict(self) -> Verdict:
        """What is said of the attack: by its times, unless something else was wrong."""
        if self.faults:
            return Verdict.MISSES
        return self.ratio.verdict if self.pairs >= LEAST_PAIRS else Verdict.UNSURE

    @property
    def is_disturbed(self) -> bool:
        """Whether a row of no attack at all shows that the measure itself does."""
        return bool(self.faults) or self.pairs < LEAST_PAIRS or not self.ratio.is_even


def missed(rows: Sequence[Row], same: Row) -> list[str]:
    """Name each bar that is missed; ``same`` is the row of no attack at all."""
    told = [f"{row.attack}: {', '.join(row.faults) or f'ratio {row.ratio.ratio:.2f}'}"
            for row in rows if row.verdict is Verdict.MISSES]  # fmt: skip
    unsure = [row.attack for row in rows if row.verdict is Verdict.UNSURE]
    if len(unsure) > BAR_UNSURE * len(rows):
        told.append(f"unsure: {len(unsure)} of {len(rows)}, at most {BAR_UNSURE:.0%}")
    if same.is_disturbed:
        told.append(f"without any attack the measure varies from {same.ratio.low:.2f} "
                    f"to {same.ratio.high:.2f}")  # fmt: skip
    return told
