"""The receipt of an application: what was received, when, and what comes next."""

from dataclasses import dataclass
from datetime import datetime


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
class Receipt:
    """All data of the receipt, for the page and for the PDF."""

    reference: str
    holder: str
    ruc: str
    kind: str
    """Spanish words for new or renewal."""
    trade: str
    place: str
    """Canton and province of the workshop."""
    received_at: datetime
    due_at: datetime | None
    """When the promised answer is due; None once it was decided."""
    files: tuple[ReceivedFile, ...]
    institution: str
    support: str
    address: str
    """Where the application can be followed, with its scheme."""
    demonstration: bool
