"""Gapless numbers: a counter row, locked and raised in the transaction that uses the number."""

import sqlalchemy as sa

from review_service.db.engine import insert_if_absent
from review_service.db.models import CounterRow
from review_service.db.unit_of_work import UnitOfWork


def next_number(uow: UnitOfWork, name: str, year: int) -> int:
    """Return the next number of the year, 1 first; a rollback gives it back."""
    insert_if_absent(uow.session, CounterRow, name=name, year=year, value=0)
    number: int = uow.session.execute(
        sa.update(CounterRow)
        .where(CounterRow.name == name, CounterRow.year == year)
        .values(value=CounterRow.value + 1)
        .returning(CounterRow.value)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return number
