# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures time and peak memory of backup and restore of many applications.

python benchmarks/backup.py [--applications 20000] [--only sqlite|postgresql] [--json] [--strict]

Applications are generated: each with one document, a page of 40 words, a photo with its hashes, two
findings, a task, a mail, three events of a whole audit chain, five verdicts and an agreement; every
twentieth has a photo file of 200 kB. ``review-service backup`` and ``restore`` run as processes of
their own, from and into the same kind of database; their own peak of resident memory counts.
"""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.adapters.age_cipher import new_key
from review_service.adapters.local_store import LocalFileStore
from review_service.db import page_texts
from review_service.db.audit import HEAD_ID, PendingEvent, event_hash
from review_service.db.database import Database
from review_service.db.migrate import migrate
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    ChainHeadRow,
    DocumentRow,
    EventRow,
    FindingRow,
    MailRow,
    OfficerRow,
    PageRow,
    PageTextRow,
    PhotoRow,
    ReviewItemRow,
    TaskRow,
)
from review_service.domain.agreements import AgreementState
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import DocumentKind, DocumentState, PageKind
from review_service.domain.findings import Severity
from review_service.domain.refusals import RefusalReason
from review_service.domain.work import Lane, TaskKind, TaskState
from tests.factories import RememberedBells
from tests.servers import start_postgres

BAR_MIB: Final = 300
BATCH: Final = 1_000
FILE_EVERY: Final = 20
FILE_BYTES: Final = 200_000
WORDS: Final = 40
EVENTS: Final = 3
NOW: Final = datetime(2026, 11, 20, 12, 30, 1, 123456, tzinfo=UTC)
VOCABULARY: Final = ("taller", "artesana", "telar", "Otavalo", "acuerdo", "ministerio", "número")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One command: wall time in seconds, peak of resident memory in MiB."""

    seconds: float
    peak_mib: float


def main() -> int:
    """Fill, back up, restore; print a table or one JSON object; 1 when a bar is missed."""
    options = _options()
    figures: dict[str, dict[str, Any]] = {}
    for kind in ("sqlite", "postgresql"):
        if options.only in (None, kind):
            with tempfile.TemporaryDirectory(prefix="backup-", dir=options.folder) as folder:
                figures[kind] = _measured(kind, Path(folder), options.applications)
    missed = [
        f"{kind} {name}"
        for kind, found in figures.items()
        for name in ("backup", "restore")
        if found[name]["peak_mib"] > BAR_MIB
    ]
    told = {"applications": options.applications, "bar_mib": BAR_MIB, "missed": missed, **figures}
    sys.stdout.write(json.dumps(told) + "\n" if options.json else _table(figures, options))
    return 1 if missed and options.strict else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--applications", type=int, default=20_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--folder", help="where to put databases, files and archives")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    return parser.parse_args()


def _measured(kind: str, folder: Path, applications: int) -> dict[str, Any]:
    key = folder / "backup.key"
    key.write_text(new_key(), encoding="ascii")
    archive = folder / "archive.age"
    with _databases(kind, folder) as (full, empty):
        rows = _fill(full, folder / "full", applications)
        figures = {
            "backup": _run("backup", archive, _environment(folder / "full", full, key)),
            "restore": _run("restore", archive, _environment(folder / "empty", empty, key)),
        }
        same = _count(full) == _count(empty)
    if not same:
        raise SystemExit(f"{kind}: the restored database has another number of rows")
    return {
        "rows": rows,
        "archive_mb": round(archive.stat().st_size / 1e6),
        **{
            name: {"seconds": round(one.seconds, 1), "peak_mib": round(one.peak_mib)}
            for name, one in figures.items()
        },
    }


