"""The words of one page as folded lines and as cells on the paper, however it was laid out."""

import re
import statistics
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final

from review_service.domain.folding import capitals
from review_service.domain.reports import Word
from workers.fields.paper.labels import Label, labels_in
from workers.fields.paper.rows import leading, line_starts, rows
from workers.fields.paper.words import middle

MOST_CHARACTERS: Final = 40_000
"""Of one page; a dense page has 5,000."""
MOST_CELLS: Final = 1200
SAME_ROW: Final = 0.6
"""Of a word's height: how far its middle may stand from the row's."""
CELL_GAP: Final = 1.7
"""Of a word's height: a wider gap begins another cell. A justified space is narrower."""
NEXT_LINE: Final = 3.2
"""Of a word's height: how far below its label a value may begin."""
SECOND_LINE: Final = 1.9
"""Of a word's height: how far below its label the second line of a value may stand."""
LEAST_SPACED: Final = 4
"""So many lone letters in a row are one letter-spaced word."""
FEWEST_SLOPES: Final = 8

_SPECKS: Final = re.compile(r"[|\[\]{}\"“”*~_=¡!¿<>«»\\—]+")
_LETTER: Final = re.compile(r"[^\W_]")
_LEADING: Final = re.compile(r"^(?:[.,:;_]|-(?=[^\W\d]))+")
_DASHES: Final = frozenset("-\u2013\u2010\u2212")

Place = tuple[float, float, float, float]
"""Left, middle, right and height of a word, straightened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Words that stand together on one row."""

    words: tuple[Word, ...]
    folded: str
    left: float
    right: float
    middle: float
    height: float


