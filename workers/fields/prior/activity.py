"""The artisan's activity as the paper words it."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from review_service.domain.folding import capitals, squeeze
from review_service.domain.reports import AgreementField, ReadField, Word
from workers.fields.paper.labels import Announces
from workers.fields.paper.words import unbroken
from workers.fields.prior.beside import (
    below_value,
    follows,
    label_between,
    label_text,
    right_value,
    stretch,
)
from workers.fields.prior.choice import Evidence, Reading, chosen
from workers.fields.prior.text import Cell, PageText

MOST_WORDS: Final = 24
MOST_SIGNS: Final = 400
MOST_PLACES: Final = 8
_PHRASE: Final = re.compile(
    r"\b(?:(?:EN|PARA|POR|A) (?:LA|SU) ACTIVIDAD(?:[ .]ARTESANAL)?(?: DE(?: LA)?\b)?|"
    r"ACTIVIDAD(?:[ .]ARTESANAL)? ?:|RAMA(?: ARTESANAL)? DE|EN LA RAMA DE) ?"
)
_STOPS: Final = frozenset({"ARTICULO", "ART", "DADO", "DADA", "CON", "RUC"})
"""Words that begin another sentence, where the stop before them was not read."""
_LINKS: Final = frozenset({"DE", "DEL", "LA", "EL", "LOS", "LAS", "Y", "EN"})
_WORD: Final = re.compile(r"[^\W\d_]{4}")
_LABEL_CELL: Final = re.compile(
    r"(?:ACTIVIDAD(?:ES)?(?: (?:ARTESANAL|PRINCIPAL|ECONOMICA))?|RAMA(?: ARTESANAL)?|OFICIO)"
    r"[^A-Z0-9]{0,4}"
)


def read(texts: Sequence[PageText]) -> ReadField | None:
    """Return the activity, up to the end of its sentence or cell."""
    return chosen(AgreementField.ACTIVITY, readings(texts), same=_is_same)


def _is_same(one: str, other: str) -> bool:
    """Whether one is the other, or the part of it that stands on one line."""
    first, second = squeeze(one), squeeze(other)
    return first in second or second in first


def readings(texts: Sequence[PageText]) -> Iterator[Reading]:
    """Yield every reading of it that the pages give."""
    for text in texts:
        for cell in text.cells:
            if _LABEL_CELL.fullmatch(cell.folded):
                value = right_value(text, cell) or below_value(text, cell)
                if value and _may_be_trade(value):
                    words = _lines(text, cell, value)
                    yield _reading(words, text, Evidence.TITLE, label_text(cell))
        for match in islice(_PHRASE.finditer(text.folded), MOST_PLACES):
            if text.folded[match.end() : match.end() + 1] in {".", ",", ";"}:
                continue
            is_own_line = match.start() in text.label_starts and match[0].rstrip().endswith(":")
            words = _sentence(text, match.end(), own_line=is_own_line)
            label = label_between(text, *match.span())
            yield _reading(words, text, Evidence.LABELLED, label)


def _may_be_trade(value: Cell) -> bool:
    """Whether a cell can name a trade: no number, and no rest of another sentence."""
    return value.folded[0].isalpha() and value.folded.split()[0] not in _LINKS


def _lines(text: PageText, label: Cell, value: Cell) -> list[Word]:
    """Return the words of a value, its second line in a table included."""
    words = list(value.words)
    if value.left >= label.right:
        words += text.second_line(label, text.below(value))
    return words


def _sentence(text: PageText, end: int, *, own_line: bool) -> list[Word]:
    """Return the words after a label up to a stop; of a line of its own, up to the line's end.

    None where a gap, the next line or another label says that the value itself was not read.
    """
    first = sum(1 for begin in text.starts if begin < end)
    stop = stretch(text, end, MOST_SIGNS, Announces.ACTIVITY)
    words: list[Word] = []
    for index in range(first, min(first + MOST_WORDS, len(text.words))):
        start = text.starts[index]
        if start >= stop or (own_line and start in text.line_starts):
            break
        if not words and not follows(text, end, start):
            break
        word = text.words[index]
        if capitals(word.text).strip(".:-") in _STOPS:
            break
        words.append(word)
        if word.text.endswith((".", ";", ",")) or (word.text.endswith(")") and len(words) > 1):
            break
    return words


def _reading(words: Sequence[Word], text: PageText, evidence: Evidence, label: str) -> Reading:
    value = " ".join(unbroken(words)).strip(" .,;:")
    if not _WORD.search(value):
        value = ""  # what is left of one under ink
    return Reading(value=value, words=tuple(words), page=text.page, evidence=evidence, label=label)
