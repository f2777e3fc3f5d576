"""Waits for queue notices, and looks into the table for the task whose turn it is.

A notice only wakes: which task is done next, the table alone decides (``db/turns.py``). While the
queue is down the worker looks by itself.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Final

from review_service.adapters.rq_queue import RqListener
from review_service.bootstrap import Container
from review_service.domain.errors import OutsideError, QueueError
from workers.tasks.running import run_next

logger = logging.getLogger(__name__)

WAIT_SECONDS: Final = 2.0
"""Longest wait for one notice, and between two looks while the queue or the database is down."""
LOOK_SECONDS: Final = 30.0
"""Longest time between two looks into the table while the queue works: notices may be lost."""
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
    do: Callable[[Container], bool] = run_next,
) -> None:
    """Do what is due until told to stop, each time the task whose turn it is.

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
    do: Callable[[Container], bool]
    looked_at: float = float("-inf")
    faults: int = 0

    def round(self) -> None:
        """Wait for one notice, then look into the table; also without a queue, or a notice."""
        began = time.monotonic()
        try:
            is_notified = self.listener.wait(WAIT_SECONDS)
        except QueueError:
            logger.warning("queue_down")
            self._look()
            if not self.stopper.is_asked:
                time.sleep(max(0.0, began + WAIT_SECONDS - time.monotonic()))
            return
        if is_notified or time.monotonic() - self.looked_at > LOOK_SECONDS:
            self._look()

    def _look(self) -> None:
        """Do the due tasks of this worker's lanes, one after the other, until there is none."""
        while not self.stopper.is_asked and self._do_one():
            pass
        self.looked_at = time.monotonic()

    def _do_one(self) -> bool:
        """Do the task whose turn it is; False when none is due, or nothing can be asked."""
        self.stopper.is_busy = True
        try:
            was_due = self.do(self.container)
        except OutsideError:
            # A lease that was taken ends by itself, and the task is found again.
            logger.warning("database_down")
            time.sleep(WAIT_SECONDS)
            return False
        except Exception:
            self.faults += 1
            logger.exception("task_broke", extra={"faults": self.faults})
            if self.faults >= MOST_FAULTS:
                raise
            return True
        else:
            self.faults = 0
            return was_due
        finally:
            self.stopper.is_busy = False
