"""Pages for approving, asking for a correction and refusing, each with a preview."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.officer.case import CaseView, case_of
from review_service.domain import written_reasons
from review_service.domain.categories import Category
from review_service.domain.correction_reasons import OWN_WORDS, CorrectionReason
from review_service.domain.errors import (
    InvalidInputError,
    LetterChangedError,
    NotHeldError,
    StaleStateError,
)
from review_service.domain.roles import Permission
from review_service.services.review import correcting, letters, reviewing
from review_service.services.review.decision_checks import (
    MAX_REASON_CHARACTERS,
    MIN_REASON_CHARACTERS,
    NOTHING_OBSERVED,
    ChosenCategory,
    require_late_reason,
    require_reasons,
)
from review_service.services.review.letters import CorrectionItem
from review_service.web import kept, seeing
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.guarding import standing
from review_service.web.officer import blueprint, fresh_factor
from review_service.web.officer.case import officer_id
from review_service.web.officer.case_claim import claim_on
from review_service.web.officer.claiming import take_next
from review_service.web.officer.correction_form import (
    AskedItem,
    asked_position,
    catalogue_today,
    item_in_hand,
    suggested,
    typed,
)
from review_service.web.officer.decision_preview import approval_facts, refusal_preview
from review_service.web.officer.legal_terms import is_late
from review_service.web.officer.letter_words import PREVIEWED, letter_of
from review_service.web.officer.pending import after_decision
from review_service.web.officer.ready_words import usual
from review_service.web.officer.unanswered import FIELD, Unanswered, unanswered_on

SEND = "enviar"
"""Value of the button that sends the letter; others show it or go back to the form."""
EDIT = "editar"
PAPER = "pdf"
"""Value of the button that shows the paper of a refusal, as a draft."""


@blueprint.get("/casos/<uuid:application_id>/aprobar")
def approve(application_id: UUID) -> BaseResponse | str:
    """Show what will be printed, before approving."""
    with parts().reading() as uow:
        case = case_of(uow, application_id, seat=parts().institution().place)
    if case.pending is not None and case.pending.is_recommended:
        return redirect(url_for("officer.recommendation", application_id=application_id), code=303)
    if not case.can_be_approved:
        flash(_why_not_approved(case), "doubt")
        return redirect(url_for("officer.case", application_id=application_id), code=303)
    return _approval_form(_require_held(case))


def _why_not_approved(case: CaseView) -> str:
    """Return the sentence for who asked for the page of approving a case that cannot be.

    Where nothing is in the way any more, the case changed since it was read a moment ago.
    """
    told = ""
    if case.pending is not None:
        told = f"La solicitud {case.reference} ya no espera esta decisión. {case.pending.words}."
    elif case.can_be_decided:
        with parts().reading() as uow:
            told = reviewing.why_not_approved(uow, application_id=case.id)
    return told or f"La solicitud {case.reference} cambió en este momento: vuelva a intentarlo."


@blueprint.post("/casos/<uuid:application_id>/aprobar")
def confirm_approval(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Approve and number; signing, storing and mailing follow by themselves."""
    categories = {category.value: category for category in Category}
    if request.form.get("paso") == EDIT:
        return _approval_form(_seen_case(application_id)), 200
    unanswered = unanswered_on(application_id, is_decided=True)
    if unanswered is not None and unanswered.problem:
        told = {FIELD: unanswered.problem}
        return _approval_form(_seen_case(application_id), problems=told), 422
    if wrong_code := fresh_factor.problem():
        told = {fresh_factor.FIELD: wrong_code}
        return _approval_form(_seen_case(application_id), problems=told), 422
    try:
        number = reviewing.approve(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            version=seeing.seen_case(),
            seen=seeing.seen(),
            rules=parts().issuing_rules,
            chosen=ChosenCategory(
                category=categories.get(request.form.get("categoria", "")),
                reasons=request.form.get("motivos", ""),
            ),
            policy=parts().settings.decisions,
        )
    except InvalidInputError as error:
        if {"category", "reasons"} & set(error.problems):
            return _approval_form(_seen_case(application_id), problems=error.problems), 422
        kept.keep_turned_away()
        flash(" ".join(error.problems.values()), "bad")
        return redirect(url_for("officer.case", application_id=application_id), code=303)
    return after_decision(application_id, is_numbered=bool(number))


