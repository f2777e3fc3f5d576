"""The paper of a refusal, for whose application was refused."""

from uuid import UUID

from flask import Response

from review_service.db.handed_over import NoticeWord
from review_service.db.queries.applicant.applications import application_of
from review_service.db.queries.applicant.history import letters_of
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import NotFoundError
from review_service.domain.terms import ecuador_day, ecuador_today
from review_service.web.applicant import blueprint
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.refusal_papers import RefusedCase, Told, printed


@blueprint.get("/<uuid:application_id>/negativa.pdf")
def refusal_pdf(application_id: UUID) -> Response:
    """Send the reasons, the remedies and their term as a PDF."""
    with parts().reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
        remedy = letters_of(uow, application_id).remedy
    if own.state is not ApplicationState.REFUSED:
        raise NotFoundError(f"{application_id} was not refused")
    usual, is_told = parts().institution().remedies, own.notice is NoticeWord.DELIVERED
    return printed(
        RefusedCase(
            id=own.id,
            reference=own.reference,
            holder=own.holder,
            ruc=applicant_ruc(),
            track=own.track,
            kind=own.kind,
        ),
        Told(
            reasons=[line.strip() for line in own.reasons.splitlines() if line.strip()],
            remedies=(remedy.words if remedy else "") or usual.text,
            before=remedy.before if remedy else usual.before,
            until=remedy.until if remedy and is_told else None,
        ),
        decided_on=ecuador_day(own.decided_at) if own.decided_at else ecuador_today(),
        is_draft=False,
    )
