"""Leases on tasks: attempts are counted before the work; only the lease's holder can finish."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import TaskRow
from review_service.db.turns import READY
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.work import Lane, TaskKind, TaskState

MAX_ERROR_CHARACTERS = 500
MAX_WAIT_SECONDS = 600.0
"""Longest wait for an external service, so that mail is sent soon after the relay is back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to do one task until the lease ends."""

    task_id: UUID
    kind: TaskKind
    subject_id: UUID
    owner: str
    attempt: int
    """1 for the first try."""
    outages: int = 0
    """How often it waited for an external service."""

    @property
    def log_fields(self) -> dict[str, object]:
        """Return the log fields of the task: ids, kind and attempt, no personal data."""
        return {
            "task_id": str(self.task_id),
            "kind": self.kind.value,
            "subject_id": str(self.subject_id),
            "attempt": self.attempt,
        }


def take_lease(
    uow: UnitOfWork, task_id: UUID, *, owner: str, seconds: float, max_attempts: int
) -> Lease | None:
    """Lease a due task and count the attempt; return None when no task is due.

    The caller commits before it begins the work, so that a killed worker leaves its count behind.
    A task that used up its attempts is left alone: the reconciler puts it into quarantine.
    """
    return _take(uow, TaskRow.id == task_id, owner=owner, seconds=seconds, most=max_attempts)


def take_next(
    uow: UnitOfWork, *, lanes: Sequence[Lane], owner: str, seconds: float, max_attempts: int
) -> Lease | None:
    """Lease the due task whose turn it is, of the first of these lanes that has one.

    Otherwise as ``take_lease``.
    """
    for lane in lanes:
        whose = (
            sa.select(TaskRow.id)
            .where(TaskRow.lane == lane, READY, *_is_due(uow, max_attempts))
            .order_by(TaskRow.turn, TaskRow.created_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        lease = _take(
            uow,
            TaskRow.id == whose.scalar_subquery(),
            owner=owner,
            seconds=seconds,
            most=max_attempts,
        )
        if lease is not None:
            return lease
    return None


def _is_due(uow: UnitOfWork, most: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of a ready task that it may be taken now."""
    return (
        TaskRow.run_after <= uow.now,
        sa.or_(TaskRow.leased_until.is_(None), TaskRow.leased_until < uow.now),
        TaskRow.attempts < most,
    )


