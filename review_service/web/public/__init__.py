"""Public pages, which need no sign-in: the entry, what people look for, offices, personal data."""

from flask import Blueprint, Response

blueprint = Blueprint("public", __name__)


@blueprint.after_request
def _let_browsers_ask_again(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-cache"
    return response


from review_service.web.public import (  # noqa: E402 -- the views hang on the blueprint
    choosing,
    directory,
    entry,
    figures,
    reading,
    searching,
)

__all__ = ["blueprint", "choosing", "directory", "entry", "figures", "reading", "searching"]
