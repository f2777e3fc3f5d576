# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""What ``busiest_month.py`` counts: who comes when, what is late, what ended wrongly, the bars."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

AN_HOUR: Final = 200
"""Applications of a busiest hour. An assumption: no record says how a month's days divide."""
BUSIEST_MONTH: Final = 6417
"""Applications of March 2023, the busiest month on record."""
AT_ONCE: Final = 642
"""A tenth of them."""
BAR_AT_ONCE_SECONDS: Final = 1200.0
BAR_NOTICE_SECONDS: Final = 300.0
"""Longest time at the pace of an hour from an act to its notice or its certificate: minutes."""
IN_REVIEW, ISSUED = "in_review", "issued"


def apportioned(shares: Mapping[str, int], total: int) -> dict[str, int]:
    """Divide a number by shares without a rest: the largest remainders are rounded up."""
    whole = sum(shares.values())
    counts = {name: total * share // whole for name, share in shares.items()}
    by_rest = sorted(shares, key=lambda name: -(total * shares[name] % whole))
    for name in by_rest[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def arrivals(count: int, *, seconds: float, chance: random.Random) -> list[float]:
    """Return when each of so many comes, at random over this time, as people do."""
    return sorted(chance.uniform(0.0, seconds) for _ in range(count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """One application that was confirmed, as its rows say at the end."""

    name: str
    state: str
    ends_in: frozenset[str]
    """States that are right for its track."""
    confirmed_at: datetime | None
    due_at: datetime | None
    published_at: datetime | None
    files: int
    """Files that were taken."""
    checked_files: int
    """Files whose checks have ended well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One mail that a service function wrote down."""

    name: str
    event: str
    created_at: datetime
    sent_at: datetime | None

    @property
    def seconds(self) -> float | None:
        """How long it took to be handed over; None when it never was."""
        return (self.sent_at - self.created_at).total_seconds() if self.sent_at else None


def wrong_ends(ended: Iterable[Ended]) -> list[str]:
    """Name the applications that are not where they should be."""
    told = []
    for each in ended:
        if each.state not in each.ends_in:
            told.append(f"{each.name}: is {each.state}, not {' or '.join(sorted(each.ends_in))}")
        if each.checked_files < each.files:
            told.append(f"{each.name}: {each.checked_files} of {each.files} files are checked")
        if each.state == IN_REVIEW and each.due_at is None:
            told.append(f"{each.name}: nobody is promised an answer")
        if each.state == ISSUED and each.published_at is None:
            told.append(f"{each.name}: its document is not published")
    return told


def late(
    ended: Iterable[Ended], notices: Iterable[Notice], *, now: datetime, bar: float
) -> list[str]:
    """Name terms that passed, and documents and notices that took longer than the bar."""
    told = []
    for each in ended:
        confirmed = each.confirmed_at
        if each.state == IN_REVIEW and each.due_at and each.due_at <= now:
            told.append(f"{each.name}: its answer is overdue")
        if confirmed and each.published_at:
            took = (each.published_at - confirmed).total_seconds()
            if took > bar:
                told.append(f"{each.name}: its document came after {took:.0f} s")
    for notice in notices:
        seconds = notice.seconds
        if seconds is None or seconds > bar:
            when = "never" if seconds is None else f"after {seconds:.0f} s"
            told.append(f"{notice.name}: «{notice.event}» was handed over {when}")
    return told


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Everything that decides whether the bars hold."""

    at_once_seconds: float
    late: Sequence[str]
    lost: Sequence[str]
    doubled: Sequence[str]
    gaps: Sequence[str]
    wrong_ends: Sequence[str]
    unproven: Sequence[str]
    """Certificates whose file, signature or verification does not hold."""
    broken: Sequence[str]
    """What the operator's commands found."""
    troubles: Sequence[str]
    """People who did not come to the end."""


LISTS: Final = (
    "late", "lost", "doubled", "gaps", "wrong_ends", "unproven", "broken", "troubles",
)  # fmt: skip


def missed(outcome: Outcome) -> list[str]:
    """Name each bar that is missed."""
    told = []
    if outcome.at_once_seconds > BAR_AT_ONCE_SECONDS:
        told.append(f"at once: {outcome.at_once_seconds:.0f} s of {BAR_AT_ONCE_SECONDS:.0f} s")
    counts = {name: len(getattr(outcome, name)) for name in LISTS}
    return told + [f"{name.replace('_', ' ')}: {count}" for name, count in counts.items() if count]
