"""The dated rules as a list: what each says, and who confirmed it; ``grounds``: who rests on it.

Input is a parsed rules document (section to entries, see ``dated_rules``); output is frozen rules.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

from review_service.domain import appeals, correction_reasons, not_applicable
from review_service.domain.dated_rules import Entry
from review_service.domain.documents import SupportKind, Theme
from review_service.domain.errors import SettingsError
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.rule_words import says

UNCONFIRMED: Final = "unconfirmed"
"""What an entry's ``confirmed_by`` says when nobody of the institution has confirmed it."""

ANY_CIIU: Final = "*"
"""Key of the validity of every activity that has no rule of its own."""


class Certainty(StrEnum):
    """How certain a rule is, by its source."""

    VERIFIED = "verified"
    SECONDARY = "secondary"
    MEMORY = "memory"
    ASSUMED = "assumed"

    @property
    def label(self) -> str:
        """Spanish words for lists and documents."""
        return _CERTAINTY_LABELS[self]


_CERTAINTY_LABELS: Final = MappingProxyType(
    {
        Certainty.VERIFIED: "Leída en el texto",
        Certainty.SECONDARY: "Según otro texto que la cita",
        Certainty.MEMORY: "De memoria",
        Certainty.ASSUMED: "Supuesta",
    }
)

OFFICES: Final = "offices"
LETTER_TERMS: Final = "letter_terms"
DATA_LICENCES: Final = "data_licences"
SECTIONS: Final = MappingProxyType(
    {
        "ministries": "ministerio",
        "numbering": "forma del número",
        "considerations": "considerando",
        "benefits": "beneficio",
        "obligations": "obligación",
        "places": "lugar",
        "support": "contacto",
        "remedies": "recursos",
        "validity": "vigencia por CIIU",
        "categories": "categoría de MIPYME",
        "applicants": "quién puede solicitar",
        "certificate_numbering": "forma del número del certificado",
        "certificate_validity": "vigencia del certificado",
        "legal_basis": "base legal del certificado",
        "renewal_windows": "plazo para renovar",
        "freshness": "días de un documento de respaldo",
        "required_papers": "documento que se pide",
        "granted_on_papers": "certificado con los documentos en regla",
        "usual_limits": "límites de otro registro",
        "payroll_deletion": "días hasta eliminar la nómina",
        "data_uses": "datos personales de cada documento",
        "retention": "días que se conserva cada dato",
        not_applicable.SECTION: "tema de las fotos que puede no aplicar",
        "organisations": "clase de organización de artesanos",
        "organisation_members": "socios de una organización",
        "organisation_workshops": "talleres de una organización",
        OFFICES: "oficina",
        LETTER_TERMS: "plazo para responder cartas",
        appeals.SECTION: "recursos contra una decisión",
        DATA_LICENCES: "licencia de las cifras",
        correction_reasons.SECTION: "motivo para pedir una corrección",
    }
)
"""Every section of the rules files, with the words that people know it by."""

_NAME: Final = re.compile(
    rf"(?:{'|'.join(SECTIONS)})(?:\.[^\s@]+)?@(?P<day>\d{{4}}-\d{{2}}-\d{{2}})", re.ASCII
)
NAMES_APART: Final = ", "
"""Stands between the names of rules; in none of them."""
NOT_YET_RESTED_ON: Final = frozenset(
    {"usual_limits", not_applicable.SECTION, OFFICES, DATA_LICENCES, correction_reasons.SECTION}
)
"""Sections that need no confirmation: no paper, letter or refusal rests on them.

Of a theme that is said not to apply an officer decides, as of one without photos; a ready reason
for a correction becomes the words of the officer who sends it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Who of the institution confirmed a rule."""

    norm: str
    who: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRule:
    """One entry of the rules files."""

    section: str
    key: str
    """Distinguishes it from others of its section in force on the same day; may be empty."""
    says: str
    valid_from: date
    valid_to: date | None
    source: str
    certainty: Certainty
    confirmation: Confirmation | None

    @property
    def name(self) -> str:
        """Section, key and first day, such as ``ministries.2@2026-11-26``: no two are alike."""
        return f"{self.section}{self.key and '.'}{self.key}@{self.valid_from.isoformat()}"

    def holds(self, day: date) -> bool:
        """Whether the rule is in force on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def is_confirmed(self, day: date) -> bool:
        """Whether it was confirmed on that day or before."""
        return self.confirmation is not None and self.confirmation.day <= day


def rule_names(rules: Iterable[DatedRule]) -> str:
    """Return the names of all rules that a decision rests on, as ``decided_rule`` keeps them."""
    return NAMES_APART.join(rule.name for rule in rules)


def are_rule_names(text: str) -> bool:
    """Whether a text is what ``rule_names`` gives for one rule or more."""
    return all(is_rule_name(name) for name in text.split(NAMES_APART))


def is_rule_name(text: str) -> bool:
    """Whether a text is the name of a dated rule, as ``DatedRule.name`` gives it."""
    found = _NAME.fullmatch(text)
    try:
        return found is not None and bool(date.fromisoformat(found["day"]))
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One statement on a paper and the dated rule behind it; None when there is none."""

    section: str
    key: str
    says: str
    rule: DatedRule | None


