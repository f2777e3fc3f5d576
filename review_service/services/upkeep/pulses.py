"""Signs of life of the scheduler, each of them a real write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import PulseRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.clockwork import Stopwatch
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.clockwork import Clock

PULSE_SECONDS: Final = 10.0
SILENT_AFTER: Final = timedelta(seconds=45)
"""A scheduler without a pulse for so long is dead, or cannot write."""
FORGET_AFTER: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What one scheduler says at each pulse."""

    process_id: UUID
    host: str
    version: str
    failed_or_late: tuple[str, ...]
    """Names of the periodic jobs that failed, or have been running for too long."""
    seen_at: datetime | None = None
    """Set when it is read."""


def beat(uow: UnitOfWork, told: Pulse, *, beside: Stopwatch | None = None) -> Clock:
    """Store one pulse and note the time.

    ``beside`` is what this process measured since its last pulse; None at the first.
    """
    with uow:
        row = uow.session.get(PulseRow, told.process_id)
        if row is None:
            row = PulseRow(id=told.process_id)
            uow.session.add(row)
        row.host, row.version = told.host, told.version
        row.failed_or_late = list(told.failed_or_late)
        row.seen_at = uow.now
        clock = clockwork.note(uow, beside=beside)
        if not clock.is_held:
            old = PulseRow.seen_at < uow.now - FORGET_AFTER
            uow.session.execute(sa.delete(PulseRow).where(old))
        uow.commit()
    return clock


def leave(uow: UnitOfWork, process_id: UUID) -> None:
    """Delete the pulse of a scheduler that ended normally."""
    with uow:
        uow.session.execute(sa.delete(PulseRow).where(PulseRow.id == process_id))
        uow.commit()


def alive(uow: UnitOfWork) -> Sequence[Pulse]:
    """Return the schedulers that were seen lately, in the caller's transaction."""
    rows = uow.session.scalars(
        sa.select(PulseRow).where(PulseRow.seen_at > uow.now - SILENT_AFTER).order_by(PulseRow.id)
    )
    return [
        Pulse(
            process_id=row.id,
            host=row.host,
            version=row.version,
            failed_or_late=tuple(row.failed_or_late),
            seen_at=row.seen_at,
        )
        for row in rows
    ]
