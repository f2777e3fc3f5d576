"""Cases that are built once per process by the real services, and copied into other databases.

Building one takes some 300 statements, and most tests begin with one. A copy is the rows, events,
files and notices that building it left; it is taken only where building would leave the same: the
database holds what it held then, but for what building a case does not touch.
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from io import BytesIO
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from review_service.db.audit import PendingEvent, event_hash, lock_head
from review_service.db.base import Base
from review_service.db.models import (
    AttemptRow,
    ChainHeadRow,
    ClockRow,
    EventRow,
    FactSaltRow,
    KeptFormRow,
    OfficerRow,
    PulseRow,
    SessionRow,
    WorkerRow,
)
from review_service.services.upkeep.sweeping import KEY_COLUMNS
from tests.factories import Office

P = ParamSpec("P")
T = TypeVar("T")
Row = dict[str, Any]
TableRows = dict[tuple[Any, ...], Row]
Rows = dict[sa.Table, TableRows]

FRESH_SECONDS: Final = 300
"""After these a case is built anew, lest the times in it are long past."""
_EVENTS: Final = Base.metadata.tables[EventRow.__tablename__]
_TOLD_ANEW: Final = {_EVENTS, Base.metadata.tables[ChainHeadRow.__tablename__]}
"""Events are told anew, as each holds the hash of the one before."""
_BESIDE: Final = _TOLD_ANEW | {
    Base.metadata.tables[each.__tablename__]
    for each in (
        AttemptRow,
        ClockRow,
        FactSaltRow,
        KeptFormRow,
        OfficerRow,
        PulseRow,
        SessionRow,
        WorkerRow,
    )
}
"""Where earlier rows make no difference to building a case."""


@dataclass(frozen=True, kw_only=True)
class _Built:
    """What building one case left."""

    at: float
    added: Mapping[sa.Table, list[Row]]
    changed: Mapping[sa.Table, list[Row]]
    files: Mapping[str, bytes]
    notified: list[UUID]
    result: Any


def copied(
    build: Callable[Concatenate[Office, P], T],
) -> Callable[Concatenate[Office, P], T]:
    """Let a function that builds a case copy it where it was built before from the same."""
    known: dict[str, _Built] = {}

    @wraps(build)
    def build_or_copy(office: Office, *args: P.args, **kwargs: P.kwargs) -> T:
        before = _rows(office)
        key = _key(office, before, (args, kwargs))
        built = known.get(key)
        if built is not None and time.monotonic() - built.at < FRESH_SECONDS:
            with suppress(IntegrityError):  # one of the rows left aside is there already
                _copy(office, built)
                return cast("T", built.result)
        notified = len(office.notices.notified)
        result = build(office, *args, **kwargs)
        after = _rows(office)
        if any(before[table].keys() - after[table].keys() for table in before):
            return result  # it took rows away, which no copy does
        known[key] = _Built(
            at=time.monotonic(),
            added={table: _added(before[table], after[table]) for table in after},
            changed={table: _changed(before[table], after[table]) for table in after},
            files={name: _read(office, name) for name in _files(after) - _files(before)},
            notified=office.notices.notified[notified:],
            result=result,
        )
        return result

    return cast("Callable[Concatenate[Office, P], T]", build_or_copy)


def _rows(office: Office) -> Rows:
    """Return every row of every table, by table and primary key."""
    tables = Base.metadata.sorted_tables
    with office.reading() as uow:
        connection = uow.session.connection()
        counts = connection.execute(
            sa.select(
                *(sa.select(sa.func.count()).select_from(t).scalar_subquery() for t in tables)
            )
        ).one()
        return {
            table: {
                tuple(row[column.key] for column in table.primary_key): dict(row)
                for row in connection.execute(table.select()).mappings()
            }
            if count
            else {}
            for table, count in zip(tables, counts, strict=True)
        }


def _key(office: Office, rows: Rows, given: object) -> str:
    """Return what two buildings must have in common to leave the same."""
    kept = [
        (table.name, sorted(repr({**row, "imported_at": None}) for row in rows[table].values()))
        for table in rows
        if table not in _BESIDE
    ]
    parts = (office.database.engine.dialect.name, office.limits, type(office.registry))
    return sha256(repr((parts, given, kept)).encode()).hexdigest()


def _added(before: TableRows, after: TableRows) -> list[Row]:
    return [row for key, row in after.items() if key not in before]


def _changed(before: TableRows, after: TableRows) -> list[Row]:
    return [row for key, row in after.items() if key in before and row != before[key]]


def _copy(office: Office, built: _Built) -> None:
    """Write what building left; raises ``IntegrityError`` where a row is there already."""
    with office.writing() as uow:
        connection = uow.session.connection()
        for table, rows in built.added.items():
            if rows and table not in _TOLD_ANEW:
                drawn = table.autoincrement_column
                connection.execute(
                    table.insert(),
                    [
                        {k: v for k, v in row.items() if drawn is None or k != drawn.key}
                        for row in rows
                    ],
                )
        for table, rows in built.changed.items():
            for row in rows if table not in _TOLD_ANEW else ():
                same = (column == row[column.key] for column in table.primary_key)
                connection.execute(table.update().where(*same).values(row))
        _tell_anew(uow.session, built.added[_EVENTS])
        uow.commit()
    for name, content in built.files.items():
        office.store.put(name, BytesIO(content))
    office.notices.notified.extend(built.notified)


def _tell_anew(session: Session, told: list[Row]) -> None:
    """Append the events to the chain, all at once."""
    if not told:
        return
    head = lock_head(session)
    rows = []
    for row in told:
        head.sequence += 1
        event = PendingEvent(
            actor=row["actor"],
            action=row["action"],
            subject_id=row["subject_id"],
            details=row["details"],
        )
        digest = event_hash(sequence=head.sequence, at=row["at"], event=event, previous=head.hash)
        rows.append(row | {"sequence": head.sequence, "previous_hash": head.hash, "hash": digest})
        head.hash = digest
    session.execute(_EVENTS.insert(), rows)


def _files(rows: Rows) -> set[str]:
    """Return the store keys that the rows name."""
    named = ((column.table, column.key) for column in KEY_COLUMNS)
    return {row[name] for table, name in named for row in rows[table].values() if row[name]}


def _read(office: Office, name: str) -> bytes:
    with office.store.open(name) as stream:
        return stream.read()
