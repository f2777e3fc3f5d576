"""Every type of column goes through an archive and comes out as the equal Python value."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db import bulk
from review_service.db.base import Base, UtcDateTime, stored_by_value
from review_service.db.engine import make_engine
from review_service.services.upkeep.archive.column_values import (
    CODECS,
    UnknownColumnTypeError,
    carried,
    codec_of,
)
from tests.conftest import FreshDatabase


class Colour(StrEnum):
    """Two values."""

    RED = "red"
    DARK_BLUE = "dark_blue"


TYPES: dict[str, Any] = {
    "boolean": sa.Boolean(),
    "date": sa.Date(),
    "double": sa.Double(),
    "enum": stored_by_value(Colour, "colour"),
    "integer": sa.Integer(),
    "json": sa.JSON(none_as_null=True),
    "bytes": sa.LargeBinary(),
    "string": sa.String(13),
    "text": sa.Text(),
    "uuid": sa.Uuid(),
    "moment": UtcDateTime(),
}
ECUADOR = timezone(timedelta(hours=-5))
VALUES: dict[str, list[Any]] = {
    "boolean": [True, False],
    "date": [date(2026, 2, 28), date(1900, 1, 1)],
    "double": [0.1, -1e300],
    "enum": [Colour.DARK_BLUE, Colour.RED],
    "integer": [2**31 - 1, -(2**31)],
    "json": [{"ñ": [1, 0.1, None, "«\u2028»"], "z": {}}, []],
    "bytes": [bytes(range(256)), b""],
    "string": ["0012345678001", ""],
    "text": ["línea\notra\ttab \\N \\. «\U0001f9f6» 'a' \"b\"", " "],
    "uuid": [UUID(int=0), UUID("ffffffff-ffff-4fff-bfff-ffffffffffff")],
    "moment": [
        datetime(2026, 11, 20, 23, 59, 59, 999_999, tzinfo=ECUADOR),
        datetime(2026, 1, 1, tzinfo=UTC),
    ],
}
TABLE = sa.Table(
    "samples",
    sa.MetaData(),
    sa.Column("id", sa.Integer(), primary_key=True),
    *(sa.Column(name, kind, nullable=True) for name, kind in TYPES.items()),
)
NAMES = [column.name for column in TABLE.columns]
ROWS = [
    {"id": 1, **{name: values[0] for name, values in VALUES.items()}},
    {"id": 2, **{name: values[1] for name, values in VALUES.items()}},
    {"id": 3, **dict.fromkeys(VALUES)},
]


def test_every_column_type_has_a_codec() -> None:
    used = set()
    for table in Base.metadata.sorted_tables:
        for column in carried(table):
            codec_of(column)  # raises for a type that it does not know
            used.add(type(column.type))
    assert used == set(CODECS), "a codec that no column uses is not tried by the whole story"
    assert {type(kind) for kind in TYPES.values()} == set(CODECS), "try it here too"


@pytest.mark.parametrize("kind", [sa.Numeric(), sa.Interval(), sa.Time(), sa.BigInteger()])
def test_a_type_that_nobody_thought_of_is_refused(kind: sa.types.TypeEngine[Any]) -> None:
    column: sa.Column[Any] = sa.Column("new", kind)
    sa.Table("t", sa.MetaData(), column)
    with pytest.raises(UnknownColumnTypeError, match=r"t\.new"):
        codec_of(column)


@pytest.fixture
def engines(fresh_database_url: FreshDatabase) -> Iterator[dict[str, sa.Engine]]:
    made = {}
    for kind in ("sqlite", "postgresql"):
        made[kind] = make_engine(fresh_database_url(kind))
        TABLE.create(made[kind])
    with made["postgresql"].begin() as connection:  # another zone than ours
        name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
        connection.exec_driver_sql(f"ALTER DATABASE \"{name}\" SET TimeZone TO 'Asia/Kathmandu'")
    made["postgresql"].dispose()
    yield made
    for engine in made.values():
        engine.dispose()


def archived(engine: sa.Engine) -> list[list[Any]]:
    """Return the rows as an archive has them."""
    columns = list(TABLE.columns)
    codecs = [codec_of(column) for column in columns]
    dialect = engine.dialect.name
    selected = [each.select(column, dialect) for each, column in zip(codecs, columns, strict=True)]
    with engine.connect() as connection:
        return [
            [
                codec.encode(value) if codec.encode and value is not None else value
                for codec, value in zip(codecs, row, strict=True)
            ]
            for row in connection.execute(sa.select(*selected).order_by(TABLE.c.id))
        ]


def brought(engine: sa.Engine, rows: list[list[Any]]) -> None:
    codecs = [codec_of(column) for column in TABLE.columns]
    decoded = [
        [
            codec.decode(value) if codec.decode and value is not None else value
            for codec, value in zip(codecs, row, strict=True)
        ]
        for row in rows
    ]
    with sa.orm.Session(engine) as session:
        bulk.insert(session, TABLE, NAMES, decoded)
        session.commit()


def read(engine: sa.Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(TABLE)).mappings()]


@pytest.mark.parametrize("way", [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_every_value_comes_back_equal(engines: dict[str, sa.Engine], way: tuple[str, str]) -> None:
    first, second = (engines[kind] for kind in way)
    with first.begin() as connection:
        connection.execute(TABLE.insert(), ROWS)
    archive = archived(first)
    brought(second, archive)
    assert read(second) == read(first) == ROWS
    assert archived(second) == archive, "and stands in an archive as it did"
    with first.begin() as connection:
        connection.execute(TABLE.delete())
    brought(first, archived(second))
    assert read(first) == ROWS


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_row_that_does_not_fit_is_said(engines: dict[str, sa.Engine], kind: str) -> None:
    row = [1, *(None for _ in VALUES)]
    with pytest.raises(bulk.RowRefusedError):
        brought(engines[kind], [row, row])
