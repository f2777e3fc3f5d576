"""Which dated rules a document rests on: each statement that it prints, with its rule."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from review_service.domain import categories, emprendedor, persons
from review_service.domain.categories import Category
from review_service.domain.certificates import CertificateSnapshot
from review_service.domain.dated_rules import Entry, in_force
from review_service.domain.errors import SettingsError
from review_service.domain.issued_documents import IssuedKind, IssuedSnapshot
from review_service.domain.mipyme import MIPYME_KEY
from review_service.domain.persons import PersonKind, admission, person_kind
from review_service.domain.rulebook import Ground, dated_rule
from review_service.domain.validity import normalise_ciiu, valid_until

_TRACKS: Final = MappingProxyType(
    {
        **{category.label: MIPYME_KEY for category in Category},
        emprendedor.CATEGORY: emprendedor.EMPRENDEDOR_KEY,
    }
)
"""The track whose rules give each category that a certificate may say."""
_OF_CATEGORIES: Final = ("limits", "prevailing")
"""The rules that together give a category of a MIPYME."""


def grounds_of(snapshot: IssuedSnapshot, document: Mapping[str, Any]) -> tuple[Ground, ...]:
    """Return each statement on the paper that comes from a dated rule, with its rule.

    The rules of the day of issue count. A text that no rule of that day holds any longer, because
    the file was corrected since, comes back without one.
    """
    day = snapshot.issued_on
    grounds = [
        _found(document, "ministries", day, str(place), ministry.name, _same_ministry(ministry))
        for place, ministry in enumerate(snapshot.ministries, start=1)
    ]
    numbering = snapshot.numbering_section
    grounds.append(
        _found(document, numbering, day, "", snapshot.number, _number_template(snapshot))
    )
    for section, texts in snapshot.dated_texts.items():
        grounds += [
            _found(document, section, day, str(place), text, _same_text(text))
            for place, text in enumerate(texts, start=1)
        ]
    grounds.append(_found(document, "places", day, "", snapshot.place, _same_text(snapshot.place)))
    grounds.append(_VALIDITY_GROUNDS[snapshot.kind](snapshot, document))
    if isinstance(snapshot, CertificateSnapshot):
        grounds += _category_grounds(snapshot, document)
        grounds += _applicant_grounds(snapshot, document)
    return tuple(grounds)


def unconfirmed_grounds(
    snapshot: IssuedSnapshot, document: Mapping[str, Any], *, day: date
) -> tuple[Ground, ...]:
    """Return the statements on the paper whose rule was not confirmed by ``day``."""
    return tuple(
        ground
        for ground in grounds_of(snapshot, document)
        if ground.rule is None or not ground.rule.is_confirmed(day)
    )


def _found(
    document: Mapping[str, Any],
    section: str,
    day: date,
    key: str,
    says: str,
    is_said_by: Callable[[Entry], bool],
) -> Ground:
    rule = next(
        (dated_rule(section, e) for e in _in_force(document, section, day) if is_said_by(e)), None
    )
    return Ground(section=section, key=key, says=says, rule=rule)


def _in_force(document: Mapping[str, Any], section: str, day: date) -> Iterator[Entry]:
    try:
        yield from in_force(document, section, day=day)
    except SettingsError:  # a gap: nothing says it
        return


def _same_ministry(ministry: object) -> Callable[[Entry], bool]:
    names = ("name", "acronym", "signatory_name", "signatory_title")
    return lambda entry: all(getattr(ministry, name) == entry.get(name) for name in names)


def _same_text(text: str) -> Callable[[Entry], bool]:
    return lambda entry: str(entry.get("text", "")).strip() == text


def _number_template(snapshot: IssuedSnapshot) -> Callable[[Entry], bool]:
    acronyms = "-".join(ministry.acronym for ministry in snapshot.ministries)
    acronym = snapshot.ministries[0].acronym
    digits = "".join(sign if sign.isdigit() else " " for sign in snapshot.number).split()

    def could_print(entry: Entry) -> bool:
        year = snapshot.issued_on.year
        return snapshot.number in {
            str(entry["template"]).format(
                acronyms=acronyms, acronym=acronym, year=year, sequence=int(each)
            )
            for each in digits
        }

    return could_print


def _validity_ground(snapshot: IssuedSnapshot, document: Mapping[str, Any]) -> Ground:
    code = normalise_ciiu(snapshot.ciiu)
    fitting = [
        entry
        for entry in _in_force(document, "validity", snapshot.issued_on)
        if code.startswith(entry["prefix"])
    ]
    chosen = max(fitting, key=lambda entry: len(entry["prefix"]), default=None)
    rule = None
    if chosen is not None:
        until = valid_until(snapshot.valid_from, int(chosen["years"]))
        rule = dated_rule("validity", chosen) if until == snapshot.valid_until else None
    return Ground(
        section="validity",
        key=rule.key if rule else code,
        says=snapshot.valid_until.isoformat(),
        rule=rule,
    )


def _certificate_validity_ground(snapshot: IssuedSnapshot, document: Mapping[str, Any]) -> Ground:
    def gives_the_end(entry: Entry) -> bool:
        return valid_until(snapshot.valid_from, int(entry["years"])) == snapshot.valid_until

    says = snapshot.valid_until.isoformat()
    section = "certificate_validity"
    return _found(document, section, snapshot.issued_on, "", says, gives_the_end)


def _category_grounds(
    snapshot: CertificateSnapshot, document: Mapping[str, Any]
) -> Iterator[Ground]:
    """Yield the rules that give the category; one that no table gives has none."""
    section, says = categories.SECTION, snapshot.category
    if says == emprendedor.CATEGORY:
        yield _found(
            document, emprendedor.GRANTED, snapshot.issued_on, emprendedor.EMPRENDEDOR_KEY, says,
            _of_track(emprendedor.EMPRENDEDOR_KEY),
        )  # fmt: skip
        return
    if says not in _TRACKS:
        yield Ground(section=section, key="", says=says, rule=None)
        return
    for kind in _OF_CATEGORIES:
        yield _found(document, section, snapshot.issued_on, kind, says, _of_kind(kind))


def _of_track(key: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.get("track") == key


def _of_kind(kind: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.get("kind") == kind


def _applicant_grounds(
    snapshot: CertificateSnapshot, document: Mapping[str, Any]
) -> Iterator[Ground]:
    """Yield the rules by which the holder may apply, as far as the RUC tells the kind of person.

    Where no rule says anything an officer has looked at it, and there is nothing to confirm.
    """
    section, track = persons.SECTION, _TRACKS.get(snapshot.category)
    if track is None:
        return
    kind = person_kind(snapshot.ruc) or PersonKind.UNKNOWN
    try:
        rules = admission(kind, track, on=snapshot.issued_on, document=document).rules
    except SettingsError:  # a gap: nothing says it
        yield Ground(section=section, key=track, says=kind.label, rule=None)
        return
    for rule in rules:
        yield Ground(section=section, key=rule.key, says=rule.says, rule=rule)


_VALIDITY_GROUNDS: Final[
    Mapping[IssuedKind, Callable[[IssuedSnapshot, Mapping[str, Any]], Ground]]
] = MappingProxyType(
    {
        IssuedKind.AGREEMENT: _validity_ground,
        IssuedKind.CERTIFICATE: _certificate_validity_ground,
    }
)
