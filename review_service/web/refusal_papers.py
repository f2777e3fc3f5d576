"""Makes the paper of a refusal, alike for the officer's preview and for the applicant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Response, url_for

from review_service.domain.applications import ApplicationKind
from review_service.domain.given_names import given_name
from review_service.domain.issued_documents import IssuedKind
from review_service.domain.refusal_papers import RefusalPaper
from review_service.domain.tracks import Track
from review_service.web import account_turns
from review_service.web.context import parts
from review_service.web.files import attached_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedCase:
    """Whose refusal it is."""

    id: UUID
    reference: str
    holder: str
    ruc: str
    track: Track
    kind: ApplicationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the letter of the refusal tells."""

    reasons: Sequence[str]
    remedies: str
    before: str
    until: date | None
    """Last day to appeal; None while no term runs."""


def printed(case: RefusedCase, told: Told, *, decided_on: date, is_draft: bool) -> Response:
    """Print the paper and send it as a download; a draft says so on it and in its name.

    Raises ``OutsideError`` when it could not be printed.
    """
    container = parts()
    institution = container.institution()
    path = url_for("applicant.application", application_id=case.id)
    paper = RefusalPaper(
        reference=case.reference,
        holder=case.holder,
        ruc=case.ruc,
        kind=_asked(case),
        decided_on=decided_on,
        reasons=tuple(told.reasons),
        remedies=told.remedies,
        appeal_before=told.before,
        appeal_days=institution.remedies.appeal_days,
        appeal_until=told.until,
        institution=institution.name,
        support=institution.support.sentence,
        address=f"{container.settings.public_url}{path}",
        is_draft=is_draft,
        demonstration=container.settings.demonstration,
    )
    account_turns.end_turn()
    content = container.receipt_printer.render_refusal(paper)
    word = "borrador-negativa" if is_draft else "negativa"
    return attached_pdf(content, name=given_name(word, case.reference, ending="pdf"))


def _asked(case: RefusedCase) -> str:
    """Return what was asked for, in Spanish."""
    document = case.track.issues
    is_agreement = document is IssuedKind.AGREEMENT
    asked = f"{document.label} {'de artesano' if is_agreement else f'· {case.track.label}'}"
    return f"{asked} · {case.kind.label.lower()}"
