"""The first holding of rows after an upgrade: dated, in parts, and without a false alarm."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from threading import Thread
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db import row_facts
from review_service.db.audit import verify_chain
from review_service.db.database import Database
from review_service.db.models import ApplicationRow, EventRow, FactSaltRow, LetterRow, OfficerRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import DatabaseDownError
from review_service.services.upkeep import row_check, row_holding
from review_service.services.upkeep.rounds import RoundFailedError
from review_service.services.upkeep.row_holding import (
    AWAITED,
    BEGAN,
    COMPLETE,
    FIRST_HELD,
    NOT_HELD,
)
from tests.copied_cases import copied
from tests.factories import OTHER_RUC, RUC, Office, open_business, open_draft
from tests.integration.services import steps
from tests.integration.services.busy_office import busy
from tests.integration.services.test_ending_terms import NO_SALT, set_salt


def as_the_version_before(office: Office, *, ruc: str = "1790001563001") -> UUID:
    """Open an application as code does that writes no digests."""
    made = uuid4()
    with office.writing() as uow:
        uow.session.add(
            ApplicationRow(
                id=made,
                reference=f"AR-2025-{made}",
                ruc=ruc,
                holder="María",
                kind="new",
                state="draft",
                sheet={},
                registry_facts={},
                created_at=uow.now,
                changed_at=uow.now,
            )
        )
        uow.session.flush()
        uow.session.changed_rows.clear()
        uow.record("application_opened", actor="applicant", subject_id=made)
        uow.commit()
    return made


def rename_as_the_version_before(office: Office, application_id: UUID, holder: str) -> None:
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).holder = holder
        uow.session.flush()
        uow.session.changed_rows.clear()
        uow.commit()


def rename_with_sql(office: Office, application_id: UUID) -> None:
    with office.database.engine.begin() as connection:
        connection.execute(
            sa.update(ApplicationRow)
            .where(ApplicationRow.id == application_id)
            .values(holder="Nadie")
        )


def go_on(office: Office) -> int:
    return row_holding.go_on(office.reading, office.writing)


def insert_salt(owner: Database, subject: UUID, salt: str) -> None:
    with owner.writing() as uow:
        uow.session.add(FactSaltRow(subject_id=subject, salt=salt))
        uow.commit()


def contradicted(office: Office) -> list[str]:
    with office.reading() as uow:
        assert list(verify_chain(uow.session)) == []
        return [found.name for found in row_check.contradictions(uow)]


def marks(office: Office) -> list[str]:
    with office.reading() as uow:
        chosen = sa.select(EventRow.action).where(EventRow.action.in_((AWAITED, BEGAN, COMPLETE)))
        return list(uow.session.scalars(chosen.order_by(EventRow.sequence)))


@copied
def _let_the_version_before_end(office: Office) -> UUID:
    """Copied as a whole: what is busy after another application is no copy of what was before."""
    made = as_the_version_before(office)
    busy(office)
    return made


@pytest.fixture
def old(office: Office) -> UUID:
    """An application of the version before; this version has just come."""
    return _let_the_version_before_end(office)


@pytest.fixture
def held(office: Office, old: UUID, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """The same after the first holding."""
    go_on(office)
    monkeypatch.setattr(row_holding, "WAIT", timedelta(0))
    go_on(office)
    return old


def test_what_this_version_began_is_whole_from_the_first_row(office: Office) -> None:
    busy(office)
    with office.reading() as uow:
        now = row_holding.standing(uow)
    assert (now.since, now.since_at, now.is_whole) == (0, None, True)
    assert go_on(office) == 0
    assert marks(office) == []


def test_for_a_day_both_versions_may_write_and_nothing_is_told(office: Office, old: UUID) -> None:
    assert go_on(office) == 0
    assert go_on(office) == 0
    rename_as_the_version_before(office, old, "Rosa")
    assert contradicted(office) == []
    assert marks(office) == [AWAITED]
    with office.reading() as uow:
        now = row_holding.standing(uow)
        assert now.due_at is not None
        assert timedelta(hours=23) < now.due_at - uow.now <= timedelta(hours=24)


def test_then_all_rows_are_held_once_in_parts(
    office: Office, old: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_holding, "WAIT", timedelta(0))
    monkeypatch.setattr(row_holding, "AT_ONCE", 2)
    go_on(office)
    held = row_holding.go_on(office.reading, office.writing, seconds=0)
    assert held == 0
    assert marks(office) == [AWAITED, BEGAN]
    open_draft(office)
    assert contradicted(office) == []
    held = go_on(office)
    roots = (ApplicationRow, OfficerRow, LetterRow)
    subjects = sum(len(steps.rows(office, root)) for root in roots)
    assert held == subjects
    first = [event for event in steps.rows(office, EventRow) if event.action == FIRST_HELD]
    assert len({event.subject_id for event in first}) == len(first) == subjects
    assert all(event.details["facts"] for event in first)
    assert marks(office) == [AWAITED, BEGAN, COMPLETE]
    assert go_on(office) == 0
    assert contradicted(office) == []
    rename_with_sql(office, old)
    assert contradicted(office) == [row_check.CHANGED]


@pytest.mark.parametrize("at_once", [1, 3, 50])
def test_a_subject_that_cannot_be_held_holds_up_no_other(
    office: Office,
    owner: Database,
    old: UUID,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    at_once: int,
) -> None:
    monkeypatch.setattr(row_holding, "WAIT", timedelta(0))
    monkeypatch.setattr(row_holding, "AT_ONCE", at_once)
    others = [as_the_version_before(office, ruc=RUC) for _ in range(4)]
    spoilt = others[0]
    insert_salt(owner, spoilt, NO_SALT)
    go_on(office)
    with pytest.raises(RoundFailedError):
        go_on(office)
    subjects = {row.id for row in steps.rows(office, ApplicationRow)}
    subjects |= {row.id for row in steps.rows(office, OfficerRow)}
    subjects |= {row.id for row in steps.rows(office, LetterRow)}
    held = Counter(event.subject_id for event in steps.events(office, FIRST_HELD))
    assert held == Counter(subjects - {spoilt})
    assert [event.subject_id for event in steps.events(office, NOT_HELD)] == [spoilt]
    (record,) = [each for each in caplog.records if each.message == NOT_HELD]
    assert vars(record)["subject_id"] == str(spoilt)
    assert marks(office) == [AWAITED, BEGAN, COMPLETE]
    assert set(contradicted(office)) == {row_check.UNKNOWN}, "what is not held is found"
    assert go_on(office) == 0
    set_salt(owner, spoilt, "5a" * 32)
    row_holding.begin_anew(office.writing(), operator="ana", reason="la sal se repuso")
    assert go_on(office) == len(subjects)
    assert contradicted(office) == []
    assert {old, *others} <= subjects


@pytest.mark.parametrize("nth", range(1, 9))
def test_a_new_beginning_meanwhile_passes_over_nobody(
    office: Office, owner: Database, old: UUID, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """Before any transaction of a part of which one subject cannot be held."""
    monkeypatch.setattr(row_holding, "WAIT", timedelta(0))
    spoilt, *others = [old, *(as_the_version_before(office, ruc=RUC) for _ in range(2))]
    insert_salt(owner, spoilt, NO_SALT)
    go_on(office)
    row_holding.begin_anew(office.writing(), operator="ana", reason="la primera vez")
    units: list[UnitOfWork] = []

    def writing() -> UnitOfWork:
        units.append(office.writing())
        if len(units) == nth:
            row_holding.begin_anew(office.writing(), operator="ana", reason="otra vez")
        return units[-1]

    with pytest.raises(RoundFailedError):
        row_holding.go_on(office.reading, writing)
    last = max(event.sequence for event in steps.events(office, BEGAN))
    held = {each.subject_id for each in steps.events(office, FIRST_HELD) if each.sequence > last}
    assert held >= set(others)
    passed = [each for each in steps.events(office, NOT_HELD) if each.sequence > last]
    assert [each.subject_id for each in passed] == [spoilt]
    assert set(contradicted(office)) == {row_check.UNKNOWN}


def test_what_fails_though_nobody_is_left_is_not_taken_for_the_end(
    office: Office, old: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_holding, "WAIT", timedelta(0))
    go_on(office)

    hold = row_holding._hold  # noqa: SLF001 -- what fails at the end alone

    def fail_at_the_end(uow: UnitOfWork, ids: Sequence[UUID], since: int | None) -> int:
        if not ids:
            raise ValueError("at the end")
        return hold(uow, ids, since)

    with monkeypatch.context() as broken:
        broken.setattr(row_holding, "_hold", fail_at_the_end)
        with pytest.raises(ValueError, match="at the end"):
            go_on(office)
    assert marks(office) == [AWAITED, BEGAN]
    go_on(office)
    assert marks(office) == [AWAITED, BEGAN, COMPLETE]
    assert old in {event.subject_id for event in steps.events(office, FIRST_HELD)}


def test_an_outage_ends_the_holding_where_it_is(
    office: Office, old: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_holding, "WAIT", timedelta(0))
    go_on(office)

    def down(*_: object, **__: object) -> None:
        raise DatabaseDownError("down", retryable=True)

    with monkeypatch.context() as broken:
        broken.setattr(row_facts, "rows_of", down)
        with pytest.raises(DatabaseDownError):
            go_on(office)
    assert steps.events(office, NOT_HELD) == []
    assert go_on(office) > 0
    assert old in {event.subject_id for event in steps.events(office, FIRST_HELD)}


def test_what_happened_before_is_not_vouched_for(
    office: Office, old: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename_with_sql(office, old)
    monkeypatch.setattr(row_holding, "WAIT", timedelta(0))
    go_on(office)
    go_on(office)
    assert contradicted(office) == []
    with office.reading() as uow:
        now = row_holding.standing(uow)
    assert now.since_at is not None
    assert now.is_whole


def test_afterwards_work_goes_on_and_a_row_more_is_found(office: Office, held: UUID) -> None:
    open_business(office, OTHER_RUC)
    assert contradicted(office) == []
    with office.database.engine.begin() as connection:
        row = connection.execute(
            sa.select(ApplicationRow).where(ApplicationRow.id == held)
        ).mappings()
        new = {**row.one(), "id": uuid4(), "reference": "AR-2026-999999"}
        connection.execute(sa.insert(ApplicationRow).values(new))
    assert contradicted(office) == [row_check.UNKNOWN]


def test_after_a_way_back_to_the_version_before_it_begins_anew(office: Office, held: UUID) -> None:
    rename_as_the_version_before(office, held, "Rosa")
    assert contradicted(office) == [row_check.CHANGED]
    row_holding.begin_anew(office.writing(), operator="ana", reason="se volvió atrás un día")
    assert contradicted(office) == []
    assert go_on(office) > 0
    assert contradicted(office) == []
    rename_with_sql(office, held)
    assert contradicted(office) == [row_check.CHANGED]
    assert marks(office) == [AWAITED, BEGAN, COMPLETE, BEGAN, COMPLETE]


def test_two_schedulers_at_once_hold_rightly(
    office: Office, old: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_holding, "WAIT", timedelta(0))
    monkeypatch.setattr(row_holding, "AT_ONCE", 1)
    go_on(office)
    threads = [Thread(target=go_on, args=(office,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert marks(office).count(BEGAN) == 1
    assert contradicted(office) == []
    rename_with_sql(office, old)
    assert contradicted(office) == [row_check.CHANGED]
