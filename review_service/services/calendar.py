"""Decreed holidays: days beside the national holidays that do not count in terms."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from review_service.db.models import HolidayRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import InvalidInputError


def decreed_days(uow: UnitOfWork, canton: str) -> frozenset[date]:
    """Return the decreed days of the whole country and of one canton."""
    rows = uow.session.execute(
        sa.select(HolidayRow.day).where(HolidayRow.canton.in_(("", canton)))
    ).scalars()
    return frozenset(rows)


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
        row = uow.session.get(HolidayRow, (decreed.day, decreed.canton.strip()))
        if row is None:
            row = HolidayRow(day=decreed.day, canton=decreed.canton.strip())
            uow.session.add(row)
        row.name, row.source = decreed.name.strip(), decreed.source.strip()
        uow.record("day_decreed", actor="operator", day=decreed.day.isoformat(), canton=row.canton)
        uow.commit()


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
