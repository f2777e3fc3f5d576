"""Leases: one holder at a time, attempts counted before the work, the late one loses."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.database import Database
from review_service.db.models import EventRow, TaskRow
from review_service.db.tasks import Lease
from review_service.domain.work import Lane, TaskKind, TaskState
from tests.factories import RememberedBells


def ask(database: Database, *, after_seconds: float = 0) -> UUID:
    subject = uuid4()
    with database.writing() as uow:
        uow.enqueue(TaskKind.SEND_MAIL, subject, after_seconds=after_seconds)
        uow.commit()
        return uow.session.execute(
            sa.select(TaskRow.id).where(TaskRow.subject_id == subject)
        ).scalar_one()


def take(database: Database, task_id: UUID, *, owner: str = "one", most: int = 3) -> Lease | None:
    with database.writing() as uow:
        lease = tasks.take_lease(uow, task_id, owner=owner, seconds=60, max_attempts=most)
        uow.commit()
        return lease


def must_take(database: Database, task_id: UUID, *, owner: str = "one", most: int = 3) -> Lease:
    lease = take(database, task_id, owner=owner, most=most)
    assert lease is not None
    return lease


def let_it_end(database: Database, task_id: UUID) -> None:
    """Let the lease run out."""
    with database.writing() as uow:
        row = uow.session.get_one(TaskRow, task_id)
        row.leased_until = uow.now - timedelta(seconds=1)
        uow.commit()


def task(database: Database, task_id: UUID) -> TaskRow:
    with database.reading() as uow:
        return uow.session.get_one(TaskRow, task_id)


def test_a_lease_tells_what_to_do_and_counts_the_attempt_first(database: Database) -> None:
    task_id, bystander = ask(database), ask(database)
    lease = must_take(database, task_id)
    assert (lease.kind, lease.attempt, lease.owner) == (TaskKind.SEND_MAIL, 1, "one")
    assert task(database, task_id).attempts == 1
    assert task(database, bystander).attempts == 0
    assert task(database, bystander).lease_owner is None


def test_a_held_task_cannot_be_taken_again(database: Database) -> None:
    task_id = ask(database)
    must_take(database, task_id)
    assert take(database, task_id, owner="two") is None
    assert task(database, task_id).attempts == 1


def test_a_task_that_is_not_due_cannot_be_taken(database: Database) -> None:
    assert take(database, ask(database, after_seconds=60)) is None


def test_there_is_nothing_to_take_of_an_unknown_task(database: Database) -> None:
    assert take(database, uuid4()) is None


def test_a_lease_that_ran_out_goes_to_the_next_and_the_late_one_loses(database: Database) -> None:
    task_id = ask(database)
    late = must_take(database, task_id)
    let_it_end(database, task_id)
    second = must_take(database, task_id, owner="two")
    assert second.attempt == 2
    with database.writing() as uow:
        assert tasks.finish(uow, late) is False
        assert tasks.extend_lease(uow, late, seconds=60) is False
        assert tasks.give_back(uow, late, error="x", after_seconds=0) is False
        assert tasks.wait_out(uow, late, error="x", first_seconds=1) is False
        assert tasks.quarantine(uow, late, error="x") is False
        assert tasks.finish(uow, second) is True
        uow.commit()
    assert task(database, task_id).state is TaskState.DONE


def test_the_same_owner_of_a_former_attempt_loses_too(database: Database) -> None:
    task_id = ask(database)
    late = must_take(database, task_id)
    let_it_end(database, task_id)
    must_take(database, task_id)
    with database.writing() as uow:
        assert tasks.finish(uow, late) is False


def test_a_holder_whose_lease_ran_out_may_finish_while_nobody_else_took_it(
    database: Database,
) -> None:
    task_id = ask(database)
    lease = must_take(database, task_id)
    let_it_end(database, task_id)
    with database.writing() as uow:
        assert tasks.finish(uow, lease) is True
        uow.commit()


def test_a_finished_task_is_done_once(database: Database) -> None:
    task_id, bystander = ask(database), ask(database)
    other = must_take(database, bystander)
    lease = must_take(database, task_id)
    with database.writing() as uow:
        assert tasks.finish(uow, lease) is True
        assert tasks.finish(uow, lease) is False
        uow.commit()
    row = task(database, task_id)
    assert (row.state, row.lease_owner, row.leased_until) == (TaskState.DONE, None, None)
    assert row.finished_at is not None
    assert take(database, task_id, owner="two") is None
    assert task(database, bystander).lease_owner == other.owner


def test_a_longer_lease_keeps_others_out(database: Database) -> None:
    task_id = ask(database)
    lease = must_take(database, task_id)
    let_it_end(database, task_id)
    with database.writing() as uow:
        assert tasks.extend_lease(uow, lease, seconds=60) is True
        uow.commit()
    assert take(database, task_id, owner="two") is None


def test_what_is_given_back_waits_and_keeps_its_count(database: Database) -> None:
    task_id = ask(database)
    lease = must_take(database, task_id)
    with database.writing() as uow:
        assert tasks.give_back(uow, lease, error="e" * 900, after_seconds=30) is True
        uow.commit()
        asked_at = uow.now
    row = task(database, task_id)
    assert row.attempts == 1
    assert row.lease_owner is None
    assert row.last_error == "e" * 500
    assert row.run_after - asked_at == timedelta(seconds=30)
    assert take(database, task_id) is None


@pytest.mark.parametrize(
    ("outages", "wait"), [(0, 2), (1, 4), (3, 16), (8, 512), (9, 600), (500, 600)]
)
def test_waiting_for_something_outside_is_not_counted_and_doubles(
    database: Database, outages: int, wait: float
) -> None:
    task_id = ask(database)
    with database.writing() as uow:
        uow.session.get_one(TaskRow, task_id).outages = outages
        uow.commit()
    lease = must_take(database, task_id)
    with database.writing() as uow:
        assert tasks.wait_out(uow, lease, error="down", first_seconds=2) is True
        uow.commit()
        asked_at = uow.now
    row = task(database, task_id)
    assert (row.attempts, row.outages) == (0, outages + 1)
    assert row.run_after - asked_at == timedelta(seconds=wait)


def test_the_last_attempt_is_the_last(database: Database) -> None:
    task_id = ask(database)
    for attempt in (1, 2, 3):
        assert must_take(database, task_id).attempt == attempt
        let_it_end(database, task_id)
    assert take(database, task_id) is None
    with database.writing() as uow:
        assert list(tasks.due(uow, max_attempts=3)) == []
        (worn,) = tasks.worn_out(uow, max_attempts=3)
        assert worn.task_id == task_id
        assert tasks.quarantine(uow, worn, error="died") is True
        uow.commit()
    assert task(database, task_id).state is TaskState.QUARANTINED
    assert take(database, task_id) is None


def test_a_task_in_its_last_attempt_is_not_worn_out_while_it_is_held(database: Database) -> None:
    task_id = ask(database)
    must_take(database, task_id, most=1)
    with database.reading() as uow:
        assert list(tasks.worn_out(uow, max_attempts=1)) == []


def test_quarantine_is_written_into_the_trail(database: Database) -> None:
    lease = must_take(database, ask(database))
    with database.writing() as uow:
        tasks.quarantine(uow, lease, error="bad")
        uow.commit()
    with database.reading() as uow:
        event = uow.session.execute(sa.select(EventRow)).scalar_one()
    assert (event.action, event.subject_id) == ("task_quarantined", lease.subject_id)
    assert event.details == {"kind": "send_mail", "attempts": 1}


def test_due_is_what_nobody_holds_and_whose_time_has_come(database: Database) -> None:
    first, later, held, done = ask(database), ask(database), ask(database), ask(database)
    ask(database, after_seconds=60)
    must_take(database, held)
    lease = must_take(database, done)
    with database.writing() as uow:
        tasks.finish(uow, lease)
        uow.session.get_one(TaskRow, first).run_after = uow.now - timedelta(seconds=60)
        uow.commit()
    with database.reading() as uow:
        found = tasks.due(uow, max_attempts=3)
        assert [one.task_id for one in found] == [first, later]
        assert [one.lane for one in found] == [Lane.MAIL, Lane.MAIL]
        assert len(tasks.due(uow, max_attempts=3, limit=1)) == 1


def test_the_same_work_is_asked_for_once(database: Database, notices: RememberedBells) -> None:
    subject = uuid4()
    for key in ("", "", "again"):
        with database.writing() as uow:
            uow.enqueue(TaskKind.ASSEMBLE_EVIDENCE, subject, key=key)
            uow.enqueue(TaskKind.ASSEMBLE_EVIDENCE, subject, key=key)
            uow.commit()
    with database.reading() as uow:
        ids = uow.session.execute(sa.select(TaskRow.id)).scalars().all()
    assert len(ids) == 2
    assert sorted(notices.notified) == sorted(ids)
