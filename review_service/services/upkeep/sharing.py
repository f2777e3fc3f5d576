"""Checks at start that this process sees the files stored by other processes."""

import logging

import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError

from review_service.db.models import AgreementRow, DocumentRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import OutsideError, SettingsError
from review_service.ports import FileStore

logger = logging.getLogger(__name__)

NEWEST = 5
"""How many of the newest files are looked for; one that is there proves the store."""
NOT_SHARED = (
    "Este proceso no ve los archivos que guardaron los demás: todos necesitan la misma carpeta "
    "(DATA_DIR con FILE_STORE=local, en una sola máquina o en un disco compartido) o el mismo "
    "bucket (FILE_STORE=s3)."
)


def require_shared_store(uow: UnitOfWork, store: FileStore) -> None:
    """Check that the store has one of the newest files named by rows, unless none is named yet.

    A database or store that is down proves nothing and hinders nothing: without it nothing is
    written either. Raises ``SettingsError``.
    """
    try:
        keys = _newest_keys(uow)
        is_blind = bool(keys) and all(store.size(key) is None for key in keys)
    except (OutsideError, ProgrammingError):
        # Down, or a database that ``setup`` has not prepared yet.
        logger.warning("store_not_proven")
        return
    if is_blind:
        raise SettingsError(NOT_SHARED)


def _newest_keys(uow: UnitOfWork) -> list[str]:
    """Return keys of finished files, newest first, at most ``NEWEST`` of each kind."""
    queries = (
        sa.select(DocumentRow.storage_key)
        .where(DocumentRow.storage_key.is_not(None), DocumentRow.released_at.is_(None))
        .order_by(DocumentRow.created_at.desc()),
        sa.select(AgreementRow.storage_key)
        .where(AgreementRow.storage_key.is_not(None))
        .order_by(AgreementRow.numbered_at.desc()),
    )
    with uow:
        return [
            key
            for query in queries
            for key in uow.session.execute(query.limit(NEWEST)).scalars()
            if key is not None
        ]
