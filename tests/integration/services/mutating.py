"""Random changes of single rows by the database's owner: another value, a row less, a row more."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.base import Base, UtcDateTime
from review_service.db.fact_columns import EDITIONS, NO_FACT
from review_service.db.models import ChainHeadRow, CounterRow, EventRow, MonthlyFigureRow

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TABLES: tuple[type[Base], ...] = (*EDITIONS, MonthlyFigureRow, EventRow, ChainHeadRow, CounterRow)
"""The tables whose rows are compared with the trail, and those of the trail itself."""
NO_FACT_ROWS: Mapping[type[Base], tuple[Callable[[Any], bool], str]] = {
    CounterRow: (
        lambda row: row["year"] == 0,
        "a counter without a year tells how far an index has come, and no fact",
    ),
}
"""Rows that hold no fact, with the reason."""


def unbind(connection: sa.Connection) -> None:
    """Let the owner's connection change what foreign keys, triggers and checks would refuse."""
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("PRAGMA foreign_keys = OFF"))  # nothing within a transaction
        connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(sa.text("PRAGMA ignore_check_constraints = ON"))
        return
    connection.execute(sa.text("SET session_replication_role = replica"))
    for table in TABLES:
        name = table.__tablename__
        checks = sa.text(
            "SELECT conname FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid = CAST(:name AS regclass)"
        )
        for check in connection.execute(checks, {"name": name}).scalars().all():
            connection.execute(sa.text(f'ALTER TABLE {name} DROP CONSTRAINT "{check}"'))


def columns_of(table: type[Base]) -> list[str]:
    """Return the columns of a table that hold facts."""
    without = NO_FACT.get(table, {})
    return [each.key for each in sa.inspect(table).column_attrs if each.key not in without]


def rows_of(connection: sa.Connection, table: type[Base]) -> list[Mapping[str, Any]]:
    """Return the rows of a table that hold facts, in the order of their keys."""
    rows = [dict(row) for row in connection.execute(sa.select(table)).mappings()]
    is_left_out = NO_FACT_ROWS[table][0] if table in NO_FACT_ROWS else lambda _row: False
    keys = [str(column.key) for column in sa.inspect(table).primary_key]
    return sorted(
        (row for row in rows if not is_left_out(row)),
        key=lambda row: [str(row[key]) for key in keys],
    )


def is_row(table: type[Base], row: Mapping[str, Any]) -> sa.ColumnElement[bool]:
    """Return the condition that finds a row by its key."""
    return sa.and_(*(column == row[str(column.key)] for column in sa.inspect(table).primary_key))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One change of one row, and the statement that takes it back."""

    what: str
    """``changed <column>``, ``row less`` or ``row more``."""
    made: sa.Executable
    back: sa.Executable


KINDS = (*["changed"] * 8, "row less", "row more")
ONLY_CHANGED = (ChainHeadRow, CounterRow)
"""Tables of which a row more says nothing: no row of theirs is asked for but those that belong."""


def drawn(connection: sa.Connection, table: type[Base], chance: random.Random) -> Mutation:
    """Draw a change of a random row; the database may refuse it."""
    columns = sa.inspect(table).columns
    row = chance.choice(rows_of(connection, table))
    kind = chance.choice(KINDS)
    if kind == "row less":
        return Mutation(
            what=kind,
            made=sa.delete(table).where(is_row(table, row)),
            back=sa.insert(table).values(row),
        )
    if kind == "row more" and table not in ONLY_CHANGED:
        names = [name for name in row if name in _unique(table)]
        new = {**row, **{name: other(row[name], columns[name], chance) for name in names}}
        return Mutation(
            what=kind,
            made=sa.insert(table).values(new),
            back=sa.delete(table).where(is_row(table, new)),
        )
    column = chance.choice(columns_of(table))
    new = {**row, column: other(row[column], columns[column], chance)}
    return Mutation(
        what=f"changed {column}",
        made=sa.update(table).where(is_row(table, row)).values({column: new[column]}),
        back=sa.update(table).where(is_row(table, new)).values({column: row[column]}),
    )


def _unique(table: type[Base]) -> set[str]:
    """Return the columns that no two rows share, alone or with others."""
    there: Any = sa.inspect(table).local_table
    alone = {column.key for column in there.columns if column.unique or column.primary_key}
    together = {
        column.key
        for constraint in there.constraints
        if isinstance(constraint, sa.UniqueConstraint)
        for column in constraint.columns
    }
    return alone | together - {"application_id"}


INVENTED: tuple[tuple[type[Any], Callable[[Any, random.Random], Any]], ...] = (
    (sa.Enum, lambda kind, chance: chance.choice(list(kind.enum_class))),
    (sa.JSON, lambda _kind, chance: {"more": chance.random()}),
    (sa.Uuid, lambda _kind, _chance: uuid4()),
    (sa.Integer, lambda _kind, chance: chance.randint(1, 1_000)),
    (sa.Date, lambda _kind, chance: date(2026, 11, 20) + timedelta(days=chance.randint(1, 1_000))),
    (sa.String, lambda _kind, chance: f"{chance.getrandbits(32):08x}"),
    (UtcDateTime, lambda _kind, chance: NOON + timedelta(seconds=chance.randint(1, 10**6))),
)
"""How to make a value for a column of a type that holds none."""


def other(value: object, column: Any, chance: random.Random) -> Any:  # noqa: ANN401 -- of any column
    """Return a value of the column's type that is not this one."""
    if value is None:
        return next(make for kind, make in INVENTED if isinstance(column.type, kind))(
            column.type, chance
        )
    return _changed(value, chance)


def _changed(value: object, chance: random.Random) -> Any:  # noqa: ANN401, PLR0911 -- of any column
    match value:
        case bool():
            return not value
        case Enum():
            return chance.choice([each for each in type(value) if each is not value])
        case int():
            return value + chance.randint(1, 1_000)
        case datetime():
            return value + timedelta(seconds=chance.randint(1, 10**6))
        case date():
            return value + timedelta(days=chance.randint(1, 10**3))
        case UUID():
            return uuid4()
        case dict():
            return {**value, chance.choice([*value, "more"]): chance.random()}
        case list():
            return [*value, chance.random()]
    return _another_letter(str(value), chance)


def _another_letter(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text)) if text else 0
    letters = "0123456789abcdef".replace(text[at : at + 1] or "-", "")
    return text[:at] + chance.choice(letters) + text[at + 1 :]
