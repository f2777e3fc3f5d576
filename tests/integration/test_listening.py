"""What a worker does while the queue works, hangs, forgets or is gone."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from review_service.adapters.rq_queue import RqJobQueue, RqListener
from review_service.bootstrap import Container, Role, build
from review_service.db.models import TaskRow
from review_service.domain.errors import DatabaseDownError
from review_service.domain.work import Lane
from review_service.settings import Settings
from tests.conftest import FreshDatabase, migrate_to_head
from tests.factories import FORM_SECRET, SECRET, Office, make_office, open_draft, upload
from tests.integration.services import steps
from tests.integration.services.test_registering import ask
from tests.servers import LOOPBACK, Server, ServerRoom, free_port, start_redis
from workers.tasks import listening
from workers.tasks.listening import MOST_FAULTS, Stopped, Stopper, listen

SOON_SECONDS = 12.0
"""Far below a minute: a silent Redis is given up after four seconds."""


@pytest.fixture
def office(fresh_database_url: FreshDatabase, tmp_path: Path) -> Iterator[Office]:
    """The office whose work is done here."""
    made = make_office(fresh_database_url("sqlite", prepare=migrate_to_head), tmp_path)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def redis(room: ServerRoom) -> Iterator[Server]:
    """A Redis that a test may break."""
    folder = room.folder / uuid4().hex[:8]
    folder.mkdir()
    server = start_redis(folder)
    yield server
    server.kill(signal.SIGCONT)
    server.stop()


def url_of(server: Server) -> str:
    return f"redis://:{server.password}@{server.endpoint}/0"


def worker(office: Office, folder: Path, url: str, lanes: str = "") -> Container:
    env = {
        "SECRET_KEY": FORM_SECRET,
        "DEMONSTRATION": "1",
        "VERIFICATION_KEY": SECRET,
        "DATA_DIR": str(folder),
        "DATABASE_URL": str(office.database.engine.url),
        "REDIS_URL": url,
        "LANES": lanes,
    }
    return build(Settings.from_env(env), Role.WORKER)


@contextmanager
def at_work(container: Container, do: Callable[[Container, UUID], object]) -> Iterator[Stopper]:
    """Let a worker listen on a thread while the block runs."""
    stopper = Stopper()
    settings = container.settings
    listener = RqListener(settings.redis_url, settings.lanes)
    thread = threading.Thread(
        target=listen, args=(container, listener, stopper), kwargs={"do": do}, daemon=True
    )
    thread.start()
    try:
        yield stopper
    finally:
        stopper.is_asked = True
        thread.join(30)
        container.database.engine.dispose()
    assert not thread.is_alive()


class Done:
    """Remembers what was done."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []

    def __call__(self, _container: Container, task_id: UUID) -> None:
        """Do a task."""
        self.ids.append(task_id)

    def wait(self, seconds: float, *, times: int = 1) -> bool:
        """Whether so many tasks are done before the time is up."""
        until = time.monotonic() + seconds
        while len(self.ids) < times and time.monotonic() < until:
            time.sleep(0.02)
        return len(self.ids) >= times


def test_a_notice_is_heeded_at_once(office: Office, tmp_path: Path, redis: Server) -> None:
    done, task_id = Done(), uuid4()
    with at_work(worker(office, tmp_path, url_of(redis)), done):
        time.sleep(0.5)
        RqJobQueue(url_of(redis)).notify(task_id, lane=Lane.OCR)
        assert done.wait(1.5)
    assert done.ids[-1] == task_id


@pytest.mark.parametrize("fault", [signal.SIGSTOP, signal.SIGKILL], ids=["hangs", "gone"])
def test_without_the_queue_the_worker_looks_into_the_table_itself(
    office: Office, tmp_path: Path, redis: Server, fault: signal.Signals
) -> None:
    done = Done()
    with at_work(worker(office, tmp_path, url_of(redis)), done):
        time.sleep(1)
        redis.kill(fault)
        ask(office)
        assert done.wait(SOON_SECONDS), "nothing was done while the queue was away"
        assert done.wait(SOON_SECONDS, times=2), "and it looks again and again"
        (task,) = steps.rows(office, TaskRow)
        assert set(done.ids) == {task.id}


def test_a_queue_that_was_away_is_heard_again(
    office: Office, tmp_path: Path, redis: Server
) -> None:
    done, task_id = Done(), uuid4()
    with at_work(worker(office, tmp_path, url_of(redis)), done):
        time.sleep(0.5)
        redis.kill(signal.SIGSTOP)
        time.sleep(5)
        redis.kill(signal.SIGCONT)
        RqJobQueue(url_of(redis)).notify(task_id, lane=Lane.OCR)
        assert done.wait(SOON_SECONDS)
    assert task_id in done.ids


def test_a_notice_that_was_lost_is_missed_for_half_a_minute_at_most(
    office: Office, tmp_path: Path, redis: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "LOOK_SECONDS", 1.0)
    done = Done()
    with at_work(worker(office, tmp_path, url_of(redis)), done):
        time.sleep(1)
        ask(office)
        assert done.wait(SOON_SECONDS)


def test_a_worker_looks_for_its_own_lanes_only(office: Office, tmp_path: Path) -> None:
    ask(office)
    upload(office, open_draft(office), content=steps.JPEG)
    gone = f"redis://{LOOPBACK}:{free_port()}/0"
    done = Done()
    with at_work(worker(office, tmp_path, gone, lanes="mail,issue"), done):
        assert done.wait(SOON_SECONDS)
    lanes = {task.id: task.lane for task in steps.rows(office, TaskRow)}
    assert {lanes[task_id] for task_id in done.ids} == {Lane.MAIL}


def test_an_outage_in_a_task_ends_no_worker(
    office: Office, tmp_path: Path, redis: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "WAIT_SECONDS", 0.1)
    done = Done()

    def fail(container: Container, task_id: UUID) -> None:
        done(container, task_id)
        raise DatabaseDownError("away", retryable=True)

    with at_work(worker(office, tmp_path, url_of(redis)), fail):
        for _ in range(MOST_FAULTS + 1):
            RqJobQueue(url_of(redis)).notify(uuid4(), lane=Lane.OCR)
        time.sleep(2)
    assert len(done.ids) == MOST_FAULTS + 1


def test_a_worker_that_is_broken_ends_with_its_error(
    office: Office, tmp_path: Path, redis: Server
) -> None:
    container = worker(office, tmp_path, url_of(redis))

    def fail(_container: Container, _task_id: UUID) -> None:
        raise RuntimeError("broken")

    for _ in range(MOST_FAULTS):
        RqJobQueue(url_of(redis)).notify(uuid4(), lane=Lane.OCR)
    settings = container.settings
    listener = RqListener(settings.redis_url, settings.lanes)
    with pytest.raises(RuntimeError, match="broken"):
        listen(container, listener, Stopper(), do=fail)
    container.database.engine.dispose()


def test_a_signal_ends_a_wait_at_once_and_lets_a_task_end() -> None:
    idle, busy = Stopper(), Stopper(is_busy=True)
    with pytest.raises(Stopped):
        idle(signal.SIGTERM, None)
    busy(signal.SIGTERM, None)
    assert busy.is_asked
    with pytest.raises(Stopped):
        busy(signal.SIGTERM, None)
