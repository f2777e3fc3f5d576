"""Short words for the applicant's screens: what is wrong with a photo, what a paper says."""

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from review_service.db.queries.applicant_files import Advice
from review_service.domain.findings import Severity
from review_service.web.applicant import blueprint

SHORT: Final = (
    ("dark", "Muy oscura"),
    ("bright", "Con demasiada luz"),
    ("overexposed", "Con demasiada luz"),
    ("blur", "Borrosa"),
    ("sharp", "Borrosa"),
    ("small", "Muy pequeña"),
    ("resolution", "Muy pequeña"),
    ("repeated", "Repetida"),
    ("duplicate", "Repetida"),
    ("blank", "En blanco"),
    ("checks_failed", "Sin revisar del todo"),
)
"""What the code of a finding is about, in the order in which it is looked for."""
OTHERWISE: Final = "Puede mejorar"


@blueprint.app_template_global("advice_words")
def advice_words(advice: Sequence[Advice]) -> str:
    """Return two words for the gravest advice, such as «Muy oscura»."""
    told = [entry for entry in advice if entry.severity is not Severity.NOTE]
    if not told:
        return OTHERWISE
    gravest = max(told, key=lambda entry: entry.severity.rank)
    return next((words for part, words in SHORT if part in gravest.code), OTHERWISE)


@blueprint.app_template_filter("sentence_case")
def in_sentence_case(words: str) -> str:
    """Write a line of the registry, all in capitals there, as people write it."""
    return words.capitalize() if words.isupper() else words


@blueprint.app_template_global("new_key")
def new_key() -> str:
    """Return a fresh key for one form, under which its files are kept once."""
    return str(uuid4())
