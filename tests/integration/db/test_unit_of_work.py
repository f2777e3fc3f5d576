"""One transaction: nothing stays without commit, notices follow it, numbers have no gap."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.counters import next_number
from review_service.db.database import Database
from review_service.db.engine import insert_if_absent, make_engine
from review_service.db.models import CounterRow, EventRow, HolidayRow, TaskRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import DatabaseDownError, QueueError
from review_service.domain.work import Lane, TaskKind
from tests.asked_statements import asked_of
from tests.factories import RememberedBells
from tests.servers import free_port


class SilentBell:
    """A queue that is down."""

    def notify(self, task_id: UUID, *, lane: Lane) -> None:
        """Fail."""
        del task_id, lane
        raise QueueError("down", retryable=True)

    def ping(self) -> None:
        """Fail."""
        raise QueueError("down", retryable=True)


class WatchfulQueue:
    """A queue that looks whether the task is there for everybody when it is notified."""

    def __init__(self) -> None:
        self.database: Database
        self.seen: list[bool] = []

    def notify(self, task_id: UUID, *, lane: Lane) -> None:
        """Look with another connection."""
        del lane
        with self.database.reading() as uow:
            self.seen.append(uow.session.get(TaskRow, task_id) is not None)

    def ping(self) -> None:
        """Answer."""


def count(database: Database, row: type) -> int:
    with database.reading() as uow:
        return uow.session.execute(sa.select(sa.func.count()).select_from(row)).scalar_one()


def test_without_commit_nothing_stays(database: Database, notices: RememberedBells) -> None:
    with database.writing() as uow:
        uow.enqueue(TaskKind.SEND_MAIL, uuid4())
        uow.record("looked", actor="operator")
        next_number(uow, "agreement", 2026)
    assert count(database, TaskRow) == 0
    assert count(database, EventRow) == 0
    assert count(database, CounterRow) == 0
    assert notices.notified == []


def test_an_error_rolls_back_and_passes_through(
    database: Database, notices: RememberedBells
) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as uow:  # noqa: PT012 -- the point
        uow.enqueue(TaskKind.SEND_MAIL, uuid4())
        raise ZeroDivisionError
    assert count(database, TaskRow) == 0
    assert notices.notified == []


def test_notices_go_out_after_the_commit_and_once(migrated_database_url: str) -> None:
    queue = WatchfulQueue()
    database = queue.database = Database(migrated_database_url, queue)
    with database.writing() as uow:
        uow.enqueue(TaskKind.SEND_MAIL, uuid4())
        uow.enqueue(TaskKind.ISSUE_AGREEMENT, uuid4())
        assert queue.seen == []
        uow.commit()
        uow.commit()
    assert queue.seen == [True, True]
    database.engine.dispose()


def test_what_is_wanted_later_sends_no_notice_now(
    database: Database, notices: RememberedBells
) -> None:
    with database.writing() as uow:
        uow.enqueue(TaskKind.SEND_MAIL, uuid4(), after_seconds=5)
        uow.commit()
    assert notices.notified == []
    assert count(database, TaskRow) == 1


def test_a_queue_that_is_down_does_not_undo_the_commit(migrated_database_url: str) -> None:
    database = Database(migrated_database_url, SilentBell())
    with database.writing() as uow:
        uow.enqueue(TaskKind.SEND_MAIL, uuid4())
        uow.enqueue(TaskKind.SEND_MAIL, uuid4())
        uow.commit()
    assert count(database, TaskRow) == 2
    database.engine.dispose()


def test_time_is_the_databases_aware_and_the_same_within_a_unit(database: Database) -> None:
    with database.reading() as uow:
        first = uow.now
        assert uow.now is first
        assert first.tzinfo is not None
        assert abs(datetime.now(UTC) - first) < timedelta(seconds=5)
    with database.reading() as uow:
        assert uow.now >= first


def test_asking_for_the_time_writes_no_half_made_row(database: Database) -> None:
    with database.writing() as uow:
        row = TaskRow()
        uow.session.add(row)
        _ = uow.now
        assert row in uow.session.new


def test_a_unit_that_has_ended_holds_no_connection_for_the_time(database: Database) -> None:
    with database.reading() as uow:
        pass
    with pytest.raises(RuntimeError, match="has ended"):
        _ = uow.now


def test_a_unit_may_be_used_again(database: Database) -> None:
    unit = database.writing()
    for _ in range(2):
        with unit as uow:
            next_number(uow, "agreement", 2026)
            uow.record("numbered", actor="operator")
            uow.commit()
    assert count(database, EventRow) == 2


def test_numbers_begin_with_one_each_year_and_have_no_gap(database: Database) -> None:
    taken = []
    for keep in (True, False, True, False, False, True):
        with database.writing() as uow:
            number = next_number(uow, "agreement", 2026)
            if keep:
                uow.commit()
                taken.append(number)
    assert taken == [1, 2, 3]
    with database.writing() as uow:
        assert next_number(uow, "agreement", 2027) == 1
        assert next_number(uow, "application", 2026) == 1
        assert [next_number(uow, "agreement", 2026) for _ in range(3)] == [4, 5, 6]


def test_a_row_is_put_in_once(database: Database) -> None:
    day = datetime(2026, 12, 7, tzinfo=UTC).date()
    with database.writing() as uow:
        values = {"day": day, "canton": "", "name": "Puente", "source": "Decreto 1"}
        assert insert_if_absent(uow.session, HolidayRow, **values)
        assert not insert_if_absent(uow.session, HolidayRow, **{**values, "name": "Otro"})
        assert insert_if_absent(uow.session, HolidayRow, **{**values, "canton": "Otavalo"})
        uow.commit()
    with database.reading() as uow:
        assert uow.session.get_one(HolidayRow, (day, "")).name == "Puente"


def test_a_naive_moment_is_never_stored(database: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="needs a zone"), database.writing() as uow:
        uow.session.execute(
            sa.update(TaskRow).values(run_after=datetime(2026, 1, 1))  # noqa: DTZ001 -- on purpose
        )


def test_a_moment_comes_back_aware_and_to_the_microsecond(database: Database) -> None:
    task_id = uuid4()
    moment = datetime(2026, 11, 20, 12, 34, 56, 789123, tzinfo=UTC)
    with database.writing() as uow:
        uow.enqueue(TaskKind.SEND_MAIL, task_id)
        uow.session.execute(sa.update(TaskRow).values(run_after=moment))
        uow.commit()
    with database.reading() as uow:
        row = uow.session.execute(sa.select(TaskRow)).scalar_one()
        assert row.run_after == moment
        assert row.run_after.utcoffset() == timedelta(0)


def test_a_server_that_is_not_there_is_said_so(notices: RememberedBells) -> None:
    database = Database(f"postgresql://review@127.0.0.1:{free_port()}/x", notices)
    with pytest.raises(DatabaseDownError) as raised, database.reading():
        pass
    assert raised.value.retryable is True


def test_a_folder_that_is_not_there_is_said_so(notices: RememberedBells) -> None:
    database = Database("sqlite:////nowhere/at/all/review.db", notices)
    with pytest.raises(DatabaseDownError), database.writing():
        pass


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("at_commit", [False, True])
def test_a_server_that_goes_away_in_the_middle_is_said_so_and_found_again(
    database: Database, *, at_commit: bool
) -> None:
    end = sa.text("SELECT pg_terminate_backend(:pid)")
    with pytest.raises(DatabaseDownError), database.writing() as uow:  # noqa: PT012 -- the point
        next_number(uow, "agreement", 2026)
        pid = uow.session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        with database.writing() as other:
            other.session.execute(end, {"pid": pid})
        if at_commit:
            uow.commit()
        else:
            next_number(uow, "agreement", 2026)
    with database.writing() as uow:
        assert next_number(uow, "agreement", 2026) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_server_that_goes_away_after_the_last_statement_is_said_so(database: Database) -> None:
    end = sa.text("SELECT pg_terminate_backend(:pid)")
    with pytest.raises(DatabaseDownError), database.writing() as uow:  # noqa: PT012 -- the point
        pid = uow.session.scalar(sa.text("SELECT pg_backend_pid()"))
        with database.reading() as other:
            other.session.execute(end, {"pid": pid})


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_postgresql_compiles_no_query(database: Database) -> None:
    for make in (database.reading, database.writing):
        with make() as uow:
            assert uow.session.execute(sa.text("SHOW jit")).scalar_one() == "off"


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_postgresql_plans_a_statement_anew_for_its_values(database: Database) -> None:
    """The driver has it prepared after five times; the plan of the eleventh knew no value."""
    asked = sa.select(sa.func.count()).where(TaskRow.id == sa.bindparam("task"))
    plans = sa.text("SELECT max(generic_plans), max(custom_plans) FROM pg_prepared_statements")
    for make in (database.reading, database.writing):
        with make() as uow:
            for _ in range(20):
                uow.session.execute(asked, {"task": uuid4()})
            generic, custom = uow.session.execute(plans).one()
            assert generic == 0
            assert custom >= 10


def test_a_unit_that_reads_by_statement_refuses_to_write(database: Database) -> None:
    """It has no transaction that could be given up."""
    with database.reading(by_statement=True) as uow:
        assert count_in(uow, TaskRow) == 0
        refuses = uow.session.get_bind().dialect.name == "postgresql"
    for write in (add_a_task, move_all_tasks):
        refused = pytest.raises(RuntimeError, match="only reads") if refuses else nullcontext()
        with refused, database.reading(by_statement=True) as uow:
            write(uow)
    assert count(database, TaskRow) == 0


def test_a_unit_that_reads_by_statement_sees_what_is_committed_meanwhile(
    database: Database,
) -> None:
    with database.reading(by_statement=True) as uow:
        before = count_in(uow, TaskRow)
        with database.writing() as other:
            other.enqueue(TaskKind.SEND_MAIL, uuid4())
            other.commit()
        after = count_in(uow, TaskRow)
        sees_it = uow.session.get_bind().dialect.name == "postgresql"  # SQLite has a snapshot
    assert (before, after) == (0, 1 if sees_it else 0)


@pytest.fixture
def of_pages(migrated_database_url: str, notices: RememberedBells) -> Iterator[Database]:
    """A database whose connections have no transaction unless one is asked for."""
    made = Database(migrated_database_url, notices, for_pages=True)
    yield made
    made.engine.dispose()


def test_what_a_page_writes_is_one_transaction(of_pages: Database) -> None:
    for is_kept in (False, True):
        with of_pages.reading(by_statement=True) as uow:
            assert count_in(uow, TaskRow) == 0
        with of_pages.writing() as uow:
            uow.enqueue(TaskKind.SEND_MAIL, uuid4())
            uow.session.flush()
            with of_pages.reading(by_statement=True) as other:
                assert count_in(other, TaskRow) == 0
            if is_kept:
                uow.commit()
    assert count(of_pages, TaskRow) == 1


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_connection_of_pages_has_a_transaction_only_where_one_is_asked_for(
    of_pages: Database,
) -> None:
    """``now()`` is when the transaction began."""
    began = sa.select(sa.func.now())
    for unit, is_one in (
        (of_pages.reading(by_statement=True), False),
        (of_pages.writing(), True),
        (of_pages.reading(), True),
        (of_pages.writing().impatient(), True),
        (of_pages.writing().reader(), False),
    ):
        with unit as uow:
            first, second = (uow.session.execute(began).scalar_one() for _ in range(2))
        assert (first == second) is is_one


def test_columns_are_read_past_the_session(database: Database) -> None:
    task_id = uuid4()
    found = sa.select(TaskRow.__table__.c.kind).where(
        TaskRow.__table__.c.subject_id == sa.bindparam("subject")
    )
    with database.writing() as uow:
        uow.enqueue(TaskKind.SEND_MAIL, task_id)
        assert uow.rows(found, subject=task_id).scalar_one() is TaskKind.SEND_MAIL
        uow.session.scalars(sa.select(TaskRow)).one().subject_id = other = uuid4()
        assert uow.rows(found, subject=other).scalar_one() is TaskKind.SEND_MAIL
    for by_statement in (False, True):
        with database.reading(by_statement=by_statement) as uow:
            assert uow.rows(found, subject=task_id).all() == []


def test_the_time_comes_with_the_row_that_is_asked_for(database: Database) -> None:
    task_id = uuid4()
    with database.writing() as uow:
        uow.enqueue(TaskKind.SEND_MAIL, task_id)
        uow.commit()
    with database.reading() as uow:
        assert uow.one_with_time(sa.select(TaskRow).where(TaskRow.subject_id == uuid4())) is None
        row = uow.one_with_time(sa.select(TaskRow).where(TaskRow.subject_id == task_id))
        with asked_of(database.engine) as asked:
            assert abs(datetime.now(UTC) - uow.now) < timedelta(seconds=5)
        assert row.subject_id == task_id
        assert asked == []


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_connection_is_asked_whether_it_lives_when_nobody_used_it_for_a_while(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question costs a page half a millisecond; a server that restarts takes longer."""
    with database.reading() as uow:
        pid = uow.session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    elsewhere = make_engine(database.engine.url.render_as_string(hide_password=False))
    with elsewhere.begin() as other:
        other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    elsewhere.dispose()
    monkeypatch.setattr("review_service.db.engine.UNUSED_SECONDS", 0.0)
    with database.reading() as uow:
        assert uow.session.execute(sa.text("SELECT pg_backend_pid()")).scalar_one() != pid


def add_a_task(uow: UnitOfWork) -> None:
    """Add a row by the session."""
    uow.session.add(HolidayRow(day=date(2026, 1, 1), name="Año Nuevo", source=""))
    uow.session.flush()


def move_all_tasks(uow: UnitOfWork) -> None:
    """Write by a statement."""
    uow.session.execute(sa.update(TaskRow).values(attempts=1))


def count_in(uow: UnitOfWork, table: type[Any]) -> int:
    """Return how many rows a unit sees."""
    return int(uow.session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_a_unit_that_reads_asks_the_same_question_once(database: Database) -> None:
    answers = iter(range(10))

    def asked(uow: UnitOfWork) -> list[int]:
        return [uow.once(question, lambda: next(answers)) for question in ("a", "a", "b", "a")]

    unit = database.reading()
    with unit as uow:
        assert asked(uow) == [0, 0, 1, 0]
    with unit as uow:  # begun again
        assert asked(uow) == [2, 2, 3, 2]
    with database.writing() as uow:  # which may have changed it
        assert asked(uow) == [4, 5, 6, 7]
