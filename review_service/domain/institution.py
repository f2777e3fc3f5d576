"""The institution's data on one day: ministries, wording, form of the numbers, contact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from review_service.domain.dated_rules import (
    Entry,
    in_force,
    only_in_force,
    packaged_rules,
)
from review_service.domain.errors import SettingsError
from review_service.domain.identifiers import phone_number
from review_service.domain.issued_documents import Ministry
from review_service.domain.wording import Gettext, untranslated


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportContact:
    """Where an applicant may ask; an unknown part is empty text."""

    email: str
    phone: str
    hours: str

    @property
    def sentence(self) -> str:
        """One line for the foot of a letter."""
        return self.told(untranslated)

    def told(self, gettext: Gettext) -> str:
        """Return the same line in the language of a page."""
        phone = gettext(self.phone) if self.phone else ""
        ways = self.email or phone
        if self.email and phone:
            ways = gettext("%(email)s o al teléfono %(phone)s", email=self.email, phone=phone)
        if not self.hours:
            return gettext("Escriba a %(ways)s.", ways=ways)
        return gettext("Escriba a %(ways)s, %(hours)s.", ways=ways, hours=gettext(self.hours))

    @property
    def dialled(self) -> str:
        """The telephone as a phone dials it, without extension; empty when none is known."""
        number = phone_number(self.phone.partition(",")[0])
        return f"+593{number[1:]}" if number.isdecimal() and number.startswith("0") else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedies:
    """How a refused applicant may appeal: which appeal, to whom, within how many business days."""

    text: str
    before: str
    appeal_days: int
    """Business days. Source: COA art. 224."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """The institution as the rules of one day describe it."""

    ministries: tuple[Ministry, ...]
    number_template: str
    considerations: tuple[str, ...]
    benefits: tuple[str, ...]
    obligations: tuple[str, ...]
    place: str
    support: SupportContact
    remedies: Remedies

    @property
    def name(self) -> str:
        """Name of the ministry that receives the applications."""
        return self.ministries[0].name

    def number(self, *, year: int, sequence: int) -> str:
        """Return an agreement's number as printed; ``sequence`` starts at 1 each year."""
        acronyms = "-".join(ministry.acronym for ministry in self.ministries)
        return self.number_template.format(acronyms=acronyms, year=year, sequence=sequence)


def institution_on(day: date, document: Mapping[str, Any] | None = None) -> Institution:
    """Return the institution of that day from the parsed ``institution.toml``.

    Without a document the packaged file speaks. Raises ``SettingsError`` when the file has a gap
    or an overlap on that day.
    """
    rules = packaged_rules("institution") if document is None else document
    support = only_in_force(rules, "support", day=day)
    remedies = only_in_force(rules, "remedies", day=day)
    return Institution(
        ministries=_ministries(in_force(rules, "ministries", day=day), day),
        number_template=only_in_force(rules, "numbering", day=day)["template"],
        considerations=_texts(rules, "considerations", day),
        benefits=_texts(rules, "benefits", day),
        obligations=_texts(rules, "obligations", day),
        place=only_in_force(rules, "places", day=day)["text"],
        support=SupportContact(
            email=support["email"], phone=support["phone"], hours=support["hours"]
        ),
        remedies=Remedies(
            text=remedies["text"].strip(),
            before=remedies["before"],
            appeal_days=remedies["appeal_days"],
        ),
    )


def _texts(rules: Mapping[str, Any], section: str, day: date) -> tuple[str, ...]:
    return tuple(entry["text"].strip() for entry in in_force(rules, section, day=day))


def _ministries(entries: Sequence[Entry], day: date) -> tuple[Ministry, ...]:
    orders = [entry["order"] for entry in entries]
    if len(set(orders)) != len(orders):
        raise SettingsError(f"two ministries hold the same place on {day.isoformat()}")
    return tuple(
        Ministry(
            name=entry["name"],
            acronym=entry["acronym"],
            signatory_name=entry["signatory_name"],
            signatory_title=entry["signatory_title"],
        )
        for entry in entries
    )
