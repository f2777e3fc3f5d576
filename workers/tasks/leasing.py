"""Keeps the lease of a task while its handler works, so that leases may be short."""

import logging
import os
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from review_service.db import tasks
from review_service.db.tasks import Lease
from review_service.db.unit_of_work import UnitFactory
from review_service.domain.errors import OutsideError

logger = logging.getLogger(__name__)

LONGEST_TASK_SECONDS: Final = 900.0
"""A task that takes longer hangs: the sandbox's limits end an honest one long before."""
HANGING_EXIT: Final = 70
"""Exit code of a worker whose task hangs; who minds it starts it anew."""
JOIN_SECONDS: Final = 5.0


def _end_process() -> None:
    os._exit(HANGING_EXIT)


class Renewal:
    """Renews a lease three times in its length while the block runs.

    A worker that is killed renews nothing, and another one has the task within one lease. One
    whose handler hangs is ended after ``longest_seconds``, with its own exit code.
    """

    def __init__(
        self,
        writing: UnitFactory,
        lease: Lease,
        *,
        seconds: float,
        longest_seconds: float = LONGEST_TASK_SECONDS,
        when_it_hangs: Callable[[], None] = _end_process,
    ) -> None:
        self._writing, self._lease, self._seconds = writing, lease, seconds
        self._longest, self._when_it_hangs = longest_seconds, when_it_hangs
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        ends_at = time.monotonic() + self._longest
        while not self._over.wait(self._seconds / 3):
            if time.monotonic() > ends_at:
                logger.critical("task_hangs", extra=self._lease.log_fields)
                self._when_it_hangs()
                return
            self._renew()

    def _renew(self) -> None:
        try:
            with self._writing() as uow:
                is_held = tasks.extend_lease(uow, self._lease, seconds=self._seconds)
                uow.commit()
        except OutsideError:
            logger.warning("lease_waits", extra=self._lease.log_fields)
        except Exception:
            # A renewal that fails must not end the next one: the lease may still hold.
            logger.exception("lease_failed", extra=self._lease.log_fields)
        else:
            if not is_held:  # the handler has just finished, or another worker has the task
                logger.info("lease_over", extra=self._lease.log_fields)
