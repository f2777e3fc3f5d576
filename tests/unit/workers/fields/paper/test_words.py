"""Boxes around words, and words that a hyphen breaks at the end of a line."""

from review_service.domain.reports import Box, Word
from workers.fields.paper.words import around, middle, unbroken


def word(
    text: str = "x", *, left: int = 0, top: int = 0, width: int = 10, height: int = 20
) -> Word:
    box = Box(left=left, top=top, width=width, height=height)
    return Word(text=text, confidence=90.0, box=box)


def test_the_box_reaches_from_the_first_corner_to_the_last() -> None:
    words = [word(left=30, top=9, width=5), word(left=4, top=12, width=3), word(left=8, top=40)]
    assert around(words) == Box(left=4, top=9, width=31, height=51)


def test_no_words_have_an_empty_box() -> None:
    assert around([]) == Box(left=0, top=0, width=0, height=0)


def test_the_middle_is_half_a_height_below_the_top() -> None:
    assert middle(word(top=7, height=5)) == 9.5


def test_a_word_broken_at_the_line_end_is_read_whole() -> None:
    parts = [word("arte-", left=200), word("sanías", left=10, top=30), word("finas", left=90)]
    assert list(unbroken(parts)) == ["artesanías", "finas"]


def test_a_soft_hyphen_breaks_a_word_too_and_three_parts_are_one_word() -> None:
    parts = [word("ma\u00ad", left=300), word("nufac-", left=200), word("tura", left=10)]
    assert list(unbroken(parts)) == ["manufactura"]


def test_a_hyphen_before_a_word_further_right_stays() -> None:
    assert list(unbroken([word("Sur-", left=10), word("Este", left=80)])) == ["Sur-", "Este"]


def test_a_hyphen_at_the_very_end_stays() -> None:
    assert list(unbroken([word("corte"), word("cosi-", left=50)])) == ["corte", "cosi-"]
