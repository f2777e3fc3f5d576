"""Table of the decided cases that a second officer looks at without seeing the decision."""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.second_reviews import SecondVerdict


class SecondReviewRow(Base):
    """One drawn case; it changes nothing of the decision."""

    __tablename__ = "second_reviews"
    __table_args__ = (
        sa.CheckConstraint("(opinion IS NULL) = (said_at IS NULL)", name="said_iff_opinion"),
        sa.CheckConstraint(
            "opinion IS NULL OR officer_id IS NOT NULL", name="opinion_is_somebodys"
        ),
        sa.CheckConstraint("(settled_by IS NULL) = (settled_at IS NULL)", name="settled_iff_by"),
        sa.Index("ix_second_reviews_drawn", "drawn_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    """Names it in addresses, where the application's own id would lead to the decision."""
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), unique=True
    )
    drawn_at: Mapped[datetime]
    officer_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    """Who looks, or looked; None while nobody took it."""
    taken_at: Mapped[datetime | None]
    opinion: Mapped[SecondVerdict | None] = mapped_column(
        stored_by_value(SecondVerdict, "second_opinion")
    )
    reasons: Mapped[str] = mapped_column(default="", server_default="")
    said_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    """The supervisor who looked at a difference."""
    settled_at: Mapped[datetime | None]
    settlement: Mapped[str] = mapped_column(default="", server_default="")
    """What the supervisor wrote of it."""
