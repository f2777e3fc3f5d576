"""The days on which terms rest, beyond the national holidays: from the table of decreed days."""

from datetime import date

import sqlalchemy as sa

from review_service.db.models import HolidayRow
from review_service.db.unit_of_work import UnitOfWork


def decreed_days(uow: UnitOfWork, canton: str) -> frozenset[date]:
    """Return the decreed days of the whole country and of one canton."""
    rows = uow.session.execute(
        sa.select(HolidayRow.day).where(HolidayRow.canton.in_(("", canton)))
    ).scalars()
    return frozenset(rows)
