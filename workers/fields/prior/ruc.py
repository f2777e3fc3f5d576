"""The RUC of a prior agreement: thirteen digits whose check digit or structure holds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from review_service.domain.reports import AgreementField, ReadField, Word
from review_service.domain.ruc import RucKind, check_ruc
from workers.fields.paper.owners import LOOK_BACK, is_of_other, is_of_public_body
from workers.fields.paper.words import around
from workers.fields.prior.beside import (
    below_value,
    follows,
    label_between,
    label_text,
    right_value,
)
from workers.fields.prior.choice import Evidence, Reading, chosen
from workers.fields.prior.digits import DIGIT, as_digits, is_mended
from workers.fields.prior.text import Cell, PageText

_THIRTEEN: Final = rf"(?P<value>{DIGIT}(?:[ .\-\u2010-\u2015]?{DIGIT}){{12}})"
LABEL: Final = r"\bR ?\.? ?U ?\.? ?C\b ?\.? ?(?:NRO|NO|NUM|NUMERO|N)?\b ?[^A-Z0-9]{0,4} ?"
LABELLED: Final = re.compile(rf"{LABEL}{_THIRTEEN}(?![A-Z0-9])")
ALONE: Final = re.compile(rf"(?<![A-Z0-9]){_THIRTEEN}(?![A-Z0-9])")
_LABEL_CELL: Final = re.compile(
    r"(?:R ?\.? ?U ?\.? ?C ?\.?|REGISTRO UNICO DE CONTRIBUYENTES)(?: ?(?:NRO|NO|NUM|NUMERO|N))?"
    r"[^A-Z0-9]{0,4}"
)
_NEAR_LABEL: Final = re.compile(
    r"(?:^|[^A-Z])[RBP] ?\.? ?[UVO] ?\.? ?[CGE6] ?\.?"
    r"[^A-Z]{0,4}(?:NRO|NO|NUM|N)?[^A-Z]{0,6}$"
)
"""What OCR makes of the label in a poor scan; right before a number that its check digit proves."""
LONGEST_LABEL: Final = 24
LEAST_DIGITS: Final = 9
"""Of thirteen signs; with fewer the rest could be a word."""
_HEADING: Final = re.compile(r"\bACUERDO\b")
UPPER_PART: Final = 0.4
"""Of the height of what is written on a page: lower down no line is its heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one RUC stands that can be the holder's."""

    start: int
    """In the folded text."""
    label: str
    """As printed; empty without one."""
    reading: Reading


def read(texts: Sequence[PageText]) -> ReadField | None:
    """Return the RUC of the holder; that of a public body or of another is not read."""
    return chosen(AgreementField.RUC, readings(texts))


def readings(texts: Sequence[PageText]) -> Iterator[Reading]:
    """Yield every reading of it that the pages give."""
    for text in texts:
        for place in places(text):
            yield place.reading
        for cell in text.cells:
            if _LABEL_CELL.fullmatch(cell.folded):
                yield from _beside(text, cell)


def places(text: PageText) -> Iterator[Place]:
    """Yield the numbers of a page that are RUCs and can be the holder's, each once."""
    labelled = {match.start("value"): match for match in LABELLED.finditer(text.folded)}
    for match in ALONE.finditer(text.folded):
        digits = proven(match["value"])
        if digits is None:
            continue
        known = labelled.get(match.start("value"))
        begins = known.start() if known else match.start("value")
        label = _label(text, known, match.start("value"))
        if _is_of_another(text, digits, begins):
            continue
        yield Place(
            start=match.start("value"),
            label=label,
            reading=Reading(
                value=digits,
                words=text.between(*match.span("value")),
                page=text.page,
                evidence=Evidence.LABELLED if label else Evidence.ALONE,
                label=label,
                is_mended=is_mended(match["value"]),
            ),
        )


def _label(text: PageText, labelled: re.Match[str] | None, place: int) -> str:
    """Return the label right before a RUC as printed; empty when there is none."""
    if labelled is not None:
        is_beside = follows(text, labelled.start("value") - 1, labelled.start("value"))
        ends = labelled.start("value")
        return label_between(text, labelled.start(), ends) if is_beside else ""
    near = _NEAR_LABEL.search(text.folded, max(0, place - LONGEST_LABEL), place)
    return label_between(text, near.start(), place) if near else ""


def _is_of_another(text: PageText, digits: str, place: int) -> bool:
    """Whether a RUC is a public body's, stands over the heading, or beside words of another."""
    if is_of_public_body(digits):
        return True
    at = text.word_at(place)
    word = text.words[at]
    if text.starts[at] in text.line_starts or _begins_cell(text, word):
        before = ""
    else:
        before = text.folded[max(0, place - LOOK_BACK) : place]
    if is_of_other(before):
        return True
    title = _title(text)
    return title is not None and word.box.top + word.box.height < title.box.top


def _title(text: PageText) -> Word | None:
    """Return the first word of the page's heading: what stands over it is the letterhead."""
    page = around(text.words)
    for heading in _HEADING.finditer(text.folded):
        word = text.words[text.word_at(heading.start())]
        if heading.start() in text.line_starts:
            return word if word.box.top < page.top + UPPER_PART * page.height else None
    return None


def _begins_cell(text: PageText, word: Word) -> bool:
    cell = text.cell_of.get(id(word))
    return cell is not None and cell.words[0] is word


def _beside(text: PageText, label: Cell) -> Iterator[Reading]:
    """Yield the RUC beside or below a cell that is nothing but its label."""
    for value in (right_value(text, label), below_value(text, label)):
        found = ALONE.search(value.folded) if value else None
        if value is None or found is None:
            continue
        digits = proven(found["value"])
        if digits and not _is_of_another(text, digits, text.offset_of(label)):
            yield Reading(
                value=digits,
                words=value.words,
                page=text.page,
                evidence=Evidence.LABELLED,
                label=label_text(label),
                is_mended=is_mended(found["value"]),
            )


def proven(raw: str) -> str | None:
    """Return thirteen digits that can be a RUC; letters only where a check digit holds."""
    squeezed = re.sub(r"[^A-Z0-9]", "", raw)
    if sum(map(str.isdigit, squeezed)) < LEAST_DIGITS:
        return None
    judged = check_ruc(as_digits(squeezed))
    if judged.problem is not None or (is_mended(squeezed) and judged.kind is RucKind.COMPANY):
        return None
    return judged.digits
