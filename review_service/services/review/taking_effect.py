"""Lets decisions take effect once the time to undo them is over, or undoes them with the reason.

Each in one transaction that locks the application first and its pending decision after it, so that
of undoing and taking effect at once exactly one happens.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, PendingDecisionRow
from review_service.db.pending_decisions import pending_of
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import InvalidInputError, NotAllowedError, StaleStateError
from review_service.domain.institution import Institution
from review_service.domain.pending_decisions import DecisionOutcome
from review_service.domain.roles import Permission
from review_service.services.agreements.printed_facts import IssuingRules
from review_service.services.review import effects
from review_service.services.review.entitlement import is_entitled, require_entitled
from review_service.services.upkeep import clockwork, row_check
from review_service.services.upkeep.rounds import Round

logger = logging.getLogger(__name__)

AT_ONCE: Final = 200
"""Decisions that take effect in one round; the next goes on."""
NO_LONGER_ENTITLED: Final = "La cuenta de quien decidió ya no puede decidir."
RECOMMENDER_LOST: Final = "Quien recomendó ya no puede decidir."


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
                    carry_out(uow, row, pending, rules=rules(), institution=institution())
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


def carry_out(
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
    require_recommender(uow, row, pending, problem=RECOMMENDER_LOST)
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


def require_as_in_trail(uow: UnitOfWork, application_id: UUID) -> None:
    """Raise ``StaleStateError`` when somebody wrote past the service; before anything changes."""
    found = None
    for _ in range(2):  # what somebody writes between its questions it contradicts only once
        found = next(iter(row_check.of_subjects(uow, [application_id])), None)
        if found is None:
            return
    if found is not None:
        raise StaleStateError(f"{found.name}: {found.detail}")


def require_recommender(
    uow: UnitOfWork, row: ApplicationRow, pending: PendingDecisionRow, *, problem: str
) -> None:
    """Raise ``InvalidInputError`` when who recommended it, if anybody did, may decide no longer."""
    by = pending.recommended_by
    if by and not is_entitled(uow, row, officer_id=by, permission=Permission.DECIDE):
        raise InvalidInputError({"recommended": problem})


def locked(uow: UnitOfWork, application_id: UUID) -> ApplicationRow | None:
    """Lock and return an application as the database has it now; None for none."""
    return uow.session.execute(
        sa.select(ApplicationRow)
        .where(ApplicationRow.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def record(
    uow: UnitOfWork,
    action: str,
    pending: PendingDecisionRow,
    *,
    officer_id: UUID | None,
    **details: str,
) -> None:
    """Write the event of a pending decision, of an officer or of the service itself."""
    actor = "service" if officer_id is None else actor_of(officer_id)
    uow.record(
        action,
        actor=actor,
        subject_id=pending.application_id,
        outcome=pending.outcome.value,
        **details,
    )


def _due(
    uow: UnitOfWork, application_id: UUID, at: datetime | None
) -> tuple[ApplicationRow, PendingDecisionRow] | None:
    """Lock and return the decision that was due ``at``, or was overtaken; None when it is neither.

    Raises ``StaleStateError`` when the audit trail tells otherwise.
    """
    row = locked(uow, application_id)
    pending = pending_of(uow.session, application_id)
    if row is None or pending is None or pending.takes_effect_at != at:
        return None
    if not clockwork.is_steady(uow):
        return None
    is_ripe = at is not None and at <= uow.now
    if row.state is ApplicationState.IN_REVIEW and not is_ripe:
        return None
    require_as_in_trail(uow, application_id)
    return row, pending


def _drop_overtaken(uow: UnitOfWork, pending: PendingDecisionRow) -> None:
    """Record and delete a decision whose case a process of the version before moved; commit."""
    record(uow, "decision_dropped", pending, officer_id=None)
    uow.session.delete(pending)
    uow.commit()


def _undo_by_service(
    uow: UnitOfWork, application_id: UUID, at: datetime | None, *, why: str
) -> None:
    with uow:
        found = _due(uow, application_id, at)
        if found is None or found[0].state is not ApplicationState.IN_REVIEW:
            return
        _, pending = found
        record(uow, "decision_undone", pending, officer_id=None, reason=why)
        uow.session.delete(pending)
        uow.commit()
        logger.warning("decision_undone", extra={"application_id": str(application_id)})
