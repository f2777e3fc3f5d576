"""The offices of the institution, from dated rules: where people are helped in person."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from review_service.domain.dated_rules import Entry, in_force
from review_service.domain.errors import SettingsError
from review_service.domain.rulebook import OFFICES as SECTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One office, in Spanish words."""

    name: str
    city: str
    province: str
    address: str
    hours: str


def offices(document: Mapping[str, Any], *, on: date) -> tuple[Office, ...]:
    """Return the offices of that day, in the order of the page.

    Raises ``SettingsError`` for one without a name, place or hours, or two in the same place.
    """
    entries = in_force(document, SECTION, day=on)
    orders = [entry.get("order") for entry in entries]
    if len(set(orders)) != len(orders):
        raise SettingsError(f"two of [[{SECTION}]] hold the same place on {on.isoformat()}")
    return tuple(_office(entry) for entry in entries)


def _office(entry: Entry) -> Office:
    texts = {each.name: entry.get(each.name) for each in fields(Office)}
    for name, text in texts.items():
        if not isinstance(text, str) or not text.strip():
            raise SettingsError(f"an entry of [[{SECTION}]] has no {name}")
    return Office(**{name: str(text).strip() for name, text in texts.items()})
