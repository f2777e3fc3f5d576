"""The officers' queue, first due first, with filters such as doubtful or corrected."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db import application_search, claims
from review_service.db.correction_loop import is_to_resolve, waits_for_extension
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
    NOT_IN_REVIEW,
    QueueConditions,
    QueueFilter,
    is_of_zone,
)
from review_service.db.queries.officer.queue_entries import QueueEntry, entries_of
from review_service.db.queued_cases import TABLE, count_up_to, first_rows
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.identifiers import search_words
from review_service.domain.queue_filters import CaseFilter
from review_service.domain.roles import Standing
from review_service.domain.terms import ecuador_day

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
    if chosen in NOT_IN_REVIEW:
        is_it = _outside_review(chosen, uow)
        some = sa.select(sa.literal(1)).select_from(ApplicationRow).where(is_it)
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
    who looks: an officer's own certificates are in no later control of theirs, own cases in no
    list of recommended ones. ``seat`` is the canton of the authority, as in
    ``legal_terms.legal_terms_of``. A page is partial where the rows that are looked at ended before
    it was full; its cursor goes on there.
    """
    if chosen in NOT_IN_REVIEW:
        statement = sa.select(ApplicationRow).where(_outside_review(chosen, uow))
        if officer is not None:
            statement = statement.where(*claims.of_others(officer))
        is_later = chosen is QueueFilter.LATER
        since = ApplicationRow.decided_at if is_later else ApplicationRow.changed_at
        order = Order(moment=since, id=ApplicationRow.id, size=size)
        page = read_page(uow.session, statement, order=order, cursor=cursor)
    else:
        conditions = QueueConditions(
            uow, chosen, asked or CaseFilter(), me=who.id if who else None, seat=seat
        )
        first = "" if who is None or (asked and asked.zone) else who.own_zone
        page = _read_queue(uow.session, conditions, cursor=cursor, size=size, own_zone=first)
    entries = entries_of(uow, page.entries, seat)
    if chosen is QueueFilter.RECOMMENDED and officer is not None:  # its holder learns of it later
        entries = tuple(each for each in entries if not officer.is_own(each.ruc))
    return replace(page, entries=entries)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What one part of the list had from a place on, in the direction of reading."""

    rows: Sequence[ApplicationRow]
    """One more than was asked for where there are more."""
    edge: Cursor | None
    """Where the rows that were looked at ended before the part did."""


def _read_queue(
    session: Session,
    conditions: QueueConditions,
    *,
    cursor: Cursor | None,
    size: int,
    own_zone: str,
) -> Page[ApplicationRow]:
    """Return a page of the rows of the own zone, then of the others, each by due date.

    Without an own zone the list has one part. A part is read as far as ``conditions.most`` of its
    own rows. What comes after one that did not end there is read when it has: the page is partial.
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
            among=_is_in_part(part, own_zone),
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


def _is_in_part(part: int, own_zone: str) -> list[sa.ColumnElement[bool]]:
    if not own_zone:
        return []
    is_own = is_of_zone(TABLE.c, own_zone)
    return [~is_own if part else is_own]


def _read_part(
    session: Session,
    conditions: QueueConditions,
    *,
    place: Cursor | None,
    forward: bool,
    size: int,
    among: Sequence[sa.ColumnElement[bool]],
) -> _Part:
    """Return the next rows ``among`` these that have all conditions, ``size`` and one more at most.

    The narrow rows tell which cases these are; only theirs are read.
    """
    after = []
    if place is not None:
        columns_here = sa.tuple_(TABLE.c.due_at, TABLE.c.application_id)
        there = Order(moment=ApplicationRow.due_at, id=ApplicationRow.id).place(place)
        after = [columns_here > there if forward else columns_here < there]
    rows = first_rows(conditions.most, *after, *among, descending=not forward)
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
    is_whole = len(found) > size or not conditions.on(rows.c)
    if is_whole or count_up_to(session, conditions.most) <= conditions.most:
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


def _outside_review(chosen: QueueFilter, uow: UnitOfWork) -> sa.ColumnElement[bool]:
    """Return the condition of a view that is not of cases in review; each finds few."""
    if chosen is QueueFilter.LATER:
        return _is_to_be_looked_at()
    if chosen is QueueFilter.EXTENSIONS:
        return waits_for_extension()
    return is_to_resolve(ecuador_day(uow.now))


def _is_to_be_looked_at() -> sa.ColumnElement[bool]:
    """Say whether its later control is open; there are few, so they are found first."""
    return ApplicationRow.id.in_(
        sa.select(LaterControlRow.application_id).where(LaterControlRow.looked_at.is_(None))
    )
