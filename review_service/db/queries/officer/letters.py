"""The officers' tray of letters: by kind and state, the first due first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.letters import letter_stamp
from review_service.db.models import ApplicationRow, LetterRow, OfficerRow
from review_service.db.queries.letters import LetterView, view_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError
from review_service.domain.letters import LetterKind, LetterState
from review_service.domain.terms import ecuador_day

MOST_SHOWN: Final = 200
"""Rows of the tray: of open letters those first due, of answered ones the newest."""
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
    decided_by: UUID | None
    answered_by_id: UUID | None
    answered_by: str


def tray(
    uow: UnitOfWork, *, state: LetterState, kind: LetterKind | None = None
) -> tuple[TrayEntry, ...]:
    """Return open letters, the first due first, or answered ones, the newest first."""
    is_open = state is LetterState.OPEN
    order = (LetterRow.due_on, LetterRow.id) if is_open else (LetterRow.answered_at.desc(),)
    rows = uow.session.execute(
        sa.select(LetterRow, OfficerRow.full_name)
        .outerjoin(OfficerRow, OfficerRow.id == LetterRow.answered_by)
        .where(LetterRow.state == state, sa.true() if kind is None else LetterRow.kind == kind)
        .order_by(*order)
        .limit(MOST_SHOWN)
    )
    return _entries(uow, rows)


def letters_about(uow: UnitOfWork, application_id: UUID) -> tuple[TrayEntry, ...]:
    """Return the received letters about one application, the newest first."""
    rows = uow.session.execute(
        sa.select(LetterRow, OfficerRow.full_name)
        .outerjoin(OfficerRow, OfficerRow.id == LetterRow.answered_by)
        .where(
            LetterRow.application_id == application_id,
            LetterRow.state != LetterState.UNCONFIRMED,
        )
        .order_by(LetterRow.received_at.desc())
    )
    return _entries(uow, rows)


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
        decided_by=about.decided_by if about is not None else None,
        answered_by_id=row.answered_by,
        answered_by=officer.full_name if officer is not None else "",
    )


def _entries(uow: UnitOfWork, found: Iterable[Any]) -> tuple[TrayEntry, ...]:
    rows = tuple(found)
    if not rows:  # the page of a case asks for the time only when there is something to tell
        return ()
    today = ecuador_day(uow.now)
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
            answered_by=officer or "",
        )
        for row, officer in rows
        if row.received_at is not None and row.due_on is not None
    )
