"""Rows against the events that made them: random changes, each found by the trail or its seals."""

import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

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
    CorrectionRow,
    CounterRow,
    DocumentRow,
    EventRow,
    OfficerRow,
    ReviewItemRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.roles import OfficerRole
from review_service.samples.people import synthetic_ruc
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep import officer_accounts, officers
from review_service.services.upkeep.trail_check import contradictions
from tests.conftest import as_owner, owner_url
from tests.factories import OTHER_RUC, Office, RememberedBells, add_taxpayer
from tests.integration.db.test_audit import DROP_TRIGGERS
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import (
    approve,
    publish_everything,
    put_case,
    version_of,
)

SEED = 20261126
MUTATIONS = 1_000
PASSWORD = "nube lenta sobre el páramo 47"

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
"""A change of any of these is found."""

NO_FACT: Mapping[type[Base], Mapping[str, str]] = {
    ApplicationRow: {
        "version": "only tells two writers apart",
        "changed_at": "orders lists, decides nothing",
        "open_key": "keeps a second draft from being opened",
    },
    OfficerRow: {"totp_last_step": "which code was used last; moves with every sign-in"},
    DocumentRow: {
        "upload_key": "tells a repeated upload",
        "pages_checked": "progress of the checks",
        "released_at": "whether the sweeper was given the bytes; no fact of the case",
        "staging_key": "where the file waits",
    },
    ReviewItemRow: {"reopened_at": "marks what is shown first"},
    CounterRow: {"year": "`numbers` finds a counter of another year; without year it is no fact"},
}

NOT_YET: Mapping[type[Base], frozenset[str]] = {
    AgreementRow: frozenset({"id", "application_id"}),
    ApplicationRow: frozenset(
        {
            "id", "reference", "ruc", "holder", "kind", "sheet", "sheet_saved_at",
            "registry_facts", "sent_at", "confirmed_at", "confirm_by", "due_at", "correct_by",
            "decision_reasons",
        }
    ),
    ReviewItemRow: frozenset({"application_id", "item", "seen"}),
    OfficerRow: frozenset(
        {"id", "user_name", "full_name", "unit", "created_at", "cedula", "represented_rucs"}
    ),
}  # fmt: skip
"""What no event tells yet, see the known limits; of corrections and documents all else too."""


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database, in which much has happened."""
    office = office_on_each_database
    people = [
        officers.add(
            office.writing(),
            user_name=name,
            full_name=name,
            unit="Matriz",
            password=PASSWORD,
            role=OfficerRole.ISSUER,
            number=synthetic_ruc(900 + place),
        ).officer_id
        for place, name in enumerate(("randrade", "bmena", "lpaz"))
    ]
    officer_accounts.reset_second_factor(office.writing(), user_name="bmena")
    officer_accounts.reset_password(office.writing(), user_name="lpaz", password=PASSWORD + "8")
    officer_accounts.set_role(office.writing(), user_name="lpaz", role=OfficerRole.AUDITOR)
    approve(office, put_case(office), people[0])
    publish_everything(office)
    asked = put_case(office, ruc=OTHER_RUC)
    reviewing.judge(
        office.writing(),
        application_id=asked,
        officer_id=people[1],
        version=version_of(office, asked),
        item=ReviewItem.WORKSHOP,
        verdict=ItemVerdict.ACCEPTED,
    )
    correcting.request_correction(
        office.writing(),
        application_id=asked,
        officer_id=people[1],
        version=version_of(office, asked),
        items=[
            CorrectionItem(
                item=ReviewItem.PEOPLE,
                reason="No se ve a nadie trabajando.",
                instruction="Tome la foto con las personas del taller.",
            )
        ],
    )
    return office


@pytest.fixture
def owner(office: Office) -> Iterator[Database]:
    """The same database in the hands of its owner, who has switched the triggers off."""
    engine = office.database.engine
    as_owner(engine, *DROP_TRIGGERS[engine.dialect.name])
    made = Database(owner_url(engine.url.render_as_string(hide_password=False)), RememberedBells())
    yield made
    made.engine.dispose()


def is_found(uow: UnitOfWork, sealed: Mapping[int, str]) -> bool:
    """Whether trail, seals or rows tell that something is wrong."""
    walk = ChainWalk(uow.session, sealed=sealed)
    return bool([*walk.broken(), *contradictions(uow)])


def other(value: object, kind: Any, chance: random.Random) -> Any:  # noqa: ANN401, PLR0911 -- of any column
    """Return another value for a column that holds this one."""
    match value:
        case bool():
            return not value
        case Enum():
            return chance.choice([each for each in type(value) if each is not value])
        case int():
            return value + chance.randint(1, 1_000)
        case datetime():
            return value + timedelta(seconds=chance.randint(1, 10**6))
        case date():
            return value + timedelta(days=chance.randint(1, 10**3))
        case UUID():
            return uuid4()
        case dict():
            return {**value, chance.choice([*value, "more"]): chance.random()}
        case str():
            at = chance.randrange(len(value)) if value else 0
            return (
                value[:at]
                + chance.choice("0123456789abcdef".replace(value[at : at + 1], ""))
                + value[at + 1 :]
            )
        case _:
            return None if kind is None else kind


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


def test_each_random_change_is_found(owner: Database) -> None:
    chance = random.Random(SEED)  # noqa: S311 -- repeatable, guards nothing
    tables = sorted(FOUND, key=lambda table: table.__tablename__)
    missed, made, refused = [], 0, 0
    with owner.writing() as uow:
        head = chain_head(uow.session)
        assert head is not None
        sealed = {head.sequence: head.hash}
        assert not is_found(uow, sealed)
        for number in range(MUTATIONS):
            table = tables[number % len(tables)]
            column = chance.choice(sorted(FOUND[table]))
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
    assert made > MUTATIONS // 2
    assert refused < made


def test_every_column_is_found_or_named_here() -> None:
    for table, found in FOUND.items():
        columns = {column.key for column in sa.inspect(table).column_attrs}
        named = {*found, *NO_FACT.get(table, {}), *NOT_YET.get(table, ())}
        assert named <= columns, table
        if table is not DocumentRow:
            assert columns - named == set(), table
    assert CorrectionRow not in FOUND


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
