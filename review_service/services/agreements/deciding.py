"""Decides in favour by a rule: the confirmed application is approved and its document numbered."""

from review_service.db.models import ApplicationRow
from review_service.db.transitions import move
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import InvalidTransitionError
from review_service.domain.rule_decisions import RuleDecision
from review_service.domain.tracks import Decider, track_of
from review_service.services.agreements.issuing import number_document
from review_service.services.agreements.printed_facts import IssuingRules


def approve_by_rule(
    uow: UnitOfWork, row: ApplicationRow, decision: RuleDecision, *, rules: IssuingRules
) -> str:
    """Approve and number in the caller's transaction, which confirms; return the number.

    The document is made by the same task as one that an officer granted. Raises
    ``InvalidTransitionError`` for an application that does not wait for its confirmation or whose
    track officers decide, ``StaleStateError``, and what ``number_document`` raises.
    """
    if track_of(row.track).decider is not Decider.RULE:
        raise InvalidTransitionError(f"no rule decides on the track {row.track}")
    move(
        uow,
        row,
        ApplicationState.APPROVED,
        actor=decision.actor,
        confirmed_at=uow.now,
        confirm_by=None,
        open_key=None,
        decided_rule=decision.rule,
        decided_at=uow.now,
        decision_reasons=decision.reasons,
    )
    uow.session.refresh(row)
    return number_document(uow, row, rules=rules, category=decision.category)
