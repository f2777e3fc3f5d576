"""Sends page images, and originals for a ticket as downloads; each access is recorded."""

from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.officer.pages import page_files
from review_service.domain.errors import InvalidInputError, NotFoundError, TicketError
from review_service.domain.file_tickets import FileTicket, WhyOriginal
from review_service.domain.stored_files import NamedFile
from review_service.services.review import handing_out
from review_service.services.review.looking import Look
from review_service.web import file_host, seeing
from review_service.web import files as stored
from review_service.web.context import parts
from review_service.web.officer import access, blueprint
from review_service.web.officer.case import officer_id, record_look
from review_service.web.security import no_referrer


@blueprint.get("/casos/<uuid:application_id>/paginas/<uuid:document_id>/<int:number>.jpg")
def image(application_id: UUID, document_id: UUID, number: int) -> Response:
    """Stream the image of one page."""
    with parts().reading() as uow:
        files = page_files(
            uow, application_id=application_id, document_id=document_id, number=number
        )
    record_look(Look.PAGES, application_id)
    return pixels(files.image)


@blueprint.get("/casos/<uuid:application_id>/paginas/<uuid:document_id>/<int:number>/vista.jpg")
def preview(application_id: UUID, document_id: UUID, number: int) -> Response:
    """Stream the picture of one page that is shown before anybody zooms."""
    with parts().reading() as uow:
        files = page_files(
            uow, application_id=application_id, document_id=document_id, number=number
        )
    record_look(Look.PAGES, application_id)
    return pixels(files.preview or files.image)


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
    """Ask why the unchanged upload is needed."""
    with parts().reading() as uow:
        found = handing_out.document_to_ask(
            uow, application_id=application_id, document_id=document_id
        )
    shown = render_template("officer/original.html", asked=found, reasons=list(WhyOriginal))
    response = Response(shown, content_type="text/html; charset=utf-8")
    return file_host.with_form_to_it(response)


@blueprint.post("/casos/<uuid:application_id>/documentos/<uuid:document_id>/original")
def ask_original(application_id: UUID, document_id: UUID) -> BaseResponse:
    """Give a ticket for it, which serves once and for a minute, and lead there."""
    ticket = handing_out.ask_original(
        parts().writing(),
        application_id=application_id,
        document_id=document_id,
        officer_id=officer_id(),
        why=_known_reason(request.form.get("para_que", "")),
        seen=seeing.seen(),
    )
    text = ticket.to_text(parts().settings.secret_key)
    path = url_for("officer_access.original_by_ticket", ticket=text)
    return redirect(file_host.address_of(path), code=303)


@access.get("/archivo/<ticket>")
def original_by_ticket(ticket: str) -> Response:
    """Send the unchanged upload for a ticket, as a download only; no session is looked at."""
    if not file_host.is_right_here():
        raise NotFoundError("originals are given out from another host")
    found = FileTicket.from_text(parts().settings.secret_key, ticket)
    if found is None:
        raise TicketError("no ticket of ours")
    given = handing_out.original(parts().writing(), found)
    return no_referrer(stored.download_document(given.file, stem=given.stem))


def _known_reason(text: str) -> WhyOriginal:
    try:
        return WhyOriginal(text)
    except ValueError as error:
        raise InvalidInputError({"para_que": "Elija para qué necesita el original."}) from error


def pixels(file: NamedFile | None) -> Response:
    """Stream a picture that the sandbox made. Raises ``NotFoundError`` without one."""
    if file is None:
        raise NotFoundError("that image is not made yet")
    response = stored.picture(file)
    # Officers share computers: nothing of a case stays in a browser's cache.
    response.headers["Cache-Control"] = "private, no-store"
    return response
