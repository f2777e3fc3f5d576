# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""What an attack of ``attack.py`` must be answered, so that one which misses its aim is no proof.

An answer's class is its status, or one of the words below. An attack took place as meant when it
got so many ``met`` answers, and none that it does not name.
"""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

CUT: Final = "cut"
"""The service ended the connection before its answer was read."""
LATE: Final = "late"
"""No answer within the attacker's patience."""
HELD: Final = "held"
"""The connection stood until the attack was over."""
NO_FORM: Final = "no form"
"""The page did not have the form that the attack fills in."""
WRONG: Final = "wrong"
"""The move itself failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a real request of this form is answered: at first, and once a limit is reached."""

    met: frozenset[str]
    later: frozenset[str] = frozenset()
    least: int = 30
    """Least number of ``met`` answers in ten seconds."""

    def problem(self, answers: Mapping[str, int], *, seconds: float) -> str:
        """Return why the attack did not take place as meant; empty when it did."""
        met = sum(answers.get(each, 0) for each in self.met)
        least = self.least * min(1.0, seconds / 10)
        strange = {
            each: count for each, count in answers.items() if each not in self.met | self.later
        }
        if strange:
            return "not meant: " + told(strange)
        return "" if met >= least else f"{met} answers as meant, {least:.0f} at least"


def expected(*met: int | str, later: tuple[int | str, ...] = (), least: int = 30) -> Expected:
    """Return what is expected of statuses and words."""
    return Expected(met=frozenset(map(str, met)), later=frozenset(map(str, later)), least=least)


@dataclass(slots=True)
class Tally:
    """Counts the answers of one attack by their class."""

    counts: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, answer: int | str) -> None:
        """Count one."""
        with self._lock:
            self.counts[str(answer)] += 1


def told(answers: Mapping[str, int]) -> str:
    """Return counts in one line, the most frequent first."""
    ordered = sorted(answers.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{count} × {name}" for name, count in ordered) or "no answer"
