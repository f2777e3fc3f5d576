# ruff: noqa: INP001 -- a program of its own, not a package
"""Times the web process under a steady mixed load: gunicorn, PostgreSQL, load on one machine.

python benchmarks/load.py [--rate 150] [--seconds 30] [--applications 5000] [--keep FOLDER]
    [--json] [--strict]

Of 100 requests 80 are public (30 scanned codes, the pages around them), 12 an applicant's, 8 an
officer's queue and case. Requests begin when their time has come, whether the former were answered
or not, and a time counts from that moment: a queue shows as waiting. Every visitor has an address.
Applicants are as many as the rows chosen (a hundred), officers forty.
"""

import argparse
import asyncio
import json
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from processes import children, rss_mib
from scale_database import Filled, filled

from tests.servers import free_port

BAR_P99_MS: Final = 500.0
START_SECONDS: Final = 30.0
WARM_SECONDS: Final = 3.0
GIVE_UP_SECONDS: Final = 30.0
SHARES: Final = {
    "verify by QR": 30, "verify": 20, "home": 20, "help": 10,
    "own applications": 6, "own application": 6, "queue": 4, "case": 4,
}  # fmt: skip
"""Of 100 requests."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the mix."""

    name: str
    path: str
    cookie: str


@dataclass(slots=True)
class Taken:
    """What the load saw."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: Counter[str] = field(default_factory=Counter)

    @property
    def every(self) -> list[float]:
        """All times together."""
        return [each for times in self.milliseconds.values() for each in times]


def main() -> int:
    """Serve, load, print a table or one JSON object; 1 when the bar is missed."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="load-") as temporary:
        Path(temporary).chmod(0o755)
        folder = Path(options.keep or temporary)
        with filled("postgresql", options.applications, folder) as database:
            mix = _mix(database)
            with _served(database) as (port, pids):
                asyncio.run(_load(port, mix, rate=20, seconds=WARM_SECONDS))
                taken = asyncio.run(_load(port, mix, rate=options.rate, seconds=options.seconds))
                rss = max(map(rss_mib, pids()))
    told = _told(taken, options.rate, rss)
    missed = bool(told["failed"]) or told["p99_ms"] > BAR_P99_MS
    sys.stdout.write(json.dumps(told) + "\n" if options.json else _table(told))
    return 1 if missed and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=float, default=150.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--applications", type=int, default=5_000)
    parser.add_argument("--keep", help="folder of the database; else it is deleted")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when the bar is missed")
    return parser.parse_args()


def _mix(database: Filled) -> dict[str, list[Asked]]:
    """Ask a process for the addresses, as it needs the keys and writes the sessions."""
    answer = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, __file__.replace("load.py", "scale_work.py")],
        env=database.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    named: dict[str, list[list[str]]] = json.loads(answer.stdout)
    return {name: [Asked(name, *each) for each in addresses] for name, addresses in named.items()}


@contextmanager
def _served(database: Filled) -> Iterator[tuple[int, Any]]:
    """Run gunicorn as ``review-service web`` does; give its port and how to list its processes."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [sys.executable, "-m", "review_service.cli", "web", f"--bind=127.0.0.1:{port}"],
        env={**database.environment, "TRUSTED_PROXIES": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        asyncio.run(_until_it_answers(port))
        yield port, lambda: [process.pid, *children(process.pid)]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


async def _until_it_answers(port: int) -> None:
    ends_at = time.monotonic() + START_SECONDS
    while time.monotonic() < ends_at:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.2)
        else:
            writer.close()
            return
    raise SystemExit("the web process does not answer")


async def _load(port: int, mix: dict[str, list[Asked]], *, rate: float, seconds: float) -> Taken:
    """Begin so many requests a second, evenly; return when all have ended."""
    chance, taken = random.Random(3), Taken()  # noqa: S311 -- the same at every run
    names, weights = list(SHARES), list(SHARES.values())
    connections = _Connections(port)
    running: set[asyncio.Task[None]] = set()
    began = time.monotonic()
    for number in range(int(rate * seconds)):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        asked = chance.choice(mix[chance.choices(names, weights)[0]])
        address = f"10.{number % 250}.{chance.randrange(250)}.{chance.randrange(1, 250)}"
        task = asyncio.create_task(_one(connections, asked, address, due, taken))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    connections.close()
    return taken


async def _one(
    connections: "_Connections", asked: Asked, address: str, due: float, taken: Taken
) -> None:
    try:
        async with asyncio.timeout(GIVE_UP_SECONDS):
            status = await connections.ask(asked, address)
    except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        taken.failed[type(error).__name__] += 1
        return
    if status != "200":
        taken.failed[f"{asked.name}: {status}"] += 1
    taken.milliseconds[asked.name].append((time.monotonic() - due) * 1000)


class _Connections:
    """Connections that are kept open between requests, as a reverse proxy keeps them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(self, asked: Asked, address: str) -> str:
        """Send one request, read the whole answer, return its status."""
        while True:
            is_used = bool(self._free)
            reader, writer = (
                self._free.pop()
                if is_used
                else await asyncio.open_connection("127.0.0.1", self._port)
            )
            writer.write(
                f"GET {asked.path} HTTP/1.1\r\nHost: localhost:8000\r\nX-Forwarded-For: {address}"
                f"\r\nCookie: {asked.cookie}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
            )
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            except (OSError, asyncio.IncompleteReadError):
                writer.close()
                if is_used:  # the server had closed it meanwhile
                    continue
                raise
            await _body(reader, head)
            if "connection: close" in head:
                writer.close()
            else:
                self._free.append((reader, writer))
            return head.split(" ", 2)[1]

    def close(self) -> None:
        """Close what is free."""
        for _, writer in self._free:
            writer.close()


async def _body(reader: asyncio.StreamReader, head: str) -> None:
    if "transfer-encoding: chunked" in head:
        while size := int((await reader.readline()).split(b";")[0], 16):
            await reader.readexactly(size + 2)
        await reader.readline()
        return
    length = next(
        (line for line in head.split("\r\n") if line.startswith("content-length:")), "x: 0"
    )
    await reader.readexactly(int(length.split(":")[1]))


def _quantiles(times: Sequence[float]) -> tuple[float, float]:
    cut = statistics.quantiles(times, n=100, method="inclusive")
    return round(cut[49], 1), round(cut[98], 1)


def _told(taken: Taken, rate: float, rss: float) -> dict[str, Any]:
    p50, p99 = _quantiles(taken.every)
    return {
        "rate": rate,
        "requests": len(taken.every),
        "p50_ms": p50,
        "p99_ms": p99,
        "bar_p99_ms": BAR_P99_MS,
        "failed": dict(taken.failed),
        "rss_mib": round(rss),
        "pages": {name: _quantiles(times) for name, times in taken.milliseconds.items()},
    }


def _table(told: dict[str, Any]) -> str:
    lines = [f"{told['requests']} requests at {told['rate']}/s, bar p99 {BAR_P99_MS:.0f} ms"]
    lines += [f"  {name:20} p50 {p50:8.1f}  p99 {p99:8.1f}" for name, (p50, p99) in
              sorted(told["pages"].items())]  # fmt: skip
    lines.append(f"  {'all':20} p50 {told['p50_ms']:8.1f}  p99 {told['p99_ms']:8.1f}")
    lines.append(f"  largest process {told['rss_mib']} MiB, failed {told['failed'] or 'none'}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
