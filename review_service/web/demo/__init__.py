"""The demo's start page: sample accounts, caught mail, ready files. Nothing of it elsewhere.

Registered only when ``settings.demo_page`` is set; there is no other switch.
"""

from flask import Blueprint

blueprint = Blueprint("demo", __name__, url_prefix="/demo")

from review_service.web.demo import views  # noqa: E402 -- the views hang on the blueprint

__all__ = ["blueprint", "views"]
