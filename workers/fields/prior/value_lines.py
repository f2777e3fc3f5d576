"""The lines of a page of a prior agreement, and which of them may hold a value that is wanted."""

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, Box, ReadField
from workers.fields.paper.labels import Announces
from workers.fields.prior import holder
from workers.fields.prior.text import PageText

LEGIBLE: Final = 60.0
"""Confidence of a word from which it tells where its line stands."""
USUAL_HEIGHTS: Final = (0.6, 1.5)
"""Times the usual height of a word: what a stamp or ink left is higher or lower."""
UPPER_PART: Final = 0.45
"""Of what is written on a page: lower down no number of the Acuerdo itself is looked for."""
ONE_LINE: Final = 1.7
"""Of a word's height: distance of two lines on a page without a paragraph."""
NEXT_LINE: Final = 1.3
SAME_LEVEL: Final = 0.6
"""Of a word's height: how far apart the middles of one line's words stand."""
WIDEST_SPACE: Final = 1.7
ROOM: Final = 4.0
"""Of a word's height: within a line, and at its end, what is wider may hold a lost word."""
FEW_WORDS: Final = 4
"""Of a line: a label and its value; in a sentence there are more."""
LONG_DIGITS: Final = 7
"""Of a word that may be a RUC."""
_HEADING: Final = re.compile(
    r"\b(?:A[CG]U[EF]R|INTER ?MINIS)|\bN(?:RO|O)\b[ .:]{1,2}(?=[A-Z0-9-]*\d)"
)
_RUC: Final = re.compile(r"\b[RBP] ?\.? ?[UVO] ?\.? ?[CGE6]\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a page, in pixels, as if no line fell: its words from ``first`` to ``last``."""

    first: int
    last: int
    left: int
    right: int
    level: float
    height: float


def lines_of(text: PageText) -> Iterator[Line]:
    """Yield the lines of a page."""
    starts = [at for at, start in enumerate(text.starts) if start in text.line_starts]
    usual = text.usual_height
    for first, last in zip(starts, [*starts[1:], len(text.words)], strict=True):
        boxes = [text.words[at].box for at in range(first, last)]
        legible = [at for at in range(first, last) if is_legible(text, at)]
        heights = [text.words[at].box.height for at in legible]
        yield Line(
            first=first,
            last=last,
            left=min(box.left for box in boxes),
            right=max(box.left + box.width for box in boxes),
            level=statistics.median(text.level(at) for at in legible or range(first, last)),
            height=max(statistics.median(heights), USUAL_HEIGHTS[0] * usual) if heights else usual,
        )


def is_legible(text: PageText, at: int) -> bool:
    """Return whether a word was read and no rest of a stamp: it tells where its line stands."""
    word = text.words[at]
    least, most = (share * text.usual_height for share in USUAL_HEIGHTS)
    is_word = sum(map(str.isalnum, word.text)) > 1
    return is_word and word.confidence >= LEGIBLE and least <= word.box.height <= most


def is_whole(text: PageText, line: Line, margin: int) -> bool:
    """Return whether every word of a line was read surely, without room for a lost one.

    There is room at the end of a line that ends with a label.
    """
    words = text.words[line.first : line.last]
    if any(word.confidence < SURE_CONFIDENCE for word in words):
        return False
    gaps = [
        after.box.left - before.box.left - before.box.width for before, after in pairwise(words)
    ]
    if max(gaps, default=0) > WIDEST_SPACE * line.height:
        return False
    start, end = text.starts[line.first], text.ends[line.last - 1]
    is_label_last = any(
        label.start >= start and not text.folded[label.end : end].strip(" .:")
        for label in text.labels
        if label.start < end
    )
    return line.right >= margin - ROOM * line.height or not is_label_last


def lines_for(
    text: PageText,
    lines: Sequence[Line],
    wanted: frozenset[AgreementField],
    doubted: Sequence[ReadField],
) -> set[int]:
    """Return which lines may hold a wanted value."""
    of_word = {at: order for order, line in enumerate(lines) for at in range(line.first, line.last)}
    found: set[int] = set()
    for place, before in _announced(text, lines, of_word, wanted):
        at = of_word[text.word_at(place)]
        found |= {at, *_under(text, lines, at)}
        if before and at > 0:
            found.add(at - 1)
    for field in doubted:
        found |= set(at_box(text, lines, field.box))
    if AgreementField.RUC in wanted:
        found |= {
            of_word[at]
            for at, word in enumerate(text.words)
            if sum(map(str.isdigit, word.text)) >= LONG_DIGITS
        }
    return found


def _announced(
    text: PageText,
    lines: Sequence[Line],
    of_word: dict[int, int],
    wanted: frozenset[AgreementField],
) -> Iterator[tuple[int, bool]]:
    """Yield where in the text something announces a wanted value, and whether also before it."""
    kinds = {Announces(field.value) for field in wanted}
    for label in text.labels:
        is_holder = label.announces is Announces.HOLDER
        if label.announces in kinds and not (is_holder and _begins_prose(text, label.end)):
            yield label.start, is_holder
    if AgreementField.NUMBER in wanted:
        top, bottom = (edge(line.level for line in lines) for edge in (min, max))
        lowest = top + UPPER_PART * (bottom - top)
        for match in _HEADING.finditer(text.folded):
            if lines[of_word[text.word_at(match.start())]].level < lowest:
                yield match.start(), False
    if wanted != {AgreementField.NUMBER}:
        yield from _persons(text, lines, of_word, wanted)


def _persons(
    text: PageText,
    lines: Sequence[Line],
    of_word: dict[int, int],
    wanted: frozenset[AgreementField],
) -> Iterator[tuple[int, bool]]:
    """Yield where a RUC or a holder is announced, however badly; a name may stand before a RUC."""
    is_holder_wanted = AgreementField.HOLDER in wanted
    for match in _RUC.finditer(text.folded):
        line = lines[of_word[text.word_at(match.start())]]
        is_form = line.last - line.first <= FEW_WORDS
        if AgreementField.RUC in wanted or not is_form:
            yield match.start(), is_holder_wanted and not is_form
    for match in holder.INTRODUCTION.finditer(text.folded) if is_holder_wanted else ():
        if not _begins_prose(text, match.end()):
            yield match.start(), False


def _begins_prose(text: PageText, place: int) -> bool:
    """Whether a sentence and no name goes on after a label: its next word is in small letters."""
    at = text.word_at(place)
    if text.starts[at] < place - 1:
        at += 1
    if at >= len(text.words) or text.starts[at] in text.line_starts:
        return False
    word = text.words[at].text
    return word[:1].islower() and len(word) > 3  # noqa: PLR2004 -- «a la»


def _under(text: PageText, lines: Sequence[Line], at: int) -> Iterator[int]:
    """Yield the lines right under one, as far as they stand under it."""
    step = text.leading or ONE_LINE * text.usual_height
    for other, line in enumerate(lines):
        down = line.level - lines[at].level
        is_under = line.left < lines[at].right and line.right > lines[at].left
        if is_under and line.height / 2 < down <= NEXT_LINE * step:
            yield other


def at_box(text: PageText, lines: Sequence[Line], box: Box) -> Iterator[int]:
    """Yield the lines on which a value stands."""
    level = box.top + box.height / 2 - text.slope * (box.left + box.width / 2)
    for at, line in enumerate(lines):
        is_level = abs(line.level - level) < SAME_LEVEL * line.height
        if is_level and line.left < box.left + box.width and line.right > box.left:
            yield at
