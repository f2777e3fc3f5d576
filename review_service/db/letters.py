"""The version of a letter: what a form that answers it was made from."""

from review_service.db.models import LetterRow
from review_service.domain.sightings import stamp


def letter_stamp(row: LetterRow) -> str:
    """Return the present version of a letter; it is another once somebody answered."""
    return stamp(1 if row.answered_at is None else 2, row.id, row.state.value, row.answer)
