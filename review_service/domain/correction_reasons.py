"""The dated catalogue of reasons for a request to correct: ready sentences, counted by their code.

The officer picks one by its number and changes it as needed: nothing is decided by it. What was
sent stays with the request as it was sent, whatever the catalogue becomes. Source: ADR 55.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from string import Formatter
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.applications import ReviewItem
from review_service.domain.dated_rules import in_force, packaged_rules
from review_service.domain.errors import SettingsError
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.wording import letters_in

FILE: Final = "correction_reasons"
SECTION: Final = "correction_reasons"
OWN_WORDS: Final = ""
"""The code of a reason that is in no catalogue."""
OWN_WORDS_LABEL: Final = "Otro motivo, con palabras propias"
MIN_LETTERS: Final = 8
MAX_SENTENCE: Final = 300
MAX_CODE: Final = 40
_NAMES: Final = frozenset({"part", "theme"})


class Part(StrEnum):
    """What of an application an entry applies to."""

    PHOTOS = "photos"
    PAPERS = "papers"
    DATA_SHEET = "data_sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionReason:
    """One defect in the words that the applicant reads."""

    code: str
    reason: str
    """What was found."""
    instruction: str
    """What to do about it."""
    basis: str
    """What asks for it, as the letter prints it."""
    part: Part
    items: frozenset[ReviewItem] = frozenset()
    """Narrows the part to these; empty for all of it."""
    tracks: frozenset[str] = frozenset()
    """Keys of tracks; empty for every one."""

    @property
    def label(self) -> str:
        """The sentence without the photo that it was found on, for lists and figures."""
        which = "La foto" if self.part is Part.PHOTOS else "La página"
        return self.reason.format(part=which, theme="…").rstrip(".")

    def is_for(self, item: ReviewItem, track: str) -> bool:
        """Whether it may be picked for an item of a track."""
        is_asked = not self.tracks or track in self.tracks
        return is_asked and self.part is part_of(item) and (not self.items or item in self.items)


def part_of(item: ReviewItem) -> Part:
    """Return which part of an application an item is."""
    if item.is_theme:
        return Part.PHOTOS
    return Part.DATA_SHEET if item is ReviewItem.DATA_SHEET else Part.PAPERS


def catalogue(
    *, on: date, document: Mapping[str, Any] | None = None
) -> tuple[CorrectionReason, ...]:
    """Return the reasons in force on a day, their sentences not filled in yet; none where none is.

    Raises ``SettingsError`` for an entry that cannot be used.
    """
    rules = packaged_rules(FILE) if document is None else document
    try:
        entries = in_force(rules, SECTION, day=on)
    except SettingsError:  # none holds: officers write each reason themselves
        return ()
    return tuple(map(reason_of, entries))


def reasons_for(
    item: ReviewItem,
    track: str,
    reasons: tuple[CorrectionReason, ...],
    *,
    page: int | None = None,
    file_name: str = "",
) -> tuple[CorrectionReason, ...]:
    """Return those of a catalogue that are for an item, filled in, the most frequent first.

    ``page`` and ``file_name`` name the page that was looked at, as the applicant knows it.
    """
    which = "La foto" if item.is_theme else "La página"
    if page is not None and item.is_theme and file_name:
        which = f"La foto «{file_name}» (página {page})"
    elif page is not None:
        which = f"La página {page}"
    return tuple(
        replace(
            each,
            reason=each.reason.format(part=which, theme=item.heading),
            instruction=each.instruction.format(part=which, theme=item.heading),
        )
        for each in reasons
        if each.is_for(item, track)
    )


def reason_labels(document: Mapping[str, Any] | None = None) -> Mapping[str, str]:
    """Return what each code says in lists and figures, by its newest entry, in force or not.

    ``OWN_WORDS`` is among them. Raises ``SettingsError`` for an entry that cannot be used.
    """
    rules = packaged_rules(FILE) if document is None else document
    entries = sorted(rules.get(SECTION, ()), key=lambda entry: entry["valid_from"])
    labels = {each.code: each.label for each in map(reason_of, entries)}
    return MappingProxyType({**labels, OWN_WORDS: OWN_WORDS_LABEL})


def reason_of(entry: Mapping[str, Any]) -> CorrectionReason:
    """Return what an entry of the rules says. Raises ``SettingsError`` when it cannot be used."""
    code = entry.get("code")
    if not isinstance(code, str) or not code.isidentifier() or len(code) > MAX_CODE:
        raise SettingsError(
            f"En las reglas, [[{SECTION}]] dice code = {code!r}; debe ser un nombre sin espacios, "
            f"de hasta {MAX_CODE} letras."
        )
    named = f"En las reglas, [[{SECTION}]] de {code}"
    part = entry.get("applies_to")
    if part not in set(Part):
        raise SettingsError(
            f"{named} dice applies_to = {part!r}; debe ser uno de: {', '.join(Part)}."
        )
    for name in ("reason", "instruction", "norm"):
        _require_sentence(entry.get(name), f"{named}, {name}", may_name=name != "norm")
    return CorrectionReason(
        code=code,
        reason=entry["reason"],
        instruction=entry["instruction"],
        basis=entry["norm"],
        part=Part(part),
        items=frozenset(map(ReviewItem, _listed(entry, "items", named, among=set(ReviewItem)))),
        tracks=frozenset(_listed(entry, "tracks", named)),
    )


def _listed(
    entry: Mapping[str, Any], name: str, named: str, *, among: Collection[str] | None = None
) -> list[str]:
    told = entry.get(name, [])
    if not isinstance(told, list) or not all(isinstance(each, str) for each in told):
        raise SettingsError(f"{named} dice {name} = {told!r}; debe ser una lista de nombres.")
    if among is not None and not set(told) <= set(among):
        unknown = ", ".join(sorted(set(told) - set(among)))
        raise SettingsError(f"{named} nombra en {name} lo que no existe: {unknown}.")
    return told


def _require_sentence(text: object, named: str, *, may_name: bool) -> None:
    if not isinstance(text, str) or letters_in(text) < MIN_LETTERS or len(text) > MAX_SENTENCE:
        raise SettingsError(f"{named} debe ser una frase de {MIN_LETTERS} a {MAX_SENTENCE} letras.")
    try:
        parts = [part[1:] for part in Formatter().parse(text)]
    except ValueError as error:
        raise SettingsError(f"{named} tiene una llave suelta: «{text}».") from error
    for name, how, conversion in parts:
        if name is not None and (not may_name or name not in _NAMES or how or conversion):
            known = ", ".join(f"{{{each}}}" for each in sorted(_NAMES)) if may_name else "nada"
            raise SettingsError(f"{named} nombra {{{name}}}; puede nombrar {known}.")
    if problem := undrawn_problem(text, field=named):
        raise SettingsError(problem)
