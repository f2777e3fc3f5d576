"""Confirms a sent application by the mailed link: a page with a button."""

from uuid import UUID

from flask import Response, make_response, redirect, render_template, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.models import LinkPurpose, SessionKind
from review_service.db.queries.applicant.applications import (
    OwnApplication,
    applications_of,
    category_granted,
)
from review_service.domain.errors import LinkError
from review_service.services.applicant import confirming, registering
from review_service.web import auth, devices
from review_service.web.applicant import access
from review_service.web.applicant.submitting import after_confirming
from review_service.web.context import parts
from review_service.web.security import no_referrer

CONFIRMED = "confirmed_reference"
CATEGORY = "confirmed_category"
"""What a rule granted; empty when a person decides."""


@access.get("/confirmar/<token>")
def show_confirmation(token: str) -> Response:
    """Show a button: opening the link confirms nothing."""
    link = registering.peek_link(
        parts().reading(),
        token=token,
        purpose=LinkPurpose.CONFIRM,
        registry=parts().registry,
    )
    if link.state == "good":
        return no_referrer(make_response(render_template("applicant/confirm_link.html", link=link)))
    return _over(link.state, link.reference)


@access.post("/confirmar/<token>")
def confirm_by_link(token: str) -> BaseResponse:
    """Confirm; a signed-in applicant is redirected to the receipt."""
    link = registering.peek_link(
        parts().reading(),
        token=token,
        purpose=LinkPurpose.CONFIRM,
        registry=parts().registry,
    )
    try:
        application_id = confirming.confirm_by_link(
            parts().writing(),
            token=token,
            seat=parts().institution().place,
            parts=parts().rule_parts(devices.network()),
        )
    except LinkError as error:
        return _over(error.reason, link.reference)
    own = _own(application_id)
    if own is not None:
        return redirect(after_confirming(own), code=303)
    session[CONFIRMED] = link.reference
    with parts().reading() as uow:
        session[CATEGORY] = category_granted(uow, application_id)
    return redirect(url_for("access.confirmed"), code=303)


@access.get("/confirmada")
def confirmed() -> BaseResponse | str:
    """Say that it is confirmed, in a browser that is not signed in."""
    reference = session.get(CONFIRMED)
    if reference is None:
        return redirect(url_for("applicant.applications"), code=303)
    return render_template(
        "applicant/confirmed.html", reference=reference, category=session.get(CATEGORY, "")
    )


def _own(application_id: UUID) -> OwnApplication | None:
    """Return the application if it is of who is signed in."""
    current = auth.current_session(SessionKind.APPLICANT)
    if current is None:
        return None
    with parts().reading() as uow:
        own = applications_of(uow, current.ruc or "")
    return next((one for one in own if one.id == application_id), None)


def _over(state: str, reference: str | None) -> Response:
    page = render_template("applicant/confirm_over.html", state=state, reference=reference)
    return no_referrer(make_response(page, 410))
