"""Lines of a page are told apart, and those that may hold a wanted value are found."""

from dataclasses import replace

import pytest

from review_service.domain.reports import AgreementField, Word
from tests.samples.laid_out import laid_out
from tests.samples.old_papers import valid_ruc
from workers.fields.prior.text import PageText, page_text
from workers.fields.prior.value_lines import at_box, is_whole, lines_for, lines_of

RUC = valid_ruc("300000001")
ROWS = (
    (100, 50, "MINISTERIO DE INDUSTRIAS"),
    (100, 100, "AGUERDO MIPRO-2019-01"),
    (100, 160, "Titular:"),
    (320, 160, "ROSA CHICAIZA"),
    (100, 210, "Cédula anterior"),
    (320, 210, RUC),
    (100, 900, "según el AGUERDO citado"),
)
TITLE, NUMBER, HOLDER, DIGITS, BELOW = range(5)


def page(*rows: tuple[int, int, str], **confidence: float) -> PageText:
    words = tuple(
        replace(word, confidence=confidence.get(word.text, word.confidence))
        for word in laid_out(*rows)
    )
    return page_text(1, words)


def words_of(text: PageText) -> list[str]:
    return [
        " ".join(word.text for word in text.words[line.first : line.last])
        for line in lines_of(text)
    ]


def test_words_on_one_level_are_a_line() -> None:
    assert words_of(page(*ROWS)) == [
        "MINISTERIO DE INDUSTRIAS",
        "AGUERDO MIPRO-2019-01",
        "Titular: ROSA CHICAIZA",
        f"Cédula anterior {RUC}",
        "según el AGUERDO citado",
    ]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (AgreementField.NUMBER, {NUMBER, HOLDER}),
        (AgreementField.HOLDER, {NUMBER, HOLDER, DIGITS}),
        (AgreementField.RUC, {DIGITS}),
    ],
)
def test_a_value_is_looked_for_where_something_announces_it(
    wanted: AgreementField, expected: set[int]
) -> None:
    """Also right under it, a holder before it too, a RUC where many digits stand.

    A number beside a title that was read badly, but only in the upper part of what is written.
    """
    text = page(*ROWS)
    assert lines_for(text, list(lines_of(text)), frozenset({wanted}), ()) == expected


def test_a_value_stands_on_the_lines_that_its_box_crosses() -> None:
    text = page(*ROWS)
    (place,) = [at for at, word in enumerate(text.words) if word.text == RUC]
    assert list(at_box(text, list(lines_of(text)), text.words[place].box)) == [DIGITS]


def test_a_line_is_whole_unless_a_word_is_unsure_or_one_may_be_lost() -> None:
    def is_line_whole(at: int, *rows: tuple[int, int, str], **confidence: float) -> bool:
        text = page(*rows, **confidence)
        lines = list(lines_of(text))
        return is_whole(text, lines[at], max(line.right for line in lines))

    assert is_line_whole(TITLE, *ROWS)
    assert not is_line_whole(TITLE, *ROWS, MINISTERIO=30.0)
    assert not is_line_whole(HOLDER, *ROWS)  # wide room between label and name
    nothing_after_the_label = (*ROWS[:2], (100, 160, "Titular:"), *ROWS[4:])
    assert not is_line_whole(HOLDER, *nothing_after_the_label)


def test_a_rest_of_a_stamp_does_not_move_a_line() -> None:
    text = page(*ROWS)
    (place,) = [at for at, word in enumerate(text.words) if word.text == "INDUSTRIAS"]
    word = text.words[place]
    box = replace(word.box, top=word.box.top - 10, height=3 * word.box.height)
    stamped: list[Word] = [*text.words]
    stamped[place] = replace(word, box=box)
    before, after = (next(iter(lines_of(each))) for each in (text, page_text(1, tuple(stamped))))
    assert (after.level, after.height) == (before.level, before.height)
