"""Steps of decisions that can be undone, or that a colleague issues."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import OfficerRow, PendingDecisionRow, ReviewItemRow
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.institution import Institution, institution_on
from review_service.domain.pending_decisions import DecisionPolicy
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_today
from review_service.services.review import pending_decisions, reviewing, taking_effect
from tests.factories import Office, add_officer, issuing_rules
from tests.integration.services import steps

REASONS = "Las fotos no son del taller que se declaró."
UNDOABLE = DecisionPolicy(undo_seconds=60)
FOUR_EYES = DecisionPolicy(four_eyes=True)
BOTH = DecisionPolicy(undo_seconds=60, four_eyes=True)


def institution() -> Institution:
    """Return the packaged institution of today."""
    return institution_on(ecuador_today())


def approve(office: Office, case: UUID, officer_id: UUID, policy: DecisionPolicy = UNDOABLE) -> str:
    """Approve what was accepted."""
    return reviewing.approve(
        office.writing(),
        application_id=case,
        officer_id=officer_id,
        version=steps.application(office, case).version,
        rules=issuing_rules(),
        policy=policy,
    )


def refuse(office: Office, case: UUID, officer_id: UUID, policy: DecisionPolicy = UNDOABLE) -> None:
    """Observe a point and refuse."""
    steps.observe(office, case, officer_id)
    refuse_observed(office, case, officer_id, policy)


def refuse_observed(
    office: Office, case: UUID, officer_id: UUID, policy: DecisionPolicy = UNDOABLE
) -> None:
    """Refuse what stands observed."""
    reviewing.refuse(
        office.writing(),
        application_id=case,
        officer_id=officer_id,
        version=steps.application(office, case).version,
        reasons=REASONS,
        institution=institution(),
        policy=policy,
    )


def undo(office: Office, case: UUID, officer_id: UUID) -> None:
    """Undo the decision."""
    pending_decisions.undo(
        office.writing(),
        application_id=case,
        officer_id=officer_id,
        version=steps.application(office, case).version,
    )


def issue(office: Office, case: UUID, officer_id: UUID, policy: DecisionPolicy = FOUR_EYES) -> str:
    """Decide as was recommended."""
    return pending_decisions.issue(
        office.writing(),
        application_id=case,
        officer_id=officer_id,
        version=steps.application(office, case).version,
        rules=issuing_rules(institution()),
        policy=policy,
    )


def give_back(office: Office, case: UUID, officer_id: UUID, reason: str) -> None:
    """Give the recommendation back."""
    pending_decisions.give_back(
        office.writing(),
        application_id=case,
        officer_id=officer_id,
        version=steps.application(office, case).version,
        reason=reason,
    )


def ripen(office: Office) -> None:
    """Let the time to undo be over, as if it had been written so."""
    with office.writing() as uow:
        for row in uow.session.scalars(
            sa.select(PendingDecisionRow).where(PendingDecisionRow.decided_by.is_not(None))
        ):
            row.takes_effect_at = uow.now - timedelta(seconds=1)
        uow.commit()


def reopen(office: Office, case: UUID) -> None:
    """Withdraw a verdict, as a check does that finds its photo elsewhere."""
    with office.writing() as uow:
        entry = uow.session.get_one(ReviewItemRow, (case, ReviewItem.WORKSHOP))
        entry.verdict, entry.judged_by, entry.judged_at = ItemVerdict.PENDING, None, None
        entry.reopened_at = uow.now
        uow.record("item_reopened", actor="service", subject_id=case, item="workshop")
        uow.commit()


def take_effect(office: Office) -> int:
    """Do the scheduler's round."""
    return taking_effect.take_effect(
        office.reading, office.writing, rules=issuing_rules, institution=institution
    )


def pending(office: Office) -> list[PendingDecisionRow]:
    """Return all decisions that have no effect yet."""
    return steps.rows(office, PendingDecisionRow)


def another_account(office: Office, officer_id: UUID) -> UUID:
    """Return a new account of the same person, whose former one is locked."""
    account = add_officer(office, "la misma", role=OfficerRole.SUPERVISOR)
    with office.writing() as uow:
        former = uow.session.get_one(OfficerRow, officer_id)
        former.active = False
        uow.session.get_one(OfficerRow, account).cedula = former.cedula
        uow.commit()
    return account
