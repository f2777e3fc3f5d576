"""Numbers without gaps: a counter row, locked and raised in the transaction that uses it."""

import sqlalchemy as sa

from review_service.db.engine import insert_if_absent
from review_service.db.models import CounterRow
from review_service.db.unit_of_work import UnitOfWork


def next_number(uow: UnitOfWork, name: str, year: int) -> int:
    """Return the next number of the year, from 1; after a rollback it is used again."""
    insert_if_absent(uow.session, CounterRow, name=name, year=year, value=0)
    number: int = uow.session.execute(
        sa.update(CounterRow)
        .where(CounterRow.name == name, CounterRow.year == year)
        .values(value=CounterRow.value + 1)
        .returning(CounterRow.value)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return number


def hold(uow: UnitOfWork, name: str) -> int:
    """Return the value of a counter without years, and lock it until the commit."""
    insert_if_absent(uow.session, CounterRow, name=name, year=0, value=0)
    value: int = uow.session.execute(
        sa.update(CounterRow)
        .where(CounterRow.name == name, CounterRow.year == 0)
        .values(value=CounterRow.value)
        .returning(CounterRow.value)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    return value


def advance(uow: UnitOfWork, name: str, value: int) -> None:
    """Raise a counter that this transaction has locked with ``hold``."""
    uow.session.execute(
        sa.update(CounterRow)
        .where(CounterRow.name == name, CounterRow.year == 0)
        .values(value=value)
        .execution_options(synchronize_session=False)
    )


def reached(uow: UnitOfWork, name: str) -> int:
    """Return the last committed value of a counter without years."""
    row = uow.session.get(CounterRow, (name, 0), populate_existing=True)
    return row.value if row is not None else 0
