"""Which words of a page may become values, when it is read or when its lines are read again."""

from collections.abc import Sequence
from typing import Final

from review_service.domain.reports import Box, Word
from workers.fields.paper.words import around
from workers.fields.prior import dates, reading, second_look, value_lines
from workers.fields.prior.choice import Reading
from workers.fields.prior.text import PageText, page_text

MOST_WORDS: Final = 1_500
"""Of one page; a dense one has 5,000 letters. 1,800 words with 300 RUC took 0.24 s, and it grows by
the square."""


def boxes(words: Sequence[Word]) -> frozenset[Box]:
    """Return where on a page the words stand of which a value may be made.

    ``words`` are those of one page. How surely another word was read, above ``SURE_CONFIDENCE``,
    changes no value of a first reading, whatever the other pages say; a second look may still find
    a lost label above a number that was not asked, and then takes that for no more than 64. Of a
    page with more words than a paper has all may be values: to look would take seconds.
    """
    if len(words) > MOST_WORDS:
        return frozenset(word.box for word in words)
    text = page_text(1, words)
    told = list(reading.readings_on(text))
    sure = [each.words for each in told if not each.is_doubtful]
    again = _read_again(text, [each for each in told if each.is_doubtful])
    return frozenset(word.box for each in (*sure, *dates.term_words(text), *again) for word in each)


def _read_again(text: PageText, doubtful: Sequence[Reading]) -> list[tuple[Word, ...]]:
    """Return the words of each line that a second look may read anew, were every value in doubt."""
    if not text.words:
        return []
    lines = list(value_lines.lines_of(text))
    chosen = value_lines.lines_for(text, lines, frozenset(second_look.WANTED), ())
    for each in doubtful:
        if each.words:
            chosen |= set(value_lines.at_box(text, lines, around(each.words)))
    margin = max(line.right for line in lines)
    return [
        text.words[lines[at].first : lines[at].last]
        for at in chosen
        if not value_lines.is_whole(text, lines[at], margin)
    ]
