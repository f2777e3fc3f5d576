"""«Me preguntan»: questions between officers on a case, and the forms to ask, answer and follow."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.models import SessionKind
from review_service.db.queries.officer import consultations as queries
from review_service.db.queries.officer.case import case_of
from review_service.domain.consultations import (
    ANSWER,
    COLLEAGUE,
    LONGEST_WAIT_DAYS,
    MAX_CHARACTERS,
    NEEDED_BY,
    QUESTION,
)
from review_service.domain.errors import (
    InvalidInputError,
    NotHeldError,
    StaleStateError,
)
from review_service.domain.roles import Permission
from review_service.domain.terms import ecuador_today
from review_service.services.review import consulting
from review_service.web import kept, seeing
from review_service.web.auth import current_session
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.guarding import standing
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id
from review_service.web.officer.case_claim import claim_on
from review_service.web.remembering import forget, remembered

COUNTED_SECONDS: Final = 5.0
"""So long a process shows the same number in the bar, unless the officer answers."""
MOST_COUNTED: Final = 99
ANSWER_PROBLEM: Final = "bad respuesta"
"""Category of what is wrong with an answer: told on top of the page and again at its field."""


@blueprint.get("/consultas")
def consultations() -> str:
    """List what colleagues ask the officer, and what the officer asked."""
    with parts().reading() as uow:
        return render_template(
            "officer/consultations.html",
            to_me=queries.asked_of(uow, officer_id()),
            of_me=queries.asked_by(uow, officer_id()),
            most=queries.MOST_LISTED,
            answered_days=queries.ANSWERED_DAYS,
        )


@blueprint.get("/casos/<uuid:application_id>/preguntar")
def consult(application_id: UUID) -> str:
    """Ask whom, what and for when. Raises ``NotHeldError`` unless the officer holds the case."""
    return _form(application_id)


@blueprint.post("/casos/<uuid:application_id>/preguntar")
def ask_colleague(application_id: UUID) -> BaseResponse | tuple[str, int]:
    """Ask the colleague; go back to the case."""
    try:
        consulting.ask(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            colleague_id=_id(request.form.get(COLLEAGUE, "")),
            question=request.form.get(QUESTION, ""),
            needed_by=request.form.get(NEEDED_BY, ""),
            seen=seeing.seen(),
        )
    except InvalidInputError as error:
        return _form(application_id, problems=error.problems), 422
    flash("Preguntamos. La respuesta aparecerá en este caso; el caso sigue con usted.", "good")
    return _back(application_id)


@blueprint.post("/casos/<uuid:application_id>/consultas/responder")
def answer_colleague(application_id: UUID) -> BaseResponse:
    """Answer the question that the form names."""
    try:
        consulting.answer(
            parts().writing(),
            application_id=application_id,
            consultation_id=_asked(),
            officer_id=officer_id(),
            text=request.form.get(ANSWER, ""),
            seen=seeing.seen(),
        )
    except InvalidInputError as error:
        kept.keep_turned_away()
        flash(" ".join(error.problems.values()), ANSWER_PROBLEM)
    else:
        forget(_count_name(officer_id()))
        flash("Su respuesta está guardada. La lee quien preguntó.", "good")
    return _back(application_id)


@blueprint.post("/casos/<uuid:application_id>/consultas/recordar")
def remind_colleague(application_id: UUID) -> BaseResponse:
    """Remind the colleague of the question that the form names."""
    done = consulting.remind(
        parts().writing(),
        application_id=application_id,
        consultation_id=_asked(),
        officer_id=officer_id(),
        seen=seeing.seen(),
    )
    if done:
        flash("Se lo recordamos: sale en su próximo correo de la mañana.", "good")
    else:
        flash("Ya se lo recordó hoy. Puede hacerlo otra vez mañana.", "doubt")
    return _back(application_id)


@blueprint.post("/casos/<uuid:application_id>/consultas/retirar")
def withdraw_question(application_id: UUID) -> BaseResponse:
    """Take back the question that the form names."""
    consulting.withdraw(
        parts().writing(),
        application_id=application_id,
        consultation_id=_asked(),
        officer_id=officer_id(),
        seen=seeing.seen(),
    )
    flash("Retiró la pregunta. Su colega ya no la ve entre las que le esperan.", "good")
    return _back(application_id)


def asked_of_me() -> str:
    """Return how many questions wait for the officer, for the navigation; empty for none."""
    session = current_session(SessionKind.OFFICER)
    who = session.officer_id if session is not None else None
    if who is None or not standing().may(Permission.REVIEW):
        return ""

    def counted() -> int:
        with parts().reading() as uow:
            return queries.open_count(uow, who)

    count = remembered(_count_name(who), counted, seconds=COUNTED_SECONDS)
    return "" if not count else str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"


def _form(application_id: UUID, *, problems: dict[str, str] | None = None) -> str:
    told = problems or {}
    with parts().reading() as uow:
        case = case_of(uow, application_id)
        if not case.can_be_decided:
            raise StaleStateError(f"application {application_id} is {case.state.value}")
        held = claim_on(case, me=officer_id())
        if not held.is_mine:
            raise NotHeldError(f"officer {officer_id()} does not hold application {case.id}")
        found = queries.askable(uow, application_id, me=officer_id())
    today = ecuador_today()
    return render_template(
        "officer/consult.html",
        case=found,
        stamp=seeing.seen() if request.method == "POST" else found.stamp,
        given={name: request.form.get(name, "") for name in (COLLEAGUE, QUESTION, NEEDED_BY)},
        problems=[Problem(place=name, sentence=told[name]) for name in told],
        problem_at=told,
        today=today,
        last_day=today + timedelta(days=LONGEST_WAIT_DAYS),
        longest=MAX_CHARACTERS,
    )


def _back(application_id: UUID) -> BaseResponse:
    return redirect(
        url_for("officer.case", application_id=application_id, _anchor="consultas"), code=303
    )


def _asked() -> UUID:
    """Return the question that the form names; one that is nowhere, where it names none."""
    return _id(request.form.get("consulta", "")) or UUID(int=0)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _count_name(officer: UUID) -> str:
    return f"asked {officer.hex}"
