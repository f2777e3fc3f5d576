"""Gives views the parts of the service (the ``Container``) of the current application."""

from typing import cast

from flask import current_app

from review_service.bootstrap import Container

EXTENSION = "review_service"


def parts() -> Container:
    """Return the parts of the application that answers this request."""
    return cast("Container", current_app.extensions[EXTENSION])
