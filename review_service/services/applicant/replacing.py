"""Replaces one file by another, but only once the new one's checks have accepted it."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from review_service.db.file_places import placed_files
from review_service.db.item_evidence import page_piece
from review_service.db.models import DocumentRow, PageRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain import file_places
from review_service.domain.documents import DocumentKind, DocumentState
from review_service.domain.file_places import PlacedFile
from review_service.services.case import current_round, documents_of
from review_service.services.findings import photo_copies


def photos_in_place(
    uow: UnitOfWork, application_id: UUID, document_id: UUID | None
) -> Sequence[DocumentRow]:
    """Return the photos that another one sent in place of this photo would replace.

    None when the photo is gone, or is no photo of this application.
    """
    if document_id is None:
        return ()
    files = placed_files(uow.session, application_id)
    return _rows(uow, file_places.photos_in_place(document_id, files))


def make_way(
    uow: UnitOfWork, application_id: UUID, kind: DocumentKind, document_id: UUID | None
) -> UUID | None:
    """Remove the refused file that the new one answers; no other goes before it is accepted.

    Returns the id of the photo whose place the new one takes then, None for a PDF.
    """
    if kind is not DocumentKind.PHOTO:
        for each in documents_of(uow, application_id):
            if each.kind is kind and each.state is DocumentState.REFUSED:
                each.removed_at = uow.now
        return None
    former = uow.session.get(DocumentRow, document_id) if document_id else None
    if former is None or former.application_id != application_id or former.kind is not kind:
        return None
    if former.removed_at is None and former.state is DocumentState.REFUSED:
        former.removed_at = uow.now
        return former.replaces or former.id
    return former.id


def former_stands(uow: UnitOfWork, document: DocumentRow) -> bool:
    """Whether another file stands while this one is checked, or since it was refused."""
    files = placed_files(uow.session, document.application_id)
    return document.id in file_places.standing_formers(files)


def formers_of(uow: UnitOfWork, application_id: UUID) -> Mapping[UUID, DocumentRow]:
    """Return, by the id of each present file not accepted yet, the one that stands instead."""
    found = file_places.standing_formers(placed_files(uow.session, application_id))
    return {new: uow.session.get_one(DocumentRow, former) for new, former in found.items()}


def take_place(uow: UnitOfWork, document: DocumentRow) -> None:
    """Replace the former file by one that its checks have accepted.

    A page that is the same in both keeps its theme and its comment. One that was sent before the
    file that stands now ends itself. Inside the caller's transaction.
    """
    if document.removed_at is not None or document.state is not DocumentState.CHECKED:
        return
    files = placed_files(uow.session, document.application_id)
    own = next(each for each in files if each.id == document.id)
    ended = file_places.replaced_on_acceptance(own, files)
    if ended is None:
        document.removed_at = uow.now
        return
    for former in _rows(uow, ended):
        former.removed_at = uow.now
        if former.state is DocumentState.CHECKED:
            document.replaces = former.id
            _carry(uow, former, document)
    if ended:
        photo_copies.advise(uow, document.application_id)


def bring_back(uow: UnitOfWork, document: DocumentRow) -> None:
    """Restore the PDF from before this correction when the one that replaced it is removed.

    Only into the place that it had, and not beside another that stands there meanwhile.
    """
    number, place = current_round(uow, document.application_id), document.kind
    while document.kind is not DocumentKind.PHOTO and document.round == number:
        former = uow.session.get(DocumentRow, document.replaces) if document.replaces else None
        if former is None or former.application_id != document.application_id:
            return
        if former.kind is not place or former.released_at is not None:
            return
        if former.round < number:
            former.removed_at = former.removed_at if _is_taken(uow, former) else None
        document = former


def _is_taken(uow: UnitOfWork, former: DocumentRow) -> bool:
    """Whether an accepted file stands where this one stood."""
    uow.session.flush()
    return any(
        each.kind is former.kind and each.state is DocumentState.CHECKED and not each.assembled
        for each in documents_of(uow, former.application_id)
    )


def _rows(uow: UnitOfWork, files: Iterable[PlacedFile]) -> list[DocumentRow]:
    return [uow.session.get_one(DocumentRow, each.id) for each in files]


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
