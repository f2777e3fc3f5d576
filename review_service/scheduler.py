"""The scheduler process: a loop that notifies again, ends terms, sweeps, seals the trail."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Final
from uuid import UUID, uuid4

from review_service.bootstrap import Container
from review_service.domain.clockwork import Stopwatch
from review_service.domain.errors import OutsideError
from review_service.services.agreements import proving
from review_service.services.applicant import confirming
from review_service.services.figures import publishing
from review_service.services.letters import writing as letters
from review_service.services.review import (
    digesting,
    reminding,
    second_reviewing,
    taking_effect,
)
from review_service.services.upkeep import (
    file_recovery,
    mending,
    pulses,
    releasing,
    retention,
    row_holding,
    sweeping,
)
from review_service.services.upkeep.file_incidents import IncidentWalk
from review_service.services.upkeep.pulses import PULSE_SECONDS, Pulse
from review_service.services.upkeep.sealing import SealKeeper

logger = logging.getLogger(__name__)

TERMS_SECONDS = 300.0
"""Seconds between two checks of the applications' terms, of the open file incidents, of papers to
be proven, and of rows whose facts no event holds yet."""
EFFECT_SECONDS = 2.0
"""Seconds between two looks for decisions that can be undone no longer; a table of few rows."""
SWEEP_SECONDS = 3600.0
SWEEP_AT_MOST_SECONDS = 40.0
"""How long one look for orphans may take; the next goes on where it ended."""
HOLD_AT_MOST_SECONDS = 120.0
"""How long one round of the first holding may take; the next goes on where it ended."""
SEAL_SECONDS = 60.0
"""Seconds between two looks whether the audit trail is due to be sealed: an issue waits no longer
for its seal, and issuing itself waits for none."""
LATE_SECONDS: Final = 600.0
"""A periodic job that takes longer hangs, as on a store that does not answer."""
END_SECONDS: Final = 20.0
"""How long the jobs that are running may take to end when the process is told to stop."""


@dataclass
class Chore:
    """A periodic job on a thread of its own, so that one that hangs delays no other.

    It never runs twice at once in a process; two schedulers may run it at once.
    """

    name: str
    every_seconds: float
    do: Callable[[], object]
    due_at: float = 0.0
    began_at: float = 0.0
    has_failed: bool = False
    """Whether its last run that met no outage failed."""
    thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether its last run has not ended."""
        return self.thread is not None and self.thread.is_alive()

    def start_when_due(self, now: float) -> None:
        """Begin a run unless it is too early or the former one goes on."""
        if now < self.due_at or self.is_running:
            return
        self.due_at, self.began_at = now + self.every_seconds, now
        self.thread = threading.Thread(target=_do, args=(self,), name=self.name, daemon=True)
        self.thread.start()

    def is_late(self, now: float) -> bool:
        """Whether it has been running for too long."""
        return self.is_running and now - self.began_at > LATE_SECONDS


@dataclass
class _Heart:
    """Tells the database that this process lives, and notes the time."""

    container: Container
    process_id: UUID = field(default_factory=uuid4)
    due_at: float = 0.0
    before: tuple[datetime, float] | None = None
    """What clock and stopwatch said at the last pulse."""

    def beat_when_due(self, chores: Sequence[Chore]) -> None:
        """Write one pulse when it is time; an outage of the database is waited out."""
        now = time.monotonic()
        if now < self.due_at:
            return
        self.due_at = now + PULSE_SECONDS
        stopwatch = time.clock_gettime(time.CLOCK_BOOTTIME)  # it goes on while the machine sleeps
        told = Pulse(
            process_id=self.process_id,
            host=f"{socket.gethostname()}:{os.getpid()}",
            version=version("review-service"),
            failed_or_late=tuple(
                each.name for each in chores if each.has_failed or each.is_late(now)
            ),
        )
        beside = None
        if self.before is not None:
            clock_at, began = self.before
            beside = Stopwatch(clock_at=clock_at, elapsed=timedelta(seconds=stopwatch - began))
        try:
            clock = pulses.beat(self.container.writing(), told, beside=beside)
        except OutsideError:
            logger.warning("pulse_waits")
        except Exception:
            # A pulse that fails must end neither the work nor the next pulse.
            logger.exception("pulse_failed")
        else:
            self.before = clock.now, stopwatch
            if clock.is_held:
                logger.error("clock_held")

    def stop(self) -> None:
        """Say that this process ends as it was told to."""
        try:
            pulses.leave(self.container.writing(), self.process_id)
        except OutsideError:
            logger.warning("scheduler_left_unsaid")


