"""Letters to the service as their writers and applicants see them."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import LetterPhotoRow, LetterRow, MailRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.email_addresses import mailbox_of
from review_service.domain.letters import (
    DataRequest,
    LetterKind,
    LetterPhotoState,
    LetterState,
    LetterTerm,
)
from review_service.domain.numbering import hash_secret
from review_service.domain.refusals import RefusalReason
from review_service.domain.terms import ecuador_day
from review_service.domain.wording import gettext_noop

MOST_WAITING: Final = 20
"""Letters of one mailbox that the page to confirm one of them names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """One letter in a list."""

    id: UUID
    kind: LetterKind
    state: LetterState
    number: str
    received_at: datetime
    due_on: date
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPhotoView:
    """What became of the photo of a letter."""

    state: LetterPhotoState
    sent_at: datetime
    refusal: RefusalReason | None

    @property
    def sentence(self) -> str:
        """Why it was refused and what to do; empty when it was not."""
        if self.refusal is RefusalReason.TOO_COSTLY:  # its own words speak of a PDF
            return gettext_noop("No la podemos revisar con seguridad. Tome otra foto y envíela.")
        return self.refusal.sentence if self.refusal else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """One letter with its history, as its page shows it."""

    id: UUID
    kind: LetterKind
    request: DataRequest | None
    state: LetterState
    number: str
    """Empty while it is not confirmed."""
    name: str
    email: str
    about: str
    body: str
    written_at: datetime
    confirm_by: datetime | None
    is_lapsed: bool
    received_at: datetime | None
    due_on: date | None
    term: LetterTerm | None
    is_late: bool
    answer: str
    answered_at: datetime | None
    answer_sent_at: datetime | None
    """When the mail with the answer left; None while it waits, or was refused."""
    photo: LetterPhotoView | None
    takes_photo: bool
    """Whether a photo may be sent now."""


def letter_behind(uow: UnitOfWork, token: str) -> LetterView | None:
    """Return the letter of a page's address, or None."""
    row = uow.session.scalars(
        sa.select(LetterRow).where(LetterRow.token_hash == hash_secret(token))
    ).one_or_none()
    return view_of(uow, row) if row is not None else None


def view_of(uow: UnitOfWork, row: LetterRow) -> LetterView:
    """Return a letter as its page shows it, in the caller's transaction."""
    mail = uow.session.get(MailRow, row.answer_mail_id) if row.answer_mail_id else None
    days, lapses = row.term_days, row.confirm_by
    is_open = row.state is LetterState.OPEN
    is_warning = row.kind is LetterKind.FALSE_DOCUMENT
    photo = _photo_of(uow, row.id) if is_warning else None
    is_left = photo is None or photo.state is LetterPhotoState.REFUSED
    return LetterView(
        id=row.id,
        kind=row.kind,
        request=row.request,
        state=row.state,
        number=row.number or "",
        name=row.name,
        email=row.email,
        about=row.about,
        body=row.body,
        written_at=row.written_at,
        confirm_by=lapses,
        is_lapsed=row.number is None and lapses is not None and lapses <= uow.now,
        received_at=row.received_at,
        due_on=row.due_on,
        term=LetterTerm(days=days, norm=row.term_norm) if days is not None else None,
        is_late=is_open and row.due_on is not None and row.due_on < ecuador_day(uow.now),
        answer=row.answer,
        answered_at=row.answered_at,
        answer_sent_at=mail.sent_at if mail is not None else None,
        photo=photo,
        takes_photo=is_warning and is_open and is_left,
    )


def _photo_of(uow: UnitOfWork, letter_id: UUID) -> LetterPhotoView | None:
    row = uow.session.get(LetterPhotoRow, letter_id)
    if row is None:
        return None
    return LetterPhotoView(state=row.state, sent_at=row.sent_at, refusal=row.refusal)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLetter:
    """One letter that its address has not confirmed."""

    id: UUID
    kind: LetterKind
    written_at: datetime


def waiting_letters(uow: UnitOfWork, email: str) -> tuple[WaitingLetter, ...]:
    """Return the newest letters that wait for a mailbox's word; in the caller's transaction."""
    mailbox, address = mailbox_of(email), sa.func.lower(LetterRow.email)
    local, _, domain = mailbox.rpartition("@")
    rows = uow.session.scalars(
        sa.select(LetterRow)
        .where(
            LetterRow.state == LetterState.UNCONFIRMED,
            LetterRow.confirm_by > uow.now,
            address.startswith(local, autoescape=True),
            address.endswith(f"@{domain}", autoescape=True),
        )
        .order_by(LetterRow.written_at.desc(), LetterRow.id)
    )
    same = (row for row in rows if mailbox_of(row.email) == mailbox)
    return tuple(
        WaitingLetter(id=row.id, kind=row.kind, written_at=row.written_at)
        for row in islice(same, MOST_WAITING)
    )


def own_letters(uow: UnitOfWork, *, ruc: str, application_id: UUID) -> tuple[LetterLine, ...]:
    """Return the letters that this RUC wrote, signed in, about one application; newest first."""
    rows = uow.session.scalars(
        sa.select(LetterRow)
        .where(LetterRow.application_id == application_id, LetterRow.ruc == ruc)
        .order_by(LetterRow.received_at.desc())
    )
    return tuple(line for row in rows if (line := line_of(row)) is not None)


def line_of(row: LetterRow) -> LetterLine | None:
    """Return a received letter for a list; None for one that was not received."""
    if row.number is None or row.received_at is None or row.due_on is None:
        return None
    return LetterLine(
        id=row.id,
        kind=row.kind,
        state=row.state,
        number=row.number,
        received_at=row.received_at,
        due_on=row.due_on,
        answered_at=row.answered_at,
    )
