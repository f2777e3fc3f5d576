"""Tables of what happens while a correction is waited for: more days, attempts, a resolution."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base, stored_by_value
from review_service.domain.correction_loop import ContactChannel, ContactResult


class CorrectionExtensionRow(Base):
    """More days to correct that somebody asked for: once for each request."""

    __tablename__ = "correction_extensions"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "round"),
        sa.CheckConstraint("(decided_by IS NULL) = (decided_at IS NULL)", name="decided_iff_by"),
        sa.CheckConstraint("(days IS NULL) = (decided_at IS NULL)", name="days_iff_decided"),
        sa.CheckConstraint("days IS NULL OR (days >= 0 AND days <= 5)", name="half_at_most"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE")
    )
    round: Mapped[int]
    """Of the request, as in ``corrections``."""
    reason: Mapped[str]
    """In the applicant's words."""
    asked_at: Mapped[datetime]
    days: Mapped[int | None]
    """Business days that were granted, 0 for none; None while nobody decided."""
    answer: Mapped[str] = mapped_column(default="", server_default="")
    """Why not, in the officer's words; empty where it was granted."""
    decided_by: Mapped[UUID | None] = mapped_column(sa.ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]


class ContactAttemptRow(Base):
    """One attempt to tell a person of a request by another way. Rows are only ever added."""

    __tablename__ = "contact_attempts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    round: Mapped[int]
    channel: Mapped[ContactChannel] = mapped_column(
        stored_by_value(ContactChannel, "contact_channel")
    )
    result: Mapped[ContactResult] = mapped_column(stored_by_value(ContactResult, "contact_result"))
    made_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="", server_default="")
    """The officer's words."""
    logged_by: Mapped[UUID] = mapped_column(sa.ForeignKey("officers.id"))
    logged_at: Mapped[datetime]


class WithdrawalResolutionRow(Base):
    """The resolution by which an application counts as withdrawn, as it was signed off."""

    __tablename__ = "withdrawal_resolutions"

    application_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True
    )
    facts: Mapped[dict[str, Any]]
    """What its letter told, days as ISO text."""
    signed_by: Mapped[UUID] = mapped_column(sa.ForeignKey("officers.id"))
    signed_at: Mapped[datetime]
