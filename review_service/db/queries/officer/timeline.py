"""Everything that happened on a case, in one order: what machine, applicant and officers did.

It is read from the audit trail, with the words that stand in other rows: notes and corrections.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import EventRow
from review_service.db.queries.officer.decisions import confirmed, names_of
from review_service.db.queries.officer.timeline_texts import EventTexts
from review_service.db.queries.officer.timeline_words import (
    DECIDED_APPEAL,
    MINOR,
    UNTOLD,
    WORDS,
    words_of,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import OFFICER, officer_in
from review_service.domain.terms import ecuador_day

_APPLICANTS: Final = ("applicant", "recipient", "anybody")
MOST_LINES: Final = 500
"""Events of one case that are read, the newest."""


class Who(StrEnum):
    """Who did something; the value is what the address says."""

    APPLICANT = "solicitante"
    OFFICER = "oficina"
    MACHINE = "sistema"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            Who.APPLICANT: "Solicitante",
            Who.OFFICER: "Oficina",
            Who.MACHINE: "Sistema",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLine:
    """One thing that somebody did, or several alike one after the other."""

    at: datetime
    who: Who
    name: str
    """Of an officer; empty for others."""
    words: str
    said: tuple[str, ...] = ()
    """What was written then: a note, what was asked to correct."""
    is_minor: bool = False
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineDay:
    """What happened on one day of Ecuador, the newest first."""

    day: date
    number: int | None
    """Days since the case was received, which is day 1; None before."""
    lines: tuple[TimelineLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The days of one case, the newest first."""

    application_id: UUID
    reference: str
    holder: str
    days: tuple[TimelineDay, ...]
    counts: Mapping[Who, int]
    """How many lines each has, whoever is chosen."""
    is_cut: bool
    """Whether older events were left out."""


def timeline_of(uow: UnitOfWork, application_id: UUID, *, chosen: Who | None = None) -> Timeline:
    """Return what happened on a confirmed case, of everybody or of one.

    Raises ``NotFoundError``.
    """
    application = confirmed(uow, application_id)
    rows = uow.session.execute(
        sa.select(EventRow.at, EventRow.actor, EventRow.action, EventRow.details)
        .where(EventRow.subject_id == application_id, EventRow.action.not_in(UNTOLD))
        .order_by(EventRow.sequence.desc())
        .limit(MOST_LINES + 1)
    ).all()
    names = names_of(uow.session, (officer_in(row.actor) for row in rows))
    is_appealed = any(row.action == DECIDED_APPEAL for row in rows)
    said = EventTexts.read(uow, application_id, is_appealed=is_appealed)
    lines = _grouped(_line(row, names, said) for row in rows[:MOST_LINES] if row.action in WORDS)
    received = ecuador_day(application.confirmed_at or application.created_at)
    return Timeline(
        application_id=application.id,
        reference=application.reference,
        holder=application.holder,
        days=_days([each for each in lines if chosen in (None, each.who)], received),
        counts={who: sum(each.who is who for each in lines) for who in Who},
        is_cut=len(rows) > MOST_LINES,
    )


def _line(row: Any, names: Mapping[UUID, str], said: EventTexts) -> TimelineLine:  # noqa: ANN401 -- the columns of an event
    officer = officer_in(row.actor)
    return TimelineLine(
        at=row.at,
        who=_who(row.actor),
        name=names.get(officer, "") if officer else "",
        words=words_of(row.action, row.details, row.actor),
        said=said.of(row.action, row.details, row.at),
        is_minor=row.action in MINOR,
    )


def _who(actor: str) -> Who:
    if actor in _APPLICANTS:
        return Who.APPLICANT
    return Who.OFFICER if actor.startswith(OFFICER) or actor == "operator" else Who.MACHINE


def _grouped(lines: Iterable[TimelineLine]) -> list[TimelineLine]:
    """Join lines that say the same of the same on one day, one after the other."""
    found: list[TimelineLine] = []
    for line in lines:
        last = found[-1] if found else None
        if last is not None and not line.said and _kind(last) == _kind(line):
            found[-1] = replace(last, times=last.times + 1)
        else:
            found.append(line)
    return found


def _kind(line: TimelineLine) -> tuple[object, ...]:
    return (ecuador_day(line.at), line.who, line.name, line.words, line.said)


def _days(lines: Iterable[TimelineLine], received: date) -> tuple[TimelineDay, ...]:
    found: dict[date, list[TimelineLine]] = {}
    for line in lines:
        found.setdefault(ecuador_day(line.at), []).append(line)
    return tuple(
        TimelineDay(
            day=day,
            number=(day - received).days + 1 if day >= received else None,
            lines=tuple(some),
        )
        for day, some in found.items()
    )
