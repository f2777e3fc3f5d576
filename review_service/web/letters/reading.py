"""The page of one letter: its confirmation, its receipt, its history, and the answer."""

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.queries.letters import letter_behind
from review_service.domain.errors import LinkError
from review_service.services.letters import writing
from review_service.web.context import parts
from review_service.web.letters import blueprint
from review_service.web.letters.writing import letter_rules

OVER = 410


@blueprint.get("/carta/<token>")
def letter(token: str) -> Response:
    """Show the letter; opening the mailed link confirms nothing."""
    with parts().reading() as uow:
        found = letter_behind(uow, token)
    if found is None or found.is_lapsed:
        page = render_template("letters/over.html", is_lapsed=found is not None)
        return make_response(page, OVER)
    template = "letter" if found.number else "confirm"
    return make_response(render_template(f"letters/{template}.html", letter=found))


@blueprint.post("/carta/<token>")
def confirm_letter(token: str) -> BaseResponse:
    """Receive the letter, and show its receipt; a second press shows the same."""
    try:
        writing.confirm(parts().writing(), token=token, rules=letter_rules())
    except LinkError as error:
        page = render_template("letters/over.html", is_lapsed=error.reason == "expired")
        return make_response(page, OVER)
    return redirect(url_for("letters.letter", token=token), code=303)
