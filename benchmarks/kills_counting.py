# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""What ``kills.py`` counts: lost, doubled and missing things, and how long recoveries took.

Nothing here looks anywhere: facts in, sentences and figures out, so that each count is tested.
"""

import hashlib
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

BAR_KILLS: Final = 50
BAR_P95_SECONDS: Final = 120.0
KINDS: Final = ("web", "worker", "scheduler")
CHECKED, PUBLISHED, DONE = "checked", "published", frozenset({"done", "cancelled"})
ISSUED: Final = "issued"


@dataclass(kw_only=True)
class Acknowledged:
    """What the service said «yes» to, of one application."""

    application: str
    address: str
    files: Counter[str] = field(default_factory=Counter)
    """SHA-256 of each file that was taken."""
    is_sent: bool = False
    is_approved: bool = False

    def acknowledge_file(self, content: bytes) -> None:
        """Note that a file was taken."""
        self.files[hashlib.sha256(content).hexdigest()] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One numbered document as its row says."""

    application: str
    number: str
    series: str
    """Its kind: Acuerdos and certificates are numbered apart."""
    year: int
    serial: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message to one address as its row says."""

    id: str
    application: str
    event: str
    recipient: str
    is_sent: bool
    is_over: bool = False
    """Whether it was rightly never sent: its link could no longer serve."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What database and mailboxes hold at the end."""

    states: Mapping[str, str]
    """The state of each application by its id."""
    references: Sequence[str]
    files: Sequence[tuple[str, str, str]]
    """Application, SHA-256 and state of each file that an applicant sent."""
    agreements: Sequence[Agreement]
    mails: Sequence[Mail]
    caught: Mapping[str, int]
    """How often the relay took each message, by the id in its Message-ID."""
    tasks: Mapping[str, int]
    """How many tasks are in each state."""
    decisions: Mapping[str, int] = field(default_factory=dict)
    """How often the trail says that an application was approved, by its id."""


def lost(cases: Iterable[Acknowledged], found: Found) -> list[str]:
    """Name what was acknowledged and is absent or was never done."""
    told = [f"{count} tasks are {state}" for state, count in found.tasks.items()
            if count and state not in DONE]  # fmt: skip
    files = Counter((place, sha256) for place, sha256, state in found.files if state == CHECKED)
    numbered = {each.application for each in found.agreements if each.state == PUBLISHED}
    mailed = {
        (each.application, each.event, each.recipient)
        for each in found.mails
        if each.is_sent and found.caught.get(each.id)
    }
    for case in cases:
        name = case.application
        told += [
            f"{name}: a file that was taken is absent or unchecked"
            for sha256, count in case.files.items()
            if files[name, sha256] < count
        ]
        if case.is_sent and found.states.get(name) not in {"in_review", "approved", ISSUED}:
            told.append(f"{name}: was sent and is {found.states.get(name)}")
        if case.is_approved and found.states.get(name) != ISSUED:
            told.append(f"{name}: was approved and is {found.states.get(name)}")
        if case.is_approved and name not in numbered:
            told.append(f"{name}: was approved and has no published Acuerdo")
        if case.is_approved and (name, ISSUED, case.address) not in mailed:
            told.append(f"{name}: nobody was mailed its Acuerdo")
    told += [
        f"{each.application}: the mail «{each.event}» was never handed over"
        for each in found.mails
        if not each.is_over and not (each.is_sent and found.caught.get(each.id))
    ]
    return told


