"""Issued documents for officers: the progress of issuing one, and the list of all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db import application_search, named_files
from review_service.db.models import AgreementRow, ApplicationRow, MailRow, TaskRow
from review_service.db.queries.held_papers import HeldPaper, held_paper
from review_service.db.queries.keyset import Cursor, Order, Page, read_found_page, read_page
from review_service.db.queries.officer import standings
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.agreements import AgreementState
from review_service.domain.errors import NotFoundError
from review_service.domain.identifiers import SearchWord, search_words
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.renewals import Standing, Term
from review_service.domain.ruc import mask_email
from review_service.domain.snapshots import told
from review_service.domain.stored_files import NamedFile
from review_service.domain.terms import ecuador_day
from review_service.domain.work import TaskState

PAGE_SIZE = 25
ISSUED_MAIL = "issued"
"""Event of the mail that carries the agreement, also the name of its template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailView:
    """One message that carries the agreement; the address is masked."""

    masked_recipient: str
    sent_at: datetime | None
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuing:
    """How far one agreement has come on its way to the applicant."""

    application_id: UUID
    reference: str
    holder: str
    agreement_id: UUID
    kind: IssuedKind
    number: str
    state: AgreementState
    numbered_at: datetime
    published_at: datetime | None
    valid_from: date
    valid_until: date
    sha256: str | None
    size_bytes: int | None
    mails: tuple[MailView, ...]
    is_stopped: bool
    """Every attempt failed; the task is in quarantine until a person looks at it."""
    held: HeldPaper | None = None
    """What prevents signing the paper; None when nothing does."""

    @property
    def is_finished(self) -> bool:
        """Whether issuing and mailing have ended."""
        return self.state is AgreementState.PUBLISHED and all(
            mail.sent_at or mail.failed for mail in self.mails
        )

    def has_reached(self, state: AgreementState) -> bool:
        """Whether the agreement is as far as that state, or further."""
        order = list(AgreementState)
        return order.index(self.state) >= order.index(state)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedEntry:
    """One line of the list of agreements."""

    id: UUID
    application_id: UUID
    reference: str
    kind: IssuedKind
    number: str
    holder: str
    ruc: str
    trade: str
    """Of an Acuerdo; empty for a certificate."""
    category: str
    """Of a certificate; empty for an Acuerdo."""
    canton: str
    issued_on: date
    term: Term
    standing: Standing
    """How it stands today."""
    successor: str
    """Number of the one that follows it, once that is out; else empty."""
    has_pdf: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFile:
    """The stored signed PDF, and what its name is made from."""

    application_id: UUID
    kind: IssuedKind
    number: str
    file: NamedFile


