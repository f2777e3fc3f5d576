"""Makes the database engine, so that PostgreSQL and SQLite behave alike."""

import sqlite3
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

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
UNUSED_SECONDS: Final = 1.0
"""A connection that nobody used for so long is asked whether it still lives before it is used."""
FOLDED_IN_SQLITE = "review_service_folded"
"""Name of ``fold`` as a function of SQLite, which knows no accents."""
LAST_USED = "review_service_last_used"
"""Where the pool notes when a connection was given back."""
WRITES = "review_service_writes"
"""Execution option: this connection's transaction will write."""
BY_STATEMENT = "review_service_by_statement"
"""Execution option of an engine: its connections have no transaction unless one is asked for."""
NO_TRANSACTION, IN_TRANSACTION = "AUTOCOMMIT", "READ COMMITTED"
"""Isolation levels of PostgreSQL's connections."""
IMPATIENT = "review_service_impatient"
"""Execution option: it fails rather than wait for another transaction that writes."""


def make_engine(url: str, *, for_pages: bool = False) -> sa.Engine:
    """Return an engine for ``sqlite:///path`` or ``postgresql[+psycopg]://…``; connects lazily.

    ``for_pages``, on PostgreSQL: its connections have no transaction unless a unit of work wants
    one (``with_options``), and take no more of the server's processes for one statement: to start
    them takes 20 ms, more than most pages ask for.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    engine = sa.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=POOL_SIZE,
        max_overflow=MOST_CONNECTIONS - POOL_SIZE,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_use_lifo=True,  # the one used last knows most statements, and need not be asked
        connect_args={"connect_timeout": CONNECT_TIMEOUT_SECONDS},
        isolation_level=NO_TRANSACTION if for_pages else None,
        skip_autocommit_rollback=True,
        execution_options={BY_STATEMENT: for_pages},
    )

    @event.listens_for(engine, "connect")
    def _set_for_short_statements(connection: psycopg.Connection, _record: object) -> None:
        # PostgreSQL would compile a query whose cost it overrates for 0.2 s, to save none of it.
        connection.autocommit = True
        connection.execute("SET jit = off")
        # A plan for any values knows nothing of limits, states or dates (ADR 0068).
        connection.execute("SET plan_cache_mode = force_custom_plan")
        if for_pages:
            connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.autocommit = for_pages

    _ask_whether_unused_ones_live(engine)
    return engine


def with_options(
    engine: sa.Engine | sa.Connection, *, writes: bool, impatient: bool, by_statement: bool
) -> sa.Engine | sa.Connection:
    """Return the engine, or the connection, as a unit of work of that kind uses it."""
    if isinstance(engine, sa.Connection):
        return engine.execution_options(**{WRITES: writes, IMPATIENT: impatient})
    return _engine_with_options(engine, writes, impatient, by_statement)


@lru_cache(maxsize=64)
def _engine_with_options(
    engine: sa.Engine,
    writes: bool,  # noqa: FBT001 -- as the cache wants them
    impatient: bool,  # noqa: FBT001
    by_statement: bool,  # noqa: FBT001
) -> sa.Engine:
    options: dict[str, Any] = {WRITES: writes, IMPATIENT: impatient}
    if by_statement is not engine.get_execution_options().get(BY_STATEMENT, False):
        options["isolation_level"] = NO_TRANSACTION if by_statement else IN_TRANSACTION
    return engine.execution_options(**options)


def before_reading(engine: sa.Engine, call: Callable[[], None]) -> None:
    """Call a function before each statement of the units that only read.

    Such a unit holds no row that others wait for, so that the function may wait.
    """

    @event.listens_for(engine, "before_cursor_execute")
    def _asks(connection: sa.Connection, *_: object) -> None:
        if not connection.get_execution_options().get(WRITES, False):
            call()


def _ask_whether_unused_ones_live(engine: sa.Engine) -> None:
    """Replace a connection that the server has ended, without a question before each use."""

    @event.listens_for(engine, "checkin")
    def _used(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[LAST_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:  # noqa: ANN401 -- a driver's
        last = record.info.get(LAST_USED)
        if last is None or time.monotonic() - last < UNUSED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as gone:
            raise InvalidatePoolError from gone


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


def dialect_insert(dialect: str, row: Any) -> Any:  # noqa: ANN401 -- a statement of the dialect
    """Return an INSERT of a database's dialect, which can say what to do about a conflict."""
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert  # noqa: PLC0415

        return sqlite_insert(row)
    from sqlalchemy.dialects.postgresql import insert as postgres_insert  # noqa: PLC0415

    return postgres_insert(row)


def insert_if_absent(session: Any, row: type[Any], **values: Any) -> bool:  # noqa: ANN401 -- row values
    """Insert unless a row with the same unique key exists; return whether a row was added."""
    statement = (
        dialect_insert(session.get_bind().dialect.name, row)
        .values(**values)
        .on_conflict_do_nothing()
    )
    # The row count says -1 on PostgreSQL; only a row that was added comes back.
    key = sa.inspect(row).primary_key[0]
    return session.execute(statement.returning(key)).first() is not None
