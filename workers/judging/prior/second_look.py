"""Which lines of a prior agreement are read a second time, and what several readings say together.

Only a number, a RUC or a holder that was not read surely asks for it, and only lines where one
stands or should stand are read again.
"""

import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, Box, ReadField, Word
from workers.facts.second_look import MOST_GAPS, MOST_STRIPS, LineReadings, Strip
from workers.judging.paper.labels import Announces
from workers.judging.prior import reading
from workers.judging.prior.consensus import agreed
from workers.judging.prior.holder import INTRODUCTION as _INTRODUCTION
from workers.judging.prior.text import PageText, page_text

WANTED: Final = (AgreementField.NUMBER, AgreementField.RUC, AgreementField.HOLDER)
_HEADING: Final = re.compile(r"\b(?:A[CG]U[EF]R|INTER ?MINIS)|\bN(?:RO|O)\b[ .:]{1,2}(?=[A-Z0-9-]*\d)")
_RUC: Final = re.compile(r"\b[RBP] ?\.? ?[UVO] ?\.? ?[CGE6]\b")
_LONG_DIGITS: Final = 7
NEAR_LINE: Final = 2.4
"""Times the distance of two lines: further below its label no value begins."""
SAME_LEVEL: Final = 0.6
MARGIN: Final = 1.0
"""Of a letter's height: left and right of a line."""
UPPER_PART: Final = 0.45
LEGIBLE: Final = 60.0
WIDEST_SPACE: Final = 1.7
ROOM: Final = 4.0
SKIPPED: Final = 1.55
SAME_WIDTH: Final = 0.4
SAME_MIDDLE: Final = 0.5
FEW_WORDS: Final = 4
MOST_CONFIDENCE: Final = 89.0
"""Of a value that was read at a second look, 0 to 100: below ``CERTAIN_CONFIDENCE``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A strip of one page, and the words of the first reading that stand in it."""

    page: int
    strip: Strip
    words: tuple[int, ...]
    """Their places among the words of the page's text."""
    before: int
    """Before which of them its words stand in reading order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of a page: its words' indices, and where it stands, as if no line fell."""

    first: int
    last: int
    left: int
    right: int
    level: float
    height: float


def unsure(fields: Sequence[ReadField]) -> frozenset[AgreementField]:
    """Return which of the values that can be looked at again were not read surely."""
    sure = {field.name for field in fields if field.confidence >= SURE_CONFIDENCE}
    return frozenset(field for field in WANTED if field.value not in sure)


def places(
    pages: Sequence[tuple[int, Sequence[Word]]], fields: Sequence[ReadField]
) -> tuple[Place, ...]:
    """Return which lines are worth a second look; none where all three values were read surely."""
    wanted = unsure(fields)
    if not wanted:
        return ()
    found: list[Place] = []
    for number, words in pages:
        text = page_text(number, words)
        boxes = [field for field in fields if field.page == number and field.name in wanted]
        if text.words:
            found += _of_page(text, wanted, boxes)
    return tuple(found)


def _of_page(
    text: PageText, wanted: frozenset[AgreementField], read: Sequence[ReadField]
) -> Iterator[Place]:
    lines = list(_lines(text))
    chosen = _lines_for(text, lines, wanted, read)
    step = text.leading or 1.7 * text.usual_height
    gaps = _gaps(text, lines, chosen, step, wanted)
    margin = max(line.right for line in lines)
    broken = [lines[at] for at in sorted(chosen) if not _is_whole(text, lines[at], margin)]
    for line in broken[:MOST_STRIPS]:
        yield _place(text, lines, line)
    for line in gaps[:MOST_GAPS]:
        yield _place(text, lines, line)


def _lines(text: PageText) -> Iterator[_Line]:
    starts = [at for at, start in enumerate(text.starts) if start in text.line_starts]
    for first, last in zip(starts, [*starts[1:], len(text.words)], strict=True):
        boxes = [text.words[at].box for at in range(first, last)]
        usual = text.usual_height
        # what a stamp or ink left is no measure of where the line stands
        legible = [at for at in range(first, last) if _is_legible(text, at)]
        heights = [text.words[at].box.height for at in legible]
        yield _Line(
            first=first,
            last=last,
            left=min(box.left for box in boxes),
            right=max(box.left + box.width for box in boxes),
            level=statistics.median(text.level(at) for at in legible or range(first, last)),
            height=max(statistics.median(heights), 0.7 * usual) if heights else usual,
        )


