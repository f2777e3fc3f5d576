"""Signs of life of the scheduler, and the time that the service has last seen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from review_service.db.base import Base

THE_CLOCK = 1
"""The id of the only row of ``clock``."""


class PulseRow(Base):
    """A process that keeps time; updated every few seconds while it lives."""

    __tablename__ = "pulses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    host: Mapped[str]
    version: Mapped[str]
    seen_at: Mapped[datetime]
    failed_or_late: Mapped[list[Any]] = mapped_column("late")
    """Names of the periodic jobs that failed, or have been running for too long."""


class ClockRow(Base):
    """The time when somebody last looked at the clock, and whether it was believed."""

    __tablename__ = "clock"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    noted_at: Mapped[datetime]
    """The newest time that was believed."""
    held_since: Mapped[datetime | None]
    """What the clock said when it was no longer believed; null while it is."""
