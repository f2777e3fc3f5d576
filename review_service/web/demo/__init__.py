"""The demo's start page: a tour, sample accounts, caught mail, ready files. Only there.

Registered only when ``settings.demo_page`` is set; there is no other switch.
"""

from flask import Blueprint

blueprint = Blueprint("demo", __name__, url_prefix="/demo")

from review_service.web.demo import touring, views  # noqa: E402 -- the views hang on the blueprint

__all__ = ["blueprint", "touring", "views"]
