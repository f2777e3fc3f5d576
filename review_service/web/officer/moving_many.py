"""The page on which a supervisor gives several ticked cases away, and what became of each."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from flask import render_template, request, url_for

from review_service.db.models import SessionKind
from review_service.db.queries.officer.moving import movable_cases, reviewers
from review_service.domain.chosen_cases import FIELD, ChosenCase, Outcome, chosen_cases
from review_service.domain.errors import InvalidInputError
from review_service.domain.saved_views import query_text
from review_service.domain.written_reasons import MIN_REASON_CHARACTERS
from review_service.domain.zones import zones
from review_service.services.review import moving_many
from review_service.services.review.moving_many import Destination
from review_service.web import kept
from review_service.web.auth import current_session
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id
from review_service.web.officer.queue import asked_list, list_in

SAME: Final = "igual"
"""Value of the choice that leaves each case with whom it is given to."""


@blueprint.get("/pasar")
def choose_move() -> str | tuple[str, int]:
    """Ask to whom the ticked cases of a list go, and why."""
    back = asked_list()
    try:
        chosen = chosen_cases(request.args.getlist(FIELD))
    except InvalidInputError as error:
        return _refused(error, back), 422
    return _form(chosen, back) if chosen else outcomes_page((), back, done="Pasamos")


@blueprint.post("/pasar")
def move_cases() -> str | tuple[str, int]:
    """Give the cases away; say what became of each."""
    back = list_in(request.form.get("lista", ""))
    chosen: Sequence[ChosenCase] = ()
    try:
        chosen = chosen_cases(request.form.getlist(FIELD))
        if not chosen:
            return outcomes_page((), back, done="Pasamos")
        outcomes = moving_many.move_each(
            parts().reading,
            parts().writing,
            chosen=chosen,
            officer_id=officer_id(),
            destination=_destination(),
            reason=request.form.get("motivo", ""),
        )
    except InvalidInputError as error:
        if not chosen:
            return _refused(error, back), 422
        return _form(chosen, back, problems=error.problems), 422
    if session := current_session(SessionKind.OFFICER):
        kept.drop(session, request.path)
    return outcomes_page(outcomes, back, done="Pasamos")


def outcomes_page(
    outcomes: Sequence[Outcome],
    back: Mapping[str, Any],
    *,
    done: str,
    here: str = "officer.queue",
    refusal: str = "",
) -> str:
    """Say what became of each case; an empty selection is an answer, too.

    ``done`` begins the heading, as «Pasamos»; ``here`` and ``back`` lead to the list; ``refusal``
    says why nothing was done with any.
    """
    return render_template(
        "officer/outcomes.html",
        outcomes=outcomes,
        count=sum(each.is_done for each in outcomes),
        done=done,
        refusal=refusal,
        back=url_for(here, **back),
    )


def _refused(error: InvalidInputError, back: Mapping[str, Any]) -> str:
    return outcomes_page((), back, done="", refusal=" ".join(error.problems.values()))


def _form(
    chosen: Sequence[ChosenCase],
    back: Mapping[str, Any],
    *,
    problems: Mapping[str, str] | None = None,
) -> str:
    told = problems or {}
    posted = {each.id: each.text for each in chosen if each.seen}
    with parts().reading() as uow:
        cases = movable_cases(uow, [each.id for each in chosen])
        officers = reviewers(uow)
    if not cases:
        return outcomes_page((), back, done="Pasamos")
    return render_template(
        "officer/move_many.html",
        cases=cases,
        texts={
            each.id: posted.get(each.id)
            or ChosenCase(id=each.id, seen=each.stamp, place=each.place).text
            for each in cases
        },
        officers=officers,
        zones=zones(),
        given={name: request.form.get(name, "") for name in ("zona", "motivo")},
        to=request.form.get("para", SAME),
        same=SAME,
        problems=[Problem(place=name, sentence=told[name]) for name in told],
        problem_at=told,
        least_reason=MIN_REASON_CHARACTERS,
        back=url_for("officer.queue", **back),
        back_text=query_text(back),
    )


def _destination() -> Destination:
    to, zone = request.form.get("para", SAME), request.form.get("zona", "")
    if to == SAME or not to:
        return Destination(keeps_officer=to == SAME, zone=zone)
    try:
        return Destination(to=UUID(to), zone=zone)
    except ValueError as error:
        raise InvalidInputError({"para": "Elija a una persona de la lista."}) from error
