"""Whether the parts answer, for load balancers and people: one word for each, no detail."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from review_service.bootstrap import Container
from review_service.domain.errors import OutsideError
from review_service.web.context import parts

blueprint = Blueprint("health", __name__)
DOWN = "down"


@blueprint.get("/salud")
def health() -> tuple[Response, int]:
    """Answer 200, or 503 when the database or the store is down.

    Without the bell nothing is lost and the reconciler catches up: degraded, still 200.
    """
    container = parts()
    states = {
        "database": _word(lambda: _ask_database(container)),
        "store": _word(container.store.ping),
        "bell": _word(container.queue.ping),
    }
    is_down = DOWN in {states["database"], states["store"]}
    degraded = "degraded" if DOWN in states.values() else "ok"
    jail = "required" if container.settings.jail_required else "best-effort"
    body = jsonify({"status": DOWN if is_down else degraded, **states, "jail": jail})
    return body, 503 if is_down else 200


def _ask_database(container: Container) -> None:
    with container.reading():
        pass


def _word(ask: Callable[[], None]) -> str:
    try:
        ask()
    except OutsideError:
        return DOWN
    return "ok"
