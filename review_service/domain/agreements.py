"""The Acuerdo Interministerial: its states, and the snapshot of every fact printed on it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self


class AgreementState(StrEnum):
    """How far issuing an agreement has come. Whether it is in force: ``verifying.Verdict``."""

    NUMBERED = "numbered"
    STORED = "stored"
    """Rendered, signed and stored; a signed PDF that is not stored does not count (ADR 0004)."""
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ministry:
    """One ministry that signs, as the dated institution file gives it."""

    name: str
    acronym: str
    signatory_name: str
    signatory_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSnapshot:
    """Every fact printed on one agreement, fixed in the deciding transaction."""

    number: str
    """As printed, such as ``MPCEI-MDEMO-2026-000482``."""
    application_reference: str
    holder: str
    ruc: str
    trade: str
    """What the artisan makes, in words."""
    ciiu: str
    activity: str
    """The registry's text for the CIIU code."""
    workshop_address: str
    canton: str
    province: str
    place: str
    """City of the «Dado en …» line."""
    issued_on: date
    valid_from: date
    valid_until: date
    ministries: tuple[Ministry, ...]
    considerations: tuple[str, ...]
    """The «Que, …» clauses, as the institution file gives them."""
    benefits: tuple[str, ...]
    obligations: tuple[str, ...]
    demonstration: bool
    """True prints «SIN VALIDEZ LEGAL – DEMOSTRACIÓN» on every page."""
    verification_host: str
    """Host in words, printed beside the QR."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values; dates as ISO text."""
        plain = asdict(self)
        for name in ("issued_on", "valid_from", "valid_until"):
            plain[name] = plain[name].isoformat()
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Undo ``to_json``."""
        values = dict(plain)
        for name in ("issued_on", "valid_from", "valid_until"):
            values[name] = date.fromisoformat(values[name])
        values["ministries"] = tuple(Ministry(**ministry) for ministry in values["ministries"])
        for name in ("considerations", "benefits", "obligations"):
            values[name] = tuple(values[name])
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
