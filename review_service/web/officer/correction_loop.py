"""While a correction is waited for: more days, attempts to tell, and the end by a resolution."""

from collections.abc import Callable, Mapping
from datetime import date
from http import HTTPStatus
from types import MappingProxyType
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.handed_over import NoticeWord
from review_service.db.queries.officer.case import CaseView, case_of
from review_service.db.queries.officer.correction_loop import LoopView, loop_view_of
from review_service.db.queries.withdrawal_resolutions import signed_withdrawal
from review_service.domain import written_reasons
from review_service.domain.appeals import AppealedAct
from review_service.domain.correction_loop import ContactChannel, ContactResult
from review_service.domain.errors import InvalidInputError, LetterChangedError, StaleStateError
from review_service.domain.form_days import form_day
from review_service.domain.roles import Permission
from review_service.domain.terms import ecuador_day
from review_service.services.review import contacting, extending, withdrawing
from review_service.services.review.decision_checks import require_late_reason
from review_service.web import decision_papers, kept, seeing
from review_service.web.context import parts
from review_service.web.decision_papers import withdrawal_words
from review_service.web.forms import Problem
from review_service.web.guarding import standing
from review_service.web.officer import blueprint, fresh_factor
from review_service.web.officer.case import officer_id
from review_service.web.officer.decision_preview import decided_case, withdrawal_preview
from review_service.web.officer.legal_terms import is_late
from review_service.web.officer.letter_words import letter_of
from review_service.web.officer.unanswered import FIELD, Unanswered, unanswered_on

SEND: Final = "firmar"
EDIT: Final = "editar"
PAPER: Final = "pdf"
"""Value of the button that shows the paper of the resolution, as a draft."""
PREVIEWED: Final = "carta"
"""Field with the mark of the resolution that the officer read."""
PROBLEM: Final = "bad prorroga"
"""Category of what is wrong with these forms: told on top of the page and again at the form."""
ATTEMPT_PROBLEM: Final = "bad aviso"
PLACES: Final[Mapping[str, str]] = MappingProxyType(
    {"words": "resolucion", "resolution": "", "motivo": "motivo_aviso", "late": "motivo_tarde"}
)


@blueprint.post("/casos/<uuid:application_id>/prorroga")
def decide_extension(application_id: UUID) -> BaseResponse:
    """Grant the days that were chosen, or none with a reason."""
    days = _number(request.form.get("dias", ""))
    told = "No dio la prórroga. La persona recibe el motivo por correo."
    if days > 0:
        told = "Dio la prórroga. La persona recibe el nuevo día por correo."
    return _done(
        application_id,
        lambda: extending.decide(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            version=seeing.seen_case(),
            days=days,
            answer=request.form.get("motivo_prorroga", ""),
            seat=parts().institution().place,
            seen=seeing.seen(),
        ),
        told=told,
        problem=PROBLEM,
    )


@blueprint.post("/casos/<uuid:application_id>/avisos")
def log_attempt(application_id: UUID) -> BaseResponse:
    """Write an attempt to tell the person down."""
    return _done(application_id, lambda: _log(application_id), told="El intento queda anotado.")


@blueprint.post("/casos/<uuid:application_id>/avisos/otro-correo")
def write_second_address(application_id: UUID) -> BaseResponse:
    """Send the request once more to the confirmed second address."""
    return _done(
        application_id,
        lambda: contacting.write_to_second_address(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            version=seeing.seen_case(),
            seen=seeing.seen(),
        ),
        told="El pedido va en camino al otro correo. Cuenta como intento cuando haya salido.",
    )


@blueprint.get("/casos/<uuid:application_id>/desistimiento")
def withdrawal(application_id: UUID) -> str:
    """Show how the request stands, and what the officer may add to the resolution."""
    case, view = _open(application_id)
    return _withdrawal_form(case, view, words="", problems=())


@blueprint.get("/casos/<uuid:application_id>/desistimiento.pdf")
def withdrawal_pdf(application_id: UUID) -> BaseResponse:
    """Send the resolution as it was signed as a PDF."""
    with parts().reading() as uow:
        case = case_of(uow, application_id, seat=parts().institution().place)
        signed = signed_withdrawal(uow, application_id)
    return decision_papers.printed(
        decided_case(case),
        withdrawal_words(signed.facts, is_told=case.notice is NoticeWord.DELIVERED),
        act=AppealedAct.DEEMED_WITHDRAWAL,
        decided_on=ecuador_day(signed.at),
        is_draft=False,
    )


@blueprint.post("/casos/<uuid:application_id>/desistimiento")
def sign_withdrawal(application_id: UUID) -> BaseResponse | str | tuple[str, int]:
    """Show the resolution exactly as it will be sent; sign it at the second step."""
    case, view = _open(application_id)
    if seeing.seen() != view.stamp:
        raise StaleStateError(f"the request on application {application_id} is another now")
    words = request.form.get("resolucion", "").strip()
    step = request.form.get("paso", "")
    if is_late(case) and not standing().may(Permission.REFUSE_LATE):
        return _withdrawal_form(case, view, words=words, problems=()), 403
    if step == EDIT:
        return _withdrawal_form(case, view, words=words, problems=())
    unanswered = unanswered_on(application_id, is_decided=step == SEND)
    problem = "" if unanswered is None else unanswered.problem
    code_problem = fresh_factor.problem() if step == SEND and not problem else ""
    status = 422 if problem or code_problem else 200
    has_changed = False
    try:
        if step == PAPER:
            return withdrawal_preview(case, _facts(case, words))
        if step == SEND and status == HTTPStatus.OK:
            try:
                return _signed(case, words)
            except LetterChangedError:
                has_changed, status = True, 409
        page = _withdrawal_letter(
            case,
            view,
            words,
            unanswered=unanswered,
            code_problem=code_problem,
            has_changed=has_changed,
        )
    except InvalidInputError as error:
        return _withdrawal_form(case, view, words=words, problems=_problems(error)), 422
    return page, status


