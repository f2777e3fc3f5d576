"""What an officer sees: ``access`` for getting in, ``blueprint`` behind both factors."""

from flask import Blueprint

from review_service.web.auth import require_officer

access = Blueprint("officer_access", __name__, url_prefix="/revision")
blueprint = Blueprint("officer", __name__, url_prefix="/revision")
blueprint.before_request(require_officer)

from review_service.web.officer import (  # noqa: E402 -- the views hang on the blueprints
    agreements,
    case,
    copies,
    deciding,
    files,
    health,
    queue,
    signing_in,
    texts,
    wording,
)

wording.install(blueprint)

__all__ = [
    "access",
    "agreements",
    "blueprint",
    "case",
    "copies",
    "deciding",
    "files",
    "health",
    "queue",
    "signing_in",
    "texts",
]
