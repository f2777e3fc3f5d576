"""The words of a document in lines, folded for looking things up, and the way to their boxes."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from review_service.domain.folding import capitals
from review_service.domain.reports import ReadField, Word
from workers.judging.paper.rows import rows
from workers.judging.paper.words import around

MOST_WORDS: Final = 4000
"""Of one page; a dense page of a deed has 800."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLines:
    """One page as folded text, lines parted by line feeds, and where each word stands in it."""

    page: int
    folded: str
    words: tuple[Word, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def between(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that touch a stretch of the folded text."""
        return self.words[bisect_right(self.ends, start) : bisect_left(self.starts, end)]

    def field(
        self, name: str, value: str, start: int, end: int, *, penalty: float = 0.0
    ) -> ReadField:
        """Return a value that was read from a stretch of the text; ``penalty`` is for guesses."""
        words = self.between(start, end)
        confidence = min((word.confidence for word in words), default=0.0) - penalty
        return ReadField(
            name=name,
            value=value,
            confidence=max(0.0, confidence),
            page=self.page,
            box=around(words),
        )


def page_lines(page: int, words: Sequence[Word]) -> PageLines:
    """Put the words of a page into lines by where they stand, whatever order they came in."""
    kept, starts, ends, pieces, length = [], [], [], [], 0
    for line in rows(words[:MOST_WORDS]):
        for index, word in enumerate(line):
            piece = capitals(word.text) + ("\n" if index == len(line) - 1 else " ")
            kept.append(word)
            starts.append(length)
            ends.append(length + len(piece) - 1)
            pieces.append(piece)
            length += len(piece)
    return PageLines(
        page=page,
        folded="".join(pieces),
        words=tuple(kept),
        starts=tuple(starts),
        ends=tuple(ends),
    )
