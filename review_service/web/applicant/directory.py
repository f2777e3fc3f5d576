"""Asks an artisan whether to be in the public directory: off until said, ended by one press."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.applicant.applications import OwnApplication, application_of
from review_service.db.queries.directory import consent_of, is_listed
from review_service.domain import directory as agreed
from review_service.domain.errors import NotFoundError
from review_service.services.agreements import listing
from review_service.web import seeing
from review_service.web.applicant import blueprint
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.languages import gettext


@blueprint.get("/<uuid:application_id>/directorio")
def directory(application_id: UUID) -> str:
    """Say exactly what would be shown, and what is shown now."""
    with parts().reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=applicant_ruc())
        consent, shown = consent_of(uow, application_id), is_listed(uow, application_id)
    _require_acuerdo(own)
    return render_template(
        "applicant/directory.html",
        application=own,
        consent=consent,
        is_listed=shown,
        agreed=agreed,
    )


@blueprint.post("/<uuid:application_id>/directorio")
def join_directory(application_id: UUID) -> BaseResponse:
    """List the artisan with what was ticked."""
    listing.consent(
        parts().writing(),
        application_id=application_id,
        ruc=applicant_ruc(),
        shows_name="name" in request.form,
        shows_phone="phone" in request.form,
        seen=seeing.seen(),
    )
    flash(gettext("Desde ahora está en el directorio. Puede salir cuando quiera."), "good")
    return redirect(url_for("applicant.directory", application_id=application_id), code=303)


@blueprint.post("/<uuid:application_id>/directorio/salir")
def leave_directory(application_id: UUID) -> BaseResponse:
    """Take the artisan out at once."""
    listing.withdraw(
        parts().writing(), application_id=application_id, ruc=applicant_ruc(), seen=seeing.seen()
    )
    flash(gettext("Ya no está en el directorio."), "good")
    return redirect(url_for("applicant.directory", application_id=application_id), code=303)


def _require_acuerdo(own: OwnApplication) -> None:
    if own.paper is None or own.paper.file is None or not own.acuerdo:
        raise NotFoundError("no published Acuerdo")
