"""The second host name, when a setting names one: it gives out originals and nothing else.

What strangers sent is then never on the host that holds the sessions, whose cookies are bound to
that host alone.
"""

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request

from review_service.settings import Settings
from review_service.web.context import parts
from review_service.web.security import CONTENT_SECURITY_POLICY

ENDPOINTS: Final = frozenset({"officer_access.original_by_ticket", "static"})
"""What the second host answers: files for tickets, and the style of its error pages."""
_SETTING: Final = "FILES_HOST"


def install(app: Flask, settings: Settings) -> None:
    """Let the second host answer its own routes only."""
    app.config[_SETTING] = settings.files_host
    app.before_request(admit)


def admit() -> None:
    """Refuse every other page on the second host, before anything looks at cookies."""
    files_host = current_app.config[_SETTING]
    if files_host and request.host == files_host and request.endpoint not in ENDPOINTS:
        abort(404)


def is_right_here() -> bool:
    """Whether originals are given out from the host of this request."""
    files_host = parts().settings.files_host
    return not files_host or request.host == files_host


def address_of(path: str) -> str:
    """Return the address of a path on the second host; the path itself without one."""
    origin = _origin()
    return f"{origin}{path}" if origin else path


def with_form_to_it(response: Response) -> Response:
    """Let the form of this page lead to the second host: browsers hold redirects to the policy."""
    if origin := _origin():
        policy = CONTENT_SECURITY_POLICY.replace(
            "form-action 'self'", f"form-action 'self' {origin}"
        )
        response.headers["Content-Security-Policy"] = policy
    return response


def _origin() -> str:
    settings = parts().settings
    if not settings.files_host:
        return ""
    return f"{urlsplit(settings.public_url).scheme}://{settings.files_host}"
