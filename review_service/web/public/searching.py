"""The site's own search."""

from typing import Final

from flask import Response, make_response, render_template, request

from review_service.domain.page_search import find
from review_service.web.public import blueprint
from review_service.web.public.page_list import PAGES

LONGEST_QUESTION: Final = 80
"""Signs that are looked at."""


@blueprint.get("/buscar")
def search() -> Response:
    """Find pages by the words that people use, also with a slip of the finger."""
    asked = request.args.get("q", "").strip()[:LONGEST_QUESTION]
    found = find(asked, [page.found_by() for page in PAGES])
    response = make_response(render_template("public/search.html", asked=asked, found=found))
    if asked:
        response.headers["X-Robots-Tag"] = "noindex"
    return response
