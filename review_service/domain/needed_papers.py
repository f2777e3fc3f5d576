"""Which supporting papers an applicant must send, by the dated table of each track."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from review_service.domain.associations import is_legal, organisation
from review_service.domain.data_sheet import DataSheet
from review_service.domain.dated_rules import Entry, in_force, packaged_rules
from review_service.domain.documents import SupportKind
from review_service.domain.errors import SettingsError
from review_service.domain.looked_up import PaperSource
from review_service.domain.rule_words import ASKED_OF
from review_service.domain.rulebook import DatedRule, dated_rule

FILE: Final = "support_documents"
NEEDED: Final = "required_papers"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededPaper:
    """A paper that this applicant must send, and the rule that says so."""

    kind: SupportKind
    comes_from: PaperSource
    rule: DatedRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom a table is asked about."""

    track: str
    ruc: str
    holder: str
    facts: Mapping[str, Any]
    """What the register says, as ``applying.facts_of`` writes it."""
    sheet: DataSheet
    on: date


def needed_papers(
    asked: Asked, document: Mapping[str, Any] | None = None
) -> tuple[NeededPaper, ...]:
    """Return the papers that the applicant must send, in the order of the page.

    A deed is asked of legal persons only, a payroll of whoever employs somebody or has not said, an
    appointment of who is represented. Without a ``document`` the packaged rules hold. Raises
    ``SettingsError`` for a table with a gap or a word of its own.
    """
    rules = packaged_rules(FILE) if document is None else document
    needed = {}
    for entry in in_force(rules, NEEDED, day=asked.on):
        if entry.get("asked_of") not in ASKED_OF or entry.get("kind") not in set(SupportKind):
            raise SettingsError(f"an entry of [[{NEEDED}]] names no paper, or no one to ask it of")
        of_track = entry.get("track") == asked.track
        if of_track and _applies(entry["asked_of"], asked, document):
            kind = SupportKind(entry["kind"])
            needed[kind] = NeededPaper(
                kind=kind, comes_from=source_of(entry), rule=dated_rule(NEEDED, entry)
            )
    return tuple(needed[kind] for kind in SupportKind if kind in needed)


def looked_up_kinds(document: Mapping[str, Any], *, on: date) -> tuple[SupportKind, ...]:
    """Return the papers that are looked up for anybody that day, in the order of the page."""
    entries = in_force(document, NEEDED, day=on)
    found = {entry["kind"] for entry in entries if source_of(entry).is_looked_up}
    return tuple(kind for kind in SupportKind if kind.value in found)


def source_of(entry: Entry) -> PaperSource:
    """Return where the paper of an entry comes from. Raises ``SettingsError``."""
    told = entry.get("comes_from", PaperSource.APPLICANT.value)
    if told not in tuple(PaperSource):
        raise SettingsError(f"an entry of [[{NEEDED}]] says comes_from = {told!r}")
    return PaperSource(told)


def _applies(asked_of: str, asked: Asked, document: Mapping[str, Any] | None) -> bool:
    taxpayer_type = str(asked.facts.get("taxpayer_type") or "")
    if asked_of == "legal":
        return is_legal(asked.ruc, taxpayer_type)
    if asked_of == "employers":
        return asked.sheet.employees != 0
    if asked_of == "organisations":
        found = organisation(
            ruc=asked.ruc,
            holder=asked.holder,
            taxpayer_type=taxpayer_type,
            said=asked.sheet.organisation,
            on=asked.on,
            document=document,
        )
        return found is not None and found.is_of_artisans
    return True
