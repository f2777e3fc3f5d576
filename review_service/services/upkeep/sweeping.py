"""Deletes stored files that no row names."""

import logging
import time
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

import sqlalchemy as sa

from review_service.db.legal_holds import is_held
from review_service.db.letters_about import has_open_letter
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    LetterPhotoRow,
    PageRow,
)
from review_service.db.named_files import document_in
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.retention import LONGEST_BACKUP_HOURS
from review_service.ports import FileStore, StoredKey
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

logger = logging.getLogger(__name__)

KEY_COLUMNS = (
    DocumentRow.staging_key,
    DocumentRow.storage_key,
    DocumentRow.page_photos_key,
    PageRow.image_key,
    PageRow.preview_key,
    PageRow.thumbnail_key,
    AgreementRow.storage_key,
    LetterPhotoRow.staging_key,
    LetterPhotoRow.image_key,
)
"""Every column that names a file of the store."""
PAGE_KEY_COLUMNS = tuple(column for column in KEY_COLUMNS if column.class_ is PageRow)
SWEPT_PREFIXES = ("staging/", "originals/", "derived/", "agreements/")
AT_ONCE = 1_000
"""Keys that are in memory and asked for at a time."""
MOST_ORPHANS = 2_000
"""Orphans that are deleted together: each time all page rows are read once."""
ASKED_AGAIN = 100
"""Orphans of which it is asked again, right before they go, whether a row names them: a legal hold
may have been put there meanwhile."""


class StoreWalk:
    """Goes through the keys of all swept folders, a part at a time; at the end it begins anew."""

    def __init__(self, store: FileStore) -> None:
        self._store = store
        self._left: Iterator[StoredKey] | None = None

    @property
    def is_at_start(self) -> bool:
        """Whether the next keys are the first ones."""
        return self._left is None

    def next_keys(self) -> Sequence[StoredKey]:
        """Return at most ``AT_ONCE`` more keys; none at the end. Raises ``StoreError``."""
        if self._left is None:
            self._left = (entry for prefix in SWEPT_PREFIXES for entry in self._store.keys(prefix))
        try:
            found = list(islice(self._left, AT_ONCE))
        except BaseException:
            self._left = None  # a listing that failed can't go on
            raise
        if not found:
            self._left = None
        return found


def sweep(
    reading: UnitFactory,
    store: FileStore,
    *,
    walk: StoreWalk | None = None,
    seconds: float = float("inf"),
) -> int:
    """Delete files older than a day that no row names; return how many.

    At the start of each walk, what uploads that never ended left is deleted first.

    With a ``walk`` that is kept it ends after so many seconds, and the next call goes on there.
    Deletes nothing while the clock is not believed. Raises ``RoundFailedError`` at the end when a
    file could not be deleted, ``StoreError`` when the store does not answer.
    """
    walk, ends_at = walk or StoreWalk(store), time.monotonic() + seconds
    deleting = Round("file_not_deleted", store=store)
    with reading() as uow:
        if not clockwork.is_steady(uow):
            return 0
        limit = uow.now - timedelta(hours=LONGEST_BACKUP_HOURS)
    if walk.is_at_start:
        unfinished = store.drop_unfinished(before=limit)
        if unfinished:
            logger.warning("unfinished_puts_dropped", extra={"count": unfinished})
    removed, orphans = 0, set[str]()
    while time.monotonic() < ends_at and (found := walk.next_keys()):
        orphans |= _unnamed(reading, found, older_than=limit)
        if len(orphans) >= MOST_ORPHANS:
            removed += _delete(reading, store, orphans, deleting)
            orphans = set()
    removed += _delete(reading, store, orphans, deleting)
    deleting.end()
    return removed


def _unnamed(reading: UnitFactory, found: Sequence[StoredKey], *, older_than: datetime) -> set[str]:
    """Return the old keys that no row names where an index leads to it."""
    old = {entry.key for entry in found if entry.modified_at < older_than}
    if not old:
        return set()
    with reading() as uow:
        return old - _named_by_index(uow, old)


def _named_by_index(uow: UnitOfWork, keys: Collection[str]) -> set[str]:
    """Return which of these keys are named by an indexed column, or by a page of their folder.

    Of a photo that was let go lately the folder tells the letter.
    """
    named: set[str] = set()
    for column in KEY_COLUMNS:
        if column.class_ is not PageRow:
            owned = sa.select(column).where(column.in_(keys))
            if column.class_ is DocumentRow:
                owned = owned.where(_is_needed(uow))
            named |= set(uow.session.scalars(owned))
    documents = {document for key in keys if (document := document_in(key))}
    let_go = set(
        uow.session.scalars(
            sa.select(LetterPhotoRow.letter_id).where(
                LetterPhotoRow.letter_id.in_(documents),
                LetterPhotoRow.released_at > _lately(uow),
            )
        )
    )
    named |= {key for key in keys if document_in(key) in let_go}
    pages = (
        sa.select(*PAGE_KEY_COLUMNS)
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .where(PageRow.document_id.in_(documents), _is_needed(uow))
    )
    for row in uow.session.execute(pages) if documents else ():
        named |= {key for key in row if key is not None}
    return named


def _is_needed(uow: UnitOfWork) -> sa.ColumnElement[bool]:
    """Say that a document was not released, or so lately that a backup may still copy its bytes.

    What is left of an application is needed as long as a legal hold stands on it, or a letter
    about it is open.
    """
    return sa.or_(
        DocumentRow.released_at.is_(None),
        DocumentRow.released_at > _lately(uow),
        is_held(DocumentRow.application_id),
        sa.exists().where(ApplicationRow.id == DocumentRow.application_id, has_open_letter()),
    )


def _lately(uow: UnitOfWork) -> datetime:
    """Return since when what was let go may still be copied by a backup."""
    return uow.now - timedelta(hours=LONGEST_BACKUP_HOURS)


def _delete(
    reading: UnitFactory, store: FileStore, orphans: Collection[str], deleting: Round
) -> int:
    """Delete these keys unless a page of another folder names them, which no index would tell."""
    if not orphans:
        return 0
    with reading() as uow:
        pages = (
            sa.select(*PAGE_KEY_COLUMNS)
            .join(DocumentRow, DocumentRow.id == PageRow.document_id)
            .where(
                sa.or_(*(column.in_(orphans) for column in PAGE_KEY_COLUMNS)),
                _is_needed(uow),
            )
        )
        named = {key for row in uow.session.execute(pages) for key in row if key is not None}
    removed, left = 0, iter(sorted(set(orphans) - named))
    while some := list(islice(left, ASKED_AGAIN)):
        with reading() as uow:
            named = _named_by_index(uow, some)
        for key in some:
            if key not in named:
                with deleting.one():
                    store.delete(key)
                    removed += 1
    if removed:
        logger.info("files_swept", extra={"count": removed})
    return removed
