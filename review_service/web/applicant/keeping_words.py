"""Where a script keeps what an applicant types, and where kept words are dropped."""

from flask import abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.models import SessionKind
from review_service.domain.wording import clock
from review_service.web import kept
from review_service.web.access_table import Audience
from review_service.web.applicant import blueprint
from review_service.web.auth import current_session


@blueprint.post("/borrador")
def keep_words() -> BaseResponse:
    """Keep a form's words and answer when, or drop them and show the form as it stands."""
    current = current_session(SessionKind.APPLICANT)
    if current is None:
        abort(403)
    if path := request.form.get("quitar", ""):
        return redirect(kept.drop(current, path) or url_for("applicant.applications"), code=303)
    return jsonify(at=clock(kept.keep_typed(current, Audience.APPLICANT).kept_at))
