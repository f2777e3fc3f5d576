"""What a decision does when it takes effect: number, snapshot and task, or the letter of refusal.

Each in the caller's transaction, which then commits or keeps nothing of it.
"""

from uuid import UUID

from review_service.db.legal_terms import legal_terms_of
from review_service.db.models import ApplicationRow
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.applications import ApplicationState
from review_service.domain.institution import Institution
from review_service.services import notifying
from review_service.services.agreements.issuing import number_document
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.review.decision_checks import (
    remember_checks,
    require_all_accepted,
    require_checked,
    require_observed,
)
from review_service.services.review.letters import appeal_last_day, refusal_facts


def approve(
    uow: UnitOfWork,
    row: ApplicationRow,
    *,
    officer_id: UUID,
    grounds: str,
    category: str,
    rules: IssuingRules,
) -> str:
    """Approve, number and ask for the paper; return the number.

    Raises ``InvalidInputError`` when something is open or what ``number_document`` raises,
    ``StaleStateError``.
    """
    require_all_accepted(uow, row)
    remember_checks(uow, row, officer_id)
    move(
        uow,
        row,
        ApplicationState.APPROVED,
        actor=actor_of(officer_id),
        decided_by=officer_id,
        decided_at=uow.now,
        decision_reasons=grounds,
        due_at=None,
    )
    uow.session.refresh(row)
    return number_document(uow, row, rules=rules, category=category)


def require_refusable(uow: UnitOfWork, row: ApplicationRow) -> None:
    """Raise ``InvalidInputError`` while a check runs, or when no item stands observed."""
    require_checked(uow, row)
    require_observed(uow, row)


def record_late(
    uow: UnitOfWork,
    action: str,
    row: ApplicationRow,
    *,
    officer_id: UUID,
    reason: str,
    seat: str,
) -> None:
    """Write into the audit trail why an application was ended after its legal term, by whom."""
    uow.record(
        action,
        actor=actor_of(officer_id),
        subject_id=row.id,
        last_day=legal_terms_of(uow, [row], seat=seat)[row.id].last_day.isoformat(),
        reason=reason,
    )


def refuse(
    uow: UnitOfWork,
    row: ApplicationRow,
    *,
    officer_id: UUID,
    reasons: str,
    late_reason: str,
    institution: Institution,
) -> None:
    """Refuse and tell the applicant, with the remedies and the days of this moment.

    ``late_reason`` goes into the audit trail; empty within the legal term. Raises
    ``InvalidInputError`` when it may not be refused any more, ``StaleStateError``.
    """
    require_refusable(uow, row)
    if late_reason:
        record_late(
            uow,
            "refused_late",
            row,
            officer_id=officer_id,
            reason=late_reason,
            seat=institution.place,
        )
    until = appeal_last_day(uow, row, institution)
    facts = refusal_facts(row, reasons=reasons, institution=institution, appeal_until=until)
    remember_checks(uow, row, officer_id)
    move(
        uow,
        row,
        ApplicationState.REFUSED,
        actor=actor_of(officer_id),
        decided_by=officer_id,
        decided_at=uow.now,
        decision_reasons=reasons,
        due_at=None,
    )
    uow.session.refresh(row)
    notifying.tell_applicant(uow, row, event="refused", context=facts)
