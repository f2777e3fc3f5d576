"""Lays out the words of a page over its image: in lines, each on one baseline."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from review_service.domain.reports import SURE_CONFIDENCE, Box, Word

BASELINE: Final = 0.82
"""Position of the baseline, as a share of a full line's height from the top."""
LETTERS: Final = 0.86
"""Font size, as a share of a full line's height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnWord:
    """One word and its position."""

    text: str
    box: Box
    confidence: int
    is_unsure: bool
    """Read with so little confidence that it may be misread."""
    is_hit: bool
    """Whether it matches the search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLine:
    """Words on one line; the boxes of words without tall letters are lower."""

    words: tuple[DrawnWord, ...]

    @property
    def baseline(self) -> float:
        """The baseline, in pixels from the top of the page image."""
        return round(self._top + self._height * BASELINE, 1)

    @property
    def size(self) -> float:
        """Font size in pixels."""
        return round(self._height * LETTERS, 1)

    @property
    def _top(self) -> int:
        return min(word.box.top for word in self.words)

    @property
    def _height(self) -> int:
        return max(word.box.top + word.box.height for word in self.words) - self._top


def drawn_lines(words: Sequence[Word], hits: frozenset[int]) -> tuple[DrawnLine, ...]:
    """Return the words in lines, in the order they were read."""
    lines: list[list[DrawnWord]] = []
    for place, word in enumerate(words):
        drawn = DrawnWord(
            text=word.text,
            box=word.box,
            confidence=round(word.confidence),
            is_unsure=word.confidence < SURE_CONFIDENCE,
            is_hit=place in hits,
        )
        if lines and _goes_on(lines[-1], word.box):
            lines[-1].append(drawn)
        else:
            lines.append([drawn])
    return tuple(DrawnLine(words=tuple(line)) for line in lines)


def _goes_on(line: Sequence[DrawnWord], box: Box) -> bool:
    """Whether a word is to the right of a line's last one, at the same height."""
    former = line[-1].box
    lower = box.top > former.top + former.height / 2
    higher = box.top + box.height < former.top + former.height / 2
    return box.left >= former.left and not lower and not higher
