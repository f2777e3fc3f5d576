"""Pages on agreements: progress after the approval, the list of those issued, their PDF."""

from uuid import UUID

from flask import Response, render_template

from review_service.db.queries.officer import agreements as officer_agreements
from review_service.db.queries.officer.agreements import issuing_of
from review_service.db.queries.officer.meant import meant_by
from review_service.domain.agreements import AgreementState
from review_service.domain.given_names import given_name
from review_service.services.review.looking import Look
from review_service.web import files as stored
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import record_look
from review_service.web.officer.queue import asked_cursor, searched

STEPS = (
    (AgreementState.NUMBERED, "Número asignado"),
    (AgreementState.STORED, "PDF firmado por los dos ministerios y guardado"),
    (AgreementState.PUBLISHED, "Publicado: ya se puede verificar"),
)


@blueprint.get("/casos/<uuid:application_id>/emitido")
def issued(application_id: UUID) -> str:
    """Show the number, the PDF and the steps that are not done yet."""
    with parts().reading() as uow:
        found = issuing_of(uow, application_id)
    return render_template("officer/issued.html", issuing=found, steps=STEPS)


@blueprint.get("/acuerdos")
def agreements() -> str:
    """List the agreements, newest first."""
    text = searched()
    with parts().reading() as uow:
        page = officer_agreements.agreements_page(uow, text=text, cursor=asked_cursor())
        is_empty = bool(text) and not page.entries
        near = meant_by(uow, text, only_agreements=True) if is_empty else ()
    return render_template("officer/agreements.html", page=page, text=text, near=near)


@blueprint.get("/acuerdos/<uuid:agreement_id>.pdf")
def agreement_pdf(agreement_id: UUID) -> Response:
    """Download the signed PDF."""
    with parts().reading() as uow:
        found = officer_agreements.agreement_file(uow, agreement_id)
    record_look(Look.AGREEMENT, found.application_id)
    return stored.download(
        found.file,
        name=given_name("Acuerdo", found.number, ending="pdf"),
        content_type="application/pdf",
    )
