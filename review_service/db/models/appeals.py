"""Table of the appeals against decisions; the words and the number of each are its letter's."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.appeals import AppealedAct, AppealOutcome


class AppealRow(Base):
    """One appeal: the act as it was, who received it, and how it was decided."""

    __tablename__ = "appeals"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "act_at"),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS NULL)",
            name="outcome_iff_decided",
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR act_by IS NULL OR decided_by <> act_by", name="another_decides"
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome = 'inadmitted' OR NOT is_late", name="late_is_inadmitted"
        ),
        sa.CheckConstraint(
            "(outcome IS NOT NULL AND outcome = 'accepted') = (review_order <> '')",
            name="order_iff_accepted",
        ),
    )

    letter_id: Mapped[UUID] = mapped_column(sa.ForeignKey("letters.id"), primary_key=True)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    act: Mapped[AppealedAct] = mapped_column(stored_by_value(AppealedAct, "appealed_act"))
    act_at: Mapped[datetime]
    act_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    """The officer who took the decision that is appealed."""
    act_reasons: Mapped[str]
    """Its reasons, which the application forgets when it goes back to review."""
    appeal_until: Mapped[date | None]
    """Last day to appeal; None while the decision was notified to nobody: no term runs."""
    entered_on: Mapped[date]
    """The day on which it came; one on paper may be recorded later."""
    is_late: Mapped[bool]
    """Whether it came after ``appeal_until``."""
    recorded_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    """The officer who received it on paper; None for one that was sent online."""
    outcome: Mapped[AppealOutcome | None] = mapped_column(
        stored_by_value(AppealOutcome, "appeal_outcome")
    )
    reasons: Mapped[str] = mapped_column(default="", server_default="")
    review_order: Mapped[str] = mapped_column(default="", server_default="")
    """What an accepted appeal orders whoever reviews it again."""
    basis: Mapped[str] = mapped_column(default="", server_default="")
    """Articles that the decision rests on, as its letter said."""
    remains: Mapped[str] = mapped_column(default="", server_default="")
    """What its letter said that is still open; empty for an accepted one."""
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