@blueprint.get("/casos/<uuid:application_id>/correccion")
def correction(application_id: UUID) -> str:
    """Ask which items, why, and what to do; observed ones, and that of ``pagina``, are chosen.

    ``motivo`` is the number of a reason that fills its words in.
    """
    case = _require_held(_open_case(application_id))
    position = asked_position(case)
    reasons = catalogue_today()
    asked = [suggested(case, each, position, reasons) for each in case.items]
    return _correction_form(case, asked, reasons)


@blueprint.post("/casos/<uuid:application_id>/correccion")
def send_correction(application_id: UUID) -> BaseResponse | str | tuple[str, int]:
    """Show the letter exactly as it will be sent; send it at the second step."""
    case = _seen_case(application_id)
    reasons = catalogue_today()
    asked = [typed(case, each, request.form, reasons) for each in case.items]
    chosen = [
        CorrectionItem(
            item=one.view.item,
            reason=one.reason,
            instruction=one.instruction,
            code=one.picked.code if one.picked else OWN_WORDS,
            basis=one.picked.basis if one.picked else "",
        )
        for one in asked
        if one.chosen
    ]
    step = request.form.get("paso", "")
    try:
        correcting.require_complete({each.item: each.verdict for each in case.items}, chosen)
    except InvalidInputError as error:
        return _correction_form(case, asked, reasons, problems=error.problems), 422
    if step == EDIT:
        return _correction_form(case, asked, reasons)
    if step != SEND:
        return _correction_letter(case, asked, chosen)
    try:
        correcting.request_correction(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            version=seeing.seen_case(),
            seen=seeing.seen(),
            items=chosen,
            seat=parts().institution().place,
            previewed=request.form.get(PREVIEWED),
        )
    except LetterChangedError:
        return _correction_letter(case, asked, chosen, has_changed=True), 409
    flash(f"Enviamos el pedido de corrección de {case.reference}.", "good")
    return take_next()


@blueprint.get("/casos/<uuid:application_id>/negar")
def refuse(application_id: UUID) -> str:
    """Ask for the reasons."""
    return _refusal_form(_require_held(_open_case(application_id)), reasons="", problems=())


@blueprint.post("/casos/<uuid:application_id>/negar")
def send_refusal(application_id: UUID) -> BaseResponse | str | tuple[str, int]:
    """Show the letter exactly as it will be sent; send it at the second step."""
    case = _seen_case(application_id)
    reasons = request.form.get("motivos", "").strip()
    step = request.form.get("paso", "")
    if is_late(case) and not standing().may(Permission.REFUSE_LATE):
        return _refusal_form(case, reasons=reasons, problems=()), 403
    unanswered = unanswered_on(application_id, is_decided=step == SEND)
    problem = "" if unanswered is None else unanswered.problem
    try:
        require_reasons(reasons)
        if is_late(case):
            require_late_reason(_late_reason())
        if step != SEND:  # then the service asks, and for checks first
            _require_observed(case)
        code_problem = fresh_factor.problem() if step == SEND and not problem else ""
        if step == SEND and not (problem or code_problem):
            return _refused(case, reasons)
    except LetterChangedError:
        return _refusal_letter(case, reasons, unanswered=unanswered, has_changed=True), 409
    except InvalidInputError as error:
        told = tuple(
            Problem(place="motivo_tarde" if field == "late" else "motivos", sentence=sentence)
            for field, sentence in error.problems.items()
        )
        return _refusal_form(case, reasons=reasons, problems=told), 422
    if step == PAPER:
        return refusal_preview(case, _refusal_facts(case, reasons))
    if step == EDIT:
        page = _refusal_form(case, reasons=reasons, problems=())
    else:
        page = _refusal_letter(case, reasons, unanswered=unanswered, code_problem=code_problem)
    return page, 422 if problem or code_problem else 200


def _correction_letter(
    case: CaseView,
    asked: list[AskedItem],
    chosen: list[CorrectionItem],
    *,
    has_changed: bool = False,
) -> str:
    """Return the preview; ``has_changed`` says that an earlier one told something else."""
    facts = letters.correction_letter(
        parts().reading(),
        application_id=case.id,
        items=chosen,
        seat=parts().institution().place,
    )
    return render_template(
        "officer/correction_letter.html",
        case=case,
        held=claim_on(case, me=officer_id()),
        asked=asked,
        has_changed=has_changed,
        **letter_of("correction_requested", facts),
    )


def _refusal_facts(case: CaseView, reasons: str) -> dict[str, Any]:
    return letters.refusal_letter(
        parts().reading(),
        application_id=case.id,
        reasons=reasons,
        institution=parts().institution(),
    )


