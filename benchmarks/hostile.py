# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures the cost of hostile files, and how long honest files wait at the same time.

python benchmarks/hostile.py [--json] [--every N]

It starts the real service with two workers and sends every generated bomb and polyglot of
``tests/samples``, two at a time, while an artisan after the other sends photos, PDFs and scans. A
hostile file's seconds are those of the worker that judged it; an honest file's run from its
arrival to its verdict, waiting included. ``--every 5`` sends a fifth of the hostile files.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import cycle
from pathlib import Path
from statistics import quantiles
from typing import Any, Final
from uuid import UUID, uuid4

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.db.models import DocumentRow, TaskRow, WorkerRow
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.work import TaskState
from review_service.samples import files as samples
from review_service.services.applicant import applying, receiving
from review_service.services.applicant.receiving import Upload
from tests.conftest import _create_database, _postgres_url
from tests.e2e.stack import Stack, running
from tests.factories import SHEET
from tests.samples.hostile import hostile_files
from tests.servers import ServerRoom, start_postgres, start_redis
from tests.smtp_sink import smtp_sink

WORKERS: Final = 2
AT_ONCE: Final = 2
"""Hostile files sent at the same time: enough to keep every worker busy."""
VERDICT_BAR: Final = 15.0
HONEST_BAR: Final = 10.0
"""Seconds; bars of the issue, the second for the 99th percentile."""
PATIENCE_SECONDS: Final = 180.0
FILES_OF_ONE: Final = 12
"""Files that one applicant sends, so that no limit of one RUC is met."""
POLL_SECONDS: Final = 0.05
SILENT_SECONDS: Final = 45
"""Just over two heartbeats: a worker silent for longer counts as ended."""


@dataclass(frozen=True, kw_only=True)
class File:
    """One file to send."""

    name: str
    kind: DocumentKind
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Fate:
    """The result for one file."""

    name: str
    seconds: float
    """From its arrival to its verdict."""
    verdict: str


