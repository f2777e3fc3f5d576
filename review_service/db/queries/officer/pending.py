"""What officers are told of a decision that has no effect yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import PendingDecisionRow
from review_service.db.queries.officer.decisions import names_of
from review_service.domain.pending_decisions import DecisionOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingView:
    """A recommendation, or a decision that can still be undone."""

    outcome: DecisionOutcome
    reasons: str
    category: str
    late_reason: str
    recommended_by: str
    recommended_by_id: UUID | None
    recommended_at: datetime | None
    decided_by: str
    decided_by_id: UUID | None
    takes_effect_at: datetime | None
    """Until when it can be undone; None while it is only recommended."""

    @property
    def is_recommended(self) -> bool:
        """Whether another officer has still to issue it."""
        return self.takes_effect_at is None

    @property
    def words(self) -> str:
        """Spanish words for a tag."""
        if self.is_recommended:
            return f"Recomendada: {self.outcome.label.lower()}"
        return f"{self.outcome.done}, se puede deshacer"


def pending_view(session: Session, row: PendingDecisionRow | None) -> PendingView | None:
    """Return what is told of a row; None without one."""
    return None if row is None else _views(session, [row])[row.application_id]


def pending_among(session: Session, ids: Collection[UUID]) -> Mapping[UUID, PendingView]:
    """Return what is told of those of these cases that have such a decision."""
    if not ids:
        return {}
    found = sa.select(PendingDecisionRow).where(PendingDecisionRow.application_id.in_(ids))
    return _views(session, session.scalars(found).all())


def _views(session: Session, rows: Sequence[PendingDecisionRow]) -> Mapping[UUID, PendingView]:
    names = names_of(session, (by for row in rows for by in (row.recommended_by, row.decided_by)))
    nobody = UUID(int=0)
    return {
        row.application_id: PendingView(
            outcome=row.outcome,
            reasons=row.reasons,
            category=row.category,
            late_reason=row.late_reason,
            recommended_by=names.get(row.recommended_by or nobody, ""),
            recommended_by_id=row.recommended_by,
            recommended_at=row.recommended_at,
            decided_by=names.get(row.decided_by or nobody, ""),
            decided_by_id=row.decided_by,
            takes_effect_at=row.takes_effect_at,
        )
        for row in rows
    }
