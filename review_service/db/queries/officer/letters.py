"""The officers' tray of letters: by kind and state, the first due first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.appeals import deciders_of
from review_service.db.letters import letter_stamp
from review_service.db.models import AppealRow, ApplicationRow, LetterRow, OfficerRow
from review_service.db.queries.keyset import Cursor, Order, Page, read_page
from review_service.db.queries.letters import LetterView, view_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError
from review_service.domain.identifiers import typed_reference
from review_service.domain.letters import LetterKind, LetterState
from review_service.domain.terms import ecuador_day

MOST_OF_CASE: Final = 20
"""Letters about one application that its case names: anybody may write any number into one."""
MOST_LOOKED_AT: Final = 500
MOST_OF_SEARCH: Final = 3
"""Open letters that a search of everything looks at, and letters that it shows."""
MOST_COUNTED: Final = 99
"""Above this the navigation says only that there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayEntry:
    """One letter in the tray."""

    id: UUID
    number: str
    kind: LetterKind
    state: LetterState
    name: str
    about: str
    received_at: datetime
    due_on: date
    is_late: bool
    answered_at: datetime | None
    answered_by: str
    """Name of the officer; empty while nobody has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerLetter:
    """One letter as officers see it."""

    letter: LetterView
    stamp: str
    """What a form that answers it was made from."""
    ruc: str
    """Of who was signed in; empty for somebody who only has an address."""
    application_id: UUID | None
    reference: str
    """Of the application that it is about, if there is one that was received."""
    is_owner: bool
    """Whether who wrote had signed in with that application's RUC."""
    rucs: tuple[str, ...]
    """Whose letter or application it is: none of them may be the officer's own."""
    deciders: frozenset[UUID]
    answered_by_id: UUID | None
    answered_by: str
    is_appeal: bool
    """Whether it is an appeal against a decision, which is decided and not answered."""


FIRST_DUE: Final = Order(moment=LetterRow.due_on, id=LetterRow.id)
LAST_ANSWERED: Final = Order(moment=LetterRow.answered_at, id=LetterRow.id, newest_first=True)
NEWEST: Final = Order(moment=LetterRow.received_at, id=LetterRow.id, newest_first=True)


def tray(
    uow: UnitOfWork,
    *,
    state: LetterState,
    kind: LetterKind | None = None,
    cursor: Cursor | None = None,
) -> Page[TrayEntry]:
    """Return a page of open letters, the first due first, or of answered ones, newest first."""
    chosen = sa.select(LetterRow).where(LetterRow.state == state)
    if kind is not None:
        chosen = chosen.where(LetterRow.kind == kind)
    order = FIRST_DUE if state is LetterState.OPEN else LAST_ANSWERED
    return _page(uow, chosen, order=order, cursor=cursor)


def found_letters(uow: UnitOfWork, text: str, *, cursor: Cursor | None = None) -> Page[TrayEntry]:
    """Return a page of received letters, the newest first, by their number or part of a fact.

    Looked at are name, address, RUC and what the letter is about, capitals or not.
    """
    sought = text.lower()
    columns = (LetterRow.name, LetterRow.email, LetterRow.about, LetterRow.ruc)
    is_found = [
        LetterRow.number == text.upper(),
        *(sa.func.lower(column).contains(sought, autoescape=True) for column in columns),
    ]
    reference = typed_reference(text)
    if reference:
        of_case = sa.select(ApplicationRow.id).where(ApplicationRow.reference == reference)
        is_found.append(LetterRow.application_id.in_(of_case))
    chosen = sa.select(LetterRow).where(
        LetterRow.state != LetterState.UNCONFIRMED, sa.or_(*is_found)
    )
    return _page(uow, chosen, order=NEWEST, cursor=cursor)


