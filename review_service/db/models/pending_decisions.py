"""Table of the officers' decisions that have no effect yet."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.pending_decisions import DecisionOutcome


class PendingDecisionRow(Base):
    """What is recommended of an application in review, or was decided and can be undone.

    The application stays in review until it takes effect; then, or when it is undone, the row goes.
    """

    __tablename__ = "pending_decisions"
    __table_args__ = (
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)"
            " AND (decided_by IS NULL) = (takes_effect_at IS NULL)",
            name="takes_effect_iff_decided",
        ),
        sa.CheckConstraint(
            "(recommended_by IS NULL) = (recommended_at IS NULL)", name="recommended_iff"
        ),
        sa.CheckConstraint(
            "recommended_by IS NOT NULL OR decided_by IS NOT NULL", name="somebody_said_it"
        ),
        sa.CheckConstraint(
            "recommended_by IS NULL OR decided_by IS NULL OR recommended_by <> decided_by",
            name="another_decides",
        ),
        sa.Index("ix_pending_decisions_due", "takes_effect_at"),
    )

    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True
    )
    outcome: Mapped[DecisionOutcome] = mapped_column(
        stored_by_value(DecisionOutcome, "decision_outcome")
    )
    reasons: Mapped[str]
    """Of a refusal, or the grounds of a category; empty for an Acuerdo."""
    category: Mapped[str]
    """What a certificate would say; empty for other documents and for a refusal."""
    late_reason: Mapped[str]
    """Why it is refused after the legal term; empty within it."""
    recommended_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    recommended_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    """None while it is only recommended."""
    decided_at: Mapped[datetime | None]
    takes_effect_at: Mapped[datetime | None]
    """Until when it can be undone."""