@dataclass
class Sender:
    """Sends files one after the other, waiting for the result of each."""

    stack: Stack
    files: Iterator[File]
    over: threading.Event
    fates: list[Fate] = field(default_factory=list)
    sent: dict[UUID, str] = field(default_factory=dict)
    _left: int = 0
    _ruc: str = ""
    _application_id: UUID | None = None

    def run(self) -> None:
        """Send until there are no more files or the run is stopped."""
        for file in self.files:
            if self.over.is_set():
                return
            document_id = self._send(file)
            self.sent[document_id] = file.name
            self.fates.append(self._fate(file.name, document_id))

    def _send(self, file: File) -> UUID:
        if not self._left:
            self._newcomer()
        self._left -= 1
        container = self.stack.container
        received = receiving.receive(
            container.writing,
            container.store,
            limits=container.limits,
            application_id=self._application_id or uuid4(),
            ruc=self._ruc,
            upload=Upload(
                kind=file.kind,
                theme=Theme.WORKSHOP if file.kind is DocumentKind.PHOTO else None,
                upload_key=uuid4().hex,
                file_name="archivo",
                stream=BytesIO(file.data),
            ),
        )
        return received.document_id

    def _newcomer(self) -> None:
        container = self.stack.container
        self._ruc, self._left = self.stack.newcomer().ruc, FILES_OF_ONE
        self._application_id = applying.open_application(
            container.writing(),
            registry=container.registry,
            ruc=self._ruc,
            kind=ApplicationKind.RENEWAL,
        )
        applying.save_sheet(
            container.writing(),
            application_id=self._application_id,
            ruc=self._ruc,
            values=SHEET,
            kind=ApplicationKind.RENEWAL,
        )

    def _fate(self, name: str, document_id: UUID) -> Fate:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with self.stack.container.reading() as uow:
                row = uow.session.get(DocumentRow, document_id)
                if row is not None and row.checked_at is not None:
                    seconds = (row.checked_at - row.created_at).total_seconds()
                    verdict = row.refusal.value if row.refusal else row.state.value
                    return Fate(name=name, seconds=seconds, verdict=verdict)
            time.sleep(POLL_SECONDS)
        return Fate(name=name, seconds=PATIENCE_SECONDS, verdict="none")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One document's result from a worker's log."""

    name: str
    seconds: float
    peak_bytes: int
    limit_bytes: int


@dataclass(frozen=True, kw_only=True)
class Measured:
    """The whole run."""

    hostile: Sequence[Fate]
    judged: Sequence[Judged]
    honest: Sequence[Fate]
    crashes: int
    """Workers that had ended by the end of the run."""
    sandboxes_restarted: int
    quarantined: int

    @property
    def slowest(self) -> Sequence[Judged]:
        """Return those that took a worker longest."""
        return sorted(self.judged, key=lambda each: -each.seconds)

    @property
    def unjudged(self) -> int:
        """Count hostile files that got no verdict."""
        return sum(fate.verdict == "none" for fate in self.hostile)

    @property
    def over_memory(self) -> int:
        """Count children that held more than their limit."""
        return sum(each.peak_bytes > each.limit_bytes > 0 for each in self.judged)


def honest_files() -> Iterator[File]:
    """Yield what artisans send, again and again."""
    photos = samples.photo_set(count=20, width_px=samples.SMALL)
    large = samples.photo_set(count=1, width_px=samples.EIGHT_MEGAPIXELS)[0].jpeg
    pdf = samples.evidence_pdf([photo.jpeg for photo in photos])
    scan = samples.scanned_agreement()
    yield from cycle(
        [
            *(File(name="photo", kind=DocumentKind.PHOTO, data=p.jpeg) for p in photos[:3]),
            File(name="photo of 8 MP", kind=DocumentKind.PHOTO, data=large),
            File(name="PDF of 20 photos", kind=DocumentKind.EVIDENCE, data=pdf),
            File(name="scanned Acuerdo", kind=DocumentKind.AGREEMENT, data=scan),
        ]
    )


class _Shared(Iterator[File]):
    """One stream of files that several senders take from."""

    def __init__(self, files: Iterator[File]) -> None:
        self._files, self._lock = files, threading.Lock()

    def __next__(self) -> File:
        with self._lock:
            return next(self._files)


def measure(every: int) -> Measured:
    """Run the benchmark and return its results."""
    files = [File(name=one.name, kind=one.kind, data=one.data) for one in hostile_files()][::every]
    room = ServerRoom.open()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as name, smtp_sink() as sink:
            redis = room.server("redis", start_redis)
            postgres = room.server("postgres", start_postgres)
            url = _postgres_url(postgres, _create_database(postgres, "template1"))
            queue = f"redis://:{redis.password}@{redis.endpoint}/0"
            with running(
                Path(name), database_url=url, redis_url=queue, sink=sink, workers=WORKERS
            ) as stack:
                return _mixed(stack, files)
    finally:
        room.close()


def _mixed(stack: Stack, files: Sequence[File]) -> Measured:
    before = _workers(stack)
    over = threading.Event()
    shared = _Shared(iter(files))
    hostile = [Sender(stack=stack, files=shared, over=over) for _ in range(AT_ONCE)]
    honest = Sender(stack=stack, files=honest_files(), over=over)
    threads = [threading.Thread(target=sender.run) for sender in hostile]
    beside = threading.Thread(target=honest.run)
    for thread in (*threads, beside):
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    beside.join()
    with stack.container.reading() as uow:
        put_aside = sa.select(sa.func.count()).where(TaskRow.state == TaskState.QUARANTINED)
        quarantined = uow.session.execute(put_aside).scalar_one()
    names = {str(key): name for sender in hostile for key, name in sender.sent.items()}
    lines = list(_log_lines(stack))
    return Measured(
        hostile=[fate for sender in hostile for fate in sender.fates],
        judged=[
            Judged(
                name=names[line["subject_id"]],
                seconds=float(line["seconds"]),
                peak_bytes=int(line["peak_bytes"]),
                limit_bytes=int(line["memory_limit_bytes"]),
            )
            for line in lines
            if line.get("event") == "document_judged" and line["subject_id"] in names
        ],
        honest=honest.fates,
        crashes=len(before - _workers(stack)),
        sandboxes_restarted=sum(line.get("event") == "sandbox_restarted" for line in lines),
        quarantined=quarantined,
    )


def _workers(stack: Stack) -> set[UUID]:
    """Return the workers that are there; one that died stays silent, and is not counted."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with stack.container.reading() as uow:
            seen = uow.session.execute(sa.select(WorkerRow.id, WorkerRow.seen_at)).all()
            here = {
                row.id for row in seen if (uow.now - row.seen_at).total_seconds() < SILENT_SECONDS
            }
        if len(here) >= WORKERS or time.monotonic() > deadline:
            return here
        time.sleep(0.2)


