"""Makes the paper of a refusal or a deemed withdrawal, alike for its preview and its applicant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, url_for

from review_service.domain.appeals import AppealedAct
from review_service.domain.applications import ApplicationKind
from review_service.domain.decision_papers import DecisionPaper
from review_service.domain.given_names import given_name
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.tracks import Track
from review_service.domain.withdrawal_resolutions import fact_lines
from review_service.web import account_turns
from review_service.web.context import parts
from review_service.web.files import attached_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCase:
    """Whose decision it is."""

    id: UUID
    reference: str
    holder: str
    ruc: str
    track: Track
    kind: ApplicationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionWords:
    """What the letter of the decision tells."""

    reasons: Sequence[str]
    remedies: str
    before: str
    until: date | None
    """Last day to appeal; None while no term runs."""
    signed_by: str = ""
    """Name and unit of who signed a deemed withdrawal."""


def withdrawal_words(facts: Mapping[str, Any], *, is_told: bool) -> DecisionWords:
    """Return what a resolution of a deemed withdrawal tells; ``is_told``: its notice was proven."""
    return DecisionWords(
        reasons=fact_lines(facts),
        remedies=facts["remedies"],
        before=facts["appeal_before"],
        until=date.fromisoformat(facts["appeal_until"]) if is_told else None,
        signed_by=f"{facts['signer']}, {facts['unit']}",
    )


def printed(
    case: DecidedCase,
    words: DecisionWords,
    *,
    act: AppealedAct = AppealedAct.REFUSAL,
    decided_on: date,
    is_draft: bool,
) -> Response:
    """Print the paper and send it as a download; a draft says so on it and in its name.

    Raises ``OutsideError`` when it could not be printed.
    """
    container = parts()
    institution = container.institution()
    path = url_for("applicant.application", application_id=case.id)
    paper = DecisionPaper(
        act=act,
        reference=case.reference,
        holder=case.holder,
        ruc=case.ruc,
        kind=_asked(case),
        decided_on=decided_on,
        reasons=tuple(words.reasons),
        signed_by=words.signed_by,
        remedies=words.remedies,
        appeal_before=words.before,
        appeal_days=institution.remedies.appeal_days,
        appeal_until=words.until,
        institution=institution.name,
        support=institution.support.sentence,
        address=f"{container.settings.public_url}{path}",
        is_draft=is_draft,
        demonstration=container.settings.demonstration,
    )
    account_turns.end_turn()
    content = container.receipt_printer.render_decision(paper)
    word = "negativa" if act is AppealedAct.REFUSAL else "desistimiento"
    word = f"borrador-{word}" if is_draft else word
    return attached_pdf(content, name=given_name(word, case.reference, ending="pdf"))


def _asked(case: DecidedCase) -> str:
    """Return what was asked for, in Spanish."""
    document = case.track.issues
    is_agreement = document is IssuedKind.AGREEMENT
    asked = f"{document.label} {'de artesano' if is_agreement else f'· {case.track.label}'}"
    return f"{asked} · {case.kind.label.lower()}"