@blueprint.post("/casos/<uuid:application_id>/desistimiento/aviso")
def restart_notice(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Send the request again, with a new term."""
    case, view = _open(application_id)
    reason = request.form.get("motivo_aviso", "")
    try:
        withdrawing.restart_notice(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            version=seeing.seen_case(),
            reason=reason,
            seat=parts().institution().place,
            seen=seeing.seen(),
        )
    except InvalidInputError as error:
        problems = _problems(error)
        return _withdrawal_form(case, view, words="", reason=reason, problems=problems), 422
    flash("Enviamos el pedido otra vez: el plazo empieza de nuevo cuando se entregue.", "good")
    return redirect(url_for("officer.case", application_id=application_id), code=303)


def _log(application_id: UUID) -> None:
    channels = {each.value: each for each in ContactChannel}
    results = {each.value: each for each in ContactResult}
    channel = channels.get(request.form.get("medio", ""))
    result = results.get(request.form.get("resultado_aviso", ""))
    if channel is None or result is None:
        raise InvalidInputError({"channel": "Elija por qué medio avisó y qué pasó."})
    contacting.log(
        parts().writing(),
        application_id=application_id,
        officer_id=officer_id(),
        version=seeing.seen_case(),
        channel=channel,
        result=result,
        made_on=_day(request.form.get("el_dia", "")),
        note=request.form.get("nota_aviso", ""),
        seen=seeing.seen(),
    )


def _done(
    application_id: UUID,
    act: Callable[[], None],
    *,
    told: str,
    problem: str = ATTEMPT_PROBLEM,
) -> BaseResponse:
    try:
        act()
    except InvalidInputError as error:
        kept.keep_turned_away()
        flash(" ".join(error.problems.values()), problem)
    else:
        flash(told, "good")
    return redirect(
        url_for("officer.case", application_id=application_id, _anchor="pedido"), code=303
    )


def _open(application_id: UUID) -> tuple[CaseView, LoopView]:
    with parts().reading() as uow:
        case = case_of(uow, application_id, seat=parts().institution().place)
        view = loop_view_of(uow, application_id)
    if view is None:
        raise StaleStateError(f"application {application_id} is {case.state.value}")
    return case, view


def _problems(error: InvalidInputError) -> tuple[Problem, ...]:
    return tuple(
        Problem(place=PLACES.get(field, ""), sentence=sentence)
        for field, sentence in error.problems.items()
    )


def _withdrawal_form(
    case: CaseView,
    view: LoopView,
    *,
    words: str,
    problems: tuple[Problem, ...],
    reason: str = "",
) -> str:
    return render_template(
        "officer/withdrawal.html",
        case=case,
        view=view,
        words=words,
        reason=reason,
        problems=problems,
        problem_at={each.place: each.sentence for each in problems},
        longest=withdrawing.MAX_WORDS_CHARACTERS,
        is_late=is_late(case),
        late_reason=_late_reason(),
        shortest_late=written_reasons.MIN_REASON_CHARACTERS,
        longest_late=written_reasons.MAX_REASON_CHARACTERS,
    )


def _signed(case: CaseView, words: str) -> BaseResponse:
    withdrawing.sign(
        parts().writing(),
        application_id=case.id,
        officer_id=officer_id(),
        version=seeing.seen_case(),
        words=words,
        institution=parts().institution(),
        policy=parts().settings.decisions,
        seen=seeing.seen(),
        previewed=request.form.get(PREVIEWED),
        late_reason=_late_reason(),
    )
    flash(f"Firmó el desistimiento de {case.reference}. La persona recibe la resolución.", "good")
    return redirect(url_for("officer.queue", vista="desistimientos"), code=303)


def _facts(case: CaseView, words: str) -> withdrawing.Facts:
    return withdrawing.prepared(
        parts().writing(),  # it locks the case while it is read, and writes nothing
        application_id=case.id,
        officer_id=officer_id(),
        version=seeing.seen_case(),
        words=words,
        institution=parts().institution(),
        policy=parts().settings.decisions,
    )


def _withdrawal_letter(
    case: CaseView,
    view: LoopView,
    words: str,
    *,
    unanswered: Unanswered | None,
    code_problem: str,
    has_changed: bool,
) -> str:
    """Return the preview; ``has_changed`` says that an earlier one told something else."""
    if is_late(case):
        require_late_reason(_late_reason())
    facts = _facts(case, words)
    problem = "" if unanswered is None else unanswered.problem
    return render_template(
        "officer/withdrawal_letter.html",
        case=case,
        view=view,
        words=words,
        late_reason=_late_reason(),
        unanswered=unanswered,
        problems=[Problem(place=FIELD, sentence=problem)] if problem else [],
        code_problem=code_problem,
        has_changed=has_changed,
        **letter_of("withdrawn", facts),
    )


def _late_reason() -> str:
    return request.form.get("motivo_tarde", "").strip()


def _number(text: str) -> int:
    """Return a number of days; -1, which no decision has, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else -1


def _day(text: str) -> date:
    day = form_day(text)
    if day is None:
        raise InvalidInputError({"made_on": "Escriba qué día fue."})
    return day
