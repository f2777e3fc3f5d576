"""The artisan's activity as the paper words it."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from review_service.domain.folding import capitals, squeeze
from review_service.domain.reports import AgreementField, ReadField, Word
from workers.judging.paper.words import unbroken
from workers.judging.prior.choice import Evidence, Reading, chosen
from workers.judging.prior.text import Cell, PageText

MOST_WORDS: Final = 24
MOST_PLACES: Final = 8
_PHRASE: Final = re.compile(
    r"\b(?:(?:EN|PARA|POR|A) (?:LA|SU) ACTIVIDAD(?:[ .]ARTESANAL)?(?: DE(?: LA)?\b)?|"
    r"ACTIVIDAD(?:[ .]ARTESANAL)? ?:|RAMA(?: ARTESANAL)? DE|EN LA RAMA DE) ?"
)
_STOPS: Final = frozenset({"ARTICULO", "ART", "DADO", "DADA", "CON", "RUC"})
"""Words that begin another sentence, where the stop before them was not read."""
_LINKS: Final = frozenset({"DE", "DEL", "LA", "EL", "LOS", "LAS", "Y", "EN"})
_LABEL_CELL: Final = re.compile(
    r"(?:ACTIVIDAD(?:ES)?(?: (?:ARTESANAL|PRINCIPAL|ECONOMICA))?|RAMA(?: ARTESANAL)?|OFICIO)"
    r"[^A-Z0-9]{0,4}"
)


def read(texts: Sequence[PageText]) -> ReadField | None:
    """Return the activity, up to the end of its sentence or cell."""
    return chosen(AgreementField.ACTIVITY, _readings(texts), same=_is_same)


def _is_same(one: str, other: str) -> bool:
    """Whether one is the other, or the part of it that stands on one line."""
    first, second = squeeze(one), squeeze(other)
    return first in second or second in first


def _readings(texts: Sequence[PageText]) -> Iterator[Reading]:
    for text in texts:
        for cell in text.cells:
            if _LABEL_CELL.fullmatch(cell.folded):
                value = text.right_of(cell) or text.below(cell)
                if value and value.folded.split()[0] not in _LINKS:
                    yield _reading(_lines(text, cell, value), text, Evidence.TITLE)
        for match in islice(_PHRASE.finditer(text.folded), MOST_PLACES):
            if text.folded[match.end() : match.end() + 1] in {".", ",", ";"}:
                continue
            first = sum(1 for begin in text.starts if begin < match.end())
            is_own_line = match.start() in text.line_starts and match[0].rstrip().endswith(":")
            words = _sentence(text, first, own_line=is_own_line)
            yield _reading(words, text, Evidence.LABELLED)


def _lines(text: PageText, label: Cell, value: Cell) -> list[Word]:
    """Return the words of a value, its second line in a table included."""
    words = list(value.words)
    if value.left >= label.right:
        words += text.second_line(label, text.below(value))
    return words


def _sentence(text: PageText, first: int, *, own_line: bool) -> list[Word]:
    """Return the words up to a stop; of a line of its own, up to the line's end."""
    words: list[Word] = []
    for index in range(first, min(first + MOST_WORDS, len(text.words))):
        if own_line and index > first and text.starts[index] in text.line_starts:
            break
        word = text.words[index]
        if capitals(word.text).strip(".:-") in _STOPS:
            break
        words.append(word)
        if word.text.endswith((".", ";", ",")) or (word.text.endswith(")") and len(words) > 1):
            break
    return words


def _reading(words: Sequence[Word], text: PageText, evidence: Evidence) -> Reading:
    value = " ".join(unbroken(words)).strip(" .,;:")
    return Reading(value=value, words=tuple(words), page=text.page, evidence=evidence)
