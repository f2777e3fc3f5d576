"""Dates and hours in the words of the screen, the mail and the paper."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

ECUADOR: Final = ZoneInfo("America/Guayaquil")

MONTHS: Final = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
    "octubre", "noviembre", "diciembre",
)  # fmt: skip


def long_date(day: date) -> str:
    """Return a day as «20 de noviembre de 2026»; an aware moment is told in Ecuador's time."""
    local = day.astimezone(ECUADOR) if isinstance(day, datetime) else day
    return f"{local.day} de {MONTHS[local.month - 1]} de {local.year}"


def clock(moment: datetime) -> str:
    """Return an aware moment's hour as «18h04», Ecuador's time."""
    return f"{moment.astimezone(ECUADOR):%Hh%M}"


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
