"""Fair turns: applicants alternate, however many tasks each has, and leases stay what they were."""

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.models import TaskRow
from review_service.db.tasks import Lease
from review_service.domain.work import Lane, TaskKind, TaskState
from tests.factories import OTHER_RUC, RUC, Office, RememberedBells, open_draft
from tests.integration.services.test_indexes import statements

LANES = (Lane.MAIL, Lane.INTAKE)


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database in turn."""
    return office_on_each_database


def ask(office: Office, application_id: UUID, *, times: int = 1) -> list[UUID]:
    """Add tasks of an application; return their ids."""
    before = set(_ids(office))
    for _ in range(times):
        with office.writing() as uow:
            uow.enqueue(TaskKind.ASSEMBLE_EVIDENCE, application_id, key=uuid4().hex)
            uow.commit()
    return [task_id for task_id in _ids(office) if task_id not in before]


def _ids(office: Office) -> list[UUID]:
    with office.reading() as uow:
        return list(uow.session.scalars(sa.select(TaskRow.id).order_by(TaskRow.created_at)))


def take(office: Office, *, owner: str = "one", most: int = 3) -> Lease | None:
    with office.writing() as uow:
        lease = tasks.take_next(uow, lanes=LANES, owner=owner, seconds=60, max_attempts=most)
        uow.commit()
        return lease


def finish(office: Office, lease: Lease) -> None:
    with office.writing() as uow:
        assert tasks.finish(uow, lease)
        uow.commit()


def work_off(office: Office) -> list[UUID]:
    """Do what is due, one after the other; return the tasks in that order."""
    done = []
    while (lease := take(office)) is not None:
        finish(office, lease)
        done.append(lease.task_id)
    return done


def change(office: Office, task_id: UUID, **values: object) -> None:
    with office.writing() as uow:
        uow.session.execute(sa.update(TaskRow).where(TaskRow.id == task_id).values(**values))
        uow.commit()


def test_one_task_comes_next_although_another_applicant_has_many(office: Office) -> None:
    many = ask(office, open_draft(office), times=25)
    lease = take(office)
    assert lease is not None
    assert lease.task_id == many[0]
    (one,) = ask(office, open_draft(office, OTHER_RUC))
    assert work_off(office) == [one, *many[1:]]


def test_applicants_alternate_from_where_a_newcomer_joins(office: Office) -> None:
    first, second = open_draft(office), open_draft(office, OTHER_RUC)
    many = ask(office, first, times=6)
    for _ in range(3):
        lease = take(office)
        assert lease is not None
        finish(office, lease)
    few = ask(office, second, times=2)
    assert work_off(office) == [many[3], few[0], many[4], few[1], many[5]]


def test_two_applications_of_one_ruc_share_its_turns(office: Office) -> None:
    one, other = open_draft(office), open_draft(office, OTHER_RUC)
    first = ask(office, one, times=2)
    theirs = ask(office, other)
    assert work_off(office) == [first[0], *theirs, first[1]]
    with office.reading() as uow:
        assert set(uow.session.scalars(sa.select(TaskRow.ruc))) == {RUC, OTHER_RUC}


def test_what_is_done_gives_no_turn_to_wait_for(office: Office) -> None:
    application_id = open_draft(office)
    ask(office, application_id, times=3)
    work_off(office)
    (task_id,) = ask(office, application_id)
    with office.reading() as uow:
        assert uow.session.get_one(TaskRow, task_id).turn == 0


def test_a_task_that_waits_for_an_outage_holds_no_turn_back(office: Office) -> None:
    first, second = open_draft(office), open_draft(office, OTHER_RUC)
    stuck, *rest = ask(office, first, times=4)
    with office.writing() as uow:
        uow.session.get_one(TaskRow, stuck).run_after = uow.now + timedelta(hours=1)
        uow.commit()
    lease = take(office)
    assert lease is not None
    finish(office, lease)
    (one,) = ask(office, second)
    with office.reading() as uow:
        assert uow.session.get_one(TaskRow, one).turn == 2
    assert work_off(office) == [rest[1], one, rest[2]]


def test_mail_goes_before_every_turn_of_a_slower_lane(office: Office) -> None:
    many = ask(office, open_draft(office), times=3)
    with office.writing() as uow:
        uow.enqueue(TaskKind.SEND_MAIL, uuid4())
        uow.commit()
    (mail,) = set(_ids(office)) - set(many)
    assert work_off(office) == [mail, *many]


def test_work_that_is_no_applicant_s_waits_one_turn(office: Office) -> None:
    many = ask(office, open_draft(office), times=3)
    with office.writing() as uow:
        uow.enqueue(TaskKind.REBUILD_FILES, uuid4(), lane=Lane.INTAKE)
        uow.commit()
    (own,) = set(_ids(office)) - set(many)
    assert work_off(office) == [many[0], own, *many[1:]]


def test_a_task_that_the_version_before_added_comes_first(office: Office) -> None:
    many = ask(office, open_draft(office), times=3)
    change(office, many[2], ruc=None, turn=0)
    take(office)
    assert work_off(office) == [many[2], many[1]]


def test_a_lease_that_ran_out_is_taken_again_before_later_turns(office: Office) -> None:
    many = ask(office, open_draft(office), times=2)
    late = take(office)
    assert late is not None
    with office.writing() as uow:
        uow.session.get_one(TaskRow, many[0]).leased_until = uow.now - timedelta(seconds=1)
        uow.commit()
    again = take(office, owner="two")
    assert again is not None
    assert (again.task_id, again.attempt) == (many[0], 2)
    with office.writing() as uow:
        assert tasks.finish(uow, late) is False
    assert take(office).task_id == many[1]  # type: ignore[union-attr]


def test_what_is_held_worn_out_or_not_due_is_not_taken(office: Office) -> None:
    held, worn, later, done = ask(office, open_draft(office), times=4)
    change(office, worn, attempts=3)
    change(office, done, state=TaskState.DONE)
    with office.writing() as uow:
        uow.session.get_one(TaskRow, later).run_after = uow.now + timedelta(seconds=60)
        uow.commit()
    lease = take(office)
    assert lease is not None
    assert lease.task_id == held
    assert take(office) is None


def test_no_task_is_taken_twice_however_many_ask_at_once(office: Office) -> None:
    asked = ask(office, open_draft(office), times=20)
    taken: list[UUID] = []

    def work(owner: str) -> None:
        while (lease := take(office, owner=owner)) is not None:
            taken.append(lease.task_id)

    workers = [threading.Thread(target=work, args=(str(number),)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == sorted(asked)


def test_a_turn_is_found_by_indexes_of_what_waits(office: Office) -> None:
    application_id = open_draft(office)
    ask(office, application_id, times=2)
    with statements(office.database.engine) as asked:
        ask(office, application_id)
        take(office)
    told = _plans(office, [(sql, given) for sql, given in asked if "tasks.turn" in sql])
    assert "ix_tasks_turn" in told, told
    assert "ix_tasks_ruc" in told, told
    assert "SCAN tasks\n" not in told, told
    assert "Seq Scan on tasks" not in told, told


def _plans(office: Office, asked: list[tuple[str, object]]) -> str:
    """Return how the database would answer, were most of many tasks done."""
    is_sqlite = office.database.engine.dialect.name == "sqlite"
    with office.writing() as uow:
        connection = uow.session.connection()
        if is_sqlite:
            connection.exec_driver_sql("ANALYZE")
        else:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_sort = off")
        begin = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        rows = [
            str(row[-1])
            for sql, given in asked
            for row in connection.exec_driver_sql(f"{begin} {sql}", given)  # type: ignore[arg-type]
        ]
    return "\n".join(rows) + "\n"


def test_the_queue_is_only_told_that_something_is_due(
    office: Office,
) -> None:
    bells = office.notices
    assert isinstance(bells, RememberedBells)
    asked = ask(office, open_draft(office), times=2)
    assert bells.notified[-2:] == asked
