# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures how soon an applicant sees the first and the last result after sending 20 photos.

python benchmarks/before_sending.py [--json] [--strict] [--repeat N] [--only postgresql|sqlite]

It starts the real service (web, one worker a core, scheduler, Redis, a database) and sends 20
photos of 8 megapixels as a browser does: as one PDF, and one after the other. The clock begins when
the answer to the upload has arrived; a verdict counts when the page's own question brings it, asked
as often as ``static/js/following.js`` asks. Beside it: what a naive pipeline needs for the same.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPResponse
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import cv2
import numpy as np
import pypdf
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.db.models import SessionKind
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import Theme
from review_service.samples import files
from review_service.services import sessions
from review_service.services.applicant import applying
from review_service.web.auth import COOKIES
from tests.conftest import _create_database, _postgres_url
from tests.e2e.stack import Person, Stack, running
from tests.factories import SHEET
from tests.servers import ServerRoom, start_postgres, start_redis
from tests.smtp_sink import smtp_sink

PHOTOS: Final = 20
FIRST_BAR_SECONDS: Final = 3.0
"""Bar of the issue, for the first verdicts on 2 cores."""
FIRST_ASK, SLOWER, LONGEST_ASK = 0.4, 1.5, 5.0
"""Seconds; as in ``following.js``."""
PATIENCE_SECONDS: Final = 120.0
DATABASES: Final = ("postgresql", "sqlite")
NOT_MODIFIED: Final = 304
FIELD: Final = "Content-Disposition: form-data; name="


@dataclass(frozen=True, kw_only=True)
class Run:
    """Times of one sending, in seconds."""

    database: str
    way: str
    first_seconds: float
    """From the end of the upload that it belongs to."""
    all_seconds: float
    """From the end of the last upload."""
    questions: int
    answered_bytes: int

    @property
    def holds(self) -> bool:
        """Whether the first verdict comes within the bar."""
        return self.first_seconds <= FIRST_BAR_SECONDS


