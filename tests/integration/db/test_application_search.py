"""The database itself keeps the text that officers search, also for the version before."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.application_search import TABLE
from review_service.db.database import Database
from review_service.db.engine import make_engine
from review_service.db.migrate import migrate
from review_service.db.models import AgreementRow, ApplicationRow
from review_service.db.queries.officer.queue import search_page
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import ApplicationKind, ApplicationState
from tests.conftest import as_owner

RUC = "3000000012001"
BARE = sa.text(
    "INSERT INTO applications (id, reference, ruc, holder, kind, state, version, sheet,"
    " registry_facts, created_at, changed_at) VALUES (:id, 'AR-2026-000007', :ruc, 'MUÑOZ ÁNGEL',"
    " 'new', 'draft', 1, :sheet, '{}', :at, :at)"
)


def kept(database: Database) -> list[tuple[str, str]]:
    with database.reading() as uow:
        return [
            tuple(row) for row in uow.session.execute(sa.select(TABLE.c.numbers, TABLE.c.names))
        ]


def add_application(database: Database, **changed: object) -> UUID:
    application_id = uuid4()
    with database.writing() as uow:
        uow.session.add(
            ApplicationRow(
                id=application_id,
                reference="AR-2026-000007",
                ruc=RUC,
                holder="MUÑOZ ÁNGEL",
                kind=ApplicationKind.NEW,
                state=ApplicationState.DRAFT,
                sheet={},
                registry_facts={},
                created_at=uow.now,
                changed_at=uow.now,
                **changed,
            )
        )
        uow.commit()
    return application_id


def test_each_change_of_an_application_is_searched_at_once(database: Database) -> None:
    application_id = add_application(database)
    reference = "ar2026000007\n"
    assert kept(database) == [(reference, "munoz angel\n\n")]
    with database.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.sheet = {"trade": "CERÁMICA n\u0303a"}
        uow.commit()
    assert kept(database) == [(reference, "munoz angel\nceramica na\n")]
    with database.writing() as uow:
        uow.session.add(
            AgreementRow(
                application_id=application_id,
                year=2026,
                serial=2,
                number="MPCEI-MDT-2026-000002",
                ruc=RUC,
                state=AgreementState.NUMBERED,
                snapshot={"trade": "Barro"},
                valid_from=uow.now.date(),
                valid_until=uow.now.date(),
                token_hash="a" * 64,
                code_hash="b" * 64,
                file_identifier="c" * 32,
                numbered_at=uow.now,
            )
        )
        uow.commit()
    assert kept(database) == [(f"{reference}mpceimdt2026000002", "munoz angel\nceramica na\nbarro")]


def test_what_is_removed_is_searched_no_more(database: Database) -> None:
    application_id = add_application(database)
    with database.writing() as uow:
        uow.session.execute(sa.delete(ApplicationRow).where(ApplicationRow.id == application_id))
        uow.commit()
    assert kept(database) == []


@pytest.mark.parametrize("revision", ["0010"])
def test_what_was_there_before_is_searched_too(database_url: str, revision: str) -> None:
    engine = make_engine(database_url)
    migrate(engine, revision)
    given = {
        "id": uuid4().hex,
        "ruc": RUC,
        "at": "2026-11-26 10:00:00+00:00",
        "sheet": '{"trade": "Cerámica"}',
    }
    with engine.begin() as connection:
        connection.execute(BARE, given)
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.select(TABLE.c.numbers, TABLE.c.names)).all() == [
            ("ar2026000007\n", "munoz angel\nceramica\n")
        ]
    engine.dispose()


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("collation", ["C", "en-x-icu", "es-x-icu"])
def test_a_ruc_is_found_by_how_it_begins_in_any_collation(
    database: Database, collation: str
) -> None:
    """Those of most installations put signs before digits."""
    application_id = add_application(database, confirmed_at=datetime.now(UTC))
    as_owner(
        database.engine,
        f'ALTER TABLE applications ALTER COLUMN ruc TYPE varchar(13) COLLATE "{collation}"',
    )
    found = {}
    for text in (RUC[:7], RUC[:10], RUC[:12], RUC, "30000001", f"{RUC[:-1]}2", f"{RUC}0"):
        with database.reading() as uow:
            found[text] = [entry.id for entry in search_page(uow, text=text, cursor=None).entries]
    assert found == {text: [application_id] if RUC.startswith(text) else [] for text in found}
