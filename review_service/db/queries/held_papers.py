"""Approved agreements whose signing is prevented, with the reason."""

import re
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import AgreementRow, TaskRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.work import TaskKind, TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPaper:
    """An agreement that is numbered and not signed."""

    number: str
    why: str
    """What the worker said last, for officers and operators; empty when it is no Spanish sentence,
    as of a store that is down."""
    waits: bool
    """True: its task is retried without help. False: its task waits for a person."""


def is_held() -> sa.ColumnElement[bool]:
    """Say, beside an ``AgreementRow`` of the same query, whether something keeps its paper."""
    return sa.exists().where(*_HOLDS).correlate(AgreementRow)


def held_paper(uow: UnitOfWork, application_id: UUID) -> HeldPaper | None:
    """Return what prevents signing the paper of an application; None when nothing does."""
    row = uow.session.execute(
        sa.select(AgreementRow.number, TaskRow.last_error, TaskRow.state)
        .join(TaskRow, sa.and_(*_HOLDS))
        .where(AgreementRow.application_id == application_id)
    ).one_or_none()
    if row is None:
        return None
    why = "" if _OF_PROGRAM.match(row.last_error) else row.last_error
    return HeldPaper(number=row.number, why=why, waits=row.state is not TaskState.QUARANTINED)


_OF_PROGRAM = re.compile(r"\w+: ")
"""Start of an error without a Spanish sentence: the name of its class."""
_HOLDS = (
    TaskRow.subject_id == AgreementRow.id,
    TaskRow.kind == TaskKind.ISSUE_AGREEMENT,
    sa.or_(
        TaskRow.state == TaskState.QUARANTINED,
        sa.and_(TaskRow.state == TaskState.READY, TaskRow.outages > 0),
    ),
)
