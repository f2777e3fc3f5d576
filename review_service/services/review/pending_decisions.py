"""Decisions on their way: recommended, issued by another officer, undone, or taking effect.

Until a decision takes effect the case is in review for everybody outside, has no number, and no
message was written. Every function locks the application first and its pending decision after it,
so that of undoing and taking effect at once exactly one happens.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import claims
from review_service.db.models import ApplicationRow, PendingDecisionRow
from review_service.db.pending_decisions import pending_of
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.institution import Institution
from review_service.domain.pending_decisions import DecisionOutcome, DecisionPolicy
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.written_reasons import written_reason
from review_service.services.agreements.issuing import require_issuable
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.case import require_seen
from review_service.services.review import effects
from review_service.services.review.decision_checks import late_reason_for, require_all_accepted
from review_service.services.review.entitlement import is_entitled, is_same_person, require_entitled
from review_service.services.upkeep import clockwork, row_check
from review_service.services.upkeep.rounds import Round

logger = logging.getLogger(__name__)

AT_ONCE: Final = 200
"""Decisions that take effect in one round; the next goes on."""
NO_LONGER_ENTITLED: Final = "La cuenta de quien decidió ya no puede decidir."
RECOMMENDER_LOST: Final = "Quien recomendó ya no puede decidir."
GIVE_BACK: Final = "Quien recomendó ya no puede decidir: devuelva la recomendación."


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an officer decides or recommends, checked and as it is stored."""

    outcome: DecisionOutcome
    reasons: str
    category: str = ""
    late_reason: str = ""


def begin(
    uow: UnitOfWork,
    row: ApplicationRow,
    said: Said,
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
        _record(uow, "decision_recommended", pending, officer_id=officer_id)
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
        _require_as_in_trail(uow, application_id)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.DECIDE)
        if is_same_person(uow, pending.recommended_by, officer_id):
            raise NotAllowedError(f"officer {officer_id} recommended it: another one issues it")
        require_seen(uow, row, seen, Sight.REVIEW)
        _require_recommender(uow, row, pending, problem=GIVE_BACK)
        if pending.outcome is DecisionOutcome.APPROVE:
            require_all_accepted(uow, row)
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
            number = _take_effect(uow, row, pending, rules=rules, institution=rules.institution)
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
        _record(uow, action, pending, officer_id=officer_id, reason=given)
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
        _record(uow, "decision_undone", pending, officer_id=officer_id)
        if pending.recommended_by is not None:
            pending.decided_by = pending.decided_at = pending.takes_effect_at = None
        else:
            uow.session.delete(pending)
            claims.hold(uow, row, officer_id=officer_id)
        uow.commit()


def take_effect(
    reading: UnitFactory,
    writing: UnitFactory,
    *,
    rules: Callable[[], IssuingRules],
    institution: Callable[[], Institution],
) -> int:
    """Let the decisions whose time to be undone is over take effect; return how many did.

    Each in one transaction of its own, so that a process that dies leaves it for the next round.
    Numbers, dates and terms are those of that moment. What may not be decided so any more is undone
    by the service, with the reason in the trail, and what a process of the version before overtook
    is dropped. One whose case the trail contradicts stays and fails. None while the clock is not
    believed. Raises ``RoundFailedError`` at the end, ``OutsideError`` at once.
    """
    with reading() as uow:
        due = uow.session.execute(
            sa.select(PendingDecisionRow.application_id, PendingDecisionRow.takes_effect_at)
            .join(ApplicationRow, ApplicationRow.id == PendingDecisionRow.application_id)
            .where(
                sa.or_(
                    PendingDecisionRow.takes_effect_at <= uow.now,
                    ApplicationRow.state != ApplicationState.IN_REVIEW,
                )
            )
            .order_by(PendingDecisionRow.takes_effect_at, PendingDecisionRow.application_id)
            .limit(AT_ONCE)
        ).all()
    done, decisions = 0, Round("decision_without_effect")
    for application_id, at in due:
        with decisions.one(application_id=application_id):
            why = ""
            try:
                with writing() as uow:
                    found = _due(uow, application_id, at)
                    if found is None:
                        continue
                    row, pending = found
                    if row.state is not ApplicationState.IN_REVIEW:
                        _drop_overtaken(uow, pending)
                        continue
                    _take_effect(uow, row, pending, rules=rules(), institution=institution())
                    uow.commit()
                    done += 1
            except InvalidInputError as error:
                why = " ".join(error.problems.values())
            except NotAllowedError:
                why = NO_LONGER_ENTITLED
            if why:
                _undo_by_service(writing(), application_id, at, why=why)
    decisions.end()
    return done


