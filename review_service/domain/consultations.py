"""A question that an officer asks a named colleague on a case, and the colleague's answer.

Not the second review of ``domain/second_reviews.py``, which is blind and of a decided case: here
the asker says who is asked and what, before deciding, and decides alone.
"""

from datetime import date, timedelta
from typing import Final

from review_service.domain.errors import InvalidInputError
from review_service.domain.form_days import form_day
from review_service.domain.wording import letters_in, long_date, visible

COLLEAGUE: Final = "colega"
QUESTION: Final = "pregunta"
NEEDED_BY: Final = "para_el"
ANSWER: Final = "respuesta"
"""Names of the fields, in the forms and in ``InvalidInputError.problems``."""
MAX_CHARACTERS: Final = 2000
"""Of a question, and of an answer."""
LONGEST_WAIT_DAYS: Final = 30
"""An answer that is needed later than this comes after the promised term of any case."""


def question_text(text: str) -> str:
    """Return a question as stored. Raises ``InvalidInputError`` for the field ``pregunta``."""
    return _words(text, field=QUESTION, empty="Escriba su pregunta.")


def answer_text(text: str) -> str:
    """Return an answer as stored. Raises ``InvalidInputError`` for the field ``respuesta``."""
    return _words(text, field=ANSWER, empty="Escriba su respuesta.")


def needed_day(text: str, *, today: date) -> date:
    """Return the day by which an answer is needed, of a date as browsers send it (ISO 8601).

    Raises ``InvalidInputError`` for the field ``para_el`` unless it is from ``today`` to
    ``LONGEST_WAIT_DAYS`` later.
    """
    last = today + timedelta(days=LONGEST_WAIT_DAYS)
    day = form_day(text)
    if day is None or not today <= day <= last:
        raise InvalidInputError(
            {NEEDED_BY: f"Elija un día entre hoy y el {long_date(last)}, como {today}."}
        )
    return day


def _words(text: str, *, field: str, empty: str) -> str:
    given = visible(text).strip()
    if not letters_in(given):
        raise InvalidInputError({field: empty})
    if len(given) > MAX_CHARACTERS:
        raise InvalidInputError({field: f"Escriba {MAX_CHARACTERS} letras como máximo."})
    return given
