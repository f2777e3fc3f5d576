"""Organisations of artisans that ask for an Acuerdo: which kind, who says so, what is asked.

The tables are dated (``rules/associations.toml``). Nobody is refused by them: an officer sees what
the register says, what the applicant says, and what no text proves.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from review_service.domain.applications import ReviewItem
from review_service.domain.data_sheet import DataSheet
from review_service.domain.dated_rules import in_force, only_in_force, packaged_rules
from review_service.domain.errors import SettingsError
from review_service.domain.folding import fold
from review_service.domain.persons import OrganisationKind, PersonKind, person_kind
from review_service.domain.rule_decisions import RuleQuestion
from review_service.domain.workshops import lines_of

FILE: Final = "associations"
KINDS: Final = "organisations"
MEMBERS: Final = "organisation_members"
WORKSHOPS: Final = "organisation_workshops"
ARTISAN_KEY: Final = "artisan"
"""Key of the track that asks for an Acuerdo, in the tables of rules too."""
_LEGAL: Final = frozenset({PersonKind.LEGAL_PRIVATE, PersonKind.LEGAL_PUBLIC})
_COMPANY: Final = re.compile(r"\b(?:s\.?\s?a\.?(?:\s?s\.?)?|c\.?\s?a\.?|ltda\.?)\s*$")
"""Ends the name of a company, folded: «Unión Andina S.A.» is no union of artisans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A legal person that asks for an Acuerdo."""

    kind: OrganisationKind | None
    """None: neither the register nor the applicant has said it."""
    is_registered: bool
    """Whether the name in the register says it; else the applicant does."""

    @property
    def is_of_artisans(self) -> bool:
        """Whether it is one of those that the law names, or has not said what it is."""
        return self.kind is not OrganisationKind.OTHER


def is_legal(ruc: str, taxpayer_type: str) -> bool:
    """Whether number and register say that it is a legal person."""
    return person_kind(ruc, taxpayer_type=taxpayer_type) in _LEGAL


def open_items(
    items: Iterable[ReviewItem], *, ruc: str, facts: Mapping[str, Any]
) -> frozenset[ReviewItem]:
    """Return which items of a track exist for the applicant: only a legal person is represented."""
    legal = is_legal(ruc, str(facts.get("taxpayer_type") or ""))
    return frozenset(item for item in items if legal or item is not ReviewItem.APPOINTMENT)


def organisation(
    *,
    ruc: str,
    holder: str,
    taxpayer_type: str,
    said: str,
    on: date,
    document: Mapping[str, Any] | None = None,
) -> Organisation | None:
    """Return what a legal person is; None for who is no legal person.

    ``holder`` is the name in the register, ``said`` the value of an ``OrganisationKind`` or empty.
    Raises ``SettingsError`` for a table with a gap or a word of its own.
    """
    if not is_legal(ruc, taxpayer_type):
        return None
    named = _named(holder, on=on, document=document)
    if named is not None:
        return Organisation(kind=named, is_registered=True)
    known = {kind.value: kind for kind in OrganisationKind}
    return Organisation(kind=known.get(said), is_registered=False)


def asks_members(*, on: date, document: Mapping[str, Any] | None = None) -> bool:
    """Whether an organisation says how many members it has. Raises ``SettingsError``."""
    asked = only_in_force(_rules(document), MEMBERS, day=on).get("asked")
    if asked not in {"off", "count"}:
        raise SettingsError(f"the entry of [[{MEMBERS}]] asks for neither «off» nor «count»")
    return bool(asked == "count")


def most_workshops(*, on: date, document: Mapping[str, Any] | None = None) -> int:
    """Return how many workshops an organisation may declare besides that of its address.

    Raises ``SettingsError``.
    """
    most = only_in_force(_rules(document), WORKSHOPS, day=on).get("most")
    if type(most) is not int or most < 0:
        raise SettingsError(f"the entry of [[{WORKSHOPS}]] says no number of workshops")
    return most


def problems_of(
    sheet: DataSheet,
    *,
    ruc: str,
    holder: str,
    taxpayer_type: str,
    on: date,
    document: Mapping[str, Any] | None = None,
) -> dict[str, str]:
    """Return what of a data sheet an organisation has not said, by field; empty for others.

    Raises ``SettingsError``.
    """
    found = organisation(
        ruc=ruc,
        holder=holder,
        taxpayer_type=taxpayer_type,
        said=sheet.organisation,
        on=on,
        document=document,
    )
    if found is None:
        return {}
    problems = {}
    if found.kind is None:
        problems["organisation"] = (
            "Diga si es una asociación, un gremio, una cooperativa o una unión de artesanos."
        )
    counts = found.is_of_artisans and asks_members(on=on, document=document)
    if counts and sheet.members is None:
        problems["members"] = "Escriba cuántos socios tiene la organización."
    if problem := _workshops_problem(sheet, found, on=on, document=document):
        problems["workshops"] = problem
    return problems


def _workshops_problem(
    sheet: DataSheet, found: Organisation, *, on: date, document: Mapping[str, Any] | None
) -> str:
    declared = lines_of(sheet.workshops)
    if declared and not found.is_of_artisans:
        return (
            "Solo una asociación, un gremio, una cooperativa o una unión declara otros talleres. "
            "Borre estas líneas."
        )
    most = most_workshops(on=on, document=document)
    if len(declared) > most:
        return f"Puede poner hasta {most} talleres, además del primero."
    return ""


def advice(asked: RuleQuestion) -> tuple[str, ...]:
    """Return what an officer should know of a legal person that asks for an Acuerdo, sentences.

    Empty for natural persons that may apply. Raises ``SettingsError``.
    """
    admitted = asked.admission_to(ARTISAN_KEY)
    reasons = [admitted.reason] if admitted.to_officer else []
    found = organisation(
        ruc=asked.ruc,
        holder=asked.holder,
        taxpayer_type=str(asked.facts.get("taxpayer_type") or ""),
        said=asked.sheet.organisation,
        on=asked.on,
        document=asked.rulebook,
    )
    if found is None:
        return tuple(reasons)
    if found.kind is None:
        reasons.append("No dijo qué organización es, y su nombre en el SRI no lo dice.")
    elif found.is_registered:
        reasons.append(f"Su nombre en el SRI lo dice: {found.kind.label.lower()}.")
    else:
        reasons.append(
            f"Lo dice quien solicita, no su nombre en el SRI: {found.kind.label.lower()}."
        )
    if asked.sheet.members is not None:
        reasons.append(f"Dice que tiene {asked.sheet.members} socios.")
    if declared := lines_of(asked.sheet.workshops):
        reasons.append(
            "El Acuerdo dirá también los otros talleres que declara, y nadie los ha comprobado: "
            f"{'; '.join(declared)}."
        )
    return tuple(reasons)


def _named(holder: str, *, on: date, document: Mapping[str, Any] | None) -> OrganisationKind | None:
    """Return the kind whose word begins the name; a company's name says none."""
    words: dict[str, OrganisationKind] = {}
    for entry in in_force(_rules(document), KINDS, day=on):
        try:
            kind = OrganisationKind(entry["kind"])
            words |= {fold(str(word)): kind for word in entry["words"]}
        except (KeyError, TypeError, ValueError) as error:
            raise SettingsError(f"an entry of [[{KINDS}]] needs a kind and its words") from error
    name = fold(holder).strip()
    first = re.match(r"\w+", name)
    if first is None or _COMPANY.search(name):
        return None
    return words.get(first.group())


def _rules(document: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return packaged_rules(FILE) if document is None else document
