"""Reads a page of the queue: part by part where it is long, at once where few cases are left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.kept_statements import KeptStatements
from review_service.db.models import ApplicationRow
from review_service.db.queries.keyset import Cursor, Order, Page, page_of
from review_service.db.queries.officer.queue_conditions import QueueConditions
from review_service.db.queued_cases import TABLE, count_up_to, first_rows, written

_MADE: Final = KeptStatements[sa.Select[ApplicationRow]]()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one part of the list had from a place on, in the direction of reading."""

    rows: Sequence[ApplicationRow]
    """One more than was asked for where there are more."""
    edge: Cursor | None
    """Where the rows that were looked at ended before the part did."""


def read_few(
    session: Session,
    conditions: QueueConditions,
    *,
    cursor: Cursor | None,
    size: int,
    own_zone: str,
) -> Page[ApplicationRow]:
    """Return the same page as ``read_long`` where few cases have all conditions.

    Their narrow rows are found without walking along the due date, and put in order here.
    """
    is_other = ~conditions.is_of_zone(TABLE.c, own_zone) if own_zone else sa.false()
    found = session.execute(
        sa.select(TABLE.c.application_id, TABLE.c.due_at, is_other.label("is_other"))
        .where(*conditions.on(TABLE.c))
        .offset(0),
        conditions.values,
    ).all()
    places = {
        row.application_id: (int(row.is_other), row.due_at, row.application_id) for row in found
    }
    ordered = sorted(places, key=places.__getitem__)
    forward = cursor is None or cursor.forward
    if cursor is not None:
        here = (cursor.part if own_zone else 0, cursor.moment, cursor.id)
        ordered = [
            each for each in ordered if (places[each] > here if forward else places[each] < here)
        ]
    chosen = ordered[: size + 1] if forward else ordered[::-1][: size + 1]
    rows = {
        row.id: row
        for row in session.scalars(sa.select(ApplicationRow).where(ApplicationRow.id.in_(chosen)))
    }
    order = Order(moment=ApplicationRow.due_at, id=ApplicationRow.id, size=size)
    shown = [rows[each] for each in chosen[:size] if each in rows]
    page = page_of(shown, order, cursor=cursor, more=len(chosen) > size)
    before, after = (
        replace(each, part=places[each.id][0]) if each is not None else None
        for each in (page.before, page.after)
    )
    return replace(page, before=before, after=after)


def read_long(
    session: Session,
    conditions: QueueConditions,
    *,
    cursor: Cursor | None,
    size: int,
    own_zone: str,
    is_whole: bool = False,
) -> Page[ApplicationRow]:
    """Return a page of the rows of the own zone, then of the others, each by due date.

    Without an own zone the list has one part. A part is read as far as ``conditions.most`` of its
    own rows. What comes after one that did not end there is read when it has: the page is partial.
    ``is_whole`` says that there are no more rows than that: then the database may find those that
    have the conditions first, and need not walk along the due date.
    """
    order = Order(moment=ApplicationRow.due_at, id=ApplicationRow.id, size=size)
    forward = cursor is None or cursor.forward
    parts = (0, 1) if own_zone else (0,)
    begin = cursor.part if cursor is not None and cursor.part in parts else parts[0]
    found: list[ApplicationRow] = []
    part_of: dict[UUID, int] = {}
    edge = None
    for part in parts[begin:] if forward else parts[begin::-1]:
        walk = _Walk(
            part=part,
            own_zone=own_zone,
            forward=forward,
            size=size - len(found),
            is_whole=is_whole,
        )
        place = cursor if part == begin else None
        read = _read_part(session, conditions, walk, place=place)
        found += read.rows
        part_of |= {row.id: part for row in read.rows}
        if read.edge is not None:
            edge = replace(read.edge, part=part)
        if edge is not None or len(found) > size:
            break
    page = page_of(found[:size], order, cursor=cursor, more=len(found) > size)
    before, after = (
        replace(each, part=part_of[each.id]) if each is not None else None
        for each in (page.before, page.after)
    )
    if edge is None:
        return replace(page, before=before, after=after)
    if forward:
        return replace(page, before=before, after=edge, is_partial=True)
    return replace(page, before=edge, after=after, is_partial=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """How a part of the list is read."""

    part: int
    own_zone: str
    """Empty for a list of one part."""
    forward: bool
    size: int
    is_whole: bool

    def among(self, conditions: QueueConditions) -> list[sa.ColumnElement[bool]]:
        """Return the condition that a row is of the part."""
        if not self.own_zone:
            return []
        is_own = conditions.is_of_zone(TABLE.c, self.own_zone)
        return [~is_own if self.part else is_own]

    def along(self, rows: sa.FromClause) -> tuple[sa.ColumnElement[Any], ...]:
        """Return by what the rows are ordered."""
        columns = (rows.c.due_at, rows.c.application_id)
        return columns if self.forward else tuple(each.desc() for each in columns)


def _read_part(
    session: Session, conditions: QueueConditions, walk: _Walk, *, place: Cursor | None
) -> _Part:
    """Return the next rows of a part that have all conditions, ``size`` and one more at most.

    The narrow rows tell which cases these are; only theirs are read.
    """
    key = None
    if place is None and conditions.key_of_list is not None:
        named = tuple(conditions.groups_of(walk.own_zone)) if walk.own_zone else ()
        key = (conditions.key_of_list, walk, named, conditions.most)
    made = _MADE.of(key, lambda: _rows_of_part(conditions, walk, place))
    found = session.scalars(made, conditions.values).all()
    is_enough = walk.is_whole or len(found) > walk.size
    if is_enough or not conditions.on(TABLE.c):
        return _Part(rows=found, edge=None)
    if count_up_to(session, conditions.most) <= conditions.most:
        return _Part(rows=found, edge=None)
    rows = _looked_at(conditions, walk, place)
    last = session.execute(
        sa.select(rows.c.due_at, rows.c.application_id)
        .order_by(*walk.along(rows))
        .offset(conditions.most - 1)
        .limit(1),
        conditions.values,
    ).one_or_none()
    if last is None:
        return _Part(rows=found, edge=None)
    return _Part(
        rows=found,
        edge=Cursor(moment=last.due_at, id=last.application_id, forward=walk.forward),
    )


def _rows_of_part(
    conditions: QueueConditions, walk: _Walk, place: Cursor | None
) -> sa.Select[ApplicationRow]:
    rows: sa.FromClause = TABLE if walk.is_whole else _looked_at(conditions, walk, place)
    others = [*_after(walk, place), *walk.among(conditions)] if walk.is_whole else []
    ids = (
        sa.select(rows.c.application_id, rows.c.due_at)
        .where(*conditions.on(rows.c), *others)
        .order_by(*walk.along(rows))
        .limit(written(walk.size + 1))
        .subquery("ids")
    )
    return (
        sa.select(ApplicationRow)
        .join(ids, ids.c.application_id == ApplicationRow.id)
        .order_by(*walk.along(ids))
    )


def _looked_at(conditions: QueueConditions, walk: _Walk, place: Cursor | None) -> sa.Subquery:
    """Return the rows of the part that are looked at, those after the place."""
    among = (*_after(walk, place), *walk.among(conditions))
    return first_rows(conditions.most, *among, descending=not walk.forward)


def _after(walk: _Walk, place: Cursor | None) -> list[sa.ColumnElement[bool]]:
    if place is None:
        return []
    here = sa.tuple_(TABLE.c.due_at, TABLE.c.application_id)
    there = Order(moment=ApplicationRow.due_at, id=ApplicationRow.id).place(place)
    return [here > there if walk.forward else here < there]
