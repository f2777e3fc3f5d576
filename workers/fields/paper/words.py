"""What every reader of papers asks of words: the box around them, and words broken at a line."""

from collections.abc import Iterator, Sequence
from typing import Final

from review_service.domain.reports import Box, Word

_HYPHENS: Final = ("-", "\u00ad")


def around(words: Sequence[Word]) -> Box:
    """Return the box around all words, in pixels; an empty box when there are none."""
    if not words:
        return Box(left=0, top=0, width=0, height=0)
    left = min(word.box.left for word in words)
    top = min(word.box.top for word in words)
    right = max(word.box.left + word.box.width for word in words)
    bottom = max(word.box.top + word.box.height for word in words)
    return Box(left=left, top=top, width=right - left, height=bottom - top)


def middle(word: Word) -> float:
    """Return how far below the top of the page image the middle of a word stands, in pixels."""
    return word.box.top + word.box.height / 2


def unbroken(words: Sequence[Word]) -> Iterator[str]:
    """Yield the texts of the words; one that a hyphen breaks at the line's end comes whole."""
    part = ""
    for index, word in enumerate(words):
        follows = words[index + 1] if index + 1 < len(words) else None
        if follows and word.text.endswith(_HYPHENS) and follows.box.left < word.box.left:
            part += word.text[:-1]
        else:
            yield part + word.text
            part = ""
