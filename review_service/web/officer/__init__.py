"""Pages for officers: blueprint ``access`` to sign in, ``blueprint`` behind both factors.

Who may use which route stands in ``web.access_table``.
"""

from flask import Blueprint

access = Blueprint("officer_access", __name__, url_prefix="/revision")
blueprint = Blueprint("officer", __name__, url_prefix="/revision")

from review_service.web.officer import (  # noqa: E402 -- the views hang on the blueprints
    account,
    agreements,
    case,
    checks,
    claiming,
    copies,
    deciding,
    figures,
    files,
    health,
    history,
    holding,
    keeping_words,
    later_control,
    legal_terms,
    letters,
    moving,
    notes,
    panel,
    queue,
    refusing,
    rule_trials,
    saved_views,
    second_reviews,
    signing_in,
    texts,
    wording,
)

wording.install(blueprint)
blueprint.add_app_template_global(letters.open_letters, "open_letters")

__all__ = [
    "access",
    "account",
    "agreements",
    "blueprint",
    "case",
    "checks",
    "claiming",
    "copies",
    "deciding",
    "figures",
    "files",
    "health",
    "history",
    "holding",
    "keeping_words",
    "later_control",
    "legal_terms",
    "letters",
    "moving",
    "notes",
    "panel",
    "queue",
    "refusing",
    "rule_trials",
    "saved_views",
    "second_reviews",
    "signing_in",
    "texts",
]