def issuing_of(uow: UnitOfWork, application_id: UUID) -> Issuing:
    """Return how far the agreement of an approved application has come.

    Raises ``NotFoundError`` when it has none.
    """
    row = uow.session.execute(
        sa.select(AgreementRow, ApplicationRow)
        .join(ApplicationRow, AgreementRow.application_id == ApplicationRow.id)
        .where(ApplicationRow.id == application_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"no agreement for {application_id}")
    agreement, application = row
    mails = _mails(uow, application_id)
    return Issuing(
        application_id=application.id,
        reference=application.reference,
        holder=application.holder,
        agreement_id=agreement.id,
        kind=agreement.kind,
        number=agreement.number,
        state=agreement.state,
        numbered_at=agreement.numbered_at,
        published_at=agreement.published_at,
        valid_from=agreement.valid_from,
        valid_until=agreement.valid_until,
        sha256=agreement.sha256,
        size_bytes=agreement.size_bytes,
        mails=tuple(_mail_view(mail) for mail in mails),
        held=held_paper(uow, application.id),
        is_stopped=_is_stopped(uow, [agreement.id, application.id, *(mail.id for mail in mails)]),
    )


def agreements_page(
    uow: UnitOfWork,
    *,
    text: str,
    cursor: Cursor | None,
    kind: IssuedKind | None = None,
    standing: Standing | None = None,
    size: int = PAGE_SIZE,
) -> Page[IssuedEntry]:
    """Return numbered documents that have every word, newest first; of one kind or of all.

    A word is part of the number, of the application's reference, the RUC, the name or the trade.
    Of one ``standing`` they come in the order of ``standings.ORDERS``: what is frequent fills a
    page at its beginning, where the newest ones may all stand otherwise.
    """
    order = Order(moment=AgreementRow.numbered_at, id=AgreementRow.id, newest_first=True, size=size)
    words = search_words(text)
    if text and not words:
        return Page(entries=(), before=None, after=None)
    listed: sa.Select[Any] = sa.select(AgreementRow)
    if kind is not None:
        listed = listed.where(AgreementRow.kind == kind)
    if standing is not None:
        listed = listed.where(standings.stands(standing, ecuador_day(uow.now)))
        order = replace(standings.ORDERS[standing], size=size)
    if words:
        page = _found(uow, listed, words, order, cursor)
    else:
        page = read_page(uow.session, listed, order=order, cursor=cursor)
    references = _references(uow, [row.application_id for row in page.entries])
    successors = _successors(uow, [row.successor_id for row in page.entries if row.successor_id])
    today = ecuador_day(uow.now)
    return Page(
        entries=tuple(
            _entry(row, references[row.application_id], successors.get(row.successor_id), today)
            for row in page.entries
        ),
        before=page.before,
        after=page.after,
        is_partial=page.is_partial,
    )


def documents_of_ruc(uow: UnitOfWork, ruc: str, *, most: int) -> tuple[IssuedEntry, ...]:
    """Return the numbered documents of one RUC, of every kind, the newest first."""
    rows = uow.session.scalars(
        sa.select(AgreementRow)
        .where(AgreementRow.ruc == ruc)
        .order_by(AgreementRow.numbered_at.desc(), AgreementRow.id)
        .limit(most)
    ).all()
    references = _references(uow, [row.application_id for row in rows])
    successors = _successors(uow, [row.successor_id for row in rows if row.successor_id])
    today = ecuador_day(uow.now)
    return tuple(
        _entry(row, references[row.application_id], successors.get(row.successor_id), today)
        for row in rows
    )


def _found(
    uow: UnitOfWork,
    listed: sa.Select[Any],
    words: Sequence[SearchWord],
    order: Order,
    cursor: Cursor | None,
) -> Page[Any]:
    sought = application_search.sought(
        uow.session, AgreementRow.application_id, AgreementRow.ruc, words
    )
    return read_found_page(uow.session, listed, sought=sought, order=order, cursor=cursor)


def agreement_file(uow: UnitOfWork, agreement_id: UUID) -> AgreementFile:
    """Return the stored PDF of an agreement. Raises ``NotFoundError`` until it is stored."""
    row = uow.session.get(AgreementRow, agreement_id)
    file = named_files.agreement_file(row) if row is not None else None
    if row is None or file is None:
        raise NotFoundError(f"no stored agreement {agreement_id}")
    return AgreementFile(
        application_id=row.application_id, kind=row.kind, number=row.number, file=file
    )


def _mails(uow: UnitOfWork, application_id: UUID) -> list[MailRow]:
    return list(
        uow.session.scalars(
            sa.select(MailRow)
            .where(MailRow.application_id == application_id, MailRow.event == ISSUED_MAIL)
            .order_by(MailRow.created_at)
        )
    )


def _mail_view(mail: MailRow) -> MailView:
    return MailView(
        masked_recipient=mask_email(mail.recipient),
        sent_at=mail.sent_at,
        failed=mail.failed_at is not None and mail.sent_at is None,
    )


def _is_stopped(uow: UnitOfWork, subjects: list[UUID]) -> bool:
    stopped = sa.exists().where(
        TaskRow.subject_id.in_(subjects), TaskRow.state == TaskState.QUARANTINED
    )
    return bool(uow.session.execute(sa.select(stopped)).scalar_one())


def _references(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID, str]:
    rows = uow.session.execute(
        sa.select(ApplicationRow.id, ApplicationRow.reference).where(ApplicationRow.id.in_(ids))
    )
    return {row.id: row.reference for row in rows}


def _successors(uow: UnitOfWork, ids: list[UUID]) -> dict[UUID | None, AgreementRow]:
    """Return the documents that follow others, as far as they are out."""
    if not ids:
        return {}
    rows = uow.session.scalars(
        sa.select(AgreementRow).where(
            AgreementRow.id.in_(ids), AgreementRow.state == AgreementState.PUBLISHED
        )
    )
    return {row.id: row for row in rows}


def _entry(
    row: AgreementRow, reference: str, successor: AgreementRow | None, today: date
) -> IssuedEntry:
    term = Term(row.valid_from, row.valid_until, successor.valid_from if successor else None)
    return IssuedEntry(
        id=row.id,
        application_id=row.application_id,
        reference=reference,
        kind=row.kind,
        number=row.number,
        holder=told(row.snapshot, "holder"),
        ruc=row.ruc,
        trade=told(row.snapshot, "trade"),
        category=told(row.snapshot, "category"),
        canton=told(row.snapshot, "canton"),
        issued_on=ecuador_day(row.numbered_at),
        term=term,
        standing=term.standing(today),
        successor=successor.number if successor else "",
        has_pdf=row.storage_key is not None,
    )
