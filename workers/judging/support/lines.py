"""The words of a document in lines, folded for looking things up, and the way to their boxes."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from review_service.domain.folding import capitals
from review_service.domain.reports import Box, ReadField, Word
from workers.fields.paper.labels import Announces, Label, labels_between, labels_in
from workers.fields.paper.rows import leading, rows
from workers.fields.paper.words import around, middle

MOST_WORDS: Final = 4000
"""Of one page; a dense page of a deed has 800."""
COLUMN: Final = 1.6
"""Of a word's height: a wider gap may part two columns; justified lines have narrower ones."""
FARTHEST_OVER: Final = 4.0
"""Of a value's height: how far over it the heading of its column may stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLines:
    """One page as folded text, lines parted by line feeds, and where each word stands in it."""

    page: int
    folded: str
    words: tuple[Word, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    labels: tuple[Label, ...]

    def between(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that touch a stretch of the folded text."""
        return self.words[bisect_right(self.ends, start) : bisect_left(self.starts, end)]

    def printed(self, start: int, end: int) -> str:
        """Return the words that touch a stretch of the folded text, as printed."""
        return " ".join(word.text for word in self.between(start, end))

    def is_apart(self, announces: Announces, start: int, value: int, stop: int) -> bool:
        """Whether a value, ``value`` to ``stop``, does not stand beside a label at ``start``.

        Another label lies between, or the label has a cell of its own, as in a table's heading, and
        the value stands on a later line that is not under it, or among other words there.
        """
        between = labels_between(self.labels, start + 1, value)
        if any(one.announces is not announces for one in between):
            return True
        end = self.folded.find("\n", start)
        if end >= value or not self._begins_cell(start):
            return False
        over, under = self.between(start, end), self.between(value, value + 1)
        return not (
            are_over(around(over), around(under))
            and self._begins_cell(value)
            and self._begins_cell(stop + 1)
        )

    def has_over_it(self, announces: Announces, start: int, end: int) -> bool:
        """Whether a value without a label on its line stands under one, in a table."""
        line = self.folded.rfind("\n", 0, start) + 1
        if any(line <= one.start < start for one in self.labels):
            return False
        box = around(self.between(start, end))
        over = [
            label_box
            for one in self.labels
            if one.announces is announces and one.start < line
            if are_over(label_box := around(self.between(one.start, one.end)), box)
        ]
        return any(0 < box.top - one.top <= FARTHEST_OVER * box.height for one in over)

    def _begins_cell(self, start: int) -> bool:
        """Whether a word is the first of its line, or stands further off than a space."""
        at = bisect_right(self.starts, start) - 1
        if at <= 0 or start >= len(self.folded) or self.folded[self.starts[at] - 1] == "\n":
            return True
        former, box = self.words[at - 1].box, self.words[at].box
        return box.left - (former.left + former.width) > COLUMN * box.height

    def lines_at(self, place: int) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
        """Return the words of the line at a place of the folded text, and those of the next."""
        start = self.folded.rfind("\n", 0, place) + 1
        end = self.folded.find("\n", place)
        return self.between(start, end), self.between(end + 1, self.folded.find("\n", end + 1))

    @property
    def right(self) -> int:
        """Where the words of the page end on its right side, in pixels."""
        return max((word.box.left + word.box.width for word in self.words), default=0)

    @property
    def leading(self) -> float:
        """How far below each other two lines of one paragraph stand, in pixels; 0 for one line."""
        first = [
            word
            for word, start in zip(self.words, self.starts, strict=True)
            if start == 0 or self.folded[start - 1] == "\n"
        ]
        return leading([(middle(word), word.box.height) for word in first])

    def field(
        self,
        name: str,
        value: str,
        start: int,
        end: int,
        *,
        penalty: float = 0.0,
        label: str = "",
    ) -> ReadField:
        """Return a value that was read from a stretch of the text; ``penalty`` is for guesses."""
        return self.field_of(name, value, [(start, end)], penalty=penalty, label=label)

    def field_of(
        self,
        name: str,
        value: str,
        spans: Sequence[tuple[int, int]],
        *,
        penalty: float = 0.0,
        label: str = "",
    ) -> ReadField:
        """Return a value that was read from several stretches of the text."""
        words = tuple(word for span in spans for word in self.between(*span))
        confidence = min((word.confidence for word in words), default=0.0) - penalty
        return ReadField(
            name=name,
            value=value,
            confidence=max(0.0, confidence),
            page=self.page,
            box=around(words),
            label=" ".join(label.split()).strip(" :.,"),
        )


def are_over(over: Box, under: Box) -> bool:
    """Whether two boxes share a part of the page's width."""
    return over.left < under.left + under.width and under.left < over.left + over.width


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
    folded = "".join(pieces)
    begins = [0, *(at + 1 for at, sign in enumerate(folded[:-1]) if sign == "\n")]
    return PageLines(
        page=page,
        folded=folded,
        labels=labels_in(folded, begins),
        words=tuple(kept),
        starts=tuple(starts),
        ends=tuple(ends),
    )
