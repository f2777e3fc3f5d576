"""Which words of a page may become values, when it is read or when its lines are read again."""

from collections.abc import Sequence

from review_service.domain.reports import Box, Word
from workers.fields.paper.words import around
from workers.fields.prior import dates, reading, second_look
from workers.fields.prior.choice import Reading
from workers.fields.prior.text import PageText, page_text


def boxes(words: Sequence[Word]) -> frozenset[Box]:
    """Return where on a page the words stand of which a value may be made.

    ``words`` are those of one page. How surely another word was read, above ``SURE_CONFIDENCE``,
    changes no value of the paper, whatever its other pages say.
    """
    text = page_text(1, words)
    told = list(reading.readings_on(text))
    sure = [each.words for each in told if not each.is_doubtful]
    again = _read_again(text, [each for each in told if each.is_doubtful])
    return frozenset(word.box for each in (*sure, *dates.term_words(text), *again) for word in each)


def _read_again(text: PageText, doubtful: Sequence[Reading]) -> list[tuple[Word, ...]]:
    """Return the words of each line that a second look may read anew, were every value in doubt."""
    if not text.words:
        return []
    lines = list(second_look.lines_of(text))
    chosen = second_look.lines_for(text, lines, frozenset(second_look.WANTED), ())
    for each in doubtful:
        if each.words:
            chosen |= set(second_look.at_box(text, lines, around(each.words)))
    margin = max(line.right for line in lines)
    return [
        text.words[lines[at].first : lines[at].last]
        for at in chosen
        if not second_look.is_whole(text, lines[at], margin)
    ]
