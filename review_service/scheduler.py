"""The scheduler process: a loop that notifies again, ends terms, sweeps, seals the trail."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from review_service.bootstrap import Container
from review_service.domain.errors import OutsideError
from review_service.services.agreements import proving
from review_service.services.applicant import sending
from review_service.services.review import correcting
from review_service.services.upkeep import file_recovery, mending, sweeping
from review_service.services.upkeep.sealing import SealKeeper

logger = logging.getLogger(__name__)

TERMS_SECONDS = 300.0
"""Seconds between two checks of the applications' terms, of the open file incidents, and of papers
to be proven."""
SWEEP_SECONDS = 3600.0
SWEEP_AT_MOST_SECONDS = 40.0
"""How long one look for orphans may take; the next goes on where it ended."""
SEAL_SECONDS = 60.0
"""Seconds between two looks whether the audit trail is due to be sealed: an issue waits no longer
for its seal, and issuing itself waits for none."""


@dataclass
class _Chore:
    """A periodic job; safe when two schedulers run it at once."""

    name: str
    every_seconds: float
    do: Callable[[], object]
    due_at: float = 0.0


def run(container: Container, *, stopped: Callable[[], bool], tick_seconds: float = 0.5) -> None:
    """Run every job at its interval until ``stopped`` returns True."""
    chores = _chores(container)
    while not stopped():
        now = time.monotonic()
        for chore in chores:
            if now >= chore.due_at:
                chore.due_at = now + chore.every_seconds
                _do(chore)
        time.sleep(tick_seconds)


def _chores(container: Container) -> list[_Chore]:
    work = container.settings.work
    walk = sweeping.StoreWalk(container.store)
    seals = SealKeeper(container.sealing, container.writing, container.reading)
    return [
        _Chore(
            name="reconcile",
            every_seconds=work.reconcile_seconds,
            do=lambda: mending.reconcile(
                container.writing,
                container.queue,
                container.store,
                max_attempts=work.max_attempts,
                scan_required=container.scan_required,
            ),
        ),
        _Chore(
            name="lapse",
            every_seconds=TERMS_SECONDS,
            do=lambda: sending.lapse_unconfirmed(container.writing()),
        ),
        _Chore(
            name="withdraw",
            every_seconds=TERMS_SECONDS,
            do=lambda: correcting.withdraw_overdue(
                container.writing(), institution=container.institution()
            ),
        ),
        _Chore(
            name="sweep",
            every_seconds=SWEEP_SECONDS,
            do=lambda: sweeping.sweep(
                container.reading, container.store, walk=walk, seconds=SWEEP_AT_MOST_SECONDS
            ),
        ),
        _Chore(
            name="recheck_files",
            every_seconds=TERMS_SECONDS,
            do=lambda: file_recovery.recheck(container.writing, container.store),
        ),
        _Chore(
            name="prune",
            every_seconds=SWEEP_SECONDS,
            do=lambda: sweeping.prune(container.writing()),
        ),
        _Chore(
            name="prove_papers",
            every_seconds=TERMS_SECONDS,
            do=lambda: proving.ask_for_the_oldest(container.writing()),
        ),
        _Chore(name="seal", every_seconds=SEAL_SECONDS, do=seals.round),
    ]


def _do(chore: _Chore) -> None:
    try:
        chore.do()
    except OutsideError:
        logger.warning("chore_waits", extra={"chore": chore.name})
    except Exception:
        # One chore that fails must not stop the others.
        logger.exception("chore_failed", extra={"chore": chore.name})
