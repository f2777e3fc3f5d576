"""The officers' queue, first due first, with filters such as doubtful or corrected."""

from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db import application_search, claims
from review_service.db.models import (
    ApplicationRow,
    LaterControlRow,
)
from review_service.db.queries.keyset import (
    Cursor,
    Order,
    Page,
    page_of,
    read_found_page,
    read_page,
)
from review_service.db.queries.officer.queue_conditions import (
    QueueConditions,
    QueueFilter,
    is_of_zone,
)
from review_service.db.queries.officer.queue_entries import QueueEntry, entries_of
from review_service.db.queued_cases import TABLE, first_rows
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.identifiers import search_words
from review_service.domain.queue_filters import CaseFilter
from review_service.domain.roles import Standing

MOST_COUNTED = 200
"""Of each filter; nobody acts on a larger number otherwise."""
PAGE_SIZE = 25
"""Rows on one page, as many as fit a screen of 1280 x 800."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlooker:
    """The officer who looks at the queue."""

    id: UUID
    own_zone: str = ""
    """Empty for a unit that is of no zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """How many of the open cases are still within the promised term."""

    open: int
    on_time: int


def counts_of(uow: UnitOfWork, *, seat: str | None = None) -> dict[QueueFilter, int]:
    """Return how many applications each view holds, at most ``MOST_COUNTED`` + 1.

    ``seat`` is the canton of the authority, as in ``legal_terms.legal_terms_of``.
    """
    return counts_and_promise(uow, seat=seat)[0]


def promise_of(uow: UnitOfWork) -> Promise:
    """Return how many of the open cases are within the promised term."""
    return counts_and_promise(uow)[1]


def counts_and_promise(
    uow: UnitOfWork, *, seat: str | None = None
) -> tuple[dict[QueueFilter, int], Promise]:
    """Return ``counts_of`` and ``promise_of`` with one question."""
    counts = [_count(each, uow, seat) for each in QueueFilter]
    is_late = sa.func.count(sa.case((TABLE.c.due_at < uow.now, 1)))
    total, late = (
        sa.select(each).select_from(TABLE).scalar_subquery() for each in (sa.func.count(), is_late)
    )
    counted = uow.session.execute(sa.select(*counts, total, late)).one()
    open_cases, late_cases = counted[-2:]
    by_view = dict(zip(QueueFilter, counted[:-2], strict=True))
    return by_view, Promise(open=open_cases, on_time=open_cases - late_cases)


def _count(chosen: QueueFilter, uow: UnitOfWork, seat: str | None) -> sa.ScalarSelect[int]:
    if chosen is QueueFilter.LATER:
        some = sa.select(sa.literal(1)).select_from(ApplicationRow).where(_is_to_be_looked_at())
    else:
        conditions = QueueConditions(uow, chosen, CaseFilter(), seat=seat)
        rows = first_rows(conditions.most)
        some = sa.select(sa.literal(1)).select_from(rows).where(*conditions.on(rows.c))
    limited = some.limit(MOST_COUNTED + 1).subquery()
    return sa.select(sa.func.count()).select_from(limited).scalar_subquery()


def queue_page(
    uow: UnitOfWork,
    *,
    chosen: QueueFilter,
    cursor: Cursor | None,
    asked: CaseFilter | None = None,
    size: int = PAGE_SIZE,
    who: Onlooker | None = None,
    officer: Standing | None = None,
    seat: str | None = None,
) -> Page[QueueEntry]:
    """Return one page of the applications in review that are ``asked`` for, first due first.

    Those of the own zone of ``who`` looks come before the others. ``officer`` is the standing of
    who looks: an officer's own certificates are in no later control of theirs. ``seat`` is the
    canton of the authority, as in ``legal_terms.legal_terms_of``. A page is partial where the rows
    that are looked at ended before it was full; its cursor goes on there.
    """
    if chosen is QueueFilter.LATER:
        statement = sa.select(ApplicationRow).where(_is_to_be_looked_at())
        if officer is not None:
            statement = statement.where(*claims.of_others(officer))
        order = Order(moment=ApplicationRow.decided_at, id=ApplicationRow.id, size=size)
        page = read_page(uow.session, statement, order=order, cursor=cursor)
    else:
        conditions = QueueConditions(
            uow, chosen, asked or CaseFilter(), me=who.id if who else None, seat=seat
        )
        first = "" if who is None or (asked and asked.zone) else who.own_zone
        page = _read_queue(uow.session, conditions, cursor=cursor, size=size, own_zone=first)
    entries = entries_of(uow, page.entries, seat)
    return replace(page, entries=entries)


