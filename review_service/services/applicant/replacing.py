"""Replaces one file by another, but only once the new one's checks have accepted it."""

from uuid import UUID

import sqlalchemy as sa

from review_service.db.item_evidence import page_piece
from review_service.db.models import DocumentRow, PageRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import DocumentKind, DocumentState
from review_service.services.case import current_round, documents_of
from review_service.services.findings import photo_copies


def replaceable(uow: UnitOfWork, application_id: UUID, document_id: UUID) -> DocumentRow | None:
    """Return the photo of this application that another may replace; None when it is gone."""
    row = uow.session.get(DocumentRow, document_id)
    if row is None or row.application_id != application_id or row.removed_at is not None:
        return None
    return row if row.kind is DocumentKind.PHOTO else None


def drop_unfinished(
    uow: UnitOfWork, application_id: UUID, kind: DocumentKind, *, is_refused: bool
) -> None:
    """Remove the refused or unfinished PDFs of a kind, since another one arrives.

    A new one that was refused at once leaves one alone that is still being checked.
    """
    for former in documents_of(uow, application_id):
        waits = not former.state.is_final and not is_refused
        if former.kind is kind and (waits or former.state is DocumentState.REFUSED):
            former.removed_at = uow.now


def take_place(uow: UnitOfWork, document: DocumentRow) -> None:
    """Replace the former file by one that its checks have accepted.

    A page that is the same in both keeps its theme and its comment. Inside the caller's
    transaction.
    """
    if document.removed_at is not None or document.state is not DocumentState.CHECKED:
        return
    formers = _formers(uow, document)
    for former in formers:
        former.removed_at = uow.now
        document.replaces = former.id
        _carry(uow, former, document)
    if formers:
        photo_copies.advise(uow, document.application_id)


def bring_back(uow: UnitOfWork, document: DocumentRow) -> None:
    """Restore the PDF from before this correction when the one that replaced it is removed."""
    number = current_round(uow, document.application_id)
    while document.kind is not DocumentKind.PHOTO and document.round == number:
        former = uow.session.get(DocumentRow, document.replaces) if document.replaces else None
        if former is None or former.application_id != document.application_id:
            return
        if former.round < number:
            former.removed_at = None
        document = former


def _formers(uow: UnitOfWork, document: DocumentRow) -> list[DocumentRow]:
    if document.kind is DocumentKind.PHOTO:
        former = document.replaces and replaceable(uow, document.application_id, document.replaces)
        return [former] if former else []
    return [
        other
        for other in documents_of(uow, document.application_id)
        if other.kind is document.kind
        and other.id != document.id
        and not other.assembled
        and other.state is DocumentState.CHECKED
        and other.created_at <= document.created_at
    ]


def _carry(uow: UnitOfWork, former: DocumentRow, document: DocumentRow) -> None:
    """Copy theme and comment of each page that is the same in both files."""
    if document.kind is DocumentKind.PHOTO:
        return
    if former.sha256 == document.sha256:
        document.comment = document.comment or former.comment
    left = _pages(uow, former)
    for page in _pages(uow, document):
        piece = page_piece(document, page)
        alike = [one for one in left if piece.shows_the_same_as(page_piece(former, one))]
        if not alike or page.sorted_at is not None or page.theme is not None:
            continue
        # Each is paired once, at its own place first: equal pages may stand under two themes.
        same = min(alike, key=lambda one: one.number != page.number)
        left.remove(same)
        page.theme, page.sorted_at = same.theme, same.sorted_at
        page.comment = page.comment or same.comment
        if same.sorted_at is not None and same.theme is None:
            page.suggested_theme, page.suggested_from = None, ""


def _pages(uow: UnitOfWork, document: DocumentRow) -> list[PageRow]:
    statement = sa.select(PageRow).where(PageRow.document_id == document.id)
    return list(uow.session.scalars(statement.order_by(PageRow.number)))
