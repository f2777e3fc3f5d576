"""Exports and imports the rows of every table, a limited number at a time."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import bulk, page_texts
from review_service.db.base import Base
from review_service.db.models import ChainHeadRow, PageTextRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import InvalidInputError
from review_service.services.upkeep.archive.column_values import carried, changed, codec_of
from review_service.services.upkeep.archive.tar_format import DamagedArchiveError

FETCHED_ROWS: Final = 1_000
FETCHED_WIDE_ROWS: Final = 25
"""Of tables with JSON: one page's words may take a megabyte."""
PAGES_AT_ONCE: Final = 200
"""Pages whose words are read at once to make their index anew."""
MEMBER_BYTES: Final = 1024 * 1024
"""Size at which a member of the archive ends; restoring holds one member in memory."""
PROGRAM_TABLES: Final = frozenset({ChainHeadRow.__tablename__})
"""Tables that a migration fills, so that they are not empty in an empty database."""
BAD_ROW: Final = (
    "Una fila de la tabla «{table}» del respaldo no cabe en esta base de datos; no se cambió nada."
)

Plain = list[Any]
"""One row in the archive: the values of its columns, in the order that the manifest gives."""


def tables() -> Sequence[sa.Table]:
    """Return every table, parents before those that name them."""
    return Base.metadata.sorted_tables


def dumped(uow: UnitOfWork, table: sa.Table) -> Iterator[tuple[bytes, int]]:
    """Yield a table's rows as JSON lists of some rows each, with how many rows that are."""
    columns = carried(table)
    codecs = [codec_of(column) for column in columns]
    dialect = uow.session.get_bind().dialect.name
    selected = [
        codec.select(column, dialect) for codec, column in zip(codecs, columns, strict=True)
    ]
    changes = {place: each.encode for place, each in enumerate(codecs) if each.encode is not None}
    wide = any(isinstance(column.type, sa.JSON | sa.LargeBinary) for column in columns)
    fetched = FETCHED_WIDE_ROWS if wide else FETCHED_ROWS
    query = sa.select(*selected).order_by(*table.primary_key)
    result = uow.session.execute(query.execution_options(yield_per=fetched))
    to_json = json.JSONEncoder(separators=(",", ":")).encode
    texts: list[str] = []
    length = count = 0
    for part in result.partitions():
        # Without the brackets of the list: parts are joined.
        texts.append(to_json(changed([list(row) for row in part], changes))[1:-1])
        length, count = length + len(texts[-1]), count + len(part)
        if length > MEMBER_BYTES:
            yield _joined(texts), count
            texts, length, count = [], 0, 0
    if texts:
        yield _joined(texts), count


def _joined(texts: Sequence[str]) -> bytes:
    return ("[" + ",\n".join(texts) + "]").encode("ascii")


def rows_in(content: bytes) -> list[Plain]:
    """Return the rows of one member. Raises ``DamagedArchiveError``."""
    try:
        found: list[Plain] = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DamagedArchiveError(str(error)) from error
    return found


def first_format_rows(stream: BinaryIO, columns: Sequence[str]) -> Iterator[list[Plain]]:
    """Yield the rows of a table of the first format, some at a time."""
    some: list[Plain] = []
    for line in stream:
        if line.strip():
            try:
                row = json.loads(line)
                some.append([row[name] for name in columns])
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise DamagedArchiveError(str(error)) from error
        if len(some) == FETCHED_WIDE_ROWS:
            yield some
            some = []
    if some:
        yield some


def batched(values: list[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the values, so many at a time."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


class Loader:
    """Puts the rows of one table into an empty one, in the caller's transaction."""

    def __init__(
        self, uow: UnitOfWork, table: sa.Table, names: Sequence[str], *, first_format: bool
    ) -> None:
        """Take the names of the columns that the archive has.

        Raises ``DamagedArchiveError`` for one that the table lacks.
        """
        known = {column.name: column for column in carried(table)}
        if unknown := set(names) - known.keys():
            raise DamagedArchiveError(f"{table.name}: {', '.join(sorted(unknown))}")
        codecs = [codec_of(known[name]) for name in names]
        decodes = [each.decode_first if first_format else each.decode for each in codecs]
        self._uow = uow
        self._table = table
        self._names = names
        self._changes = {place: each for place, each in enumerate(decodes) if each is not None}

    def load(self, rows: list[Plain]) -> int:
        """Insert the rows and return how many. Raises ``InvalidInputError``."""
        session = self._uow.session
        try:
            values = changed(rows, self._changes)
            if self._table.name == PageTextRow.__tablename__:
                for some in batched([self._text_row(row) for row in values], PAGES_AT_ONCE):
                    page_texts.bring_back(session, some)
            else:
                bulk.insert(session, self._table, self._names, values)
        except (bulk.RowRefusedError, ValueError, LookupError, TypeError) as error:
            sentence = BAD_ROW.format(table=self._table.name)
            raise InvalidInputError({"file": sentence}) from error
        return len(rows)

    def _text_row(self, row: Plain) -> dict[str, Any]:
        named = dict(zip(self._names, row, strict=True))
        return {"position": named["position"], "page_id": UUID(str(named["page_id"]))}


def clear_program_rows(uow: UnitOfWork) -> None:
    """Delete the rows that migrations inserted, since the archive has its own."""
    for table in tables():
        if table.name in PROGRAM_TABLES:
            uow.session.execute(table.delete())


def is_empty(uow: UnitOfWork) -> bool:
    """Whether no table of the database holds a row that a person or a process wrote."""
    with uow:
        there = set(sa.inspect(uow.session.connection()).get_table_names())
        return not any(
            uow.session.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
            for table in tables()
            if table.name in there and table.name not in PROGRAM_TABLES
        )


def go_on_counting(uow: UnitOfWork) -> None:
    """Set PostgreSQL's sequences to continue after the restored ids."""
    if uow.session.get_bind().dialect.name != "postgresql":
        return
    for table in tables():
        column = table.autoincrement_column
        if column is not None:
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            newest = sa.func.coalesce(sa.func.max(column), 0)
            uow.session.execute(sa.select(sa.func.setval(sequence, newest + 1, sa.false())))


def one_moment(uow: UnitOfWork) -> None:
    """Make all reads see one snapshot of the database; a SQLite transaction always does."""
    if uow.session.get_bind().dialect.name == "postgresql":
        uow.session.rollback()
        uow.session.connection(
            execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