def _read_queue(
    session: Session,
    conditions: QueueConditions,
    *,
    cursor: Cursor | None,
    size: int,
    own_zone: str,
) -> Page[ApplicationRow]:
    """Return a page of the first rows that have all conditions, and where they were last looked at.

    The narrow rows tell which cases these are; only theirs are read.
    """
    if own_zone:
        return _read_in_parts(session, conditions, cursor=cursor, size=size, own_zone=own_zone)
    order = Order(moment=ApplicationRow.due_at, id=ApplicationRow.id, size=size)
    forward = cursor is None or cursor.forward
    after = []
    if cursor is not None:
        here = sa.tuple_(TABLE.c.due_at, TABLE.c.application_id)
        after = [here > order.place(cursor) if forward else here < order.place(cursor)]
    rows = first_rows(conditions.most, *after, descending=not forward)
    columns = (rows.c.due_at, rows.c.application_id)
    ordered = columns if forward else tuple(each.desc() for each in columns)
    ids = (
        sa.select(rows.c.application_id, rows.c.due_at)
        .where(*conditions.on(rows.c))
        .order_by(*ordered)
        .limit(size + 1)
        .subquery("ids")
    )
    again = (ids.c.due_at, ids.c.application_id)
    found = session.scalars(
        sa.select(ApplicationRow)
        .join(ids, ids.c.application_id == ApplicationRow.id)
        .order_by(*(again if forward else (each.desc() for each in again)))
    ).all()
    page = page_of(found[:size], order, cursor=cursor, more=len(found) > size)
    if len(found) > size or not conditions.on(rows.c):
        return page
    last = session.execute(
        sa.select(rows.c.due_at, rows.c.application_id)
        .order_by(*ordered)
        .offset(conditions.most - 1)
        .limit(1)
    ).one_or_none()
    if last is None:
        return page
    edge = Cursor(moment=last.due_at, id=last.application_id, forward=forward)
    if forward:
        return replace(page, after=edge, is_partial=True)
    return replace(page, before=edge, is_partial=True)


def _read_in_parts(
    session: Session,
    conditions: QueueConditions,
    *,
    cursor: Cursor | None,
    size: int,
    own_zone: str,
) -> Page[ApplicationRow]:
    """Return a page of the rows of the own zone, then of the others, each by due date.

    Each part is read along its own order, from the cursor's place on, and no further than a page.
    """
    order = Order(moment=ApplicationRow.due_at, id=ApplicationRow.id, size=size)
    forward = cursor is None or cursor.forward
    begin = 0 if cursor is None else cursor.part
    read = []
    for part in (0, 1):
        if part != begin and (part > begin) is not forward:
            continue
        beyond = []
        if cursor is not None and part == begin:
            here = sa.tuple_(TABLE.c.due_at, TABLE.c.application_id)
            beyond = [here > order.place(cursor) if forward else here < order.place(cursor)]
        rows = first_rows(conditions.most, *beyond, descending=not forward)
        is_own = is_of_zone(rows.c, own_zone)
        columns = (rows.c.due_at, rows.c.application_id)
        some = (
            sa.select(rows.c.application_id, rows.c.due_at, sa.literal(part).label("part"))
            .where(~is_own if part else is_own, *conditions.on(rows.c))
            .order_by(*(columns if forward else (each.desc() for each in columns)))
            .limit(size + 1)
        )
        read.append(sa.select(some.subquery(f"part_{part}")))
    ids = sa.union_all(*read).subquery("both")
    every = (ids.c.part, ids.c.due_at, ids.c.application_id)
    chosen = (
        sa.select(ids)
        .order_by(*(every if forward else (each.desc() for each in every)))
        .limit(size + 1)
        .subquery("ids")
    )
    again = (chosen.c.part, chosen.c.due_at, chosen.c.application_id)
    found = session.execute(
        sa.select(ApplicationRow, chosen.c.part)
        .join(chosen, chosen.c.application_id == ApplicationRow.id)
        .order_by(*(again if forward else (each.desc() for each in again)))
    ).all()
    more = len(found) > size
    page = page_of([row for row, _ in found[:size]], order, cursor=cursor, more=more)
    parts = {row.id: part for row, part in found}
    before, after = (
        replace(each, part=parts[each.id]) if each is not None else None
        for each in (page.before, page.after)
    )
    return replace(page, before=before, after=after)


def search_page(
    uow: UnitOfWork,
    *,
    text: str,
    cursor: Cursor | None,
    asked: CaseFilter | None = None,
    size: int = PAGE_SIZE,
    me: UUID | None = None,
    seat: str | None = None,
) -> Page[QueueEntry]:
    """Return confirmed applications in any state that have every word, newest first.

    A word is part of the reference, of the Acuerdo's number, the RUC, the name or the trade. With a
    filter only what is in review is looked at, what is due first first.
    """
    words = search_words(text)
    if not words:
        return Page(entries=(), before=None, after=None)
    base = sa.select(ApplicationRow).where(ApplicationRow.confirmed_at.is_not(None))
    order = Order(
        moment=ApplicationRow.created_at, id=ApplicationRow.id, newest_first=True, size=size
    )
    if asked:
        conditions = QueueConditions(uow, QueueFilter.TO_REVIEW, asked, me=me, seat=seat)
        both = sa.join(ApplicationRow, TABLE, TABLE.c.application_id == ApplicationRow.id)
        base = sa.select(ApplicationRow).select_from(both).where(*conditions.on(TABLE.c))
        order = Order(moment=TABLE.c.due_at, id=ApplicationRow.id, size=size)
    page = read_found_page(
        uow.session,
        base,
        sought=application_search.sought(uow.session, ApplicationRow.id, ApplicationRow.ruc, words),
        order=order,
        cursor=cursor,
    )
    entries = entries_of(uow, page.entries, seat, words=words)
    return replace(page, entries=entries)


def _is_to_be_looked_at() -> sa.ColumnElement[bool]:
    """Say whether its later control is open; there are few, so they are found first."""
    return ApplicationRow.id.in_(
        sa.select(LaterControlRow.application_id).where(LaterControlRow.looked_at.is_(None))
    )
