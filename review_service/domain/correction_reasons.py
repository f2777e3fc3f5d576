"""What officers object to most, as ready sentences for a request to correct.

The officer picks one by its number and changes it as needed: nothing is decided by it. They stand
here until an institution's dated catalogue takes their place.
"""

from dataclasses import dataclass
from typing import Final

from review_service.domain.applications import ReviewItem


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionReason:
    """One defect in the words that the applicant reads."""

    reason: str
    """What was found."""
    instruction: str
    """What to do about it."""


_PHOTO: Final = (
    (
        "{part} está borrosa y no se distinguen los detalles.",
        "Tómela otra vez con buena luz, sin mover el teléfono.",
    ),
    (
        "{part} está muy oscura.",
        "Abra una puerta o encienda la luz y tómela otra vez.",
    ),
    (
        "{part} no muestra lo que pide este tema.",
        "Envíe en su lugar una foto de este tema: «{theme}».",
    ),
    (
        "{part} muestra solo una parte.",
        "Tómela otra vez desde más lejos, para que se vea todo.",
    ),
    (
        "{part} no parece tomada en su taller.",
        "Envíe una foto propia, tomada en el lugar donde trabaja.",
    ),
)
_PAPER: Final = (
    (
        "{part} no se lee bien.",
        "Escanee o fotografíe el documento otra vez, de frente y con buena luz.",
    ),
    (
        "Al documento le faltan páginas.",
        "Envíe el documento completo, con todas sus páginas.",
    ),
    (
        "El archivo no es el documento que se pide.",
        "Envíe en su lugar este documento: «{theme}».",
    ),
    (
        "El documento ya no está vigente.",
        "Pida uno nuevo a quien lo emite y envíelo.",
    ),
    (
        "Los datos del documento no son los de la solicitud.",
        "Corrija los datos, o envíe el documento que corresponde.",
    ),
)
_SHEET: Final = (
    (
        "La dirección no alcanza para llegar al lugar.",
        "Escriba las calles, el número y una referencia.",
    ),
    (
        "No queda claro qué hace o produce.",
        "Escriba qué hace, con qué materiales y para quién.",
    ),
    (
        "Los datos no coinciden con los del SRI.",
        "Corrija el dato, o actualice primero su RUC en el SRI.",
    ),
)


def reasons_for(
    item: ReviewItem, *, page: int | None = None, file_name: str = ""
) -> tuple[CorrectionReason, ...]:
    """Return the usual reasons for an item, the most frequent first.

    ``page`` and ``file_name`` name the page that was looked at, as the applicant knows it.
    """
    kind = "foto" if item.is_theme else "página"
    which = f"La {kind}"
    if page is not None and item.is_theme and file_name:
        which = f"La foto «{file_name}» (página {page})"
    elif page is not None:
        which = f"La página {page}"
    sentences = _PHOTO if item.is_theme else _SHEET if item is ReviewItem.DATA_SHEET else _PAPER
    return tuple(
        CorrectionReason(
            reason=reason.format(part=which, theme=item.heading),
            instruction=instruction.format(part=which, theme=item.heading),
        )
        for reason, instruction in sentences
    )
