"""Digests of the facts of rows, for the events of the transaction that changed them.

A digest is HMAC-SHA256 over a row's canonical facts, keyed with the random salt of its application
or officer: without the salt, which goes with its subject, nothing can be guessed from the trail.
"""

import hmac
import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.base import Base
from review_service.db.engine import insert_if_absent
from review_service.db.fact_columns import EDITIONS, ROOTS, SUBJECTS
from review_service.db.models import FactSaltRow

FACTS: Final = "facts"
"""Name of the digests in an event's details: row name to digest."""
GONE: Final = ""
"""Stands for the digest of a row that was deleted."""
AT_ONCE: Final = 500
"""Rows that are asked for in one statement."""


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row whose facts are held: its table, its primary key, and the subject of its events."""

    table: type[Base]
    key: tuple[Any, ...]
    subject_id: UUID

    @property
    def name(self) -> str:
        """How events of its subject name it: the table, and what tells it apart there."""
        return row_name(self.table, self.key)


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A held row as it stands."""

    row: HeldRow
    facts: Mapping[str, Any]


def row_name(table: type[Base], key: Sequence[Any]) -> str:
    """Return how a row is named within the events of its subject."""
    begin, places = _naming(table)
    return "/".join([begin, *(str(key[place]) for place in places)])


@lru_cache
def _naming(table: type[Base]) -> tuple[str, tuple[int, ...]]:
    """Return the table's name, and which parts of the key tell rows of one subject apart."""
    columns = sa.inspect(table).primary_key
    told = (place for place, column in enumerate(columns) if column.key != SUBJECTS[table])
    return table.__tablename__, tuple(told)


def digest(
    table: type[Base], facts: Mapping[str, Any], *, salt: str, edition: int | None = None
) -> str:
    """Return the edition of the columns and the hex HMAC-SHA256, the same from either database."""
    edition = len(EDITIONS[table]) if edition is None else edition
    said = {name: facts[name] for name in EDITIONS[table][edition - 1]}
    text = _CANONICAL.encode(said).encode("ascii")
    return f"{edition}:{hmac.digest(bytes.fromhex(salt), text, 'sha256').hex()}"


def edition_of(told: str) -> int:
    """Return the edition that a digest names, 0 for what is no digest."""
    number = told.partition(":")[0]
    return int(number) if number.isascii() and number.isdecimal() else 0


def rows_of(session: Session, table: type[Base], subjects: Collection[UUID]) -> Iterator[FoundRow]:
    """Yield a table's rows of these subjects as they stand."""
    where = getattr(table, SUBJECTS[table]).in_(subjects)
    yield from _found(session, table, where)


def digests(
    session: Session, rows: Iterable[HeldRow], *, salts: Mapping[UUID, str]
) -> dict[UUID, dict[str, str]]:
    """Return the digests of the rows as they stand, by subject and name; ``GONE`` for no row.

    To be called while the chain's head is locked: whoever else changed one of them has then
    written its event, or will write it later.
    """
    told: dict[UUID, dict[str, str]] = {}
    by_table: dict[type[Base], list[HeldRow]] = {}
    for row in rows:
        told.setdefault(row.subject_id, {})[row.name] = GONE
        by_table.setdefault(row.table, []).append(row)
    for table, of_table in by_table.items():
        for start in range(0, len(of_table), AT_ONCE):
            keys = [row.key for row in of_table[start : start + AT_ONCE]]
            for found in _found(session, table, _has_key(table, keys)):
                salt = salts[found.row.subject_id]
                told[found.row.subject_id][found.row.name] = digest(table, found.facts, salt=salt)
    return told


def salts_of(session: Session, subjects: Collection[UUID]) -> dict[UUID, str]:
    """Return the salts of these subjects that have one."""
    known: dict[UUID, str] = {}
    ids = sorted(subjects)
    for start in range(0, len(ids), AT_ONCE):
        chosen = sa.select(FactSaltRow.subject_id, FactSaltRow.salt).where(
            FactSaltRow.subject_id.in_(ids[start : start + AT_ONCE])
        )
        known |= {row.subject_id: row.salt for row in session.execute(chosen)}
    return known


def salts_for(session: Session, rows: Iterable[HeldRow]) -> dict[UUID, str]:
    """Return the salts of the rows' subjects; those without one get one.

    To be called before the chain's head is locked, as it waits for who makes the same one.
    """
    subjects = {row.subject_id for row in rows}
    known = salts_of(session, subjects)
    for subject in sorted(subjects - known.keys()):
        insert_if_absent(session, FactSaltRow, subject_id=subject, salt=secrets.token_hex(32))
    return known if len(known) == len(subjects) else salts_of(session, subjects)


def forget_salts(session: Session, told: Mapping[UUID, Mapping[str, str]]) -> None:
    """Delete the salts of subjects that are gone: their digests can never be compared again."""
    names = {row_name(table, (None,)) for table in ROOTS}
    gone = [
        subject for subject, rows in told.items() if any(rows.get(name) == GONE for name in names)
    ]
    if gone:
        session.execute(sa.delete(FactSaltRow).where(FactSaltRow.subject_id.in_(gone)))


def _found(
    session: Session, table: type[Base], where: sa.ColumnElement[bool]
) -> Iterator[FoundRow]:
    names = tuple(dict.fromkeys(name for edition in EDITIONS[table] for name in edition))
    keys = [str(column.key) for column in sa.inspect(table).primary_key]
    chosen = sa.select(*(_as_stored(getattr(table, name)) for name in names)).where(where)
    for values in session.execute(chosen):
        facts = dict(zip(names, values, strict=True))
        key = tuple(facts[name] for name in keys)
        yield FoundRow(HeldRow(table, key, facts[SUBJECTS[table]]), facts)


def _as_stored(column: Any) -> Any:  # noqa: ANN401 -- a mapped column
    """Select the text of an enum, also one that the service does not know."""
    if isinstance(column.type, sa.Enum):
        return sa.type_coerce(column, sa.Text()).label(column.key)
    return column


def _has_key(table: type[Base], keys: Sequence[tuple[Any, ...]]) -> sa.ColumnElement[bool]:
    columns = sa.inspect(table).primary_key
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return sa.tuple_(*columns).in_(keys)


def plain(value: object) -> object:
    """Return how a value that JSON lacks stands in canonical facts."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


_CANONICAL: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=True, default=plain)
