"""What a check noticed. A finding informs a person; it decides nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters to the person who reads it, mildest first."""

    NOTE = "note"
    DOUBT = "doubt"
    BAD = "bad"

    @property
    def rank(self) -> int:
        """0 for a note, 2 for the worst."""
        return list(Severity).index(self)

    @property
    def label(self) -> str:
        """Spanish word for the screen, so that colour is never the only sign."""
        return {Severity.NOTE: "Nota", Severity.DOUBT: "Duda", Severity.BAD: "Alerta"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing one check noticed.

    ``message`` is for the officer, with the number, its unit and its limit. ``advice`` is for the
    applicant: what happened and the cure, in one or two sentences; empty when the applicant must
    not see the finding (comparisons with other people's files or with the register).
    """

    check: str
    """Name of the check's module, such as ``sharpness``."""
    code: str
    """A ``FindingCode``, such as ``photo_blurred``; text, because older files keep older codes."""
    severity: Severity
    message: str
    advice: str = ""
    page: int | None = None
    """1-based; None when the whole document is meant."""


def worst(findings: Iterable[Finding]) -> Severity | None:
    """Return the highest severity, or None when there is no finding."""
    return max((finding.severity for finding in findings), key=lambda s: s.rank, default=None)
