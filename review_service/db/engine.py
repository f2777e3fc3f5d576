"""Makes the database engine, so that PostgreSQL and SQLite behave alike."""

import sqlite3
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url

from review_service.domain.folding import fold

CONNECT_TIMEOUT_SECONDS = 5
SQLITE_BUSY_SECONDS = 15
PATIENTLY, AT_ONCE = "PRAGMA busy_timeout = 15000", "PRAGMA busy_timeout = 0"
"""How long a connection of SQLite waits for another that writes."""
POOL_SIZE = 10
MOST_CONNECTIONS = 2 * POOL_SIZE
"""Connections of one process; ``POOL_SIZE`` of them are kept when nobody uses them."""
POOL_WAIT_SECONDS = 5
"""Longest wait for one of them to be free: they are so for long only when the database hangs."""
FOLDED_IN_SQLITE = "review_service_folded"
"""Name of ``fold`` as a function of SQLite, which knows no accents."""
WRITES = "review_service_writes"
"""Execution option: this connection's transaction will write."""
IMPATIENT = "review_service_impatient"
"""Execution option: it fails rather than wait for another transaction that writes."""


def make_engine(url: str) -> sa.Engine:
    """Return an engine for ``sqlite:///path`` or ``postgresql[+psycopg]://…``; connects lazily."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    engine = sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=MOST_CONNECTIONS - POOL_SIZE,
        pool_timeout=POOL_WAIT_SECONDS,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _compile_nothing(connection: psycopg.Connection, _record: object) -> None:
        # PostgreSQL would compile a query whose cost it overrates for 0.2 s, to save none of it.
        connection.autocommit = True
        connection.execute("SET jit = off")
        connection.autocommit = False

    return engine


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=MOST_CONNECTIONS - POOL_SIZE,
        pool_timeout=POOL_WAIT_SECONDS,
        connect_args={"timeout": SQLITE_BUSY_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        # The driver would commit DDL by itself; we begin our own transactions below.
        connection.isolation_level = None
        connection.create_function(FOLDED_IN_SQLITE, 1, _folded, deterministic=True)
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A deferred transaction that turns into a writer fails at once when another one wrote.
        options = connection.get_execution_options()
        if options.get(WRITES, False):
            is_impatient = options.get(IMPATIENT, False)
            connection.exec_driver_sql(AT_ONCE if is_impatient else PATIENTLY)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _folded(text: str | None) -> str | None:
    return None if text is None else fold(text)


def insert_if_absent(session: Any, row: type[Any], **values: Any) -> bool:  # noqa: ANN401 -- row values
    """Insert unless a row with the same unique key exists; return whether a row was added."""
    dialect = session.get_bind().dialect.name
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert  # noqa: PLC0415

        statement: Any = sqlite_insert(row).values(**values).on_conflict_do_nothing()
    else:
        from sqlalchemy.dialects.postgresql import insert as postgres_insert  # noqa: PLC0415

        statement = postgres_insert(row).values(**values).on_conflict_do_nothing()
    # The row count says -1 on PostgreSQL; only a row that was added comes back.
    key = sa.inspect(row).primary_key[0]
    return session.execute(statement.returning(key)).first() is not None
