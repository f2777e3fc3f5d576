"""Redirects from the pages of a draft that was sent meanwhile to the application's page."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.domain.errors import InvalidTransitionError, NotAllowedError
from review_service.web import errors, kept
from review_service.web.applicant import blueprint
from review_service.web.auth import wants_json
from review_service.web.languages import gettext


@blueprint.errorhandler(InvalidTransitionError)
@blueprint.errorhandler(NotAllowedError)
def show_where_it_stands(error: Exception) -> BaseResponse:
    """Redirect an old link or a second window to the application; scripts get the error."""
    application_id = (request.view_args or {}).get("application_id")
    if application_id is None or wants_json() or request.endpoint == "applicant.application":
        return errors.answer(error)
    here = url_for("applicant.application", application_id=application_id)
    kept.keep_turned_away(page=here)
    flash(gettext("Eso ya no se puede cambiar. Así está ahora su solicitud."), "doubt")
    return redirect(here, code=303)