def run(container: Container, *, stopped: Callable[[], bool], tick_seconds: float = 0.5) -> None:
    """Run every job at its interval until ``stopped`` returns True."""
    chores, heart = periodic_jobs(container), _Heart(container)
    while not stopped():
        heart.beat_when_due(chores)
        for chore in chores:
            chore.start_when_due(time.monotonic())
        time.sleep(tick_seconds)
    ends_at = time.monotonic() + END_SECONDS
    for chore in chores:
        if chore.thread is not None:
            chore.thread.join(max(0.0, ends_at - time.monotonic()))
    heart.stop()


def periodic_jobs(container: Container) -> list[Chore]:
    """Return every periodic job of this process, none of them started."""
    work = container.settings.work
    walk, incidents = sweeping.StoreWalk(container.store), IncidentWalk()
    seals = SealKeeper(container.sealing, container.writing, container.reading)
    return [
        Chore(
            name="reconcile",
            every_seconds=work.reconcile_seconds,
            do=lambda: mending.reconcile(
                container.writing,
                container.queue,
                container.store,
                max_attempts=work.max_attempts,
                scan_required=container.scan_required,
                rulebook=container.rulebook,
            ),
        ),
        Chore(
            name="take_effect",
            every_seconds=EFFECT_SECONDS,
            do=lambda: taking_effect.take_effect(
                container.reading,
                container.writing,
                rules=lambda: container.issuing_rules,
                institution=container.institution,
            ),
        ),
        Chore(
            name="lapse",
            every_seconds=TERMS_SECONDS,
            do=lambda: confirming.lapse_unconfirmed(container.writing()),
        ),
        Chore(
            name="remind",
            every_seconds=TERMS_SECONDS,
            do=lambda: reminding.remind(
                container.reading, container.writing, seat=container.institution().place
            ),
        ),
        Chore(
            name="release",
            every_seconds=SWEEP_SECONDS,
            do=lambda: releasing.release(container.writing),
        ),
        Chore(
            name="retention",
            every_seconds=SWEEP_SECONDS,
            do=lambda: retention.delete(container.reading, container.writing, container.rulebook),
        ),
        Chore(
            name="sweep",
            every_seconds=SWEEP_SECONDS,
            do=lambda: sweeping.sweep(
                container.reading, container.store, walk=walk, seconds=SWEEP_AT_MOST_SECONDS
            ),
        ),
        Chore(
            name="recheck_files",
            every_seconds=TERMS_SECONDS,
            do=lambda: file_recovery.recheck(container.writing, container.store, walk=incidents),
        ),
        Chore(
            name="forget_letters",
            every_seconds=SWEEP_SECONDS,
            do=lambda: letters.forget_unconfirmed(container.reading, container.writing),
        ),
        Chore(
            name="prove_papers",
            every_seconds=TERMS_SECONDS,
            do=lambda: proving.ask_for_the_oldest(container.writing()),
        ),
        Chore(
            name="freeze_figures",
            every_seconds=TERMS_SECONDS,
            do=lambda: publishing.freeze(container.reading, container.writing),
        ),
        Chore(
            name="digests",
            every_seconds=TERMS_SECONDS,
            do=lambda: digesting.send(
                container.reading,
                container.writing,
                seat=container.institution().place,
                rulebook=container.rulebook,
            ),
        ),
        Chore(
            name="draw_second_reviews",
            every_seconds=TERMS_SECONDS,
            do=lambda: second_reviewing.draw(
                container.reading,
                container.writing,
                key=container.settings.secret_key,
                share=container.settings.rules.second_share,
            ),
        ),
        Chore(
            name="hold_rows",
            every_seconds=TERMS_SECONDS,
            do=lambda: row_holding.go_on(
                container.reading, container.writing, seconds=HOLD_AT_MOST_SECONDS
            ),
        ),
        Chore(name="seal", every_seconds=SEAL_SECONDS, do=seals.round),
    ]


def _do(chore: Chore) -> None:
    try:
        chore.do()
    except OutsideError:
        logger.warning("chore_waits", extra={"chore": chore.name})
    except Exception:
        # One chore that fails must not stop the others.
        chore.has_failed = True
        logger.exception("chore_failed", extra={"chore": chore.name})
    else:
        chore.has_failed = False