def few_letters(uow: UnitOfWork, text: str) -> tuple[TrayEntry, ...]:
    """Return a few received letters for a search of everything: by their number, or open ones.

    Of the open ones ``MOST_LOOKED_AT`` are looked at, those that are due first, for part of a name,
    address, RUC or subject.
    """
    sought = text.lower()
    first = (
        sa.select(LetterRow)
        .where(LetterRow.state == LetterState.OPEN)
        .order_by(LetterRow.due_on, LetterRow.id)
        .limit(MOST_LOOKED_AT)
        .subquery()
    )
    columns = (first.c.name, first.c.email, first.c.about, first.c.ruc)
    is_found = (sa.func.lower(each).contains(sought, autoescape=True) for each in columns)
    near = sa.select(first.c.id).where(sa.or_(*is_found)).limit(MOST_OF_SEARCH)
    numbered = sa.select(LetterRow.id).where(LetterRow.number == text.upper())
    ids = uow.session.scalars(sa.union_all(numbered, sa.select(near.subquery().c.id))).all()
    if not ids:
        return ()
    chosen = (
        sa.select(LetterRow)
        .where(LetterRow.id.in_(ids), LetterRow.state != LetterState.UNCONFIRMED)
        .order_by(LetterRow.due_on, LetterRow.id)
        .limit(MOST_OF_SEARCH)
    )
    return _entries(uow, uow.session.scalars(chosen).all())


def letters_about(uow: UnitOfWork, application_id: UUID) -> tuple[TrayEntry, ...]:
    """Return the newest received letters about one application, ``MOST_OF_CASE`` at most."""
    chosen = (
        sa.select(LetterRow)
        .where(
            LetterRow.application_id == application_id,
            LetterRow.state != LetterState.UNCONFIRMED,
        )
        .order_by(LetterRow.received_at.desc(), LetterRow.id.desc())
        .limit(MOST_OF_CASE)
    )
    return _entries(uow, uow.session.scalars(chosen).all())


def open_counts(uow: UnitOfWork) -> Mapping[LetterKind, int]:
    """Return how many letters of each kind wait for an answer."""
    found = uow.session.execute(
        sa.select(LetterRow.kind, sa.func.count())
        .where(LetterRow.state == LetterState.OPEN)
        .group_by(LetterRow.kind)
    )
    counted = {row[0]: row[1] for row in found}
    return {kind: counted.get(kind, 0) for kind in LetterKind}


def officer_letter(uow: UnitOfWork, letter_id: UUID) -> OfficerLetter:
    """Return one letter. Raises ``NotFoundError`` for none, and for one that was not received."""
    row = uow.session.get(LetterRow, letter_id)
    if row is None or row.state is LetterState.UNCONFIRMED:
        raise NotFoundError(f"no letter {letter_id}")
    about = uow.session.get(ApplicationRow, row.application_id) if row.application_id else None
    officer = uow.session.get(OfficerRow, row.answered_by) if row.answered_by else None
    is_received = about is not None and about.confirmed_at is not None
    return OfficerLetter(
        letter=view_of(uow, row),
        stamp=letter_stamp(row),
        ruc=row.ruc or "",
        application_id=about.id if about is not None and is_received else None,
        reference=about.reference if about is not None and is_received else "",
        is_owner=about is not None and about.ruc == row.ruc,
        rucs=tuple(filter(None, (row.ruc, about.ruc if about is not None else None))),
        deciders=deciders_of(uow.session, about) if about is not None else frozenset(),
        answered_by_id=row.answered_by,
        answered_by=officer.full_name if officer is not None else "",
        is_appeal=uow.session.get(AppealRow, row.id) is not None,
    )


def _page(
    uow: UnitOfWork, chosen: sa.Select[Any], *, order: Order, cursor: Cursor | None
) -> Page[TrayEntry]:
    page = read_page(uow.session, chosen, order=order, cursor=cursor)
    return Page(entries=_entries(uow, page.entries), before=page.before, after=page.after)


def _entries(uow: UnitOfWork, rows: Sequence[LetterRow]) -> tuple[TrayEntry, ...]:
    if not rows:  # the page of a case asks for the time only when there is something to tell
        return ()
    today = ecuador_day(uow.now)
    officers = {row.answered_by for row in rows} - {None}
    asked = sa.select(OfficerRow.id, OfficerRow.full_name).where(OfficerRow.id.in_(officers))
    names = {row.id: row.full_name for row in uow.session.execute(asked)} if officers else {}
    return tuple(
        TrayEntry(
            id=row.id,
            number=row.number or "",
            kind=row.kind,
            state=row.state,
            name=row.name,
            about=row.about,
            received_at=row.received_at,
            due_on=row.due_on,
            is_late=row.state is LetterState.OPEN and row.due_on < today,
            answered_at=row.answered_at,
            answered_by=names.get(row.answered_by, ""),
        )
        for row in rows
        if row.received_at is not None and row.due_on is not None
    )
