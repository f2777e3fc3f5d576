"""Rules for every request and response: security headers, same-site requests."""

from flask import Flask, Response, abort, request

from review_service.settings import Settings
from review_service.web.bodies import SAFE_METHODS

# ``blob:`` shows a photo while it is still on its way.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
CLOSED_FEATURES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": CLOSED_FEATURES,
    "X-Frame-Options": "DENY",
}
ATTACHMENT_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
HSTS = "max-age=63072000; includeSubDomains"
OWN_SITES = frozenset({"same-origin", "none"})


def no_referrer(response: Response) -> Response:
    """Set headers that keep a URL with a token from other sites and from search engines."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def with_camera(response: Response) -> Response:
    """Let the page of this response, and no other, ask for the camera."""
    features = CLOSED_FEATURES.replace("camera=()", "camera=(self)")
    response.headers["Permissions-Policy"] = features
    return response


def install(app: Flask, settings: Settings) -> None:
    """Refuse requests of other sites, and set the headers of each response."""
    is_https = settings.is_https

    def check_request() -> None:
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
