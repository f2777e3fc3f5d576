"""Which lines of a prior agreement are read a second time, and what comes of it.

Only a number, a RUC or a holder that was not read surely asks for it; lines where one stands or
should stand are read again, and sure ones of that page. Then the page is judged with every rule.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from review_service.domain.folding import capitals
from review_service.domain.prior_comparison import ACCUSING_CONFIDENCE
from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, Box, ReadField, Word
from workers.facts.second_look import MOST_GAPS, MOST_STRIPS, LineReadings, Strip
from workers.fields.prior import reading
from workers.fields.prior.consensus import agreed, is_denied
from workers.fields.prior.text import PageText, page_text
from workers.fields.prior.value_lines import (
    ONE_LINE,
    SAME_LEVEL,
    UPPER_PART,
    Line,
    at_box,
    is_legible,
    is_whole,
    lines_for,
    lines_of,
)

WANTED: Final = (AgreementField.NUMBER, AgreementField.RUC, AgreementField.HOLDER)
MOST_CONFIDENCE: Final = 64.0
"""Of a value that was read at a second look, 0 to 100: below ``ACCUSING_CONFIDENCE``, so that it
matches or says nothing, and below ``CERTAIN_CONFIDENCE``, so that it is no key by itself."""
LEAST_NEW: Final = 75.0
"""The least of a value that the first reading did not give, not even in doubt: below stand names
whose last word a stamp cut («IZA DELA TQ», at 63)."""
SKIPPED: Final = 1.55
"""Times the distance of two lines: how far down the next line is, and from where on one between was
not read."""
SAME_WIDTH: Final = 0.4
SAME_MIDDLE: Final = 0.5
"""Of the smaller word: how much two boxes of one word share, and how far apart they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A strip of one page, and the words of the first reading that stand in it."""

    page: int
    strip: Strip
    words: tuple[int, ...]
    """Their places among the words of the page's text."""
    before: int
    """Before which of these its words stand in reading order."""
    is_check: bool = False
    """Whether it is read only to see if a value that was read surely is denied."""


def unsure(fields: Sequence[ReadField]) -> frozenset[AgreementField]:
    """Return which of the values that can be looked at again were not read surely."""
    sure = {field.name for field in fields if field.confidence >= SURE_CONFIDENCE}
    return frozenset(field for field in WANTED if field.value not in sure)


def places(
    pages: Sequence[tuple[int, Sequence[Word]]], fields: Sequence[ReadField]
) -> tuple[Place, ...]:
    """Return the lines that are worth a second look; beside doubtful ones those of sure values."""
    wanted = unsure(fields)
    if not wanted:
        return ()
    found: list[Place] = []
    for number, words in pages:
        text = page_text(number, words)
        here = [field for field in fields if field.page == number]
        if text.words:
            found += _of_page(text, wanted, here)
    return tuple(found)


def read_again(
    pages: Sequence[tuple[int, Sequence[Word]]],
    fields: Sequence[ReadField],
    looks: Sequence[tuple[Place, LineReadings]],
) -> tuple[ReadField, ...]:
    """Return the fields after a second look, in the order of the paper.

    Only a value in doubt may change, for a sure one; a sure one that is denied accuses nobody.
    """
    again = []
    better: dict[str, ReadField] = {}
    for number, words in pages:
        here = [look for look in looks if look[0].page == number]
        text = page_text(number, words).words if here else ()
        told = [look for look in here if not look[0].is_check]
        again.append((number, _with(text, told) if told else words))
        better |= {
            field.name: replace(field, confidence=MOST_CONFIDENCE)
            for field in fields
            if field.page == number and _can_accuse(field)
            for place, read in here
            if is_denied([text[at] for at in place.words], field.box, read)
        }
    wanted = unsure(fields)
    former = {field.name: field.value for field in fields}
    better |= {
        field.name: replace(field, confidence=min(field.confidence, MOST_CONFIDENCE))
        for field in reading.read(again)
        if field.name in wanted
        and (field.confidence >= _least(field, former) or reading.is_held_down(field, again))
    }
    kept = [field for field in fields if field.name not in better]
    order = {field.value: place for place, field in enumerate(AgreementField)}
    return tuple(
        sorted([*kept, *better.values()], key=lambda field: order.get(field.name, len(order)))
    )


def _can_accuse(field: ReadField) -> bool:
    return field.name in WANTED and field.confidence >= ACCUSING_CONFIDENCE