def _due(
    uow: UnitOfWork, application_id: UUID, at: datetime | None
) -> tuple[ApplicationRow, PendingDecisionRow] | None:
    """Lock and return the decision that was due ``at``, or was overtaken; None when it is neither.

    Raises ``StaleStateError`` when the audit trail tells otherwise.
    """
    row = _locked(uow, application_id)
    pending = pending_of(uow.session, application_id)
    if row is None or pending is None or pending.takes_effect_at != at:
        return None
    if not clockwork.is_steady(uow):
        return None
    is_ripe = at is not None and at <= uow.now
    if row.state is ApplicationState.IN_REVIEW and not is_ripe:
        return None
    _require_as_in_trail(uow, application_id)
    return row, pending


def _drop_overtaken(uow: UnitOfWork, pending: PendingDecisionRow) -> None:
    """Record and delete a decision whose case a process of the version before moved; commit."""
    _record(uow, "decision_dropped", pending, officer_id=None)
    uow.session.delete(pending)
    uow.commit()


def _require_as_in_trail(uow: UnitOfWork, application_id: UUID) -> None:
    """Raise ``StaleStateError`` when somebody wrote past the service; before anything changes."""
    found = None
    for _ in range(2):  # what somebody writes between its questions it contradicts only once
        found = next(iter(row_check.of_subjects(uow, [application_id])), None)
        if found is None:
            return
    if found is not None:
        raise StaleStateError(f"{found.name}: {found.detail}")


def _require_recommender(
    uow: UnitOfWork, row: ApplicationRow, pending: PendingDecisionRow, *, problem: str
) -> None:
    """Raise ``InvalidInputError`` when who recommended it, if anybody did, may decide no longer."""
    by = pending.recommended_by
    if by and not is_entitled(uow, row, officer_id=by, permission=Permission.DECIDE):
        raise InvalidInputError({"recommended": problem})


def _take_effect(
    uow: UnitOfWork,
    row: ApplicationRow,
    pending: PendingDecisionRow,
    *,
    rules: IssuingRules,
    institution: Institution,
) -> str:
    """Do what was decided, in the caller's transaction; return the number, if it takes one."""
    officer_id = pending.decided_by
    if officer_id is None:
        raise StaleStateError(f"application {row.id} is only recommended")
    require_entitled(uow, row, officer_id=officer_id, permission=Permission.DECIDE)
    _require_recommender(uow, row, pending, problem=RECOMMENDER_LOST)
    if pending.outcome is DecisionOutcome.APPROVE:
        return effects.approve(
            uow,
            row,
            officer_id=officer_id,
            grounds=pending.reasons,
            category=pending.category,
            rules=rules,
        )
    effects.refuse(
        uow,
        row,
        officer_id=officer_id,
        reasons=pending.reasons,
        late_reason=pending.late_reason,
        institution=institution,
    )
    return ""


def _undo_by_service(
    uow: UnitOfWork, application_id: UUID, at: datetime | None, *, why: str
) -> None:
    with uow:
        found = _due(uow, application_id, at)
        if found is None or found[0].state is not ApplicationState.IN_REVIEW:
            return
        _, pending = found
        _record(uow, "decision_undone", pending, officer_id=None, reason=why)
        uow.session.delete(pending)
        uow.commit()
        logger.warning("decision_undone", extra={"application_id": str(application_id)})


def _decide(
    uow: UnitOfWork, pending: PendingDecisionRow, *, officer_id: UUID, policy: DecisionPolicy
) -> None:
    pending.decided_by, pending.decided_at = officer_id, uow.now
    pending.takes_effect_at = uow.now + timedelta(seconds=policy.undo_seconds)
    if policy.undo_seconds:
        _record(uow, "decision_made", pending, officer_id=officer_id)


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
    row = _locked(uow, application_id)
    if row is None or row.confirmed_at is None:
        raise NotFoundError(f"no application {application_id}")
    pending = pending_of(uow.session, application_id)
    if pending is None or row.version != version or row.state is not ApplicationState.IN_REVIEW:
        raise StaleStateError(f"application {application_id} has no such decision")
    return row, pending


def _locked(uow: UnitOfWork, application_id: UUID) -> ApplicationRow | None:
    return uow.session.execute(
        sa.select(ApplicationRow)
        .where(ApplicationRow.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def _record(
    uow: UnitOfWork,
    action: str,
    pending: PendingDecisionRow,
    *,
    officer_id: UUID | None,
    **details: str,
) -> None:
    actor = "service" if officer_id is None else f"officer:{officer_id}"
    uow.record(
        action,
        actor=actor,
        subject_id=pending.application_id,
        outcome=pending.outcome.value,
        **details,
    )
