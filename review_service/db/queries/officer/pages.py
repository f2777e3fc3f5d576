"""Documents and pages of a case for officers, with findings, copies and words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.item_evidence import SentFiles
from review_service.db.models import ApplicationRow, DocumentRow, FindingRow, PageRow
from review_service.db.named_files import NOT_RELEASED, Pictures, pictures_where
from review_service.db.queries.officer.copies import CopyView, copies_of, denied_pages
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ReviewItem
from review_service.domain.documents import DocumentKind, DocumentState, PageKind, Theme
from review_service.domain.errors import NotFoundError
from review_service.domain.finding_audiences import gravity_for_officers
from review_service.domain.findings import Severity
from review_service.domain.item_evidence import item_of
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import Box, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One finding; ``position`` is its page on the desk, None for a whole document."""

    severity: Severity
    code: str
    message: str
    advice: str
    position: int | None
    document_id: UUID | None
    """None when the application as a whole is meant, or a paper that an institution holds."""
    item: ReviewItem | None = None
    """What it speaks of, where no document says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """One page on the desk; ``position`` counts over all documents of the case, from 1."""

    position: int
    document_id: UUID
    number: int
    document_kind: DocumentKind
    item: ReviewItem | None
    theme: Theme | None
    """What the applicant says it shows."""
    suggested: Theme | None
    """The theme that its text suggests; only a hint."""
    suggested_from: str
    kind: PageKind
    width_px: int
    height_px: int
    has_image: bool
    has_preview: bool
    """Whether there is a picture between image and thumbnail."""
    has_thumbnail: bool
    is_deleted: bool
    """Whether its pictures were deleted with its file."""
    comment: str
    """What the applicant says of a finding on this page."""
    worst: Severity | None
    copies: tuple[CopyView, ...]
    has_denied: bool = False
    """Whether it resembles a photo of which an officer said that it is no copy."""

    @property
    def has_doubt(self) -> bool:
        """Whether it has a finding that is a doubt or an alert; notes do not count."""
        return self.worst is not None and self.worst is not Severity.NOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """One file of the case that was not replaced."""

    id: UUID
    kind: DocumentKind
    state: DocumentState
    theme: Theme | None
    file_name: str
    size_bytes: int
    sha256: str
    page_count: int | None
    pages_checked: int
    comment: str
    refusal: RefusalReason | None
    round: int
    assembled: bool
    """Made by the service from the photos: downloaded as one file, looked at page by page."""
    virus_checked_at: datetime | None
    """When the antivirus found nothing in it; None where it has not looked."""
    has_original: bool
    """Whether the bytes are stored and may be downloaded."""
    positions: tuple[int, ...]
    is_compared: bool
    """Whether the search for its photos in other applications has ended, or there is none."""

    @property
    def is_running(self) -> bool:
        """Whether its checks have not ended."""
        return not (self.assembled or self.state.is_final)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedPage:
    """A page that was sent and later replaced: what a correction is compared with."""

    item: ReviewItem
    document_id: UUID
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything received in a case, in the order of the desk."""

    documents: tuple[DocumentView, ...]
    pages: tuple[PageView, ...]
    findings: tuple[FindingView, ...]
    """Of the pages, the documents and the application as a whole, in the order they were made."""


def material_of(session: Session, application: ApplicationRow, files: SentFiles) -> Material:
    """Return documents, pages and findings; photos in the themes' order, the agreement last."""
    documents = sorted(files.documents, key=_desk_order)
    findings = _findings(session, application.id)
    copies = copies_of(session, application)
    denied = denied_pages(session, application)
    positions = count(1)
    views = [
        _page_view(document, page, next(positions), findings, copies, denied=denied)
        for document in documents
        for page in files.pages.get(document.id, [])
    ]
    return Material(
        documents=tuple(
            _document_view(document, views, is_compared=document.id not in files.in_search)
            for document in documents
        ),
        pages=tuple(views),
        findings=tuple(_finding_view(found, views) for found in findings),
    )


def replaced_in(session: Session, application: ApplicationRow) -> tuple[ReplacedPage, ...]:
    """Return the pages that were replaced after the application had been confirmed."""
    rows = session.execute(
        sa.select(DocumentRow, PageRow.number, PageRow.theme)
        .join(PageRow, PageRow.document_id == DocumentRow.id)
        .where(
            DocumentRow.application_id == application.id,
            DocumentRow.assembled.is_(False),
            DocumentRow.removed_at > application.confirmed_at,
            PageRow.thumbnail_key.is_not(None),
            NOT_RELEASED,
        )
        .order_by(DocumentRow.removed_at, DocumentRow.id, PageRow.number)
    )
    return tuple(
        ReplacedPage(item=item, document_id=document.id, number=number)
        for document, number, theme in rows
        for item in [item_of(document.kind, theme or document.theme)]
        if item is not None
    )


