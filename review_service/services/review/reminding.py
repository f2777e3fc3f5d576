"""Reminds people that the days to correct run out, five and two business days before the last.

A reminder starts no term and ends none: nobody loses anything without it. It is written for the
last day that counts then: more days, or a notice begun anew, are reminded of again.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.correction_loop import loop_of
from review_service.db.handed_over import is_handed_over
from review_service.db.models import ApplicationRow, MailRow
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.terms import business_days_between, ecuador_day
from review_service.services import notifying
from review_service.services.calendar import decreed_days_of
from review_service.services.case import open_corrections
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

FIRST_REMINDER_DAYS: Final = 5
LAST_REMINDER_DAYS: Final = 2
"""Business days left at which somebody is reminded."""
_REMIND_AT: Final = (LAST_REMINDER_DAYS, FIRST_REMINDER_DAYS)
FARTHEST: Final = timedelta(days=30)
"""Five business days never take longer, whatever is decreed."""
AT_ONCE: Final = 500


def remind(reading: UnitFactory, writing: UnitFactory, *, seat: str) -> int:
    """Remind everybody whose days to correct run out; return how many were written to.

    Each is sent once for each last day, also when the scheduler stood still on its day. Who was
    never told of the request is not reminded of it. ``seat`` is the canton of the authority.
    Raises ``RoundFailedError`` at the end when some failed; all others are done.
    """
    reminded, doing = 0, Round("correction_not_reminded")
    last: UUID | None = None
    while found := _running_out(reading(), last):
        for application_id in found:
            with doing.one(application_id=application_id):
                reminded += _remind(writing(), application_id, seat)
        last = found[-1]
    doing.end()
    return reminded


def _running_out(uow: UnitOfWork, after: UUID | None) -> Sequence[UUID]:
    with uow:
        if not clockwork.is_steady(uow):
            return []
        chosen = _chosen(uow).order_by(ApplicationRow.id).limit(AT_ONCE)
        if after is not None:
            chosen = chosen.where(ApplicationRow.id > after)
        return uow.session.scalars(chosen.with_only_columns(ApplicationRow.id)).all()


def _chosen(uow: UnitOfWork) -> "sa.Select[ApplicationRow]":
    today = ecuador_day(uow.now)
    return sa.select(ApplicationRow).where(
        ApplicationRow.state == ApplicationState.CORRECTION_REQUESTED,
        ApplicationRow.correct_by >= today,
        ApplicationRow.correct_by <= today + FARTHEST,
        is_handed_over(),
    )


def _remind(uow: UnitOfWork, application_id: UUID, seat: str) -> int:
    with uow:
        chosen = _chosen(uow).where(ApplicationRow.id == application_id)
        row = uow.session.scalars(chosen.with_for_update(skip_locked=True)).one_or_none()
        if row is None or row.correct_by is None or not clockwork.is_steady(uow):
            return 0
        decreed = decreed_days_of(uow, row, seat=seat)
        left = business_days_between(ecuador_day(uow.now), row.correct_by, decreed=decreed)
        at = next((days for days in _REMIND_AT if left <= days), None)
        if at is None or _is_reminded(uow, row, at):
            return 0
        order = list(ReviewItem)
        asked = sorted((each.item for each in open_corrections(uow, row.id)), key=order.index)
        notifying.tell_applicant(
            uow,
            row,
            event=notifying.REMINDER,
            context={
                "days": at,
                "items": [item.heading for item in asked],
                "last_day": row.correct_by.isoformat(),
                "path": f"/solicitudes/{row.id}/corregir",
            },
        )
        uow.commit()
        return 1


def _is_reminded(uow: UnitOfWork, row: ApplicationRow, at: int) -> bool:
    """Whether a reminder of that day, or a later one, was written since the term got its last day.

    That is since the newest request, or since its notice was begun anew or more days were given.
    """
    loop = loop_of(uow.session, row, today=ecuador_day(uow.now))
    if loop is None:
        return True
    given = loop.extension.decided_at if loop.extension and loop.extension.days else None
    since = max(each for each in (loop.asked_at, loop.restarted_at, given) if each is not None)
    told = sa.select(MailRow.id).where(
        MailRow.application_id == row.id,
        MailRow.event == notifying.REMINDER,
        MailRow.created_at >= since,
        MailRow.context["days"].as_integer() <= at,
    )
    return uow.session.scalars(told.limit(1)).first() is not None
