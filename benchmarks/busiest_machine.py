# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""Which share of the machine each kind of process takes, and how long the queue grows."""

import os
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

import sqlalchemy as sa
from kills_stack import Parts
from processes import MachineTime, cpu_seconds, family, machine_time, rss_mib

from review_service.db.models import TaskRow
from review_service.domain.errors import OutsideError
from review_service.domain.work import TaskState

SAMPLE_SECONDS: Final = 2.0
THIS_PROGRAM: Final = "people, mail catcher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What one kind of process took."""

    cpu_seconds: float
    largest_mib: float
    """Of one process."""
    together_mib: float
    """Of all; memory that they share counts in each."""


class MachineWatch:
    """Looks now and then while the block runs."""

    def __init__(self, parts: Parts) -> None:
        self.seconds, self.longest_queue, self.oldest_seconds = 0.0, 0, 0.0
        self._parts = parts
        self._largest: dict[str, float] = defaultdict(float)
        self._together: dict[str, float] = defaultdict(float)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._began, self._machine = time.monotonic(), machine_time()
        self._cpu = self._cpu_now()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()
        self._cpu = {kind: now - self._cpu[kind] for kind, now in self._cpu_now().items()}
        self._machine = machine_time().since(self._machine)
        self.seconds = time.monotonic() - self._began

    @property
    def machine(self) -> MachineTime:
        """What passed on all processors."""
        return self._machine

    @property
    def used(self) -> Mapping[str, Used]:
        """What each kind of process took."""
        return {
            kind: Used(
                cpu_seconds=seconds,
                largest_mib=self._largest[kind],
                together_mib=self._together[kind],
            )
            for kind, seconds in self._cpu.items()
        }

    def _pids(self) -> dict[str, list[int]]:
        parts = self._parts
        own = {kind: [each.pid for each in parts.of(kind) if each.pid]
               for kind in ("web", "worker", "scheduler")}  # fmt: skip
        servers = {"PostgreSQL": parts.postgres, "Redis": parts.redis, "file store": parts.store}
        return own | {name: [server.pid] for name, server in servers.items()}

    def _cpu_now(self) -> dict[str, float]:
        told = {kind: cpu_seconds(*pids) for kind, pids in self._pids().items()}
        return told | {THIS_PROGRAM: time.process_time()}

    def _run(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self._look()

    def _look(self) -> None:
        families = {
            kind: [each for pid in pids for each in family(pid)]
            for kind, pids in self._pids().items()
        }
        for kind, pids in (families | {THIS_PROGRAM: [os.getpid()]}).items():
            sizes = [rss_mib(pid) for pid in pids]
            self._largest[kind] = max([self._largest[kind], *sizes])
            self._together[kind] = max(self._together[kind], sum(sizes))
        due = sa.select(sa.func.count(), sa.func.min(TaskRow.run_after)).where(
            TaskRow.state == TaskState.READY, TaskRow.run_after <= sa.func.now()
        )
        with suppress(OutsideError), self._parts.stack.container.reading() as uow:
            count, oldest = uow.session.execute(due).one()
            self.longest_queue = max(self.longest_queue, count)
            if oldest is not None:
                waited = (uow.now - oldest).total_seconds()
                self.oldest_seconds = max(self.oldest_seconds, waited)
