"""Kinds of person and organisation, and who may apply; what no text proves goes to an officer.

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
from review_service.domain.folding import fold
from review_service.domain.ruc import (
    CEDULA_DIGITS,
    PUBLIC_DIGIT,
    RucCheck,
    RucKind,
    cedula_of,
    check_ruc,
)
from review_service.domain.rulebook import Certainty, DatedRule, dated_rule
from review_service.domain.wording import gettext_noop, worded

SECTION: Final = "applicants"


class PersonKind(StrEnum):
    """Kind of person, as the procedure names them, and two for what is not known of one."""

    NATURAL_ECUADORIAN = "natural_ecuadorian"
    NATURAL_FOREIGN = "natural_foreign"
    NATURAL = "natural"
    """Nationality unknown."""
    LEGAL_PRIVATE = "legal_private"
    LEGAL_PUBLIC = "legal_public"
    UNKNOWN = "unknown"
    """The number and the registry contradict each other."""

    @property
    def label(self) -> str:
        """Spanish words for screens."""
        return {
            PersonKind.NATURAL_ECUADORIAN: gettext_noop("Persona natural ecuatoriana"),
            PersonKind.NATURAL_FOREIGN: gettext_noop("Persona natural extranjera"),
            PersonKind.NATURAL: gettext_noop("Persona natural"),
            PersonKind.LEGAL_PRIVATE: gettext_noop("Persona jurídica privada"),
            PersonKind.LEGAL_PUBLIC: gettext_noop("Persona jurídica pública"),
            PersonKind.UNKNOWN: gettext_noop("Persona por determinar"),
        }[self]


class OrganisationKind(StrEnum):
    """What kind of organisation a legal person is; the first four are those of the law."""

    ASSOCIATION = "association"
    GUILD = "guild"
    COOPERATIVE = "cooperative"
    UNION = "union"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Spanish name for the screen."""
        return {
            OrganisationKind.ASSOCIATION: gettext_noop("Asociación de artesanos"),
            OrganisationKind.GUILD: gettext_noop("Gremio de artesanos"),
            OrganisationKind.COOPERATIVE: gettext_noop("Cooperativa de artesanos"),
            OrganisationKind.UNION: gettext_noop("Unión de artesanos"),
            OrganisationKind.OTHER: gettext_noop("Ninguna de ellas"),
        }[self]


_BY_RUC: Final = MappingProxyType(
    {
        RucKind.PERSON: PersonKind.NATURAL,
        RucKind.COMPANY: PersonKind.LEGAL_PRIVATE,
        RucKind.PUBLIC: PersonKind.LEGAL_PUBLIC,
    }
)
_NATURAL_WORDS: Final = frozenset({"natural", "naturales"})
_LEGAL_WORDS: Final = frozenset({"sociedad", "sociedades", "juridica", "juridicas"})
"""Words of TIPO_CONTRIBUYENTE, without accents."""
_ORDER_OF_DOUBT: Final = tuple(Certainty)
"""Surest first."""


_CONTRADICTED: Final = gettext_noop(
    "El número de RUC y el registro del SRI no dicen lo mismo sobre si es una persona natural o "
    "jurídica: lo revisa una persona."
)


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


def person_kind(ruc: str, *, taxpayer_type: str = "") -> PersonKind | None:
    """Return the kind of person by a RUC and the registry's TIPO_CONTRIBUYENTE; None for no RUC.

    No number tells a nationality, nor does the registry; its CLASE is a tax regime. A 6 in the
    third place is of a public body or of some foreigners, a 9 of a company or, as other texts
    tell, of a foreigner without a cédula: there the registry decides. Where it says nothing, the
    check digits do as in ``check_ruc``, and without any a 6 is a public body.
    """
    checked = check_ruc(ruc)
    if checked.kind is None or checked.problem is not None:
        return None
    words = set(fold(taxpayer_type).split())
    if words & _NATURAL_WORDS:
        return PersonKind.NATURAL if _may_be_natural(checked) else PersonKind.UNKNOWN
    if words & _LEGAL_WORDS and checked.kind is RucKind.PERSON:
        # Public bodies have numbers without a check digit; some have a cédula's by chance.
        is_public = int(checked.digits[2]) == PUBLIC_DIGIT
        return PersonKind.LEGAL_PUBLIC if is_public else PersonKind.UNKNOWN
    return _BY_RUC[checked.kind]


def _may_be_natural(checked: RucCheck) -> bool:
    return checked.kind is not RucKind.PUBLIC or bool(cedula_of(checked.digits[:CEDULA_DIGITS]))


def admission(
    kind: PersonKind, track: str, *, on: date, document: Mapping[str, Any] | None = None
) -> Admission:
    """Return the cell of the table in force on that day.

    A person of unknown nationality may what both an Ecuadorian and a foreigner may. Raises
    ``SettingsError`` when no table holds on that day, or a cell is double or says nothing.
    """
    if kind is PersonKind.UNKNOWN:
        return _without_rule(_CONTRADICTED)
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
    return _without_rule(
        worded(
            "Ningún texto dice si una %(person)s puede hacer este trámite: lo revisa una persona.",
            person=kind.label.lower(),
        )
    )


def _without_rule(reason: str) -> Admission:
    return Admission(reason=reason, certainty=Certainty.ASSUMED, rules=())
