"""Codecs for the values of each column type in an archive; unknown types raise an error.

They stand as SQLite keeps them, which is text for most: ``db/bulk.py`` asks PostgreSQL for the same
text and hands it back, so that few values pass through Python objects.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from review_service.db import bulk
from review_service.db.base import UtcDateTime

DERIVED: Final = frozenset({("page_texts", "search")})
"""Columns that differ between the databases: not archived, but made again from other rows."""

Change = Callable[[Any], Any]


class UnknownColumnTypeError(TypeError):
    """A column has a type that no codec knows: add one to ``CODECS``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """Converts the values of one column type from a database and into one.

    None as a change means that the value may stay as it is; a NULL always does.
    """

    select: Callable[[sa.Column[Any], str], sa.ColumnElement[Any]]
    """Column and dialect to what is selected."""
    encode: Change | None = None
    """What was selected to a JSON value."""
    decode: Change | None = None
    """The JSON value to what ``bulk.insert`` takes."""
    decode_first: Change | None = None
    """The same for the first format of the archive."""


def codec_of(column: sa.Column[Any]) -> Codec:
    """Return the codec of a column. Raises ``UnknownColumnTypeError``.

    The type must be one of the table exactly: a subclass may mean something else.
    """
    codec = CODECS.get(type(column.type))
    if codec is None:
        raise UnknownColumnTypeError(f"{column.table.name}.{column.name}: {column.type!r}")
    return codec


def carried(table: sa.Table) -> list[sa.Column[Any]]:
    """Return the columns of a table that are archived, in the order of the model."""
    return [column for column in table.columns if (table.name, column.name) not in DERIVED]


def changed(rows: list[list[Any]], changes: Mapping[int, Change]) -> list[list[Any]]:
    """Change some columns of the rows, by their place, and return the rows."""
    for place, change in changes.items():
        for row in rows:
            if row[place] is not None:
                row[place] = change(row[place])
    return rows


def _base64(value: bytes) -> str:
    return b64encode(value).decode("ascii")


def _utc_text(iso: str) -> str:
    return datetime.fromisoformat(iso).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _without_dashes(value: str) -> str:
    return value.replace("-", "")


CODECS: Final[Mapping[type[sa.types.TypeEngine[Any]], Codec]] = {
    sa.Boolean: Codec(select=bulk.as_it_is),
    sa.Date: Codec(select=bulk.as_date_text),
    sa.Double: Codec(select=bulk.as_it_is),
    sa.Enum: Codec(select=bulk.as_text),
    sa.Integer: Codec(select=bulk.as_it_is),
    sa.JSON: Codec(select=bulk.as_json_text, decode_first=json.dumps),
    sa.LargeBinary: Codec(select=bulk.as_it_is, encode=_base64, decode=b64decode),
    sa.String: Codec(select=bulk.as_it_is),
    sa.Text: Codec(select=bulk.as_it_is),
    sa.Uuid: Codec(select=bulk.as_uuid_text, decode_first=_without_dashes),
    UtcDateTime: Codec(select=bulk.as_utc_text, decode_first=_utc_text),
}
"""Each column type that the models use. A new one fails ``test_every_column_type_has_a_codec``."""
