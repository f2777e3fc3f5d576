"""Heartbeats of workers with the state of their protections; old ones are deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.models import WorkerRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.protection import Protection, WorkerSeen
from review_service.domain.signing import SigningState
from review_service.domain.work import TaskKind
from review_service.services.upkeep import clockwork, pulses
from review_service.services.upkeep.clockwork import Clock
from review_service.services.upkeep.pulses import Pulse

FORGET_AFTER: Final = timedelta(hours=24)
"""A worker that crashed is shown as missing for this long, then deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """What one worker reports at each heartbeat."""

    worker_id: UUID
    host: str
    lanes: str
    version: str
    proven_seconds_ago: float
    """Seconds since the canary last tested the sandbox."""
    protection: Protection
    signing: SigningState | None = None
    """State of its signing keys; None when it does not sign."""


def attend(uow: UnitOfWork, told: Attendance) -> None:
    """Store one heartbeat, and delete workers silent for longer than ``FORGET_AFTER``."""
    with uow:
        uow.session.execute(sa.delete(WorkerRow).where(WorkerRow.seen_at < uow.now - FORGET_AFTER))
        row = uow.session.get(WorkerRow, told.worker_id)
        answer = told.protection.antivirus_answer
        if row is None:
            row = WorkerRow(id=told.worker_id, started_at=uow.now, antivirus_since=uow.now)
            uow.session.add(row)
        elif bool(row.antivirus_answer) != bool(answer):
            row.antivirus_since = uow.now
        row.host, row.lanes, row.version = told.host, told.lanes, told.version
        row.proven_at = uow.now - timedelta(seconds=told.proven_seconds_ago)
        row.seen_at = uow.now
        row.sandbox_required = told.protection.sandbox_required
        row.missing, row.escaped = list(told.protection.missing), list(told.protection.escaped)
        row.landlock, row.ocr_engine = told.protection.landlock, told.protection.ocr_engine
        row.antivirus, row.antivirus_answer = told.protection.antivirus, answer
        _tell_of_keys(uow, row, told.signing)
        uow.commit()


def _tell_of_keys(uow: UnitOfWork, row: WorkerRow, now: SigningState | None) -> None:
    """Store the state of the keys; once they may sign, waiting agreements are tried at once."""
    before = SigningState.from_json(row.signing) if row.signing is not None else None
    row.signing = now.to_json() if now is not None else None
    if now is not None and not now.problems and (before is None or before.problems):
        tasks.hurry(uow, TaskKind.ISSUE_AGREEMENT)


def leave(uow: UnitOfWork, worker_id: UUID) -> None:
    """Delete the row of a worker that ended normally."""
    with uow:
        uow.session.execute(sa.delete(WorkerRow).where(WorkerRow.id == worker_id))
        uow.commit()


def workers(uow: UnitOfWork) -> Sequence[WorkerSeen]:
    """Return every known worker, newest first; in the caller's transaction."""
    rows = uow.session.execute(sa.select(WorkerRow).order_by(WorkerRow.started_at.desc()))
    return [_seen(row) for row in rows.scalars()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """All workers, the living schedulers, the clock, and the time at which they were read."""

    now: datetime
    workers: tuple[WorkerSeen, ...]
    schedulers: tuple[Pulse, ...]
    clock: Clock


def watch(uow: UnitOfWork) -> Watch:
    """Return who is there and the database's time, in a transaction of its own."""
    with uow:
        return Watch(
            now=uow.now,
            workers=tuple(workers(uow)),
            schedulers=tuple(pulses.alive(uow)),
            clock=clockwork.look(uow),
        )


def _seen(row: WorkerRow) -> WorkerSeen:
    return WorkerSeen(
        id=row.id,
        host=row.host,
        lanes=row.lanes,
        version=row.version,
        started_at=row.started_at,
        proven_at=row.proven_at,
        seen_at=row.seen_at,
        antivirus_since=row.antivirus_since,
        protection=Protection(
            sandbox_required=row.sandbox_required,
            missing=tuple(row.missing),
            escaped=tuple(row.escaped),
            landlock=row.landlock,
            ocr_engine=row.ocr_engine,
            antivirus=row.antivirus,
            antivirus_answer=row.antivirus_answer,
        ),
        signing=SigningState.from_json(row.signing) if row.signing is not None else None,
    )
