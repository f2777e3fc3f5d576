"""Days and numbers as Spanish papers write them, in digits or spelled out."""

import re
from datetime import date
from typing import Final

from workers.fields.paper.spanish_words import NUMBERS

SPELLED: Final = "|".join(
    name.replace(" ", r"\s+") for name in sorted(NUMBERS, key=len, reverse=True)
)
"""A pattern of every spelled number, the longer before those that they begin with."""
_PARTED: Final = re.compile(r"\d|;|(?:[A-Z]{5,}| )\. (?!(?:A|EL|HOY|D)\b)")
_CITED: Final = re.compile(
    r"\b(?:OFICIO|REGISTRO OFICIAL|SOLICITUD|LEY|INFORME|RESOLUCION|DECRETO|REGLAMENTO|CODIGO)\b"
    r"[^;]{0,60}$"
)
LOOK_BACK: Final = 80
"""Characters before a day that may say that it is another paper's."""
TWO_THOUSAND: Final = "DOS MIL"


def is_spelled(text: str) -> bool:
    """Whether ``number_of`` reads the text as words; in capitals without accents."""
    plain = " ".join(text.split())
    return plain in NUMBERS or plain.startswith(TWO_THOUSAND)


def number_of(text: str) -> int:
    """Return a day, a year from 2000 on or a count, in digits or in words.

    Raises ``ValueError`` for anything else.
    """
    plain = " ".join(text.split())
    if not is_spelled(plain):
        return int(plain)
    thousands = plain.startswith(TWO_THOUSAND)
    rest = plain.removeprefix(TWO_THOUSAND).strip() if thousands else plain
    if rest and rest not in NUMBERS:
        raise ValueError(f"no number: {text!r}")
    return 2000 * thousands + (NUMBERS[rest] if rest else 0)


def calendar_day(year: int, month: int, day: int) -> date | None:
    """Return the day, or None when no calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_parted(between: str) -> bool:
    """Whether another number or the end of a sentence stands between a label and its day.

    Folded text: capitals without accents.
    """
    return _PARTED.search(between.replace("\n", " ")) is not None


def is_cited(before: str) -> bool:
    """Whether the words before a day say that it is a law's or another paper's; folded text."""
    return _CITED.search(before[-LOOK_BACK:].replace("\n", " ")) is not None
