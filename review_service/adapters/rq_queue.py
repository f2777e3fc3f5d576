"""Sends queue notices through RQ: one job per task, holding nothing but the task's id."""

import time
import weakref
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from review_service.domain.errors import QueueError
from review_service.domain.work import Lane

JOB: Final = "workers.tasks.running.run_task"
"""Import path of the job; a string, so that web and scheduler do not import the worker."""

SOCKET_SECONDS: Final = 1.0
"""Short, since a person may wait; the reconciler sends a lost notice again."""

PAUSE_SECONDS: Final = 3.0
"""After a failure no notice is tried for so long: each would wait as long as the one before."""

QUEUE_SECONDS: Final = 24 * 3600
"""A notice that no worker takes for a day expires; the task stays in its table."""

LISTEN_SECONDS: Final = 4.0
"""Longest silence of Redis while a worker waits for a notice."""

PROBE_KEY: Final = "review-service:probe"
PROBE_SECONDS: Final = 60

JOB_SECONDS: Final = 15 * 60
"""RQ's own timeout, which only a worker of the version before heeds."""


class RqJobQueue:
    """``JobQueue`` on Redis or Valkey; each lane is an RQ queue of the same name."""

    def __init__(self, url: str, *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._connection = connect(url)
        self._pause, self._paused_until = pause_seconds, 0.0

    def notify(self, task_id: UUID, *, lane: Lane) -> None:
        """Add a job to the lane unless one for this task already waits there.

        While the queue is down it fails at once, so that nobody waits for one notice after another.
        """
        if time.monotonic() < self._paused_until:
            raise QueueError("paused after a failure", retryable=True)
        queue = lane_queue(lane, self._connection)
        job_id = str(task_id)
        try:
            if not _is_waiting(queue, job_id):
                queue.enqueue_call(
                    JOB,
                    args=(job_id,),
                    job_id=job_id,
                    timeout=JOB_SECONDS,
                    ttl=QUEUE_SECONDS,
                    failure_ttl=QUEUE_SECONDS,
                    result_ttl=0,  # the outcome is in the tasks table
                )
        except (RedisError, OSError) as error:
            self._paused_until = time.monotonic() + self._pause
            raise QueueError(f"could not notify: {type(error).__name__}", retryable=True) from error

    def ping(self) -> None:
        """Write a key that expires: a Redis whose memory or disk is full still answers a ping."""
        try:
            self._connection.set(PROBE_KEY, b"", ex=PROBE_SECONDS)
        except (RedisError, OSError) as error:
            raise QueueError(f"no answer: {type(error).__name__}", retryable=True) from error


class RqListener:
    """Takes notices from the queue; a notice says only that some task of its lane may be due."""

    def __init__(self, url: str, lanes: Sequence[Lane]) -> None:
        self._connection = connect(url, socket_seconds=LISTEN_SECONDS, retries=0)
        self._keys = [lane_queue(lane, self._connection).key for lane in lanes]

    def wait(self, seconds: float) -> bool:
        """Take one notice of the first lane that has one; False when there is none in time.

        ``seconds`` must be less than ``LISTEN_SECONDS``. Raises ``QueueError``.
        """
        try:
            taken = self._connection.blpop(self._keys, timeout=seconds)
            if taken is None:
                return False
            self._connection.delete(Job.key_for(_text(taken[1])))
        except (RedisError, OSError) as error:
            raise QueueError(f"no answer: {type(error).__name__}", retryable=True) from error
        return True


def _text(name: bytes | str) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else name


def connect(url: str, *, socket_seconds: float = SOCKET_SECONDS, retries: int = 1) -> "Redis":
    """Return a client with short timeouts; it connects at the first command."""
    client = Redis.from_url(
        url,
        socket_connect_timeout=SOCKET_SECONDS,
        socket_timeout=socket_seconds,
        health_check_interval=30,
        # Once, at once: a connection that Redis closed while idle.
        retry=Retry(NoBackoff(), retries=retries),
    )
    # The client's parts refer to each other, so its sockets could be collected still open.
    weakref.finalize(client, client.connection_pool.disconnect)
    return client


def lane_queue(lane: Lane, connection: "Redis") -> Queue:
    """Return the RQ queue of a lane, with the same options for sender and worker."""
    return Queue(lane.value, connection=connection, serializer=JSONSerializer)


def _is_waiting(queue: Queue, job_id: str) -> bool:
    """Whether the job is in the queue and its content has not expired.

    Without this, every tick of the reconciler would add one more entry while no worker is up.
    """
    return queue.get_job_position(job_id) is not None and queue.fetch_job(job_id) is not None
