# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""What ``certificates.py`` counts: numbers, what people are told, the pace."""

import html
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

BAR_ALONE_P95_SECONDS: Final = 5.0
KILLED_WORKERS: Final = 2
HOUR_SECONDS: Final = 3600.0
LEFT_OUT: Final = 0.1
"""Share of the publications at each end that belongs to no steady part."""
_BEFORE: Final = re.compile(r"Antes del suyo se firman? ([\d.]+) documentos?\.")
_AGAIN: Final = re.compile(r'data-again="(\d+)"')
_WAIT: Final = re.compile(r'data-wait="([^"]+)"')


def told_before(page: str) -> int | None:
    """Return how many documents the page says are signed before; None when it says none."""
    found = _BEFORE.search(page)
    return int(found[1].replace(".", "")) if found else None


def asks_again_after(page: str) -> float | None:
    """Return after how many seconds the page asks again by itself; None when it does not."""
    found = _AGAIN.search(page)
    return int(found[1]) / 1000 if found else None


def waits_for(page: str) -> str | None:
    """Return the address that the page asks until a file is checked; None when it waits not."""
    found = _WAIT.search(page)
    return html.unescape(found[1]) if found else None


def wrong_numbers(serials: Sequence[int], *, count: int) -> list[str]:
    """Name what keeps serials from being exactly 1 to ``count``, each once."""
    times = Counter(serials)
    wanted = range(1, count + 1)
    return [
        *(f"no {number}" for number in wanted if number not in times),
        *(f"{number} {given} times" for number, given in sorted(times.items()) if given > 1),
        *(f"{number} is beyond {count}" for number in sorted(times) if number not in wanted),
    ]


def per_hour(moments: Sequence[float]) -> float:
    """Return the pace of the steady part, from the moments of publication in seconds; 0 if none."""
    ordered = sorted(moments)
    cut = int(len(ordered) * LEFT_OUT)
    steady = ordered[cut : len(ordered) - cut]
    if len(steady) < 2 or steady[-1] <= steady[0]:  # noqa: PLR2004 -- an interval has two ends
        return 0.0
    return (len(steady) - 1) * HOUR_SECONDS / (steady[-1] - steady[0])


def rises(told: Sequence[tuple[float, int]], *, since: float) -> int:
    """Return how often one person was told of more before than at the look before.

    ``told`` are moments and numbers. Looks before ``since`` are not compared: while people still
    confirm, one whose transaction began earlier may come before.
    """
    numbers = [number for moment, number in told if moment >= since]
    return sum(later > earlier for earlier, later in pairwise(numbers))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Everything that decides whether the bars hold."""

    alone_p95_s: Mapping[str, float]
    """By track."""
    wrong_numbers: Sequence[str]
    unproven: Sequence[str]
    """Files that do not open, differ from their row, or whose signature does not hold."""
    lost: Sequence[str]
    doubled: Sequence[str]
    broken: Sequence[str]
    """What the operator's commands found."""
    troubles: Sequence[str]
    """People who did not get their file."""
    rises: int
    told: int
    """How many people were told at least once how many documents came before."""
    killed: int
    """Workers that were killed while they made a document."""


def missed(outcome: Outcome) -> list[str]:
    """Name each bar that is missed."""
    told = []
    told += [f"alone, {track}: p95 {seconds:.1f} s of {BAR_ALONE_P95_SECONDS:.0f} s"
             for track, seconds in outcome.alone_p95_s.items()
             if seconds > BAR_ALONE_P95_SECONDS]  # fmt: skip
    if outcome.killed < KILLED_WORKERS:
        told.append(f"killed within a document: {outcome.killed} of {KILLED_WORKERS}")
    if outcome.told < 1:
        told.append("nobody was told how many come before")
    if outcome.rises:
        told.append(f"told of more before than at the look before: {outcome.rises}")
    lists: Mapping[str, Sequence[str]] = {
        "wrong numbers": outcome.wrong_numbers,
        "unproven": outcome.unproven,
        "lost": outcome.lost,
        "doubled": outcome.doubled,
        "broken": outcome.broken,
        "without a file": outcome.troubles,
    }
    return told + [f"{name}: {len(found)}" for name, found in lists.items() if found]
