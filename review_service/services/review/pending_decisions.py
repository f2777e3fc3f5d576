"""What officers do with a decision that has no effect yet: recommend, issue, give back, undo.

Until it takes effect (``taking_effect``) the case is in review for everybody outside, has no
number, and no message was written. Every function locks the application first and its pending
decision after it.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from review_service.db import claims
from review_service.db.models import ApplicationRow, PendingDecisionRow
from review_service.db.pending_decisions import pending_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import (
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.pending_decisions import DecisionOutcome, DecisionPolicy
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.written_reasons import written_reason
from review_service.services.agreements.issuing import require_issuable
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.case import require_seen
from review_service.services.review import effects, looking
from review_service.services.review.decision_checks import late_reason_for, require_all_accepted
from review_service.services.review.entitlement import is_same_person, require_entitled
from review_service.services.review.taking_effect import (
    carry_out,
    locked,
    record,
    require_as_in_trail,
    require_recommender,
)
from review_service.services.upkeep import clockwork

GIVE_BACK: Final = "Quien recomendó ya no puede decidir: devuelva la recomendación."


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDecision:
    """What an officer decides or recommends, checked and as it is stored."""

    outcome: DecisionOutcome
    reasons: str
    category: str = ""
    late_reason: str = ""


def begin(
    uow: UnitOfWork,
    row: ApplicationRow,
    said: CheckedDecision,
    *,
    officer_id: UUID,
    policy: DecisionPolicy,
) -> None:
    """Keep a decision that has no effect yet, in the caller's transaction.

    With four eyes it is a recommendation; else it takes effect once the time to undo it is over.
    Nobody holds the case meanwhile.
    """
    pending = PendingDecisionRow(
        application_id=row.id,
        outcome=said.outcome,
        reasons=said.reasons,
        category=said.category,
        late_reason=said.late_reason,
    )
    if policy.four_eyes:
        pending.recommended_by, pending.recommended_at = officer_id, uow.now
        record(uow, "decision_recommended", pending, officer_id=officer_id)
    else:
        _decide(uow, pending, officer_id=officer_id, policy=policy)
    uow.session.add(pending)
    row.claimed_by = row.claimed_at = row.claimed_until = None


def issue(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    rules: IssuingRules,
    policy: DecisionPolicy,
    late_reason: str = "",
    seen: str | None = None,
) -> str:
    """Decide what a colleague recommended; return the number, empty while it can be undone.

    Whoever recommended it may not, by any account (``NotAllowedError``). The legal term is judged
    now: ``late_reason`` takes the place of the recommendation's. Raises ``StaleStateError``, also
    when the trail contradicts the case, ``NotFoundError``, ``InvalidInputError`` when it may be
    decided so no longer, or not by who recommended it, ``NotAllowedError``, ``OwnCaseError``.
    """
    with uow:
        row, pending = _recommended(uow, application_id, version=version)
        require_as_in_trail(uow, application_id)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.DECIDE)
        if is_same_person(uow, pending.recommended_by, officer_id):
            raise NotAllowedError(f"officer {officer_id} recommended it: another one issues it")
        require_seen(uow, row, seen, Sight.REVIEW)
        require_recommender(uow, row, pending, problem=GIVE_BACK)
        if pending.outcome is DecisionOutcome.APPROVE:
            require_all_accepted(uow, row)
            if policy.stops_unseen:
                looking.require_opened(uow, row.id, officer_id=officer_id)
            require_issuable(uow, row, rules=rules, category=pending.category)
        else:
            effects.require_refusable(uow, row)
            pending.late_reason = late_reason_for(
                uow,
                row,
                late_reason or pending.late_reason,
                officer_id=officer_id,
                seat=rules.institution.place,
            )
        _decide(uow, pending, officer_id=officer_id, policy=policy)
        number = ""
        if not policy.undo_seconds:
            number = carry_out(uow, row, pending, rules=rules, institution=rules.institution)
        uow.commit()
        return number


def give_back(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    reason: str,
    seen: str | None = None,
) -> None:
    """End a recommendation, with a reason; the case is in review as before.

    Whoever recommended it takes it back by this too. The reason goes into the audit trail. Raises
    ``InvalidInputError`` without one, ``StaleStateError``, ``NotFoundError``, ``NotAllowedError``,
    ``OwnCaseError``.
    """
    given = written_reason(reason)
    with uow:
        row, pending = _recommended(uow, application_id, version=version)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.DECIDE)
        require_seen(uow, row, seen, Sight.REVIEW)
        is_own = pending.recommended_by == officer_id
        action = "recommendation_withdrawn" if is_own else "recommendation_given_back"
        record(uow, action, pending, officer_id=officer_id, reason=given)
        uow.session.delete(pending)
        if is_own:
            claims.hold(uow, row, officer_id=officer_id)
        uow.commit()


def undo(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    seen: str | None = None,
) -> None:
    """Undo the officer's own decision that has no effect yet; the officer holds the case again.

    What was recommended is recommended again. Raises ``StaleStateError`` once it has its effect or
    was undone, ``NotFoundError``, ``NotAllowedError`` for a colleague's decision.
    """
    with uow:
        row, pending = _pending(uow, application_id, version=version)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.DECIDE)
        require_seen(uow, row, seen, Sight.CASE)
        if pending.decided_by is None:
            raise StaleStateError(f"application {application_id} is only recommended")
        if pending.decided_by != officer_id:
            raise NotAllowedError(f"officer {officer_id} did not decide {application_id}")
        record(uow, "decision_undone", pending, officer_id=officer_id)
        if pending.recommended_by is not None:
            pending.decided_by = pending.decided_at = pending.takes_effect_at = None
        else:
            uow.session.delete(pending)
            claims.hold(uow, row, officer_id=officer_id)
        uow.commit()


def _decide(
    uow: UnitOfWork, pending: PendingDecisionRow, *, officer_id: UUID, policy: DecisionPolicy
) -> None:
    pending.decided_by, pending.decided_at = officer_id, uow.now
    pending.takes_effect_at = uow.now + timedelta(seconds=policy.undo_seconds)
    if policy.undo_seconds:
        record(uow, "decision_made", pending, officer_id=officer_id)


def _recommended(
    uow: UnitOfWork, application_id: UUID, *, version: int
) -> tuple[ApplicationRow, PendingDecisionRow]:
    clockwork.require_steady(uow)
    row, pending = _pending(uow, application_id, version=version)
    if pending.decided_by is not None:
        raise StaleStateError(f"application {application_id} was decided")
    return row, pending


def _pending(
    uow: UnitOfWork, application_id: UUID, *, version: int
) -> tuple[ApplicationRow, PendingDecisionRow]:
    """Lock and return a case and its pending decision, or raise ``StaleStateError``."""
    row = locked(uow, application_id)
    if row is None or row.confirmed_at is None:
        raise NotFoundError(f"no application {application_id}")
    pending = pending_of(uow.session, application_id)
    if pending is None or row.version != version or row.state is not ApplicationState.IN_REVIEW:
        raise StaleStateError(f"application {application_id} has no such decision")
    return row, pending
