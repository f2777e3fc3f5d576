"""Rows against the events that made them: random changes, each found by the trail or its seals."""

import random
from collections.abc import Mapping

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.audit import ChainWalk, chain_head
from review_service.db.base import Base
from review_service.db.database import Database
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    ChainHeadRow,
    CounterRow,
    DocumentRow,
    EventRow,
    OfficerRow,
    ReviewItemRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.services.upkeep.trail_check import contradictions
from tests.factories import Office, add_taxpayer
from tests.integration.services import steps
from tests.integration.services.busy_office import busy
from tests.integration.services.mutating import other

SEED = 20261126
ROUNDS, ROUNDS_OF_A_TRIAL = 3, 24
"""How often each column is changed: with --all and with --trials (a thousand changes)."""

FOUND: Mapping[type[Base], frozenset[str]] = {
    AgreementRow: frozenset(
        {
            "year", "serial", "number", "ruc", "state", "snapshot", "valid_from", "valid_until",
            "token_hash", "code_hash", "file_identifier", "sha256", "size_bytes", "storage_key",
            "numbered_at", "published_at",
        }
    ),
    ApplicationRow: frozenset({"state", "created_at", "decided_by", "decided_at"}),
    ReviewItemRow: frozenset({"verdict", "judged_by", "judged_at"}),
    DocumentRow: frozenset({"sha256"}),
    OfficerRow: frozenset({"totp_secret", "password_hash", "role", "active"}),
    EventRow: frozenset(
        {"sequence", "at", "actor", "action", "subject_id", "details", "previous_hash", "hash"}
    ),
    ChainHeadRow: frozenset({"id", "sequence", "hash"}),
    CounterRow: frozenset({"name", "value"}),
}  # fmt: skip
"""A change of any of these is found by what the events say, without their digests."""


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database, in which much has happened."""
    return busy(office_on_each_database)


def is_found(uow: UnitOfWork, sealed: Mapping[int, str]) -> bool:
    """Whether trail, seals or rows tell that something is wrong."""
    walk = ChainWalk(uow.session, sealed=sealed)
    return bool(list(contradictions(uow)) or list(walk.broken()))


def mutate(session: Session, table: type[Base], column: str, chance: random.Random) -> bool:
    """Change one column of one row; False when the row holds nothing there or the value stays."""
    keys = [str(each.key) for each in sa.inspect(table).primary_key]
    rows = (
        session.execute(sa.select(table).execution_options(populate_existing=True)).scalars().all()
    )
    row = chance.choice([row for row in rows if getattr(row, "year", 1)])
    value = getattr(row, column)
    if value is None:
        return False
    where = [getattr(table, key) == getattr(row, key) for key in keys]
    changed = other(value, None, chance)
    session.expunge_all()
    session.execute(
        sa.update(table)
        .where(*where)
        .values({column: changed})
        .execution_options(synchronize_session=False)
    )
    return True


def test_nothing_is_contradicted_in_an_honest_office(office: Office) -> None:
    with office.reading() as uow:
        assert list(contradictions(uow)) == []


def test_each_random_change_is_found(owner: Database, pytestconfig: pytest.Config) -> None:
    rounds = ROUNDS_OF_A_TRIAL if pytestconfig.getoption("--trials") else ROUNDS
    chance = random.Random(SEED)  # noqa: S311 -- repeatable, guards nothing
    changes = rounds * [(table, column) for table in FOUND for column in sorted(FOUND[table])]
    missed, made, refused = [], 0, 0
    with owner.writing() as uow:
        head = chain_head(uow.session)
        assert head is not None
        sealed = {head.sequence: head.hash}
        assert not is_found(uow, sealed)
        for table, column in changes:
            inner = uow.session.begin_nested()
            try:
                if not mutate(uow.session, table, column, chance):
                    continue
                made += 1
                if not is_found(uow, sealed):
                    missed.append(f"{table.__tablename__}.{column}")
            except sa.exc.IntegrityError:
                refused += 1
            finally:
                inner.rollback()
                uow.session.expunge_all()
    assert sorted(set(missed)) == []
    assert made > len(changes) // 2
    assert refused < made


def test_what_an_older_version_recorded_proves_nothing(office: Office, owner: Database) -> None:
    with office.writing() as uow:
        add_taxpayer(uow, "1790001563001")
        uow.commit()
    with owner.writing() as uow:
        for event in uow.session.scalars(sa.select(EventRow)):
            event.details = {
                name: value
                for name, value in event.details.items()
                if name not in {"second_factor", "password", "record"}
                and not (name == "sha256" and event.action.startswith("document_"))
            }
        uow.session.flush()
        assert list(contradictions(uow)) == []
    assert steps.rows(office, OfficerRow)
