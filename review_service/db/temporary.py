"""Temporary tables of one connection, and a fast way to fill them with lines of text.

Values are texts that both databases take: days as ``2015-03-02``, booleans as ``1`` and ``0``, None
where there is nothing. On PostgreSQL they go in by ``COPY``.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.orm import Session

from review_service.domain.errors import DatabaseDownError
from review_service.domain.imported_lines import NOTHING

FEW_SAMPLES: Final = "SET LOCAL default_statistics_target = 10"
"""A tenth of the rows that PostgreSQL would read: their number is what its plans need here."""
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

Line = Sequence[str | None]
"""The values of a row, in the order of the table's columns."""
Lines = Sequence[Line] | str
"""Some lines, or their text: each ended, its values parted by tabs, and nothing to be escaped."""


def make(session: Session, metadata: sa.MetaData, name: str, *columns: sa.Column[Any]) -> sa.Table:
    """Make a temporary table, which goes away with its connection."""
    table = sa.Table(name, metadata, *columns, prefixes=["TEMPORARY"])
    table.create(session.connection())
    return table


def fill(session: Session, table: sa.Table, batches: Iterable[Lines]) -> None:
    """Write lines into a temporary table, in the caller's transaction.

    Raises ``DatabaseDownError``.
    """
    if is_sqlite(session):
        _insert(session, table, batches)
    else:
        _copy(session, table, batches)
        analyze(session, table)


def analyze(session: Session, table: sa.Table) -> None:
    """Tell PostgreSQL how many rows a temporary table has; nobody else does."""
    if is_sqlite(session):
        return
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(FEW_SAMPLES)
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table.name)))


def names(table: sa.Table) -> list[str]:
    """Return the names of a table's columns, in their order."""
    return [column.name for column in table.columns]


def is_sqlite(session: Session) -> bool:
    """Whether the session talks to SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def _insert(session: Session, table: sa.Table, batches: Iterable[Lines]) -> None:
    columns = sa.table(table.name, *(sa.column(name) for name in names(table)))
    statement = str(sa.insert(columns).compile(dialect=session.get_bind().dialect))
    connection = session.connection()
    for batch in filter(None, batches):
        connection.exec_driver_sql(statement, _tuples(batch))


def _tuples(lines: Lines) -> list[tuple[str | None, ...]]:
    if not isinstance(lines, str):
        return [tuple(line) for line in lines]
    return [
        tuple(None if value == NOTHING else value for value in line.split("\t"))
        for line in lines.removesuffix("\n").split("\n")
    ]


def _copy(session: Session, table: sa.Table, batches: Iterable[Lines]) -> None:
    driver: Any = session.connection().connection.driver_connection
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names(table)))
    )
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copying:
            for batch in filter(None, batches):
                text = batch if isinstance(batch, str) else _copied(batch, len(table.c))
                copying.write(text.encode())
    except psycopg.OperationalError as error:
        session.connection().invalidate()  # it can't be rolled back either
        raise DatabaseDownError("the database went away", retryable=True) from error


def _copied(lines: Sequence[Line], width: int) -> str:
    """Return lines of so many cells as ``COPY`` reads them; all at once when none needs escapes."""
    try:
        text = "\n".join(map("\t".join, cast("Sequence[Sequence[str]]", lines)))
    except TypeError:  # None among them
        return "".join(_copied_line(line) for line in lines)
    if _is_plain(text, tabs=len(lines) * (width - 1), ends=len(lines) - 1):
        return f"{text}\n"
    return "".join(_copied_line(line) for line in lines)


def _copied_line(line: Line) -> str:
    try:
        text = "\t".join(cast("Sequence[str]", line))
    except TypeError:
        return _escaped(line)
    return f"{text}\n" if _is_plain(text, tabs=len(line) - 1, ends=0) else _escaped(line)


def _is_plain(text: str, *, tabs: int, ends: int) -> bool:
    return (
        "\\" not in text
        and "\r" not in text
        and text.count("\n") == ends
        and text.count("\t") == tabs
    )


def _escaped(line: Line) -> str:
    cells = (NOTHING if cell is None else cell.translate(_ESCAPES) for cell in line)
    return "\t".join(cells) + "\n"
