"""The form of a request to correct: what it suggests, what was picked and typed."""

from dataclasses import dataclass
from typing import Final

from flask import request
from werkzeug.datastructures import MultiDict

from review_service.db.queries.officer.case import CaseView
from review_service.db.queries.officer.case_items import ItemView
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.correction_reasons import (
    OWN_WORDS,
    CorrectionReason,
    catalogue,
    reasons_for,
)
from review_service.domain.terms import ecuador_today
from review_service.web.context import parts
from review_service.web.officer.ready_words import advised, usual

MOST_DIGITS: Final = 4
"""Of the number of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedItem:
    """One item of the correction form as it was typed."""

    view: ItemView
    chosen: bool
    reason: str
    instruction: str
    picked: CorrectionReason | None
    """The catalogue's reason that was picked; None for own words."""
    choices: tuple[CorrectionReason, ...]
    """What the catalogue offers for the item."""


def asked_position(case: CaseView) -> int:
    """Return the page that the officer marked, 0 for none."""
    text = request.args.get("pagina", "")
    position = int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0
    return position if position <= len(case.material.pages) else 0


def item_in_hand(case: CaseView, position: int) -> ReviewItem | None:
    """Return the item that the marked page belongs to, else the one named by ``punto``."""
    if position:
        return case.material.pages[position - 1].item
    named = request.args.get("punto", "")
    return next((one.item for one in case.items if one.item.value == named), None)


def suggested(
    case: CaseView, view: ItemView, position: int, reasons: tuple[CorrectionReason, ...]
) -> AskedItem:
    """Return what the form suggests for an item: ready words where it is observed or in hand.

    ``reasons`` is the catalogue of today, here and below.
    """
    chosen = view.verdict is ItemVerdict.OBSERVED
    ready = advised(view) if chosen else ()
    if item_in_hand(case, position) is view.item:
        number = request.args.get("motivo", "")
        ready = tuple(
            words
            for place, words in enumerate(usual(case, view, position, reasons), 1)
            if str(place) == number
        )
        chosen = True
    codes = {words.code for words in ready}
    choices = _choices(case, view, reasons)
    return AskedItem(
        view=view,
        chosen=chosen,
        reason=" ".join(words.reason for words in ready),
        instruction=" ".join(words.instruction for words in ready),
        picked=_picked(choices, codes.pop() if len(codes) == 1 else OWN_WORDS),
        choices=choices,
    )


def typed(
    case: CaseView,
    view: ItemView,
    form: MultiDict[str, str],
    reasons: tuple[CorrectionReason, ...],
) -> AskedItem:
    """Return what was typed; a reason that was only picked, without a script, brings its words."""
    name = view.item.value
    choices = _choices(case, view, reasons)
    picked = _picked(choices, form.get(f"{name}_code", OWN_WORDS))
    reason = form.get(f"{name}_reason", "").strip()
    instruction = form.get(f"{name}_instruction", "").strip()
    if picked and not (reason or instruction):
        (filled,) = reasons_for(view.item, case.track.key, (picked,))
        reason, instruction = filled.reason, filled.instruction
    return AskedItem(
        view=view,
        chosen=name in form.getlist("puntos"),
        reason=reason,
        instruction=instruction,
        picked=picked,
        choices=choices,
    )


def catalogue_today() -> tuple[CorrectionReason, ...]:
    """Return the reasons that the rules offer today; each call reads and checks the rules."""
    return catalogue(on=ecuador_today(), document=parts().rulebook)


def _choices(
    case: CaseView, view: ItemView, reasons: tuple[CorrectionReason, ...]
) -> tuple[CorrectionReason, ...]:
    return tuple(each for each in reasons if each.is_for(view.item, case.track.key))


def _picked(choices: tuple[CorrectionReason, ...], code: str) -> CorrectionReason | None:
    """Return the reason of that code; one that no longer holds is own words."""
    return next((each for each in choices if each.code == code), None)
