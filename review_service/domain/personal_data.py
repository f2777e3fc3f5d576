"""The register of personal data: what is kept of people, why and how long, from dated rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.dated_rules import Entry, in_force
from review_service.domain.documents import DocumentKind, SupportKind
from review_service.domain.errors import SettingsError
from review_service.domain.payroll_terms import deletion_days, draft_days, told_days
from review_service.domain.retention import OWN_DAYS, REMOVED_DAYS, terms
from review_service.domain.rulebook import DatedRule, dated_rule
from review_service.domain.wording import message_of, worded

SECTION: Final = "data_uses"
TEXTS: Final = ("heading", "reads", "purpose", "basis", "receivers", "term", "rights")
"""What each entry says, in Spanish."""
DAYS: Final = "days"
"""Names in a term, as «{days}», those after which the file of a payroll is deleted."""
UNSENT_DAYS: Final = "draft_days"
"""The same for the days after which a draft that nobody changes loses it."""
TYPED: Final = "sheet"
"""Key of what applicants type."""
NEVER_SENT: Final = frozenset({DocumentKind.SUPPORT})
"""Kinds that no applicant sends: they are of the command line alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataUse:
    """What is done with one kind of document or of other data."""

    key: str
    kinds: frozenset[DocumentKind]
    """The files that it speaks of; none for what is no file."""
    heading: str
    reads: str
    purpose: str
    basis: str
    receivers: str
    term: str
    rights: str
    """Where and how its holder turns."""
    rule: DatedRule
    """Where it stands, with its source and who confirmed it."""
    holds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The columns of the database in which it lies, by table."""

    @property
    def is_sent(self) -> bool:
        """Whether applicants type or send it themselves, for an application."""
        return bool(self.kinds) or self.key == TYPED

    @property
    def slug(self) -> str:
        """Names it in addresses."""
        paper = self.key if self.key in set(SupportKind) else None
        return SupportKind(paper).slug if paper else _SLUGS.get(self.key, self.key)


_SLUGS: Final = MappingProxyType(
    {
        "sheet": "datos",
        "photos": "fotos",
        "agreement": "acuerdo",
        "files": "archivos",
        "registry": "del-sri",
        "other_institutions": "otras-instituciones",
        "prior_register": "acuerdos-de-antes",
        "second_address": "segundo-correo",
        "mails": "correos",
        "access": "ingresos",
        "kept_forms": "formularios",
        "review": "revision",
        "issued": "documento-emitido",
        "receipts": "comprobante",
        "history": "historial",
        "officers": "quienes-revisan",
        "directory": "directorio",
    }
)


def data_uses(document: Mapping[str, Any], *, on: date) -> tuple[DataUse, ...]:
    """Return what holds that day, in the order of the page.

    Raises ``SettingsError`` for an entry that cannot be told, or a kind of file that none tells.
    """
    days = {
        DAYS: told_days(deletion_days(document, ended_on=on, today=on)),
        UNSENT_DAYS: told_days(draft_days(document, left_on=on, today=on)),
        **dict(_retention_days(document, on)),
        **_OWN_DAYS,
    }
    uses = tuple(_use(entry, days) for entry in in_force(document, SECTION, day=on))
    told = [kind for use in uses for kind in use.kinds]
    if len(set(told)) < len(told) or len({use.key for use in uses}) < len(uses):
        raise SettingsError(f"[[{SECTION}]] tells a kind twice on {on.isoformat()}")
    if missing := set(DocumentKind) - NEVER_SENT - set(told):
        raise SettingsError(f"[[{SECTION}]] does not tell {min(missing).value}")
    return uses


_OWN_DAYS: Final = MappingProxyType(
    {
        "own_removed": told_days(REMOVED_DAYS),
        **{f"own_{kind.value}": told_days(days) for kind, days in OWN_DAYS.items()},
    }
)
"""What stands for a term of the service's own, and what it says."""


def _retention_days(document: Mapping[str, Any], on: date) -> Iterator[tuple[str, str]]:
    for each in terms(document, on=on):
        yield f"retention_{each.kind.value}", told_days(each.days)
        yield f"retention_{each.kind.value}_notice", told_days(each.notice_days)


def _use(entry: Entry, days: Mapping[str, str]) -> DataUse:
    texts = {name: entry.get(name) for name in TEXTS}
    wrong = [name for name, text in texts.items() if not isinstance(text, str) or not text.strip()]
    if wrong or not entry.get("kind"):
        raise SettingsError(f"an entry of [[{SECTION}]] has no {(*wrong, 'kind')[0]}")
    named = entry.get("of", [])
    if unknown := set(named) - {kind.value for kind in DocumentKind}:
        raise SettingsError(f"[[{SECTION}]] names {min(unknown)}, which is no kind of file")
    told = {name: _with_days(str(text), days) for name, text in texts.items()}
    kinds = frozenset(DocumentKind(each) for each in named)
    holds = {table: frozenset(columns) for table, columns in entry.get("holds", {}).items()}
    rule = dated_rule(SECTION, entry)
    return DataUse(key=str(entry["kind"]), kinds=kinds, holds=holds, rule=rule, **told)


def _with_days(text: str, days: Mapping[str, str]) -> str:
    try:
        told = worded(message_of(text), **days)
    except KeyError as error:
        raise SettingsError(f"[[{SECTION}]] names {error}, which stands for no days") from error
    if "{" in told:
        raise SettingsError(f"[[{SECTION}]] has a «{{» that stands for no days: {text[:80]}")
    return told
