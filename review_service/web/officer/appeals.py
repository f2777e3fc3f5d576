"""Appeals: the list, one with the form to decide it, its letter as it will be sent."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.officer.appeals import (
    MOST_SHOWN,
    AppealView,
    appeal_counts,
    appeal_of,
    appeals_list,
)
from review_service.db.queries.officer.colleagues import appeal_deciders_of
from review_service.domain.appeals import AppealOutcome, first_decider_problem
from review_service.domain.errors import (
    InvalidInputError,
    LetterChangedError,
    StaleStateError,
)
from review_service.domain.form_days import form_day
from review_service.domain.roles import Permission
from review_service.domain.terms import ecuador_day, ecuador_today
from review_service.domain.written_reasons import MIN_REASON_CHARACTERS as LEAST_REASON
from review_service.services.appeals import deciding, entry_days
from review_service.services.appeals.deciding import Proposal, Ruling
from review_service.services.review.decision_checks import (
    MAX_REASON_CHARACTERS,
    MIN_REASON_CHARACTERS,
)
from review_service.web import seeing
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.guarding import standing
from review_service.web.letters.writing import letter_rules
from review_service.web.officer import blueprint, fresh_factor
from review_service.web.officer.appeal_terms import rules_today, term_rules
from review_service.web.officer.case import officer_id
from review_service.web.officer.letter_words import PREVIEWED, letter_of

SEND: Final = "enviar"
EDIT: Final = "editar"
DECIDED: Final = "decididos"
FIELDS: Final = {"outcome": "decision", "reasons": "motivos", "order": "orden"}
"""Names of the form's fields, by those of the service."""
DAY_FIELDS: Final = {"day": "dia_recurso", "motivo": "motivo_dia"}
NOTHING_TYPED: Final = Proposal(outcome=None, reasons="")


@blueprint.get("/recursos")
def appeals() -> str:
    """List the open appeals, the first due first, or those that are decided."""
    is_decided = request.args.get("vista") == DECIDED
    with parts().reading() as uow:
        found = appeals_list(uow, decided=is_decided, terms=term_rules())
        counts = appeal_counts(uow, terms=term_rules())
    return render_template(
        "officer/appeals.html",
        appeals=found,
        counts=counts,
        is_decided=is_decided,
        decided=DECIDED,
        most=MOST_SHOWN,
    )


@blueprint.get("/recursos/<uuid:letter_id>")
def appeal(letter_id: UUID) -> str:
    """Show one appeal, with the form to decide it for who may."""
    return _page(_found(letter_id), NOTHING_TYPED)


@blueprint.post("/recursos/<uuid:letter_id>")
def decide_appeal(letter_id: UUID) -> BaseResponse | str | tuple[str, int]:
    """Show the letter exactly as it will be sent; decide and send it at the second step.

    An appeal that a colleague decided meanwhile is shown with what this officer typed.
    """
    found, typed, step = _found(letter_id), _typed(), request.form.get("paso", "")
    if found.outcome is not None and step != SEND:
        return _page(found, typed, is_late=True), HTTPStatus.CONFLICT
    try:
        given = deciding.require_whole(typed, is_late=found.is_late)
        code_problem = fresh_factor.problem() if step == SEND and not _why_not(found) else ""
        if step == SEND and not code_problem:
            return _decided(found, typed, given)
    except InvalidInputError as error:
        told = tuple(
            Problem(place=FIELDS.get(field, ""), sentence=sentence)
            for field, sentence in error.problems.items()
        )
        return _page(found, typed, problems=told), HTTPStatus.UNPROCESSABLE_ENTITY
    except StaleStateError:
        return _page(_found(letter_id), typed, is_late=True), HTTPStatus.CONFLICT
    if step == EDIT or _why_not(found):
        return _page(found, typed)
    page = _preview(found, given, code_problem=code_problem)
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if code_problem else page


