"""Letters to the service: the tray, one letter, its answer as it will be sent."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from review_service.adapters.mail_templates import worded
from review_service.db.queries.officer.colleagues import answerers_of
from review_service.db.queries.officer.letters import (
    MOST_COUNTED,
    OfficerLetter,
    found_letters,
    officer_letter,
    open_counts,
    tray,
)
from review_service.domain.errors import InvalidInputError, StaleStateError
from review_service.domain.letters import (
    MOST_ANSWER,
    LetterKind,
    LetterState,
    needed_to_answer,
    own_decision_problem,
)
from review_service.domain.roles import Permission
from review_service.services.letters import answering, photos
from review_service.web import seeing
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.guarding import standing
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id
from review_service.web.officer.files import pixels
from review_service.web.officer.queue import asked_cursor, searched
from review_service.web.remembering import remembered

SEND: Final = "enviar"
EDIT: Final = "editar"
ANSWERED: Final = "respondidas"
FIELD: Final = "respuesta"
COUNTED_SECONDS: Final = 5.0
"""So long a process shows the same number in the navigation."""


@blueprint.get("/cartas")
def letters() -> str:
    """Show the tray: open letters, the first due first, those that are answered, or a search."""
    text, cursor = searched(), asked_cursor()
    is_answered = request.args.get("vista") == ANSWERED
    kind = next((each for each in LetterKind if each.slug == request.args.get("tipo")), None)
    state = LetterState.ANSWERED if is_answered else LetterState.OPEN
    with parts().reading() as uow:
        return render_template(
            "officer/letters.html",
            page=found_letters(uow, text, cursor=cursor)
            if text
            else tray(uow, state=state, kind=kind, cursor=cursor),
            text=text,
            counts=open_counts(uow),
            kind=kind,
            kinds=tuple(LetterKind),
            state=state,
            view=ANSWERED if is_answered else "",
        )


@blueprint.get("/cartas/<uuid:letter_id>")
def letter(letter_id: UUID) -> str:
    """Show one letter, with the form to answer it."""
    return _page(_found(letter_id))


@blueprint.post("/cartas/<uuid:letter_id>")
def answer_letter(letter_id: UUID) -> BaseResponse | str | tuple[str, int]:
    """Show the answer exactly as it will be sent; send it at the second step.

    A letter that a colleague answered meanwhile is shown with what this officer typed.
    """
    found, words = _found(letter_id), request.form.get(FIELD, "").strip()
    step = request.form.get("paso", "")
    if found.letter.answer and step != SEND:
        return _page(found, words=words, is_late=True), HTTPStatus.CONFLICT
    try:
        given = answering.require_answer(words)
        if step == SEND:
            return _sent(found, given)
    except InvalidInputError as error:
        told = tuple(Problem(place=FIELD, sentence=each) for each in error.problems.values())
        return _page(found, words=words, problems=told), HTTPStatus.UNPROCESSABLE_ENTITY
    except StaleStateError:
        return _page(_found(letter_id), words=words, is_late=True), HTTPStatus.CONFLICT
    if step == EDIT:
        return _page(found, words=words)
    return _preview(found, given)


@blueprint.get("/cartas/<uuid:letter_id>/foto.jpg")
def letter_photo(letter_id: UUID) -> Response:
    """Stream the picture that the sandbox made of a letter's photo."""
    file = photos.hand_out(parts().writing(), letter_id=letter_id, officer_id=officer_id())
    return pixels(file)


def open_letters() -> str:
    """Return how many letters wait, for the navigation; empty for none."""

    def counted() -> int:
        with parts().reading() as uow:
            return sum(open_counts(uow).values())

    count = remembered("letters", counted, seconds=COUNTED_SECONDS)
    return "" if not count else str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"


def _sent(found: OfficerLetter, words: str) -> BaseResponse:
    answering.answer(
        parts().writing(),
        letter_id=found.letter.id,
        officer_id=officer_id(),
        text=words,
        seen=seeing.seen(),
    )
    flash(f"Respondió la carta {found.letter.number}. La respuesta sale por correo.", "good")
    return redirect(url_for("officer.letters"), code=303)


def _found(letter_id: UUID) -> OfficerLetter:
    with parts().reading() as uow:
        return officer_letter(uow, letter_id)


def _why_not(found: OfficerLetter) -> str:
    """Return why this officer may not answer; empty for who may."""
    officer = standing()
    if not officer.may(Permission.ANSWER_LETTERS):
        return "Su papel en el servicio no responde cartas."
    if any(officer.is_own(ruc) for ruc in found.rucs):
        return "Es su propia carta, o sobre una solicitud suya: la responde otra persona."
    if not all(map(officer.may, needed_to_answer(found.letter.kind))):
        return "Una apelación la responde quien puede aprobar y negar."
    return own_decision_problem(found.letter.kind, deciders=found.deciders, officer_id=officer_id())


def _page(
    found: OfficerLetter,
    *,
    words: str = "",
    problems: tuple[Problem, ...] = (),
    is_late: bool = False,
) -> str:
    why_not = _why_not(found)
    colleagues: tuple[str, ...] = ()
    if why_not and not found.letter.answer:
        with parts().reading() as uow:
            colleagues = answerers_of(uow, found)
    return render_template(
        "officer/letter.html",
        found=found,
        letter=found.letter,
        words=words,
        problems=problems,
        is_late=is_late,
        me=officer_id(),
        why_not=why_not,
        colleagues=colleagues,
        longest=MOST_ANSWER,
    )


def _preview(found: OfficerLetter, words: str) -> str:
    facts = worded(answering.answer_facts(found.letter, words))
    return render_template(
        "officer/letter_answer.html",
        found=found,
        letter=found.letter,
        words=words,
        subject=render_template("email/letter_answered/subject.txt", **facts).strip(),
        answer=Markup(  # noqa: S704 -- our own escaped template
            render_template("email/letters/letter_answered.html", **facts)
        ),
    )
