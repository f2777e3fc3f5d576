"""The chain of events: it only grows, and each kind of tampering is found where it was done."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.audit import BrokenLink, verify_chain
from review_service.db.database import Database
from review_service.db.models import ChainHeadRow, EventRow
from tests.conftest import as_owner

SUBJECT = UUID("00000000-0000-4000-8000-000000000001")
DROP_TRIGGERS = {
    "sqlite": ("DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete"),
    "postgresql": ("DROP TRIGGER events_only_grow ON events",),
}


def fill(database: Database, count: int = 5) -> None:
    for number in range(count):
        with database.writing() as uow:
            uow.record("looked", actor="operator", subject_id=SUBJECT, number=number, word="ñ")
            uow.record("left", actor="operator")
            uow.commit()


def broken(database: Database) -> list[BrokenLink]:
    with database.reading() as uow:
        return list(verify_chain(uow.session))


def tamper(database: Database, *statements: sa.Executable | str) -> None:
    """Do what only somebody with all rights on the database can."""
    as_owner(database.engine, *DROP_TRIGGERS[database.engine.dialect.name], *statements)


def test_an_empty_chain_holds(database: Database) -> None:
    assert broken(database) == []


def test_a_grown_chain_holds(database: Database) -> None:
    fill(database)
    assert broken(database) == []
    with database.reading() as uow:
        rows = uow.session.execute(sa.select(EventRow).order_by(EventRow.sequence)).scalars().all()
        assert [row.sequence for row in rows] == list(range(1, 11))
        assert uow.session.get_one(ChainHeadRow, 1).hash == rows[-1].hash
        assert rows[0].details == {"number": 0, "word": "ñ"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'nobody' WHERE sequence = 3",
        "DELETE FROM events WHERE sequence = 3",
        "DELETE FROM events",
        pytest.param("TRUNCATE events", id="truncate"),
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(
    database: Database, statement: str
) -> None:
    if statement.startswith("TRUNCATE") and database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    fill(database, 2)
    with pytest.raises(sa.exc.DBAPIError, match="the audit trail only grows"):
        as_owner(database.engine, statement)
    assert broken(database) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "nobody"),
        ("action", "never"),
        ("details", {"number": 99}),
        ("subject_id", uuid4()),
        ("subject_id", None),
        ("at", sa.text("'2020-01-01 00:00:00+00:00'")),
    ],
)
def test_a_changed_row_is_found(database: Database, column: str, value: object) -> None:
    fill(database)
    tamper(database, sa.update(EventRow).where(EventRow.sequence == 3).values({column: value}))
    assert broken(database) == [BrokenLink(sequence=3, problem="its contents were changed")]


def test_a_removed_row_is_found(database: Database) -> None:
    fill(database)
    tamper(database, "DELETE FROM events WHERE sequence = 4")
    assert broken(database)[0] == BrokenLink(sequence=4, problem="a row is missing")


def test_rows_in_another_order_are_found(database: Database) -> None:
    fill(database)
    tamper(
        database,
        "UPDATE events SET sequence = 100 WHERE sequence = 3",
        "UPDATE events SET sequence = 3 WHERE sequence = 4",
        "UPDATE events SET sequence = 4 WHERE sequence = 100",
    )
    assert {link.sequence for link in broken(database)} >= {3, 4}


def test_a_row_put_in_between_is_found(database: Database) -> None:
    fill(database)
    forged = {
        "sequence": 11,
        "at": sa.text("'2020-01-01 00:00:00+00:00'"),
        "actor": "nobody",
        "action": "never",
        "details": {},
        "previous_hash": "0" * 64,
        "hash": "1" * 64,
    }
    tamper(database, sa.insert(EventRow).values(forged))
    assert {link.sequence for link in broken(database)} >= {11}


@pytest.mark.parametrize("kept", [9, 1, 0])
def test_a_cut_off_end_is_found(database: Database, kept: int) -> None:
    fill(database)
    tamper(database, sa.delete(EventRow).where(EventRow.sequence > kept))
    assert broken(database) == [
        BrokenLink(sequence=kept + 1, problem="the end of the chain was cut off")
    ]


def test_a_lost_head_is_found(database: Database) -> None:
    fill(database)
    tamper(database, sa.delete(ChainHeadRow))
    assert broken(database) == [BrokenLink(sequence=11, problem="the end of the chain was cut off")]


def test_a_chain_grows_on_after_a_rollback_without_a_gap(database: Database) -> None:
    fill(database, 1)
    with database.writing() as uow:
        uow.record("never", actor="operator")
    fill(database, 1)
    assert broken(database) == []
    with database.reading() as uow:
        actions = uow.session.execute(sa.select(EventRow.action)).scalars().all()
    assert "never" not in actions
