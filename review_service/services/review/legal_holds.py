"""Puts a legal hold on an application, and lifts it: meanwhile nothing of it is deleted."""

from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, LegalHoldRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.errors import NotFoundError, StaleStateError
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.written_reasons import written_reason
from review_service.services.case import require_seen
from review_service.services.review.entitlement import require_entitled


def place(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    reason: str,
    seen: str | None = None,
) -> None:
    """Keep everything of an application until the hold is lifted; the same again is no conflict.

    Raises ``NotFoundError``, ``InvalidInputError``, ``StaleStateError`` when another hold stands,
    ``NotAllowedError`` and ``OwnCaseError``.
    """
    given = written_reason(reason)
    with uow:
        row = _application(uow, application_id, officer_id)
        standing = _standing(uow, application_id)
        if standing is not None:
            if (standing.placed_by, standing.reason) == (officer_id, given):
                return
            raise StaleStateError(f"a hold stands on {application_id}")
        require_seen(uow, row, seen, Sight.CASE)
        uow.session.add(
            LegalHoldRow(
                application_id=application_id,
                reason=given,
                placed_by=officer_id,
                placed_at=uow.now,
            )
        )
        uow.record("legal_hold_placed", actor=actor_of(officer_id), subject_id=application_id)
        uow.commit()


def lift(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    reason: str,
    seen: str | None = None,
) -> None:
    """End the hold: what is due goes with the next round; where none stands, nothing is to do.

    Raises as ``place``.
    """
    given = written_reason(reason)
    with uow:
        row = _application(uow, application_id, officer_id)
        require_seen(uow, row, seen, Sight.CASE)
        standing = _standing(uow, application_id)
        if standing is None:
            return
        standing.lifted_by, standing.lifted_at = officer_id, uow.now
        standing.lifted_reason = given
        uow.record("legal_hold_lifted", actor=actor_of(officer_id), subject_id=application_id)
        uow.commit()


def _application(uow: UnitOfWork, application_id: UUID, officer_id: UUID) -> ApplicationRow:
    row = uow.session.get(ApplicationRow, application_id, with_for_update=True)
    if row is None or row.confirmed_at is None:
        raise NotFoundError(f"no such case: {application_id}")
    require_entitled(uow, row, officer_id=officer_id, permission=Permission.HOLD)
    return row


def _standing(uow: UnitOfWork, application_id: UUID) -> LegalHoldRow | None:
    return uow.session.scalars(
        sa.select(LegalHoldRow).where(
            LegalHoldRow.application_id == application_id, LegalHoldRow.lifted_at.is_(None)
        )
    ).one_or_none()
