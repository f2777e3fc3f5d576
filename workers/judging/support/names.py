"""Reads whose document of the emprendedor track it is: the name after a label, up to its end.

Where a name ends is told by words, or by where its line stands on the page: the last line of a
paragraph has room for another word, and the next paragraph stands further below. Where the two
signs do not agree, the name is read, but in doubt.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum, auto
from itertools import pairwise
from typing import Final

from review_service.domain.documents import SupportKind
from review_service.domain.folding import squeeze
from review_service.domain.reports import SURE_CONFIDENCE, ReadField, SupportField, Word
from workers.fields.paper.labels import labels_between
from workers.fields.paper.rows import WIDEST_SPACE
from workers.fields.paper.words import middle
from workers.judging.support.lines import COLUMN, PageLines

HOLDER: Final = re.compile(
    r"\b(?P<label>RAZON\s+SOCIAL(?:\s*/\s*NOMBRES?)?|APELLIDOS\s+Y\s+NOMBRES"
    r"(?:\s*/\s*RAZON\s+SOCIAL\.?)?(?!\s*\n)|EMPLEADORA?|PATRONO|"
    r"(?<!ESTIMADO )(?<!ESTIMADA )(?<!ESTIMADO\(A\) )CONTRIBUYENTE|SUJETO\s+PASIVO|"
    r"EMPRESA|A\s+NOMBRE\s+DE|"
    r"(?:COMPANIA|SOCIEDAD|ASOCIACION)\s+DENOMINADA|DENOMINADA|DENOMINACION)"
    r"(?:\s*\(A\))?\s*(?P<colon>:?)[ \n]+(?P<value>[^\n]{3,120}(?P<more>\n[^\n]{0,80})?)"
)
_NAMES_ONLY: Final = re.compile(r"RAZON\s+SOCIAL|APELLIDOS\s+Y\s+NOMBRES|A\s+NOMBRE\s+DE")
"""Labels that no sentence holds: «el empleador debe» names nobody."""
MOST_CANDIDATES: Final = 3
_OF_A_PERSON: Final = re.compile(r"APELLIDOS\s+Y\s+NOMBRES\s*")
_HOLDER_ENDS: Final = re.compile(
    r"\s*(?:,?\s*\b(?:CON|R\.?\s?U\.?\s?C|IDENTIFICAD[OA]|CEDULA|NUMERO|NRO|QUE|NO\s+REGISTRA"
    r"|REGISTRA|TIENE|HA|SE)\b|[,;:]|\d{6,}).*"
)
_NEW_SENTENCE: Final = re.compile(r"(?:EL|SE|QUE|SEGUN|POR)\b")
DOUBT_PENALTY: Final = 100.0 - SURE_CONFIDENCE + 1
"""Taken from the confidence of a name whose end is not sure: no reading makes it sure again."""
SPACE: Final = 0.4
"""Of a word's height: what is left free before the next word of a line."""
APART: Final = 1.25
"""Times the distance of two lines of one paragraph: further below begins another one."""
INDENT: Final = 2.0
"""Of a word's height: a line that begins so far right of a label stands in the cell beside it."""


class _LineEnd(Enum):
    """What follows from where a line and the next one stand."""

    ENDS = auto()
    GOES_ON = auto()
    UNSURE = auto()


def holder(pages: Sequence[PageLines], kind: SupportKind) -> ReadField | None:
    """Return the first name with its label, in doubt where another stands beside such a label.

    What heads the names in a payroll is none.
    """
    found = _names(pages, kind)
    first, _ = next(found, (None, False))
    if first is None:
        return None
    others = {
        field.value: field
        for field, is_named in found
        if is_named and field.confidence >= SURE_CONFIDENCE and not _is_same(field, first)
    }
    if not others or first.confidence < SURE_CONFIDENCE or kind is SupportKind.DEED:
        return first
    doubt = max(0.0, first.confidence - DOUBT_PENALTY)
    return replace(first, confidence=doubt, candidates=tuple(others)[:MOST_CANDIDATES])


def _names(pages: Sequence[PageLines], kind: SupportKind) -> Iterator[tuple[ReadField, bool]]:
    """Yield the names with a label, and whether the label can be nothing but a name's."""
    for page in pages:
        for match in HOLDER.finditer(page.folded):
            if kind is SupportKind.PAYROLL and _OF_A_PERSON.fullmatch(match["label"]):
                continue
            text, ends = _name_in(page, match)
            start = match.start("value")
            if any(label.start == start for label in page.labels):
                continue  # what stands there announces another value: this one was not read
            words = page.between(start, start + len(text))
            parted = labels_between(page.labels, start, start + len(text))
            is_sure = (
                ends and not parted and not _begins_above(page, match) and not _is_parted(words)
            )
            value = " ".join(word.text for word in words).strip(" ,;:\"«»'“”")
            if len(text.split()) > 1 and not any(sign.isdigit() for sign in text):
                field = page.field(
                    SupportField.HOLDER.value,
                    value,
                    start,
                    start + len(text),
                    penalty=0.0 if is_sure else DOUBT_PENALTY,
                    label=page.printed(*match.span("label")),
                )
                yield field, bool(match["colon"]) or _NAMES_ONLY.match(match["label"]) is not None


