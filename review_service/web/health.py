"""Health of the service's parts, for load balancers and people: one word each, no details."""

import time
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, jsonify

from review_service.bootstrap import Container
from review_service.domain.documents import SupportKind
from review_service.domain.errors import OutsideError
from review_service.domain.protection import (
    AntivirusWord,
    SandboxWord,
    WorkerSeen,
    antivirus_word,
    present,
    sandbox_word,
)
from review_service.domain.signing import SigningWord, signing_word
from review_service.services import notices
from review_service.services.upkeep import file_incidents, watching
from review_service.services.upkeep.pulses import Pulse
from review_service.services.upkeep.watching import Watch
from review_service.web import concurrency
from review_service.web.context import parts
from review_service.web.probing import ANSWER_SECONDS, Probe

blueprint = Blueprint("health", __name__)
EXTENSION = "review_service_probes"
FRESH_SECONDS = 5.0
"""A written answer of store and queue holds so long: who asks often makes them write no more."""
OK = "ok"
DOWN = "down"
LATE = "late"
"""A job of the scheduler failed, or has been running for too long."""
HELD = "held"
UNKNOWN = "unknown"
UNLISTED = "unlisted"
"""Rules have papers looked up of which nobody supplied a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What the database says."""

    damaged: int
    undelivered: int
    unlisted: tuple[SupportKind, ...]
    seen: Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """One question for each part of the service."""

    database: Probe[_Rows]
    store: Probe[None]
    queue: Probe[None]


def install(app: Flask, container: Container) -> None:
    """Keep the questions beside the application; asks nothing yet."""
    app.extensions[EXTENSION] = Probes(
        database=Probe(lambda: _rows(container)),
        store=Probe(container.store.ping, fresh_seconds=FRESH_SECONDS),
        queue=Probe(container.queue.ping, fresh_seconds=FRESH_SECONDS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """State of each part, in one word."""

    database: str
    store: str
    queue: str
    damaged_files: int
    """How many stored files were found lost or changed and are not right yet."""
    undelivered_notices: int
    """How many notices of acts are older than three days or were refused for good; 100 at most."""
    workers: tuple[WorkerSeen, ...]
    """Those that were seen lately; none while the database is down."""
    schedulers: tuple[Pulse, ...]
    """Those that were seen lately; none while the database is down."""
    clock_is_held: bool
    """Whether the clock leapt, so that no term ends until an operator has looked."""
    rules_confirmed: bool
    """Whether the institution has confirmed every dated rule that holds today."""
    demonstration: bool
    unlisted_papers: tuple[SupportKind, ...] = ()
    """Papers that rules have looked up although no list of them was supplied."""

    @property
    def papers(self) -> str:
        """Whether every paper that rules have looked up can be."""
        if self.database == DOWN:
            return UNKNOWN
        return UNLISTED if self.unlisted_papers else OK

    @property
    def sandbox(self) -> SandboxWord:
        """State of the sandbox, from the workers' own tests."""
        return sandbox_word(self.workers)

    @property
    def antivirus(self) -> AntivirusWord:
        """State of the antivirus, as the workers found it."""
        return antivirus_word(self.workers)

    @property
    def signing(self) -> SigningWord:
        """Whether the workers' keys may sign, as they checked them themselves."""
        return signing_word([worker.signing for worker in self.workers if worker.signing])

    @property
    def scheduler(self) -> str:
        """Whether a scheduler lives and writes, and none of its jobs failed or hangs."""
        if self.database == DOWN:
            return UNKNOWN
        if not self.schedulers:
            return DOWN
        return LATE if self.failed_or_late_jobs else OK

    @property
    def failed_or_late_jobs(self) -> tuple[str, ...]:
        """Names of the scheduler's jobs that failed, or have been running for too long."""
        return tuple(sorted({name for pulse in self.schedulers for name in pulse.failed_or_late}))

    @property
    def clock(self) -> str:
        """Whether the clock is believed."""
        if self.database == DOWN:
            return UNKNOWN
        return HELD if self.clock_is_held else OK

    @property
    def is_down(self) -> bool:
        """Whether the database or the store is down, so that no page can be served."""
        return DOWN in {self.database, self.store}

    @property
    def is_degraded(self) -> bool:
        """Whether the service works although some part is missing or waits."""
        troubled = self.queue == DOWN or self.sandbox is not SandboxWord.WHOLE
        unsignable = not (self.rules_confirmed or self.demonstration)
        held = self.signing in {SigningWord.STOPPED, SigningWord.PARTIAL}
        standing_still = self.scheduler != OK or self.clock != OK
        waits = troubled or unsignable or held or standing_still or self.damaged_files > 0
        waits = waits or self.undelivered_notices > 0 or bool(self.unlisted_papers)
        return waits or self.antivirus is AntivirusWord.DOWN

    @property
    def status(self) -> str:
        """State of the whole service in one word."""
        return DOWN if self.is_down else "degraded" if self.is_degraded else OK


@blueprint.get("/salud")
def health() -> tuple[Response, int]:
    """Answer within two seconds: 200, or 503 when the database or the store is down.

    A part that hangs counts as down. Without the queue nothing is lost, without workers files
    wait, without a scheduler terms do: degraded, still 200. So it is while unconfirmed rules keep
    real papers from being signed.
    """
    found = health_now()
    body = jsonify(
        {
            "status": found.status,
            "database": found.database,
            "store": found.store,
            "queue": found.queue,
            "damaged_files": found.damaged_files,
            "undelivered_notices": found.undelivered_notices,
            "workers": len(found.workers),
            "scheduler": found.scheduler,
            "clock": found.clock,
            "sandbox": found.sandbox.value,
            "antivirus": found.antivirus.value,
            "rules": "confirmed" if found.rules_confirmed else "unconfirmed",
            "signing": found.signing.value,
            "papers": found.papers,
        }
    )
    return body, 503 if found.is_down else 200


def health_now() -> Health:
    """Ask every part at once and return its state; none is waited for longer than the others."""
    probes: Probes = current_app.extensions[EXTENSION]
    container = parts()
    until = time.monotonic() + ANSWER_SECONDS
    for probe in (probes.database, probes.store, probes.queue):
        probe.begin()
    with concurrency.elsewhere():
        rows = _answer(probes.database, until)
        store, queue = _word(probes.store, until), _word(probes.queue, until)
    seen = rows.seen if rows is not None else None
    return Health(
        database=OK if rows is not None else DOWN,
        store=store,
        queue=queue,
        damaged_files=rows.damaged if rows is not None else 0,
        undelivered_notices=rows.undelivered if rows is not None else 0,
        workers=present(seen.workers, now=seen.now) if seen is not None else (),
        schedulers=seen.schedulers if seen is not None else (),
        clock_is_held=seen is not None and seen.clock.is_held,
        rules_confirmed=not container.unconfirmed_rules,
        demonstration=container.settings.demonstration,
        unlisted_papers=rows.unlisted if rows is not None else (),
    )


def _rows(container: Container) -> _Rows:
    damaged = file_incidents.count_open(container.reading())
    with container.reading() as uow:
        undelivered = len(notices.undelivered(uow))
    seen = watching.watch(container.reading())
    unlisted = container.unlisted_papers()
    return _Rows(damaged=damaged, undelivered=undelivered, unlisted=unlisted, seen=seen)


def _answer(probe: Probe[_Rows], until: float) -> _Rows | None:
    try:
        return probe.answer(until=until)
    except OutsideError:
        return None


def _word(probe: Probe[None], until: float) -> str:
    try:
        probe.answer(until=until)
    except OutsideError:
        return DOWN
    return OK
