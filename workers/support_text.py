"""The words of a document in lines, folded for looking things up, and the way to their boxes."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from review_service.domain.reports import Box, ReadField, Word

MOST_WORDS: Final = 4000
"""Of one page; a dense page of a deed has 800."""
SAME_LINE: Final = 0.6
"""Two words stand on one line when their middles are nearer than so many heights."""


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
    lines: list[list[Word]] = []
    for word in sorted(words, key=_middle):
        last = lines[-1] if lines else None
        near = SAME_LINE * max(1, min(word.box.height, last[0].box.height if last else 0))
        if last is not None and _middle(word) - _middle(last[0]) < near:
            last.append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.box.left) for line in lines]


def _middle(word: Word) -> float:
    return word.box.top + word.box.height / 2


def _around(words: Sequence[Word]) -> Box:
    if not words:
        return Box(left=0, top=0, width=0, height=0)
    left, top = min(word.box.left for word in words), min(word.box.top for word in words)
    right = max(word.box.left + word.box.width for word in words)
    bottom = max(word.box.top + word.box.height for word in words)
    return Box(left=left, top=top, width=right - left, height=bottom - top)
