"""Answers 304 to who has the same already."""

from typing import Final

from flask import Response, request

PRECONDITIONS: Final = frozenset({"HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE"})
"""Made for changing what is there; who only reads would get 412 with no word of ours."""


def unchanged(response: Response) -> Response:
    """Give the answer its ETag; without a body, as 304, where the request names the same."""
    response.add_etag()
    asked = {name: value for name, value in request.environ.items() if name not in PRECONDITIONS}
    response.make_conditional(asked)
    return response
