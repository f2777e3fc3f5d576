"""Rate limits: counts attempts in the database, so that they work without Redis."""

import hashlib
from datetime import UTC, datetime

import sqlalchemy as sa

from review_service.db.engine import insert_if_absent
from review_service.db.models import AttemptRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import TooManyAttemptsError


def spend(uow: UnitOfWork, *, purpose: str, who: str, limit: int, per_seconds: int) -> None:
    """Count one attempt in a transaction of its own.

    Raises ``TooManyAttemptsError`` after more than ``limit`` attempts in one window. ``who`` is
    hashed: no network address or user name is kept.
    """
    key = _key(purpose, who)
    with uow:
        start = _window(uow, per_seconds)
        second = int(uow.now.timestamp())
        insert_if_absent(uow.session, AttemptRow, key=key, window_start=start, count=0)
        count: int = uow.session.execute(
            sa.update(AttemptRow)
            .where(AttemptRow.key == key, AttemptRow.window_start == start)
            .values(count=AttemptRow.count + 1)
            .returning(AttemptRow.count)
            .execution_options(synchronize_session=False)
        ).scalar_one()
        uow.commit()
    if count > limit:
        raise TooManyAttemptsError(per_seconds - second % per_seconds)


def happened(uow: UnitOfWork, *, purpose: str, who: str, per_seconds: int) -> bool:
    """Whether ``first_time`` has recorded it in this window; in the caller's transaction."""
    found = uow.session.get(AttemptRow, (_key(purpose, who), _window(uow, per_seconds)))
    return found is not None


def first_time(uow: UnitOfWork, *, purpose: str, who: str, per_seconds: int) -> bool:
    """Record an occurrence in the caller's transaction; True for the first in each window."""
    return insert_if_absent(
        uow.session,
        AttemptRow,
        key=_key(purpose, who),
        window_start=_window(uow, per_seconds),
        count=1,
    )


def _key(purpose: str, who: str) -> str:
    return hashlib.sha256(f"{purpose}:{who}".encode()).hexdigest()


def _window(uow: UnitOfWork, per_seconds: int) -> datetime:
    second = int(uow.now.timestamp())
    return datetime.fromtimestamp(second - second % per_seconds, tz=UTC)