def _is_whole(text: PageText, line: _Line, margin: int) -> bool:
    """Whether every word of a line was read surely and no room is left for another."""
    words = text.words[line.first : line.last]
    if any(word.confidence < SURE_CONFIDENCE for word in words):
        return False
    gaps = [after.box.left - before.box.left - before.box.width for before, after in pairwise(words)]
    if max(gaps, default=0) > WIDEST_SPACE * line.height:
        return False
    ends = text.ends[line.last - 1]
    is_label_last = any(
        label.start >= text.starts[line.first] and ends - 3 <= label.end <= ends
        for label in text.labels
    )
    return line.right >= margin - ROOM * line.height or not is_label_last


def _lines_for(
    text: PageText,
    lines: Sequence[_Line],
    wanted: frozenset[AgreementField],
    read: Sequence[ReadField],
) -> set[int]:
    """Return which lines may hold a wanted value."""
    of_word = {at: order for order, line in enumerate(lines) for at in range(line.first, line.last)}

    def line_at(place: int) -> int:
        return of_word[text.word_at(place)]

    top, bottom = (edge(line.level for line in lines) for edge in (min, max))
    found: set[int] = set()
    kinds = {Announces(field.value) for field in wanted}
    for label in text.labels:
        if label.announces in kinds:
            at = line_at(label.start)
            if label.announces is Announces.HOLDER and _begins_prose(text, label.end):
                continue
            found |= {at, *_below(lines, at, text)}
            if label.announces is Announces.HOLDER and at > 0:
                found.add(at - 1)
    if AgreementField.NUMBER in wanted:
        for match in _HEADING.finditer(text.folded):
            at = line_at(match.start())
            if lines[at].level < top + UPPER_PART * (bottom - top):
                found |= {at, *_below(lines, at, text)}
    if wanted & {AgreementField.RUC, AgreementField.HOLDER}:
        for match in _RUC.finditer(text.folded):
            at = line_at(match.start())
            is_form = lines[at].last - lines[at].first <= FEW_WORDS
            if is_form and AgreementField.RUC not in wanted:
                continue
            found |= {at, *_below(lines, at, text)}
            if AgreementField.HOLDER in wanted and at > 0 and not is_form:
                found.add(at - 1)
    if AgreementField.HOLDER in wanted:
        for match in _INTRODUCTION.finditer(text.folded):
            if _begins_prose(text, match.end()):
                continue
            at = line_at(match.start())
            found |= {at, *_below(lines, at, text)}
    for field in read:
        middle = field.box.top + field.box.height / 2
        middle -= text.slope * (field.box.left + field.box.width / 2)
        found |= {
            at
            for at, line in enumerate(lines)
            if abs(line.level - middle) < SAME_LEVEL * line.height
            and line.left < field.box.left + field.box.width
            and line.right > field.box.left
        }
    if AgreementField.RUC in wanted:
        for at, word in enumerate(text.words):
            if sum(map(str.isdigit, word.text)) >= _LONG_DIGITS:
                found.add(of_word[at])
    return found


def _begins_prose(text: PageText, place: int) -> bool:
    """Whether a sentence and no name goes on after a label: its next word is in small letters."""
    at = text.word_at(place)
    if text.starts[at] < place - 1:
        at += 1
    if at >= len(text.words) or text.starts[at] in text.line_starts:
        return False
    word = text.words[at]
    return word.text[:1].islower() and len(word.text) > 3  # noqa: PLR2004 -- «a la»


def _below(lines: Sequence[_Line], at: int, text: PageText) -> Iterator[int]:
    """Yield the lines right under one, as far as they stand under it."""
    step = text.leading or 1.7 * text.usual_height
    for other, line in enumerate(lines):
        down = line.level - lines[at].level
        is_under = line.left < lines[at].right and line.right > lines[at].left
        if 0.5 * line.height < down <= 1.3 * step and is_under:
            yield other


