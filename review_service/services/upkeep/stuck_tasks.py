"""Lists tasks that need a person, and lets an operator retry one."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    TaskRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError
from review_service.domain.work import TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckTask:
    """A task that a person should look at."""

    task_id: UUID
    kind: str
    state: str
    last_error: str


def stuck_tasks(uow: UnitOfWork) -> list[StuckTask]:
    """Return tasks in quarantine and those that wait for an external service."""
    with uow:
        rows = uow.session.execute(
            sa.select(TaskRow)
            .where(
                sa.or_(
                    TaskRow.state == TaskState.QUARANTINED,
                    sa.and_(TaskRow.state == TaskState.READY, TaskRow.outages > 0),
                )
            )
            .order_by(TaskRow.created_at)
        ).scalars()
        return [
            StuckTask(
                task_id=row.id,
                kind=row.kind.value,
                state=row.state.value,
                last_error=row.last_error,
            )
            for row in rows
        ]


def retry(uow: UnitOfWork, task_id: UUID) -> None:
    """Retry a task in quarantine: its attempts count from 0. Raises ``NotFoundError``."""
    with uow:
        changed = uow.session.execute(
            sa.update(TaskRow)
            .where(TaskRow.id == task_id, TaskRow.state == TaskState.QUARANTINED)
            .values(state=TaskState.READY, attempts=0, run_after=uow.now, finished_at=None)
            .returning(TaskRow.id)
        ).scalar_one_or_none()
        if changed is None:
            raise NotFoundError(
                "esa tarea no está detenida; véalas con «review-service tasks list»."
            )
        uow.record("task_retried", actor="operator", subject_id=task_id)
        uow.commit()
