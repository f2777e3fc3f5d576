"""The second address of a sheet: asks it again, and takes its answer behind the mailed link."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Response, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.domain.errors import LinkError, TooManyAttemptsError
from review_service.services.applicant import second_address
from review_service.web import seeing
from review_service.web.applicant import access, blueprint
from review_service.web.auth import applicant_ruc
from review_service.web.context import parts
from review_service.web.dates import lately
from review_service.web.languages import gettext
from review_service.web.security import no_referrer


@blueprint.post("/<uuid:application_id>/otro-correo")
def ask_second_address(application_id: UUID) -> BaseResponse:
    """Mail the question again."""
    ask_again(application_id, seen=seeing.seen())
    return redirect(url_for("applicant.application", application_id=application_id), code=303)


def ask_again(application_id: UUID, *, seen: str | None) -> None:
    """Mail the question, and say what happened or when the next one may go."""
    try:
        is_asked = second_address.ask(
            parts().writing(),
            application_id=application_id,
            ruc=applicant_ruc(),
            secret_key=parts().settings.secret_key,
            seen=seen,
        )
    except TooManyAttemptsError as error:
        free_at = datetime.now(UTC) + timedelta(seconds=error.retry_after)
        flash(
            gettext(
                "Ya le escribimos varias veces: mire también en «No deseados» o «Spam». "
                "Podemos enviar otro %(free_at)s.",
                free_at=lately(free_at),
            ),
            "doubt",
        )
        return
    if is_asked:
        flash(
            gettext(
                "Escribimos al otro correo. Abra el enlace de ese mensaje y presione "
                "«Sí, quiero los "
                "avisos»."
            ),
            "good",
        )


def ask_if_new(application_id: UUID) -> None:
    """Mail the question to an address that was given just now."""
    second_address.ask_if_new(
        parts().writing(),
        application_id=application_id,
        ruc=applicant_ruc(),
        secret_key=parts().settings.secret_key,
    )


@access.get("/correo/<token>")
def show_second_address(token: str) -> Response:
    """Show a button: opening the link confirms nothing."""
    view = second_address.peek(parts().reading(), token=token)
    return _page(view.state, token)


@access.post("/correo/<token>")
def confirm_second_address(token: str) -> Response:
    """Confirm that the address gets copies of the notices."""
    try:
        second_address.confirm(parts().writing(), token=token)
    except LinkError as error:
        return _page(error.reason, token)
    return _page("confirmed", token)


def _page(state: str, token: str) -> Response:
    view = second_address.peek(parts().reading(), token=token)
    page = render_template("applicant/second_address.html", state=state, view=view)
    is_over = state not in {"good", "confirmed"}
    return no_referrer(make_response(page, 410 if is_over else 200))
