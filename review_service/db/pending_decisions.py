"""The decision of a case that has no effect yet, if there is one."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import PendingDecisionRow


def pending_of(session: Session, application_id: UUID) -> PendingDecisionRow | None:
    """Return what is recommended or can still be undone, as the database has it now."""
    return session.get(PendingDecisionRow, application_id, populate_existing=True)


def is_pending(case: Any) -> sa.Exists:  # noqa: ANN401 -- a column with an application's id
    """Return the condition that something is recommended or can still be undone.

    ``case`` always names the row of the enclosing query, also where this is a query within a query.
    """
    mine = PendingDecisionRow.application_id == case
    return sa.exists().where(mine).correlate_except(PendingDecisionRow)


def pending_cases() -> sa.Select[Any]:
    """Return the ids of all cases of which something is recommended or can still be undone."""
    return sa.select(PendingDecisionRow.application_id)


def recommended_cases() -> sa.Select[Any]:
    """Return the ids of the cases that wait for another officer to issue what is recommended."""
    return pending_cases().where(PendingDecisionRow.decided_by.is_(None))


def mark_of(row: PendingDecisionRow | None) -> str:
    """Return a text that is another one when something was recommended, decided or undone."""
    return "" if row is None else mark(row.outcome, row.recommended_by, row.decided_by)


def mark(outcome: object, recommended_by: UUID | None, decided_by: UUID | None) -> str:
    """Return the same from the columns; empty without an outcome."""
    return "" if outcome is None else f"{outcome} {recommended_by} {decided_by}"
