"""Legal holds: while one stands on an application, nothing of it is deleted."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from review_service.db.models import LegalHoldRow

ApplicationColumn = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]


def is_held(application_id: ApplicationColumn) -> sa.ColumnElement[bool]:
    """Whether a hold stands on the application that a column names; for any query."""
    return sa.exists().where(
        LegalHoldRow.application_id == application_id, LegalHoldRow.lifted_at.is_(None)
    )
