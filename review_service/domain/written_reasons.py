"""The reason that an officer writes for an act which is looked at later."""

from typing import Final

from review_service.domain.errors import InvalidInputError
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.wording import letters_in, visible

MIN_REASON_CHARACTERS: Final = 20
"""Whoever asks later why something was done must understand it."""
MAX_REASON_CHARACTERS: Final = 2000


def written_reason(text: str) -> str:
    """Return the reason as stored.

    Raises ``InvalidInputError`` for the field ``motivo`` when it is too short or too long, or has
    signs that cannot be printed.
    """
    given = visible(text)
    if letters_in(given) < MIN_REASON_CHARACTERS:
        raise InvalidInputError(
            {"motivo": f"Diga en {MIN_REASON_CHARACTERS} letras o más por qué."}
        )
    if len(given) > MAX_REASON_CHARACTERS:
        raise InvalidInputError({"motivo": f"Escriba {MAX_REASON_CHARACTERS} letras como máximo."})
    if problem := undrawn_problem(given, field="El motivo"):
        raise InvalidInputError({"motivo": problem})
    return given
