"""The receipt of an application: what was received, when, and what comes next."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """One file as it was received."""

    name: str
    """The applicant's own name for it."""
    what: str
    """Spanish words for what it is meant to be."""
    size_bytes: int
    sha256: str
    """Hex digest of exactly the bytes that were sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfTheme:
    """Why a theme of the photos does not apply, as it was said when it was received."""

    theme: str
    """Spanish name."""
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """All data of the receipt, for the page and for the PDF."""

    reference: str
    holder: str
    ruc: str
    kind: str
    """Spanish words for what is asked for, and whether it is new or a renewal."""
    trade: str
    place: str
    """Canton and province of the place of work."""
    received_at: datetime
    due_at: datetime | None
    """When the promised answer is due; None once it was decided."""
    files: tuple[ReceivedFile, ...]
    not_applicable: tuple[SaidOfTheme, ...] = ()
    institution: str
    support: str
    address: str
    """Where the application can be followed, with its scheme."""
    demonstration: bool

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads; times keep their zone."""
        due_at = self.due_at.isoformat() if self.due_at is not None else None
        return {**asdict(self), "received_at": self.received_at.isoformat(), "due_at": due_at}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the receipt that ``to_json`` was asked of."""
        due_at = data["due_at"]
        return cls(
            **{
                **data,
                "received_at": datetime.fromisoformat(data["received_at"]),
                "due_at": datetime.fromisoformat(due_at) if due_at is not None else None,
                "files": tuple(ReceivedFile(**file) for file in data["files"]),
                "not_applicable": tuple(SaidOfTheme(**said) for said in data["not_applicable"]),
            }
        )
