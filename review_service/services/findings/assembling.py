"""Assembles the single photos into one PDF: which photos, and the row of the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from review_service.db import tasks
from review_service.db.models import DocumentRow, FindingRow
from review_service.db.named_files import original_under
from review_service.db.tasks import Lease
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.errors import OutsideError
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from review_service.domain.stored_files import NamedFile
from review_service.ports import StoredFile
from review_service.services.case import current_round, documents_of

FILE_NAME = "evidencia-fotografica.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoToAssemble:
    """One photo of the evidence, in the order of the themes."""

    file: NamedFile
    theme: Theme


def photos_to_assemble(uow: UnitOfWork, application_id: UUID) -> Sequence[PhotoToAssemble]:
    """Return the accepted photos, sorted by theme and then by arrival.

    Raises a retryable ``OutsideError`` while some are still being checked.
    """
    with uow:
        photos = [
            document
            for document in documents_of(uow, application_id)
            if document.kind is DocumentKind.PHOTO
        ]
    if any(not photo.state.is_final for photo in photos):
        raise OutsideError("photos are still being checked", retryable=True)
    order = list(Theme)
    return [
        PhotoToAssemble(file=original_under(photo, photo.storage_key), theme=photo.theme)
        for photo in sorted(photos, key=lambda photo: order.index(photo.theme or order[0]))
        if photo.state is DocumentState.CHECKED and photo.storage_key and photo.theme
    ]


def keep(uow: UnitOfWork, lease: Lease, stored: StoredFile | None) -> None:
    """Store the row of the new PDF in place of the former one, and end the task."""
    with uow:
        if not tasks.finish(uow, lease):
            return
        application_id = lease.subject_id
        for former in documents_of(uow, application_id):
            if former.assembled:
                former.removed_at = uow.now
        if stored is not None:
            uow.session.add(
                DocumentRow(
                    application_id=application_id,
                    kind=DocumentKind.EVIDENCE,
                    state=DocumentState.CHECKED,
                    upload_key=f"assembled:{uuid4()}",
                    file_name=FILE_NAME,
                    size_bytes=stored.size_bytes,
                    sha256=stored.sha256,
                    storage_key=stored.key,
                    created_at=uow.now,
                    checked_at=uow.now,
                    assembled=True,
                    round=current_round(uow, application_id),
                )
            )
            uow.record(
                "evidence_assembled",
                actor="worker",
                subject_id=application_id,
                sha256=stored.sha256,
            )
        uow.commit()


def give_up(uow: UnitOfWork, application_id: UUID) -> None:
    """Add a finding that the PDF could not be made, in the caller's transaction.

    Nothing is lost: the case also shows each photo on its own.
    """
    uow.session.add(
        FindingRow(
            application_id=application_id,
            check_name="assembling",
            code=FindingCode.EVIDENCE_NOT_ASSEMBLED,
            severity=Severity.NOTE,
            message="No se pudo reunir las fotos en un solo PDF. Cada una está completa aquí.",
            advice="",
        )
    )
