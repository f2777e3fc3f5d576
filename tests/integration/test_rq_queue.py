"""The queue on a real Redis: one notice per waiting task, holds an id and nothing else."""

import json
import signal
import time
import zlib
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from redis import Redis
from rq import SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from review_service.adapters.rq_queue import (
    PROBE_KEY,
    PROBE_SECONDS,
    SOCKET_SECONDS,
    RqJobQueue,
    RqListener,
    connect,
    lane_queue,
)
from review_service.domain.errors import QueueError
from review_service.domain.work import Lane
from tests.servers import LOOPBACK, Server, ServerRoom, free_port, start_redis

TASK = UUID("6f0a1f9e-52a7-4c58-9a2e-1f8d5c7be001")


@pytest.fixture
def queue(redis_url: str) -> RqJobQueue:
    return RqJobQueue(redis_url)


@pytest.fixture
def redis(redis_url: str) -> Redis:
    return connect(redis_url)


def waiting(redis: Redis, lane: Lane) -> list[str]:
    return lane_queue(lane, redis).get_job_ids()


@pytest.mark.parametrize("lane", list(Lane))
def test_notifies_in_the_lane_it_is_told(queue: RqJobQueue, redis: Redis, lane: Lane) -> None:
    queue.notify(TASK, lane=lane)
    assert {each: waiting(redis, each) for each in Lane} == {
        each: ([str(TASK)] if each is lane else []) for each in Lane
    }


def test_the_job_is_a_name_and_one_id_in_plain_json(queue: RqJobQueue, redis: Redis) -> None:
    queue.notify(TASK, lane=Lane.OCR)
    job = Job.fetch(str(TASK), connection=redis, serializer=JSONSerializer)
    assert (job.func_name, job.args, job.kwargs) == (
        "workers.tasks.running.run_task",
        [str(TASK)],
        {},
    )
    assert job.ttl is not None
    assert job.result_ttl == 0
    stored = redis.hget(f"rq:job:{TASK}", "data")
    assert isinstance(stored, bytes)
    assert json.loads(zlib.decompress(stored))[0] == "workers.tasks.running.run_task"


def test_a_task_that_waits_is_not_notified_twice(queue: RqJobQueue, redis: Redis) -> None:
    other = uuid4()
    queue.notify(other, lane=Lane.INTAKE)
    for _ in range(5):
        queue.notify(TASK, lane=Lane.INTAKE)
    assert waiting(redis, Lane.INTAKE) == [str(other), str(TASK)]


def test_a_task_that_was_heard_can_be_notified_again(queue: RqJobQueue, redis: Redis) -> None:
    queue.notify(TASK, lane=Lane.INTAKE)
    redis.lpop("rq:queue:intake")  # a worker took it and was killed
    queue.notify(TASK, lane=Lane.INTAKE)
    assert waiting(redis, Lane.INTAKE) == [str(TASK)]


def test_a_task_whose_job_expired_can_be_notified_again(queue: RqJobQueue, redis: Redis) -> None:
    queue.notify(TASK, lane=Lane.INTAKE)
    redis.delete(f"rq:job:{TASK}")
    queue.notify(TASK, lane=Lane.INTAKE)
    assert Job.exists(str(TASK), connection=redis)


def test_everything_can_be_notified_again_after_a_flush(queue: RqJobQueue, redis: Redis) -> None:
    queue.notify(TASK, lane=Lane.INTAKE)
    redis.flushdb()
    queue.notify(TASK, lane=Lane.INTAKE)
    assert waiting(redis, Lane.INTAKE) == [str(TASK)]


def test_a_worker_takes_it_and_leaves_nothing(queue: RqJobQueue, redis_url: str) -> None:
    redis, listener = connect(redis_url), RqListener(redis_url, [Lane.MAIL, Lane.INTAKE])
    queue.notify(uuid4(), lane=Lane.INTAKE)
    queue.notify(uuid4(), lane=Lane.OCR)
    queue.notify(TASK, lane=Lane.MAIL)
    assert listener.wait(1)
    assert not waiting(redis, Lane.MAIL), "in the order of the lanes"
    assert waiting(redis, Lane.INTAKE)
    assert listener.wait(1)
    assert not Job.exists(str(TASK), connection=redis)
    began = time.monotonic()
    assert listener.wait(1) is False, "not of another lane"
    assert time.monotonic() - began == pytest.approx(1, abs=0.5)


