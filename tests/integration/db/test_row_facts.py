"""Each transaction that changes rows holding facts writes their digests into its events."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from threading import Thread
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db import row_facts
from review_service.db.audit import ROWS_WRITTEN, verify_chain
from review_service.db.database import Database
from review_service.db.engine import insert_if_absent
from review_service.db.fact_columns import EDITIONS
from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    EventRow,
    FactSaltRow,
    OfficerRow,
    ReviewItemRow,
)
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import DocumentKind, DocumentState
from review_service.services.upkeep import row_check

SALT = "ab" * 32


@pytest.fixture
def application_id(database: Database) -> UUID:
    """An application with one item and one document."""
    made = uuid4()
    with database.writing() as uow:
        uow.session.add(an_application(made, uow.now))
        uow.session.flush()
        uow.session.add(
            ReviewItemRow(
                application_id=made, item=ReviewItem.WORKSHOP, verdict=ItemVerdict.PENDING
            )
        )
        uow.session.add(
            DocumentRow(
                application_id=made,
                kind=DocumentKind.PHOTO,
                state=DocumentState.RECEIVED,
                upload_key="a",
                file_name="taller.jpg",
                size_bytes=1,
                sha256="0" * 64,
                created_at=uow.now,
            )
        )
        uow.record("application_opened", actor="applicant", subject_id=made)
        uow.commit()
    return made


def an_application(made: UUID, now: datetime) -> ApplicationRow:
    return ApplicationRow(
        id=made,
        reference=f"AR-2026-{made}",
        ruc="1790001563001",
        holder="María",
        kind=ApplicationKind.NEW,
        state=ApplicationState.DRAFT,
        sheet={"trade": "Tejidos"},
        registry_facts={},
        created_at=now,
        changed_at=now,
    )


def told(database: Database) -> list[tuple[str, set[str]]]:
    """Return the action of each event, and the rows that it names."""
    with database.reading() as uow:
        return [
            (event.action, {name.split("/")[0] for name in event.details.get("facts", {})})
            for event in uow.session.scalars(sa.select(EventRow).order_by(EventRow.sequence))
        ]


def contradicted(database: Database) -> list[str]:
    with database.reading() as uow:
        assert list(verify_chain(uow.session)) == []
        return [found.name for found in row_check.contradictions(uow)]


@pytest.mark.usefixtures("application_id")
def test_the_event_names_every_row_that_was_made(database: Database) -> None:
    assert told(database) == [("application_opened", {"applications", "documents", "review_items"})]
    assert contradicted(database) == []


def test_a_change_without_an_event_gets_one(database: Database, application_id: UUID) -> None:
    with database.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).holder = "Otra"
        uow.commit()
    assert told(database)[1:] == [(ROWS_WRITTEN, {"applications"})]
    assert contradicted(database) == []


def test_what_is_no_fact_makes_no_event(database: Database, application_id: UUID) -> None:
    with database.writing() as uow:
        uow.session.execute(sa.select(DocumentRow)).scalar_one().pages_checked = 3
        uow.session.get_one(ApplicationRow, application_id).holder = "María"
        uow.commit()
    assert len(told(database)) == 1


@pytest.mark.parametrize("options", [{}, {"synchronize_session": False}])
def test_a_statement_tells_which_rows_it_changed(
    database: Database, application_id: UUID, options: dict[str, bool]
) -> None:
    with database.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        uow.session.execute(
            sa.update(DocumentRow).values(comment="bien").execution_options(**options)
        )
        uow.session.execute(
            sa.update(ReviewItemRow)
            .where(ReviewItemRow.item == ReviewItem.WORKSHOP)
            .values(verdict=ItemVerdict.ACCEPTED)
            .execution_options(**options)
        )
        none = uow.session.execute(
            sa.update(ApplicationRow)
            .where(ApplicationRow.version == 7)
            .values(version=8)
            .returning(ApplicationRow.id)
        ).scalar_one_or_none()
        assert none is None
        assert row.version == 1
        uow.commit()
    assert told(database)[1:] == [(ROWS_WRITTEN, {"documents", "review_items"})]
    assert contradicted(database) == []


def test_what_a_statement_returns_itself_stays_as_it_is(
    database: Database, application_id: UUID
) -> None:
    with database.writing() as uow:
        commented = sa.update(DocumentRow).values(comment="bien")
        one = uow.session.execute(commented.returning(DocumentRow.comment)).all()
        assert [tuple(row) for row in one] == [("bien",)]
        two = uow.session.execute(commented.returning(DocumentRow.id, DocumentRow.comment)).one()
        document_id, comment = two
        assert (two.id, two.comment) == (document_id, comment)
        assert uow.session.scalars(commented.returning(DocumentRow.size_bytes)).all() == [1]
        whole = uow.session.scalars(commented.returning(DocumentRow)).one()
        assert (whole.id, whole.application_id) == (document_id, application_id)
        uow.commit()
    assert told(database)[1:] == [(ROWS_WRITTEN, {"documents"})]
    assert contradicted(database) == []


def test_an_insert_that_found_the_row_there_changes_none(database: Database) -> None:
    officer = uuid4()
    values = {
        "user_name": "randrade", "full_name": "R", "unit": "U", "password_hash": "",
        "totp_secret": "", "created_at": datetime(2026, 11, 20, tzinfo=UTC),
    }  # fmt: skip
    for made in (officer, uuid4()):
        with database.writing() as uow:
            insert_if_absent(uow.session, OfficerRow, id=made, **values)
            uow.commit()
    assert told(database) == [(ROWS_WRITTEN, {"officers"})]
    assert contradicted(database) == []


def test_a_removed_row_is_told_and_its_salt_goes_with_the_subject(
    database: Database, application_id: UUID
) -> None:
    with database.writing() as uow:
        uow.session.delete(uow.session.execute(sa.select(ReviewItemRow)).scalar_one())
        uow.commit()
    assert told(database)[1:] == [(ROWS_WRITTEN, {"review_items"})]
    assert contradicted(database) == []
    with database.writing() as uow:
        uow.session.execute(sa.delete(ApplicationRow).where(ApplicationRow.id == application_id))
        uow.commit()
    assert contradicted(database) == []
    with database.reading() as uow:
        assert uow.session.scalars(sa.select(FactSaltRow)).all() == []


def test_a_rollback_leaves_nothing(database: Database, application_id: UUID) -> None:
    with database.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).holder = "Otra"
        uow.session.flush()
    with database.writing() as uow:
        uow.commit()
    assert len(told(database)) == 1
    assert contradicted(database) == []


def test_who_writes_at_once_leaves_the_newest_digest_last(
    database: Database, application_id: UUID
) -> None:
    def write(number: int) -> None:
        for turn in range(8):
            with database.writing() as uow:
                row = uow.session.get_one(ApplicationRow, application_id, with_for_update=True)
                row.holder = f"{number} {turn}"
                uow.commit()
            with database.writing() as uow:
                uow.session.execute(
                    sa.update(ApplicationRow)
                    .where(ApplicationRow.holder == f"{number} {turn}")
                    .values(version=ApplicationRow.version + 1)
                    .execution_options(synchronize_session=False)
                )
                uow.commit()

    threads = [Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert contradicted(database) == []


def test_subjects_made_at_once_share_no_salt_and_wait_for_nobody(database: Database) -> None:
    made = [uuid4() for _ in range(4)]

    def write() -> None:
        for each in made:
            with database.writing() as uow:
                insert_if_absent(
                    uow.session,
                    OfficerRow,
                    id=each,
                    user_name=str(each),
                    full_name="R",
                    unit="U",
                    password_hash="",
                    totp_secret="",
                    created_at=uow.now,
                )
                uow.commit()

    threads = [Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as uow:
        salts = uow.session.scalars(sa.select(FactSaltRow.salt)).all()
    assert len(salts) == len(set(salts)) == 4
    assert contradicted(database) == []


def values() -> Iterator[tuple[object, object]]:
    """Yield values that are the same, and that are not."""
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    yield noon, noon.astimezone(timezone(timedelta(hours=-5)))
    yield {"a": 1, "b": [None, "ñ"]}, {"b": [None, "ñ"], "a": 1}
    yield date(2026, 11, 20), date(2026, 11, 20)


def test_a_digest_is_that_of_the_value_whatever_its_form() -> None:
    facts = dict.fromkeys(EDITIONS[OfficerRow][-1])

    def digest(value: object, salt: str = SALT) -> str:
        return row_facts.digest(OfficerRow, {**facts, "unit": value}, salt=salt)

    for one, same in values():
        assert digest(one) == digest(same)
        assert digest(one) != digest(one, "cd" * 32)
    assert digest(None) != digest("")
    assert digest(1) != digest("1")
    assert row_facts.edition_of(digest("x")) == 1
    assert [row_facts.edition_of(text) for text in ("", "x:1", "²:1", "12:")] == [0, 0, 0, 12]
