"""Every column that holds a fact, changed by the database's owner, is found by its digest."""

import random
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from review_service.db.audit import ChainWalk, chain_head
from review_service.db.base import Base
from review_service.db.database import Database
from review_service.db.fact_columns import EDITIONS, NO_FACT
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    EventRow,
    FactSaltRow,
    LetterPhotoRow,
    LetterRow,
    OfficerRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.services.upkeep import row_check, trail_check
from tests.factories import Office
from tests.integration.services import steps
from tests.integration.services.busy_office import busy
from tests.integration.services.mutating import columns_of, is_row, other, rows_of, unbind

SEED = 20261126


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database, in which much has happened."""
    return busy(office_on_each_database)


def names(uow: UnitOfWork) -> list[str]:
    return [found.name for found in row_check.contradictions(uow)]


def changes(connection: sa.Connection, table: type[Base], column: str) -> Iterator[sa.Executable]:
    """Yield a change of this column in every row, the likeliest to be allowed first."""
    chance = random.Random(f"{SEED} {table.__tablename__} {column}")  # noqa: S311 -- repeatable, guards nothing
    there = sa.inspect(table).columns
    rows = sorted(rows_of(connection, table), key=lambda row: row[column] is None)
    for row in rows:
        changed = other(row[column], there[column], chance)
        yield sa.update(table).where(is_row(table, row)).values({column: changed})


@pytest.mark.parametrize("table", EDITIONS, ids=lambda table: str(table.__tablename__))
def test_each_changed_fact_is_found(owner: Database, table: type[Base]) -> None:
    with owner.writing() as uow:
        connection = uow.session.connection()
        unbind(connection)
        assert names(uow) == []
        missed, tried = [], set()
        for column in columns_of(table):
            for change in list(changes(connection, table, column)):
                inner = connection.begin_nested()
                try:
                    connection.execute(change)
                except sa.exc.IntegrityError:
                    continue
                else:
                    tried.add(column)
                    if not names(uow):
                        missed.append(column)
                    break
                finally:
                    inner.rollback()
        assert missed == []
        assert tried == set(columns_of(table))


def test_a_row_that_no_event_made_and_one_that_none_removed_are_found(owner: Database) -> None:
    with owner.writing() as uow:
        connection = uow.session.connection()
        unbind(connection)
        officer = rows_of(connection, OfficerRow)[0]
        chance = random.Random(SEED)  # noqa: S311 -- repeatable, guards nothing
        there = sa.inspect(OfficerRow).columns
        new = {
            **officer,
            **{name: other(officer[name], there[name], chance) for name in ("id", "user_name")},
        }
        inner = connection.begin_nested()
        connection.execute(sa.insert(OfficerRow).values(new))
        assert names(uow) == [row_check.UNKNOWN]
        inner.rollback()
        inner = connection.begin_nested()
        connection.execute(sa.delete(AgreementRow))
        assert set(names(uow)) == {row_check.MISSING}
        inner.rollback()


def test_a_changed_photo_of_a_letter_is_told_once(owner: Database) -> None:
    """Its subject is a letter: it is no row whose application is lost."""
    with owner.writing() as uow:
        connection = uow.session.connection()
        unbind(connection)
        connection.execute(sa.update(LetterPhotoRow).values(sha256="0" * 64))
        assert names(uow) == [row_check.CHANGED]
        inner = connection.begin_nested()
        with_photo = sa.select(LetterPhotoRow.letter_id)
        connection.execute(sa.delete(LetterRow).where(LetterRow.id.in_(with_photo)))
        assert row_check.MISSING in names(uow)
        inner.rollback()


def test_a_case_that_was_taken_out_whole_is_found(owner: Database) -> None:
    with owner.writing() as uow:
        connection = uow.session.connection()
        unbind(connection)
        for table in EDITIONS:
            if table is not OfficerRow:
                connection.execute(sa.delete(table))
        connection.execute(sa.delete(FactSaltRow))
        assert row_check.MISSING in names(uow)


def test_a_salt_that_was_changed_or_taken_away_is_found(owner: Database) -> None:
    for change in (sa.update(FactSaltRow).values(salt="no salt"), sa.delete(FactSaltRow)):
        with owner.writing() as uow:
            uow.session.execute(change)
            assert set(names(uow)) == {row_check.CHANGED}


def test_each_column_is_a_fact_or_none_with_the_reason() -> None:
    for table, editions in EDITIONS.items():
        columns = {column.key for column in sa.inspect(table).column_attrs}
        without = NO_FACT.get(table, {})
        assert set(editions[-1]) | set(without) == columns, table.__tablename__
        assert set(editions[-1]).isdisjoint(without)
        assert all(len(reason.split()) > 3 for reason in without.values())
        for edition in editions:
            assert len(edition) == len(set(edition))


def test_the_trail_shows_no_fact(office: Office) -> None:
    """Two officers with the same name, unit and role have other digests."""
    with office.reading() as uow:
        told = [
            event.details["facts"]["officers"]
            for event in uow.session.scalars(
                sa.select(EventRow).where(EventRow.action == "officer_added")
            )
        ]
    assert len(told) == len(set(told)) == 3
    assert all(each.startswith("1:") for each in told)


def test_a_walk_along_the_chain_still_holds(office: Office) -> None:
    with office.reading() as uow:
        head = chain_head(uow.session)
        assert head is not None
        assert list(ChainWalk(uow.session).broken()) == []
        assert list(trail_check.contradictions(uow)) == []
        assert list(row_check.contradictions(uow)) == []
    assert steps.rows(office, ApplicationRow)
