"""Reads a page of the queue: part by part where it is long, at once where few cases are left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import ApplicationRow
from review_service.db.queries.keyset import Cursor, Order, Page, page_of
from review_service.db.queries.officer.queue_conditions import QueueConditions
from review_service.db.queued_cases import TABLE, count_up_to, first_rows, written


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
        .offset(0)
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
        read = _read_part(
            session,
            conditions,
            place=cursor if part == begin else None,
            forward=forward,
            size=size - len(found),
            among=_is_in_part(conditions, part, own_zone),
            is_whole=is_whole,
        )
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


def _is_in_part(
    conditions: QueueConditions, part: int, own_zone: str
) -> list[sa.ColumnElement[bool]]:
    if not own_zone:
        return []
    is_own = conditions.is_of_zone(TABLE.c, own_zone)
    return [~is_own if part else is_own]


def _read_part(
    session: Session,
    conditions: QueueConditions,
    *,
    place: Cursor | None,
    forward: bool,
    size: int,
    among: Sequence[sa.ColumnElement[bool]],
    is_whole: bool,
) -> _Part:
    """Return the next rows ``among`` these that have all conditions, ``size`` and one more at most.

    The narrow rows tell which cases these are; only theirs are read.
    """
    after = []
    if place is not None:
        columns_here = sa.tuple_(TABLE.c.due_at, TABLE.c.application_id)
        there = Order(moment=ApplicationRow.due_at, id=ApplicationRow.id).place(place)
        after = [columns_here > there if forward else columns_here < there]
    rows: sa.FromClause = TABLE
    if not is_whole:
        rows = first_rows(conditions.most, *after, *among, descending=not forward)
    columns = (rows.c.due_at, rows.c.application_id)
    ordered = columns if forward else tuple(each.desc() for each in columns)
    ids = (
        sa.select(rows.c.application_id, rows.c.due_at)
        .where(*conditions.on(rows.c), *((*after, *among) if is_whole else ()))
        .order_by(*ordered)
        .limit(written(size + 1))
        .subquery("ids")
    )
    again = (ids.c.due_at, ids.c.application_id)
    found = session.scalars(
        sa.select(ApplicationRow)
        .join(ids, ids.c.application_id == ApplicationRow.id)
        .order_by(*(again if forward else (each.desc() for each in again)))
    ).all()
    ends = is_whole or len(found) > size or not conditions.on(rows.c)
    if ends or count_up_to(session, conditions.most) <= conditions.most:
        return _Part(rows=found, edge=None)
    last = session.execute(
        sa.select(rows.c.due_at, rows.c.application_id)
        .order_by(*ordered)
        .offset(conditions.most - 1)
        .limit(1)
    ).one_or_none()
    if last is None:
        return _Part(rows=found, edge=None)
    return _Part(
        rows=found,
        edge=Cursor(moment=last.due_at, id=last.application_id, forward=forward),
    )
