"""What the rows that were added last say of all, on both databases."""

from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.application_search import TABLE
from review_service.db.database import Database
from review_service.db.models import ApplicationRow
from review_service.db.newest_rows import NewestRows, newest_rows
from review_service.domain.applications import ApplicationKind, ApplicationState

POTTERS = TABLE.c.names.contains("perez")


def add(database: Database, *holders: str) -> list[UUID]:
    """Add an application for each holder, one after the other; the database keeps their texts."""
    added = []
    with database.writing() as uow:
        for number, holder in enumerate(holders, 1):
            row = ApplicationRow(
                id=uuid4(),
                reference=f"AR-2026-{number:06}",
                ruc=f"1700000{number:03}001",
                holder=holder,
                kind=ApplicationKind.NEW,
                state=ApplicationState.DRAFT,
                sheet={},
                registry_facts={},
                created_at=uow.now,
                changed_at=uow.now,
            )
            uow.session.add(row)
            uow.session.flush()
            added.append(row.id)
        uow.commit()
    return added


def asked(database: Database, most: int) -> NewestRows | None:
    with database.reading() as uow:
        return newest_rows(uow.session, TABLE.c.position, POTTERS, most)


def test_only_the_newest_rows_are_asked(database: Database) -> None:
    add(database, "PEREZ ANA", "PEREZ LUIS", "QUISPE EVA", "PEREZ RAUL", "VEGA INES")
    told = asked(database, 3)
    assert told is not None
    assert (told.asked, told.having) == (3, 1)
    assert told.span == 3
    every = asked(database, 100)
    assert every is not None
    assert (every.asked, every.having, every.span) == (5, 3, 5)
    assert every.last == told.last


def test_rows_that_were_removed_leave_a_gap_in_the_span(database: Database) -> None:
    added = add(database, "PEREZ ANA", "QUISPE EVA", "QUISPE LUZ", "PEREZ RAUL")
    with database.writing() as uow:
        uow.session.execute(sa.delete(ApplicationRow).where(ApplicationRow.id.in_(added[1:3])))
        uow.commit()
    told = asked(database, 2)
    assert told is not None
    assert (told.having, told.span) == (2, 4)


def test_of_a_table_without_a_row_nothing_is_told(database: Database) -> None:
    assert asked(database, 100) is None
