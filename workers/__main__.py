"""The worker process: the sandbox's fork server first, then settings, parts and the queue."""

import logging
import signal
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Final

from redis.exceptions import RedisError
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from workers.inspecting.document import start_sandbox, stop_sandbox
from workers.sandbox.client import SandboxError
from workers.sandbox.settings import SandboxSettingsError

if TYPE_CHECKING:
    from review_service.bootstrap import Container

logger = logging.getLogger(__name__)

WORKER_TTL_SECONDS: Final = 30
MAINTENANCE_SECONDS: Final = 10
"""Measured: with RQ's defaults a killed worker's job comes back after about 811 s."""
QUEUE_DOWN_SECONDS: Final = 2.0
TASKS_A_LOOK: Final = 20


class _Stop(Exception):  # noqa: N818 -- a wish, not an error
    """Raised by a signal handler to end a wait."""


class _Worker(SimpleWorker):
    """Remembers that it was asked to stop: ending without the queue looks like an outage."""

    asked_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Remember the request, then end as RQ does."""
        self.asked_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def main() -> int:
    """Work until told to stop; 1 when the sandbox does not hold, 2 when a setting is wrong."""
    try:
        start_sandbox()
    except SandboxSettingsError as error:
        sys.stderr.write(f"Configuración: {error}\n")
        return 2
    except SandboxError as error:
        sys.stderr.write(f"El entorno aislado de los documentos no se pudo armar: {error}\n")
        return 1
    # Imported after the fork server stands: it must know neither settings nor keys.
    from review_service.domain.errors import SettingsError  # noqa: PLC0415

    try:
        return _work()
    except SettingsError as error:
        sys.stderr.write(f"Configuración: {error}\n")
        return 2
    finally:
        stop_sandbox()


def _work() -> int:
    from review_service.bootstrap import warn_of_rules  # noqa: PLC0415
    from review_service.logs import configure  # noqa: PLC0415
    from review_service.services.upkeep.sharing import require_shared_store  # noqa: PLC0415
    from workers.tasks.heartbeat import Heartbeat  # noqa: PLC0415
    from workers.tasks.running import process_container  # noqa: PLC0415

    container = process_container()
    require_shared_store(container.reading(), container.store)
    configure(container.settings.log_level)
    warn_of_rules(container)
    _exit_on_signals()
    logger.info("worker_started")
    with suppress(_Stop), Heartbeat(container, lanes=container.settings.picked_lanes):
        while not _listen(container):
            _look_ourselves(container)
            time.sleep(QUEUE_DOWN_SECONDS)
    logger.info("worker_stopped")
    return 0


def _listen(container: "Container") -> bool:
    """Work on queue notices; True when told to stop, False when the queue is down."""
    from review_service.adapters.rq_queue import connect  # noqa: PLC0415

    worker = None
    try:
        worker = _Worker(
            [lane.value for lane in container.settings.lanes],
            connection=connect(container.settings.redis_url),
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL_SECONDS,
            maintenance_interval=MAINTENANCE_SECONDS,
        )
        worker.work(logging_level="WARNING")
    except RedisError:
        if worker is not None and worker.asked_to_stop:
            return True  # the queue went down first, as when everything is ended at once
        logger.warning("queue_down")
        _exit_on_signals()  # the worker had its own handlers
        return False
    return True


def _look_ourselves(container: "Container") -> None:
    """Run the due tasks straight from the database while the queue is down."""
    from review_service.db import tasks  # noqa: PLC0415
    from review_service.domain.errors import DatabaseDownError  # noqa: PLC0415
    from workers.tasks.running import run  # noqa: PLC0415

    try:
        with container.reading() as uow:
            limit = container.settings.work.max_attempts
            due = tasks.due(uow, max_attempts=limit, limit=TASKS_A_LOOK)
        for task in due:
            run(container, task.task_id)
    except DatabaseDownError:
        logger.warning("database_down")


def _exit_on_signals() -> None:
    """Let SIGTERM end the waits outside of RQ, which has its own handlers while it works."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _Stop

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


if __name__ == "__main__":
    sys.exit(main())
