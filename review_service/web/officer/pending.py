"""Pages on decisions that have no effect yet: undo one, issue a colleague's, or give it back."""

import math
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.officer.case import CaseView, case_of
from review_service.db.queries.officer.pending import PendingView
from review_service.domain import written_reasons
from review_service.domain.applications import ApplicationState
from review_service.domain.categories import Category
from review_service.domain.errors import InvalidInputError, NotAllowedError, StaleStateError
from review_service.domain.pending_decisions import DecisionOutcome
from review_service.domain.roles import Permission
from review_service.domain.wording import clock
from review_service.services.review import letters, pending_decisions
from review_service.web import seeing
from review_service.web.auth import request_time
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.guarding import standing
from review_service.web.officer import blueprint, fresh_factor
from review_service.web.officer.case import officer_id
from review_service.web.officer.case_claim import claim_on
from review_service.web.officer.claiming import take_next
from review_service.web.officer.decision_preview import approval_facts, refusal_preview
from review_service.web.officer.letter_words import letter_of
from review_service.web.officer.unanswered import FIELD, unanswered_on

ISSUE: Final = "emitir"
GIVE_BACK: Final = "devolver"
PAPER: Final = "pdf"
"""Values of the buttons under a recommendation."""
UNSEEN: Final = "unseen"
"""What is wrong while the pages of the case were not opened."""
REASON: Final = "motivo_devolucion"
LATE: Final = "motivo_tarde"
PLACES: Final = {
    "motivo": REASON,
    "late": LATE,
    FIELD: FIELD,
    fresh_factor.FIELD: fresh_factor.FIELD,
    UNSEEN: "ver-el-caso",
}


def after_decision(application_id: UUID, *, is_numbered: bool) -> BaseResponse:
    """Return the way on after the officer decided or recommended something."""
    if is_numbered:
        return redirect(url_for("officer.issued", application_id=application_id), code=303)
    case = _case(application_id)
    if case.pending is None:
        flash(f"Negó la solicitud {case.reference}. La persona recibe la carta por correo.", "good")
        return take_next()
    if case.pending.is_recommended:
        flash(
            f"Recomendó {case.pending.outcome.label.lower()} la solicitud {case.reference}. "
            "La decide otra persona.",
            "good",
        )
        return take_next()
    return redirect(url_for("officer.undoable", application_id=application_id), code=303)


@blueprint.get("/casos/<uuid:application_id>/decidida")
def undoable(application_id: UUID) -> BaseResponse | str:
    """Show until when a decision can be undone; afterwards lead to what came of it.

    To the holder of the case, who is told nothing before it has its effect, there is none.
    """
    case = _case(application_id)
    is_told = not standing().is_own(case.ruc)
    if case.pending is None or case.pending.takes_effect_at is None or not is_told:
        is_numbered = case.state in {ApplicationState.APPROVED, ApplicationState.ISSUED}
        target = "officer.issued" if is_numbered else "officer.case"
        return redirect(url_for(target, application_id=application_id), code=303)
    until = case.pending.takes_effect_at
    left = (until - (request_time() or datetime.now(UTC))).total_seconds()
    return render_template(
        "officer/undoable.html",
        case=case,
        pending=case.pending,
        is_own_decision=case.pending.decided_by_id == officer_id(),
        until=f"{clock(until)} y {until.second} segundos",
        seconds_left=max(0, math.ceil(left)),
    )


@blueprint.post("/casos/<uuid:application_id>/deshacer")
def undo_decision(application_id: UUID) -> BaseResponse:
    """Undo the own decision; the officer has the case again."""
    pending_decisions.undo(
        parts().writing(),
        application_id=application_id,
        officer_id=officer_id(),
        version=seeing.seen_case(),
        seen=seeing.seen(),
    )
    flash("Deshizo la decisión: no se emitió ni se envió nada.", "good")
    return redirect(url_for("officer.case", application_id=application_id), code=303)


@blueprint.get("/casos/<uuid:application_id>/recomendacion")
def recommendation(application_id: UUID) -> BaseResponse | str:
    """Show what a colleague recommends, on which grounds, and what it would print or send.

    Lead to the case where nothing is recommended of it any more.
    """
    case = _case(application_id)
    if case.pending is None or not case.pending.is_recommended:
        return redirect(url_for("officer.case", application_id=application_id), code=303)
    return _recommendation_page(case, case.pending, problems={})


