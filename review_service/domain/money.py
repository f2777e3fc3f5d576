"""Amounts in US dollars, held as whole cents: read as people type them, printed with points.

How an amount is read. Its label («USD», «$», «dólares») and invisible characters are ignored.
Points, commas, spaces and apostrophes part groups of three digits, all of one kind, though an
apostrophe may part the millions («1'234.567»). The last point or comma parts the cents where one
or two digits follow it and it parts nothing else: «85.5» is 85,50, «1.234» is 1234. Whatever fits
neither is not guessed.
"""

import re
import unicodedata
from typing import Final

from review_service.domain.errors import InvalidInputError
from review_service.domain.folding import capitals
from review_service.domain.wording import gettext_noop

MAX_CENTS: Final = 10**14 - 1
"""The largest amount that is taken, USD 999.999.999.999,99: no business of the country has it."""

NO_AMOUNT: Final = gettext_noop("Escriba el valor en dólares, por ejemplo 85.000 o 85.000,50.")
UNREADABLE: Final = gettext_noop(
    "No podemos leer ese valor. Escríbalo solo con números, por ejemplo 85.000 o 85.000,50."
)
UNCLEAR: Final = gettext_noop(
    "No sabemos qué separan los puntos, comas o espacios de ese valor. "
    "Escríbalo como 85.000 o, con centavos, como 85.000,50."
)
NEGATIVE: Final = gettext_noop(
    "El valor no puede ser negativo. Escríbalo sin el signo menos, por ejemplo 85.000."
)
TOO_LARGE: Final = gettext_noop("Ese valor es demasiado grande. Revise si le sobran números.")

_LABEL: Final = r"(?:USD ?\.?\$?|US ?\$|U\$S|U\.S\.D\.|\$|DOLAR(?:ES)?)"
_LABELLED: Final = re.compile(rf"{_LABEL}? ?(?P<amount>.*?) ?{_LABEL}?")
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("\u2018\u2019\u00b4`", "'"))
_DASHES: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_NEGATIVE: Final = re.compile(r"- ?[^-]+|[^-]+ ?-|\([^()]+\)")
_DIGITS: Final = frozenset("0123456789")
_MARKS: Final = frozenset("., '")
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}(?:'[0-9]{3})*(?:([., ])[0-9]{3}(?:\1[0-9]{3})*)?")
_CENTS: Final = re.compile(r"(?P<whole>.*[0-9])(?P<mark>[.,])(?P<cents>[0-9]{1,2})")


def read_usd(text: str, *, field: str) -> int:
    """Return the typed amount in cents, 0 to ``MAX_CENTS``; the module says how it is read.

    Raises ``InvalidInputError`` with a sentence for ``field``: nothing typed, no number, marks
    that may mean two things, a negative or too large amount.
    """
    amount = _bare(text)
    if not amount:
        raise InvalidInputError({field: NO_AMOUNT})
    if _NEGATIVE.fullmatch(amount) and _is_number_like(_bare(amount.strip("-() "))):
        raise InvalidInputError({field: NEGATIVE})
    amount = amount.removeprefix("+")
    if not _is_number_like(amount):
        raise InvalidInputError({field: UNREADABLE})
    parts = _whole_and_cents(amount)
    if parts is None:
        raise InvalidInputError({field: UNCLEAR})
    whole, cents = parts
    if len(whole) + 2 > len(str(MAX_CENTS)):
        raise InvalidInputError({field: TOO_LARGE})
    return int(f"{whole}{cents:0<2}")


def usd(cents: int) -> str:
    """Return an amount as «USD 85.000», with cents only where there are some: «USD 85.000,50».

    Raises ``ValueError`` for a negative one.
    """
    if cents < 0:
        raise ValueError(f"a negative amount: {cents}")
    whole, rest = divmod(cents, 100)
    return f"USD {with_points(whole)}" + (f",{rest:02}" if rest else "")


def with_points(number: int) -> str:
    """Return a whole number with a point before each group of three digits."""
    return f"{number:,}".replace(",", ".")


def _bare(text: str) -> str:
    """Return the amount without label, invisible characters and surrounding space."""
    seen = "".join(char for char in text if unicodedata.category(char) != "Cf")
    plain = " ".join(capitals(seen).translate(_APOSTROPHES).translate(_DASHES).split())
    found = _LABELLED.fullmatch(plain)
    return found["amount"] if found else plain


def _is_number_like(amount: str) -> bool:
    signs = set(amount)
    return bool(signs & _DIGITS) and signs <= _DIGITS | _MARKS


def _whole_and_cents(amount: str) -> tuple[str, str] | None:
    """Return the digits before and after the decimal mark, without leading zeros; else None."""
    said = amount.rstrip(".,") if amount[-2:-1].isdigit() else amount
    found = _CENTS.fullmatch(said)
    whole, mark, cents = (
        (found["whole"], found["mark"], found["cents"]) if found else (said, "", "")
    )
    grouped = _GROUPED.fullmatch(whole)
    if not whole.isdigit() and (grouped is None or (mark and grouped[1] == mark)):
        return None
    return re.sub(r"[., ']", "", whole).lstrip("0"), cents
