"""Which protections each worker has tested and found active, whatever the settings say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from review_service.domain.signing import SigningState

HEARTBEAT_SECONDS: Final = 15.0
"""How often a worker reports to the database."""
UNSEEN_AFTER: Final = timedelta(seconds=50)
"""A worker that has not reported for three heartbeats counts as ended."""


class AntivirusMode(StrEnum):
    """Whether every file must be scanned for malware before it is opened."""

    OFF = "off"
    REQUIRED = "required"


class Wall(StrEnum):
    """One protection layer of the sandboxed process that opens a document."""

    NO_NEW_PRIVS = "no_new_privs"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"
    RLIMITS = "rlimits"
    CANARY = "canary"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            Wall.NO_NEW_PRIVS: "Sin privilegios nuevos",
            Wall.LANDLOCK: "Sin archivos ni red (Landlock)",
            Wall.SECCOMP: "Solo las llamadas permitidas (seccomp)",
            Wall.RLIMITS: "Límites de memoria, tiempo y procesos",
            Wall.CANARY: "Prueba de fuga al arrancar",
        }[self]

    @property
    def cure(self) -> str:
        """What to do where it is missing."""
        kernel = "Use un núcleo Linux 5.13 o posterior"
        return {
            Wall.NO_NEW_PRIVS: f"{kernel}; ningún contenedor debe impedir prctl.",
            Wall.LANDLOCK: f"{kernel} con Landlock en la lista «lsm» del arranque.",
            Wall.SECCOMP: "Permita seccomp en el núcleo y en el perfil del contenedor.",
            Wall.RLIMITS: "Quite del contenedor o de systemd lo que impide bajar los límites.",
            Wall.CANARY: "Detenga este proceso: un documento podría salir de su entorno aislado.",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class WallState:
    """One layer on one worker."""

    wall: Wall
    holds: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """The protections of one worker; empty tuples mean that every layer is active."""

    sandbox_required: bool
    """Whether the worker refuses to start when a layer is missing."""
    missing: tuple[str, ...]
    """Layers that its kernel does not provide."""
    escaped: tuple[str, ...]
    """Forbidden actions that the canary could still do in the sandbox."""
    landlock: int
    """The kernel's Landlock version, 0 without it."""
    ocr_engine: str
    """Empty when no engine could be loaded."""
    antivirus: AntivirusMode
    antivirus_answer: str = ""
    """Version that the scanner gives; empty when there is none or it does not answer."""

    @property
    def is_whole(self) -> bool:
        """Whether every layer is active and the canary could do nothing forbidden."""
        return not self.missing and not self.escaped

    @property
    def scans(self) -> bool:
        """Whether a scanner is asked for and answers."""
        return self.antivirus is AntivirusMode.REQUIRED and bool(self.antivirus_answer)

    @property
    def walls(self) -> tuple[WallState, ...]:
        """Each layer with its state."""
        return tuple(self._state(wall) for wall in Wall)

    def _state(self, wall: Wall) -> WallState:
        if wall is Wall.CANARY:
            return WallState(
                wall=wall, holds=not self.escaped, detail=", ".join(sorted(self.escaped))
            )
        detail = f"versión {self.landlock}" if wall is Wall.LANDLOCK and self.landlock else ""
        return WallState(wall=wall, holds=wall.value not in self.missing, detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSeen:
    """One worker as it described itself at its last heartbeat."""

    id: UUID
    host: str
    lanes: str
    version: str
    started_at: datetime
    proven_at: datetime
    """When the canary last tested the sandbox."""
    seen_at: datetime
    antivirus_since: datetime | None
    """Since when the scanner answers, or does not, as it does now."""
    protection: Protection
    signing: SigningState | None = None
    """State of its signing keys; None for a worker that does not sign."""


def present(workers: Sequence[WorkerSeen], *, now: datetime) -> tuple[WorkerSeen, ...]:
    """Return the workers that have reported within ``UNSEEN_AFTER``."""
    return tuple(worker for worker in workers if now - worker.seen_at <= UNSEEN_AFTER)


class SandboxWord(StrEnum):
    """State of the sandbox over all workers in one word: that of the worst worker."""

    UNKNOWN = "unknown"
    """No worker was seen: nothing is known, and nothing is opened."""
    PARTIAL = "partial"
    WHOLE = "whole"

    @property
    def sentence(self) -> str:
        """What it means, for officers."""
        return {
            SandboxWord.UNKNOWN: "Ningún proceso de revisión está activo: los archivos esperan.",
            SandboxWord.PARTIAL: "Al entorno aislado de los documentos le falta una capa.",
            SandboxWord.WHOLE: "El entorno aislado de los documentos está completo.",
        }[self]


class AntivirusWord(StrEnum):
    """State of the antivirus over all workers in one word: that of the worst worker."""

    OFF = "off"
    DOWN = "down"
    OK = "ok"
    UNKNOWN = "unknown"

    @property
    def sentence(self) -> str:
        """What it means, for officers."""
        return {
            AntivirusWord.OFF: "Sin antivirus: los archivos no se buscan en una lista de virus.",
            AntivirusWord.DOWN: "El antivirus no responde: los archivos nuevos esperan.",
            AntivirusWord.OK: "El antivirus revisa cada archivo antes que nadie.",
            AntivirusWord.UNKNOWN: "No se sabe si hay antivirus: ningún proceso está activo.",
        }[self]


def sandbox_word(workers: Sequence[WorkerSeen]) -> SandboxWord:
    """Return the sandbox state of the workers present."""
    if not workers:
        return SandboxWord.UNKNOWN
    whole = all(worker.protection.is_whole for worker in workers)
    return SandboxWord.WHOLE if whole else SandboxWord.PARTIAL


def antivirus_word(workers: Sequence[WorkerSeen]) -> AntivirusWord:
    """Return the antivirus state of the workers present: ``off`` if one of them does not scan."""
    if not workers:
        return AntivirusWord.UNKNOWN
    if any(worker.protection.antivirus is AntivirusMode.OFF for worker in workers):
        return AntivirusWord.OFF
    scanning = all(worker.protection.scans for worker in workers)
    return AntivirusWord.OK if scanning else AntivirusWord.DOWN
