"""The WSGI entry point for gunicorn: reads the settings and builds the application."""

import os

from flask import Flask

from review_service.bootstrap import Role, build
from review_service.logs import configure
from review_service.settings import Settings
from review_service.web import create_app


def application() -> Flask:
    """Build the web process; raises ``SettingsError`` for a wrong setting."""
    settings = Settings.from_env(os.environ)
    configure(settings.log_level)
    return create_app(build(settings, Role.WEB))