@blueprint.post("/recursos/<uuid:letter_id>/dia")
def correct_entry_day(letter_id: UUID) -> BaseResponse | tuple[str, int]:
    """Correct the day on which an appeal entered on paper; the receipt is sent again."""
    day, reason = request.form.get("dia_recurso", ""), request.form.get("motivo_dia", "").strip()
    try:
        entry_days.correct_day(
            parts().writing(),
            letter_id=letter_id,
            officer_id=officer_id(),
            day=form_day(day),
            reason=reason,
            rules=letter_rules(),
            seen=seeing.seen(),
        )
    except InvalidInputError as error:
        told = tuple(
            Problem(place=DAY_FIELDS.get(field, ""), sentence=sentence)
            for field, sentence in error.problems.items()
        )
        page = _page(_found(letter_id), NOTHING_TYPED, problems=told, day=(day, reason))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    except StaleStateError:
        page = _page(_found(letter_id), NOTHING_TYPED, is_late=True, day=(day, reason))
        return page, HTTPStatus.CONFLICT
    flash("Corrigió el día de ingreso. La persona recibe el comprobante con el plazo.", "good")
    return redirect(url_for("officer.appeal", letter_id=letter_id), code=303)


def _typed() -> Proposal:
    outcomes = {each.value: each for each in AppealOutcome}
    return Proposal(
        outcome=outcomes.get(request.form.get("decision", "")),
        reasons=request.form.get("motivos", "").strip(),
        order=request.form.get("orden", "").strip(),
        keeps=bool(request.form.get("la_reviso_yo")),
    )


def _found(letter_id: UUID) -> AppealView:
    with parts().reading() as uow:
        return appeal_of(uow, letter_id, terms=term_rules())


def _decided(
    found: AppealView, typed: Proposal, given: Ruling
) -> BaseResponse | tuple[str, HTTPStatus]:
    try:
        deciding.decide(
            parts().writing(),
            typed,
            letter_id=found.letter_id,
            officer_id=officer_id(),
            rules=rules_today(),
            seat=parts().institution().place,
            seen=seeing.seen(),
            previewed=request.form.get(PREVIEWED),
        )
    except LetterChangedError:
        return _preview(found, given, has_changed=True), HTTPStatus.CONFLICT
    flash(f"Decidió el recurso {found.number}. La persona recibe la carta por correo.", "good")
    if given.keeps:
        return redirect(url_for("officer.case", application_id=found.application_id), code=303)
    return redirect(url_for("officer.appeals"), code=303)


def _why_not(found: AppealView) -> str:
    """Return why this officer may not decide it; empty for who may."""
    officer = standing()
    if not officer.may(Permission.DECIDE_APPEALS):
        return "Un recurso lo decide quien supervisa, por la máxima autoridad."
    if officer.is_own(found.ruc):
        return "Es un recurso sobre una solicitud suya: lo decide otra persona."
    return first_decider_problem(found.deciders, officer_id=officer_id())


def _may_correct_day(found: AppealView) -> bool:
    officer = standing()
    is_open_paper = found.outcome is None and bool(found.recorded_by)
    is_other = not first_decider_problem(found.deciders, officer_id=officer_id())
    may = officer.may(Permission.ANSWER_LETTERS) and not officer.is_own(found.ruc)
    return is_open_paper and is_other and may


def _page(
    found: AppealView,
    typed: Proposal,
    *,
    problems: tuple[Problem, ...] = (),
    is_late: bool = False,
    day: tuple[str, str] | None = None,
) -> str:
    """Return the page; ``day`` is a day of entry and a reason that were typed and not taken."""
    why_not = "" if found.outcome else _why_not(found)
    colleagues: tuple[str, ...] = ()
    if why_not:
        with parts().reading() as uow:
            colleagues = appeal_deciders_of(uow, found)
    return render_template(
        "officer/appeal.html",
        found=found,
        typed=typed,
        outcomes=[AppealOutcome.INADMITTED] if found.is_late else list(AppealOutcome),
        problems=problems,
        problem_at={each.place: each.sentence for each in problems},
        is_late=is_late,
        me=officer_id(),
        why_not=why_not,
        colleagues=colleagues,
        rules=rules_today(),
        may_correct_day=_may_correct_day(found),
        day=day,
        first_day=ecuador_day(found.act_at).isoformat(),
        today=ecuador_today().isoformat(),
        least_reason=LEAST_REASON,
        shortest=MIN_REASON_CHARACTERS,
        longest=MAX_REASON_CHARACTERS,
    )


def _preview(
    found: AppealView, given: Ruling, *, code_problem: str = "", has_changed: bool = False
) -> str:
    return render_template(
        "officer/appeal_letter.html",
        found=found,
        given=given,
        code_problem=code_problem,
        has_changed=has_changed,
        **letter_of("appeal_decided", deciding.ruling_facts(found, given, rules_today())),
    )
