"""The words of a page as they are drawn over its image: line by line, on one baseline each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from review_service.domain.reports import SURE_CONFIDENCE, Box, Word

BASELINE: Final = 0.82
"""Where letters stand in the height of a line that has ascenders and descenders."""
LETTERS: Final = 0.86
"""Their size in that height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnWord:
    """One word in its place."""

    text: str
    box: Box
    confidence: int
    is_unsure: bool
    """Read with so little confidence that it may be misread."""
    is_hit: bool
    """What somebody looks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnLine:
    """Words that stand beside each other; boxes of words without tall letters are lower."""

    words: tuple[DrawnWord, ...]

    @property
    def baseline(self) -> float:
        """Where its letters stand, in pixels from the top of the page image."""
        return round(self._top + self._height * BASELINE, 1)

    @property
    def size(self) -> float:
        """Size of its letters in pixels."""
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
    """Whether a word stands right of a line's last one, at its height."""
    former = line[-1].box
    lower = box.top > former.top + former.height / 2
    higher = box.top + box.height < former.top + former.height / 2
    return box.left >= former.left and not lower and not higher
