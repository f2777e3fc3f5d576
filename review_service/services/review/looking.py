"""Records that an officer looked at a case: one event per officer, case and 15 minutes."""

import time
from enum import StrEnum
from typing import Final
from uuid import UUID

from review_service.db.unit_of_work import UnitFactory
from review_service.domain.actors import actor_of
from review_service.services import attempts

WINDOW_SECONDS = 15 * 60
"""One event in this time, however many pages are turned: the chain stays small."""
KNOWN_SECONDS: Final = 60.0
"""So long a process knows that a look is recorded and does not ask again: pages turned quickly."""
MOST_KNOWN: Final = 1_000
_known: dict[tuple["Look", UUID, UUID], float] = {}
"""Looks that are recorded, with the moment of ``time.monotonic`` up to which nobody asks again."""


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
    key = (look, officer_id, application_id)
    if time.monotonic() < _known.get(key, 0.0):
        return
    who = f"{officer_id}:{application_id}"
    with reading() as uow:
        happened = attempts.happened(uow, purpose=look.value, who=who, per_seconds=WINDOW_SECONDS)
    if not happened:
        with writing() as uow:
            if attempts.first_time(uow, purpose=look.value, who=who, per_seconds=WINDOW_SECONDS):
                uow.record(look.value, actor=actor_of(officer_id), subject_id=application_id)
                uow.commit()
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[key] = time.monotonic() + KNOWN_SECONDS
