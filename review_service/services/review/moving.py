"""A supervisor moves work: gives a case in review to an officer or another zone, with a reason."""

from uuid import UUID

import sqlalchemy as sa

from review_service.db import claims
from review_service.db.models import ApplicationRow
from review_service.db.pending_decisions import pending_of
from review_service.db.sightings import moved_stamp
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import InvalidInputError, NotFoundError, StaleStateError
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.written_reasons import written_reason
from review_service.domain.zones import zone_of_sheet, zones
from review_service.services.case import require_seen
from review_service.services.review.entitlement import is_entitled, require_entitled


def move(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    to: UUID | None,
    zone: str,
    reason: str,
    seen: str | None = None,
    seen_place: str | None = None,
) -> None:
    """Give the case to an officer, None for anybody, and to a zone; the reason goes into the trail.

    ``seen`` and ``seen_place`` are the versions of the form's page. Who has it open loses it when
    it is given to somebody else; what is decided and can be undone is moved by nobody. Raises
    ``InvalidInputError`` without a reason, for a zone or an officer that cannot have it and where
    nothing changes; ``StaleStateError``, ``NotFoundError``, ``NotAllowedError`` and
    ``OwnCaseError``.
    """
    given = written_reason(reason)
    with uow:
        row = uow.session.execute(
            sa.select(ApplicationRow).where(ApplicationRow.id == application_id).with_for_update()
        ).scalar_one_or_none()
        if row is None or row.confirmed_at is None:
            raise NotFoundError(f"no application {application_id}")
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.MOVE_WORK)
        if row.state is not ApplicationState.IN_REVIEW:
            raise StaleStateError(f"application {application_id} is {row.state.value}")
        pending = pending_of(uow.session, row.id)
        if pending is not None and pending.decided_by is not None:
            raise StaleStateError(f"application {application_id} was decided and can be undone")
        require_seen(uow, row, seen, Sight.CASE)
        if seen_place is not None and seen_place != moved_stamp(row):
            raise InvalidInputError(
                {"para": "Otra persona lo pasó mientras tanto: revise dónde está ahora."}
            )
        _require_may_have(uow, row, to)
        own = zone_of_sheet(row.sheet)
        if zone not in {*zones(), own}:
            raise InvalidInputError({"zona": "Elija una zona de la lista."})
        moved = None if zone == own else zone
        if (row.assigned_to, row.moved_zone) == (to, moved):
            raise InvalidInputError(
                {"para": "El caso ya está ahí: elija otra persona u otra zona."}
            )
        holder = claims.holder_of(uow, row)
        uow.record(
            "case_moved",
            actor=actor_of(officer_id),
            subject_id=row.id,
            reason=given,
            zone=zone,
            zone_before=row.moved_zone or own,
            officer=str(to or ""),
            officer_before=str(row.assigned_to or ""),
            held_by=str(holder or ""),
        )
        row.assigned_to, row.moved_zone = to, moved
        former = row.claimed_by  # also of a claim that ran out: an open page would renew it
        uow.session.flush()
        if former is not None and to is not None and former != to:
            claims.give_back(uow, row.id, officer_id=former)
        uow.commit()


def _require_may_have(uow: UnitOfWork, row: ApplicationRow, to: UUID | None) -> None:
    if to is not None and not is_entitled(uow, row, officer_id=to, permission=Permission.REVIEW):
        raise InvalidInputError({"para": "Esa persona no puede revisar este caso: elija otra."})
