"""Keeps the one sandbox of this process: starts it first, tests it, ends it, starts it anew."""

import logging
import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from workers.sandbox import policy
from workers.sandbox.calls import PRELOAD, PREPARE, Call
from workers.sandbox.canary import CanaryReport, canary
from workers.sandbox.client import Ending, Job, Sandbox, SandboxError, events
from workers.sandbox.settings import SandboxSettings
from workers.sandbox.wire import engine_in

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the canary and a first child showed about the running sandbox."""

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
    """The one sandbox of this process."""

    sandbox: Sandbox | None = None
    settings: SandboxSettings | None = None
    proof: Proof | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_held = _Held()


def start_sandbox(*, required: bool | None = None) -> CanaryReport:
    """Start the fork server, send the canary in, and keep both for this process; idempotent.

    ``required`` defaults to the environment's ``SANDBOX``. Raises ``SandboxSettingsError`` for a
    wrong setting, and ``SandboxError`` when a wall is missing or the canary escapes although the
    sandbox is required, or when it does not start.
    """
    with _held.lock:
        if _held.proof is not None:
            return _held.proof.report
        settings = SandboxSettings.from_env()
        if required is None:
            required = settings.required
        sandbox = Sandbox(preload=PRELOAD, prepare=PREPARE, required=required, settings=settings)
        sandbox.start()
        try:
            report = _proven(sandbox, required=required)
            engine = _ocr_engine(sandbox)
        except SandboxError:
            sandbox.stop()
            raise
        if not report.is_whole:
            logger.warning(
                "sandbox_not_whole", extra={"missing": report.missing, "escaped": report.escaped}
            )
        _held.sandbox, _held.settings = sandbox, settings
        _held.proof = Proof(
            report=report,
            required=required,
            landlock=policy.landlock_version(),
            ocr_engine=engine,
            proven_at=time.monotonic(),
        )
        return report


def proof() -> Proof | None:
    """Return what was shown about the running sandbox; None while none runs."""
    return _held.proof


def cpu_scale() -> float:
    """Return how many times slower than the reference machine the sandbox takes this one to be."""
    return (_held.settings or SandboxSettings.from_env()).cpu_scale


def _proven(sandbox: Sandbox, *, required: bool) -> CanaryReport:
    report = canary(sandbox)
    if required and not report.is_whole:
        raise SandboxError(_said(report))
    return report


def _ocr_engine(sandbox: Sandbox) -> str:
    """Ask a child which engine it has: the fork server alone knows what it could load."""
    engine = ""
    with Path(os.devnull).open("rb") as nothing:
        asked = sandbox.spawn(Job(call=Call.NAME_OCR_ENGINE), nothing.fileno())
        for _, event in events([asked]):
            if not isinstance(event, Ending):
                engine = engine_in(event) or engine
    return engine


def stop_sandbox() -> None:
    """End the fork server; the next inspection starts a new one."""
    with _held.lock:
        if _held.sandbox is not None:
            _held.sandbox.stop()
        _held.sandbox = _held.proof = None


def renew_sandbox(broken: Sandbox) -> None:
    """Replace a sandbox that failed by a new one; nothing if another thread already did.

    Raises ``SandboxError``.
    """
    with _held.lock:
        if _held.sandbox is broken:
            broken.stop()
            _held.sandbox = _held.proof = None
    start_sandbox()


def _said(report: CanaryReport) -> str:
    missing = ", ".join(report.missing) or "ninguna"
    escaped = ", ".join(report.escaped) or "nada"
    return (
        f"faltan capas: {missing}; escapó: {escaped}. Use un núcleo Linux 5.13 o posterior con "
        "Landlock y seccomp, o SANDBOX=best-effort si acepta el riesgo"
    )


def the_sandbox() -> Sandbox:
    """Return what ``start_sandbox`` started. Raises ``SandboxError`` when there is none."""
    if _held.sandbox is None:
        raise SandboxError("the sandbox was not started")
    return _held.sandbox
