"""From a stretch of the folded text back to its words and their boxes."""

import pytest

from review_service.domain.reports import Box, Word
from workers.judging.support import lines
from workers.judging.support.lines import MOST_WORDS, page_lines


def word(text: str, left: int, top: int, *, confidence: float = 90.0) -> Word:
    box = Box(left=left, top=top, width=40, height=20)
    return Word(text=text, confidence=confidence, box=box)


WORDS = (word("Señora", 0, 0), word("Ñusta", 50, 0, confidence=40.0), word("vive", 0, 40))


def test_rows_end_with_a_line_feed_and_words_keep_their_place() -> None:
    page = page_lines(3, WORDS)
    assert page.folded == "SENORA NUSTA\nVIVE\n"
    assert page.starts == (0, 7, 13)


def test_a_stretch_gives_the_words_that_it_touches() -> None:
    page = page_lines(3, WORDS)
    assert [each.text for each in page.between(0, 6)] == ["Señora"]
    assert [each.text for each in page.between(5, 8)] == ["Señora", "Ñusta"]
    assert page.between(6, 7) == ()


def test_a_look_at_a_stretch_folds_no_word_again(monkeypatch: pytest.MonkeyPatch) -> None:
    page = page_lines(1, [word("EMPRESA", 0, 30 * row) for row in range(MOST_WORDS)])
    monkeypatch.setattr(lines, "capitals", None)
    assert len(page.between(0, len(page.folded))) == MOST_WORDS


def test_a_field_is_as_sure_as_its_least_sure_word_less_the_penalty() -> None:
    page = page_lines(3, WORDS)
    field = page.field("holder", "x", 0, 12, penalty=15.0)
    assert (field.page, field.confidence) == (3, 25.0)
    assert field.box == Box(left=0, top=0, width=90, height=20)
    assert page.field("holder", "x", 0, 12, penalty=50.0).confidence == 0.0


def test_a_field_of_no_words_is_not_sure_at_all() -> None:
    field = page_lines(3, WORDS).field("holder", "x", 6, 7)
    assert (field.confidence, field.box.width) == (0.0, 0)


def test_takes_no_more_words_than_a_page_may_have() -> None:
    assert len(page_lines(1, [word("a", 0, 0)] * (MOST_WORDS + 5)).words) == MOST_WORDS
