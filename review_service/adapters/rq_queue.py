"""Sends queue notices through RQ: one job per task, holding nothing but the task's id."""

import weakref
from typing import Final
from uuid import UUID

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from review_service.domain.errors import QueueError
from review_service.domain.work import Lane

JOB: Final = "workers.tasks.running.run_task"
"""Import path of the job; a string, so that web and scheduler do not import the worker."""

SOCKET_SECONDS: Final = 2.0
"""Short, since a person may wait; the reconciler sends a lost notice again."""

QUEUE_SECONDS: Final = 24 * 3600
"""A notice that no worker takes for a day expires; the task stays in its table."""

JOB_SECONDS: Final = 15 * 60
"""RQ's own timeout. The sandbox and the lease end a task long before."""


class RqJobQueue:
    """``JobQueue`` on Redis or Valkey; each lane is an RQ queue of the same name."""

    def __init__(self, url: str) -> None:
        self._connection = connect(url)

    def notify(self, task_id: UUID, *, lane: Lane) -> None:
        """Add a job to the lane unless one for this task already waits there."""
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
            raise QueueError(f"could not notify: {type(error).__name__}", retryable=True) from error

    def ping(self) -> None:
        """Ping Redis."""
        try:
            self._connection.ping()
        except (RedisError, OSError) as error:
            raise QueueError(f"no answer: {type(error).__name__}", retryable=True) from error


def connect(url: str) -> "Redis":
    """Return a client with short timeouts; it connects at the first command."""
    client = Redis.from_url(
        url,
        socket_connect_timeout=SOCKET_SECONDS,
        socket_timeout=SOCKET_SECONDS,
        health_check_interval=30,
        # Once, at once: a connection that Redis closed while idle.
        retry=Retry(NoBackoff(), retries=1),
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