@dataclass
class Applicant:
    """An HTTP client that sends the same requests as an applicant's browser."""

    stack: Stack
    cookie: str
    application_id: UUID
    token: str = ""
    form_cookie: str = ""
    questions: int = 0
    answered_bytes: int = 0

    def open(self, path: str) -> str:
        """Open a page and remember the token of its forms."""
        response, body = self._ask("GET", path)
        for name, value in response.getheaders():
            if name.lower() == "set-cookie" and not value.startswith(self.cookie):
                self.form_cookie = value.partition(";")[0]
        page = body.decode()
        self.token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
        return page

    def send(self, path: str, fields: Mapping[str, str], name: str, data: bytes) -> Any:  # noqa: ANN401 -- JSON
        """Send one file as the page's script does; return the answer."""
        boundary = uuid4().hex
        head = b"".join(
            f'--{boundary}\r\n{FIELD}"{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in {"csrf_token": self.token, **fields}.items()
        )
        head += f'--{boundary}\r\n{FIELD}"{name}"; '.encode()
        head += b'filename="foto"\r\nContent-Type: application/octet-stream\r\n\r\n'
        body = head + data + f"\r\n--{boundary}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        response, answer = self._ask("POST", path, body=body, headers=kind)
        if response.status >= NOT_MODIFIED:
            raise SystemExit(f"{path}: {response.status} {answer[:300]!r}")
        return json.loads(answer)

    def ask(self, path: str, tag: str) -> tuple[str, Any]:
        """Ask how far the checks are; None when nothing is new."""
        response, body = self._ask("GET", path, headers={"If-None-Match": tag} if tag else {})
        self.questions += 1
        self.answered_bytes += len(body)
        if response.status == NOT_MODIFIED:
            return tag, None
        return response.getheader("ETag") or "", json.loads(body)

    def _ask(
        self, method: str, path: str, *, body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[HTTPResponse, bytes]:  # fmt: skip
        parts = urlsplit(self.stack.base)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
        wanted = {"Accept": "text/html" if method == "GET" and not headers else "application/json"}
        if "estado" in path or method == "POST":
            wanted["Accept"] = "application/json"
        cookies = "; ".join(part for part in (self.cookie, self.form_cookie) if part)
        try:
            connection.request(
                method, path, body=body, headers={**wanted, **(headers or {}), "Cookie": cookies}
            )
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()


def applicant_of(stack: Stack) -> Applicant:
    """Return a new, signed-in applicant with a draft."""
    person: Person = stack.newcomer()
    with stack.container.writing() as uow:
        signed = sessions.start_applicant(uow, ruc=person.ruc)
        uow.commit()
    application_id = applying.open_application(
        stack.container.writing(),
        registry=stack.container.registry,
        ruc=person.ruc,
        kind=ApplicationKind.NEW,
    )
    applying.save_sheet(
        stack.container.writing(),
        application_id=application_id,
        ruc=person.ruc,
        values=SHEET,
        kind=ApplicationKind.NEW,
    )
    name = COOKIES[SessionKind.APPLICANT]
    return Applicant(stack=stack, cookie=f"{name}={signed.token}", application_id=application_id)


def version_in(page: str) -> str:
    """Return what the first form of a page says that it was made from."""
    return page.split('name="version" value="', 1)[1].split('"', 1)[0]


def as_one_pdf(stack: Stack, database: str, photos: Sequence[bytes]) -> Run:
    """Send one PDF and ask for its pages."""
    applicant = applicant_of(stack)
    base = f"/solicitudes/{applicant.application_id}"
    version = version_in(applicant.open(f"{base}/pdf"))
    pdf = files.evidence_pdf(photos)
    applicant.send(f"{base}/pdf/subir", {"upload_key": uuid4().hex, "version": version}, "pdf", pdf)
    ended = time.monotonic()
    waiting = applicant.open(f"{base}/pdf")  # the browser goes there by itself
    first = time.monotonic() - ended if 'id="pagina-' in waiting else None
    if 'data-wait="' not in waiting:
        done = time.monotonic() - ended
        return _run(database, "one PDF", done, done, applicant)
    path = waiting.split('data-wait="', 1)[1].split('"', 1)[0]
    held: set[str] = {part.split('"', 1)[0] for part in waiting.split('data-page="')[1:]}
    for answer in _asked(applicant, lambda: path):
        if answer["done"] and first is None:
            first = time.monotonic() - ended
        held.update(str(page["number"]) for page in answer["pages"])
        if answer["settled"] or len(held) == len(photos):
            break
    return _run(database, "one PDF", first, time.monotonic() - ended, applicant)


def one_by_one(stack: Stack, database: str, photos: Sequence[bytes]) -> Run:
    """Send single photos in turn while the page asks for their verdicts."""
    applicant = applicant_of(stack)
    base = f"/solicitudes/{applicant.application_id}"
    version = version_in(applicant.open(f"{base}/fotos"))
    sent: dict[str, float] = {}
    shown: dict[str, float] = {}
    over = threading.Event()

    def question() -> str:
        waiting = [one for one in dict(sent) if one not in shown]
        return f"{base}/fotos/estado?ids={','.join(waiting)}" if waiting else ""

    def watch() -> None:
        while not (over.is_set() and len(shown) == len(sent)):
            if not question():
                time.sleep(0.01)
                continue
            for answer in _asked(applicant, question):
                settled = [card["id"] for card in answer["cards"] if not card["waits"]]
                shown.update(dict.fromkeys(settled, time.monotonic()))
                if not question():
                    break

    watcher = threading.Thread(target=watch)
    watcher.start()
    for place, photo in enumerate(photos):
        theme = list(Theme)[place % 4].value
        fields = {"theme": theme, "upload_key": uuid4().hex, "version": version}
        answer = applicant.send(f"{base}/fotos/subir", fields, "photos", photo)
        sent[answer["cards"][0]["id"]] = time.monotonic()
    ended = time.monotonic()
    over.set()
    watcher.join(PATIENCE_SECONDS)
    if len(shown) < len(photos):
        raise SystemExit("not every photo got its verdict")
    earliest = min(shown, key=lambda one: shown[one])
    first, last = shown[earliest] - sent[earliest], max(shown.values()) - ended
    return _run(database, "one by one", first, max(0.0, last), applicant)


def _asked(applicant: Applicant, address: Callable[[], str]) -> Iterator[Any]:
    """Ask as ``following.js`` does; yield what is new."""
    wait, tag, started = FIRST_ASK, "", time.monotonic()
    while time.monotonic() - started < PATIENCE_SECONDS:
        time.sleep(wait)
        wait = min(wait * SLOWER, LONGEST_ASK)
        path = address()
        if not path:
            return
        tag, answer = applicant.ask(path, tag)
        if answer is not None:
            if answer.get("pages") or answer.get("cards"):
                wait = FIRST_ASK
            yield answer
    raise SystemExit("no verdict in time")


def _run(
    database: str, way: str, first: float | None, everything: float, applicant: Applicant
) -> Run:
    if first is None:
        raise SystemExit("no verdict was seen")
    return Run(
        database=database,
        way=way,
        first_seconds=round(first, 2),
        all_seconds=round(everything, 2),
        questions=applicant.questions,
        answered_bytes=applicant.answered_bytes,
    )


def naive_seconds(pdf: bytes) -> tuple[float, float]:
    """Run the naive pipeline; return the seconds until its first and its last photo are checked."""
    started, first = time.monotonic(), 0.0
    for page in pypdf.PdfReader(BytesIO(pdf)).pages:
        for found in page.images:
            if found.image is None:
                continue
            picture = found.image.convert("RGB")
            grey = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2GRAY)
            cv2.Laplacian(grey, cv2.CV_64F).var()
            picture.resize((480, 360), Image.Resampling.LANCZOS).save(BytesIO(), "JPEG")
            first = first or time.monotonic() - started
    return first, time.monotonic() - started


