"""The WSGI entry point for gunicorn: reads the settings and builds the application."""

import gc
import os
import sys
from typing import Final

from flask import Flask

from review_service.bootstrap import Role, build
from review_service.db.engine import before_reading
from review_service.logs import configure
from review_service.settings import Settings
from review_service.web import create_app
from review_service.web.concurrency import ASIDE, OF_PROCESS, elsewhere, give_way, limited
from review_service.web.patience import unless_left

SWITCH_SECONDS: Final = 0.0005
"""How long a thread that computes may keep another from going on. With Python's own 0.005 a page
that asks the database ten times waited 0.05 s beside one thread that prints or hashes."""


def application() -> Flask:
    """Build the web process; raises ``SettingsError`` for a wrong setting."""
    sys.setswitchinterval(SWITCH_SECONDS)
    settings = Settings.from_env(os.environ)
    configure(settings.log_level)
    container = build(settings, Role.WEB)
    container.database.waiting_room.while_waiting = elsewhere
    before_reading(container.database.engine, give_way)
    app = create_app(container)
    answering = limited(unless_left(app.wsgi_app), OF_PROCESS, ASIDE)
    app.wsgi_app = answering  # type: ignore[assignment,method-assign]
    leave_out_of_collections()
    return app


def leave_out_of_collections() -> None:
    """Let the garbage collector pass over what has been loaded, which stays until the end.

    Else a page in a hundred waits for a collection of all of it.
    """
    gc.collect()
    gc.freeze()
