"""Moving a state: from what was read, with its event, and never a neighbour's."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.audit import ROWS_WRITTEN
from review_service.db.database import Database
from review_service.db.models import ApplicationRow, EventRow
from review_service.db.transitions import move
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.errors import InvalidTransitionError, StaleStateError


def add(database: Database, reference: str) -> UUID:
    with database.writing() as uow:
        row = ApplicationRow(
            reference=reference,
            ruc="3000000012001",
            holder="TITUAÑA QUILUMBA MARIA",
            kind=ApplicationKind.NEW,
            state=ApplicationState.DRAFT,
            version=1,
            sheet={},
            registry_facts={},
            created_at=uow.now,
            changed_at=uow.now,
        )
        uow.session.add(row)
        uow.commit()
        return row.id


def test_a_move_raises_the_version_writes_its_event_and_leaves_others_alone(
    database: Database,
) -> None:
    moved, bystander = add(database, "AR-2026-000001"), add(database, "AR-2026-000002")
    with database.writing() as uow:
        row = uow.session.get_one(ApplicationRow, moved)
        move(
            uow,
            row,
            ApplicationState.AWAITING_CONFIRMATION,
            actor="applicant",
            sent_at=uow.now,
        )
        uow.commit()
    with database.reading() as uow:
        row = uow.session.get_one(ApplicationRow, moved)
        assert (row.state, row.version) == (ApplicationState.AWAITING_CONFIRMATION, 2)
        assert row.sent_at is not None
        other = uow.session.get_one(ApplicationRow, bystander)
        assert (other.state, other.version, other.sent_at) == (ApplicationState.DRAFT, 1, None)
        event = uow.session.execute(
            sa.select(EventRow).where(EventRow.action != ROWS_WRITTEN)
        ).scalar_one()
        assert (event.action, event.actor) == ("application_awaiting_confirmation", "applicant")
        assert (event.subject_id, event.details["origin"]) == (moved, "draft")


def test_a_move_that_is_not_listed_changes_nothing(database: Database) -> None:
    application_id = add(database, "AR-2026-000001")
    with database.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        with pytest.raises(InvalidTransitionError):
            move(uow, row, ApplicationState.ISSUED, actor="worker")


@pytest.mark.parametrize("changed", ["state", "version"])
def test_who_read_an_older_state_or_version_loses(database: Database, changed: str) -> None:
    application_id = add(database, "AR-2026-000001")
    with database.reading() as uow:
        seen = uow.session.get_one(ApplicationRow, application_id)
    with database.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        if changed == "state":
            row.state = ApplicationState.WITHDRAWN
        else:
            row.version += 1
        uow.commit()
    with pytest.raises(StaleStateError), database.writing() as uow:
        move(uow, seen, ApplicationState.AWAITING_CONFIRMATION, actor="applicant")
    with database.reading() as uow:
        told = uow.session.execute(sa.select(EventRow.action)).scalars().all()
        assert set(told) == {ROWS_WRITTEN}


@pytest.mark.parametrize("state", ["approved", "refused", "issued"])
def test_the_database_refuses_a_decision_without_an_officer(database: Database, state: str) -> None:
    application_id = add(database, "AR-2026-000001")
    with database.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).state = ApplicationState(state)
        with pytest.raises(sa.exc.IntegrityError):
            uow.commit()


def test_the_database_refuses_a_state_that_is_none(database: Database) -> None:
    add(database, "AR-2026-000001")
    with pytest.raises(sa.exc.IntegrityError), database.writing() as uow:
        uow.session.execute(sa.text("UPDATE applications SET state = 'lost'"))
