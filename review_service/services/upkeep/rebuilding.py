"""Rebuilds derived files (page images, the assembled PDF) from their originals.

Only files change: numbers of pages, verdicts, words and findings stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import defer

from review_service.db import tasks
from review_service.db.models import DocumentRow, PageRow
from review_service.db.named_files import PAGE_KEYS, Pictures, original_under, pictures
from review_service.db.tasks import Lease
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.stored_files import FileKind, NamedFile
from review_service.ports import StoredFile
from review_service.services.findings.assembling import PhotoToAssemble
from review_service.services.upkeep import file_incidents


@dataclass(frozen=True, slots=True, kw_only=True)
class PageToRebuild:
    """One page with its image's size, which must stay, since its words and boxes refer to it."""

    number: int
    width_px: int
    height_px: int
    pictures: Pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentToRebuild:
    """A document whose derived files are to be rebuilt, and what they are made from."""

    document_id: UUID
    kind: DocumentKind
    file: NamedFile
    pages: tuple[PageToRebuild, ...]
    photos: tuple[PhotoToAssemble, ...]
    """Of an assembled PDF: the photos that it was made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file that replaces another, or the same file when it proved correct."""

    former: NamedFile
    stored: StoredFile


def begin(uow: UnitOfWork, document_id: UUID) -> DocumentToRebuild | None:
    """Return what is needed to rebuild a document's derived files; None without its bytes."""
    with uow:
        row = uow.session.get(DocumentRow, document_id)
        if row is None or row.storage_key is None or row.released_at is not None:
            return None
        rows = uow.session.scalars(
            sa.select(PageRow)
            .where(PageRow.document_id == document_id)
            .options(defer(PageRow.words), defer(PageRow.photos))
            .order_by(PageRow.number)
        )
        return DocumentToRebuild(
            document_id=row.id,
            kind=row.kind,
            file=original_under(row, row.storage_key),
            pages=tuple(
                PageToRebuild(
                    number=page.number,
                    width_px=page.width_px,
                    height_px=page.height_px,
                    pictures=pictures(page, application_id=row.application_id),
                )
                for page in rows
            ),
            photos=_photos_then(uow, row) if row.assembled else (),
        )


def _photos_then(uow: UnitOfWork, assembled: DocumentRow) -> tuple[PhotoToAssemble, ...]:
    """Return the photos that the application held when the PDF was made, in the PDF's order."""
    rows = uow.session.scalars(
        sa.select(DocumentRow)
        .where(
            DocumentRow.application_id == assembled.application_id,
            DocumentRow.kind == DocumentKind.PHOTO,
            DocumentRow.state == DocumentState.CHECKED,
            DocumentRow.created_at <= assembled.created_at,
            sa.or_(DocumentRow.removed_at.is_(None), DocumentRow.removed_at > assembled.created_at),
        )
        .order_by(DocumentRow.created_at, DocumentRow.id)
    ).all()
    order = list(Theme)
    return tuple(
        PhotoToAssemble(file=original_under(row, row.storage_key), theme=row.theme)
        for row in sorted(rows, key=lambda row: order.index(row.theme or order[0]))
        if row.storage_key and row.theme
    )


def keep(uow: UnitOfWork, lease: Lease, made: Sequence[NewFile]) -> bool:
    """Store the new files' keys in place of the old ones, close incidents, end the task.

    All in one transaction; returns False, and changes nothing, when the lease was lost.
    """
    with uow:
        if not tasks.finish(uow, lease):
            return False
        for each in made:
            _put_in_place(uow, each)
        file_incidents.close(uow, [each.former.key for each in made])
        if made:
            uow.record(
                "files_rebuilt",
                actor="worker",
                subject_id=made[0].former.application_id,
                document_id=str(lease.subject_id),
                files=len(made),
            )
        uow.commit()
        return True


def _put_in_place(uow: UnitOfWork, new: NewFile) -> None:
    former, stored = new.former, new.stored
    if former.kind is FileKind.ASSEMBLED:
        where = (DocumentRow.id == former.owner_id, DocumentRow.storage_key == former.key)
        values = {
            "storage_key": stored.key,
            "sha256": stored.sha256,
            "size_bytes": stored.size_bytes,
        }
        uow.session.execute(sa.update(DocumentRow).where(*where).values(values))
        return
    key, sha256 = PAGE_KEYS[former.kind]
    uow.session.execute(
        sa.update(PageRow)
        .where(
            PageRow.document_id == former.owner_id,
            PageRow.number == former.page,
            key == former.key,
        )
        .values({key.key: stored.key, sha256.key: stored.sha256})
        .execution_options(synchronize_session=False)
    )
