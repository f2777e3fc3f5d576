"""The page of one case, judging an item, and the page when another officer acted first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final
from uuid import UUID

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.models import SessionKind
from review_service.db.pending_decisions import pending_of
from review_service.db.queries.officer.appeals import AppealView, appeals_of_case
from review_service.db.queries.officer.beside import page_beside
from review_service.db.queries.officer.case import case_of
from review_service.db.queries.officer.colleagues import who_may_decide
from review_service.db.queries.officer.consultations import consultations_of
from review_service.db.queries.officer.correction_loop import loop_view_of
from review_service.db.queries.officer.decisions import (
    decision_of,
    has_ended,
    names_of,
    verdicts_of,
)
from review_service.db.queries.officer.letters import MOST_OF_CASE, TrayEntry, letters_about
from review_service.db.queries.officer.notes import NoteView, notes_of
from review_service.db.queries.officer.pages import words_on
from review_service.db.queries.officer.pending import pending_view
from review_service.db.retained_files import payroll_file
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.correction_loop import (
    LOGGED_CHANNELS,
    LOGGED_RESULTS,
    MOST_EXTENSION_DAYS,
)
from review_service.domain.errors import (
    InvalidInputError,
    InvalidTransitionError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.letters import LetterKind
from review_service.domain.payroll_terms import officer_sentence
from review_service.domain.roles import Permission
from review_service.domain.terms import ecuador_day
from review_service.domain.written_reasons import MIN_REASON_CHARACTERS
from review_service.services.review import handing_out, looking, reviewing
from review_service.services.review.looking import Look
from review_service.web import file_host, seeing
from review_service.web.auth import current_session, request_time
from review_service.web.context import parts
from review_service.web.guarding import standing
from review_service.web.officer import blueprint
from review_service.web.officer.appeal_terms import term_rules
from review_service.web.officer.case_claim import claim_on
from review_service.web.officer.desk import Desk

AGAIN: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "officer.judge": ("Decidir así de todos modos", ""),
        "officer.take_case": ("Tomarlo de todos modos", ""),
        "officer.move_case": ("Pasarlo de todos modos", ""),
        "officer.send_correction": ("Seguir con lo que escribí", "editar"),
        "officer.send_refusal": ("Seguir con lo que escribí", "editar"),
        "officer.confirm_approval": ("Seguir con lo que escribí", "editar"),
        "officer.decide_extension": ("Decidir así de todos modos", ""),
        "officer.log_attempt": ("Anotarlo de todos modos", ""),
        "officer.write_second_address": ("Escribirle de todos modos", ""),
        "officer.sign_withdrawal": ("Seguir con lo que escribí", "editar"),
        "officer.restart_notice": ("Empezar de nuevo de todos modos", ""),
        "officer.end_later_control": ("Guardar lo mío", ""),
        "officer.ask_original": ("Descargar de todos modos", ""),
        "officer.write_note": ("Guardar la nota", ""),
        "officer.judge_copy": ("Anotarlo de todos modos", ""),
        "officer.ask_colleague": ("Preguntar de todos modos", ""),
        "officer.answer_colleague": ("Guardar mi respuesta", ""),
        "officer.remind_colleague": ("Recordárselo de todos modos", ""),
        "officer.withdraw_question": ("Retirarla de todos modos", ""),
        "officer.place_hold": ("Seguir con lo que escribí", ""),
        "officer.lift_hold": ("Seguir con lo que escribí", ""),
        "officer.record_appeal": ("Registrarlo de todos modos", ""),
    }
)
"""What the button says that takes up a form again, and the step it leads to. An approval of which
nothing was typed is looked at anew."""


@blueprint.get("/casos/<uuid:application_id>")
def case(application_id: UUID) -> str:
    """Show one case: its pages, the one selected, and the items to judge."""
    with parts().reading() as uow:
        seat = parts().institution().place
        reviewer = standing() if standing().may(Permission.REVIEW) else None
        found = case_of(
            uow,
            application_id,
            me=officer_id(),
            standing=reviewer,
            now=request_time(),
            seat=seat,
        )
        colleagues = who_may_decide(uow, application_id) if standing().is_own(found.ruc) else None
        desk = Desk.on_opening(found, request.args)
        if desk.page is not None:
            page = desk.page
            desk = desk.with_words(words_on(uow, document_id=page.document_id, number=page.number))
        if standing().may(Permission.READ_FILES):
            desk = desk.with_beside(page_beside(uow, found, desk.wanted_place))
        letters = letters_about(uow, application_id)
        is_asked = found.state is ApplicationState.CORRECTION_REQUESTED
        loop = loop_view_of(uow, application_id) if is_asked else None
        appeals = _appeals(uow, application_id, letters)
        assigned_name = next(iter(names_of(uow.session, [found.assigned_to]).values()), "")
        is_own = standing().is_own(found.ruc)
        if is_own:  # as any applicant, its holder learns of a decision once it has its effect
            found = replace(found, pending=None)
        notes = () if is_own else notes_of(uow, application_id)
        asked = () if is_own else consultations_of(uow, application_id)
        has_payroll = any(paper.is_payroll for paper in found.papers)
        payroll = _payroll(uow, application_id) if has_payroll else ""
    record_look(Look.CASE, application_id)
    if desk.beside is not None and desk.beside.is_of_another:
        handing_out.compared(
            parts().writing(),
            application_id=application_id,
            others=[desk.beside.application_id],
            officer_id=officer_id(),
        )
    advice: tuple[str, ...] = ()
    if found.has_advice:
        advice = reviewing.advice_on(
            parts().reading(), application_id=application_id, rulebook=parts().rulebook
        )
    return render_template(
        "officer/case.html",
        case=found,
        desk=desk,
        colleagues=colleagues,
        me=officer_id(),
        assigned_name=assigned_name,
        held=claim_on(found, me=officer_id()),
        advice=advice,
        payroll=payroll,
        unseen_pages=parts().settings.unseen_pages,
        four_eyes=parts().settings.decisions.four_eyes,
        letters=letters,
        loop_view=loop,
        channels=LOGGED_CHANNELS,
        results=LOGGED_RESULTS,
        most_extension_days=MOST_EXTENSION_DAYS,
        appeals=appeals,
        notes=notes,
        consultations=asked,
        note_to_correct=_to_correct(notes),
        most_letters=MOST_OF_CASE,
        least_hold_reason=MIN_REASON_CHARACTERS,
    )


def _appeals(
    uow: UnitOfWork, application_id: UUID, letters: Sequence[TrayEntry]
) -> tuple[AppealView, ...]:
    """Return the appeals of a case; none is looked for where no letter can be one."""
    is_one = any(each.kind is LetterKind.APPEAL for each in letters)
    if not is_one and len(letters) < MOST_OF_CASE:
        return ()
    return appeals_of_case(uow, application_id, terms=term_rules())


def _to_correct(notes: Sequence[NoteView]) -> NoteView | None:
    """Return the own note that the address asks to correct."""
    asked, me = request.args.get("corrige", ""), officer_id()
    return next((each for each in notes if str(each.id) == asked and each.by_id == me), None)


def _payroll(uow: UnitOfWork, application_id: UUID) -> str:
    """Return when the file of the payroll went, or until when it is kept; empty without one."""
    file = payroll_file(uow, application_id)
    if file is None:
        return ""
    today = ecuador_day(uow.now)
    return officer_sentence(file.case, file.deleted_on, parts().rulebook, today=today)


@blueprint.post("/casos/<uuid:application_id>/puntos/<item>")
def judge(application_id: UUID, item: str) -> BaseResponse:
    """Store the judgement of one item; after an acceptance go on to the next open one."""
    judged, verdict = _known_item(item), _known_verdict(request.form.get("veredicto", ""))
    reviewing.judge(
        parts().writing(),
        application_id=application_id,
        officer_id=officer_id(),
        item=judged,
        verdict=verdict,
        version=seeing.seen_case(),
        seen=seeing.seen(),
    )
    page = request.form.get("pagina", "")
    shown = int(page) if page.isascii() and page.isdigit() else None
    if verdict is ItemVerdict.ACCEPTED:
        return _walk_on(application_id, judged, shown)
    address = url_for(
        "officer.case", application_id=application_id, pagina=shown, _anchor=f"punto-{item}"
    )
    return redirect(address, code=303)


def _walk_on(application_id: UUID, judged: ReviewItem, shown: int | None) -> BaseResponse:
    """Go to the next open item and its first page; without any, to the bar of decisions.

    The fragment is for the browser, ``sigue`` for the script, which is told no fragment.
    """
    with parts().reading() as uow:
        following = case_of(uow, application_id).next_open(judged)
    place = f"punto-{following.item.value}" if following else "decidir"
    if following and following.positions and shown not in following.positions:
        shown = following.positions[0]
    address = url_for(
        "officer.case", application_id=application_id, pagina=shown, sigue=place, _anchor=place
    )
    return redirect(address, code=303)


@blueprint.errorhandler(StaleStateError)
@blueprint.errorhandler(InvalidTransitionError)
def decided_meanwhile(_error: Exception) -> Response:
    """Say who acted first, what stands there now, and keep what this officer typed."""
    application_id = (request.view_args or {})["application_id"]
    endpoint = request.endpoint or ""
    late = seeing.late() if request.method == "POST" else None
    with parts().reading() as uow:
        decision = decision_of(uow, application_id)
        verdicts = verdicts_of(uow, application_id)
        pending = pending_view(uow.session, pending_of(uow.session, application_id))
        is_ended = endpoint == "officer.end_later_control" and has_ended(uow, application_id)
    item = (request.view_args or {}).get("item")
    is_typed = late is not None and (late.typed or endpoint != "officer.confirm_approval")
    page = make_response(
        render_template(
            "officer/decided.html",
            decision=decision,
            pending=pending,
            is_undoing=endpoint == "officer.undo_decision",
            me=officer_id(),
            late=late,
            verdicts=[each for each in verdicts if item in (None, each.item.value)],
            again=AGAIN.get(endpoint) if is_typed and not is_ended else None,
        ),
        409,
    )
    return file_host.with_form_to_it(page) if endpoint == "officer.ask_original" else page


def officer_id() -> UUID:
    """Return the signed-in officer's id; use only on guarded pages."""
    current = current_session(SessionKind.OFFICER)
    if current is None or current.officer_id is None:
        abort(403)
    return current.officer_id


def record_look(look: Look, application_id: UUID) -> None:
    """Record the event that the signed-in officer looks at something of a case."""
    looking.record(
        parts().reading,
        parts().writing,
        look,
        application_id=application_id,
        officer_id=officer_id(),
    )


def _known_item(text: str) -> ReviewItem:
    try:
        return ReviewItem(text)
    except ValueError as error:
        raise NotFoundError(f"no such item: {text[:40]!r}") from error


def _known_verdict(text: str) -> ItemVerdict:
    try:
        return ItemVerdict(text)
    except ValueError as error:
        problem = "Elija si acepta u observa este punto."
        raise InvalidInputError({"veredicto": problem}) from error
