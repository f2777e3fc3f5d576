"""Public pages, which need no sign-in: the entry, what people look for, offices, personal data."""

from flask import Blueprint, Response, request

blueprint = Blueprint("public", __name__)


@blueprint.after_request
def _let_browsers_ask_again(response: Response) -> Response:
    # Who has a cookie may be signed in: that page is for no cache between.
    kept = "private, no-cache" if request.cookies else "no-cache"
    response.headers.setdefault("Cache-Control", kept)
    return response


from review_service.web.public import (  # noqa: E402 -- the views hang on the blueprint
    choosing,
    crawling,
    directory,
    entry,
    figures,
    reading,
    searching,
)

__all__ = [
    "blueprint",
    "choosing",
    "crawling",
    "directory",
    "entry",
    "figures",
    "reading",
    "searching",
]
