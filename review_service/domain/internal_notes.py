"""What officers write to one another on a case, and never to the applicant."""

from typing import Final

from review_service.domain.errors import InvalidInputError
from review_service.domain.wording import visible

FIELD: Final = "nota_interna"
MAX_NOTE_CHARACTERS: Final = 2000


def note_text(text: str) -> str:
    """Return a note as stored, without signs that cannot be seen and space around it.

    Raises ``InvalidInputError`` for the field ``nota_interna`` when nothing is left or too much.
    """
    given = visible(text).strip()
    if not given:
        raise InvalidInputError({FIELD: "Escriba la nota."})
    if len(given) > MAX_NOTE_CHARACTERS:
        raise InvalidInputError({FIELD: f"Escriba {MAX_NOTE_CHARACTERS} letras como máximo."})
    return given
