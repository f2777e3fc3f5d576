"""The page on which a supervisor gives a case to an officer or a zone."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.officer.moving import movable
from review_service.domain.errors import InvalidInputError
from review_service.domain.written_reasons import MIN_REASON_CHARACTERS
from review_service.domain.zones import zones
from review_service.services.review import moving
from review_service.web import kept, seeing
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id


@blueprint.get("/casos/<uuid:application_id>/pasar")
def move(application_id: UUID) -> str:
    """Ask to whom the case goes, and why."""
    with parts().reading() as uow:
        found = movable(uow, application_id)
    return render_template(
        "officer/move.html", case=found, zones=zones(), least_reason=MIN_REASON_CHARACTERS
    )


@blueprint.post("/casos/<uuid:application_id>/pasar")
def move_case(application_id: UUID) -> BaseResponse:
    """Give the case away; go back to it."""
    to = request.form.get("para", "")
    try:
        moving.move(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            to=_officer(to),
            zone=request.form.get("zona", ""),
            reason=request.form.get("motivo", ""),
            seen=seeing.seen(),
            seen_place=request.form.get("estaba"),
        )
    except InvalidInputError as error:
        kept.keep_turned_away()
        flash(" ".join(error.problems.values()), "bad")
        return redirect(url_for("officer.move", application_id=application_id), code=303)
    flash("Pasamos el caso. Queda en la auditoría quién lo pasó y por qué.", "good")
    return redirect(url_for("officer.case", application_id=application_id), code=303)


def _officer(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidInputError({"para": "Elija a una persona de la lista."}) from error
