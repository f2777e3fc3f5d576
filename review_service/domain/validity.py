"""How long an agreement is valid: years by CIIU code, counted from date to date."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.dated_rules import in_force, packaged_rules
from review_service.domain.errors import InvalidInputError, SettingsError

_CIIU: Final = re.compile(r"[A-U][0-9]{2,8}")
_DIVISIONS: Final = MappingProxyType(
    {
        "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43),
        "G": (45, 47), "H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68),
        "M": (69, 75), "N": (77, 82), "O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93),
        "S": (94, 96), "T": (97, 98), "U": (99, 99),
    }
)  # fmt: skip
"""First and last division of each section. Source: CIIU revision 4."""
_ANY_TRADE: Final = "C1392"
"""Textiles: a trade of artisans for which no text names years of its own."""
_FOOD: Final = "C1071"
"""Bread: food for certain."""
_NO_CODE: Final = "Ese código CIIU no existe. Elija la actividad que consta en su RUC."
_MANUFACTURE: Final = re.compile(r"(1[0-9]|2[0-9]|3[0-3])[0-9]*")
"""Divisions 10 to 33, section C of CIIU revision 4."""


def normalise_ciiu(code: str) -> str:
    """Return the code without dots, with its letter: ``C1071.01.01`` becomes ``C10710101``.

    Raises ``InvalidInputError`` for what is no CIIU code.
    """
    plain = re.sub(r"[\s.\-]", "", code).upper()
    if _MANUFACTURE.fullmatch(plain):
        plain = f"C{plain}"
    if not _CIIU.fullmatch(plain):
        raise InvalidInputError({"ciiu": _NO_CODE})
    return plain


def existing_ciiu(code: str) -> str:
    """Return the code as ``normalise_ciiu`` does, if its section has its division.

    Which codes below a division exist, no list here says: those of the RUC count. Raises
    ``InvalidInputError``.
    """
    plain = normalise_ciiu(code)
    first, last = _DIVISIONS[plain[0]]
    if not first <= int(plain[1:3]) <= last:
        raise InvalidInputError({"ciiu": _NO_CODE})
    return plain


def validity_years(ciiu: str, on: date, document: Mapping[str, Any] | None = None) -> int:
    """Return for how many years an agreement is valid; the longest matching CIIU prefix decides.

    Raises ``InvalidInputError`` for a bad code and ``SettingsError`` for a table with a gap.
    """
    code = normalise_ciiu(ciiu)
    rules = packaged_rules("validity") if document is None else document
    fitting = [e for e in in_force(rules, "validity", day=on) if code.startswith(e["prefix"])]
    if not fitting:
        raise SettingsError(f"no validity for {code} on {on.isoformat()}")
    return int(max(fitting, key=lambda entry: len(entry["prefix"]))["years"])


def usual_years(on: date, document: Mapping[str, Any] | None = None) -> tuple[int, int]:
    """Return for how many years an agreement is valid: most of them, and those of food.

    Raises ``SettingsError`` for a table with a gap.
    """
    return validity_years(_ANY_TRADE, on, document), validity_years(_FOOD, on, document)


def valid_until(start: date, years: int) -> date:
    """Return the last day of validity, the same day of the month ``years`` later.

    29 February ends on the 28th of a year that has no 29th. Source: COA arts. 158-160.
    """
    return months_after(start, 12 * years)


def months_after(start: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month.

    Raises ``ValueError`` beyond the year 9999.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