def _least(field: ReadField, former: Mapping[str, str]) -> float:
    """Return how sure a value must be: surer where the first reading did not say the same."""
    is_same = capitals(former.get(field.name, "")) == capitals(field.value)
    return SURE_CONFIDENCE if is_same else LEAST_NEW


def _of_page(
    text: PageText, wanted: frozenset[AgreementField], fields: Sequence[ReadField]
) -> Iterator[Place]:
    lines = list(lines_of(text))
    doubted = [field for field in fields if field.name in wanted]
    chosen = lines_for(text, lines, wanted, doubted)
    margin = max(line.right for line in lines)
    broken = [lines[at] for at in sorted(chosen) if not is_whole(text, lines[at], margin)]
    read = [*broken[:MOST_STRIPS], *_gaps(text, lines, chosen, wanted)[:MOST_GAPS]]
    for line in read:
        yield _place(text, lines, line)
    if not read:  # a page that has nothing in doubt would take the place of one that has
        return
    sure = {at for field in fields if _can_accuse(field) for at in at_box(text, lines, field.box)}
    checked = [lines[at] for at in sorted(sure) if lines[at] not in read]
    for line in checked[: MOST_STRIPS + MOST_GAPS - len(read)]:
        yield replace(_place(text, lines, line), is_check=True)


def _gaps(
    text: PageText,
    lines: Sequence[Line],
    chosen: set[int],
    wanted: frozenset[AgreementField],
) -> list[Line]:
    """Return lines without a word: under a chosen one, or in the upper part of the page."""
    step = text.leading or ONE_LINE * text.usual_height
    top, bottom = (edge(line.level for line in lines) for edge in (min, max))
    found = []
    for at, line in enumerate(lines):
        is_upper = line.level < top + UPPER_PART * (bottom - top)
        if at not in chosen and not (is_upper and AgreementField.NUMBER in wanted):
            continue
        under = [
            other.level - line.level
            for other in lines
            if other.level - line.level > line.height / 2
            and other.left < line.right
            and other.right > line.left
        ]
        if min(under, default=0.0) > SKIPPED * step:
            level, height = line.level + step, text.usual_height
            found.append(replace(line, first=line.last, level=level, height=height))
    return found


def _place(text: PageText, lines: Sequence[Line], line: Line) -> Place:
    """Return the strip of a line, as far left and right as no legible word of another stands."""
    reach = SAME_LEVEL * max(line.height, text.usual_height)
    level = [at for at in range(len(text.words)) if abs(text.level(at) - line.level) < reach]
    own = range(line.first, line.last)
    others = [text.words[at].box for at in level if at not in own and is_legible(text, at)]
    margin, middle = round(line.height), (line.left + line.right) / 2
    left = min(one.left for one in lines) - margin
    right = max(one.right for one in lines) + margin
    left = max([left, *(box.left + box.width for box in others if box.left < middle)])
    right = min([right, *(box.left for box in others if box.left >= middle)])
    middles = {at: text.words[at].box.left + text.words[at].box.width / 2 for at in level}
    within = {at for at, across in middles.items() if left <= across <= right}
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


def _with(words: Sequence[Word], looks: Sequence[tuple[Place, LineReadings]]) -> list[Word]:
    """Return the words of a page with those in each strip as all readings give them."""
    gone: set[int] = set()
    added: dict[int, list[Word]] = {}
    for place, read in looks:
        own = [at for at in place.words if at not in gone]
        others = [word for at, word in enumerate(words) if at not in gone and at not in own]
        others += [word for line in added.values() for word in line]
        gone.update(own)
        boxes = {words[at].box for at in own}
        added.setdefault(place.before, []).extend(
            word
            for word in agreed([words[at] for at in own], read)
            if word.box in boxes or not any(_is_same(word.box, other.box) for other in others)
        )
    result: list[Word] = []
    for at in range(len(words) + 1):
        result += added.get(at, [])
        if at < len(words) and at not in gone:
            result.append(words[at])
    return result


def _is_same(box: Box, other: Box) -> bool:
    """Whether two boxes are of one word, read in two strips."""
    across = min(box.left + box.width, other.left + other.width) - max(box.left, other.left)
    apart = abs(box.top + box.height / 2 - other.top - other.height / 2)
    near = SAME_MIDDLE * min(box.height, other.height)
    return across > SAME_WIDTH * min(box.width, other.width) and apart < near
