"""Gives the sweeper the bytes of files that were removed from a draft before it was ever sent."""

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.unit_of_work import UnitFactory
from review_service.services.upkeep import clockwork

LONGEST_BACKUP_HOURS: Final = 24
"""Hours from the removal of a file to its release. The sweeper waits as long again, and as long
with files that no row names: a backup that had read the row before has copied the bytes by then,
and an upload has ended."""
AT_ONCE: Final = 500


def release(writing: UnitFactory) -> int:
    """Release removed files that no officer ever had before them; return how many.

    Releases none while the clock is not believed. Rows, hashes and findings stay. Files of a
    correction stay whole, since pages of both sides show what stood before.
    """
    released = 0
    while found := _release_some(writing):
        released += found
    return released


def _release_some(writing: UnitFactory) -> int:
    with writing() as uow:
        if not clockwork.is_steady(uow):
            return 0
        never_sent = sa.or_(
            ApplicationRow.confirmed_at.is_(None),
            DocumentRow.removed_at < ApplicationRow.confirmed_at,
        )
        removed = (
            sa.select(DocumentRow.id)
            .join(ApplicationRow, ApplicationRow.id == DocumentRow.application_id)
            .where(
                DocumentRow.removed_at < uow.now - timedelta(hours=LONGEST_BACKUP_HOURS),
                DocumentRow.released_at.is_(None),
                DocumentRow.assembled.is_(False),
                DocumentRow.round == 0,
                never_sent,
            )
            .limit(AT_ONCE)
        )
        rows = uow.session.execute(
            sa.update(DocumentRow)
            .where(DocumentRow.id.in_(removed), DocumentRow.released_at.is_(None))
            .values(released_at=uow.now)
            .returning(DocumentRow.size_bytes)
            .execution_options(synchronize_session=False)
        ).all()
        if rows:
            size_bytes = sum(row.size_bytes for row in rows)
            uow.record("files_released", actor="scheduler", files=len(rows), size_bytes=size_bytes)
            uow.commit()
        return len(rows)
