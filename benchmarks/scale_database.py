# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""Makes a database of many applications, keeps it between runs, and serves it.

PostgreSQL is filled by ``COPY`` without indexes, constraints and write-ahead log, while the next
rows are made; indexes and constraints follow on two connections. SQLite is filled in one
transaction.
"""

import ast
import hashlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from scale_rows import COLUMNS, NULL, Rows, taxpayers

from review_service.db.engine import make_engine
from review_service.db.migrate import migrate
from review_service.db.models import ChainHeadRow, CounterRow
from tests.servers import start_postgres

VERIFICATION_KEY: Final = "a verification key of a benchmark that is long enough"
OFFICER: Final = UUID(int=20261126)
BATCH: Final = 5_000
STOP_SECONDS: Final = 120.0
WITHOUT_LOG: Final = {"wal_level": "minimal", "max_wal_senders": "0"}
"""Settings of PostgreSQL with which a table that is emptied and filled at once needs no log."""
SEARCHED_LONGEST: Final = ("page_texts", "application_search")
"""Tables whose indexes take about as long as those of all others."""
CHANGES_OF_A_TEXT: Final = 3
"""Positions that the text of an application used up when it was changed last."""
FILLED_BY: Final = ("scale_database.py", "scale_facts.py", "scale_rows.py")
"""The code that makes the rows: what an older version of it filled is another database."""
MADE_BY_TRIGGERS: Final = ("application_search", "queued_cases", "queued_groups")
QUEUED: Final = (
    """
INSERT INTO queued_groups (track, kind, province, canton)
SELECT DISTINCT track, kind, sheet ->> 'province', sheet ->> 'canton'
FROM applications WHERE state = 'in_review'
""",
    """
INSERT INTO queued_cases (application_id, due_at, confirmed_at, track, kind, province, canton,
    group_id, is_corrected, is_referred)
SELECT a.id, due_at, confirmed_at, a.track, a.kind, g.province, g.canton, g.id,
    EXISTS (SELECT 1 FROM corrections c WHERE c.application_id = a.id
        AND c.answered_at IS NOT NULL), referral IS NOT NULL
FROM applications a JOIN queued_groups g ON (g.track, g.kind, g.province, g.canton)
    = (a.track, a.kind, sheet ->> 'province', sheet ->> 'canton')
WHERE state = 'in_review'
""",
)
"""What the triggers do, which COPY does not wake here."""
_DEFERRED: Final = """
SELECT conrelid::regclass::text,
    'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname),
    'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' || quote_ident(conname) || ' '
    || pg_get_constraintdef(pg_constraint.oid)
FROM pg_constraint JOIN pg_namespace ON pg_namespace.oid = connamespace
WHERE contype = :kind AND nspname = current_schema()
"""
_INDEXES: Final = """
SELECT tablename, 'DROP INDEX ' || quote_ident(indexname), indexdef FROM pg_indexes
WHERE schemaname = current_schema()
    AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u'))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A database with many applications, and the environment of the processes that use it."""

    kind: str
    applications: int
    url: str
    folder: Path
    rucs: int
    """Taxpayers; RUC of an application as ``Rows.ruc`` gives it."""

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables of a process on this database."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "REDIS_URL": f"unix://{self.folder}/no.sock",
            "DEMONSTRATION": "1",
            "SECRET_KEY": "one more secret of a benchmark, for forms and links",
            "VERIFICATION_KEY": VERIFICATION_KEY,
            "SCALE_APPLICATIONS": str(self.applications),
        }


@contextmanager
def filled(kind: str, applications: int, folder: Path) -> Iterator[Filled]:
    """Serve the database of that kind and size in ``folder``; it is made when it is not there.

    One that other rows filled ends the program: its pages would have other figures.
    """
    home = folder / f"{kind}-{applications}"
    marker = home / "filled"
    rows = _rows_digest()
    if marker.exists() and marker.read_text() != rows:
        raise SystemExit(f"{home} was filled with other rows: delete it, or use another folder")
    if not marker.exists():
        shutil.rmtree(home, ignore_errors=True)  # what was cut short is begun anew
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)  # the server runs as another user
    with _served(kind, home) as url:
        engine = make_engine(url)
        migrate(engine)
        if not marker.exists():
            _fill(engine, applications)
            marker.write_text(rows)
        engine.dispose()
        rucs = taxpayers(applications)
        yield Filled(kind=kind, applications=applications, url=url, folder=home, rucs=rucs)


def _rows_digest() -> str:
    """Return a digest of the code that makes the rows, without its comments."""
    trees = (ast.parse(Path(__file__).with_name(name).read_text("utf-8")) for name in FILLED_BY)
    return hashlib.sha256("".join(map(ast.dump, trees)).encode()).hexdigest()


