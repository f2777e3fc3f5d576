"""Words put into rows by where they stand, and cut where they part."""

from collections.abc import Sequence

from review_service.domain.reports import Box, Word
from workers.fields.paper.rows import line_starts, rows, runs


def word(text: str, left: int, top: int, *, width: int = 40, height: int = 20) -> Word:
    box = Box(left=left, top=top, width=width, height=height)
    return Word(text=text, confidence=90.0, box=box)


def texts(lines: Sequence[Sequence[Word]]) -> list[str]:
    return [" ".join(each.text for each in line) for line in lines]


def test_rows_come_from_top_to_bottom_whatever_the_order_of_the_words() -> None:
    words = [word("d", 60, 50), word("b", 60, 10), word("c", 10, 50), word("a", 10, 10)]
    assert texts(rows(words)) == ["a b", "c d"]


def test_no_words_have_no_rows() -> None:
    assert rows([]) == []


def test_a_word_belongs_to_a_row_up_to_six_tenths_of_its_height() -> None:
    first = word("a", 10, 100)
    assert texts(rows([first, word("b", 60, 111)])) == ["a b"]
    assert texts(rows([first, word("b", 60, 112)])) == ["a", "b"]


def test_the_lower_of_two_words_says_how_far_is_far() -> None:
    tall, low = word("T", 10, 100, height=40), word("l", 60, 118, height=10)
    assert texts(rows([tall, low])) == ["T l"]
    assert texts(rows([tall, word("l", 60, 122, height=10)])) == ["T", "l"]


def test_a_tilted_row_stays_one_row() -> None:
    up = [word(f"u{n}", 50 * n, 200 - 5 * n) for n in range(12)]
    down = [word(f"d{n}", 50 * n, 240 - 5 * n) for n in range(12)]
    assert [len(row) for row in rows([*down, *up])] == [12, 12]
    assert {each.text[0] for each in rows([*down, *up])[0]} == {"u"}


def test_a_run_ends_at_a_gap_of_more_than_three_heights() -> None:
    first = word("a", 0, 0)
    assert texts(list(runs([first, word("b", 100, 0)]))) == ["a b"]
    assert texts(list(runs([first, word("b", 101, 0)]))) == ["a", "b"]


def test_a_run_ends_where_the_next_word_stands_lower_or_on_the_left() -> None:
    assert texts(list(runs([word("a", 0, 0), word("b", 50, 11)]))) == ["a", "b"]
    assert texts(list(runs([word("a", 0, 0), word("b", 50, 10)]))) == ["a b"]
    assert texts(list(runs([word("a", 100, 0), word("b", 20, 0)]))) == ["a", "b"]


def test_a_line_starts_lower_or_further_left() -> None:
    words = [word("a", 50, 0), word("b", 100, 4), word("c", 10, 4), word("d", 60, 60)]
    assert line_starts(words) == {0, 2, 3}


def test_the_first_word_starts_a_line_even_where_there_is_none() -> None:
    assert line_starts([]) == {0}
