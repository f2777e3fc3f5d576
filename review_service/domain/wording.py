"""Dates and hours in the words of the screen, the mail and the paper."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

ECUADOR: Final = ZoneInfo("America/Guayaquil")

MONTHS: Final = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip


_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""What no letter, paper or XML may hold: control characters, half characters, and marks that turn
the reading direction of what follows."""


def printable(text: str) -> str:
    """Return the text without signs that cannot be printed; tabs and line feeds stay."""
    return _UNPRINTABLE.sub("", text)


def visible(text: str) -> str:
    """Return typed text without signs that cannot be seen or that PostgreSQL does not keep."""
    return "".join(char for char in text if char.isprintable() or char.isspace()).strip()


def long_date(day: date) -> str:
    """Return a day as «20 de noviembre de 2026»; an aware moment is told in Ecuador's time."""
    local = day.astimezone(ECUADOR) if isinstance(day, datetime) else day
    return f"{local.day} de {MONTHS[local.month - 1]} de {local.year}"


def clock(moment: datetime) -> str:
    """Return an aware moment's hour as «18h04», Ecuador's time."""
    return f"{moment.astimezone(ECUADOR):%Hh%M}"


def told_value(text: str) -> str:
    """Return a value read from a paper: an ISO day in words, anything else as it is."""
    try:
        return long_date(date.fromisoformat(text))
    except ValueError:
        return text


def in_words(value: Any) -> Any:  # noqa: ANN401 -- walks plain data of any shape
    """Return the value with every date and moment in it, however deep, put into words."""
    if isinstance(value, datetime):
        return f"{long_date(value)} a las {clock(value)}"
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, Mapping):
        return {name: in_words(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [in_words(entry) for entry in value]
    return value
