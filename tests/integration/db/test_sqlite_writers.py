"""SQLite with several processes that write: no update is lost and nobody is turned away."""

import multiprocessing
from multiprocessing.queues import Queue as ProcessQueue
from uuid import uuid4

import pytest
import sqlalchemy as sa

from review_service.db.audit import verify_chain
from review_service.db.counters import next_number
from review_service.db.database import Database
from review_service.db.models import CounterRow, EventRow, TaskRow
from review_service.domain.work import TaskKind
from tests.factories import RememberedBells

WRITERS = 8
WRITES = 50


def write(url: str, outcomes: "ProcessQueue[str]") -> None:
    """Write fifty times in a process of its own, reading in between."""
    database = Database(url, RememberedBells())
    try:
        for _ in range(WRITES):
            with database.writing() as uow:
                number = next_number(uow, "agreement", 2026)
                uow.enqueue(TaskKind.SEND_MAIL, uuid4())
                uow.record("numbered", actor="worker", number=number)
                uow.commit()
            with database.reading() as uow:
                uow.session.execute(sa.select(sa.func.count(TaskRow.id))).scalar_one()
    except Exception as error:  # noqa: BLE001 -- told to the parent, which fails
        outcomes.put(f"{type(error).__name__}: {error.__cause__ or error}")
    else:
        outcomes.put("")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_eight_processes_write_fifty_times_each(database: Database) -> None:
    context = multiprocessing.get_context("fork")  # the parent has not connected yet
    outcomes: ProcessQueue[str] = context.Queue()
    url = database.engine.url.render_as_string(hide_password=False)
    writers = [context.Process(target=write, args=(url, outcomes)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    told = [outcomes.get(timeout=120) for _ in writers]
    for writer in writers:
        writer.join(timeout=30)
    assert [problem for problem in told if problem] == []
    with database.reading() as uow:
        counter = uow.session.get_one(CounterRow, ("agreement", 2026))
        assert counter.value == WRITERS * WRITES
        events = uow.session.execute(sa.select(EventRow.details)).scalars().all()
        numbers = sorted(details["number"] for details in events)
        assert numbers == list(range(1, WRITERS * WRITES + 1))
        assert list(verify_chain(uow.session)) == []
