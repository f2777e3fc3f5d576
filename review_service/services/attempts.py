"""Rate limits: counts attempts in the database, so that they work without Redis."""

import hashlib
from datetime import UTC, datetime

import sqlalchemy as sa

from review_service.db.engine import insert_if_absent
from review_service.db.models import AttemptRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import TooManyAttemptsError
from review_service.domain.request_limits import Limit


def spend(uow: UnitOfWork, limit: Limit, *, who: str) -> None:
    """Count one attempt in a transaction of its own.

    Raises ``TooManyAttemptsError`` after more than ``limit.count`` attempts in one window. ``who``
    is hashed: no network address or user name is kept.
    """
    left = _count(uow, limit, who)
    if left is not None:
        raise TooManyAttemptsError(left)


def within(uow: UnitOfWork, limit: Limit, *, who: str) -> bool:
    """Count one attempt in a transaction of its own; False once it is past the limit."""
    return _count(uow, limit, who) is None


def _count(uow: UnitOfWork, limit: Limit, who: str) -> int | None:
    """Return None within the limit, else the seconds until the window ends."""
    key = key_of(limit.name, who)
    with uow:
        start = window_of(uow, limit.per_seconds)
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
    return limit.per_seconds - second % limit.per_seconds if count > limit.count else None


def happened(uow: UnitOfWork, *, purpose: str, who: str, per_seconds: int) -> bool:
    """Whether ``first_time`` has recorded it in this window; in the caller's transaction."""
    found = uow.session.get(AttemptRow, (key_of(purpose, who), window_of(uow, per_seconds)))
    return found is not None


def first_time(uow: UnitOfWork, *, purpose: str, who: str, per_seconds: int) -> bool:
    """Record an occurrence in the caller's transaction; True for the first in each window."""
    return insert_if_absent(
        uow.session,
        AttemptRow,
        key=key_of(purpose, who),
        window_start=window_of(uow, per_seconds),
        count=1,
    )


def key_of(purpose: str, who: str) -> str:
    """Return the key under which something is counted."""
    return hashlib.sha256(f"{purpose}:{who}".encode()).hexdigest()


def window_of(uow: UnitOfWork, per_seconds: int) -> datetime:
    """Return the start of the window that the transaction's time falls in."""
    second = int(uow.now.timestamp())
    return datetime.fromtimestamp(second - second % per_seconds, tz=UTC)