def words_on(uow: UnitOfWork, *, document_id: UUID, number: int) -> tuple[Word, ...]:
    """Return the words of one page, from OCR or the PDF's text layer."""
    rows = uow.session.execute(
        sa.select(PageRow.words).where(PageRow.document_id == document_id, PageRow.number == number)
    ).scalar_one_or_none()
    return tuple(_word(row) for row in rows or ())


def page_files(
    uow: UnitOfWork, *, application_id: UUID, document_id: UUID, number: int
) -> Pictures:
    """Return the stored pictures of one page of this application.

    Raises ``NotFoundError`` when there is no such page, or it belongs to another application.
    """
    found = pictures_where(
        uow,
        ApplicationRow.id == application_id,
        ApplicationRow.confirmed_at.is_not(None),
        DocumentRow.id == document_id,
        PageRow.number == number,
    )
    if found is None:
        raise NotFoundError(f"no page {number} of {document_id} in {application_id}")
    return found


def _desk_order(document: DocumentRow) -> tuple[int, int]:
    kinds = (DocumentKind.PHOTO, *(each for each in DocumentKind if each is not DocumentKind.PHOTO))
    theme = list(Theme).index(document.theme) if document.theme else len(Theme)
    return kinds.index(document.kind), theme


def _findings(session: Session, application_id: UUID) -> list[FindingRow]:
    statement = (
        sa.select(FindingRow)
        .outerjoin(DocumentRow, FindingRow.document_id == DocumentRow.id)
        .where(FindingRow.application_id == application_id, DocumentRow.removed_at.is_(None))
    )
    return list(session.scalars(statement.order_by(FindingRow.id)))


def _page_view(
    document: DocumentRow,
    page: PageRow,
    position: int,
    findings: list[FindingRow],
    copies: Mapping[tuple[UUID, int], list[CopyView]],
    *,
    denied: frozenset[tuple[UUID, int]],
) -> PageView:
    place = (document.id, page.number)
    mine = [
        gravity_for_officers(found.code, found.severity)
        for found in findings
        if (found.document_id, found.page) == place
    ]
    return PageView(
        position=position,
        document_id=document.id,
        number=page.number,
        document_kind=document.kind,
        item=item_of(document.kind, page.theme or document.theme),
        theme=page.theme or document.theme,
        suggested=page.suggested_theme,
        suggested_from=page.suggested_from,
        kind=page.kind,
        width_px=page.width_px,
        height_px=page.height_px,
        has_image=page.image_key is not None and document.released_at is None,
        has_preview=page.preview_key is not None and document.released_at is None,
        has_thumbnail=page.thumbnail_key is not None and document.released_at is None,
        is_deleted=document.released_at is not None,
        comment=page.comment,
        worst=max(mine, key=lambda severity: severity.rank, default=None),
        copies=tuple(copies.get(place, ())),
        has_denied=place in denied,
    )


def _document_view(
    document: DocumentRow, pages: Iterable[PageView], *, is_compared: bool
) -> DocumentView:
    return DocumentView(
        id=document.id,
        kind=document.kind,
        state=document.state,
        theme=document.theme,
        file_name=document.file_name,
        size_bytes=document.size_bytes,
        sha256=document.sha256,
        page_count=document.page_count,
        pages_checked=document.pages_checked,
        comment=document.comment,
        refusal=document.refusal,
        round=document.round,
        assembled=document.assembled,
        virus_checked_at=document.virus_checked_at,
        has_original=document.storage_key is not None and document.released_at is None,
        positions=tuple(page.position for page in pages if page.document_id == document.id),
        is_compared=is_compared,
    )


def _finding_view(found: FindingRow, pages: Iterable[PageView]) -> FindingView:
    position = next(
        (
            page.position
            for page in pages
            if page.document_id == found.document_id and page.number == found.page
        ),
        None,
    )
    return FindingView(
        severity=gravity_for_officers(found.code, found.severity),
        code=found.code,
        message=found.message,
        advice=found.advice,
        position=position,
        document_id=found.document_id,
        item=ReviewItem(found.item) if found.item else None,
    )


def _word(row: Sequence[Any]) -> Word:
    text, confidence, left, top, width, height = row
    return Word(
        text=text,
        confidence=confidence,
        box=Box(left=left, top=top, width=width, height=height),
    )
