"""Pages on issued documents: progress after the approval, the list of all, their PDF."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar
from uuid import UUID

from flask import Response, render_template, request

from review_service.db.queries.officer import agreements as officer_agreements
from review_service.db.queries.officer.agreements import issuing_of
from review_service.db.queries.officer.meant import meant_by
from review_service.domain.agreements import AgreementState
from review_service.domain.given_names import given_name
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.renewals import Standing
from review_service.services.review.looking import Look
from review_service.web import files as stored
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import record_look
from review_service.web.officer.queue import asked_cursor, searched

Choice = TypeVar("Choice", bound=StrEnum)
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
    """List the documents of both kinds or of one, newest first, or those that stand alike."""
    text, kind = searched(), _chosen(IssuedKind, "tipo")
    standing = _chosen(Standing, "estado")
    with parts().reading() as uow:
        page = officer_agreements.agreements_page(
            uow, text=text, cursor=asked_cursor(), kind=kind, standing=standing
        )
        is_empty = bool(text) and not page.entries
        near = meant_by(uow, text, only_agreements=True) if is_empty else ()
    asked = {
        "q": text,
        "tipo": kind.value if kind else "",
        "estado": standing.value if standing else "",
    }
    return render_template(
        "officer/agreements.html",
        page=page,
        text=text,
        kind=kind,
        kinds=IssuedKind,
        standing=standing,
        standings=Standing,
        asked={name: value for name, value in asked.items() if value},
        near=near,
    )


def _chosen(among: type[Choice], name: str) -> Choice | None:
    """Return what a list of the form chose; None for all, and for what is not on the list."""
    asked = request.args.get(name, "")
    return next((each for each in among if each.value == asked), None)


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