@dataclass(frozen=True, kw_only=True)
class PageText:
    """The words of one page as one folded line, and where each word begins in it."""

    page: int
    words: tuple[Word, ...]
    folded: str
    """Upper case, without accents, one space between words; words broken at a line's end whole."""
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    line_starts: frozenset[int]
    """Where in ``folded`` a line of the paper begins."""

    def between(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that touch a stretch of the folded text."""
        return tuple(
            word
            for word, begin, stop in zip(self.words, self.starts, self.ends, strict=True)
            if begin < end and stop > start
        )

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The page cut into cells, row by row."""
        return tuple(_cells(self.words))

    @cached_property
    def offsets(self) -> Mapping[int, int]:
        """Where in ``folded`` each word begins, by the word's identity."""
        return {id(word): start for word, start in zip(self.words, self.starts, strict=True)}

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """Every label on the page, in the order of ``folded``."""
        begins = self.line_starts | {self.offset_of(cell) for cell in self.cells}
        return labels_in(self.folded, begins)

    @cached_property
    def label_starts(self) -> frozenset[int]:
        """Where in ``folded`` a label begins."""
        return frozenset(label.start for label in self.labels)

    @cached_property
    def former_cells(self) -> Mapping[int, Cell]:
        """The cell left of each on the same row, by the cell's identity."""
        return {
            id(cell): former
            for former, cell in pairwise(self.cells)
            if former.right <= cell.left + cell.height
            and abs(former.middle - cell.middle) <= SAME_ROW * max(former.height, cell.height)
        }

    @cached_property
    def cell_of(self) -> Mapping[int, Cell]:
        """The cell of each word, by the word's identity."""
        return {id(word): cell for cell in self.cells for word in cell.words}

    @cached_property
    def usual_height(self) -> float:
        """The median height of a word, in pixels; 0 on an empty page."""
        return statistics.median([word.box.height for word in self.words] or [0])

    @cached_property
    def leading(self) -> float:
        """How far below each other two lines of one paragraph stand, in pixels; 0 for one line."""
        return leading(
            [
                (self.level(at), self.words[at].box.height)
                for at, start in enumerate(self.starts)
                if start in self.line_starts
            ]
        )

    @cached_property
    def line_edges(self) -> tuple[tuple[int, int], ...]:
        """Where on the paper each line begins and ends, in pixels from the left."""
        edges: list[tuple[int, int]] = []
        for word, start in zip(self.words, self.starts, strict=True):
            right = word.box.left + word.box.width
            if start in self.line_starts or not edges:
                edges.append((word.box.left, right))
            else:
                edges[-1] = (edges[-1][0], right)
        return tuple(edges)

    @cached_property
    def slope(self) -> float:
        """By how much the lines fall on the page image, pixels down for each to the right."""
        return _slope(self.words)

    def level(self, at: int) -> float:
        """Return how far down the middle of a word stands, in pixels, as if no line fell."""
        box = self.words[at].box
        return middle(self.words[at]) - self.slope * (box.left + box.width / 2)

    def offset_of(self, cell: Cell) -> int:
        """Return where in ``folded`` a cell begins."""
        return self.offsets[id(cell.words[0])]

    def word_at(self, place: int) -> int:
        """Return the index of the last word that begins at or before a place of ``folded``."""
        return max(0, bisect_right(self.starts, place) - 1)

    def right_of(self, cell: Cell) -> Cell | None:
        """Return the next cell on the same row."""
        row = [
            other
            for other in self.cells
            if other.left >= cell.right - cell.height
            and abs(other.middle - cell.middle) <= SAME_ROW * max(cell.height, other.height)
            and other is not cell
        ]
        return min(row, key=lambda other: other.left, default=None)

    def below(self, cell: Cell) -> Cell | None:
        """Return the nearest cell under it."""
        return self._nearest(cell, downwards=True)

    def above(self, cell: Cell) -> Cell | None:
        """Return the nearest cell over it."""
        return self._nearest(cell, downwards=False)

    def second_line(self, label: Cell, value: Cell | None) -> tuple[Word, ...]:
        """Return the words of a cell that goes on a value of a table; none if it has a label."""
        if value is None:
            return ()
        row = [cell for cell in self.cells if abs(cell.middle - value.middle) < value.height / 2]
        is_alone = all(cell.left >= label.right for cell in row)
        is_close = value.middle - label.middle < SECOND_LINE * value.height
        return value.words if is_alone and is_close else ()

    def _nearest(self, cell: Cell, *, downwards: bool) -> Cell | None:
        def away(other: Cell) -> float:
            return (other.middle - cell.middle) * (1 if downwards else -1)

        column = [
            other
            for other in self.cells
            if 0.5 * cell.height < away(other) <= NEXT_LINE * max(cell.height, other.height)
            and min(other.right, cell.right) > max(other.left, cell.left)
        ]
        return min(column, key=lambda other: (away(other), other.left), default=None)


def clean(text: str) -> str:
    """Return a word without what ruled lines, specks and stamps leave at its ends."""
    whole = _SPECKS.sub(" ", text).strip(" '`\u00b4\u2018\u2019")
    return _LEADING.sub("", whole) if _LETTER.search(whole) else whole


def _cleaned(words: Sequence[Word]) -> list[Word]:
    """Return the words that hold a letter, a digit or a joining dash, without specks."""
    kept = []
    for word in words:
        text = clean(word.text)
        if _LETTER.search(text) or text in _DASHES:
            kept.append(word if text == word.text else replace(word, text=text))
    return kept


def page_text(page: int, words: Sequence[Word]) -> PageText:
    """Join the words of a page in reading order, up to ``MOST_CHARACTERS``."""
    shown = _cleaned(words)
    begins = line_starts(shown)
    starts: list[int] = []
    ends: list[int] = []
    pieces: list[str] = []
    own_lines, length = set(), 0
    for index, word in enumerate(shown):
        piece = capitals(word.text)
        joint = _joint(shown, index, begins, _is_spaced(shown, index)) if index else ""
        if joint == _BROKEN:
            pieces[-1], length, joint = pieces[-1][:-1], length - 1, ""
            ends[-1] -= 1
        if length + len(joint) + len(piece) > MOST_CHARACTERS:
            shown = shown[:index]
            break
        length += len(joint)
        if index in begins:
            own_lines.add(length)
        starts.append(length)
        pieces.append(joint + piece)
        length += len(piece)
        ends.append(length)
    return PageText(
        page=page,
        words=tuple(shown),
        folded="".join(pieces),
        starts=tuple(starts),
        ends=tuple(ends),
        line_starts=frozenset(own_lines),
    )


_BROKEN: Final = "-"
"""Joint of a word that a hyphen breaks at the line's end: the hyphen goes."""


def _joint(shown: Sequence[Word], index: int, begins: frozenset[int], is_spaced: bool) -> str:  # noqa: FBT001
    """Return what stands between a word and the one before it."""
    before, text = shown[index - 1].text, shown[index].text
    if index in begins and len(before) > 1 and before[-1] in "-\u00ad\u2010":
        is_word = before[:-1].isalpha() and text.strip(".,;:").isalpha()
        is_same_case = before[:-1].isupper() == text.isupper()
        return _BROKEN if is_word and is_same_case else ""
    return "" if is_spaced else " "


def _is_spaced(shown: Sequence[Word], index: int) -> bool:
    """Whether a word and the one before it are letters of one letter-spaced word."""
    first = index
    while first > 0 and index - first < LEAST_SPACED and _is_letter(shown[first - 1]):
        first -= 1
    last = index
    while last < len(shown) and last - index < LEAST_SPACED and _is_letter(shown[last]):
        last += 1
    return first < index < last and last - first >= LEAST_SPACED


def _is_letter(word: Word) -> bool:
    return len(word.text) == 1 and word.text.isalpha()


def _slope(words: Sequence[Word]) -> float:
    """Return by how much the rows of the page image fall, measured on neighbouring words."""
    slopes = []
    for before, word in pairwise(words):
        across = word.box.left - before.box.left
        down = middle(word) - middle(before)
        if across > 2 * word.box.height and abs(down) < 0.2 * across:
            slopes.append(down / across)
    return statistics.median(slopes) if len(slopes) >= FEWEST_SLOPES else 0.0


def _cells(words: Sequence[Word]) -> Iterator[Cell]:
    """Cut the rows of the page at wide gaps."""
    if not words:
        return
    slope = _slope(words)
    usual = statistics.median(word.box.height for word in words)
    count = 0
    for row in rows(words):
        for cell in _cut([(_place(word, slope, usual), word) for word in row]):
            yield cell
            count += 1
        if count > MOST_CELLS:
            return


def _place(word: Word, slope: float, usual: float) -> Place:
    box = word.box
    level = middle(word) - slope * (box.left + box.width / 2)
    return box.left, level, box.left + box.width, min(float(box.height), 1.5 * usual)


def _cut(row: list[tuple[Place, Word]]) -> Iterator[Cell]:
    """Cut one row into cells."""
    cell: list[tuple[Place, Word]] = []
    for place, word in sorted(row, key=lambda entry: entry[0][0]):
        if cell and place[0] - cell[-1][0][2] > CELL_GAP * max(place[3], cell[-1][0][3]):
            yield from _cell(cell)
            cell = []
        cell.append((place, word))
    yield from _cell(cell)


def _cell(members: list[tuple[Place, Word]]) -> Iterator[Cell]:
    """Yield the cell, without dashes at its ends; nothing when it has only those."""
    while members and members[0][1].text in _DASHES:
        members = members[1:]
    while members and members[-1][1].text in _DASHES:
        members = members[:-1]
    if not members:
        return
    places = [place for place, _ in members]
    yield Cell(
        words=tuple(word for _, word in members),
        folded=" ".join(capitals(word.text) for _, word in members),
        left=min(place[0] for place in places),
        right=max(place[2] for place in places),
        middle=statistics.fmean(place[1] for place in places),
        height=statistics.median(place[3] for place in places),
    )
