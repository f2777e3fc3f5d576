"""What an officer asked to correct in a case, and what was answered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import CorrectionRow
from review_service.db.queries.officer.decisions import names_of
from review_service.domain.applications import ReviewItem


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """A correction request for one item, and its answer."""

    round: int
    item: ReviewItem
    reason: str
    instruction: str
    basis: str
    """What asked for it; empty for own words."""
    asked_at: datetime
    asked_by: str
    answered_at: datetime | None
    answer: str


def corrections_of(
    session: Session, application_id: UUID
) -> dict[ReviewItem, list[CorrectionView]]:
    """Return the requests of a case by item, the newest first."""
    rows = session.scalars(
        sa.select(CorrectionRow)
        .where(CorrectionRow.application_id == application_id)
        .order_by(CorrectionRow.round.desc())
    ).all()
    names = names_of(session, (row.asked_by for row in rows))
    found: dict[ReviewItem, list[CorrectionView]] = {}
    for row in rows:
        view = CorrectionView(
            round=row.round,
            item=row.item,
            reason=row.reason,
            instruction=row.instruction,
            basis=row.legal_basis,
            asked_at=row.asked_at,
            asked_by=names.get(row.asked_by, ""),
            answered_at=row.answered_at,
            answer=row.answer,
        )
        found.setdefault(row.item, []).append(view)
    return found