@dataclass
class Measured:
    """Everything that was measured."""

    runs: list[Run] = field(default_factory=list)
    naive_first: float = 0.0
    naive_all: float = 0.0


@contextmanager
def _services(folder: Path, only: str | None) -> Iterator[Iterator[tuple[str, Stack]]]:
    room = ServerRoom.open()

    def stacks() -> Iterator[tuple[str, Stack]]:
        redis = room.server("redis", start_redis)
        for number, database in enumerate(DATABASES):
            if only not in {None, database}:
                continue
            home = folder / database
            home.mkdir()
            if database == "postgresql":
                server = room.server("postgres", lambda path: start_postgres(path, durable=True))
                url = _postgres_url(server, _create_database(server, "template1"))
            else:
                url = f"sqlite:///{home}/review.db"
            queue = f"redis://:{redis.password}@{redis.endpoint}/{number}"
            cores = len(os.sched_getaffinity(0))
            with (
                smtp_sink() as sink,
                running(home, database_url=url, redis_url=queue, sink=sink, workers=cores) as stack,
            ):
                _wait_for_workers(stack, cores)
                yield database, stack

    try:
        yield stacks()
    finally:
        room.close()


def _wait_for_workers(stack: Stack, wanted: int) -> None:
    parts = urlsplit(stack.base)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        connection.request("GET", "/salud")
        told = json.loads(connection.getresponse().read())
        connection.close()
        if told["workers"] >= wanted:
            return
        time.sleep(0.2)
    raise SystemExit("the workers did not start")


def measure(*, repeat: int, only: str | None) -> Measured:
    """Send in each way on each database; return the shortest times."""
    photos = [
        photo.jpeg for photo in files.photo_set(count=PHOTOS, width_px=files.EIGHT_MEGAPIXELS)
    ]
    measured = Measured()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        with _services(Path(name), only) as stacks:
            for database, stack in stacks:
                for way in (as_one_pdf, one_by_one):
                    found = [way(stack, database, photos) for _ in range(repeat)]
                    measured.runs.append(min(found, key=lambda run: run.first_seconds))
        measured.naive_first, measured.naive_all = naive_seconds(files.evidence_pdf(photos))
    return measured


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table, or one JSON object; 1 with ``--strict`` when a bar is missed."""
    parser = argparse.ArgumentParser(
        prog="benchmarks/before_sending.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--repeat", type=int, default=2, help="runs; the least of each counts")
    parser.add_argument("--only", choices=DATABASES, help="one database alone")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    options = parser.parse_args(arguments)
    measured = measure(repeat=options.repeat, only=options.only)
    sys.stdout.write(_as_json(measured) if options.json else _table(measured))
    return int(options.strict and bool(missed(measured)))


def missed(measured: Measured) -> list[str]:
    """Return the bars that are missed."""
    return [f"{run.database}, {run.way}: first verdict" for run in measured.runs if not run.holds]


def _as_json(measured: Measured) -> str:
    told = {
        "photos": PHOTOS,
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 2),
        "bar_first_seconds": FIRST_BAR_SECONDS,
        "runs": [asdict(run) | {"holds": run.holds} for run in measured.runs],
        "naive_first_seconds": round(measured.naive_first, 2),
        "naive_all_seconds": round(measured.naive_all, 2),
    }
    return json.dumps(told) + "\n"


def _table(measured: Measured) -> str:
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    lines = [
        f"{PHOTOS} photos of 8 MP, {cores} cores, load {load:.1f}; seconds after the upload's end",
        f"{'':26}{'first':>8}{'bar':>8}{'all':>8}{'questions':>11}{'kB':>8}",
    ]
    for run in measured.runs:
        mark = "" if run.holds else "  missed"
        lines.append(
            f"{run.database:12}{run.way:14}{run.first_seconds:8.2f}{FIRST_BAR_SECONDS:8.1f}"
            f"{run.all_seconds:8.2f}{run.questions:11}{run.answered_bytes / 1000:8.1f}{mark}"
        )
    lines.append(
        f"{'naive, nothing around it':26}{measured.naive_first:8.2f}{'':8}{measured.naive_all:8.2f}"
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
