"""Reads which files share a place, for ``domain/file_places.py`` to say which of them stands."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import DocumentRow
from review_service.domain.file_places import PlacedFile


def placed_files(session: Session, application_id: UUID) -> Sequence[PlacedFile]:
    """Return every file that the applicant ever sent for an application, also removed ones."""
    session.flush()
    rows = session.execute(
        sa.select(
            DocumentRow.id,
            DocumentRow.kind,
            DocumentRow.state,
            DocumentRow.replaces,
            DocumentRow.created_at,
            DocumentRow.removed_at,
        ).where(DocumentRow.application_id == application_id, DocumentRow.assembled.is_(False))
    )
    return [placed(row) for row in rows]


def placed(row: Any) -> PlacedFile:  # noqa: ANN401 -- a file's, with these columns at least
    """Return what the rules of places need to know of a file."""
    return PlacedFile(
        id=row.id,
        kind=row.kind,
        state=row.state,
        replaces=row.replaces,
        created_at=row.created_at,
        is_removed=row.removed_at is not None,
    )
