"""Where the words of a search stand in an application that it found, to be said beside it."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from review_service.domain.folding import fold
from review_service.domain.identifiers import (
    REFERENCE_LETTERS,
    SearchWord,
    number_parts,
    typed_reference,
)


class Match(StrEnum):
    """Where a word stands, in the order in which it is said."""

    REFERENCE = "reference"
    NUMBER = "number"
    RUC = "ruc"
    NAME = "name"
    TRADE = "trade"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            Match.REFERENCE: "Número de la solicitud",
            Match.NUMBER: "Número del documento",
            Match.RUC: "RUC",
            Match.NAME: "Nombre",
            Match.TRADE: "Oficio",
        }[self]


def matches(
    words: Iterable[SearchWord],
    *,
    reference: str,
    numbers: Sequence[str],
    ruc: str,
    holder: str,
    trades: Sequence[str],
) -> tuple[Match, ...]:
    """Return where all words stand, or else where each stands; each place once.

    ``numbers`` are those of issued documents. What stands nowhere (the database compares letters
    that look alike a little otherwise) says nothing.
    """
    stand: list[set[Match]] = [
        {
            each
            for each, is_there in (
                (Match.REFERENCE, bool(word.squeezed) and _has_reference(word, reference)),
                (
                    Match.NUMBER,
                    bool(word.squeezed) and any(_has_number(word, one) for one in numbers),
                ),
                (Match.RUC, bool(word.digits) and ruc.startswith(word.digits)),
                (Match.NAME, word.may_be_name and word.text in fold(holder)),
                (Match.TRADE, word.may_be_name and any(word.text in fold(one) for one in trades)),
            )
            if is_there
        }
        for word in words
    ]
    every = set(Match).intersection(*stand) if stand else set()
    found = every or {each for some in stand for each in some}
    return tuple(each for each in Match if each in found)


def _has_reference(word: SearchWord, reference: str) -> bool:
    return word.squeezed in _squeezed(reference) or typed_reference(word.squeezed) == reference


def _has_number(word: SearchWord, number: str) -> bool:
    if word.squeezed in _squeezed(number):
        return True
    typed, own = number_parts(word.squeezed), number_parts(number)
    return (
        typed is not None
        and own is not None
        and typed.letters != REFERENCE_LETTERS
        and (typed.year, typed.serial) == (own.year, own.serial)
        and typed.letters in own.letters
    )


def _squeezed(number: str) -> str:
    return "".join(char for char in number.upper() if char.isalnum())
