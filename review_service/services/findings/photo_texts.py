"""Optional reading of the text inside photos, after the checks: which pages, and the result."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import defer

from review_service.db import page_texts, tasks
from review_service.db.models import DocumentRow, PageRow
from review_service.db.named_files import NOT_RELEASED, pictures
from review_service.db.tasks import Lease
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import DocumentKind, PageKind, TextSource
from review_service.domain.reports import Word
from review_service.domain.stored_files import NamedFile
from review_service.domain.work import TaskKind

KINDS = (DocumentKind.EVIDENCE, DocumentKind.PHOTO)
"""Kinds of documents with photos; other papers are read during their checks."""
EMPTY = (PageKind.BLANK, PageKind.UNREADABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageToRead:
    """A page image that nothing has read yet."""

    number: int
    image: NamedFile


def ask(uow: UnitOfWork, document: DocumentRow) -> None:
    """Ask for the text of an accepted document's photos, in the caller's transaction."""
    if document.kind in KINDS and document.storage_key is not None:
        uow.enqueue(TaskKind.READ_PHOTO_TEXT, document.id)


def pages_to_read(uow: UnitOfWork, document_id: UUID) -> tuple[PageToRead, ...]:
    """Return the pages that have an image and no words; none of a document that was removed."""
    with uow:
        rows = uow.session.execute(
            sa.select(PageRow, DocumentRow.application_id)
            .join(DocumentRow, DocumentRow.id == PageRow.document_id)
            .options(defer(PageRow.words), defer(PageRow.photos))
            .where(
                DocumentRow.id == document_id,
                DocumentRow.removed_at.is_(None),
                NOT_RELEASED,
                PageRow.words_from.is_(None),
                PageRow.kind.not_in(EMPTY),
            )
            .order_by(PageRow.number)
        ).all()
    images = (pictures(page, application_id=application_id).image for page, application_id in rows)
    return tuple(PageToRead(number=image.page or 0, image=image) for image in images if image)


def keep(uow: UnitOfWork, lease: Lease, found: Mapping[int, tuple[Word, ...]]) -> bool:
    """Store the words and end the task in one transaction; False when the lease was lost."""
    with uow:
        if not tasks.finish(uow, lease):
            return False
        rows = uow.session.scalars(
            sa.select(PageRow)
            .join(DocumentRow, DocumentRow.id == PageRow.document_id)
            .where(
                PageRow.document_id == lease.subject_id,
                PageRow.words_from.is_(None),
                DocumentRow.removed_at.is_(None),
                NOT_RELEASED,
            )
        )
        for row in rows:
            if row.number in found:
                words = found[row.number]
                row.words, row.words_from = page_texts.word_rows(words), TextSource.OCR
                page_texts.write(uow.session, row.id, words)
        uow.commit()
        return True
