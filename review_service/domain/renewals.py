"""Renewals: when one may be asked for, from which day it holds, and how a document stands then.

Source: issue 10, «Everything follows along»; ADR 38.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.dated_rules import in_force
from review_service.domain.errors import SettingsError
from review_service.domain.folding import without_accents
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.wording import gettext_noop

SECTION: Final = "renewal_windows"
COMPARED: Final = MappingProxyType(
    {
        "holder": "el nombre",
        "category": "la categoría",
        "ciiu": "la actividad",
        "trade": "el oficio",
        "workshop_address": "el lugar",
        "other_workshops": "los otros talleres",
        "canton": "el lugar",
        "province": "el lugar",
    }
)
"""The facts of the holder that a document prints, by what they are called in a sentence."""
_LEFT_OUT: Final = frozenset({"other_workshops"})
"""What a snapshot leaves out where there is none: its absence says so."""


class Standing(StrEnum):
    """Whether an issued document holds on a day, and why not."""

    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    """A later one took its place before its end."""
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            Standing.NOT_YET: gettext_noop("Todavía no rige"),
            Standing.IN_FORCE: gettext_noop("Vigente"),
            Standing.SUPERSEDED: gettext_noop("Reemplazado"),
            Standing.EXPIRED: gettext_noop("Caducado"),
        }[self]


@dataclass(frozen=True, slots=True)
class Term:
    """The days of one document, and from which day on its successor holds, if one is out."""

    valid_from: date
    valid_until: date
    followed_from: date | None = None

    @property
    def superseded_on(self) -> date | None:
        """First day on which the successor stood in its place; None when it came to its end."""
        follows = self.followed_from
        return follows if follows is not None and follows <= self.valid_until else None

    def standing(self, on: date) -> Standing:
        """Return how the document stands on that day."""
        replaced = self.superseded_on
        if replaced is not None and replaced <= on:
            return Standing.SUPERSEDED
        if on < self.valid_from:
            return Standing.NOT_YET
        return Standing.IN_FORCE if on <= self.valid_until else Standing.EXPIRED


def opens_on(rulebook: Mapping[str, Any], kind: IssuedKind, end: date, *, day: date) -> date:
    """Return the first day on which a document that ends on ``end`` may be renewed.

    The rules of ``day`` count. Raises ``SettingsError`` when none speaks of the kind.
    """
    for entry in in_force(rulebook, SECTION, day=day):
        if entry["kind"] == kind.value:
            return end - timedelta(days=int(entry["days"]))
    raise SettingsError(f"no entry of [[{SECTION}]] for {kind.value} on {day.isoformat()}")


def begins_on(issued: date, *, former_end: date | None, has_changed: bool) -> date:
    """Return the first day of a document that is issued on a day.

    Where the former still holds, or is to, no day of it is lost: the new one begins the day after
    its end. What answers changed facts begins at once and takes its place.
    """
    if former_end is None or former_end < issued or has_changed:
        return issued
    return former_end + timedelta(days=1)


def changed_facts(former: object, now: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what the holder's facts on two documents differ in, as said in a sentence.

    Spelling (case, accents, spaces) is no difference; what only one of them says is passed over,
    and so is a former snapshot that somebody damaged.
    """
    if not isinstance(former, Mapping):
        return ()
    differing = (
        told
        for name, told in COMPARED.items()
        if name in now
        and (name in former or name in _LEFT_OUT)
        and _plain(former.get(name, "")) != _plain(now[name])
    )
    return tuple(dict.fromkeys(differing))


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        value = " ".join(map(str, value))
    return " ".join(without_accents(str(value)).casefold().split())
