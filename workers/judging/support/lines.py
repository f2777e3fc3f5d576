"""The words of a document in lines, folded for looking things up, and the way to their boxes."""

import unicodedata
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from review_service.domain.reports import Box, ReadField, Word

MOST_WORDS: Final = 4000
"""Of one page; a dense page of a deed has 800."""
SAME_LINE: Final = 0.6
"""A word goes on with a line whose last word's middle is nearer than so many heights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLines:
    """One page as folded text, lines parted by line feeds, and where each word begins in it."""

    page: int
    folded: str
    words: tuple[Word, ...]
    starts: tuple[int, ...]

    def between(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that touch a stretch of the folded text."""
        return tuple(
            word
            for word, begin in zip(self.words, self.starts, strict=True)
            if begin < end and begin + len(fold(word.text)) > start
        )

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
            box=_around(words),
        )


def fold(text: str) -> str:
    """Return the text in capitals without accents, for looking things up."""
    parts = unicodedata.normalize("NFD", text.upper())
    return "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")


def page_lines(page: int, words: Sequence[Word]) -> PageLines:
    """Put the words of a page into lines by where they stand, whatever order they came in."""
    kept, starts, pieces, length = [], [], [], 0
    for line in _lines(words[:MOST_WORDS]):
        for index, word in enumerate(line):
            piece = fold(word.text) + ("\n" if index == len(line) - 1 else " ")
            kept.append(word)
            starts.append(length)
            pieces.append(piece)
            length += len(piece)
    return PageLines(page=page, folded="".join(pieces), words=tuple(kept), starts=tuple(starts))


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Chain each word to the nearest line on its left: over a tilted page a line climbs.

    ``open_ends`` are the middles of the lines' last words, in order, beside their lines: a page of
    a thousand lines costs no more than it must.
    """
    open_ends: list[float] = []
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.box.left):
        middle = _middle(word)
        place = bisect(open_ends, middle)
        beside = range(max(0, place - 1), min(len(lines), place + 1))
        near = min(beside, key=lambda at: _apart(lines[at][-1], word), default=None)
        line: list[Word] = []
        if near is not None and _apart(lines[near][-1], word) < SAME_LINE:
            del open_ends[near]
            line = lines.pop(near)
        line.append(word)
        place = bisect(open_ends, middle)
        open_ends.insert(place, middle)
        lines.insert(place, line)
    return sorted(lines, key=lambda one: _middle(one[0]))


def _apart(one: Word, other: Word) -> float:
    """Return how far the middles of two words stand apart, in heights of the lower one."""
    return abs(_middle(one) - _middle(other)) / max(1, min(one.box.height, other.box.height))


def _middle(word: Word) -> float:
    return word.box.top + word.box.height / 2


def _around(words: Sequence[Word]) -> Box:
    if not words:
        return Box(left=0, top=0, width=0, height=0)
    left, top = min(word.box.left for word in words), min(word.box.top for word in words)
    right = max(word.box.left + word.box.width for word in words)
    bottom = max(word.box.top + word.box.height for word in words)
    return Box(left=left, top=top, width=right - left, height=bottom - top)
