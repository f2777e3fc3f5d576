"""What every issued document has: its kind and series, the facts printed on all, its codes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, Final, Self

from review_service.domain.wording import gettext_noop


class IssuedKind(StrEnum):
    """What a track ends in. The value names its counter, and its events in the audit trail."""

    AGREEMENT = "agreement"
    """Acuerdo Interministerial, for an artisan."""
    CERTIFICATE = "certificate"
    """RUM certificate, for a MIPYME or an emprendedor."""

    @property
    def label(self) -> str:
        """Spanish name for the screen."""
        return _LABELS[self]

    @property
    def short_label(self) -> str:
        """One Spanish word, as in «Este Acuerdo es auténtico»."""
        return {
            IssuedKind.AGREEMENT: gettext_noop("Acuerdo"),
            IssuedKind.CERTIFICATE: gettext_noop("certificado"),
        }[self]

    @property
    def file_word(self) -> str:
        """First word of the names of its files, plain ASCII."""
        return {IssuedKind.AGREEMENT: "Acuerdo", IssuedKind.CERTIFICATE: "Certificado"}[self]

    @property
    def numbered_event(self) -> str:
        """Action of the event that says which number was given."""
        return f"{self.value}_numbered"

    @property
    def stored_event(self) -> str:
        """Action of the event that says which file was stored."""
        return f"{self.value}_stored"


_LABELS: Final = MappingProxyType(
    {
        IssuedKind.AGREEMENT: gettext_noop("Acuerdo Interministerial"),
        IssuedKind.CERTIFICATE: gettext_noop("Certificado RUM"),
    }
)
NUMBERED_EVENTS: Final = tuple(kind.numbered_event for kind in IssuedKind)
STORED_EVENTS: Final = tuple(kind.stored_event for kind in IssuedKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ministry:
    """One ministry that signs, as the dated institution file gives it."""

    name: str
    acronym: str
    signatory_name: str
    signatory_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedSnapshot:
    """Every fact printed on one issued document, fixed in the deciding transaction.

    Each kind adds its own facts in a subclass: texts, or tuples of texts.
    """

    kind: ClassVar[IssuedKind]

    number: str
    """As printed, such as ``MPCEI-MDEMO-2026-000482``."""
    application_reference: str
    holder: str
    ruc: str
    ciiu: str
    activity: str
    """The registry's text for the CIIU code."""
    canton: str
    province: str
    place: str
    """City where it is issued."""
    issued_on: date
    valid_from: date
    valid_until: date
    ministries: tuple[Ministry, ...]
    """Those that sign."""
    demonstration: bool
    """True prints «SIN VALIDEZ LEGAL – DEMOSTRACIÓN» on every page."""
    verification_host: str
    """Host in words, printed beside the QR."""

    @property
    def numbering_section(self) -> str:
        """Section of the dated rules that gives the form of the number."""
        return "numbering"

    @property
    def dated_texts(self) -> Mapping[str, tuple[str, ...]]:
        """The texts that dated rules give, by their section, in their printed order."""
        return {}

    @property
    def own_facts(self) -> Mapping[str, str]:
        """What this kind alone prints, by the Spanish name that a fault is told by."""
        return {}

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; dates as ISO text. What only some have is left out if empty."""
        optional = {field.name for field in fields(self) if field.default == ()}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
            if value or name not in optional
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Undo ``to_json``."""
        values: dict[str, Any] = {}
        for field in fields(cls):
            if field.default == () and field.name not in plain:
                continue
            value = plain[field.name]
            if field.name == "ministries":
                value = tuple(Ministry(**ministry) for ministry in value)
            elif field.type in {date, "date"}:
                value = date.fromisoformat(value)
            values[field.name] = tuple(value) if isinstance(value, list) else value
        return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationMarks:
    """What lets anyone check one agreement: QR address, typed code, file identifier."""

    url: str
    """HTTPS address with the 128-bit token, what the QR holds."""
    code: str
    """12 characters in groups of four, such as ``7K4M-29QX-TR3H``."""
    file_identifier: bytes
    """16 bytes, first element of the PDF's ``/ID``; survives a save by other programs."""
