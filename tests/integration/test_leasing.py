"""A lease holds as long as its handler works, and no longer than its worker lives."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from review_service.db import tasks
from review_service.db.models import TaskRow
from review_service.db.tasks import Lease
from review_service.domain.work import TaskState
from tests.conftest import FreshDatabase, migrate_to_head
from tests.factories import Office, make_office
from tests.integration.services import steps
from tests.integration.services.test_registering import ask
from workers.tasks.leasing import Renewal

SECONDS = 0.6


@pytest.fixture
def office(fresh_database_url: FreshDatabase, tmp_path: Path) -> Iterator[Office]:
    """The office whose work is done here."""
    made = make_office(fresh_database_url("sqlite", prepare=migrate_to_head), tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def lease(office: Office) -> Lease:
    """A short lease on the only task."""
    ask(office)
    return take(office) or pytest.fail("no task is due")


def take(office: Office) -> Lease | None:
    (task,) = steps.rows(office, TaskRow)
    with office.writing() as uow:
        taken = tasks.take_lease(uow, task.id, owner="a", seconds=SECONDS, max_attempts=9)
        uow.commit()
    return taken


def test_nobody_takes_the_task_of_a_handler_that_still_works(office: Office, lease: Lease) -> None:
    with Renewal(office.writing, lease, seconds=SECONDS):
        for _ in range(6):
            time.sleep(SECONDS / 2)
            assert take(office) is None


def test_once_the_worker_is_gone_the_lease_ends_by_itself(office: Office, lease: Lease) -> None:
    with Renewal(office.writing, lease, seconds=SECONDS):
        time.sleep(SECONDS)
    time.sleep(SECONDS * 1.2)
    again = take(office)
    assert again is not None
    assert again.attempt == lease.attempt + 1


def test_a_renewal_takes_nothing_back_that_was_given_up(office: Office, lease: Lease) -> None:
    with Renewal(office.writing, lease, seconds=SECONDS):
        with office.writing() as uow:
            assert tasks.finish(uow, lease)
            uow.commit()
        time.sleep(SECONDS)
    (task,) = steps.rows(office, TaskRow)
    assert (task.state, task.lease_owner) == (TaskState.DONE, None)


def test_a_handler_that_hangs_ends_its_worker(office: Office, lease: Lease) -> None:
    ended = Event()
    with Renewal(
        office.writing, lease, seconds=SECONDS, longest_seconds=1, when_it_hangs=ended.set
    ):
        assert ended.wait(5)
        (task,) = steps.rows(office, TaskRow)
        held = task.leased_until
        time.sleep(SECONDS)
        assert steps.rows(office, TaskRow)[0].leased_until == held, "it renews no more"
    assert isinstance(held, type(task.run_after))
    assert held - task.run_after < timedelta(seconds=60)
