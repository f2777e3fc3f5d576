"""Short words for the applicant's screens: what is wrong with a photo, names as people write."""

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from review_service.db.queries.applicant.files import Advice
from review_service.domain.documents import Theme
from review_service.domain.findings import Severity
from review_service.web.applicant import blueprint

SHORT: Final = {
    "photo_very_dark": "Muy oscura",
    "photo_dark": "Oscura",
    "photo_overexposed": "Con demasiada luz",
    "photo_backlit": "A contraluz",
    "photo_blurred": "Borrosa",
    "photo_moved": "Movida",
    "photo_soft": "Algo borrosa",
    "photo_tiny": "Muy pequeña",
    "photo_screenshot": "Captura",
    "photo_small": "Pequeña",
    "photo_enlarged": "Con poco detalle",
    "photo_compressed": "Muy comprimida",
    "photo_cut": "Incompleta",
    "photo_repeated": "Repetida",
    "photo_like_own": "Parecida a otra",
    "scan_coarse": "Poco nítida",
    "page_blank": "En blanco",
    "page_unreadable": "No se pudo abrir",
    "text_unreadable": "Difícil de leer",
    "text_missing": "Difícil de leer",
    "text_doubtful": "Difícil de leer",
    "support_unread": "Difícil de leer",
    "support_unknown": "No reconocido",
    "support_debt": "Con deudas",
    "check_failed": "Sin revisar del todo",
    "checks_failed": "Sin revisar del todo",
}
"""By the code of a finding that carries advice; the officers' words are in ``officer/wording``."""
OTHERWISE: Final = "Puede mejorar"


@blueprint.app_template_global("advice_words")
def advice_words(advice: Sequence[Advice]) -> str:
    """Return a few words for the gravest advice, such as «Muy oscura»."""
    told = [entry for entry in advice if entry.severity is not Severity.NOTE]
    if not told:
        return OTHERWISE
    gravest = max(told, key=lambda entry: entry.severity.rank)
    return SHORT.get(gravest.code, OTHERWISE)


@blueprint.app_template_filter("sentence_case")
def in_sentence_case(words: str) -> str:
    """Write a line of the registry, all in capitals there, as people write it."""
    return words.capitalize() if words.isupper() else words


@blueprint.app_template_global("all_themes")
def all_themes() -> list[tuple[str, str]]:
    """Return value and words of each theme, for a choice."""
    return [(theme.value, theme.heading) for theme in Theme]


@blueprint.app_template_global("new_key")
def new_key() -> str:
    """Return a fresh key for one form, under which its files are kept once."""
    return str(uuid4())