def _gaps(
    text: PageText,
    lines: Sequence[_Line],
    chosen: set[int],
    step: float,
    wanted: frozenset[AgreementField],
) -> list[_Line]:
    """Return lines without a word: under a chosen one, or in the upper part of the page."""
    top = min(line.level for line in lines)
    bottom = max(line.level for line in lines)
    found = []
    for at, line in enumerate(lines):
        is_upper = line.level < top + UPPER_PART * (bottom - top)
        if at not in chosen and not (is_upper and AgreementField.NUMBER in wanted):
            continue
        under = [
            other.level - line.level
            for other in lines
            if other.level - line.level > 0.5 * line.height
            and other.left < line.right
            and other.right > line.left
        ]
        if min(under, default=0.0) > SKIPPED * step:
            found.append(
                replace(line, first=line.last, level=line.level + step, height=text.usual_height)
            )
    return found


def _place(text: PageText, lines: Sequence[_Line], line: _Line) -> Place:
    """Return the strip of a line, as far left and right as no legible word of another stands."""
    reach = SAME_LEVEL * max(line.height, text.usual_height)
    level = [at for at in range(len(text.words)) if abs(text.level(at) - line.level) < reach]
    own = range(line.first, line.last)
    others = [text.words[at].box for at in level if at not in own and _is_legible(text, at)]
    margin = round(MARGIN * line.height)
    middle = (line.left + line.right) / 2
    left = min(one.left for one in lines) - margin
    right = max(one.right for one in lines) + margin
    left = max([left, *(box.left + box.width for box in others if box.left < middle)])
    right = min([right, *(box.left for box in others if box.left >= middle)])
    within = [
        at
        for at in level
        if at in own
        or left <= text.words[at].box.left + text.words[at].box.width / 2 <= right
    ]
    return Place(
        page=text.page,
        strip=Strip(
            left=max(0, min(left, line.left)),
            right=max(right, line.right),
            middle=line.level,
            height=line.height,
            slope=text.slope,
        ),
        words=tuple(sorted({*own, *within})),
        before=line.first,
    )


def _is_legible(text: PageText, at: int) -> bool:
    word = text.words[at]
    return (
        word.confidence >= LEGIBLE
        and sum(map(str.isalnum, word.text)) > 1
        and 0.6 * text.usual_height <= word.box.height <= 1.5 * text.usual_height
    )


def read_again(
    pages: Sequence[tuple[int, Sequence[Word]]],
    fields: Sequence[ReadField],
    looks: Sequence[tuple[Place, LineReadings]],
) -> tuple[ReadField, ...]:
    """Return the fields after a second look: only those that were not read surely may change."""
    again = [
        (number, _with(page_text(number, words).words, [look for look in looks if look[0].page == number]))
        for number, words in pages
    ]
    wanted = {field.value for field in unsure(fields)}
    better = {
        field.name: replace(field, confidence=min(field.confidence, MOST_CONFIDENCE))
        for field in reading.read(again)
        if field.name in wanted and field.confidence >= SURE_CONFIDENCE
    }
    return merged(fields, better)


def merged(
    fields: Sequence[ReadField], better: Mapping[str, ReadField]
) -> tuple[ReadField, ...]:
    order = [field.value for field in AgreementField]
    kept = [field for field in fields if field.name not in better]
    return tuple(sorted(
        [*kept, *better.values()],
        key=lambda field: order.index(field.name) if field.name in order else len(order),
    ))


def _with(words: Sequence[Word], looks: Sequence[tuple[Place, LineReadings]]) -> list[Word]:
    """Return the words of a page with those in each strip as all readings give them."""
    gone: set[int] = set()
    added: dict[int, list[Word]] = {}
    for place, readings in looks:
        own = [at for at in place.words if at not in gone]
        others = [word for at, word in enumerate(words) if at not in own and at not in gone]
        others += [word for line in added.values() for word in line]
        gone.update(own)
        line = agreed([words[at] for at in own], readings)
        was_own = {words[at].box for at in own}
        added.setdefault(place.before, []).extend(
            word
            for word in line
            if word.box in was_own or not any(_is_on(word.box, other.box) for other in others)
        )
    result: list[Word] = []
    for at in range(len(words) + 1):
        result += added.get(at, [])
        if at < len(words) and at not in gone:
            result.append(words[at])
    return result


def _is_on(box: Box, other: Box) -> bool:
    """Whether two boxes are of one word, read in two strips."""
    across = min(box.left + box.width, other.left + other.width) - max(box.left, other.left)
    apart = abs(box.top + box.height / 2 - other.top - other.height / 2)
    return (
        across > SAME_WIDTH * min(box.width, other.width)
        and apart < SAME_MIDDLE * min(box.height, other.height)
    )
