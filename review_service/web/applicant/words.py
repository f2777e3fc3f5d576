"""Short words for the applicant's screens: what is wrong with a photo, names as people write."""

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from review_service.db.queries.applicant.files import Advice
from review_service.domain.documents import Theme
from review_service.domain.finding_codes import words_for_applicants
from review_service.domain.findings import Severity
from review_service.domain.item_words import in_words
from review_service.web.applicant import blueprint

OTHERWISE: Final = "Puede mejorar"


@blueprint.app_template_global("advice_words")
def advice_words(advice: Sequence[Advice]) -> str:
    """Return a few words for the gravest advice, such as «Muy oscura»."""
    told = [entry for entry in advice if entry.severity is not Severity.NOTE]
    if not told:
        return OTHERWISE
    gravest = max(told, key=lambda entry: entry.severity.rank)
    return words_for_applicants(gravest.code) or OTHERWISE


@blueprint.app_template_filter("sentence_case")
def in_sentence_case(words: str) -> str:
    """Write a line of the registry, all in capitals there, as people write it."""
    return words.capitalize() if words.isupper() else words


@blueprint.app_template_global("new_key")
def new_key() -> str:
    """Return a fresh key for one form, under which its files are kept once."""
    return str(uuid4())


@blueprint.app_template_global("quoted")
def quoted(themes: Sequence[Theme]) -> str:
    """Return themes as a sentence lists them: «El taller» y «Personas trabajando»."""
    return in_words([f"«{theme.label}»" for theme in themes])
