"""Short texts for the applicant's screens: a photo's problem, names in normal case."""

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from review_service.db.queries.applicant.files import Advice
from review_service.domain.documents import Theme
from review_service.domain.finding_words import words_for_applicants
from review_service.domain.findings import Severity
from review_service.domain.item_words import fact_words
from review_service.domain.money import usd
from review_service.domain.wording import enumeration, gettext_noop, in_sentence_case
from review_service.web.applicant import blueprint
from review_service.web.languages import gettext

OTHERWISE: Final = gettext_noop("Puede mejorar")
SOON_MS, LATER_MS, LATEST_MS = 3_000, 8_000, 60_000
EACH_MS: Final = 200
"""For each document before; two cores need some 300 ms for one (``benchmarks/certificates.py``)."""


@blueprint.app_template_global("advice_words")
def advice_words(advice: Sequence[Advice]) -> str:
    """Return a few words for the most severe advice, such as «Muy oscura»."""
    told = [entry for entry in advice if entry.severity is not Severity.NOTE]
    if not told:
        return OTHERWISE
    gravest = max(told, key=lambda entry: entry.severity.rank)
    return words_for_applicants(gravest.code) or OTHERWISE


blueprint.add_app_template_filter(in_sentence_case, "sentence_case")


@blueprint.app_template_filter("organisation_words")
def organisation_words(said: str) -> str:
    """Return what an organisation says that it is, as a page shows it."""
    return fact_words("organisation", said)


@blueprint.app_template_global("new_key")
def new_key() -> str:
    """Return a new key for one form; files sent twice under it are stored once."""
    return str(uuid4())


@blueprint.app_template_global("quoted")
def quoted(themes: Sequence[Theme]) -> str:
    """Return themes as a sentence lists them: «El lugar donde trabaja» y «Cómo lo hace»."""
    return enumeration([f"«{gettext(theme.heading)}»" for theme in themes], gettext)


@blueprint.app_template_global("look_again_ms")
def look_again_ms(before: int, *, by_rule: bool) -> int:
    """Return after how many milliseconds the page of one whose document is made asks again.

    The later, the more come before: hundreds who wait would take the cores from the documents.
    """
    soonest = SOON_MS if by_rule else LATER_MS
    return min(soonest + EACH_MS * before, LATEST_MS)


@blueprint.app_template_filter("capitalize_first")
def capitalize_first(words: str) -> str:
    """Return the words with their first letter in capitals, the others as they are."""
    return words[:1].upper() + words[1:]


@blueprint.app_template_filter("usd")
def in_usd(cents: int) -> str:
    """Return an amount in whole cents as «USD 85.000»."""
    return usd(cents)