def _take(
    uow: UnitOfWork, which: sa.ColumnElement[bool], *, owner: str, seconds: float, most: int
) -> Lease | None:
    row = uow.session.execute(
        sa.update(TaskRow)
        .where(which, TaskRow.state == TaskState.READY, *_is_due(uow, most))
        .values(
            attempts=TaskRow.attempts + 1,
            lease_owner=owner,
            leased_until=uow.now + timedelta(seconds=seconds),
        )
        .returning(TaskRow.id, TaskRow.kind, TaskRow.subject_id, TaskRow.attempts, TaskRow.outages)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    return Lease(
        task_id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        owner=owner,
        attempt=row.attempts,
        outages=row.outages,
    )


def extend_lease(uow: UnitOfWork, lease: Lease, *, seconds: float) -> bool:
    """Extend the lease; False when another worker has it by now."""
    return _held(uow, lease, leased_until=uow.now + timedelta(seconds=seconds))


def finish(uow: UnitOfWork, lease: Lease) -> bool:
    """Mark the task done in the transaction of its result; False when the lease was lost."""
    return _held(
        uow, lease, state=TaskState.DONE, finished_at=uow.now, lease_owner=None, leased_until=None
    )


def finish_waiting(uow: UnitOfWork, kind: TaskKind, subjects: Collection[UUID]) -> None:
    """Mark tasks of these subjects as done if nobody holds them: another task did their work."""
    uow.session.execute(
        sa.update(TaskRow)
        .where(
            TaskRow.kind == kind,
            TaskRow.subject_id.in_(subjects),
            TaskRow.state == TaskState.READY,
            sa.or_(TaskRow.leased_until.is_(None), TaskRow.leased_until < uow.now),
        )
        .values(state=TaskState.DONE, finished_at=uow.now, lease_owner=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )


def give_back(uow: UnitOfWork, lease: Lease, *, error: str, after_seconds: float) -> bool:
    """End the lease and retry the task later; the attempt counts."""
    return _held(
        uow,
        lease,
        lease_owner=None,
        leased_until=None,
        run_after=uow.now + timedelta(seconds=after_seconds),
        last_error=error[:MAX_ERROR_CHARACTERS],
    )


def wait_out(uow: UnitOfWork, lease: Lease, *, error: str, first_seconds: float) -> bool:
    """End the lease and retry after an external outage; the attempt does not count.

    The wait doubles with every outage, up to ``MAX_WAIT_SECONDS``.
    """
    row = uow.session.get(TaskRow, lease.task_id)
    outages = row.outages if row else 0
    wait = min(first_seconds * 2.0 ** min(outages, 20), MAX_WAIT_SECONDS)
    return _held(
        uow,
        lease,
        lease_owner=None,
        leased_until=None,
        attempts=lease.attempt - 1,
        outages=outages + 1,
        run_after=uow.now + timedelta(seconds=wait),
        last_error=error[:MAX_ERROR_CHARACTERS],
    )


def put_off(uow: UnitOfWork, lease: Lease, *, after_seconds: float) -> bool:
    """End the lease and look again later; neither an attempt nor an outage."""
    return _held(
        uow,
        lease,
        lease_owner=None,
        leased_until=None,
        attempts=lease.attempt - 1,
        run_after=uow.now + timedelta(seconds=after_seconds),
    )


def cancel(uow: UnitOfWork, lease: Lease, *, reason: str) -> bool:
    """End a task that nobody needs any more; False when the lease was lost."""
    return _held(
        uow,
        lease,
        state=TaskState.CANCELLED,
        finished_at=uow.now,
        lease_owner=None,
        leased_until=None,
        last_error=reason,
    )


def hurry(uow: UnitOfWork, kind: TaskKind) -> None:
    """Make the tasks of a kind that wait for an external service due now, since it is back."""
    uow.session.execute(
        sa.update(TaskRow)
        .where(
            TaskRow.kind == kind,
            TaskRow.state == TaskState.READY,
            TaskRow.outages > 0,
            TaskRow.leased_until.is_(None),
            TaskRow.run_after > uow.now,
        )
        .values(run_after=uow.now)
        .execution_options(synchronize_session=False)
    )


def quarantine(uow: UnitOfWork, lease: Lease, *, error: str) -> bool:
    """Put the task into quarantine: it is not retried until a person decides so."""
    done = _held(
        uow,
        lease,
        state=TaskState.QUARANTINED,
        finished_at=uow.now,
        lease_owner=None,
        leased_until=None,
        last_error=error[:MAX_ERROR_CHARACTERS],
    )
    if done:
        uow.record(
            "task_quarantined",
            actor="worker",
            subject_id=lease.subject_id,
            kind=lease.kind.value,
            attempts=lease.attempt,
        )
    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTask:
    """A due task that no worker holds."""

    task_id: UUID
    lane: Lane


def due(
    uow: UnitOfWork, *, max_attempts: int, limit: int = 500, lanes: Collection[Lane] = tuple(Lane)
) -> Sequence[DueTask]:
    """Return tasks of these lanes that nobody holds and whose time has come, oldest first."""
    rows = uow.session.execute(
        sa.select(TaskRow.id, TaskRow.lane)
        .where(
            TaskRow.state == TaskState.READY,
            *_is_due(uow, max_attempts),
            TaskRow.lane.in_(lanes),
        )
        .order_by(TaskRow.run_after)
        .limit(limit)
    )
    return [DueTask(task_id=row.id, lane=row.lane) for row in rows]


def worn_out(uow: UnitOfWork, *, max_attempts: int) -> Sequence[Lease]:
    """Return tasks that used up their attempts and whose last worker died."""
    rows = uow.session.execute(
        sa.select(TaskRow).where(
            TaskRow.state == TaskState.READY,
            TaskRow.attempts >= max_attempts,
            TaskRow.leased_until < uow.now,
        )
    ).scalars()
    return [
        Lease(
            task_id=row.id,
            kind=row.kind,
            subject_id=row.subject_id,
            owner=row.lease_owner or "",
            attempt=row.attempts,
        )
        for row in rows
    ]


def _held(uow: UnitOfWork, lease: Lease, **values: object) -> bool:
    changed = uow.session.execute(
        sa.update(TaskRow)
        .where(
            TaskRow.id == lease.task_id,
            TaskRow.state == TaskState.READY,
            TaskRow.lease_owner == lease.owner,
            TaskRow.attempts == lease.attempt,
        )
        .values(**values)
        .returning(TaskRow.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    return changed is not None
