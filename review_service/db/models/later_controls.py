"""Table of the grants of rules that officers look at afterwards."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.later_controls import LaterOutcome


class LaterControlRow(Base):
    """One application that a rule granted, chosen for a look; the applicant is not told."""

    __tablename__ = "later_controls"
    __table_args__ = (
        sa.CheckConstraint(
            "(outcome IS NULL) = (looked_at IS NULL) AND (outcome IS NULL) = (officer_id IS NULL)",
            name="looked_iff_outcome",
        ),
        sa.Index(
            "ix_later_controls_open",
            "chosen_at",
            "application_id",
            postgresql_where=sa.text("looked_at IS NULL"),
            sqlite_where=sa.text("looked_at IS NULL"),
        ),
    )

    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True
    )
    chosen_at: Mapped[datetime]
    officer_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    """Who looked; None while nobody has."""
    looked_at: Mapped[datetime | None]
    outcome: Mapped[LaterOutcome | None] = mapped_column(
        stored_by_value(LaterOutcome, "later_outcome")
    )
    note: Mapped[str] = mapped_column(default="", server_default="")
    """What the officer wrote."""
