"""Spanish sentences on what changed under an item, the same for officers and applicants."""

from collections.abc import Sequence
from typing import Final

from review_service.domain import trade_words
from review_service.domain.applications import ReviewItem
from review_service.domain.item_evidence import WHOLE_FILE, Change, Piece
from review_service.domain.money import usd
from review_service.domain.not_applicable import FACT
from review_service.domain.persons import OrganisationKind
from review_service.domain.wording import enumeration

SHEET_LABELS: Final = {
    "trade": trade_words.NAME,
    "ciiu": "actividad",
    "province": "provincia",
    "canton": "cantón",
    "address": "dirección",
    "workers": "operarios",
    "apprentices": "aprendices",
    "phone": "teléfono",
    "notice_email": "otro correo",
    "employees": "personas que emplea",
    "sales": "ventas brutas",
    "sales_cents": "ventas brutas",
    "started_this_year": "empezó este año",
    "sales_year": "año de las ventas",
    FACT: "lo que dice de «no aplica»",
    "organisation": "organización",
    "members": "socios",
    "workshops": "otros talleres",
    "shared_with": "taller compartido con",
}
"""Facts of an item's evidence, as they are called within a sentence."""


def fact_words(name: str, value: str) -> str:
    """Return the value of a field of the data sheet, kept as text, as a page shows it."""
    if name == "sales_cents" and value.isdigit():
        return usd(int(value))
    if name == "organisation" and value in set(OrganisationKind):
        return OrganisationKind(value).label
    return {"True": "sí", "False": "no", "None": ""}.get(value, value)


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
    count, listed = len(pages), enumeration([str(page) for page in pages])
    if count == 1:
        return (
            f"Diga qué muestra 1 página de su PDF «{file_name}» (la {listed}): "
            "mientras no lo diga, no cuenta para ningún tema."
        )
    return (
        f"Diga qué muestran {count} páginas de su PDF «{file_name}» ({listed}): "
        "mientras no lo diga, no cuentan para ningún tema."
    )


def lost_sentence(item: ReviewItem) -> str:
    """Return what to do when a correction left an item without evidence that nobody asked for."""
    return (
        f"Ya no hay nada que muestre «{item.heading}», y nadie le pidió cambiarlo. "
        "Diga qué página de su PDF nuevo lo muestra, o vuelva al PDF anterior."
    )


def _pieces(pieces: Sequence[Piece], one: str, many: str, whole: str) -> str:
    count = len(pieces)
    if not count:
        return ""
    if any(piece.page == WHOLE_FILE for piece in pieces):
        return whole
    return f"1 imagen {one}" if count == 1 else f"{count} imágenes {many}"
