"""The monthly figures on the desk: the state of each month, and a correction seen before it is out.

A correction is typed, shown beside what is published, and then published, as an answer to a letter.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.figures import every_month, versions_of
from review_service.domain.errors import InvalidInputError, NotFoundError, StaleStateError
from review_service.domain.figures import MonthFigures, typed_number
from review_service.domain.months import Month, month_named
from review_service.services.figures import correcting
from review_service.services.figures.correcting import LONGEST_REASON, SHORTEST_REASON
from review_service.web import seeing
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id

PUBLISH: Final = "publicar"
EDIT: Final = "editar"
FIELDS: Final = {"complaints": "quejas", "attentions": "atenciones", "reason": "motivo"}
"""The field of the page for each fact of a correction."""


@blueprint.get("/cifras")
def figures() -> str:
    """Show the state of every month, newest first."""
    with parts().reading() as uow:
        return render_template(
            "officer/figures.html", months=every_month(uow), running=Month.of(uow.now)
        )


@blueprint.get("/cifras/<string(length=4):year>/<string(length=2):month>")
def figures_of_month(year: str, month: str) -> str:
    """Show the versions of a closed month, with the form to correct it."""
    versions = _versions(_month(year, month))
    return _page(versions, _published(versions[0]))


@blueprint.post("/cifras/<string(length=4):year>/<string(length=2):month>")
def correct_figures(year: str, month: str) -> BaseResponse | str | tuple[str, int]:
    """Show a correction beside what is published; publish it at the second step.

    Where a colleague corrected the month meanwhile, that is shown with what this officer typed.
    """
    asked = _month(year, month)
    versions = _versions(asked)
    typed = {name: request.form.get(name, "").strip() for name in FIELDS.values()}
    step = request.form.get("paso", "")
    try:
        if step == EDIT:
            return _page(versions, typed)
        numbers = _numbers(versions[0], typed)
        if step == PUBLISH:
            return _corrected(asked, numbers, reason=typed[FIELDS["reason"]])
        correcting.require_seen(versions[0], seeing.seen())
        given = correcting.checked(versions[0], **numbers, reason=typed[FIELDS["reason"]])
    except InvalidInputError as error:
        problems = [
            Problem(place=FIELDS[name], sentence=sentence)
            for name, sentence in error.problems.items()
        ]
        return _page(versions, typed, problems=problems), HTTPStatus.UNPROCESSABLE_ENTITY
    except StaleStateError:
        return _page(_versions(asked), typed, is_late=True), HTTPStatus.CONFLICT
    return render_template(
        "officer/figures_correction.html", last=versions[0], given=given, typed=typed
    )


def _corrected(month: Month, numbers: Mapping[str, int | None], *, reason: str) -> BaseResponse:
    told = correcting.correct(
        parts().writing(),
        month,
        officer_id=officer_id(),
        complaints=numbers["complaints"],
        attentions=numbers["attentions"],
        reason=reason,
        seen=seeing.seen(),
    )
    flash(f"Publicó la versión {told.version} de {month.label}.", "good")
    year, number = month.name.split("-")
    return redirect(url_for("officer.figures_of_month", year=year, month=number), code=303)


def _numbers(last: MonthFigures, typed: Mapping[str, str]) -> dict[str, int | None]:
    """Return the typed numbers; an empty field says nothing where nothing is published."""
    problems: dict[str, str] = {}
    found: dict[str, int | None] = {}
    for name in ("complaints", "attentions"):
        text = typed[FIELDS[name]]
        try:
            is_open = not text and getattr(last, name) is None
            found[name] = None if is_open else typed_number(text)
        except ValueError:
            problems[name] = f"En «{seeing.label_of(FIELDS[name])}» escriba un número entero."
    if problems:
        raise InvalidInputError(problems)
    return found


def _month(year: str, month: str) -> Month:
    found = month_named(f"{year}-{month}")
    if found is None:
        raise NotFoundError("no such month")
    return found


def _versions(month: Month) -> Sequence[MonthFigures]:
    with parts().reading() as uow:
        versions = versions_of(uow, month)
    if not versions:
        raise NotFoundError(f"{month.name} is not closed")
    return versions


def _published(last: MonthFigures) -> dict[str, str]:
    numbers = (("quejas", last.complaints), ("atenciones", last.attentions))
    told = {name: "" if number is None else str(number) for name, number in numbers}
    return {**told, "motivo": ""}


def _page(
    versions: Sequence[MonthFigures],
    typed: Mapping[str, str],
    *,
    problems: Sequence[Problem] = (),
    is_late: bool = False,
) -> str:
    return render_template(
        "officer/figures_month.html",
        last=versions[0],
        versions=versions,
        typed=typed,
        problems=problems,
        wrong={each.place: each.sentence for each in problems},
        is_late=is_late,
        shortest=SHORTEST_REASON,
        longest=LONGEST_REASON,
    )