def test_what_is_no_notice_of_ours_only_wakes(redis: Redis, redis_url: str) -> None:
    redis.rpush("rq:queue:mail", b"\xff not an id")
    assert RqListener(redis_url, [Lane.MAIL]).wait(1) is True
    assert not waiting(redis, Lane.MAIL)


def test_a_worker_of_the_version_before_runs_it_too(redis_url: str) -> None:
    redis = connect(redis_url)
    queue = lane_queue(Lane.MAIL, redis)
    queue.enqueue_call("builtins.repr", args=(str(TASK),), job_id=str(TASK), result_ttl=0)
    worker = SimpleWorker([queue], connection=redis, serializer=JSONSerializer)
    worker.work(burst=True, with_scheduler=False)
    assert queue.count == 0
    assert not Job.exists(str(TASK), connection=redis)


@pytest.fixture
def hung(room: ServerRoom) -> Iterator[RqJobQueue]:
    """A queue whose server takes connections and answers nothing more."""
    folder = room.folder / uuid4().hex[:8]
    folder.mkdir()
    server = start_redis(folder)
    queue = RqJobQueue(f"redis://:{server.password}@{server.endpoint}/0")
    queue.ping()
    server.kill(signal.SIGSTOP)
    yield queue
    server.kill(signal.SIGCONT)
    server.stop()


def test_many_notices_wait_no_longer_for_a_queue_that_hangs_than_one(hung: RqJobQueue) -> None:
    began = time.monotonic()
    for _ in range(5):
        with pytest.raises(QueueError):
            hung.notify(uuid4(), lane=Lane.INTAKE)
    assert time.monotonic() - began < 5


def test_says_when_it_takes_nothing_more(room: ServerRoom) -> None:
    folder = room.folder / uuid4().hex[:8]
    folder.mkdir()
    server = start_redis(folder)
    try:
        url = f"redis://:{server.password}@{server.endpoint}/0"
        connect(url).config_set("maxmemory", "1")
        assert connect(url).ping()
        with pytest.raises(QueueError):
            RqJobQueue(url).ping()
    finally:
        server.stop()


def test_says_that_it_answers(queue: RqJobQueue, redis: Redis) -> None:
    """By a key that it could write, and that does not stay."""
    redis.delete(PROBE_KEY)
    queue.ping()
    assert 0 < redis.ttl(PROBE_KEY) <= PROBE_SECONDS


def test_says_soon_when_it_is_down() -> None:
    queue = RqJobQueue(f"redis://{LOOPBACK}:{free_port()}/0")
    began = time.monotonic()
    with pytest.raises(QueueError) as refused:
        queue.notify(TASK, lane=Lane.INTAKE)
    assert refused.value.retryable is True
    with pytest.raises(QueueError):
        queue.ping()
    assert time.monotonic() - began < 2 * SOCKET_SECONDS


def test_says_when_the_password_is_wrong(redis_server: Server) -> None:
    with pytest.raises(QueueError):
        RqJobQueue(f"redis://:wrong@{redis_server.endpoint}/0").ping()


def test_rings_again_on_a_server_that_came_back(room: ServerRoom) -> None:
    folder = room.folder / uuid4().hex[:8]
    folder.mkdir()
    first = start_redis(folder)
    queue = RqJobQueue(f"redis://:{first.password}@{first.endpoint}/0", pause_seconds=0)
    queue.notify(TASK, lane=Lane.INTAKE)
    first.stop()
    with pytest.raises(QueueError):
        queue.notify(TASK, lane=Lane.INTAKE)
    second = start_redis(folder, port=first.port, password=first.password)
    try:
        queue.notify(TASK, lane=Lane.INTAKE)
    finally:
        second.stop()


def test_speaks_over_a_unix_socket_too(room: ServerRoom) -> None:
    folder = room.folder / uuid4().hex[:8]
    folder.mkdir()
    server = start_redis(folder)
    try:
        queue = RqJobQueue(f"unix://:{server.password}@{folder}/socket?db=0")
        queue.notify(TASK, lane=Lane.INTAKE)
        queue.ping()
        over_tcp = connect(f"redis://:{server.password}@{server.endpoint}/0")
        assert waiting(over_tcp, Lane.INTAKE) == [str(TASK)]
    finally:
        server.stop()
