"""Session cookies, and the guards that require a signed-in applicant or officer."""

from datetime import datetime
from types import MappingProxyType
from typing import Final

from flask import Flask, abort, flash, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.models import SessionKind
from review_service.services import sessions
from review_service.services.sessions import CurrentSession, Signed
from review_service.web import devices
from review_service.web.access_table import TABLE, Audience
from review_service.web.context import parts

SESSION_KINDS: Final = MappingProxyType(
    {Audience.APPLICANT: SessionKind.APPLICANT, Audience.OFFICER: SessionKind.OFFICER}
)
"""The session that a page of each audience needs."""
COOKIES = {SessionKind.APPLICANT: "solicitante", SessionKind.OFFICER: "funcionario"}
SAME_SITE = {SessionKind.APPLICANT: "Lax", SessionKind.OFFICER: "Strict"}
"""``SameSite`` of each cookie: applicants come from a link in a mail, officers never do."""
RETURN_TO = "return_to"
ASKED_BY_PAGES: Final = frozenset({"officer.presence"})
"""What open pages ask all day, whether anybody sits before them or not: no use of a session."""


def cookie_name(name: str, *, secure: bool) -> str:
    """Return the cookie's name, with the ``__Host-`` prefix where TLS allows it."""
    return f"__Host-{name}" if secure else name


def current_session(kind: SessionKind) -> CurrentSession | None:
    """Return this browser's session of that kind; the database is asked once per request."""
    known: dict[SessionKind, CurrentSession | None] = g.setdefault("sessions", {})
    if kind not in known:
        token = request.cookies.get(_cookie(kind), "")
        is_use = request.endpoint not in ASKED_BY_PAGES
        found = (
            sessions.seen(parts().reading, parts().writing, token=token, is_use=is_use)
            if token
            else None
        )
        known[kind] = found if found is not None and found.kind is kind else None
    return known[kind]


def look_again(kind: SessionKind) -> None:
    """Ask the database again for this browser's session, which this request has changed."""
    g.get("sessions", {}).pop(kind, None)


def request_time() -> datetime | None:
    """Return the database's time when it was asked for this request's session; None without one."""
    current = asker()
    return current.asked_at if current is not None else None


def kind_of_page() -> SessionKind | None:
    """Return whose session the page that is asked for needs; None for a public one."""
    access = TABLE.get(request.endpoint or "")
    return SESSION_KINDS.get(access.audience) if access is not None else None


def asker() -> CurrentSession | None:
    """Return the session of who asks for a page that needs one; None also for a public page."""
    kind = kind_of_page()
    return current_session(kind) if kind is not None else None


def applicant_ruc() -> str:
    """Return the RUC that is signed in; use only after ``require_applicant``."""
    current = current_session(SessionKind.APPLICANT)
    if current is None or current.ruc is None:
        abort(403)
    return current.ruc


def require_applicant() -> BaseResponse | None:
    """Redirect to the applicants' sign-in and back afterwards; None when already signed in."""
    if current_session(SessionKind.APPLICANT) is None:
        return _ask_to_sign_in(SessionKind.APPLICANT, "access.sign_in")
    return None


def require_officer() -> BaseResponse | None:
    """Redirect to the missing step, password or second factor; None when both were given."""
    current = current_session(SessionKind.OFFICER)
    if current is None:
        return _ask_to_sign_in(SessionKind.OFFICER, "officer_access.sign_in")
    if not current.second_factor:
        return redirect(url_for("officer_access.second_factor"), code=303)
    return None


def remember(response: BaseResponse, signed: Signed, *, kind: SessionKind) -> BaseResponse:
    """Set the cookie of a new session; the CSRF token is renewed too."""
    session.pop("csrf_token", None)
    response.set_cookie(
        _cookie(kind),
        signed.token,
        expires=signed.expires_at,
        path="/",
        secure=parts().settings.is_https,
        httponly=True,
        samesite=SAME_SITE[kind],
    )
    if signed.account:
        devices.remember(response, signed.account)
    return response


def forget(response: BaseResponse, *, kind: SessionKind) -> BaseResponse:
    """End the session in the database and delete its cookie."""
    if token := request.cookies.get(_cookie(kind)):
        sessions.end(parts().writing(), token=token)
    response.delete_cookie(_cookie(kind), path="/", secure=parts().settings.is_https, httponly=True)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def way_back(default: str) -> str:
    """Return the page to go to after signing in: the one asked for, used once, or the default."""
    wanted = session.pop(RETURN_TO, None)
    is_ours = isinstance(wanted, str) and wanted.startswith("/") and not wanted.startswith("//")
    return str(wanted) if is_ours else default


def install(app: Flask) -> None:
    """Let templates know who is signed in; only guarded pages ask the database."""

    def viewer() -> CurrentSession | None:
        known: dict[SessionKind, CurrentSession | None] = g.get("sessions", {})
        return next((current for current in known.values() if current is not None), None)

    app.add_template_global(viewer)


def wants_json() -> bool:
    """Whether a script of ours asked, not a page load."""
    best = request.accept_mimetypes.best_match(("text/html", "application/json"))
    return best == "application/json"


def _ask_to_sign_in(kind: SessionKind, endpoint: str) -> BaseResponse:
    if wants_json():
        abort(401)
    if request.method == "GET":
        session[RETURN_TO] = request.path
    if request.cookies.get(_cookie(kind)):
        flash("Su sesión terminó. Ingrese otra vez: lo que guardó sigue aquí.", "doubt")
    return redirect(url_for(endpoint), code=303)


def _cookie(kind: SessionKind) -> str:
    return cookie_name(COOKIES[kind], secure=parts().settings.is_https)
