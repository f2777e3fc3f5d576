"""An applicant's own files: page images, originals and the agreement to download."""

from uuid import UUID

from flask import Response

from review_service.db.queries.applicant.applications import application_of
from review_service.db.queries.applicant.files import original_of, pictures_of
from review_service.domain.errors import NotFoundError
from review_service.domain.given_names import given_name
from review_service.web import files
from review_service.web.applicant import blueprint
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts


@blueprint.get("/<uuid:application_id>/paginas/<uuid:document_id>/<int:number>/miniatura.jpg")
def thumbnail(application_id: UUID, document_id: UUID, number: int) -> Response:
    """Send the thumbnail of one page."""
    return _picture(application_id, document_id, number, small=True)


@blueprint.get("/<uuid:application_id>/paginas/<uuid:document_id>/<int:number>/imagen.jpg")
def page_image(application_id: UUID, document_id: UUID, number: int) -> Response:
    """Send the image of one page."""
    return _picture(application_id, document_id, number, small=False)


@blueprint.get("/<uuid:application_id>/documentos/<uuid:document_id>/original")
def original(application_id: UUID, document_id: UUID) -> Response:
    """Send exactly the bytes that were uploaded."""
    with parts().reading() as uow:
        found = original_of(
            uow, application_id=application_id, ruc=applicant_ruc(), document_id=document_id
        )
    return files.download_document(found.file, stem=found.stem)


@blueprint.get("/<uuid:application_id>/acuerdo.pdf")
def agreement_pdf(application_id: UUID) -> Response:
    """Send the signed document, once it is published."""
    with parts().reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
    if own.paper is None or own.paper.file is None:
        raise NotFoundError(f"no agreement of {application_id}")
    name = given_name(own.paper.kind.file_word, own.paper.number, ending="pdf")
    return files.download(own.paper.file, name=name, content_type="application/pdf")


def _picture(application_id: UUID, document_id: UUID, number: int, *, small: bool) -> Response:
    with parts().reading() as uow:
        found = pictures_of(
            uow,
            application_id=application_id,
            ruc=applicant_ruc(),
            document_id=document_id,
            number=number,
        )
    file = found.thumbnail if small else found.image
    if file is None:
        raise NotFoundError(f"no picture of page {number}")
    return files.picture(file)
