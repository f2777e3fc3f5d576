"""Which checks of an application have not ended: those of its files, and the search for copies.

A file is shown as soon as it was checked. Whether its photos are somebody else's is known later,
from a task of its own (``TaskKind.FIND_RESEMBLING``); until then no case is clean.
"""

from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import DocumentRow, TaskRow
from review_service.domain.documents import DocumentState
from review_service.domain.work import TaskKind, TaskState


def is_in_check() -> sa.ColumnElement[bool]:
    """Say, beside a ``DocumentRow`` of the same query, whether its checks have not ended."""
    return sa.and_(
        DocumentRow.assembled.is_(False),
        DocumentRow.state.in_((DocumentState.RECEIVED, DocumentState.CHECKING)),
    )


def is_in_search() -> sa.ColumnElement[bool]:
    """Say, beside a ``DocumentRow``, whether its photos are not compared with others' yet.

    A search that was given up has ended: a finding says so (``photos_not_compared``).
    """
    return (
        sa.select(TaskRow.id)
        .where(
            TaskRow.subject_id == DocumentRow.id,
            TaskRow.kind == TaskKind.FIND_RESEMBLING,
            TaskRow.state == TaskState.READY,
        )
        .correlate(DocumentRow)
        .exists()
    )


def cases_with_open_ones() -> sa.CompoundSelect[tuple[UUID]]:
    """Return the cases whose checks have not ended; few at a time, to which indexes lead."""
    present = DocumentRow.removed_at.is_(None)
    in_check = sa.select(DocumentRow.application_id).where(present, is_in_check())
    in_search = (
        sa.select(DocumentRow.application_id)
        .join(TaskRow, TaskRow.subject_id == DocumentRow.id)
        .where(
            present,
            TaskRow.kind == TaskKind.FIND_RESEMBLING,
            TaskRow.state == TaskState.READY,
        )
    )
    return sa.union_all(in_check, in_search)


def is_open() -> sa.ColumnElement[bool]:
    """Say, beside a ``DocumentRow``, whether it is present and one of the two has not ended."""
    return sa.and_(DocumentRow.removed_at.is_(None), sa.or_(is_in_check(), is_in_search()))
