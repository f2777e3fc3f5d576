"""Sets how often something was tried, so that a test need not try it so often."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final, TypeVar

from review_service.db.engine import insert_if_absent
from review_service.db.models import AttemptRow
from review_service.domain.request_limits import Limit
from review_service.services import attempts, quick_attempts
from tests.factories import Office

Answer = TypeVar("Answer")

MOST_SECONDS: Final = 30.0
"""How long a test waits to be held up; it is within a second where nothing else runs."""


def set_count(office: Office, limit: Limit, who: str, count: int) -> None:
    """Let ``who`` have tried ``count`` times in this window and in the next."""
    with office.writing() as uow:
        start = attempts.window_of(uow, limit.per_seconds)
        key = attempts.key_of(limit.name, who)
        for moment in (start, start + timedelta(seconds=limit.per_seconds)):
            insert_if_absent(uow.session, AttemptRow, key=key, window_start=moment, count=count)
        uow.commit()


def until_held_up(ask: Callable[[], Answer], is_held_up: Callable[[Answer], bool]) -> Answer:
    """Ask until ``quick_attempts`` holds it up, and return that answer.

    A process learns of others' attempts with its next write, up to a second later: when the minute
    turned between two questions, or when somebody else was writing, one more is let through.
    """
    end = time.monotonic() + MOST_SECONDS
    while not is_held_up(answer := ask()) and time.monotonic() < end:
        time.sleep(quick_attempts.WRITE_SECONDS / 10)
    return answer
