"""Notes the time; once the clock leaps, nothing ends by it until an operator has looked."""

from dataclasses import dataclass
from datetime import datetime

from review_service.db.models import ClockRow
from review_service.db.models.pulses import THE_CLOCK
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.clockwork import LONGEST_SILENCE, Stopwatch, leapt
from review_service.domain.errors import InvalidInputError

HELD = (
    "El reloj del servidor no es de fiar en este momento, y una decisión llevaría una fecha falsa. "
    "Su trabajo no se pierde: avise a quien administra el servicio e inténtelo después."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What is known of the clock."""

    now: datetime
    noted_at: datetime | None
    """The newest time that was believed; None before anybody looked."""
    held_since: datetime | None
    """What the clock said when it was no longer believed."""

    @property
    def is_held(self) -> bool:
        """Whether nothing may end by this clock."""
        return self.held_since is not None


def note(uow: UnitOfWork, *, beside: Stopwatch | None = None) -> Clock:
    """Note the time in the caller's transaction, or stop believing the clock and record that.

    ``beside`` is as in ``leapt``.
    """
    row = uow.session.get(ClockRow, THE_CLOCK, with_for_update=True)
    if row is None:
        row = ClockRow(id=THE_CLOCK, noted_at=uow.now, held_since=None)
        uow.session.add(row)
    elif row.held_since is None:
        if leapt(row.noted_at, uow.now, beside=beside):
            row.held_since = uow.now
            uow.record(
                "clock_held",
                actor="scheduler",
                noted_at=row.noted_at.isoformat(),
                told=uow.now.isoformat(),
            )
        else:
            row.noted_at = max(row.noted_at, uow.now)
    return Clock(now=uow.now, noted_at=row.noted_at, held_since=row.held_since)


def is_steady(uow: UnitOfWork) -> bool:
    """Whether something may end by the time of this very transaction.

    A leap ahead is seen here before anybody noted it; one back ends nothing, and ``note`` sees it.
    """
    row = uow.session.get(ClockRow, THE_CLOCK)
    if row is None:
        return True
    return row.held_since is None and uow.now - row.noted_at <= LONGEST_SILENCE


def require_steady(uow: UnitOfWork) -> None:
    """Raise ``InvalidInputError`` when an act would carry a date that nobody believes."""
    if not is_steady(uow):
        raise InvalidInputError({"clock": HELD})


def look(uow: UnitOfWork) -> Clock:
    """Return what is known of the clock, in the caller's transaction."""
    row = uow.session.get(ClockRow, THE_CLOCK)
    return Clock(
        now=uow.now,
        noted_at=row.noted_at if row else None,
        held_since=row.held_since if row else None,
    )


def accept(uow: UnitOfWork, *, operator: str, reason: str) -> Clock:
    """Believe the clock again after a person has looked; return what it said before."""
    with uow:
        before = look(uow)
        row = uow.session.get(ClockRow, THE_CLOCK, with_for_update=True)
        if row is None:
            uow.session.add(ClockRow(id=THE_CLOCK, noted_at=uow.now, held_since=None))
        else:
            row.noted_at, row.held_since = uow.now, None
        uow.record("clock_accepted", actor="operator", operator=operator, reason=reason)
        uow.commit()
    return before
