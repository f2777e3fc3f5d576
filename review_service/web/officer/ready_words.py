"""Ready words for a correction: of the checks first, then those of the dated catalogue."""

from dataclasses import dataclass
from typing import Final

from review_service.db.queries.officer.case import CaseView
from review_service.db.queries.officer.case_items import ItemView
from review_service.domain.correction_reasons import OWN_WORDS, CorrectionReason, reasons_for

MOST_KEYS: Final = 9
"""Reasons that a number picks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyWords:
    """Ready text for one correction."""

    reason: str
    instruction: str
    code: str = OWN_WORDS
    """Of the catalogue's reason; the checks' advice has none."""


APPLIES: Final = ReadyWords(
    reason="Usted dice que no aplica, pero su trabajo sí lo necesita.",
    instruction="Envíe fotos que lo muestren, o explique mejor por qué no aplica.",
)


def advised(view: ItemView) -> tuple[ReadyWords, ...]:
    """Return the checks' advice, separated into what happened and what to do.

    Before it, of a theme that is said not to apply, what is usually asked.
    """
    parted = (advice.partition(". ") for advice in view.advice)
    said = (APPLIES,) if view.not_applicable else ()
    return said + tuple(
        ReadyWords(reason=f"{what}." if cure else what, instruction=cure or what)
        for what, _, cure in parted
    )


def usual(
    case: CaseView, view: ItemView, position: int, catalogue: tuple[CorrectionReason, ...]
) -> tuple[ReadyWords, ...]:
    """Return what may be picked by its number for the page in view, at most nine, none twice.

    ``catalogue`` is what the rules offer today.
    """
    page = case.material.pages[position - 1] if position in view.positions else None
    names = {each.id: each.file_name for each in case.material.documents}
    reasons = reasons_for(
        view.item,
        case.track.key,
        catalogue,
        page=page.position if page else None,
        file_name=names.get(page.document_id, "") if page else "",
    )
    found = advised(view)
    told = {each.instruction for each in found}
    found += tuple(
        ReadyWords(reason=each.reason, instruction=each.instruction, code=each.code)
        for each in reasons
        if each.instruction not in told
    )
    return found[:MOST_KEYS]
