# ruff: noqa: INP001 -- a program of its own, not a package
"""Lets many processes take cases at once, on both databases, and counts what was taken twice.

python benchmarks/claims.py [--clients 8] [--claims 10000] [--json] [--strict]

So many cases are put into review on an empty database; each client is a process of its own with an
officer of its own, and takes the next case until there is none; who gets no answer asks again. A
claim lasts longer than the whole measurement, so a case that is handed out twice is a double, and
one that nobody got is forgotten.
``inversions`` counts, for each client, cases that had come in before the one it took last: it must
be 0 for one client, and of many fewer than there are clients, each of which may once let go what
another passed over meanwhile. ``--strict`` ends with 1 for a double, a forgotten case or more.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, cast
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from review_service.db.database import Database
from review_service.db.models import ApplicationRow
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.errors import DatabaseDownError
from review_service.services.review import claiming
from tests.conftest import migrate_to_head
from tests.factories import RUC, SHEET, RememberedBells, add_officer, make_office
from tests.servers import start_postgres

AT_ONCE: Final = 500
"""Rows of one INSERT while cases are put into review."""
PATIENCE_SECONDS: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the clients got on one database."""

    database: str
    clients: int
    claims: int
    doubles: int
    forgotten: int
    inversions: int
    seconds: float
    per_second: float
    slowest_ms: float


def main() -> int:
    """Measure, print a table or one JSON object; 1 when a bar is missed and that was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--claims", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    options = parser.parse_args()
    found = measure(clients=options.clients, claims=options.claims)
    told: Mapping[str, Any] = {
        "doubles": sum(each.doubles for each in found),
        "databases": [asdict(each) for each in found],
    }
    wrong = missed(told)
    if options.json:
        sys.stdout.write(json.dumps({**told, "missed": wrong}) + "\n")
    else:
        sys.stdout.write(_table(found, wrong))
    return 1 if wrong and options.strict else 0


def missed(told: Mapping[str, Any]) -> list[str]:
    """Return the bars that are missed, for each database; ``told`` is as ``--json`` prints it."""
    return [
        f"{each['database']}: {each[name]} {name}"
        for each in told["databases"]
        for name, most in (("doubles", 0), ("forgotten", 0), ("inversions", each["clients"] - 1))
        if each[name] > most
    ]


def measure(*, clients: int, claims: int) -> Sequence[Outcome]:
    """Return what happened on PostgreSQL and on SQLite, each started anew."""
    with tempfile.TemporaryDirectory(prefix="claims-") as name:
        folder = Path(name)
        (folder / "server").mkdir()
        folder.chmod(0o755)  # the server runs as another user
        server = start_postgres(folder / "server")
        url = f"postgresql+psycopg://{server.user}:{server.password}@{server.endpoint}/postgres"
        try:
            return [
                _on("postgresql", url, folder, clients, claims),
                _on("sqlite", f"sqlite:///{folder / 'claims.db'}", folder, clients, claims),
            ]
        finally:
            server.stop()


def _on(kind: str, url: str, folder: Path, clients: int, claims: int) -> Outcome:
    migrate_to_head(url)
    office = make_office(url, folder / kind)
    officers = [add_officer(office, f"client-{number}") for number in range(clients)]
    order = {each: place for place, each in enumerate(_cases(office.database, claims))}
    office.database.engine.dispose()
    with multiprocessing.get_context("spawn").Pool(clients) as pool:
        start = time.time() + 5  # every process has loaded its modules by then
        work = [(url, officer, start) for officer in officers]
        got = pool.starmap_async(take_all, work).get(timeout=PATIENCE_SECONDS)
    taken = Counter(each for client in got for each, _ in client)
    moments = [moment for client in got for _, moment in client]
    seconds = max(ended for client in got for _, (_, ended) in client) - start
    return Outcome(
        database=kind,
        clients=clients,
        claims=taken.total(),
        doubles=sum(count - 1 for count in taken.values()),
        forgotten=claims - len(taken),
        inversions=sum(
            order[after] < order[before]
            for client in got
            for (before, _), (after, _) in pairwise(client)
        ),
        seconds=round(seconds, 1),
        per_second=round(taken.total() / seconds, 1),
        slowest_ms=round(1000 * max(ended - began for began, ended in moments), 1),
    )


def take_all(url: str, officer_id: UUID, start: float) -> list[tuple[UUID, tuple[float, float]]]:
    """Take cases from the given moment on until there is none; return each with its times."""
    database = Database(url, RememberedBells())
    got: list[tuple[UUID, tuple[float, float]]] = []
    time.sleep(max(0.0, start - time.time()))
    while True:
        began = time.time()
        try:
            found = claiming.take_next(database.writing(), officer_id=officer_id)
        except DatabaseDownError:  # SQLite lets one of many who write wait for too long
            continue
        if found is None:
            database.engine.dispose()
            return got
        got.append((found, (began, time.time())))


def _cases(database: Database, count: int) -> list[UUID]:
    """Put cases into review, a second apart; return their ids, the oldest first."""
    ids = [uuid4() for _ in range(count)]
    with database.writing() as uow:
        first = uow.now - timedelta(seconds=count)
        table = cast("sa.Table", ApplicationRow.__table__)
        rows = [
            {
                "id": identifier,
                "reference": f"AR-2026-{place:06}",
                "ruc": RUC,
                "holder": "CHANGO PILLA SEGUNDO",
                "kind": ApplicationKind.NEW,
                "state": ApplicationState.IN_REVIEW,
                "sheet": dict(SHEET),
                "registry_facts": {},
                "created_at": first + timedelta(seconds=place),
                "changed_at": first + timedelta(seconds=place),
                "confirmed_at": first + timedelta(seconds=place),
                "due_at": first + timedelta(days=3, seconds=place),
            }
            for place, identifier in enumerate(ids)
        ]
        for begin in range(0, count, AT_ONCE):
            uow.session.execute(sa.insert(table), rows[begin : begin + AT_ONCE])
        uow.commit()
    return ids


def _table(found: Sequence[Outcome], missed: Sequence[str]) -> str:
    names = ("database", "clients", "claims", "doubles", "forgotten", "inversions", "seconds",
             "per_second", "slowest_ms")  # fmt: skip
    lines = ["".join(f"{name:>12}" for name in names)]
    lines += ["".join(f"{asdict(each)[name]:>12}" for name in names) for each in found]
    lines.append(
        f"missed: {', '.join(missed)}" if missed else "0 doubles, 0 forgotten, in order: reached"
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
