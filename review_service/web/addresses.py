"""Addresses of pages in templates, made once: a page names a dozen, nearly all of them fixed."""

from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from flask import Flask, Response, request

from review_service.web.languages import spoken

_NO_CASE: Final = UUID(int=2**128 - 1)
"""Stands in a remembered address for the case's id."""
MOST_KNOWN: Final = 1_000
"""Addresses remembered; each prefix under which a proxy serves the pages has its own."""


def install(app: Flask) -> None:
    """Give the templates a ``url_for`` that remembers addresses with no value, or a case alone.

    No answer leads to another host than the one it was asked at.
    """

    @lru_cache(maxsize=MOST_KNOWN)
    def fixed(endpoint: str, _prefix: str) -> str:
        return app.url_for(endpoint)

    @lru_cache(maxsize=MOST_KNOWN)
    def of_a_case(endpoint: str, _prefix: str) -> str:
        return app.url_for(endpoint, application_id=_NO_CASE)

    def url_for(endpoint: str, **values: Any) -> str:  # noqa: ANN401 -- parts of an address
        values = spoken(endpoint, values)
        if endpoint.startswith("."):
            return app.url_for(endpoint, **values)
        if not values:
            return fixed(endpoint, request.root_path)
        case = values.get("application_id")
        if len(values) == 1 and isinstance(case, UUID):  # each line of a list has one
            return of_a_case(endpoint, request.root_path).replace(str(_NO_CASE), str(case))
        return app.url_for(endpoint, **values)

    app.add_template_global(url_for)
    app.after_request(_lead_on_here)


def _lead_on_here(response: Response) -> Response:
    """Leave the host out of a redirect of the router: who asks chose it, and caches may keep it."""
    location = response.headers.get("Location", "")
    if location.startswith(request.host_url):
        path = location.removeprefix(request.host_url).lstrip("/")
        response.headers["Location"] = f"/{path}"
        response.set_data("")
    return response
