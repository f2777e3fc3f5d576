"""Finds the statement of dates that a file is, by the event that its giving left in the trail."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from review_service.db.models import EventRow
from review_service.db.unit_of_work import UnitOfWork

STATEMENTS: Final = (
    sa.select(EventRow.at)
    .where(
        EventRow.action == sa.literal_column("'dates_stated'"),  # the index is of this word
        EventRow.details["sha256"].as_string() == sa.bindparam("file_sha256"),
    )
    .limit(1)
)
"""When a file was given as a statement of dates; ``file_sha256`` is its digest."""


def stated_at(uow: UnitOfWork, sha256: str) -> datetime | None:
    """Return when the service gave this very file as a statement of dates; None if it never did."""
    moment = uow.session.execute(STATEMENTS, {"file_sha256": sha256}).scalar_one_or_none()
    return moment if isinstance(moment, datetime) else None
