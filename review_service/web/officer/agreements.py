"""Pages on issued documents: progress after the approval, the list of all, their PDF."""

from types import MappingProxyType
from typing import Final
from uuid import UUID

from flask import Response, render_template, request

from review_service.db.queries.officer import agreements as officer_agreements
from review_service.db.queries.officer.agreements import issuing_of
from review_service.db.queries.officer.meant import meant_by
from review_service.domain.agreements import AgreementState
from review_service.domain.given_names import given_name
from review_service.domain.issued_documents import IssuedKind
from review_service.services.review.looking import Look
from review_service.web import files as stored
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import record_look
from review_service.web.officer.queue import asked_cursor, searched

SIGNED: Final = MappingProxyType(
    {
        IssuedKind.AGREEMENT: "PDF firmado por los dos ministerios y guardado",
        IssuedKind.CERTIFICATE: "PDF firmado por el ministerio y guardado",
    }
)


@blueprint.get("/casos/<uuid:application_id>/emitido")
def issued(application_id: UUID) -> str:
    """Show the number, the PDF and the steps that are not done yet."""
    with parts().reading() as uow:
        found = issuing_of(uow, application_id)
    steps = (
        (AgreementState.NUMBERED, "Número asignado"),
        (AgreementState.STORED, SIGNED[found.kind]),
        (AgreementState.PUBLISHED, "Publicado: ya se puede verificar"),
    )
    return render_template("officer/issued.html", issuing=found, steps=steps)


@blueprint.get("/acuerdos")
def agreements() -> str:
    """List the documents of both kinds or of one, newest first."""
    text, kind = searched(), _kind(request.args.get("tipo", ""))
    with parts().reading() as uow:
        page = officer_agreements.agreements_page(uow, text=text, cursor=asked_cursor(), kind=kind)
        is_empty = bool(text) and not page.entries
        near = meant_by(uow, text, only_agreements=True) if is_empty else ()
    asked = {"q": text, "tipo": kind.value if kind else ""}
    return render_template(
        "officer/agreements.html",
        page=page,
        text=text,
        kind=kind,
        kinds=IssuedKind,
        asked={name: value for name, value in asked.items() if value},
        near=near,
    )


def _kind(text: str) -> IssuedKind | None:
    return next((kind for kind in IssuedKind if kind.value == text), None)


@blueprint.get("/acuerdos/<uuid:agreement_id>.pdf")
def agreement_pdf(agreement_id: UUID) -> Response:
    """Download the signed PDF."""
    with parts().reading() as uow:
        found = officer_agreements.agreement_file(uow, agreement_id)
    record_look(Look.AGREEMENT, found.application_id)
    return stored.download(
        found.file,
        name=given_name(found.kind.file_word, found.number, ending="pdf"),
        content_type="application/pdf",
    )
