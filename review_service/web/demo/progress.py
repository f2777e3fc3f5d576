"""How far a visitor is in the tour: which acts are ready, and which this browser has played."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from review_service.db.models import ApplicationRow
from review_service.domain.applications import ApplicationState
from review_service.web import auth
from review_service.web.context import parts
from review_service.web.demo import tour
from review_service.web.demo.acts import FIGURES_PATH, PREPARED, Act
from review_service.web.demo.entering import TOUR_RUCS
from review_service.web.demo.tour import Tour

COOKIE: Final = "recorrido"
LIFE_SECONDS: Final = 30 * 24 * 3600
SEEN: Final = "visto"
"""In the place of an application's id: the act has none, and was seen to its end."""
_BETWEEN, _INSIDE = "|", ":"

Begun = Mapping[Act, str]
"""The acts that this browser began, the newest last, each with the id of its application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One act on the start page."""

    act: Act
    number: int
    """Its place on the page, from 1."""
    is_ready: bool
    was_given_up: bool
    """Whether it could not be set up, so that nobody need wait."""
    was_played: bool
    """By this browser."""


def begun() -> Begun:
    """Return what the cookie says; anything else than acts in it is left out."""
    known = {act.value: act for act in Act}
    entries = (
        entry.partition(_INSIDE) for entry in request.cookies.get(_cookie(), "").split(_BETWEEN)
    )
    return {known[name]: value for name, _, value in entries if name in known}


def remember(response: Response, act: Act, value: str) -> None:
    """Note in this browser that an act was begun, or seen to its end."""
    noted = {**{each: told for each, told in begun().items() if each is not act}, act: value}
    response.set_cookie(
        _cookie(),
        _BETWEEN.join(f"{each.value}{_INSIDE}{told}" for each, told in noted.items()),
        max_age=LIFE_SECONDS,
        path="/",
        secure=parts().settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def has_figures() -> bool:
    """Whether the page of the monthly figures exists."""
    try:
        current_app.url_map.bind("localhost").match(FIGURES_PATH, "GET")
    except HTTPException:
        return False
    return True


def cards() -> tuple[Card, ...]:
    """Return the acts in their order, each with what is known of it."""
    prepared, played = tour.read(parts().settings.data_dir), begun()
    ids = [each.application_id for each in prepared.subjects.values() if each.application_id]
    states = states_of([*ids, *map(as_id, played.values())])
    shown = [act for act in Act if act is not Act.JOURNALIST or has_figures()]
    return tuple(
        Card(
            act=act,
            number=number,
            is_ready=_is_ready(act, prepared, states),
            was_given_up=act in prepared.given_up,
            was_played=_was_played(act, played.get(act, ""), states),
        )
        for number, act in enumerate(shown, start=1)
    )


def states_of(ids: Iterable[UUID | None]) -> Mapping[UUID, ApplicationState]:
    """Return the states of those applications that are of people of the tour."""
    chosen = sa.select(ApplicationRow.id, ApplicationRow.state).where(
        ApplicationRow.id.in_([each for each in ids if each is not None]),
        ApplicationRow.ruc.in_(TOUR_RUCS),
    )
    with parts().reading() as uow:
        return {row.id: row.state for row in uow.session.execute(chosen)}


def as_id(text: str) -> UUID | None:
    """Return the id that a cookie names, None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _is_ready(act: Act, prepared: Tour, states: Mapping[UUID, ApplicationState]) -> bool:
    if act in PREPARED:
        subject = prepared.subjects.get(act)
        application_id = subject.application_id if subject else None
        return application_id is not None and states.get(application_id) in act.open_states
    return act is Act.JOURNALIST or prepared.paper is not None


def _was_played(act: Act, value: str, states: Mapping[UUID, ApplicationState]) -> bool:
    application_id = as_id(value)
    if application_id is None:
        return value == SEEN
    state = states.get(application_id)
    return state is not None and act.was_played(state)


def _cookie() -> str:
    return auth.cookie_name(COOKIE, secure=parts().settings.is_https)
