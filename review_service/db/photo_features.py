"""Forgets what photos are described by when their files go: a drawing could be made from it."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import PageRow, PhotoRow


def forget(session: Session, documents: Collection[UUID]) -> None:
    """Delete the local features of the photos of some documents; their hashes stay."""
    pages = sa.select(PageRow.id).where(PageRow.document_id.in_(documents))
    session.execute(
        sa.update(PhotoRow)
        .where(PhotoRow.page_id.in_(pages), PhotoRow.features.is_not(None))
        .values(features=None)
        .execution_options(synchronize_session=False)
    )
