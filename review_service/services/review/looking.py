"""Records that an officer looked at a case: one event per officer, case and 15 minutes."""

from enum import StrEnum
from uuid import UUID

from review_service.db.unit_of_work import UnitFactory
from review_service.services import attempts

WINDOW_SECONDS = 15 * 60
"""One event in this time, however many pages are turned: the chain stays small."""


class Look(StrEnum):
    """What was looked at; the value is the event's action."""

    CASE = "case_viewed"
    PAGES = "pages_viewed"
    AGREEMENT = "agreement_downloaded"


def record(
    reading: UnitFactory,
    writing: UnitFactory,
    look: Look,
    *,
    application_id: UUID,
    officer_id: UUID,
) -> None:
    """Record the look unless it was recorded in this window; then nothing is written.

    Raises ``DatabaseDownError``: what cannot be written down is not shown.
    """
    who = f"{officer_id}:{application_id}"
    with reading() as uow:
        if attempts.happened(uow, purpose=look.value, who=who, per_seconds=WINDOW_SECONDS):
            return
    with writing() as uow:
        if attempts.first_time(uow, purpose=look.value, who=who, per_seconds=WINDOW_SECONDS):
            uow.record(look.value, actor=f"officer:{officer_id}", subject_id=application_id)
            uow.commit()
