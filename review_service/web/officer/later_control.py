"""Stores what an officer found in the later control of a certificate that a rule granted."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.domain.errors import InvalidInputError
from review_service.domain.later_controls import LaterOutcome
from review_service.services.review import later_control
from review_service.web import kept, seeing
from review_service.web.context import parts
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id


@blueprint.post("/casos/<uuid:application_id>/control-posterior")
def end_later_control(application_id: UUID) -> BaseResponse:
    """Store the outcome and return to the case; what was typed stays when something is missing."""
    outcomes = {outcome.value: outcome for outcome in LaterOutcome}
    outcome = outcomes.get(request.form.get("resultado", ""))
    case = url_for("officer.case", application_id=application_id, _anchor="control")
    if outcome is None:
        kept.keep_turned_away()
        flash("Diga si todo coincide o si hay una diferencia.", "bad")
        return redirect(case, code=303)
    try:
        later_control.end(
            parts().writing(),
            application_id=application_id,
            officer_id=officer_id(),
            outcome=outcome,
            note=request.form.get("nota", ""),
            seen=seeing.seen(),
        )
    except InvalidInputError as error:
        kept.keep_turned_away()
        flash(" ".join(error.problems.values()), "bad")
        return redirect(case, code=303)
    flash(f"Guardado: {outcome.label.lower()}.", "good")
    return redirect(url_for("officer.queue", vista="control-posterior"), code=303)
