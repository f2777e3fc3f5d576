"""Health of the service's parts, for load balancers and people: one word each, no details."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify

from review_service.bootstrap import Container
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
from review_service.services.upkeep import file_incidents, watching
from review_service.web.context import parts

blueprint = Blueprint("health", __name__)
OK = "ok"
DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """State of each part, in one word."""

    database: str
    store: str
    queue: str
    damaged_files: int
    """How many stored files were found lost or changed and are not right yet."""
    workers: tuple[WorkerSeen, ...]
    """Those that were seen lately; none while the database is down."""
    rules_confirmed: bool
    """Whether the institution has confirmed every dated rule that holds today."""
    demonstration: bool

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
    def is_down(self) -> bool:
        """Whether the database or the store is down, so that no page can be served."""
        return DOWN in {self.database, self.store}

    @property
    def is_degraded(self) -> bool:
        """Whether the service works although some part is missing or waits."""
        troubled = self.queue == DOWN or self.sandbox is not SandboxWord.WHOLE
        unsignable = not (self.rules_confirmed or self.demonstration)
        held = self.signing in {SigningWord.STOPPED, SigningWord.PARTIAL}
        waits = troubled or unsignable or held or self.damaged_files > 0
        return waits or self.antivirus is AntivirusWord.DOWN

    @property
    def status(self) -> str:
        """State of the whole service in one word."""
        return DOWN if self.is_down else "degraded" if self.is_degraded else OK


@blueprint.get("/salud")
def health() -> tuple[Response, int]:
    """Answer 200, or 503 when the database or the store is down.

    Without the queue nothing is lost and the reconciler catches up; without workers files wait:
    degraded, still 200. So it is while unconfirmed rules keep real papers from being signed.
    """
    found = health_of(parts())
    body = jsonify(
        {
            "status": found.status,
            "database": found.database,
            "store": found.store,
            "queue": found.queue,
            "damaged_files": found.damaged_files,
            "workers": len(found.workers),
            "sandbox": found.sandbox.value,
            "antivirus": found.antivirus.value,
            "rules": "confirmed" if found.rules_confirmed else "unconfirmed",
            "signing": found.signing.value,
        }
    )
    return body, 503 if found.is_down else 200


def health_of(container: Container) -> Health:
    """Ask every part and return its state."""
    workers: tuple[WorkerSeen, ...] = ()
    database, damaged = OK, 0
    try:
        damaged = file_incidents.count_open(container.reading())
        seen = watching.watch(container.reading())
        workers = present(seen.workers, now=seen.now)
    except OutsideError:
        database = DOWN
    return Health(
        database=database,
        store=_word(container.store.ping),
        queue=_word(container.queue.ping),
        damaged_files=damaged,
        workers=workers,
        rules_confirmed=not container.unconfirmed_rules,
        demonstration=container.settings.demonstration,
    )


def _word(ask: Callable[[], None]) -> str:
    try:
        ask()
    except OutsideError:
        return DOWN
    return OK
