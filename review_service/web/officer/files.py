"""Sends page images, and originals as downloads; each access is recorded."""

from uuid import UUID

from flask import Response

from review_service.db.queries.officer.pages import page_files
from review_service.domain.errors import NotFoundError
from review_service.domain.stored_files import NamedFile
from review_service.services.review import handing_out
from review_service.services.review.looking import Look
from review_service.web import files as stored
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id, record_look


@blueprint.get("/casos/<uuid:application_id>/paginas/<uuid:document_id>/<int:number>.jpg")
def image(application_id: UUID, document_id: UUID, number: int) -> Response:
    """Stream the image of one page."""
    with parts().reading() as uow:
        files = page_files(
            uow, application_id=application_id, document_id=document_id, number=number
        )
    record_look(Look.PAGES, application_id)
    return pixels(files.image)


@blueprint.get("/casos/<uuid:application_id>/paginas/<uuid:document_id>/<int:number>/miniatura.jpg")
def thumbnail(application_id: UUID, document_id: UUID, number: int) -> Response:
    """Stream the thumbnail of one page."""
    with parts().reading() as uow:
        files = page_files(
            uow, application_id=application_id, document_id=document_id, number=number
        )
    record_look(Look.PAGES, application_id)
    return pixels(files.thumbnail)


@blueprint.get("/casos/<uuid:application_id>/documentos/<uuid:document_id>/original")
def original(application_id: UUID, document_id: UUID) -> Response:
    """Send the unchanged upload, as a download only."""
    found = handing_out.original(
        parts().writing(),
        application_id=application_id,
        document_id=document_id,
        officer_id=officer_id(),
    )
    return stored.download_document(found.file, stem=found.stem)


def pixels(file: NamedFile | None) -> Response:
    """Stream a picture that the sandbox made. Raises ``NotFoundError`` without one."""
    if file is None:
        raise NotFoundError("that image is not made yet")
    response = stored.picture(file)
    # Officers share computers: nothing of a case stays in a browser's cache.
    response.headers["Cache-Control"] = "private, no-store"
    return response
