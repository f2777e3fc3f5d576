"""Waits for queue notices and looks into the table itself, always while the queue is down."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Final
from uuid import UUID

from review_service.adapters.rq_queue import RqListener
from review_service.bootstrap import Container
from review_service.db import tasks
from review_service.db.tasks import DueTask
from review_service.domain.errors import OutsideError, QueueError
from workers.tasks.running import run

logger = logging.getLogger(__name__)

WAIT_SECONDS: Final = 2.0
"""Longest wait for one notice, and between two looks while the queue or the database is down."""
LOOK_SECONDS: Final = 30.0
"""Longest time between two looks into the table while the queue works: notices may be lost."""
TASKS_A_LOOK: Final = 20
MOST_FAULTS: Final = 5
"""Faults in a row, of the worker itself, after which it ends to be started anew."""


class Stopped(Exception):  # noqa: N818 -- a wish, not an error
    """Raised by a signal to end a wait."""


@dataclass
class Stopper:
    """What SIGTERM does: end a wait at once, let a task end, end it too when asked again."""

    is_asked: bool = False
    is_busy: bool = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Handle a signal. Raises ``Stopped``."""
        lets_end = self.is_busy and not self.is_asked
        self.is_asked = True
        if not lets_end:
            raise Stopped


def listen(
    container: Container,
    listener: RqListener,
    stopper: Stopper,
    *,
    do: Callable[[Container, UUID], object] = run,
) -> None:
    """Do what is due until told to stop.

    Raises what a task's frame raised when it did so ``MOST_FAULTS`` times in a row: then the
    worker itself is broken.
    """
    loop = _Loop(container, listener, stopper, do)
    while not stopper.is_asked:
        loop.round()


@dataclass
class _Loop:
    container: Container
    listener: RqListener
    stopper: Stopper
    do: Callable[[Container, UUID], object]
    looked_at: float = float("-inf")
    faults: int = 0

    def round(self) -> None:
        """Wait for one notice and heed it; look into the table when there was no queue or none."""
        began = time.monotonic()
        try:
            task_id = self.listener.wait(WAIT_SECONDS)
        except QueueError:
            logger.warning("queue_down")
            self._look()
            if not self.stopper.is_asked:
                time.sleep(max(0.0, began + WAIT_SECONDS - time.monotonic()))
            return
        if task_id is not None:
            self._do(task_id)
        elif time.monotonic() - self.looked_at > LOOK_SECONDS:
            self._look()

    def _look(self) -> None:
        """Do the due tasks of this worker's lanes, straight from the database."""
        self.looked_at = time.monotonic()
        for task in self._due():
            if self.stopper.is_asked:
                return
            self._do(task.task_id)

    def _due(self) -> list[DueTask]:
        lanes = self.container.settings.lanes
        try:
            with self.container.reading() as uow:
                limit = self.container.settings.work.max_attempts
                due = tasks.due(uow, max_attempts=limit, limit=TASKS_A_LOOK, lanes=lanes)
        except OutsideError:
            logger.warning("database_down")
            return []
        return sorted(due, key=lambda task: lanes.index(task.lane))

    def _do(self, task_id: UUID) -> None:
        self.stopper.is_busy = True
        try:
            self.do(self.container, task_id)
        except OutsideError:
            # The lease ends by itself, and the task is found again.
            logger.warning("task_left", extra={"task_id": str(task_id)})
            time.sleep(WAIT_SECONDS)
        except Exception:
            self.faults += 1
            logger.exception("task_broke", extra={"task_id": str(task_id), "faults": self.faults})
            if self.faults >= MOST_FAULTS:
                raise
        else:
            self.faults = 0
        finally:
            self.stopper.is_busy = False
