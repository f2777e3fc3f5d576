"""The paper of a refusal or a deemed withdrawal, for whose application it was."""

from uuid import UUID

from flask import Response

from review_service.db.handed_over import NoticeWord
from review_service.db.queries.applicant.applications import OwnApplication, application_of
from review_service.db.queries.applicant.history import letters_of
from review_service.db.queries.withdrawal_resolutions import signed_withdrawal
from review_service.domain.appeals import AppealedAct
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import NotFoundError
from review_service.domain.terms import ecuador_day, ecuador_today
from review_service.domain.wording import paragraphs
from review_service.web.applicant import blueprint
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.decision_papers import DecidedCase, DecisionWords, printed, withdrawal_words


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
        _decided(own),
        DecisionWords(
            reasons=paragraphs(own.reasons),
            remedies=(remedy.words if remedy else "") or usual.text,
            before=remedy.before if remedy else usual.before,
            until=remedy.until if remedy and is_told else None,
        ),
        decided_on=ecuador_day(own.decided_at) if own.decided_at else ecuador_today(),
        is_draft=False,
    )


@blueprint.get("/<uuid:application_id>/desistimiento.pdf")
def withdrawal_pdf(application_id: UUID) -> Response:
    """Send the resolution as it was signed, the remedies and their term as a PDF."""
    with parts().reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
        signed = signed_withdrawal(uow, application_id)
    return printed(
        _decided(own),
        withdrawal_words(signed.facts, is_told=own.notice is NoticeWord.DELIVERED),
        act=AppealedAct.DEEMED_WITHDRAWAL,
        decided_on=ecuador_day(signed.at),
        is_draft=False,
    )


def _decided(own: OwnApplication) -> DecidedCase:
    return DecidedCase(
        id=own.id,
        reference=own.reference,
        holder=own.holder,
        ruc=own.ruc,
        track=own.track,
        kind=own.kind,
    )
