"""What an applicant sees: ``access`` for getting in, ``blueprint`` behind the signing in."""

from flask import Blueprint

from review_service.web.auth import require_applicant

access = Blueprint("access", __name__)
blueprint = Blueprint("applicant", __name__, url_prefix="/solicitudes")
blueprint.before_request(require_applicant)

from review_service.web.applicant import (  # noqa: E402 -- the views hang on the blueprints
    applications,
    closed,
    confirming,
    correcting,
    papers,
    photos,
    pictures,
    sheet,
    signing_in,
    submitting,
    verdicts,
    words,
)

__all__ = [
    "access",
    "applications",
    "blueprint",
    "closed",
    "confirming",
    "correcting",
    "papers",
    "photos",
    "pictures",
    "sheet",
    "signing_in",
    "submitting",
    "verdicts",
    "words",
]
