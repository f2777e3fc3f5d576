"""Rules for every request and response: security headers, body sizes, same-site requests."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, Response, abort, current_app, request

from review_service.domain.limits import UploadLimits
from review_service.settings import Settings
from review_service.web.context import parts

P = ParamSpec("P")
R = TypeVar("R")
BodyLimit = Callable[[UploadLimits], int]

# ``blob:`` shows a photo while it is still on its way.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
ATTACHMENT_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
HSTS = "max-age=63072000; includeSubDomains"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})
FORM_ROOM = 1024 * 1024
"""Most bytes of a form, without its files."""


def takes_files(
    limit: BodyLimit, *, too_large: Callable[[UploadLimits], str]
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Allow a view to receive files up to the limit, besides the form's other fields.

    ``too_large`` gives the sentence for a larger one; it names the limit.
    """

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.body_limit = limit  # type: ignore[attr-defined]
        view.too_large_sentence = too_large  # type: ignore[attr-defined]
        return view

    return mark


def no_referrer(response: Response) -> Response:
    """Set headers that keep a URL with a token from other sites and from search engines."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def install(app: Flask, settings: Settings) -> None:
    """Check each request before its body is read, and set the headers of each response."""
    is_https = settings.is_https

    def check_request() -> None:
        _set_body_limit()
        if request.method in SAFE_METHODS:
            return
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None and site not in OWN_SITES:
            abort(403)

    def set_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if is_https:
            response.headers["Strict-Transport-Security"] = HSTS
        # Whatever does not say otherwise is somebody's own page.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    app.before_request(check_request)
    app.after_request(set_headers)


def _set_body_limit() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    limit: BodyLimit | None = getattr(view, "body_limit", None)
    if limit is not None:
        request.max_content_length = limit(parts().limits) + FORM_ROOM
