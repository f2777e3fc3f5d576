"""A dated rule tried on cases that were decided: which of them would have gone another way.

A trial is a copy of the rulebook in which one entry has other numbers and holds on every day; the
installation's rules and the cases stay as they are. Only the rules of the tracks that a rule
decides can be tried (``Track.rule``).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.categories import Category
from review_service.domain.dated_rules import Entry
from review_service.domain.emprendedor import EMPRENDEDOR_KEY
from review_service.domain.errors import InvalidInputError
from review_service.domain.mipyme import MIPYME_KEY
from review_service.domain.rule_decisions import Referral, RuleDecision
from review_service.domain.rulebook import DatedRule, dated_rule

TRACK_OF: Final[Mapping[str, str]] = MappingProxyType(
    {"categories": MIPYME_KEY, "usual_limits": EMPRENDEDOR_KEY, "freshness": EMPRENDEDOR_KEY}
)
"""The sections that can be tried, each with the key of the track whose cases it decides."""
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{
            f"{category.value}.{name}": f"{category.label}: hasta cuánto en {words}"
            for category in Category
            for name, words in (("workers", "personas"), ("sales_usd", "ventas, en dólares"))
        },
        "years": "Años desde que empezó el RUC",
        "workers": "Personas que emplea",
        "sales_usd": "Ventas, en dólares",
        "days": "Días que vale el documento (0: no envejece)",
    }
)
LARGEST: Final = 999_999_999
_OFFICER: Final = "officer"


class Turn(StrEnum):
    """How the answer of a tried rule differs from what was decided."""

    OTHER_CATEGORY = "other_category"
    TO_PERSON = "to_person"
    GRANTS_REFUSED = "grants_refused"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            Turn.OTHER_CATEGORY: "Saldría otra categoría",
            Turn.TO_PERSON: "Pasaría a una persona",
            Turn.GRANTS_REFUSED: "Se otorgaría lo que se negó",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleField:
    """One number of a rule that can be tried."""

    name: str
    """Path in the entry, such as ``micro.workers``."""
    label: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDecision:
    """What was decided of one case."""

    category: str
    """What its document says of its holder; empty text where it was refused."""
    was_by_rule: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A rule as it is to be tried."""

    rule: DatedRule
    track: str
    """Key of the track whose cases it decides."""
    fields: tuple[RuleField, ...]
    """Its numbers as the rule has them."""
    rulebook: Mapping[str, Any]
    """With the numbers that are tried."""


def triable(document: Mapping[str, Any], *, day: date) -> tuple[DatedRule, ...]:
    """Return the rules that can be tried and that nobody has confirmed by that day."""
    return tuple(
        rule
        for section in TRACK_OF
        for entry in document.get(section, ())
        if fields_of(section, entry) and not (rule := dated_rule(section, entry)).is_confirmed(day)
    )


def fields_of(section: str, entry: Entry) -> tuple[RuleField, ...]:
    """Return the numbers of an entry, in their order; none where it has none to try."""
    if section not in TRACK_OF:
        return ()
    found: list[RuleField] = []
    for name, value in entry.items():
        inner = value.items() if isinstance(value, Mapping) else ()
        for path, number in ((name, value), *((f"{name}.{key}", told) for key, told in inner)):
            if path in _WORDS and type(number) is int:
                found.append(RuleField(name=path, label=_WORDS[path], value=number))
    return tuple(found)


def trial_of(document: Mapping[str, Any], name: str, typed: Mapping[str, str]) -> Trial | None:
    """Return the trial of the rule of that name with the typed numbers; None for no such rule.

    What is not typed stays as the rule has it. Limits that only advise are tried as ones that send
    to a person: advice changes no decision. Raises ``InvalidInputError`` by the fields' names.
    """
    for section, track in TRACK_OF.items():
        for entry in document.get(section, ()):
            if fields_of(section, entry) and dated_rule(section, entry).name == name:
                changed = _changed(section, entry, typed)
                key = dated_rule(section, entry).key
                others = [
                    each for each in document[section] if dated_rule(section, each).key != key
                ]
                return Trial(
                    rule=dated_rule(section, entry),
                    track=track,
                    fields=fields_of(section, entry),
                    rulebook={**document, section: [*others, changed]},
                )
    return None


def turn_of(past: PastDecision, answer: RuleDecision | Referral) -> Turn | None:
    """Return how a case would have gone another way; None where it would not.

    What a person granted and the rule leaves to a person again is no other way.
    """
    if isinstance(answer, Referral):
        return Turn.TO_PERSON if past.was_by_rule else None
    if not past.category:
        return Turn.GRANTS_REFUSED
    return None if answer.category == past.category else Turn.OTHER_CATEGORY


def counted(turns: Counter[Turn]) -> tuple[tuple[Turn, int], ...]:
    """Return each kind of change with how many there are, in their order."""
    return tuple((turn, turns[turn]) for turn in Turn)


def _changed(section: str, entry: Entry, typed: Mapping[str, str]) -> dict[str, Any]:
    changed = {
        name: dict(value) if isinstance(value, Mapping) else value for name, value in entry.items()
    }
    problems: dict[str, str] = {}
    for each in fields_of(section, entry):
        text = typed.get(each.name, "").strip().replace(".", "")
        if not text:
            continue
        if not (text.isascii() and text.isdecimal() and int(text) <= LARGEST):
            problems[each.name] = f"En «{each.label}» escriba un número entero."
            continue
        name, _, inner = each.name.partition(".")
        if inner:
            changed[name][inner] = int(text)
        else:
            changed[name] = int(text)
    if problems:
        raise InvalidInputError(problems)
    if "stance" in changed:
        changed["stance"] = _OFFICER
    return {**changed, "valid_from": date.min, "valid_to": None}