def doubled(cases: Iterable[Acknowledged], found: Found) -> list[str]:
    """Name what exists twice and should once."""
    told = _twice(
        "an application has two Acuerdos", (each.application for each in found.agreements)
    )
    told += _twice("a number was given twice", (each.number for each in found.agreements))
    told += _twice("a reference was given twice", found.references)
    told += _twice(
        "a notice was written twice",
        (f"{each.application} {each.event} {each.recipient}" for each in found.mails
         if each.application and not each.is_over),
    )  # fmt: skip
    told += [f"decided twice: {name}" for name, times in found.decisions.items() if times > 1]
    known = {each.id for each in found.mails}
    told += [f"a mail that no row knows was sent: {each}" for each in found.caught
             if each not in known]  # fmt: skip
    taken = {case.application: case.files for case in cases}
    rows = Counter((place, sha256) for place, sha256, _ in found.files)
    told += [
        f"{place}: a file that was sent once is there {count} times"
        for (place, sha256), count in rows.items()
        if count > max(1, taken.get(place, Counter())[sha256])
    ]
    return told


def repeated(found: Found) -> list[str]:
    """Name the messages that the relay took more than once under one Message-ID."""
    names = {each.id: f"{each.application} {each.event}" for each in found.mails}
    return [f"{names.get(each, each)}: {times} times" for each, times in found.caught.items()
            if times > 1]  # fmt: skip


def gaps(found: Found) -> list[str]:
    """Name the numbers that are missing between one and the highest, of each series."""
    by_series: dict[str, list[int]] = defaultdict(list)
    for agreement in found.agreements:
        by_series[f"{agreement.series} {agreement.year}"].append(agreement.serial)
    for reference in found.references:
        start, _, serial = reference.rpartition("-")
        by_series[f"application {start}"].append(int(serial))
    return [
        f"{name}: no {number}"
        for name, serials in sorted(by_series.items())
        for number in sorted(set(range(1, max(serials) + 1)) - set(serials))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoveries:
    """How many there were, and how long they took, in seconds; a lost one took for ever."""

    count: int
    p50: float
    p95: float
    longest: float


def recoveries(seconds: Sequence[float]) -> Recoveries:
    """Return the quantiles of recoveries; all zero when there is none."""
    if not seconds:
        return Recoveries(count=0, p50=0.0, p95=0.0, longest=0.0)
    ordered = sorted(seconds)
    # The nearest rank: between a number and infinity there is nothing in the middle.
    nearest = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return Recoveries(
        count=len(ordered), p50=statistics.median_high(ordered), p95=nearest, longest=ordered[-1]
    )


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Everything that decides whether the bars hold."""

    kills: Mapping[str, Sequence[float]]
    """Seconds of recovery of each kill, by kind of process."""
    faults: Mapping[str, Sequence[float]]
    """Seconds of recovery of each other fault, from its end, by name."""
    lost: Sequence[str]
    doubled: Sequence[str]
    gaps: Sequence[str]
    broken: Sequence[str]
    """What the operator's commands found."""
    wanted_faults: Sequence[str] = ()
    met: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """What the breaking must have met to prove anything: how often it did, and the least."""


def missed(outcome: Outcome, *, least_kills: int = BAR_KILLS) -> list[str]:
    """Name each bar that is missed."""
    told = []
    for kind in KINDS:
        figures = recoveries(outcome.kills.get(kind, ()))
        if figures.count < least_kills:
            told.append(f"{kind}: {figures.count} kills of {least_kills}")
        if figures.p95 > BAR_P95_SECONDS:
            told.append(f"{kind}: p95 recovery {figures.p95:.0f} s")
        elif math.isinf(figures.longest):
            never = sum(map(math.isinf, outcome.kills[kind]))
            told.append(f"{kind}: {never} kills were never over")
    told += [f"never happened: {name}" for name in outcome.wanted_faults
             if not outcome.faults.get(name)]  # fmt: skip
    told += [f"never recovered: {name}" for name, seconds in outcome.faults.items()
             if any(map(math.isinf, seconds))]  # fmt: skip
    told += [f"{name}: {count} of {least}" for name, (count, least) in outcome.met.items()
             if count < least]  # fmt: skip
    for name in ("lost", "doubled", "gaps", "broken"):
        if count := len(getattr(outcome, name)):
            told.append(f"{name}: {count}")
    return told


def _twice(what: str, values: Iterable[str]) -> list[str]:
    return [f"{what}: {value}" for value, count in Counter(values).items() if count > 1]
