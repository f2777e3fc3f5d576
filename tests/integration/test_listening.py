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
from review_service.db import tasks
from review_service.db.models import TaskRow
from review_service.db.tasks import Lease
from review_service.domain.errors import DatabaseDownError
from review_service.domain.work import Lane, TaskKind
from review_service.settings import Settings
from tests.conftest import FreshDatabase, migrate_to_head
from tests.factories import (
    FORM_SECRET,
    OTHER_RUC,
    SECRET,
    Office,
    make_office,
    open_draft,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.test_registering import ask
from tests.servers import LOOPBACK, Server, ServerRoom, free_port, start_redis
from workers.tasks import listening, running
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
def at_work(
    container: Container, do: Callable[[Container], bool] = running.run_next
) -> Iterator[Stopper]:
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


def bytes_of(number: int) -> bytes:
    return steps.JPEG + bytes([number])


class Done:
    """Ends each task whose turn it is, and remembers it."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []

    def __call__(self, container: Container) -> bool:
        """Do a task."""
        with container.writing() as uow:
            lease = tasks.take_next(
                uow, lanes=container.settings.lanes, owner="a", seconds=60, max_attempts=3
            )
            if lease is None:
                return False
            tasks.finish(uow, lease)
            uow.commit()
        self.ids.append(lease.task_id)
        return True

    def wait(self, seconds: float, *, times: int = 1) -> bool:
        """Whether so many tasks are done before the time is up."""
        until = time.monotonic() + seconds
        while len(self.ids) < times and time.monotonic() < until:
            time.sleep(0.02)
        return len(self.ids) >= times


def test_a_notice_is_heeded_at_once(office: Office, tmp_path: Path, redis: Server) -> None:
    done = Done()
    with at_work(worker(office, tmp_path, url_of(redis)), done):
        time.sleep(0.5)
        ask(office)
        (task,) = steps.rows(office, TaskRow)
        RqJobQueue(url_of(redis)).notify(task.id, lane=task.lane)
        assert done.wait(1.5)
    assert done.ids == [task.id]


def test_a_notice_wakes_for_whatever_is_due_and_one_too_many_does_no_harm(
    office: Office, tmp_path: Path, redis: Server
) -> None:
    done = Done()
    with at_work(worker(office, tmp_path, url_of(redis)), done):
        time.sleep(0.5)
        ask(office)
        upload(office, open_draft(office), content=steps.JPEG)
        for _ in range(5):
            RqJobQueue(url_of(redis)).notify(uuid4(), lane=Lane.OCR)
        assert done.wait(1.5, times=2)
    assert set(done.ids) == {task.id for task in steps.rows(office, TaskRow)}


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
        upload(office, open_draft(office), content=steps.JPEG)
        assert done.wait(SOON_SECONDS, times=2), "and it looks again and again"
        assert set(done.ids) == {task.id for task in steps.rows(office, TaskRow)}


def test_a_queue_that_was_away_is_heard_again(
    office: Office, tmp_path: Path, redis: Server
) -> None:
    done = Done()
    with at_work(worker(office, tmp_path, url_of(redis)), done):
        time.sleep(0.5)
        redis.kill(signal.SIGSTOP)
        time.sleep(5)
        redis.kill(signal.SIGCONT)
        ask(office)
        (task,) = steps.rows(office, TaskRow)
        RqJobQueue(url_of(redis)).notify(task.id, lane=task.lane)
        assert done.wait(SOON_SECONDS)
    assert done.ids == [task.id]


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


def test_one_upload_does_not_wait_behind_many_of_another_applicant(
    office: Office, tmp_path: Path, redis: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, checked = RqJobQueue(url_of(redis)), list[UUID]()
    many, one = open_draft(office), open_draft(office, OTHER_RUC)
    sent = [upload(office, many, content=bytes_of(number)).document_id for number in range(5)]
    last = upload(office, one, content=bytes_of(9), ruc=OTHER_RUC).document_id
    for task in sorted(steps.rows(office, TaskRow), key=lambda task: task.created_at):
        queue.notify(task.id, lane=task.lane)

    def check(container: Container, lease: Lease) -> None:
        checked.append(lease.subject_id)
        with container.writing() as uow:
            tasks.finish(uow, lease)
            uow.commit()

    monkeypatch.setitem(running.HANDLERS, TaskKind.CHECK_DOCUMENT, check)
    with at_work(worker(office, tmp_path, url_of(redis))):
        until = time.monotonic() + SOON_SECONDS
        while len(checked) < len(sent) + 1 and time.monotonic() < until:
            time.sleep(0.02)
    assert checked == [sent[0], last, *sent[1:]]


def test_an_outage_in_a_task_ends_no_worker(
    office: Office, tmp_path: Path, redis: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "WAIT_SECONDS", 0.1)
    asked: list[float] = []

    def fail(_container: Container) -> bool:
        asked.append(time.monotonic())
        raise DatabaseDownError("away", retryable=True)

    with at_work(worker(office, tmp_path, url_of(redis)), fail):
        for _ in range(MOST_FAULTS + 1):
            RqJobQueue(url_of(redis)).notify(uuid4(), lane=Lane.OCR)
        time.sleep(2)
    assert len(asked) > MOST_FAULTS


def test_a_worker_that_is_broken_ends_with_its_error(
    office: Office, tmp_path: Path, redis: Server
) -> None:
    container = worker(office, tmp_path, url_of(redis))

    def fail(_container: Container) -> bool:
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
