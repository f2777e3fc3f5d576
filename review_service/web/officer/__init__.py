"""Pages for officers: blueprint ``access`` to sign in, ``blueprint`` behind both factors.

Who may use which route stands in ``web.access_table``.
"""

from flask import Blueprint

access = Blueprint("officer_access", __name__, url_prefix="/revision")
blueprint = Blueprint("officer", __name__, url_prefix="/revision")

from review_service.web.officer import (  # noqa: E402 -- the views hang on the blueprints
    account,
    agreements,
    appeal_terms,
    appeals,
    case,
    checks,
    claiming,
    consultations,
    copies,
    correction_loop,
    deciding,
    exporting,
    figures,
    files,
    fresh_factor,
    health,
    history,
    holding,
    issuing_many,
    keeping_words,
    later_control,
    legal_terms,
    letters,
    moving,
    moving_many,
    notes,
    panel,
    paper_appeals,
    pending,
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
fresh_factor.install(blueprint)
blueprint.add_app_template_global(letters.open_letters, "open_letters")
blueprint.add_app_template_global(consultations.asked_of_me, "asked_of_me")

__all__ = [
    "access",
    "account",
    "agreements",
    "appeal_terms",
    "appeals",
    "blueprint",
    "case",
    "checks",
    "claiming",
    "consultations",
    "copies",
    "correction_loop",
    "deciding",
    "exporting",
    "figures",
    "files",
    "fresh_factor",
    "health",
    "history",
    "holding",
    "issuing_many",
    "keeping_words",
    "later_control",
    "legal_terms",
    "letters",
    "moving",
    "moving_many",
    "notes",
    "panel",
    "paper_appeals",
    "pending",
    "queue",
    "refusing",
    "rule_trials",
    "saved_views",
    "second_reviews",
    "signing_in",
    "texts",
]
