"""Keeps the one jail of this process: started before anything else, proven, ended, started anew."""

import logging
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from workers.sandbox import policy
from workers.sandbox.canary import CanaryReport, canary
from workers.sandbox.client import Ending, Jail, JailError, Job, events

logger = logging.getLogger(__name__)

PRELOAD: Final = (
    "workers.inside.prepare",
    "workers.inside.assembly",
    "workers.inside.signatures",
    "workers.sandbox.canary",
)
PREPARE: Final = ("workers.inside.prepare:prepare",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What is known of the jail that stands, by trial."""

    report: CanaryReport
    required: bool
    landlock: int
    """Version of the kernel's Landlock, 0 without it."""
    ocr_engine: str
    proven_at: float
    """By the monotonic clock."""

    @property
    def seconds_ago(self) -> float:
        """How long ago the canary was sent in."""
        return time.monotonic() - self.proven_at


@dataclass(slots=True)
class _Held:
    """The one jail of this process."""

    jail: Jail | None = None
    proof: Proof | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_held = _Held()


def start_jail(*, required: bool | None = None) -> CanaryReport:
    """Start the fork server, send the canary in, and keep both for this process; idempotent.

    ``required`` defaults to the environment's ``JAIL``. Raises ``JailError`` when a wall is missing
    or the canary escapes although the jail is required, or when it does not start at all.
    """
    with _held.lock:
        if _held.proof is not None:
            return _held.proof.report
        if required is None:
            required = os.environ.get("JAIL", "required") != "best-effort"
        jail = Jail(preload=PRELOAD, prepare=PREPARE, required=required)
        jail.start()
        try:
            report = _proven(jail, required=required)
            engine = _ocr_engine(jail)
        except JailError:
            jail.stop()
            raise
        if not report.is_whole:
            logger.warning(
                "jail_not_whole", extra={"missing": report.missing, "escaped": report.escaped}
            )
        _held.jail = jail
        _held.proof = Proof(
            report=report,
            required=required,
            landlock=policy.landlock_version(),
            ocr_engine=engine,
            proven_at=time.monotonic(),
        )
        return report


def proof() -> Proof | None:
    """Return what was proven of the jail that stands; None while none does."""
    return _held.proof


def _proven(jail: Jail, *, required: bool) -> CanaryReport:
    report = canary(jail)
    if required and not report.is_whole:
        raise JailError(_said(report))
    return report


def _ocr_engine(jail: Jail) -> str:
    """Ask a child which engine it has: the fork server alone knows what it could load."""
    engine = ""
    with Path(os.devnull).open("rb") as nothing:
        asked = jail.spawn(Job(call="workers.inside.prepare:about"), nothing.fileno())
        for _, event in events([asked]):
            if not isinstance(event, Ending):
                engine = str(event.header.get("ocr_engine", engine))[:40]
    return engine


def stop_jail() -> None:
    """End the fork server; the next inspection starts a new one."""
    with _held.lock:
        if _held.jail is not None:
            _held.jail.stop()
        _held.jail = _held.proof = None


def renew_jail(broken: Jail) -> None:
    """Put a new jail in the place of one that failed; whoever comes second finds it replaced.

    Raises ``JailError``.
    """
    with _held.lock:
        if _held.jail is broken:
            broken.stop()
            _held.jail = _held.proof = None
    start_jail()


def _said(report: CanaryReport) -> str:
    missing = ", ".join(report.missing) or "ninguna"
    escaped = ", ".join(report.escaped) or "nada"
    return (
        f"faltan capas: {missing}; escapó: {escaped}. Use un núcleo Linux 5.13 o posterior con "
        "Landlock y seccomp, o JAIL=best-effort si acepta el riesgo"
    )


def the_jail() -> Jail:
    """Return the jail that ``start_jail`` started. Raises ``JailError`` when there is none."""
    if _held.jail is None:
        raise JailError("the jail was not started")
    return _held.jail
