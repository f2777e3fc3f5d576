"""Puts a legal hold on a case, and lifts it."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.domain.errors import InvalidInputError
from review_service.services.review import legal_holds
from review_service.web import kept, seeing
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id

PROBLEM: Final = "bad retencion"
"""Category of what is wrong with the reason: told on top of the page and again at its field."""


@blueprint.post("/casos/<uuid:application_id>/retencion")
def place_hold(application_id: UUID) -> BaseResponse:
    """Keep everything of the case until somebody lifts the hold."""
    told = "Desde ahora no se elimina nada de este caso."
    return _done(application_id, legal_holds.place, told)


@blueprint.post("/casos/<uuid:application_id>/retencion/fin")
def lift_hold(application_id: UUID) -> BaseResponse:
    """Let the terms of the case count again."""
    told = "La retención terminó: los plazos valen otra vez."
    return _done(application_id, legal_holds.lift, told)


def _done(application_id: UUID, act: Callable[..., None], told: str) -> BaseResponse:
    try:
        act(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            reason=request.form.get("retencion", ""),
            seen=seeing.seen(),
        )
    except InvalidInputError as error:
        kept.keep_turned_away()
        flash(" ".join(error.problems.values()), PROBLEM)
    else:
        flash(told, "good")
    return redirect(
        url_for("officer.case", application_id=application_id, _anchor="retencion"), code=303
    )
