"""Since when events hold the facts of all rows, and the first holding after an upgrade.

A database that this version began holds them from its first row. In one of a version before, rows
stand that no digest tells of, and processes of that version may go on writing for a while. So the
first holding waits for a day, then begins: what digests said before no longer counts, and each
subject gets an event with the digests of its rows as they stand. What happened to them before that
moment nobody can vouch for. All of this is told by events, which are sealed.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import audit, row_facts
from review_service.db.fact_columns import EDITIONS
from review_service.db.models import ApplicationRow, EventRow, LetterRow, OfficerRow
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

HOLDING: Final = UUID("6d1f4d6e-9a1b-5c0e-8a55-0f1e5b6f2a01")
"""The subject of the events of the holding itself, by which they are found."""
AWAITED: Final = "row_facts_awaited"
BEGAN: Final = "row_facts_began"
COMPLETE: Final = "row_facts_complete"
FIRST_HELD: Final = "rows_first_held"
"""The event that tells the digests of all rows of one subject as they stood at the holding."""
NOT_HELD: Final = "rows_not_held"
"""The event of a subject whose digests cannot be computed: ``invariants`` finds its rows."""
FOUNDING: Final = ("application_opened", "officer_added", "letter_written")
"""The events by which subjects come to be."""
WAIT: Final = timedelta(hours=24)
"""How long processes of the version before may go on writing after an upgrade."""
AT_ONCE: Final = 50
"""Subjects of one transaction, during which nobody else can write an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Which digests count."""

    since: int | None
    """Sequence of the event after which digests count, 0 for all; None: none count yet."""
    since_at: datetime | None
    """When that was; None for an installation that held all from the beginning."""
    is_whole: bool
    """Whether every row has a digest after it."""
    due_at: datetime | None = None
    """When the first holding begins; None when it has, or when nobody has begun to wait."""


def standing(uow: UnitOfWork) -> Standing:
    """Return which digests count, inside the caller's transaction."""
    marks = uow.session.execute(
        sa.select(EventRow.sequence, EventRow.at, EventRow.action)
        .where(EventRow.subject_id == HOLDING)
        .order_by(EventRow.sequence)
    ).all()
    began = [mark for mark in marks if mark.action == BEGAN]
    if began:
        last = began[-1]
        is_whole = any(mark.action == COMPLETE and mark.sequence > last.sequence for mark in marks)
        return Standing(since=last.sequence, since_at=last.at, is_whole=is_whole)
    first = uow.session.execute(
        sa.select(EventRow.details)
        .where(EventRow.action.in_(FOUNDING))
        .order_by(EventRow.sequence)
        .limit(1)
    ).first()
    if first is None or row_facts.FACTS in first.details:
        return Standing(since=0, since_at=None, is_whole=True)
    awaited = [mark for mark in marks if mark.action == AWAITED]
    due_at = awaited[0].at + WAIT if awaited else None
    return Standing(since=None, since_at=None, is_whole=False, due_at=due_at)


def go_on(reading: UnitFactory, writing: UnitFactory, *, seconds: float = float("inf")) -> int:
    """Wait, begin or go on with the first holding for so long; return how many subjects were held.

    Holds none while the clock is not believed. Safe to repeat and to run twice at once. Raises
    ``RoundFailedError`` at the end when some could not be held; all others are.
    """
    ends_at = time.monotonic() + seconds
    with reading() as uow:
        now = standing(uow)
        is_waiting = now.since is None and now.due_at is not None and uow.now < now.due_at
        if now.is_whole or is_waiting or not clockwork.is_steady(uow):
            return 0
    if now.since is None and not _has_begun(writing()):
        return 0
    held, holding = 0, Round(NOT_HELD)
    while time.monotonic() < ends_at:
        with reading() as uow:
            now = standing(uow)
            ids = [] if now.is_whole or now.since is None else _next_subjects(uow, now.since)
        held += _hold_all(writing, ids, now.since, holding)
        if not ids:
            break
    holding.end()
    return held


def begin_anew(uow: UnitOfWork, *, operator: str, reason: str) -> None:
    """Let no digest of before count; the scheduler then holds all rows as they stand."""
    with uow:
        uow.record(BEGAN, actor="operator", subject_id=HOLDING, operator=operator, reason=reason)
        uow.commit()


def _has_begun(uow: UnitOfWork) -> bool:
    """Note that the holding is awaited or, a day later, begin it; return whether it has begun."""
    with uow:
        audit.lock_head(uow.session)
        now = standing(uow)
        if now.since is not None:
            return True
        if now.due_at is None:
            uow.record(AWAITED, actor="scheduler", subject_id=HOLDING)
        elif uow.now >= now.due_at:
            uow.record(BEGAN, actor="scheduler", subject_id=HOLDING)
        uow.commit()
        return now.due_at is not None and uow.now >= now.due_at


def _hold_all(writing: UnitFactory, ids: Sequence[UUID], since: int | None, holding: Round) -> int:
    """Hold these subjects, or note that none is left; return how many were held.

    Where it fails for all together each is held alone, and one that fails is noted and passed over.
    """
    try:
        return _hold(writing(), ids, since)
    except Exception as error:
        if not ids or holding.is_outage(error):
            raise
    return sum(_hold_alone(writing, subject, since, holding) for subject in ids)


def _hold_alone(writing: UnitFactory, subject: UUID, since: int | None, holding: Round) -> int:
    with holding.one(subject_id=subject):
        return _hold(writing(), [subject], since)
    _pass_over(writing(), subject, since)
    return 0


def _hold(uow: UnitOfWork, ids: Sequence[UUID], since: int | None) -> int:
    with uow:
        now = standing(uow)
        if now.is_whole or now.since is None or now.since != since:
            return 0
        for table in EDITIONS:
            uow.hold(found.row for found in row_facts.rows_of(uow.session, table, ids))
        for subject in ids:
            uow.record(FIRST_HELD, actor="scheduler", subject_id=subject)
        if not ids:
            uow.record(COMPLETE, actor="scheduler", subject_id=HOLDING)
        uow.commit()
        return len(ids)


def _pass_over(uow: UnitOfWork, subject: UUID, since: int | None) -> None:
    with uow:
        audit.lock_head(uow.session)  # after a new beginning those before it would be left out
        now = standing(uow)
        if not now.is_whole and now.since == since:
            uow.record(NOT_HELD, actor="scheduler", subject_id=subject)
            uow.commit()


def _next_subjects(uow: UnitOfWork, since: int) -> Sequence[UUID]:
    """Return the subjects after the last one: applications, then officers, then letters."""
    last = uow.session.execute(
        sa.select(EventRow.subject_id)
        .where(EventRow.sequence > since, EventRow.action.in_((FIRST_HELD, NOT_HELD)))
        .order_by(EventRow.sequence.desc())
        .limit(1)
    ).scalar()
    roots = (ApplicationRow.id, OfficerRow.id, LetterRow.id)
    place = 0
    if last is not None:
        place = 1 if uow.session.get(OfficerRow, last) else 0
        place = 2 if uow.session.get(LetterRow, last) else place
    for root in roots[place:]:
        beyond = sa.true() if last is None else root > last
        if ids := uow.session.scalars(
            sa.select(root).where(beyond).order_by(root).limit(AT_ONCE)
        ).all():
            return ids
        last = None
    return ()