def _log_lines(stack: Stack) -> Iterator[dict[str, Any]]:
    for path in stack.logs.glob("worker*.log"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("{"):
                yield json.loads(line)


def _percentiles(fates: Sequence[Fate]) -> tuple[float, float, float]:
    cuts = quantiles([fate.seconds for fate in fates], n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table, or one JSON object; 1 with ``--strict`` when a bar is missed."""
    parser = argparse.ArgumentParser(
        prog="benchmarks/hostile.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--every", type=int, default=1, help="send one hostile file of so many")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    options = parser.parse_args(arguments)
    told = _told(measure(options.every))
    sys.stdout.write(json.dumps(told) + "\n" if options.json else _table(told))
    return int(options.strict and bool(missed(told)))


def missed(told: Mapping[str, Any]) -> list[str]:
    """Return the bars that are missed."""
    none = ("over_memory", "worker_crashes", "quarantined", "honest_refused")
    kept = ("hostile_holds", "honest_holds")
    return [*(name for name in kept if not told[name]), *(name for name in none if told[name])]


def _told(measured: Measured) -> dict[str, Any]:
    p50, p95, p99 = _percentiles(measured.honest)
    worst = measured.slowest[0].seconds
    peak = max(measured.judged, key=lambda each: each.peak_bytes)
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 2),
        "workers": WORKERS,
        "hostile_files": len(measured.hostile),
        "hostile_without_verdict": measured.unjudged,
        "hostile_slowest_seconds": worst,
        "hostile_bar_seconds": VERDICT_BAR,
        "hostile_holds": worst < VERDICT_BAR and not measured.unjudged,
        "slowest": [[each.name, each.seconds] for each in measured.slowest[:5]],
        "peak_mib": round(peak.peak_bytes / 2**20),
        "peak_limit_mib": round(peak.limit_bytes / 2**20),
        "over_memory": measured.over_memory,
        "worker_crashes": measured.crashes,
        "sandboxes_restarted": measured.sandboxes_restarted,
        "quarantined": measured.quarantined,
        "verdicts": dict(Counter(fate.verdict for fate in measured.hostile)),
        "honest_files": len(measured.honest),
        "honest_refused": sum(fate.verdict != "checked" for fate in measured.honest),
        "honest_p50": round(p50, 2),
        "honest_p95": round(p95, 2),
        "honest_p99": round(p99, 2),
        "honest_slowest": round(max(fate.seconds for fate in measured.honest), 2),
        "honest_bar_p99": HONEST_BAR,
        "honest_holds": p99 < HONEST_BAR,
    }


def _table(told: dict[str, Any]) -> str:
    def line(what: str, value: object, bar: str = "", *, holds: bool = True) -> str:
        return f"{what:44}{value!s:>10}{bar:>10}{'' if holds else '  missed'}"

    few = told["hostile_slowest_seconds"] < VERDICT_BAR
    lines = [
        f"{told['workers']} workers, {told['cores']} cores, load {told['load']}",
        line("hostile files", told["hostile_files"]),
        line("  without a verdict", told["hostile_without_verdict"], "0",
             holds=not told["hostile_without_verdict"]),
        line("  slowest, s", told["hostile_slowest_seconds"], f"{VERDICT_BAR}", holds=few),
        *(line(f"    {name}", seconds) for name, seconds in told["slowest"]),
        line("  most memory of a child, MiB", told["peak_mib"], f"{told['peak_limit_mib']}",
             holds=not told["over_memory"]),
        line("  workers that crashed", told["worker_crashes"], "0",
             holds=not told["worker_crashes"]),
        line("  fork servers started anew", told["sandboxes_restarted"]),
        line("  tasks put aside", told["quarantined"], "0", holds=not told["quarantined"]),
        line("honest files beside them", told["honest_files"]),
        line("  refused", told["honest_refused"], "0", holds=not told["honest_refused"]),
        line("  p50, s", told["honest_p50"]),
        line("  p95, s", told["honest_p95"]),
        line("  p99, s", told["honest_p99"], f"{HONEST_BAR}", holds=told["honest_holds"]),
        line("  slowest, s", told["honest_slowest"]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
