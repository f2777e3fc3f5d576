# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""The installation that ``kills.py`` breaks: real servers, real processes, default clocks.

Each process is started anew a moment after it ended, as the units of ``docker/systemd`` say; what
a killed one leaves behind is ended with it, as in a container.
"""

import configparser
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from kills_store import StoreRelay, relay_before
from sqlalchemy.engine import make_url

from review_service.demo.stage.processes import Children
from tests.conftest import _create_database, _postgres_url, service_url
from tests.e2e.stack import KEPT, Stack, stack_on
from tests.factories import FORM_SECRET, SECRET
from tests.servers import (
    LOOPBACK,
    Server,
    ServerRoom,
    free_port,
    start_postgres,
    start_redis,
    start_seaweedfs,
)
from tests.smtp_sink import SmtpSink, smtp_sink

ROOT: Final = Path(__file__).resolve().parent.parent
UNITS: Final = ROOT / "docker" / "systemd"
WORKERS: Final = 2
START_SECONDS: Final = 90.0
KILLED: Final = -9


def restart_seconds(name: str) -> float:
    """Return how long systemd waits before it starts this process anew, by its unit."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read(UNITS / f"review-service-{name}.service", encoding="utf-8")
    if unit["Service"]["Restart"] != "always":
        raise ValueError(f"{name} is not started anew")
    return float(unit["Service"]["RestartSec"])


class Kept:
    """One process of the service, started anew whenever it ends."""

    def __init__(self, kind: str, place: int, *, env: dict[str, str], logs: Path) -> None:
        self.kind, self.name = kind, f"{kind}-{place}"
        self.exits: Counter[int] = Counter()
        self.pid = 0
        """Of the process that runs now; 0 while none does."""
        self._env, self._logs = env, logs
        self._command = [sys.executable, "-m", "review_service.cli", kind]
        self._wait = restart_seconds(kind)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._mind, name=self.name, daemon=True)

    def start(self, *arguments: str) -> None:
        """Start it with these arguments, now and after each end."""
        self._command += arguments
        self._thread.start()

    def stop(self) -> None:
        """End it for good."""
        self._over.set()
        self._thread.join()

    def _mind(self) -> None:
        with Children(self._logs) as children:
            while not self._over.is_set():
                child = children.start(self.name, self._command, env=self._env)
                self.pid = child.process.pid
                while child.process.poll() is None and not self._over.wait(0.02):
                    pass
                self.pid = 0
                if child.process.returncode is not None:
                    self.exits[child.process.returncode] += 1
                    children.kill()  # what it left: a container ends with its first process
                    self._over.wait(self._wait)


@dataclass(kw_only=True)
class Parts:
    """Everything that can be broken, and the service's own parts to look at it."""

    stack: Stack
    sink: SmtpSink
    relay: StoreRelay
    redis: Server
    postgres: Server
    store: Server
    room: ServerRoom
    kept: list[Kept] = field(default_factory=list)

    def of(self, kind: str) -> list[Kept]:
        """Return the processes of a kind."""
        return [each for each in self.kept if each.kind == kind]

    @property
    def unexpected_exits(self) -> dict[str, int]:
        """How often a process ended by itself, by kind and exit code."""
        found: Counter[str] = Counter()
        for each in self.kept:
            for code, times in each.exits.items():
                if code != KILLED:
                    found[f"{each.kind} {code}"] += times
        return dict(found)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command of the operator."""
        return subprocess.run(  # noqa: S603 -- our own command
            [sys.executable, "-m", "review_service.cli", *arguments],
            env=dict(self.stack.env),
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def installed(folder: Path, more: Mapping[str, str]) -> Iterator[Parts]:
    """Start everything and wait until the service is healthy; stop it at the end.

    ``more`` are settings that are not the default ones.
    """
    room = ServerRoom.open()
    try:
        seaweedfs = room.server("seaweedfs", start_seaweedfs)
        # Durable: what a crash of a server without fsync forgets says nothing of the service.
        postgres = room.server("postgres", lambda path: start_postgres(path, durable=True))
        redis = room.server("redis", start_redis)
        owner = _postgres_url(postgres, _create_database(postgres, "template1"))
        with smtp_sink() as sink, relay_before(seaweedfs.port) as relay:
            port = free_port()
            env = {**_environment(folder, owner, redis, seaweedfs, sink, relay, port), **more}
            logs = folder / "logs"
            logs.mkdir()
            stack = stack_on(sink, base=env["PUBLIC_URL"], env=env, logs=logs)
            parts = Parts(
                stack=stack, sink=sink, relay=relay, redis=redis, postgres=postgres,
                store=seaweedfs, room=room,
            )  # fmt: skip
            _set_up(parts, owner)
            yield from _running(parts, port)
    finally:
        room.close()


def _running(parts: Parts, port: int) -> Iterator[Parts]:
    env, logs = dict(parts.stack.env), parts.stack.logs
    parts.kept += [Kept("web", 0, env=env, logs=logs)]
    parts.kept += [Kept("worker", place, env=env, logs=logs) for place in range(WORKERS)]
    parts.kept += [Kept("scheduler", 0, env=env, logs=logs)]
    try:
        for each in parts.kept:
            each.start(*([f"--bind={LOOPBACK}:{port}"] if each.kind == "web" else []))
        _wait_until_healthy(parts)
        yield parts
    finally:
        for each in parts.kept:
            each.stop()
        parts.stack.container.database.engine.dispose()


def _environment(
    folder: Path, owner: str, redis: Server, seaweedfs: Server, sink: SmtpSink,
    relay: StoreRelay, port: int,
) -> dict[str, str]:  # fmt: skip
    """Return the settings of an installation; no clock is among them."""
    return {name: os.environ[name] for name in KEPT if name in os.environ} | {
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": service_url(owner),
        "DEMONSTRATION": "1",
        "FILE_STORE": "s3",
        "MAIL_FROM": "no-responder@rum.example.ec",
        "PUBLIC_URL": f"http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
        "REDIS_URL": f"redis://:{redis.password}@{redis.endpoint}/0",
        "S3_ACCESS_KEY": seaweedfs.user,
        "S3_BUCKET": "kills",
        "S3_ENDPOINT": f"{LOOPBACK}:{relay.port}",
        "S3_SECRET_KEY": seaweedfs.password,
        "S3_SECURE": "0",
        "SECRET_KEY": FORM_SECRET,
        "SMTP_HOST": sink.host,
        "SMTP_PORT": str(sink.port),
        "TRUSTED_PROXIES": "1",
        "VERIFICATION_KEY": SECRET,
    }


def _set_up(parts: Parts, owner: str) -> None:
    Path(parts.stack.env["DATA_DIR"]).mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "review_service.cli", "setup"],
        env={**parts.stack.env, "OWNER_DATABASE_URL": owner},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"setup: {done.stdout}{done.stderr} ({make_url(owner).database})")


def _wait_until_healthy(parts: Parts) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(URLError, OSError), urlopen(f"{parts.stack.base}/salud", timeout=5) as answer:  # noqa: S310
            if answer.status == 200:  # noqa: PLR2004
                return
        time.sleep(0.3)
    logs = "\n".join(path.read_text()[-1000:] for path in parts.stack.logs.glob("*.log"))
    raise SystemExit(f"the service did not start:\n{logs}")
