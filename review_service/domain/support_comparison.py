"""Checks whether a supporting document is of another person or expired (emprendedor track).

Its findings carry no advice: whoever compares in a service marks them as compared.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from review_service.domain.dated_rules import in_force, packaged_rules
from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.prior_comparison import judge
from review_service.domain.reports import (
    SURE_CONFIDENCE,
    AgreementField,
    FieldOutcome,
    SupportField,
)
from review_service.domain.wording import long_date

CHECK: Final = "support"
SOON_DAYS: Final = 7
"""Days before its end from which a document is said to expire soon: a review may take as long."""
_DATED: Final = frozenset(VENTURE_PAPERS) - {SupportKind.DEED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadValue:
    """One value of the paper with the confidence of its reading, 0 to 100."""

    value: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """Until which day a document is valid."""

    until: date
    is_stated: bool
    """The paper names it, or a term; else the default of the rules."""


Values = Mapping[str, ReadValue]


def compare(
    kind: SupportKind,
    values: Values,
    *,
    ruc: str | None,
    on: date,
    document: Mapping[str, Any] | None = None,
) -> tuple[Finding, ...]:
    """Return the findings against a recognised document; ``ruc`` None: no RUC is expected.

    ``document`` holds the rules of freshness, the packaged ones when None.
    Raises ``SettingsError`` for rules with a gap.
    """
    return (*(_foreign(kind, values, ruc) if ruc else ()), *_aged(kind, values, on, document))


def judge_ruc(value: ReadValue, ruc: str) -> FieldOutcome:
    """Compare the RUC on the paper with the applicant's."""
    return judge(AgreementField.RUC, value.value, value.confidence, ruc)


def judge_holder(value: ReadValue, holder: str) -> FieldOutcome:
    """Compare the name on the paper with the applicant's."""
    return judge(AgreementField.HOLDER, value.value, value.confidence, holder)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A value beside what is expected of it."""

    outcome: FieldOutcome
    expected: str
    """Empty where nothing is."""


def judge_value(
    name: str, value: ReadValue, *, ruc: str, holder: str, employees: int | None
) -> Judged:
    """Compare RUC, name and workers with the application; of other values nothing is expected."""
    if name == SupportField.RUC:
        return Judged(outcome=judge_ruc(value, ruc), expected=ruc)
    if name == SupportField.HOLDER:
        return Judged(outcome=judge_holder(value, holder), expected=holder)
    if name == SupportField.WORKERS and employees is not None:
        return Judged(outcome=_judge_workers(value, employees), expected=str(employees))
    return Judged(outcome=FieldOutcome.UNREADABLE, expected="")


def _judge_workers(value: ReadValue, employees: int) -> FieldOutcome:
    if not sure(value):
        return FieldOutcome.UNREADABLE
    is_same = value.value == str(employees)
    return FieldOutcome.MATCHES if is_same else FieldOutcome.DIFFERS


def validity(
    kind: SupportKind, values: Values, *, on: date, document: Mapping[str, Any] | None = None
) -> Validity | None:
    """Return until when a document is valid; None if its kind never expires or has no date.

    Raises ``SettingsError`` for rules with a gap.
    """
    stated = day_of(values.get(SupportField.VALID_UNTIL))
    if stated is not None:
        return Validity(until=stated, is_stated=True)
    rules = packaged_rules("support_documents") if document is None else document
    entries = in_force(rules, "freshness", day=on)
    days = next((int(entry["days"]) for entry in entries if entry["kind"] == kind.value), 0)
    issued = day_of(values.get(SupportField.ISSUED_ON))
    if not days or issued is None:
        return None
    return Validity(until=issued + timedelta(days=days), is_stated=False)


def _foreign(kind: SupportKind, values: Values, ruc: str) -> Iterator[Finding]:
    read = values.get(SupportField.RUC)
    outcome = judge_ruc(read, ruc) if read else FieldOutcome.UNREADABLE
    if outcome is FieldOutcome.DIFFERS and read:
        yield _finding(
            FindingCode.SUPPORT_OF_OTHER,
            Severity.BAD,
            f"{kind.label}: es del RUC {read.value}; la solicitud, del RUC {ruc}.",
        )
    elif outcome is FieldOutcome.UNREADABLE and (read or kind in _DATED):
        # A deed is older than the RUC of the company that it makes.
        yield _finding(
            FindingCode.SUPPORT_RUC_UNREAD,
            Severity.DOUBT,
            f"{kind.label}: el RUC no se lee con seguridad.",
        )


def _aged(
    kind: SupportKind, values: Values, on: date, document: Mapping[str, Any] | None
) -> Iterator[Finding]:
    issued = day_of(values.get(SupportField.ISSUED_ON))
    if issued is not None and issued > on:
        yield _finding(
            FindingCode.SUPPORT_FROM_FUTURE,
            Severity.DOUBT,
            f"{kind.label}: dice que se emitió el {long_date(issued)}, un día que no ha llegado.",
        )
    known = validity(kind, values, on=on, document=document)
    if known is None:
        if kind in _DATED:
            yield _finding(
                FindingCode.SUPPORT_UNDATED,
                Severity.DOUBT,
                f"{kind.label}: no se lee de qué fecha es.",
            )
        return
    basis = "" if known.is_stated else ", contando el plazo usual desde su emisión"
    left = (known.until - on).days
    if left < 0:
        yield _finding(
            FindingCode.SUPPORT_EXPIRED,
            Severity.BAD,
            f"{kind.label}: valió hasta el {long_date(known.until)}{basis}.",
        )
    elif left <= SOON_DAYS:
        yield _finding(
            FindingCode.SUPPORT_EXPIRES_SOON,
            Severity.NOTE,
            f"{kind.label}: vale hasta el {long_date(known.until)}{basis}.",
        )


def sure(read: ReadValue | None) -> bool:
    """Whether a value was read with enough confidence to be used as evidence."""
    return read is not None and read.confidence >= SURE_CONFIDENCE


def day_of(read: ReadValue | None) -> date | None:
    """Return a day that was surely read, else None."""
    return day_named(read) if sure(read) else None


def day_named(read: ReadValue | None) -> date | None:
    """Return the day that was read, surely or not; None for what is none."""
    try:
        return date.fromisoformat(read.value) if read is not None else None
    except ValueError:
        return None


def _finding(code: FindingCode, severity: Severity, message: str) -> Finding:
    return Finding(check=CHECK, code=code, severity=severity, message=message)


def values_of(fields: Iterable[tuple[str, str, float]]) -> Values:
    """Return the read values by name; each comes as (name, value, confidence)."""
    return {
        name: ReadValue(value=value, confidence=confidence) for name, value, confidence in fields
    }