def _is_same(one: ReadField, other: ReadField) -> bool:
    """Whether one name is the other, or a part of it."""
    first, second = squeeze(one.value), squeeze(other.value)
    return first in second or second in first


def _name_in(page: PageLines, match: re.Match[str]) -> tuple[str, bool]:
    """Return the name after a label, and whether its end is sure."""
    first, *rest = match["value"].split("\n")
    start = match.start("value")
    is_form = bool(match["colon"]) or _is_beside(page, match)
    if is_form and (cell := _cell(page, start, len(first))) < len(first):
        return first[:cell].rstrip(), not _is_broken(page, match)
    if ending := _HOLDER_ENDS.search(first):
        return first[: ending.start()], not _is_label(ending)
    if not rest or _NEW_SENTENCE.match(rest[0]):
        return first.rstrip(), True
    line_end = _line_end(page, match, is_form=is_form)
    if line_end is _LineEnd.ENDS:
        return first.rstrip(), True
    if not is_form and (later := _HOLDER_ENDS.search(rest[0])):
        whole = f"{first}\n{rest[0][: later.start()]}".rstrip(" \n")
        return whole, line_end is _LineEnd.GOES_ON and not _is_label(later)
    return first.rstrip(), False


def _is_label(ending: re.Match[str]) -> bool:
    """Whether a name was cut at a colon: what stands before it is, in part, another label."""
    return ending[0].lstrip().startswith(":")


def _is_broken(page: PageLines, match: re.Match[str]) -> bool:
    """Whether a cell that is not the last of its row may go on below it."""
    line, following = page.lines_at(match.start("value"))
    return bool(following) and middle(following[0]) - middle(line[0]) <= APART * page.leading


def _is_parted(words: Sequence[Word]) -> bool:
    """Whether two words of a line stand further apart than words do: a column may part them."""
    return any(
        word.box.left - (former.box.left + former.box.width) > COLUMN * word.box.height
        for former, word in pairwise(words)
    )


def _begins_above(page: PageLines, match: re.Match[str]) -> bool:
    """Whether a cell has a line above that of its label, as where labels stand in the middle."""
    line, _ = page.lines_at(match.start())
    start = page.folded.rfind("\n", 0, match.start())
    if start < 0:
        return False
    above, _ = page.lines_at(start - 1)
    label = page.between(match.start(), match.start() + 1)[0].box
    is_apart = middle(line[0]) - middle(above[0]) > APART * page.leading
    return not is_apart and above[0].box.left - label.left > INDENT * label.height


def _is_beside(page: PageLines, match: re.Match[str]) -> bool:
    """Whether the name stands in a cell of its own beside the label, or below it."""
    label = page.between(match.start(), match.start("value"))[-1].box
    value = page.between(match.start("value"), match.start("value") + 1)[0].box
    return value.left - (label.left + label.width) > COLUMN * value.height


def _cell(page: PageLines, start: int, length: int) -> int:
    """Return how many characters of a line stand in one cell: up to the first wide gap."""
    words = page.between(start, start + length)
    for former, word in pairwise(words):
        gap = word.box.left - (former.box.left + former.box.width)
        if gap > WIDEST_SPACE * max(former.box.height, word.box.height):
            return page.starts[page.words.index(word)] - start
    return length


def _line_end(page: PageLines, match: re.Match[str], *, is_form: bool) -> _LineEnd:
    """Return whether the line in which a name begins ends with it, by where the next one stands."""
    line, following = page.lines_at(match.start("value"))
    if not following:
        return _LineEnd.ENDS
    last, begins = line[-1].box, following[0].box
    room = page.right - (last.left + last.width)
    is_full = room <= begins.width + SPACE * begins.height
    is_apart = middle(following[0]) - middle(line[0]) > APART * page.leading
    if is_form:
        label = page.between(match.start(), match.start() + 1)[0].box
        is_below_it = begins.left - label.left > INDENT * begins.height
        is_one = is_below_it or (is_full and not is_apart)
        return _LineEnd.UNSURE if is_one else _LineEnd.ENDS
    if is_full is is_apart:
        return _LineEnd.UNSURE
    return _LineEnd.GOES_ON if is_full else _LineEnd.ENDS
