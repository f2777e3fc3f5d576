"""Deletes stored files that no row names, and old rows that are no longer needed."""

from datetime import timedelta

import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    AttemptRow,
    DocumentRow,
    OneUseLinkRow,
    PageRow,
    SessionRow,
)
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.ports import FileStore

ORPHAN_HOURS = 24
"""Files that no row names are kept this long: an upload may still be in progress."""
FORGET_DAYS = 30
"""Attempts, sessions and links are deleted after this many days."""
KEY_COLUMNS = (
    DocumentRow.staging_key,
    DocumentRow.storage_key,
    PageRow.image_key,
    PageRow.thumbnail_key,
    AgreementRow.storage_key,
)
"""Every column that names a file of the store."""
SWEPT_PREFIXES = ("staging/", "originals/", "derived/", "agreements/")


def sweep(reading: UnitFactory, store: FileStore) -> int:
    """Delete files older than a day that no row names; return how many."""
    with reading() as uow:
        limit = uow.now - timedelta(hours=ORPHAN_HOURS)
    removed = 0
    for prefix in SWEPT_PREFIXES:
        old = [entry.key for entry in store.keys(prefix) if entry.modified_at < limit]
        with reading() as uow:
            named = named_keys(uow)
        for key in old:
            if key not in named:
                store.delete(key)
                removed += 1
    return removed


def prune(uow: UnitOfWork) -> int:
    """Delete old attempts, sessions and links; return how many."""
    with uow:
        old = uow.now - timedelta(days=FORGET_DAYS)
        removed = 0
        for statement in (
            sa.delete(AttemptRow).where(AttemptRow.window_start < old),
            sa.delete(SessionRow).where(SessionRow.expires_at < old),
            sa.delete(OneUseLinkRow).where(OneUseLinkRow.link_expires_at < old),
        ):
            removed += len(uow.session.execute(statement.returning(sa.literal(1))).all())
        uow.commit()
        return removed


def named_keys(uow: UnitOfWork) -> set[str]:
    """Return every store key that some row names."""
    return {
        key
        for column in KEY_COLUMNS
        for key in uow.session.execute(sa.select(column).where(column.is_not(None))).scalars()
        if key is not None
    }