@contextmanager
def _served(kind: str, home: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{home}/review.db"
        return
    place = home / "postgres"
    place.mkdir(exist_ok=True)
    server = start_postgres(place, settings=WITHOUT_LOG)
    try:
        yield f"postgresql://{server.user}:{server.password}@{server.endpoint}/postgres"
    finally:
        os.kill(server.pid, signal.SIGINT)  # in peace: the data is kept
        if not server.wait(STOP_SECONDS):
            server.stop()


def _fill(engine: sa.Engine, applications: int) -> None:
    began = time.monotonic()
    is_sqlite = engine.dialect.name == "sqlite"
    rows = Rows(total=applications, key=VERIFICATION_KEY, officer=OFFICER, is_sqlite=is_sqlite)
    write = _in_sqlite if is_sqlite else _in_postgresql
    write(engine, rows, applications)
    _end(engine, rows)
    sys.stderr.write(f"filled {applications} in {time.monotonic() - began:.0f} s\n")


def _batches(rows: Rows, applications: int) -> Iterator[dict[str, list[str]]]:
    for number in range(applications):
        rows.add(number)
        if number % BATCH == BATCH - 1:
            yield rows.take()
    yield rows.take()


def _in_sqlite(engine: sa.Engine, rows: Rows, applications: int) -> None:
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("PRAGMA cache_size=-500000")
        driver.execute("BEGIN IMMEDIATE")
        for batch in _batches(rows, applications):
            for table, columns in COLUMNS.items():
                names = columns.split()
                marks = ", ".join("?" * len(names))
                driver.executemany(
                    f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608
                    [
                        [None if cell == NULL else cell for cell in line.split("\t")]
                        for line in batch[table]
                    ],
                )
        driver.execute("COMMIT")
        driver.execute("ANALYZE")


def _in_postgresql(engine: sa.Engine, rows: Rows, applications: int) -> None:
    with engine.connect() as connection:
        searched = _searched(connection)
        later = _without_indexes(connection)
        connection.exec_driver_sql(f"TRUNCATE {', '.join([*COLUMNS, *MADE_BY_TRIGGERS])} CASCADE")
        driver: Any = connection.connection.driver_connection
        for batch in _ahead(_batches(rows, applications)):
            for table, columns in COLUMNS.items():
                names = ", ".join(columns.split())
                with (
                    driver.cursor() as cursor,
                    cursor.copy(f"COPY {table} ({names}) FROM STDIN (FREEZE)") as copying,
                ):
                    for start in range(0, len(batch[table]), BATCH):
                        copying.write("\n".join([*batch[table][start : start + BATCH], ""]))
        _with_gaps(connection, searched)
        for statement in QUEUED:
            connection.exec_driver_sql(statement)
        for table, column in (("page_texts", "position"), ("findings", "id")):
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'),"  # noqa: S608
                f" (SELECT max({column}) FROM {table}))"
            )
        connection.commit()
    is_long = [table in SEARCHED_LONGEST for table, _ in later.own]
    with ThreadPoolExecutor(2) as both:
        parts = [
            [made for (_, made), long in zip(later.own, is_long, strict=True) if long is which]
            for which in (True, False)
        ]
        list(both.map(lambda part: _execute(engine, part), parts))
    _execute(engine, later.references)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")


def _with_gaps(connection: sa.Connection, searched: str) -> None:
    """Fill what officers search; each change of a text uses up a position, and texts change."""
    named = "SELECT pg_get_serial_sequence('application_search', 'position')"
    sequence = connection.exec_driver_sql(named).scalar_one()
    for statement in (
        f"ALTER SEQUENCE {sequence} INCREMENT BY {CHANGES_OF_A_TEXT}",
        searched,
        f"ALTER SEQUENCE {sequence} INCREMENT BY 1",
    ):
        connection.exec_driver_sql(statement)


def _searched(connection: sa.Connection) -> str:
    """Return the statement that fills what officers search, made from the service's trigger."""
    named = "SELECT prosrc FROM pg_proc WHERE proname = 'keep_application_search'"
    source: str = connection.exec_driver_sql(named).scalar_one()
    rest = source[source.index("SELECT a.id") : source.index("WHERE a.id = changed")]
    return f"INSERT INTO application_search (application_id, numbers, names) {rest}"


def _execute(engine: sa.Engine, statements: Sequence[str]) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("SET maintenance_work_mem = '768MB'")
        for statement in statements:
            connection.exec_driver_sql(statement)


def _ahead(batches: Iterator[dict[str, list[str]]]) -> Iterator[dict[str, list[str]]]:
    """Yield the batches, and make the next one meanwhile."""
    with ThreadPoolExecutor(1) as maker:
        following = maker.submit(next, batches, None)
        while (batch := following.result()) is not None:
            following = maker.submit(next, batches, None)
            yield batch


@dataclass(frozen=True, slots=True)
class Later:
    """What is made when the rows stand: by table, and the references between tables."""

    own: Sequence[tuple[str, str]]
    references: Sequence[str]


def _without_indexes(connection: sa.Connection) -> Later:
    """Drop what slows COPY; return the statements that make it again."""
    connection.exec_driver_sql("SET TimeZone = 'UTC'")
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    found = {
        kind: connection.execute(sa.text(_DEFERRED), {"kind": kind}).all()
        for kind in ("f", "p", "u")
    }
    found["i"] = connection.execute(sa.text(_INDEXES)).all()
    for rows in found.values():
        for _, drop, _ in rows:
            connection.exec_driver_sql(drop)
    own = [(table, made) for kind in ("i", "p", "u") for table, _, made in found[kind]]
    return Later(own=own, references=[made for _, _, made in found["f"]])


def _end(engine: sa.Engine, rows: Rows) -> None:
    """Write the chain's head and the counters, in which every row is counted."""
    with engine.begin() as connection:
        connection.execute(sa.update(ChainHeadRow).values(sequence=rows.sequence, hash=rows.head))
        connection.execute(
            sa.insert(CounterRow),
            [
                {"name": name, "year": year, "value": value}
                for (name, year), value in rows.counters.items()
            ],
        )
