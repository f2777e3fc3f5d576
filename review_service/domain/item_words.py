"""Spanish sentences on what changed under an item, the same for officers and applicants."""

from collections.abc import Sequence
from typing import Final

from review_service.domain import trade_words
from review_service.domain.applications import ReviewItem
from review_service.domain.item_evidence import WHOLE_FILE, Change, Piece
from review_service.domain.money import usd
from review_service.domain.not_applicable import FACT
from review_service.domain.persons import OrganisationKind
from review_service.domain.wording import (
    enumeration,
    gettext_noop,
    worded,
    worded_by_number,
)

SHEET_LABELS: Final = {
    "trade": trade_words.NAME,
    "ciiu": gettext_noop("actividad"),
    "province": gettext_noop("provincia"),
    "canton": gettext_noop("cantón"),
    "address": gettext_noop("dirección"),
    "workers": gettext_noop("operarios"),
    "apprentices": gettext_noop("aprendices"),
    "phone": gettext_noop("teléfono"),
    "notice_email": gettext_noop("otro correo"),
    "employees": gettext_noop("personas que emplea"),
    "sales": gettext_noop("ventas brutas"),
    "sales_cents": gettext_noop("ventas brutas"),
    "started_this_year": gettext_noop("empezó este año"),
    "sales_year": gettext_noop("año de las ventas"),
    FACT: gettext_noop("lo que dice de «no aplica»"),
    "organisation": gettext_noop("organización"),
    "members": gettext_noop("socios"),
    "workshops": gettext_noop("otros talleres"),
    "shared_with": gettext_noop("taller compartido con"),
}
"""Facts of an item's evidence, as they are called within a sentence."""


def fact_words(name: str, value: str) -> str:
    """Return the value of a field of the data sheet, kept as text, as a page shows it."""
    if name == "sales_cents" and value.isdigit():
        return usd(int(value))
    if name == "organisation" and value in set(OrganisationKind):
        return OrganisationKind(value).label
    return {"True": gettext_noop("sí"), "False": gettext_noop("no"), "None": ""}.get(value, value)


def change_sentence(change: Change) -> str:
    """Return what changed as one clause, such as «1 imagen nueva, 1 que ya no está»."""
    parts = [
        _pieces(change.added, "nueva", "nuevas", "un archivo nuevo"),
        _pieces(change.gone, "que ya no está", "que ya no están", "el archivo de antes ya no está"),
        _pieces(
            change.reworded,
            "con otro comentario",
            "con otro comentario",
            "el archivo lleva otro comentario",
        ),
    ]
    if change.facts:
        parts.append("cambió: " + ", ".join(SHEET_LABELS.get(name, name) for name in change.facts))
    return "; ".join(part for part in parts if part)


def unsorted_sentence(file_name: str, pages: Sequence[int]) -> str:
    """Return what to do about pages of which nobody said what they show."""
    return worded_by_number(
        "Diga qué muestra 1 página de su PDF «%(file_name)s» (la %(listed)s): "
        "mientras no lo diga, no cuenta para ningún tema.",
        "Diga qué muestran %(count)s páginas de su PDF «%(file_name)s» (%(listed)s): "
        "mientras no lo diga, no cuentan para ningún tema.",
        len(pages),
        count=len(pages),
        file_name=file_name,
        listed=enumeration([str(page) for page in pages]),
    )


def lost_sentence(item: ReviewItem) -> str:
    """Return what to do when a correction left an item without evidence that nobody asked for."""
    return worded(
        "Ya no hay nada que muestre «%(item)s», y nadie le pidió cambiarlo. "
        "Diga qué página de su PDF nuevo lo muestra, o vuelva al PDF anterior.",
        item=worded(item.heading),
    )


def _pieces(pieces: Sequence[Piece], one: str, many: str, whole: str) -> str:
    count = len(pieces)
    if not count:
        return ""
    if any(piece.page == WHOLE_FILE for piece in pieces):
        return whole
    return f"1 imagen {one}" if count == 1 else f"{count} imágenes {many}"
