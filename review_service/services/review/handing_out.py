"""Gives applicants' files to officers; each access is recorded before the first byte is sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.named_files import document_name, original_under
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError
from review_service.domain.stored_files import NamedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """Store key of the unchanged upload, and the name to give it, without its ending."""

    file: NamedFile
    stem: str


def original(
    uow: UnitOfWork, *, application_id: UUID, document_id: UUID, officer_id: UUID
) -> Original:
    """Return where a document's bytes are, and record who asked for them.

    Raises ``NotFoundError`` for a draft's document, another application's, or one not stored.
    """
    with uow:
        row = uow.session.execute(
            sa.select(DocumentRow)
            .join(ApplicationRow, DocumentRow.application_id == ApplicationRow.id)
            .where(
                DocumentRow.id == document_id,
                ApplicationRow.id == application_id,
                ApplicationRow.confirmed_at.is_not(None),
            )
        ).scalar_one_or_none()
        if row is None or row.storage_key is None or row.released_at is not None:
            raise NotFoundError(f"no original {document_id} in {application_id}")
        uow.record(
            "original_downloaded",
            actor=f"officer:{officer_id}",
            subject_id=application_id,
            document_id=str(document_id),
        )
        file, stem = original_under(row, row.storage_key), document_name(uow, row)
        uow.commit()
    return Original(file=file, stem=stem)


def compared(
    uow: UnitOfWork, *, application_id: UUID, others: Iterable[UUID], officer_id: UUID
) -> None:
    """Record on each other application that an officer compared a photo of it with this one."""
    with uow:
        for other in sorted(set(others)):
            uow.record(
                "photos_compared",
                actor=f"officer:{officer_id}",
                subject_id=other,
                beside=str(application_id),
            )
        uow.commit()
