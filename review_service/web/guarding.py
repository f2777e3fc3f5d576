"""Admits or refuses each request by the access table, before any view runs."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from flask import Flask, abort, current_app, flash, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from review_service.db.models import ApplicationRow, SessionKind
from review_service.domain.errors import (
    InvalidTransitionError,
    NotAllowedError,
    NotFoundError,
    OwnCaseError,
)
from review_service.domain.roles import Permission, Standing
from review_service.web import kept
from review_service.web.access_table import TABLE, Access, Audience
from review_service.web.auth import (
    RETURN_TO,
    current_session,
    require_applicant,
    require_officer,
    wants_json,
)
from review_service.web.context import parts

CONFIGURED: Final = "ACCESS_TABLE"
CONFLICT: Final = 409


def install(app: Flask) -> None:
    """Guard every route of the application by the table."""
    app.config[CONFIGURED] = dict(TABLE)
    app.before_request(admit)
    app.add_template_global(may)
    app.add_template_global(is_own)


def admit() -> BaseResponse | None:
    """Return None to admit the request, or a redirect to the sign-in page.

    Raises ``NotAllowedError`` when the officer's role does not grant it; for what is done in one
    state only ``NotFoundError``, ``OwnCaseError``, and ``InvalidTransitionError`` in another one.
    """
    if request.endpoint is None:
        return None  # no such address: the router says so itself
    access: Access | None = current_app.config[CONFIGURED].get(request.endpoint)
    if access is None:
        abort(404)
    if access.audience is Audience.APPLICANT:
        return _keeping_words(require_applicant)
    if access.audience is Audience.OFFICER:
        return _keeping_words(require_officer) or _admit_officer(access)
    return None


def _keeping_words(require: Callable[[], BaseResponse | None]) -> BaseResponse | None:
    """Ask for a session; a form that comes without one is kept for whoever it was made for."""
    answer = require()
    if answer is not None and kept.keep_turned_away() is not None:
        flash(kept.WAITS, "doubt")
    return answer


def standing() -> Standing:
    """Return what the signed-in officer may do; only behind the guard."""
    current = current_session(SessionKind.OFFICER)
    if current is None or current.standing is None:
        abort(403)
    return current.standing


def asked_permission() -> Permission | None:
    """Return what the requested page asks of an officer's role."""
    access: Access | None = current_app.config[CONFIGURED].get(request.endpoint)
    return access.permission if access is not None else None


def may(name: str) -> bool:
    """Whether the officer of this request has a permission, by its value; for templates."""
    current = current_session(SessionKind.OFFICER)
    known = current.standing if current is not None and current.second_factor else None
    return known is not None and known.cedula is not None and known.may(Permission(name))


def is_own(ruc: str) -> bool:
    """Whether a RUC is the signed-in officer's, or of a company that the officer represents."""
    return standing().is_own(ruc)


def _admit_officer(access: Access) -> BaseResponse | None:
    officer = standing()
    if access.needs_cedula and officer.cedula is None:
        if request.method == "GET" and not wants_json():
            session.setdefault(RETURN_TO, request.path)
        return redirect(url_for("officer.account"), code=303)
    if access.permission is not None and not officer.may(access.permission):
        raise NotAllowedError(f"{officer.role.value} may not {access.permission.value}")
    application_id = (request.view_args or {}).get("application_id")
    if application_id is not None and (access.states is not None or not access.own_case):
        _admit_to_case(access, officer, application_id)
    return None


def _admit_to_case(access: Access, officer: Standing, application_id: UUID) -> None:
    with parts().reading() as uow:
        row = uow.session.execute(
            sa.select(ApplicationRow.ruc, ApplicationRow.state).where(
                ApplicationRow.id == application_id, ApplicationRow.confirmed_at.is_not(None)
            )
        ).one_or_none()
    if row is None:
        raise NotFoundError(f"no application {application_id} for officers")
    if not access.own_case and officer.is_own(row.ruc):
        raise OwnCaseError(f"application {application_id} is the officer's own")
    if access.otherwise == CONFLICT and row.state not in (access.states or ()):
        raise InvalidTransitionError(f"application {application_id} is {row.state.value}")
