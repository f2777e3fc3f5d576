"""Who asks, before signing in: the network, and the cookie of a browser known from before."""

from typing import Final

from flask import request
from werkzeug.wrappers import Response

from review_service.domain.devices import Asker, Device, network_of
from review_service.web.context import parts

COOKIE: Final = "equipo"
LIFE_SECONDS: Final = 180 * 24 * 3600


def network() -> str:
    """Return who pays for this request when nothing else is known."""
    return network_of(request.remote_addr or "")


def device() -> Device:
    """Return what this browser's cookie says; anything else than ours says nothing."""
    return Device.from_cookie(request.cookies.get(_name(), ""))


def asker() -> Asker:
    """Return who asks."""
    return Asker(network=network(), device=device())


def remember(response: Response, account: str) -> None:
    """Let the browser be known to an account that it has just signed in to."""
    settings = parts().settings
    response.set_cookie(
        _name(),
        device().with_account(settings.secret_key, account).cookie,
        max_age=LIFE_SECONDS,
        path="/",
        secure=settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def _name() -> str:
    return f"__Host-{COOKIE}" if parts().settings.is_https else COOKIE
