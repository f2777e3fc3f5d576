"""Rate limits: counts attempts in the database, so that they work without Redis."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from review_service.db.engine import insert_if_absent, insert_or
from review_service.db.models import AttemptRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import DatabaseDownError, TooManyAttemptsError
from review_service.domain.request_limits import Limit

Found = TypeVar("Found")


def spend(uow: UnitOfWork, limit: Limit, *, who: str, times: int = 1) -> None:
    """Count an attempt, or so many at once, in a transaction of its own.

    Raises ``TooManyAttemptsError`` after more than ``limit.count`` attempts in one window. ``who``
    is hashed: no network address or user name is kept.
    """
    left = _count(uow, limit, who, times)
    if left is not None:
        raise TooManyAttemptsError(left)


def require_left(uow: UnitOfWork, limit: Limit, *, who: str) -> None:
    """Raise ``TooManyAttemptsError`` when nothing of a limit is left; count nothing."""
    with uow:
        start = window_of(uow, limit.per_seconds)
        row = uow.session.get(AttemptRow, (key_of(limit.name, who), start))
        if row is not None and row.count >= limit.count:
            raise TooManyAttemptsError(_seconds_left(uow, limit))


def note(uow: UnitOfWork, limit: Limit, *, who: str, times: int) -> None:
    """Count so many in the caller's transaction, also past the limit."""
    _add(uow, key_of(limit.name, who), limit.per_seconds, times=times)


def within(uow: UnitOfWork, limit: Limit, *, who: str) -> bool:
    """Count one attempt in a transaction of its own; False once it is past the limit."""
    return _count(uow, limit, who, 1) is None


def _count(uow: UnitOfWork, limit: Limit, who: str, times: int) -> int | None:
    """Return None within the limit, else the seconds until the window ends."""
    key = key_of(limit.name, who)
    with uow:
        count = _add(uow, key, limit.per_seconds, times=times)
        uow.commit()
    return _seconds_left(uow, limit) if count > limit.count else None


def _seconds_left(uow: UnitOfWork, limit: Limit) -> int:
    """Return the seconds until the window ends."""
    return limit.per_seconds - int(uow.now.timestamp()) % limit.per_seconds


def spend_without_waiting(
    uow: UnitOfWork, limit: Limit, *, who: str, read: Callable[[UnitOfWork], Found]
) -> Found:
    """Do as ``spend`` and return what ``read`` finds, in one transaction.

    For what must be answered at once, such as whether an Acuerdo is authentic: while another
    transaction writes, the attempt is remembered and written later, and ``read`` is called once
    more. What this process remembers counts too. Raises ``TooManyAttemptsError``, and
    ``DatabaseDownError`` when nothing can be read either.
    """
    key = key_of(limit.name, who)
    waiting = 0
    try:
        with uow.impatient() as now:
            found = read(now)  # before the attempt's row is locked
            second = int(now.now.timestamp())
            waiting = _WAITING.take((key, window_of(now, limit.per_seconds)))
            count = _add(now, key, limit.per_seconds, times=1 + waiting)
            now.commit()
    except DatabaseDownError:
        with uow.reader() as seen:
            found = read(seen)
            second = int(seen.now.timestamp())
            start = window_of(seen, limit.per_seconds)
            row = seen.session.get(AttemptRow, (key, start))
        count = _WAITING.add((key, start), 1 + waiting) + (row.count if row else 0)
    if count > limit.count:
        raise TooManyAttemptsError(limit.per_seconds - second % limit.per_seconds)
    return found


def _add(uow: UnitOfWork, key: str, per_seconds: int, *, times: int) -> int:
    """Count in the caller's transaction; return how many there are in this window."""
    start = window_of(uow, per_seconds)
    asked = {"key": key, "window_start": start, "count": times}
    connection = uow.session.connection()
    count: int = connection.execute(_adding(connection.dialect.name), asked).scalar_one()
    return count


@cache
def _adding(dialect: str) -> Any:  # noqa: ANN401 -- a statement of the dialect
    """Return the statement that counts, made once: it is used for each page that is verified."""
    table = AttemptRow.__table__
    first = insert_or(dialect, table)
    return first.on_conflict_do_update(
        index_elements=[table.c.key, table.c.window_start],
        set_={"count": table.c.count + first.excluded.count},
    ).returning(table.c.count)


class _Waiting:
    """Attempts that could not be written yet, by key and window; at most ``MOST_WAITING``."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, datetime], int] = {}
        self._lock = threading.Lock()

    def take(self, key: tuple[str, datetime]) -> int:
        """Return how many wait, and forget them."""
        with self._lock:
            return self._counts.pop(key, 0)

    def add(self, key: tuple[str, datetime], times: int) -> int:
        """Remember some more; return how many wait. The oldest go when there are too many."""
        with self._lock:
            count = self._counts[key] = self._counts.get(key, 0) + times
            if len(self._counts) > MOST_WAITING:
                del self._counts[next(iter(self._counts))]
        return count


MOST_WAITING = 10_000
_WAITING = _Waiting()


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
