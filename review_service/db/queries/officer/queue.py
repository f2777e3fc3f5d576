"""The officers' queue, first due first, with filters such as doubtful or corrected."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import application_search, claims
from review_service.db.correction_loop import is_to_resolve, waits_for_extension
from review_service.db.kept_statements import NOW, KeptStatements, with_its_values
from review_service.db.legal_terms import alarming_while_corrected, count_alarming
from review_service.db.models import (
    ApplicationRow,
    LaterControlRow,
)
from review_service.db.pending_decisions import recommended_cases
from review_service.db.queries.keyset import (
    Cursor,
    Order,
    Page,
    read_found_page,
    read_page,
)
from review_service.db.queries.officer.queue_conditions import (
    NOT_IN_REVIEW,
    QueueConditions,
    QueueFilter,
    most_looked_at,
)
from review_service.db.queries.officer.queue_entries import QueueEntry, entries_of
from review_service.db.queries.officer.queue_list import read_few, read_long
from review_service.db.queued_cases import TABLE, first_rows, written
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.identifiers import search_words
from review_service.domain.queue_filters import CaseFilter
from review_service.domain.roles import Standing
from review_service.domain.terms import ecuador_day

MOST_COUNTED = 200
"""Of each filter; nobody acts on a larger number otherwise."""
_ASKED: Final = tuple(each for each in QueueFilter if each is not QueueFilter.LEGAL_TERM)
"""The views that are counted by one statement."""
_MADE: Final = KeptStatements[sa.Select[*tuple[Any, ...]]]()
_RECOMMENDED: Final = (
    sa.select(sa.func.count())
    .select_from(TABLE)
    .where(TABLE.c.application_id.in_(recommended_cases()))
)
"""There are few: they lead to their narrow rows."""
PAGE_SIZE = 25
"""Rows on one page, as many as fit a screen of 1280 x 800."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlooker:
    """The officer who looks at the queue."""

    id: UUID
    own_zone: str = ""
    """Empty for a unit that is of no zone."""
    standing: Standing | None = None
    """An officer's own certificates are in no later control of theirs, own cases in no list of
    recommended ones."""


def counts_of(
    uow: UnitOfWork, *, seat: str | None = None, near_the_end: int | None = None
) -> dict[QueueFilter, int]:
    """Return how many applications each view holds, at most ``MOST_COUNTED`` + 1.

    ``seat`` is the canton of the authority, as in ``legal_terms.legal_terms_of``. ``near_the_end``
    is how many «Plazo legal» shows, where that is known; else those in review.
    """
    if near_the_end is None:
        near_the_end = count_alarming(uow, most=MOST_COUNTED, seat=seat)
    key = (ecuador_day(uow.now), MOST_COUNTED, *most_looked_at())
    numbers = uow.rows(_MADE.of(key, lambda: _counts(uow))).one()  # one question for the whole day
    found = dict(zip(_ASKED, numbers, strict=True)) | {QueueFilter.LEGAL_TERM: near_the_end}
    return {each: found[each] for each in QueueFilter}


def count_recommended(uow: UnitOfWork) -> int:
    """Return how many cases «Recomendados» holds, at most ``MOST_COUNTED`` + 1."""
    number: int = uow.rows(_RECOMMENDED).scalar_one()
    return min(number, MOST_COUNTED + 1)


def _counts(uow: UnitOfWork) -> sa.Select[*tuple[Any, ...]]:
    return with_its_values(sa.select(*(_count(each, uow) for each in _ASKED)))


def _count(chosen: QueueFilter, uow: UnitOfWork) -> sa.ScalarSelect[int]:
    one = sa.literal_column("1", sa.Integer())
    if chosen in NOT_IN_REVIEW:
        is_it = _outside_review(chosen, uow)
        some = sa.select(one).select_from(ApplicationRow).where(is_it)
    else:
        conditions = QueueConditions(uow, chosen, CaseFilter())
        rows = first_rows(conditions.most)
        some = sa.select(one).select_from(rows).where(*conditions.on(rows.c))
    limited = some.limit(written(MOST_COUNTED + 1)).subquery()
    return sa.select(sa.func.count()).select_from(limited).scalar_subquery()


def queue_page(
    uow: UnitOfWork,
    *,
    chosen: QueueFilter,
    cursor: Cursor | None,
    asked: CaseFilter | None = None,
    size: int = PAGE_SIZE,
    who: Onlooker | None = None,
    seat: str | None = None,
    most_found: int | None = None,
) -> Page[QueueEntry]:
    """Return one page of the applications in review that are ``asked`` for, first due first.

    Those of the own zone of ``who`` looks come before the others. ``seat`` is the canton of the
    authority, as in ``legal_terms.legal_terms_of``. A page is partial where the rows that are
    looked at ended before it was full; its cursor goes on there. ``most_found`` is how many cases
    there are, where all of them were just counted: few are read at once, and of none nothing is.
    """
    if chosen in NOT_IN_REVIEW:
        statement = sa.select(ApplicationRow).where(_outside_review(chosen, uow))
        if who is not None and who.standing is not None:
            statement = statement.where(*claims.of_others(who.standing))
        is_later = chosen is QueueFilter.LATER
        since = ApplicationRow.decided_at if is_later else ApplicationRow.changed_at
        order = Order(moment=since, id=ApplicationRow.id, size=size)
        page = read_page(uow.session, statement, order=order, cursor=cursor)
    else:
        conditions = QueueConditions(
            uow, chosen, asked or CaseFilter(), me=who.id if who else None, seat=seat, now=NOW
        )
        first = "" if who is None or (asked and asked.zone) else who.own_zone
        if most_found == 0:
            return Page(entries=(), before=None, after=None)
        read = partial(read_long, is_whole=most_found is not None)
        if most_found is not None and most_found <= MOST_COUNTED:
            read = partial(read_few)
        page = read(uow.session, conditions, cursor=cursor, size=size, own_zone=first)
    entries = entries_of(uow, page.entries, seat)
    looking = who.standing if who is not None else None
    if chosen is QueueFilter.RECOMMENDED and looking is not None:  # its holder learns of it later
        entries = tuple(each for each in entries if not looking.is_own(each.ruc))
    return replace(page, entries=entries)


def waiting_near_the_end(uow: UnitOfWork, *, seat: str | None = None) -> tuple[QueueEntry, ...]:
    """Return the cases that wait for their applicant though the end of their legal term is near."""
    ids = alarming_while_corrected(uow, seat=seat)
    if not ids:
        return ()
    order = (ApplicationRow.confirmed_at, ApplicationRow.id)
    rows = uow.session.scalars(
        sa.select(ApplicationRow).where(ApplicationRow.id.in_(ids)).order_by(*order)
    ).all()
    return entries_of(uow, rows, seat)


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
    near = None
    if asked:
        conditions = QueueConditions(uow, QueueFilter.TO_REVIEW, asked, me=me, seat=seat)
        both = sa.join(ApplicationRow, TABLE, TABLE.c.application_id == ApplicationRow.id)
        near = sa.select(TABLE.c.due_at, TABLE.c.application_id).where(*conditions.on(TABLE.c))
        base = sa.select(ApplicationRow).select_from(both).where(*conditions.on(TABLE.c))
        order = Order(moment=TABLE.c.due_at, id=ApplicationRow.id, size=size)
    page = read_found_page(
        uow.session,
        base,
        sought=application_search.sought(uow.session, ApplicationRow.id, ApplicationRow.ruc, words),
        order=order,
        cursor=cursor,
        near=near,
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
