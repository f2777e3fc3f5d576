"""Checks at start that the rules of an installation can number, date and word its documents.

What every entry has (source, certainty, who confirmed it) ``rulebook`` checks. A rule that cannot
print would otherwise be found when somebody decides.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from string import Formatter
from types import MappingProxyType
from typing import Any, Final

from review_service.domain import appeals, correction_reasons, not_applicable, retention
from review_service.domain.dated_rules import Entry, in_force
from review_service.domain.errors import SettingsError
from review_service.domain.identifiers import REFERENCE_LETTERS, squeezed_number
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.letters import terms_on
from review_service.domain.offices import offices
from review_service.domain.open_data import data_licence
from review_service.domain.payroll_terms import DRAFT_DAYS, MOST_DAYS
from review_service.domain.personal_data import data_uses
from review_service.domain.rulebook import (
    DATA_LICENCES,
    LETTER_TERMS,
    OFFICES,
    SECTIONS,
    every_rule,
)

MOST_YEARS: Final = 100
LONGEST_NUMBER: Final = 80
"""Letters of a number; the column and the forms hold no more."""
LARGEST_SEQUENCE: Final = 99_999_999
_YEAR: Final = re.compile(r"(0?4)?d?")
_SEQUENCE: Final = re.compile(r"(0[1-8])?d?")
"""How year and sequence may be written: digits alone, so that each number is of one of each."""
_PLAIN: Final = re.compile("")
_FIELDS: Final[Mapping[str, Mapping[str, re.Pattern[str]]]] = MappingProxyType(
    {
        "numbering": {"acronyms": _PLAIN, "year": _YEAR, "sequence": _SEQUENCE},
        "certificate_numbering": {"acronym": _PLAIN, "year": _YEAR, "sequence": _SEQUENCE},
    }
)
"""What a template of each series may name, and how it may be written."""
_YEARS: Final = ("validity", "certificate_validity")
_TEXTS: Final = ("considerations", "benefits", "obligations", "places", "legal_basis")
_ALWAYS_ONE: Final = ("certificate_numbering", "certificate_validity")
MOST_WINDOW_DAYS: Final = 366


def require_usable(document: Mapping[str, Any], *, day: date) -> None:
    """Return when every rule can be used, and documents can be made on each day from ``day`` on.

    Raises ``SettingsError``, one Spanish sentence.
    """
    for section in SECTIONS:
        for entry in _entries(document, section):
            _require_days(section, entry)
            if section in _FIELDS:
                _require_template(section, entry)
            elif section in _YEARS:
                _require_years(section, entry)
            elif section in _TEXTS:
                _require_text(section, entry)
            elif section == "renewal_windows":
                _require_window(section, entry)
            elif section == "payroll_deletion":
                _require_deletion(section, entry)
    every_rule(document)
    _require_two_series(document)
    _require_certificates(document, day)
    _require_one_each_day(document, "payroll_deletion", day)
    _require_told(document, "data_uses", data_uses, day)
    _require_told(document, retention.SECTION, retention.terms, day)
    _require_told(document, OFFICES, offices, day)
    _require_told(document, LETTER_TERMS, terms_on, day)
    _require_told(document, appeals.SECTION, appeals.appeal_rules, day)
    _require_told(document, DATA_LICENCES, data_licence, day)
    _require_one_at_a_time(document, not_applicable.SECTION, by="theme")
    _require_one_at_a_time(document, correction_reasons.SECTION, by="code")
    for kind in IssuedKind:
        _require_one_each_day(
            document, "renewal_windows", day, kind=kind.value, told=f" de kind = {kind.value!r}"
        )


def _entries(document: Mapping[str, Any], section: str) -> Iterator[Entry]:
    entries = document.get(section, ())
    if isinstance(entries, str) or not all(isinstance(entry, Mapping) for entry in entries):
        raise SettingsError(f"En las reglas, {section} no es una lista: escriba [[{section}]].")
    return iter(entries)


def _refused(section: str, entry: Entry, why: str) -> SettingsError:
    begins = entry.get("valid_from")
    since = f" del {begins.isoformat()}" if isinstance(begins, date) else ""
    return SettingsError(f"En las reglas, [[{section}]]{since} ({SECTIONS[section]}) {why}.")


def _require_days(section: str, entry: Entry) -> None:
    begins, ends = entry.get("valid_from"), entry.get("valid_to")
    if type(begins) is not date or (ends is not None and type(ends) is not date):
        raise _refused(section, entry, "necesita fechas, como valid_from = 2026-01-31")
    if ends is not None and ends < begins:
        raise _refused(section, entry, "termina antes de empezar")


def _require_template(section: str, entry: Entry) -> None:
    template, known = entry.get("template"), _FIELDS[section]
    if not isinstance(template, str):
        raise _refused(section, entry, "no tiene template, la forma del número")
    try:
        parts = [part[1:] for part in Formatter().parse(template)]
    except ValueError as error:
        raise _refused(section, entry, f"tiene una llave suelta: «{template}»") from error
    for name, how, conversion in parts:
        if name is None:
            continue  # text alone
        if name not in known:
            named = ", ".join(f"{{{each}}}" for each in known)
            raise _refused(section, entry, f"nombra {{{name}}}, que no existe; hay {named}")
        if conversion or not known[name].fullmatch(how or ""):
            raise _refused(section, entry, f"escribe {{{name}:{how}}}; use {{{name}}} o dígitos")
    for needed in ("year", "sequence"):
        if needed not in {name for name, _, _ in parts}:
            raise _refused(section, entry, f"no nombra {{{needed}}}: dos números serían iguales")
    number = _number(entry, ("MMMMMM", "MMMMMM"), sequence=LARGEST_SEQUENCE)
    if len(number) > LONGEST_NUMBER or not number.isprintable():
        raise _refused(section, entry, f"da un número que no cabe en una línea: «{number[:40]}…»")


def _require_years(section: str, entry: Entry) -> None:
    years = entry.get("years")
    if type(years) is not int or not 1 <= years <= MOST_YEARS:
        raise _refused(section, entry, f"dice years = {years}; debe ser de 1 a {MOST_YEARS}")


def _require_text(section: str, entry: Entry) -> None:
    text = entry.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _refused(section, entry, "no tiene texto")


def _require_window(section: str, entry: Entry) -> None:
    days = entry.get("days")
    if type(days) is not int or not 0 <= days <= MOST_WINDOW_DAYS:
        raise _refused(section, entry, f"dice days = {days}; debe ser de 0 a {MOST_WINDOW_DAYS}")
    if entry.get("kind") not in tuple(IssuedKind):
        kinds = " o ".join(kind.value for kind in IssuedKind)
        raise _refused(section, entry, f"dice kind = {entry.get('kind')}; debe ser {kinds}")


def _require_deletion(section: str, entry: Entry) -> None:
    for name in ("days", DRAFT_DAYS):
        days = entry.get(name, 0 if name == DRAFT_DAYS else None)
        if type(days) is not int or not 0 <= days <= MOST_DAYS:
            raise _refused(section, entry, f"dice {name} = {days}; debe ser de 0 a {MOST_DAYS}")


def _require_two_series(document: Mapping[str, Any]) -> None:
    """Hold that no certificate can have the number of an Acuerdo, nor one like a reference.

    Year and sequence are digits, so the letters beside them have to differ, whatever the day.
    """
    sections = ("ministries", *_FIELDS)
    days = {entry["valid_from"] for section in sections for entry in _entries(document, section)}
    letters: dict[str, set[str]] = {section: set() for section in _FIELDS}
    for day in days:
        for section, found in letters.items():
            with suppress(SettingsError):  # nothing holds on that day
                signing = in_force(document, "ministries", day=day)
                acronyms = tuple(str(entry.get("acronym", "")) for entry in signing)
                for entry in in_force(document, section, day=day):
                    number = squeezed_number(_number(entry, acronyms, sequence=1))
                    found.add("".join(sign for sign in number if not sign.isdigit()))
    certificates = letters["certificate_numbering"]
    same = certificates & (letters["numbering"] | {REFERENCE_LETTERS, ""})
    if same:
        raise SettingsError(
            "En las reglas, el número de un certificado no se distingue del de un Acuerdo o de "
            f"una solicitud: sus letras son «{min(same)}». Ponga otras en el template de "
            "[[certificate_numbering]]."
        )


def _number(entry: Entry, acronyms: tuple[str, ...], *, sequence: int) -> str:
    template: str = entry["template"]
    return template.format(
        acronyms="-".join(acronyms), acronym=acronyms[0], year=2026, sequence=sequence
    )


def _require_certificates(document: Mapping[str, Any], day: date) -> None:
    """Hold that certificates have a number, an end and a legal basis on each day."""
    for section in (*_ALWAYS_ONE, "legal_basis"):
        _require_one_each_day(document, section, day)


def _require_told(
    document: Mapping[str, Any], section: str, told_on: Callable[..., object], day: date
) -> None:
    """Hold that on each day a page can tell what the section says."""
    entries = list(_entries(document, section))
    for each in _turning_days(entries, day):
        try:
            told_on(document, on=each)
        except SettingsError as error:
            told = f"[[{section}]] ({SECTIONS[section]}) no sirve para el {each.isoformat()}"
            raise SettingsError(f"En las reglas, {told}: {error}.") from error


def _require_one_at_a_time(document: Mapping[str, Any], section: str, *, by: str) -> None:
    """Hold that no two entries of one kind hold on one day."""
    ended: dict[str, date | None] = {}
    for entry in sorted(_entries(document, section), key=lambda each: each["valid_from"]):
        name = str(entry[by])
        if name in ended and ((last := ended[name]) is None or entry["valid_from"] <= last):
            raise _refused(section, entry, f"empieza antes de que termine la otra de {name}")
        ended[name] = entry.get("valid_to")


def _require_one_each_day(
    document: Mapping[str, Any], section: str, day: date, *, kind: str | None = None, told: str = ""
) -> None:
    """Hold that one entry of each place, of a kind where one is given, holds on each day."""
    entries = [each for each in _entries(document, section) if kind in (None, each.get("kind"))]
    for each in _turning_days(entries, day):
        held = [entry for entry in entries if _holds(entry, each)]
        named = f"En las reglas, [[{section}]] ({SECTIONS[section]})"
        if not held:
            raise SettingsError(
                f"{named} no tiene ninguna entrada{told} para el {each.isoformat()}."
            )
        places = {entry.get("order") if section == "legal_basis" else 0 for entry in held}
        if len(places) < len(held):
            raise SettingsError(
                f"{named} tiene dos entradas{told} en un mismo lugar para el {each.isoformat()}."
            )


def _turning_days(entries: Sequence[Entry], day: date) -> list[date]:
    """Return the day, and each later one on which an entry begins or no longer holds."""
    begun = {entry["valid_from"] for entry in entries}
    ended = {entry["valid_to"] + timedelta(days=1) for entry in entries if entry.get("valid_to")}
    return sorted({day, *(one for one in begun | ended if one > day)})


def _holds(entry: Entry, day: date) -> bool:
    last = entry.get("valid_to")
    return bool(entry["valid_from"] <= day and (last is None or day <= last))
