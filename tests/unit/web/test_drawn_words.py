"""Words over a page image: in lines, on one baseline, doubtful and sought ones marked."""

import pytest

from review_service.domain.reports import SURE_CONFIDENCE, Box, Word
from review_service.web.officer.drawn_words import drawn_lines


def word(text: str, *, left: int, top: int, height: int = 20, confidence: float = 90) -> Word:
    box = Box(left=left, top=top, width=10 * len(text), height=height)
    return Word(text=text, confidence=confidence, box=box)


def lines(*words: Word) -> list[str]:
    return [" ".join(one.text for one in line.words) for line in drawn_lines(words, frozenset())]


def test_words_at_one_height_are_a_line() -> None:
    words = (word("La", left=0, top=100), word("mesa", left=40, top=106, height=14))
    assert lines(*words) == ["La mesa"]


@pytest.mark.parametrize(
    "after",
    [
        word("abajo", left=60, top=111),
        word("arriba", left=60, top=69),
        word("otra", left=0, top=100),
    ],
)
def test_a_word_lower_higher_or_back_at_the_left_begins_a_line(after: Word) -> None:
    assert lines(word("La", left=40, top=100), after) == ["La", after.text]


def test_a_line_is_as_high_as_its_highest_word() -> None:
    words = (word("casa", left=0, top=106, height=14), word("Ñ", left=60, top=95, height=25))
    (line,) = drawn_lines(words, frozenset())
    assert (line.baseline, line.size) == (115.5, 21.5)


def test_marks_what_is_doubtful_and_what_is_sought() -> None:
    words = (
        word("a", left=0, top=0, confidence=SURE_CONFIDENCE),
        word("b", left=20, top=0, confidence=SURE_CONFIDENCE - 0.1),
    )
    (line,) = drawn_lines(words, frozenset({0}))
    assert [(one.is_unsure, one.is_hit) for one in line.words] == [(False, True), (True, False)]


def test_no_words_are_no_lines() -> None:
    assert drawn_lines((), frozenset()) == ()
