"""Sets how often something was tried, so that a test need not try it so often."""

from datetime import timedelta

from review_service.db.engine import insert_if_absent
from review_service.db.models import AttemptRow
from review_service.domain.request_limits import Limit
from review_service.services import attempts
from tests.factories import Office


def set_count(office: Office, limit: Limit, who: str, count: int) -> None:
    """Let ``who`` have tried ``count`` times in this window and in the next."""
    with office.writing() as uow:
        start = attempts.window_of(uow, limit.per_seconds)
        key = attempts.key_of(limit.name, who)
        for moment in (start, start + timedelta(seconds=limit.per_seconds)):
            insert_if_absent(uow.session, AttemptRow, key=key, window_start=moment, count=count)
        uow.commit()
