"""A PDF of doubtful photos, judged and while it is being judged, for the gallery."""

from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import DocumentRow, PageRow
from review_service.domain.documents import DocumentKind, DocumentState
from review_service.samples import files
from review_service.samples.files import Flaw, Scene
from review_service.services.applicant import applying
from tests.e2e.samples import jpeg
from tests.factories import Office, upload

PHOTOS = (
    (Scene.FACADE, Flaw.NONE),
    (Scene.LOOM, Flaw.DARK),
    (Scene.WEAVER, Flaw.BLURRED),
    (Scene.WOOL, Flaw.NONE),
)
SEEN = 2


def bring(office: Office, application_id: UUID, ruc: str) -> UUID:
    """Send the PDF; return its document."""
    photos = [jpeg(scene, seed=63, flaw=flaw) for scene, flaw in PHOTOS]
    received = upload(
        office,
        application_id,
        ruc=ruc,
        kind=DocumentKind.EVIDENCE,
        content=files.evidence_pdf(photos),
        file_name="fotos.pdf",
    )
    return received.document_id


def comment(office: Office, application_id: UUID, ruc: str, document_id: UUID) -> None:
    """Say why the dark photo is sent as it is."""
    applying.comment(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        document_id=document_id,
        text="Mi taller tiene una sola ventana.",
        page=2,
    )


def look_again(office: Office, document_id: UUID) -> None:
    """Put it back, for good, to where some of its pages are still to come."""
    with office.writing() as uow:
        row = uow.session.get_one(DocumentRow, document_id)
        row.state, row.checked_at, row.pages_checked = DocumentState.CHECKING, None, SEEN
        later = sa.and_(PageRow.document_id == document_id, PageRow.number > SEEN)
        uow.session.execute(sa.delete(PageRow).where(later))
        uow.commit()
