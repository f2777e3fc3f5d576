"""Reads and inserts many rows fast; values have the text form of SQLite on both databases.

Uuid: 32 hex digits. Moment: ``2026-11-20 12:30:01.123456``, UTC. Day: ``2026-11-20``. JSON: its
text. Enum: its value. Numbers, text, bytes and booleans as they are.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


class RowRefusedError(Exception):
    """The database refused a row."""


def as_it_is(column: sa.Column[Any], _dialect: str) -> sa.ColumnElement[Any]:
    """Select numbers, text, bytes and booleans unchanged."""
    return column


def as_text(column: sa.Column[Any], _dialect: str) -> sa.ColumnElement[Any]:
    """Select a column stored as text by both databases, without making Python objects of it."""
    return sa.type_coerce(column, sa.Text())


def as_json_text(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[Any]:
    """Select JSON as it was written, unparsed."""
    return as_text(column, dialect) if dialect == "sqlite" else sa.cast(column, sa.Text())


def as_uuid_text(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[Any]:
    """Select an id as 32 hex digits."""
    if dialect == "sqlite":
        return as_text(column, dialect)
    return sa.func.replace(sa.cast(column, sa.Text()), "-", "", type_=sa.Text())


def as_date_text(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[Any]:
    """Select a day, whatever the server's date style is."""
    if dialect == "sqlite":
        return as_text(column, dialect)
    return sa.func.to_char(column, "YYYY-MM-DD", type_=sa.Text())


def as_utc_text(column: sa.Column[Any], dialect: str) -> sa.ColumnElement[Any]:
    """Select a time in UTC, whatever the session's time zone is."""
    if dialect == "sqlite":
        return as_text(column, dialect)
    utc = sa.func.timezone("UTC", column)
    return sa.func.to_char(utc, "YYYY-MM-DD HH24:MI:SS.US", type_=sa.Text())


def prepare(session: Session) -> None:
    """Make ready for many inserts in this transaction.

    SQLite gets a cache of 64 MiB: with its usual 2 MB it reads index pages again and again,
    as ids are random.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("PRAGMA cache_size = -65536"))


def insert(session: Session, table: sa.Table, names: Sequence[str], rows: Sequence[Any]) -> None:
    """Insert rows of such values, in the caller's transaction.

    Raises ``RowRefusedError`` when a constraint or a type does not allow one.
    """
    if session.get_bind().dialect.name == "sqlite":
        _insert_on_sqlite(session, table, names, rows)
    else:
        _copy_to_postgresql(session, table, names, rows)


def _insert_on_sqlite(
    session: Session, table: sa.Table, names: Sequence[str], rows: Sequence[Any]
) -> None:
    columns = sa.table(table.name, *(sa.column(name) for name in names))
    statement = str(sa.insert(columns).compile(dialect=session.get_bind().dialect))
    try:
        session.connection().exec_driver_sql(statement, [tuple(row) for row in rows])
    except (DBAPIError, OverflowError) as error:
        raise RowRefusedError(str(error)) from error


def _copy_to_postgresql(
    session: Session, table: sa.Table, names: Sequence[str], rows: Sequence[Any]
) -> None:
    connection = session.connection()
    connection.execute(sa.text("SET LOCAL TIME ZONE 'UTC'"))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copying:
            for row in rows:
                copying.write_row(row)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise RowRefusedError(str(error)) from error
