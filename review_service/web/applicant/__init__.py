"""Pages for applicants: blueprint ``access`` to sign in, ``blueprint`` for those signed in.

Who may use which route stands in ``web.access_table``.
"""

from flask import Blueprint

access = Blueprint("access", __name__)
blueprint = Blueprint("applicant", __name__, url_prefix="/solicitudes")

from review_service.web.applicant import (  # noqa: E402 -- the views hang on the blueprints
    applications,
    closed,
    confirming,
    correcting,
    date_statements,
    decision_pdf,
    directory,
    keeping_words,
    late,
    not_applicable,
    own_data,
    page_photos,
    papers,
    photos,
    pictures,
    second_address,
    sheet,
    signing_in,
    submitting,
    support_papers,
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
    "date_statements",
    "decision_pdf",
    "directory",
    "keeping_words",
    "late",
    "not_applicable",
    "own_data",
    "page_photos",
    "papers",
    "photos",
    "pictures",
    "second_address",
    "sheet",
    "signing_in",
    "submitting",
    "support_papers",
    "verdicts",
    "words",
]