def _refusal_letter(
    case: CaseView,
    reasons: str,
    *,
    unanswered: Unanswered | None,
    code_problem: str = "",
    has_changed: bool = False,
) -> str:
    facts = _refusal_facts(case, reasons)
    problem = "" if unanswered is None else unanswered.problem
    return render_template(
        "officer/refusal_letter.html",
        case=case,
        held=claim_on(case, me=officer_id()),
        reasons=reasons,
        late_reason=_late_reason(),
        unanswered=unanswered,
        problems=[Problem(place=FIELD, sentence=problem)] if problem else [],
        code_problem=code_problem,
        policy=parts().settings.decisions,
        has_changed=has_changed,
        **letter_of("refused", facts),
    )


def _require_observed(case: CaseView) -> None:
    if not case.has_observed:
        raise InvalidInputError({"reasons": NOTHING_OBSERVED})


def _late_reason() -> str:
    return request.form.get("motivo_tarde", "").strip()


def _refused(case: CaseView, reasons: str) -> BaseResponse:
    reviewing.refuse(
        parts().writing(),
        application_id=case.id,
        officer_id=officer_id(),
        version=seeing.seen_case(),
        seen=seeing.seen(),
        reasons=reasons,
        institution=parts().institution(),
        late_reason=_late_reason(),
        policy=parts().settings.decisions,
        previewed=request.form.get(PREVIEWED),
    )
    return after_decision(case.id, is_numbered=False)


def _open_case(application_id: UUID) -> CaseView:
    with parts().reading() as uow:
        case = case_of(uow, application_id, seat=parts().institution().place)
    if not case.can_be_decided:
        raise StaleStateError(f"application {application_id} is {case.state.value}")
    return case


def _seen_case(application_id: UUID) -> CaseView:
    """Return the case that the form was made from; the letter, too, is of no other."""
    case = _open_case(application_id)
    if seeing.seen() != case.stamp:
        raise StaleStateError(f"application {application_id} is another now")
    return _require_held(case)


def _require_held(case: CaseView) -> CaseView:
    """Raise ``NotHeldError`` unless the officer has taken the case: a form is for its holder."""
    if not claim_on(case, me=officer_id()).is_mine:
        raise NotHeldError(f"officer {officer_id()} does not hold application {case.id}")
    return case


def _approval_form(case: CaseView, *, problems: Mapping[str, str] | None = None) -> str:
    told = problems or {}
    places = {
        "category": "categoria",
        "reasons": "motivos",
        FIELD: FIELD,
        fresh_factor.FIELD: fresh_factor.FIELD,
    }
    return render_template(
        "officer/approve.html",
        case=case,
        held=claim_on(case, me=officer_id()),
        unanswered=unanswered_on(case.id, is_decided=FIELD in told),
        problems=[Problem(place=places.get(name, ""), sentence=told[name]) for name in told],
        problem_at={places.get(name, name): sentence for name, sentence in told.items()},
        longest=MAX_REASON_CHARACTERS,
        policy=parts().settings.decisions,
        **approval_facts(
            case, chosen=request.form.get("categoria"), reasons=request.form.get("motivos", "")
        ),
    )


def _correction_form(
    case: CaseView,
    asked: list[AskedItem],
    reasons: tuple[CorrectionReason, ...],
    *,
    problems: Mapping[str, str] | None = None,
) -> str:
    told = problems or {}
    position = asked_position(case)
    in_hand = item_in_hand(case, position) or next(
        (one.view.item for one in asked if one.chosen), None
    )
    return render_template(
        "officer/correction.html",
        case=case,
        held=claim_on(case, me=officer_id()),
        asked=asked,
        position=position,
        in_hand=in_hand,
        ready={one.view.item: usual(case, one.view, position, reasons) for one in asked},
        problems=[Problem(place=place, sentence=told[place]) for place in told],
        problem_at=told,
        longest=correcting.MAX_TEXT_CHARACTERS,
    )


def _refusal_form(case: CaseView, *, reasons: str, problems: tuple[Problem, ...]) -> str:
    return render_template(
        "officer/refuse.html",
        case=case,
        held=claim_on(case, me=officer_id()),
        reasons=reasons,
        is_late=is_late(case),
        nothing_observed="" if case.has_observed else NOTHING_OBSERVED,
        late_reason=_late_reason(),
        shortest_late=written_reasons.MIN_REASON_CHARACTERS,
        longest_late=written_reasons.MAX_REASON_CHARACTERS,
        problems=problems,
        problem_at={problem.place: problem.sentence for problem in problems},
        shortest=MIN_REASON_CHARACTERS,
        longest=MAX_REASON_CHARACTERS,
    )