@blueprint.post("/casos/<uuid:application_id>/recomendacion")
def answer_recommendation(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Decide as a colleague recommended, or give it back with a reason."""
    case, pending = _recommended(application_id)
    if seeing.seen() != case.stamp:
        raise StaleStateError(f"application {application_id} is another now")
    step = request.form.get("paso", "")
    if step == PAPER and pending.outcome is DecisionOutcome.REFUSE:
        return refusal_preview(case, _letter_facts(case, pending))
    try:
        if step == GIVE_BACK:
            return _given_back(case, pending)
        if step != ISSUE:
            return _recommendation_page(case, pending, problems={}), 200
        return _issued(case, pending)
    except InvalidInputError as error:
        return _recommendation_page(case, pending, problems=error.problems), 422


def _issued(case: CaseView, pending: PendingView) -> BaseResponse:
    """Decide as was recommended. Raises ``InvalidInputError`` for what is to be filled in first."""
    if pending.recommended_by_id == officer_id():
        raise NotAllowedError(f"officer {officer_id()} recommended it")
    unanswered = unanswered_on(case.id, is_decided=True)
    if unanswered is not None and unanswered.problem:
        raise InvalidInputError({FIELD: unanswered.problem})
    if wrong_code := fresh_factor.problem():
        raise InvalidInputError({fresh_factor.FIELD: wrong_code})
    number = pending_decisions.issue(
        parts().writing(),
        application_id=case.id,
        officer_id=officer_id(),
        version=seeing.seen_case(),
        seen=seeing.seen(),
        rules=parts().issuing_rules,
        policy=parts().settings.decisions,
        late_reason=request.form.get(LATE, "").strip(),
    )
    return after_decision(case.id, is_numbered=bool(number))


def _given_back(case: CaseView, pending: PendingView) -> BaseResponse:
    pending_decisions.give_back(
        parts().writing(),
        application_id=case.id,
        officer_id=officer_id(),
        version=seeing.seen_case(),
        seen=seeing.seen(),
        reason=request.form.get(REASON, ""),
    )
    if pending.recommended_by_id == officer_id():
        flash("Retiró su recomendación. Usted tiene el caso.", "good")
    else:
        flash(f"Devolvió la recomendación de {pending.recommended_by}.", "good")
    return redirect(url_for("officer.case", application_id=case.id), code=303)


def _recommendation_page(case: CaseView, pending: PendingView, *, problems: dict[str, str]) -> str:
    if pending.outcome is DecisionOutcome.APPROVE:
        categories = {category.label: category.value for category in Category}
        shown = approval_facts(
            case, chosen=categories.get(pending.category, ""), reasons=pending.reasons
        )
    else:
        shown = dict(letter_of("refused", _letter_facts(case, pending)))
    is_late = case.legal is not None and case.legal.is_over
    return render_template(
        "officer/recommendation.html",
        case=case,
        held=claim_on(case, me=officer_id()),
        pending=pending,
        is_mine=pending.recommended_by_id == officer_id(),
        unanswered=unanswered_on(case.id, is_decided=FIELD in problems),
        is_late=is_late and pending.outcome is DecisionOutcome.REFUSE,
        may_be_late=standing().may(Permission.REFUSE_LATE),
        late_reason=request.form.get(LATE, pending.late_reason),
        given_reason=request.form.get(REASON, ""),
        shortest=written_reasons.MIN_REASON_CHARACTERS,
        longest=written_reasons.MAX_REASON_CHARACTERS,
        policy=parts().settings.decisions,
        problems=[
            Problem(place=PLACES.get(name, ""), sentence=problems[name]) for name in problems
        ],
        problem_at={PLACES.get(name, name): sentence for name, sentence in problems.items()},
        **shown,
    )


def _letter_facts(case: CaseView, pending: PendingView) -> dict[str, Any]:
    return letters.refusal_letter(
        parts().reading(),
        application_id=case.id,
        reasons=pending.reasons,
        institution=parts().institution(),
    )


def _recommended(application_id: UUID) -> tuple[CaseView, PendingView]:
    case = _case(application_id)
    if case.pending is None or not case.pending.is_recommended:
        raise StaleStateError(f"nothing is recommended of {application_id}")
    return case, case.pending


def _case(application_id: UUID) -> CaseView:
    with parts().reading() as uow:
        return case_of(uow, application_id, seat=parts().institution().place, now=request_time())
