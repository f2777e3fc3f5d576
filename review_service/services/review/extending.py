"""Deciding on more days to correct: granted, half of the term at most, or not (COA 161)."""

from uuid import UUID

import sqlalchemy as sa

from review_service.db.correction_loop import loop_of
from review_service.db.models import ApplicationRow, CorrectionExtensionRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.applications import ApplicationState
from review_service.domain.correction_loop import MOST_EXTENSION_DAYS, extended
from review_service.domain.errors import InvalidInputError, NotFoundError, StaleStateError
from review_service.domain.roles import Permission
from review_service.domain.sightings import Sight
from review_service.domain.terms import ecuador_day
from review_service.domain.written_reasons import written_reason
from review_service.services import notifying
from review_service.services.calendar import decreed_days_of
from review_service.services.case import require_seen
from review_service.services.review.entitlement import require_entitled
from review_service.services.upkeep import clockwork

EVENT = "extension_decided"
NOBODY_ASKED = "La persona no ha pedido una prórroga."
LATE = (
    "El plazo ya terminó y la persona pidió la prórroga a tiempo: ya no se puede negar, porque la "
    "demora fue nuestra. Conceda los días."
)


def under_correction(uow: UnitOfWork, *, application_id: UUID, version: int) -> ApplicationRow:
    """Lock and return a case whose correction is waited for, in the version seen.

    Raises ``StaleStateError``, ``NotFoundError``, and ``InvalidInputError`` while the clock is not
    believed.
    """
    clockwork.require_steady(uow)
    row = uow.session.execute(
        sa.select(ApplicationRow).where(ApplicationRow.id == application_id).with_for_update()
    ).scalar_one_or_none()
    if row is None or row.confirmed_at is None:
        raise NotFoundError(f"no application {application_id}")
    if row.version != version or row.state is not ApplicationState.CORRECTION_REQUESTED:
        raise StaleStateError(f"application {application_id} is at version {row.version}")
    return row


def decide(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    version: int,
    days: int,
    answer: str = "",
    seat: str | None = None,
    seen: str | None = None,
) -> None:
    """Grant so many business days, or none with a reason, and tell the applicant.

    After the last day it can only be granted, from today: it was asked for in time. ``seat`` is as
    in ``calendar.decreed_days``. Raises ``InvalidInputError`` for ``days`` or ``motivo``,
    ``StaleStateError`` when it was decided or answered meanwhile, ``NotFoundError``,
    ``NotAllowedError``, ``OwnCaseError``.
    """
    if not 0 <= days <= MOST_EXTENSION_DAYS:
        raise InvalidInputError({"days": f"Elija de 1 a {MOST_EXTENSION_DAYS} días hábiles."})
    said = "" if days else written_reason(answer)
    with uow:
        row = under_correction(uow, application_id=application_id, version=version)
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.REVIEW)
        require_seen(uow, row, seen, Sight.LOOP)
        today = ecuador_day(uow.now)
        loop = loop_of(uow.session, row, today=today)
        if loop is None or loop.extension is None:
            raise InvalidInputError({"days": NOBODY_ASKED})
        if not loop.extension.waits:
            raise StaleStateError(f"the extension of {application_id} was decided")
        if loop.is_over and not days:
            raise InvalidInputError({"days": LATE})
        last_day = loop.last_day or today
        if days:
            decreed = decreed_days_of(uow, row, seat=seat)
            last_day = extended(last_day, days, today=today, decreed=decreed)
            row.correct_by = last_day
        entry = uow.session.get_one(CorrectionExtensionRow, loop.extension.id)
        entry.days, entry.answer = days, said
        entry.decided_by, entry.decided_at = officer_id, uow.now
        uow.record(
            "extension_granted" if days else "extension_refused",
            actor=actor_of(officer_id),
            subject_id=row.id,
            extension_id=str(entry.id),
            days=days,
            until=last_day.isoformat(),
        )
        notifying.tell_applicant(
            uow,
            row,
            event=EVENT,
            context={
                "granted": days,
                "answer": said,
                "last_day": last_day.isoformat(),
                "path": f"/solicitudes/{row.id}/corregir",
            },
        )
        uow.commit()
