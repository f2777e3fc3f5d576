"""Fair turns: whose task comes next when many wait, so that nobody waits behind all of another's.

Each task carries a ``turn``. An applicant's next task goes one turn after the last one that waits
or runs; who has none joins the turn that is being served. Workers take the lowest turn first, and
of one turn the oldest: applicants alternate, however many tasks each has (start-time fair queueing;
ADR 25).
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import ApplicationRow, DocumentRow, TaskRow
from review_service.domain.work import Lane, Subject, TaskKind, TaskState

READY = TaskRow.state == sa.literal(TaskState.READY, TaskRow.state.type, literal_execute=True)
"""As a literal, so that every plan may use the indexes of ready tasks alone."""


def payer_of(session: Session, kind: TaskKind, subject_id: UUID) -> str | None:
    """Return the RUC whose turn a task takes; None for work that is no applicant's."""
    ruc = sa.select(ApplicationRow.ruc)
    match kind.subject:
        case Subject.DOCUMENT:
            ruc = ruc.join(DocumentRow, DocumentRow.application_id == ApplicationRow.id)
            return session.execute(ruc.where(DocumentRow.id == subject_id)).scalar_one_or_none()
        case Subject.APPLICATION:
            return session.execute(ruc.where(ApplicationRow.id == subject_id)).scalar_one_or_none()
        case Subject.OTHER:
            return None


def next_turn(session: Session, lane: Lane, ruc: str | None, *, now: datetime) -> int:
    """Return the turn of a task that is added now to this lane."""
    due = TaskRow.run_after <= now  # one that waits for an outage holds no turn back
    served = sa.select(sa.func.min(TaskRow.turn)).where(TaskRow.lane == lane, READY, due)
    last = sa.select(sa.func.max(TaskRow.turn)).where(
        TaskRow.lane == lane, READY, TaskRow.ruc == ruc
    )
    first, own = session.execute(sa.select(served.scalar_subquery(), last.scalar_subquery())).one()
    return max(first or 0, own + 1 if own is not None and ruc is not None else 0)