def every_rule(document: Mapping[str, Any]) -> tuple[DatedRule, ...]:
    """Return every entry of the document. Raises ``SettingsError`` for a malformed one."""
    return tuple(
        dated_rule(section, entry)
        for section, entries in document.items()
        if section in SECTIONS
        for entry in entries
    )


def unconfirmed_rules(document: Mapping[str, Any], *, day: date) -> tuple[DatedRule, ...]:
    """Return the rules in force on that day that somebody should have confirmed by then."""
    rules = (rule for rule in every_rule(document) if rule.section not in NOT_YET_RESTED_ON)
    return tuple(rule for rule in rules if rule.holds(day) and not rule.is_confirmed(day))


def told_sections(parts: Iterable[DatedRule | Ground]) -> str:
    """Name rules or grounds in one line: «ministerio (1, 2), forma del número»."""
    keyed = sorted({(list(SECTIONS).index(part.section), part.section, part.key) for part in parts})
    told = []
    for section, group in groupby(keyed, key=lambda one: one[1]):
        keys = dict.fromkeys(filter(None, (_told_key(section, key) for _, _, key in group)))
        told.append(SECTIONS[section] + (f" ({', '.join(keys)})" if keys else ""))
    return ", ".join(told)


def _told_key(section: str, key: str) -> str:
    if section in {"data_uses", LETTER_TERMS}:
        return ""
    paper = key.rpartition(".")[2]
    if section in {"freshness", "required_papers"} and paper in set(SupportKind):
        return SupportKind(paper).label
    if section == not_applicable.SECTION and key in set(Theme):
        return Theme(key).label
    if section == "applicants":
        key = key.partition(".")[0]
    if section == "renewal_windows" and key in tuple(IssuedKind):
        return IssuedKind(key).label
    return _KEY_WORDS.get(key, key)


_KEY_WORDS: Final = MappingProxyType(
    {
        ANY_CIIU: "las demás",
        "limits": "límites",
        "prevailing": "qué prevalece",
        "artisan": "artesanos",
        "emprendedor": "emprendedores",
        "mipyme": "MIPYMES",
        "association": "asociaciones",
        "guild": "gremios",
        "cooperative": "cooperativas",
        "union": "uniones",
        "drafts": "borradores",
        "photos": "fotos",
        "replaced": "archivos reemplazados",
        "letter_photos": "fotos de avisos",
        "mails": "correos",
    }
)


def unconfirmed_sentence(rules: Iterable[DatedRule], *, demonstration: bool) -> str:
    """Tell an operator in one sentence which rules are unconfirmed; empty text when none is."""
    told = told_sections(rules)
    if not told:
        return ""
    follows = (
        "en la demostración se emite igual, sin validez legal"
        if demonstration
        else "no se firma ningún documento que se apoye en ellas"
    )
    return f"La institución no ha confirmado estas reglas: {told}; {follows}."


def dated_rule(section: str, entry: Entry) -> DatedRule:
    """Return an entry of the rules files. Raises ``SettingsError`` for a malformed one."""
    for name in ("valid_from", "source"):
        if not entry.get(name):
            raise SettingsError(f"an entry of [[{section}]] has no {name}")
    try:
        certainty = Certainty(entry.get("certainty", Certainty.ASSUMED))
    except ValueError as error:
        raise SettingsError(
            f"an entry of [[{section}]] has a certainty of its own: {entry['certainty']}"
        ) from error
    return DatedRule(
        section=section,
        key=_key(section, entry),
        says=says(section, entry),
        valid_from=entry["valid_from"],
        valid_to=entry.get("valid_to"),
        source=entry["source"],
        certainty=certainty,
        confirmation=_confirmation(section, entry.get("confirmed_by", UNCONFIRMED)),
    )


def _confirmation(section: str, told: object) -> Confirmation | None:
    if told == UNCONFIRMED:
        return None
    if not isinstance(told, Mapping) or set(told) != {"norm", "who", "day"}:
        raise SettingsError(
            f"confirmed_by of [[{section}]] is neither {UNCONFIRMED!r} nor norm, who and day"
        )
    norm, who, day = told["norm"], told["who"], told["day"]
    texts = all(isinstance(text, str) and text.strip() for text in (norm, who))
    if not texts or type(day) is not date:
        raise SettingsError(f"confirmed_by of [[{section}]] needs norm, who and a day")
    return Confirmation(norm=norm.strip(), who=who.strip(), day=day)


_PAIRS: Final = MappingProxyType({"applicants": "person", "required_papers": "kind"})
"""Sections whose entries are told apart by their track and one field more."""


def _key(section: str, entry: Entry) -> str:
    if section == "validity":
        return str(entry["prefix"]) or ANY_CIIU
    if section in _PAIRS:
        return f"{entry['track']}.{entry[_PAIRS[section]]}"
    if section == not_applicable.SECTION:
        return not_applicable.theme_and_reasons(entry)[0].value
    if section == correction_reasons.SECTION:
        return correction_reasons.reason_of(entry).code
    if section in {"granted_on_papers", "usual_limits"}:
        return str(entry["track"])
    return str(entry.get("kind") or entry.get("order") or "")
