"""Table of the questions that officers ask colleagues on a case, with the answers."""

from datetime import date, datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base

_UNANSWERED = "answered_at IS NULL AND withdrawn_at IS NULL"


class ConsultationRow(Base):
    """One question to one colleague; answered once, or withdrawn, or neither."""

    __tablename__ = "consultations"
    __table_args__ = (
        sa.CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answer_iff_answered"),
        sa.CheckConstraint("answered_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        sa.CheckConstraint("asked_by <> asked_of", name="asked_of_another"),
        sa.Index(
            "uq_consultations_unanswered",
            "asked_of",
            "application_id",
            unique=True,
            postgresql_where=sa.text(_UNANSWERED),
            sqlite_where=sa.text(_UNANSWERED),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    asked_by: Mapped[UUID] = mapped_column(sa.ForeignKey("officers.id"), index=True)
    asked_of: Mapped[UUID] = mapped_column(sa.ForeignKey("officers.id"))
    question: Mapped[str]
    needed_by: Mapped[date]
    """The day in Ecuador by which the asker needs the answer."""
    asked_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    """When the asker last reminded the colleague."""
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
