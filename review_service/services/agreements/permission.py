"""Decides whether a paper may be signed now; all reasons against it are collected here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from review_service.domain.errors import SigningError
from review_service.domain.grounds import unconfirmed_grounds
from review_service.domain.issued_documents import IssuedSnapshot, VerificationMarks
from review_service.domain.paper_check import PrintedPaper, faults_of
from review_service.domain.rulebook import told_sections
from review_service.domain.signing import Objection
from review_service.ports import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperToSign:
    """What the checks look at."""

    snapshot: IssuedSnapshot
    signer: Signer
    rulebook: Mapping[str, Any]
    """Every dated rule of this installation, by section."""
    day: date


Check = Callable[[PaperToSign], Iterable[Objection]]
"""A function that returns the objections against signing a paper; empty: it may be signed."""


def keys_hold(paper: PaperToSign) -> Iterable[Objection]:
    """Ask the signer whether its keys and certificates may sign for these ministries today."""
    return paper.signer.objections(paper.snapshot)


def rules_are_confirmed(paper: PaperToSign) -> Iterable[Objection]:
    """Object when a paper with legal value depends on a rule that is not confirmed."""
    if paper.snapshot.demonstration or paper.signer.is_demonstration(paper.snapshot):
        return
    found = unconfirmed_grounds(paper.snapshot, paper.rulebook, day=paper.day)
    if found:
        yield Objection(
            sentence=f"La institución no ha confirmado {told_sections(found)}. Anote quién las "
            "confirmó en el archivo de INSTITUTION_FILE y vuelva a iniciar el proceso.",
            waits=True,
        )


CHECKS: Final[tuple[Check, ...]] = (keys_hold, rules_are_confirmed)
"""Run in this order. To add a reason, add a function here and a test for it."""


def require_permission(paper: PaperToSign, *, checks: Iterable[Check] = CHECKS) -> None:
    """Return when the paper may be signed.

    Raises ``SigningError`` with all the sentences; retryable when each of them only has to wait.
    """
    found = [objection for check in checks for objection in check(paper)]
    if found:
        raise SigningError(
            " ".join(objection.sentence for objection in found),
            retryable=all(objection.waits for objection in found),
        )


def require_whole(
    printed: PrintedPaper, *, snapshot: IssuedSnapshot, marks: VerificationMarks
) -> None:
    """Check that the rendered paper shows everything that was decided.

    Raises ``SigningError``, not retryable: the paper would come out the same again.
    """
    if faults := faults_of(printed, snapshot, marks):
        raise SigningError(" ".join(faults), retryable=False)
