"""Kinds of person, and who may apply in which track; what no text proves goes to an officer.

The table is dated (``rules/applicants.toml``). It never refuses anybody: a cell says that the kind
of person may apply, or why an officer looks at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.dated_rules import Entry, in_force, packaged_rules
from review_service.domain.errors import SettingsError
from review_service.domain.ruc import RucKind, check_ruc
from review_service.domain.rulebook import Certainty, DatedRule, dated_rule

SECTION: Final = "applicants"


class PersonKind(StrEnum):
    """Kind of person, as the procedure names them, and natural ones of unknown nationality."""

    NATURAL_ECUADORIAN = "natural_ecuadorian"
    NATURAL_FOREIGN = "natural_foreign"
    NATURAL = "natural"
    """Nationality unknown."""
    LEGAL_PRIVATE = "legal_private"
    LEGAL_PUBLIC = "legal_public"

    @property
    def label(self) -> str:
        """Spanish words for screens."""
        return {
            PersonKind.NATURAL_ECUADORIAN: "Persona natural ecuatoriana",
            PersonKind.NATURAL_FOREIGN: "Persona natural extranjera",
            PersonKind.NATURAL: "Persona natural",
            PersonKind.LEGAL_PRIVATE: "Persona jurídica privada",
            PersonKind.LEGAL_PUBLIC: "Persona jurídica pública",
        }[self]


_BY_RUC: Final = MappingProxyType(
    {
        RucKind.PERSON: PersonKind.NATURAL,
        RucKind.COMPANY: PersonKind.LEGAL_PRIVATE,
        RucKind.PUBLIC: PersonKind.LEGAL_PUBLIC,
    }
)
_ORDER_OF_DOUBT: Final = tuple(Certainty)
"""Surest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whether a kind of person may apply in a track, or why an officer looks at it first."""

    reason: str
    """Spanish, for the officer and the applicant; empty when the person may apply."""
    certainty: Certainty
    """Of the least sure rule; ``assumed`` when no rule says anything."""
    rules: tuple[DatedRule, ...]
    """With their sources; ``name`` is for the record. Empty when no rule says anything."""

    @property
    def to_officer(self) -> bool:
        """Whether an officer looks at it; else the person may apply."""
        return bool(self.reason)


def person_kind(ruc: str) -> PersonKind | None:
    """Return the kind of person that the form of a RUC tells; None for what is no RUC.

    No number tells a nationality. A 6 in the third place is of a public body or of some
    foreigners: the check digits decide as in ``check_ruc``, and without any it is a public body.
    """
    checked = check_ruc(ruc)
    if checked.kind is None or checked.problem is not None:
        return None
    return _BY_RUC[checked.kind]


def admission(
    kind: PersonKind, track: str, *, on: date, document: Mapping[str, Any] | None = None
) -> Admission:
    """Return the cell of the table in force on that day.

    A person of unknown nationality may what both an Ecuadorian and a foreigner may. Raises
    ``SettingsError`` when no table holds on that day, or a cell is double or says nothing.
    """
    rules = packaged_rules(SECTION) if document is None else document
    entries = in_force(rules, SECTION, day=on)
    if kind is not PersonKind.NATURAL:
        return _cell(entries, kind, track)
    both = [
        _cell(entries, each, track)
        for each in (PersonKind.NATURAL_ECUADORIAN, PersonKind.NATURAL_FOREIGN)
    ]
    if not any(cell.rules for cell in both):
        return _unproven(kind)
    held_back = next((cell for cell in both if cell.to_officer), None)
    return held_back or Admission(
        reason="",
        certainty=max((cell.certainty for cell in both), key=_ORDER_OF_DOUBT.index),
        rules=tuple(rule for cell in both for rule in cell.rules),
    )


def _cell(entries: list[Entry], kind: PersonKind, track: str) -> Admission:
    found = [entry for entry in entries if (entry["track"], entry["person"]) == (track, kind)]
    if len(found) > 1:
        raise SettingsError(f"{len(found)} entries of [[{SECTION}]] for {track}, {kind} at once")
    if not found:
        return _unproven(kind)
    reason = found[0].get("officer")
    if not isinstance(reason, str):
        raise SettingsError(f"the entry of [[{SECTION}]] for {track}, {kind} has no officer")
    rule = dated_rule(SECTION, found[0])
    return Admission(reason=reason, certainty=rule.certainty, rules=(rule,))


def _unproven(kind: PersonKind) -> Admission:
    return Admission(
        reason=f"Ningún texto dice si una {kind.label.lower()} puede hacer este trámite: "
        "lo revisa una persona.",
        certainty=Certainty.ASSUMED,
        rules=(),
    )
