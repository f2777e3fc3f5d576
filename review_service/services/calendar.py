"""Decreed holidays: days beside the national holidays that do not count in terms."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from review_service.db.decreed_days import DecreedDays
from review_service.db.models import ApplicationRow, HolidayRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.cantons import canton_key
from review_service.domain.errors import InvalidInputError
from review_service.domain.institution import institution_on
from review_service.domain.terms import ecuador_day


def decreed_days(uow: UnitOfWork, canton: str, *, seat: str | None = None) -> frozenset[date]:
    """Return the decreed days of the whole country, of one canton and of the authority's seat.

    The canton is the applicant's; COA art. 159 counts both. ``seat`` is the seat's canton by the
    institution's own rules; the packaged rules name it when left out. Cantons are compared folded.
    """
    home = seat if seat is not None else institution_on(ecuador_day(uow.now)).place
    return DecreedDays.read(uow).of(canton, home)


def decreed_days_of(
    uow: UnitOfWork, row: ApplicationRow, *, seat: str | None = None
) -> frozenset[date]:
    """Return the decreed days that terms of an application skip, as ``decreed_days``."""
    return decreed_days(uow, str(row.sheet.get("canton", "")), seat=seat)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecreedDay:
    """A day that terms do not count, by decree; an empty canton means the whole country."""

    day: date
    canton: str
    name: str
    source: str


def decree(uow: UnitOfWork, decreed: DecreedDay) -> None:
    """Add a decreed day, or correct its name and source.

    Terms that have begun keep the last day that people were told. Raises ``InvalidInputError``.
    """
    if not decreed.name.strip() or not decreed.source.strip():
        raise InvalidInputError({"name": "Diga cómo se llama el día y qué norma lo decreta."})
    with uow:
        row = _stored(uow, decreed)
        if row is None:
            row = HolidayRow(day=decreed.day, canton=decreed.canton.strip())
            uow.session.add(row)
        row.name, row.source = decreed.name.strip(), decreed.source.strip()
        uow.record("day_decreed", actor="operator", day=decreed.day.isoformat(), canton=row.canton)
        uow.commit()


def _stored(uow: UnitOfWork, decreed: DecreedDay) -> HolidayRow | None:
    """Return the row of that day and canton, however the canton was written."""
    rows = uow.session.scalars(sa.select(HolidayRow).where(HolidayRow.day == decreed.day))
    wanted = canton_key(decreed.canton)
    return next((row for row in rows if canton_key(row.canton) == wanted), None)


def decrees(uow: UnitOfWork) -> list[DecreedDay]:
    """Return every decreed day, oldest first."""
    with uow:
        rows = uow.session.execute(
            sa.select(HolidayRow).order_by(HolidayRow.day, HolidayRow.canton)
        ).scalars()
        return [
            DecreedDay(day=row.day, canton=row.canton, name=row.name, source=row.source)
            for row in rows
        ]
