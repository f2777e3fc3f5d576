"""A note says something, and not too much."""

import pytest

from review_service.domain.errors import InvalidInputError
from review_service.domain.internal_notes import FIELD, MAX_NOTE_CHARACTERS, note_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Llamé: no contesta.", "Llamé: no contesta."),
        ("  dos\nlíneas \n", "dos\nlíneas"),
        ("ñ" * MAX_NOTE_CHARACTERS, "ñ" * MAX_NOTE_CHARACTERS),
        ("una\u202enota", "unanota"),
    ],
)
def test_what_can_be_seen_is_kept(typed: str, kept: str) -> None:
    assert note_text(typed) == kept


@pytest.mark.parametrize("typed", ["", "  \n", "\u200b\u202e", "x" * (MAX_NOTE_CHARACTERS + 1)])
def test_nothing_and_too_much_are_told(typed: str) -> None:
    with pytest.raises(InvalidInputError) as told:
        note_text(typed)
    assert set(told.value.problems) == {FIELD}
