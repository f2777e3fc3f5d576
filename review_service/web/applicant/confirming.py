"""Confirms a sent application by the mailed link: a page with a button."""

from uuid import UUID

from flask import Response, make_response, redirect, render_template, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.models import LinkPurpose, SessionKind
from review_service.db.queries.applicant.applications import applications_of
from review_service.domain.errors import LinkError
from review_service.services.applicant import registering, sending
from review_service.web import auth
from review_service.web.applicant import access
from review_service.web.context import parts
from review_service.web.security import no_referrer

CONFIRMED = "confirmed_reference"


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
        application_id = sending.confirm_by_link(
            parts().writing(), token=token, seat=parts().institution().place
        )
    except LinkError as error:
        return _over(error.reason, link.reference)
    if _is_own(application_id):
        return redirect(url_for("applicant.receipt", application_id=application_id), code=303)
    session[CONFIRMED] = link.reference
    return redirect(url_for("access.confirmed"), code=303)


@access.get("/confirmada")
def confirmed() -> BaseResponse | str:
    """Say that it is confirmed, in a browser that is not signed in."""
    reference = session.get(CONFIRMED)
    if reference is None:
        return redirect(url_for("applicant.applications"), code=303)
    return render_template("applicant/confirmed.html", reference=reference)


def _is_own(application_id: UUID) -> bool:
    current = auth.current_session(SessionKind.APPLICANT)
    with parts().reading() as uow:
        return current is not None and application_id in {
            own.id for own in applications_of(uow, current.ruc or "")
        }


def _over(state: str, reference: str | None) -> Response:
    page = render_template("applicant/confirm_over.html", state=state, reference=reference)
    return no_referrer(make_response(page, 410))
