# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""Makes a database of many applications, keeps it between runs, and serves it.

PostgreSQL is filled by ``COPY`` without indexes and constraints, which are made at the end; SQLite
in one transaction.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from scale_rows import COLUMNS, NULL, Rows

from review_service.db.database import Database
from review_service.db.engine import make_engine
from review_service.db.migrate import migrate
from review_service.db.models import ChainHeadRow, CounterRow, OfficerRow
from review_service.domain.roles import OfficerRole
from review_service.domain.work import Lane
from tests.servers import start_postgres

VERIFICATION_KEY: Final = "a verification key of a benchmark that is long enough"
OFFICER: Final = UUID(int=20261126)
BATCH: Final = 5_000
STOP_SECONDS: Final = 120.0
_DEFERRED: Final = """
SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname),
    'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' || quote_ident(conname) || ' '
    || pg_get_constraintdef(pg_constraint.oid)
FROM pg_constraint JOIN pg_namespace ON pg_namespace.oid = connamespace
WHERE contype = :kind AND nspname = current_schema()
"""
_INDEXES: Final = """
SELECT 'DROP INDEX ' || quote_ident(indexname), indexdef FROM pg_indexes
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


class NoQueue:
    """A ``JobQueue`` that tells nobody."""

    def notify(self, task_id: UUID, *, lane: Lane) -> None:
        """Do nothing."""

    def ping(self) -> None:
        """Answer."""


@contextmanager
def filled(kind: str, applications: int, folder: Path) -> Iterator[Filled]:
    """Serve the database of that kind and size in ``folder``; it is made when it is not there."""
    home = folder / f"{kind}-{applications}"
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)  # the server runs as another user
    with _served(kind, home) as url:
        engine = make_engine(url)
        migrate(engine)
        marker = home / "filled"
        if not marker.exists():
            _fill(engine, applications)
            marker.touch()
        engine.dispose()
        rucs = max(1, applications * 5 // 7)
        yield Filled(kind=kind, applications=applications, url=url, folder=home, rucs=rucs)


@contextmanager
def _served(kind: str, home: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{home}/review.db"
        return
    place = home / "postgres"
    place.mkdir(exist_ok=True)
    server = start_postgres(place)
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
    _add_officer(engine)
    write = _in_sqlite if is_sqlite else _in_postgresql
    write(engine, rows, applications)
    _end(engine, rows)
    sys.stderr.write(f"filled {applications} in {time.monotonic() - began:.0f} s\n")


def _add_officer(engine: sa.Engine) -> None:
    with Database(
        str(engine.url.render_as_string(hide_password=False)), NoQueue()
    ).writing() as uow:
        # Not by the session, which would write an event where the lines begin theirs.
        uow.session.connection().execute(
            sa.insert(OfficerRow).values(
                id=OFFICER,
                user_name="banco",
                full_name="Banco de Pruebas",
                unit="Zonal 1",
                password_hash="",
                totp_secret="",
                created_at=uow.now,
                role=OfficerRole.SUPERVISOR,
                cedula="0900000007",
            )
        )
        uow.commit()


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
        connection.exec_driver_sql("SET TimeZone = 'UTC'")
        connection.exec_driver_sql("SET maintenance_work_mem = '512MB'")
        later = _without_indexes(connection)
        driver: Any = connection.connection.driver_connection
        for batch in _batches(rows, applications):
            for table, columns in COLUMNS.items():
                names = ", ".join(columns.split())
                with (
                    driver.cursor() as cursor,
                    cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copying,
                ):
                    copying.write("\n".join([*batch[table], ""]))
        for statement in later:
            connection.exec_driver_sql(statement)
        for table, column in (("page_texts", "position"), ("findings", "id")):
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'),"  # noqa: S608
                f" (SELECT max({column}) FROM {table}))"
            )
        connection.commit()
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")


def _without_indexes(connection: sa.Connection) -> list[str]:
    """Drop what slows COPY; return the statements that make it again, in their order."""
    later: list[str] = []
    connection.exec_driver_sql("SET session_replication_role = replica")
    for kind in ("f", "p", "u"):
        found = connection.execute(sa.text(_DEFERRED), {"kind": kind}).all()
        if kind != "f":  # what refers to a key is made after it
            later = [*(made for _, made in found), *later]
        else:
            later = [made for _, made in found]
        for drop, _ in found:
            connection.exec_driver_sql(drop)
    indexes = connection.execute(sa.text(_INDEXES)).all()
    for drop, _ in indexes:
        connection.exec_driver_sql(drop)
    return [*(made for _, made in indexes), *later, "SET session_replication_role = DEFAULT"]


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
