"""Puts the words of a page into rows by where they stand, whatever order they came in."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from review_service.domain.reports import Box, Word
from workers.fields.paper.words import middle

SAME_ROW: Final = 0.6
"""Of a word's height: how far its middle may stand from that of the word it goes on from."""
WIDEST_SPACE: Final = 3.0
"""Of a word's height: a wider gap parts a row into two runs."""
CLOSEST: Final = 5
"""Of so many distances between lines one is within a paragraph at least."""


def rows(words: Sequence[Word]) -> list[list[Word]]:
    """Return the words in rows from top to bottom, each row from left to right.

    Each word is chained to the nearest row on its left, because over a tilted page a row climbs.
    ``open_ends`` are the middles of the rows' last words, in order, beside their rows: a page of
    a thousand rows costs no more than it must.
    """
    open_ends: list[float] = []
    found: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.box.left):
        height = middle(word)
        place = bisect(open_ends, height)
        beside = range(max(0, place - 1), min(len(found), place + 1))
        near = min(beside, key=lambda at: _apart(found[at][-1], word), default=None)
        row: list[Word] = []
        if near is not None and _apart(found[near][-1], word) < SAME_ROW:
            del open_ends[near]
            row = found.pop(near)
        row.append(word)
        place = bisect(open_ends, height)
        open_ends.insert(place, height)
        found.insert(place, row)
    return sorted(found, key=lambda one: middle(one[0]))


def runs(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield what stands together: words in their given order that go on to the right, level."""
    run: list[Word] = []
    for word in words:
        if run and not _goes_on(run[-1].box, word.box):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def line_starts(words: Sequence[Word]) -> frozenset[int]:
    """Return which words, in reading order, begin a line: lower or further left than the last."""
    starts = {0}
    for index in range(1, len(words)):
        before, box = words[index - 1].box, words[index].box
        is_lower = middle(words[index]) > before.top + before.height
        if is_lower or box.left + box.width / 2 < before.left:
            starts.add(index)
    return frozenset(starts)


def leading(lines: Sequence[tuple[float, float]]) -> float:
    """Return how far below each other two lines of one paragraph stand, in pixels; 0 for one line.

    Of each line, from top to bottom, its middle below the page's top and its height, in pixels.
    """
    steps = sorted(
        lower - upper for (upper, _), (lower, height) in pairwise(lines) if lower - upper > height
    )
    return steps[len(steps) // CLOSEST] if steps else 0.0


def _apart(one: Word, other: Word) -> float:
    """Return how far the middles of two words stand apart, in heights of the lower one."""
    return abs(middle(one) - middle(other)) / max(1, min(one.box.height, other.box.height))


def _goes_on(former: Box, box: Box) -> bool:
    height = former.top + former.height / 2
    level = box.top <= height <= box.top + box.height
    gap = box.left - (former.left + former.width)
    return level and -former.height <= gap <= WIDEST_SPACE * max(former.height, box.height)