@contextmanager
def _databases(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give the URLs of two empty databases."""
    for name in ("full", "empty"):
        (folder / name).mkdir()
    if kind == "sqlite":
        yield f"sqlite:///{folder}/full/review.db", f"sqlite:///{folder}/empty/review.db"
        return
    server = start_postgres(folder)
    try:
        base = f"postgresql://{server.user}:{server.password}@{server.endpoint}"
        administration = sa.create_engine(
            f"{base}/postgres".replace("postgresql:", "postgresql+psycopg:"),
            isolation_level="AUTOCOMMIT",
        )
        with administration.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE restored")
        administration.dispose()
        yield f"{base}/postgres", f"{base}/restored"
    finally:
        server.stop()


def _environment(data: Path, url: str, key: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
        "DATA_DIR": str(data),
        "DATABASE_URL": url,
        "BACKUP_KEY_FILE": str(key),
    }


def _run(command: str, archive: Path, env: Mapping[str, str]) -> Figure:
    """Run one command to its end. Raises ``SystemExit`` when it fails."""
    began = time.monotonic()
    process = subprocess.Popen(  # noqa: S603 -- our own command
        [sys.executable, "-m", "review_service.cli", command, str(archive)],
        env=dict(env),
        stdout=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} failed with {process.returncode}")
    return Figure(seconds=time.monotonic() - began, peak_mib=usage.ru_maxrss / 1024)


def _count(url: str) -> dict[str, int]:
    database = Database(url, RememberedBells())
    with database.reading() as uow:
        counted = {
            row.__tablename__: uow.session.execute(
                sa.select(sa.func.count()).select_from(row)
            ).scalar_one()
            for row in (ApplicationRow, PageRow, PageTextRow, PhotoRow, EventRow, AgreementRow)
        }
    database.engine.dispose()
    return counted


def _fill(url: str, data: Path, applications: int) -> int:
    """Write the applications; return how many rows they are."""
    database = Database(url, RememberedBells())
    migrate(database.engine)
    store = LocalFileStore(data / "files")
    store.prepare()
    chance, previous, rows = random.Random(7), "0" * 64, 1  # noqa: S311 -- the same at every run
    with database.writing() as uow:
        uow.session.connection().execute(sa.insert(OfficerRow), [_officer()])
        uow.commit()
    for first in range(0, applications, BATCH):
        numbers = range(first, min(first + BATCH, applications))
        events, previous = _events(numbers, previous)
        with database.writing() as uow:
            for table, values in {**_rows(numbers, chance), EventRow: events}.items():
                uow.session.connection().execute(sa.insert(table), values)
                rows += len(values)
            page_texts.bring_back(uow.session, _texts(numbers))
            rows += len(numbers)
            head = {"sequence": events[-1]["sequence"], "hash": previous}
            change = sa.update(ChainHeadRow).where(ChainHeadRow.id == HEAD_ID)
            uow.session.execute(change.values(**head))
            uow.commit()
        for number in numbers:
            if number % FILE_EVERY == 0:
                store.put(_key(number), BytesIO(_content(number)))
    database.engine.dispose()
    return rows


def _id(kind: int, number: int) -> UUID:
    """Return an id that looks as random as the service's own."""
    return UUID(bytes=hashlib.sha256(f"{kind}-{number}".encode()).digest()[:16], version=4)


APPLICATION, DOCUMENT, PAGE, OTHER = range(4)
OFFICER: Final = _id(OTHER, -1)


def _key(number: int) -> str:
    return f"originals/{_id(DOCUMENT, number)}"


def _content(number: int) -> bytes:
    return random.Random(number).randbytes(FILE_BYTES)  # noqa: S311 -- repeatable, guards nothing


def _officer() -> dict[str, Any]:
    return {
        "id": OFFICER,
        "user_name": "randrade",
        "full_name": "R. Andrade",
        "unit": "Zonal 1",
        "password_hash": "none",
        "totp_secret": "none",
        "created_at": NOW,
    }


def _rows(numbers: Sequence[int], chance: random.Random) -> dict[Any, list[dict[str, Any]]]:
    return {
        ApplicationRow: [_application(number) for number in numbers],
        DocumentRow: [_document(number) for number in numbers],
        PageRow: [_page(number, chance) for number in numbers],
        PhotoRow: [_photo(number, chance) for number in numbers],
        FindingRow: [_finding(number) for number in numbers for _ in range(2)],
        TaskRow: [_task(number) for number in numbers],
        MailRow: [_mail(number) for number in numbers],
        ReviewItemRow: [_verdict(number, item) for number in numbers for item in [*ReviewItem][:5]],
        AgreementRow: [_agreement(number) for number in numbers],
    }


def _application(number: int) -> dict[str, Any]:
    return {
        "id": _id(APPLICATION, number),
        "reference": f"AR-2026-{number:07}",
        "ruc": f"{number:013}",
        "kind": ApplicationKind.NEW,
        "state": ApplicationState.ISSUED,
        "holder": f"TITULAR NÚMERO {number}",
        "sheet": {"trade": "Tejidos a mano", "canton": "Otavalo", "address": f"Calle {number}"},
        "registry_facts": {"status": "active", "activity": "Fabricación de textiles"},
        "created_at": NOW,
        "changed_at": NOW,
        "sent_at": NOW,
        "confirmed_at": NOW,
        "decided_by": OFFICER,
        "decided_at": NOW,
    }


def _document(number: int) -> dict[str, Any]:
    kept = number % FILE_EVERY == 0
    return {
        "id": _id(DOCUMENT, number),
        "application_id": _id(APPLICATION, number),
        "kind": DocumentKind.EVIDENCE,
        "state": DocumentState.CHECKED if kept else DocumentState.REFUSED,
        "refusal": None if kept else RefusalReason.DAMAGED,
        "upload_key": "evidence",
        "file_name": "fotos.pdf",
        "size_bytes": FILE_BYTES,
        "sha256": hashlib.sha256(_content(number)).hexdigest() if kept else f"{number:064}",
        "storage_key": _key(number) if kept else None,
        "created_at": NOW,
        "checked_at": NOW,
    }


def _page(number: int, chance: random.Random) -> dict[str, Any]:
    words = [
        [chance.choice(VOCABULARY), 91.5, 100 + place, 200 + place, 80, 20]
        for place in range(WORDS)
    ]
    return {
        "id": _id(PAGE, number),
        "document_id": _id(DOCUMENT, number),
        "number": 1,
        "kind": PageKind.PHOTO,
        "width_px": 1654,
        "height_px": 2339,
        "sharpness": chance.random(),
        "exposure": chance.random(),
        "photos": [],
        "words": words,
    }


def _texts(numbers: Sequence[int]) -> list[dict[str, Any]]:
    return [{"position": number + 1, "page_id": _id(PAGE, number)} for number in numbers]


def _photo(number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "page_id": _id(PAGE, number),
        "position": 1,
        "sha256": f"{number:064}",
        "pdq_forms": chance.randbytes(8 * 32),
        "pdq_views": chance.randbytes(51 * 32),
        "pdq_quality": 90,
        "box": {"left": 1, "top": 2, "width": 3, "height": 4},
        "index_position": number + 1,
    }


def _finding(number: int) -> dict[str, Any]:
    return {
        "application_id": _id(APPLICATION, number),
        "document_id": _id(DOCUMENT, number),
        "page": 1,
        "check_name": "sharpness",
        "code": "blurred",
        "severity": Severity.DOUBT,
        "message": "La foto está movida.",
        "advice": "Apoye el teléfono y tómela otra vez.",
    }


def _task(number: int) -> dict[str, Any]:
    return {
        "id": _id(OTHER, number),
        "kind": TaskKind.CHECK_DOCUMENT,
        "lane": Lane.INTAKE,
        "subject_id": _id(DOCUMENT, number),
        "idempotency_key": f"check:{number}",
        "state": TaskState.DONE,
        "run_after": NOW,
        "created_at": NOW,
        "finished_at": NOW,
    }


def _mail(number: int) -> dict[str, Any]:
    return {
        "id": _id(OTHER, number),
        "application_id": _id(APPLICATION, number),
        "event": "issued",
        "recipient": f"persona{number}@correo.example",
        "context": {"number": f"A-2026-{number:06}", "holder": f"TITULAR NÚMERO {number}"},
        "created_at": NOW,
        "sent_at": NOW,
    }


def _verdict(number: int, item: ReviewItem) -> dict[str, Any]:
    return {
        "application_id": _id(APPLICATION, number),
        "item": item,
        "verdict": ItemVerdict.ACCEPTED,
        "judged_by": OFFICER,
        "judged_at": NOW,
    }


def _agreement(number: int) -> dict[str, Any]:
    return {
        "id": _id(OTHER, number),
        "application_id": _id(APPLICATION, number),
        "year": 2026,
        "serial": number + 1,
        "number": f"A-2026-{number:06}",
        "ruc": f"{number:013}",
        "state": AgreementState.NUMBERED,
        "snapshot": {"holder": f"TITULAR NÚMERO {number}", "clauses": ["Texto de un artículo"] * 5},
        "valid_from": date(2026, 11, 20),
        "valid_until": date(2027, 11, 20),
        "token_hash": hashlib.sha256(f"token {number}".encode()).hexdigest(),
        "code_hash": hashlib.sha256(f"code {number}".encode()).hexdigest(),
        "file_identifier": f"{number:032x}",
        "numbered_at": NOW,
    }


def _events(numbers: Sequence[int], previous: str) -> tuple[list[dict[str, Any]], str]:
    made = []
    for sequence in range(numbers[0] * EVENTS + 1, (numbers[-1] + 1) * EVENTS + 1):
        event = PendingEvent(
            actor="worker",
            action="document_checked",
            subject_id=_id(DOCUMENT, sequence // EVENTS),
            details={"pages": 1, "findings": 2},
        )
        digest = event_hash(sequence=sequence, at=NOW, event=event, previous=previous)
        made.append(
            {
                "sequence": sequence,
                "at": NOW,
                "actor": event.actor,
                "action": event.action,
                "subject_id": event.subject_id,
                "details": event.details,
                "previous_hash": previous,
                "hash": digest,
            }
        )
        previous = digest
    return made, previous


def _table(figures: Mapping[str, Mapping[str, Any]], options: argparse.Namespace) -> str:
    lines = [f"{options.applications} applications, bar {BAR_MIB} MiB of resident memory"]
    for kind, found in figures.items():
        lines.append(f"\n{kind}: {found['rows']} rows, archive of {found['archive_mb']} MB")
        for name in ("backup", "restore"):
            one = found[name]
            verdict = "ok" if one["peak_mib"] <= BAR_MIB else "MISSED"
            lines.append(f"  {name:<10}{one['seconds']:>8.1f} s{one['peak_mib']:>8} MiB  {verdict}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
