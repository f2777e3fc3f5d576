"""The RUC of a prior agreement: thirteen digits whose check digit or structure holds."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from review_service.domain.reports import AgreementField, ReadField, Word
from review_service.domain.ruc import RucKind, check_ruc
from workers.judging.prior.choice import Evidence, Reading, chosen
from workers.judging.prior.digits import DIGIT, as_digits, is_mended
from workers.judging.prior.text import Cell, PageText

_THIRTEEN: Final = rf"(?P<value>{DIGIT}(?:[ .\-\u2010-\u2015]?{DIGIT}){{12}})"
LABEL: Final = r"\bR ?\.? ?U ?\.? ?C\b ?\.? ?(?:NRO|NO|NUM|NUMERO|N)?\b ?[^A-Z0-9]{0,4} ?"
LABELLED: Final = re.compile(rf"{LABEL}{_THIRTEEN}(?![A-Z0-9])")
ALONE: Final = re.compile(rf"(?<![A-Z0-9]){_THIRTEEN}(?![A-Z0-9])")
_LABEL_CELL: Final = re.compile(
    r"(?:R ?\.? ?U ?\.? ?C ?\.?|REGISTRO UNICO DE CONTRIBUYENTES)(?: ?(?:NRO|NO|NUM|NUMERO|N))?"
    r"[^A-Z0-9]{0,4}"
)
LEAST_DIGITS: Final = 9
"""Of thirteen signs; with fewer the rest could be a word."""


def read(texts: Sequence[PageText]) -> ReadField | None:
    """Return the RUC of the holder."""
    return chosen(AgreementField.RUC, _readings(texts))


def _readings(texts: Sequence[PageText]) -> Iterator[Reading]:
    for text in texts:
        for pattern, evidence in ((LABELLED, Evidence.LABELLED), (ALONE, Evidence.ALONE)):
            for match in pattern.finditer(text.folded):
                words = text.between(*match.span("value"))
                yield from _judged(match, words, text.page, evidence)
        for cell in text.cells:
            if _LABEL_CELL.fullmatch(cell.folded):
                yield from _beside(text, cell)


def _beside(text: PageText, label: Cell) -> Iterator[Reading]:
    for value in (text.right_of(label), text.below(label)):
        found = ALONE.search(value.folded) if value else None
        if value is not None and found is not None:
            yield from _judged(found, value.words, text.page, Evidence.LABELLED)


def _judged(
    match: re.Match[str], words: tuple[Word, ...], page: int, evidence: Evidence
) -> Iterator[Reading]:
    digits = proven(match["value"])
    if digits:
        mended = is_mended(match["value"])
        yield Reading(value=digits, words=words, page=page, evidence=evidence, is_mended=mended)


def proven(raw: str) -> str | None:
    """Return thirteen digits that can be a RUC; letters only where a check digit holds."""
    squeezed = re.sub(r"[^A-Z0-9]", "", raw)
    if sum(map(str.isdigit, squeezed)) < LEAST_DIGITS:
        return None
    judged = check_ruc(as_digits(squeezed))
    if judged.problem is not None or (is_mended(squeezed) and judged.kind is RucKind.COMPANY):
        return None
    return judged.digits
