"""Which rows that hold facts a session changes, by flushes and by its own statements."""

from types import MappingProxyType
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from review_service.db.base import Base
from review_service.db.fact_columns import EDITIONS, SUBJECTS, written_columns
from review_service.db.row_facts import HeldRow

NO_FACTS: Final = MappingProxyType({"review_service_no_facts": True, "synchronize_session": False})
"""Execution options of a statement that writes columns of ``NO_FACT`` alone: no row is noted."""


class TrackingSession(Session):
    """A session that knows which rows holding facts it has changed.

    A statement on such rows is made to return their keys too; its own RETURNING stays as it is.
    """

    def __init__(self, *positional: Any, **named: Any) -> None:  # noqa: ANN401 -- as of Session
        super().__init__(*positional, **named)
        self.changed_rows: set[HeldRow] = set()
        self.only_reads = False
        """Whether it has no transaction that could be given up, and so refuses to write."""


@event.listens_for(TrackingSession, "before_flush")
def _flushing(session: TrackingSession, *_: object) -> None:
    if session.only_reads:
        raise RuntimeError("this unit of work only reads")


@event.listens_for(TrackingSession, "after_flush")
def _flushed(session: TrackingSession, _context: UOWTransaction) -> None:
    for row in (*session.new, *session.deleted):
        if type(row) in EDITIONS:
            session.changed_rows.add(_held(row))
    for row in session.dirty:
        if type(row) in EDITIONS and _has_new_facts(row):
            session.changed_rows.add(_held(row))


@event.listens_for(TrackingSession, "do_orm_execute")
def _executed(state: ORMExecuteState) -> sa.Result[Any] | None:
    if not (state.is_update or state.is_insert or state.is_delete):
        return None
    _flushing(cast("TrackingSession", state.session))
    if state.bind_mapper is None:
        return None
    table = state.bind_mapper.class_
    if table not in EDITIONS or state.execution_options.get("review_service_no_facts"):
        return None
    statement: Any = state.statement
    names = list(dict.fromkeys([*_keys(table), SUBJECTS[table]]))
    added = [getattr(table, name).label(f"held_{name}") for name in names]
    rows = state.invoke_statement(statement.returning(*added)).freeze()
    own = len(rows().keys()) - len(added)
    session: Any = state.session
    for values in rows().all():
        told = dict(zip(names, values[own:], strict=True))
        key = tuple(told[name] for name in _keys(table))
        session.changed_rows.add(HeldRow(table, key, told[SUBJECTS[table]]))
    return rows().columns(*range(own)) if own else rows()


def _keys(table: type[Base]) -> list[str]:
    return [str(column.key) for column in sa.inspect(table).primary_key]


def _held(row: Any) -> HeldRow:  # noqa: ANN401 -- a mapped row
    table = type(row)
    key = tuple(getattr(row, name) for name in _keys(table))
    return HeldRow(table, key, getattr(row, SUBJECTS[table]))


def _has_new_facts(row: Any) -> bool:  # noqa: ANN401 -- a mapped row
    attributes = sa.inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in written_columns(type(row)))
