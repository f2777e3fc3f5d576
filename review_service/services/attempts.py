"""Rate limits: counts attempts in the database, so that they work without Redis."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from review_service.db.engine import dialect_insert, insert_if_absent
from review_service.db.models import AttemptRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import TooManyAttemptsError
from review_service.domain.request_limits import Limit


def spend(uow: UnitOfWork, limit: Limit, *, who: str, times: int = 1) -> None:
    """Count an attempt, or so many at once, in a transaction of its own.

    Raises ``TooManyAttemptsError`` after more than ``limit.count`` attempts in one window. ``who``
    is hashed: no network address or user name is kept.
    """
    left = _count(uow, limit, who, times)
    if left is not None:
        raise TooManyAttemptsError(left)


def require_left(uow: UnitOfWork, limits: Mapping[Limit, str]) -> None:
    """Raise ``TooManyAttemptsError`` when nothing of a limit is left for its payer; count nothing.

    In the caller's transaction.
    """
    places = {
        limit: (key_of(limit.name, who), window_of(uow, limit.per_seconds))
        for limit, who in limits.items()
    }
    asked = sa.tuple_(AttemptRow.key, AttemptRow.window_start).in_(places.values())
    found = uow.session.execute(
        sa.select(AttemptRow.key, AttemptRow.window_start, AttemptRow.count).where(asked)
    )
    counts = {(key, start): count for key, start, count in found}
    _require_within(uow, {limit: counts.get(places[limit], 0) + 1 for limit in limits})


def spend_all(uow: UnitOfWork, limits: Mapping[Limit, tuple[str, int]]) -> None:
    """Count so many of each limit for its payer, in the caller's transaction.

    Raises ``TooManyAttemptsError`` for the first that is past; what the caller then gives up is
    counted for none of them.
    """
    places = {
        limit: (key_of(limit.name, who), window_of(uow, limit.per_seconds))
        for limit, (who, _) in limits.items()
    }
    counts = add_many(uow, {places[limit]: times for limit, (_, times) in limits.items()})
    _require_within(uow, {limit: counts[place] for limit, place in places.items()})


def _require_within(uow: UnitOfWork, counts: Mapping[Limit, int]) -> None:
    for limit, count in counts.items():
        if count > limit.count:
            raise TooManyAttemptsError(_seconds_left(uow, limit))


def note(uow: UnitOfWork, limit: Limit, *, who: str, times: int) -> int:
    """Count so many in the caller's transaction, also past the limit; return how many there are.

    Whoever else counts the same waits until that transaction ends. Less than none gives back.
    """
    return _add(uow, key_of(limit.name, who), limit.per_seconds, times=times)


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


def _add(uow: UnitOfWork, key: str, per_seconds: int, *, times: int) -> int:
    """Count in the caller's transaction; return how many there are in this window."""
    place = (key, window_of(uow, per_seconds))
    return add_many(uow, {place: times})[place]


def add_many(
    uow: UnitOfWork, times: Mapping[tuple[str, datetime], int]
) -> dict[tuple[str, datetime], int]:
    """Count so many of each key and window in the caller's transaction; return all there are."""
    connection = uow.session.connection()
    asked = [
        {"key": key, "window_start": start, "count": count}
        for (key, start), count in sorted(times.items())  # so that no two wait for each other
    ]
    found = connection.execute(_adding(connection.dialect.name), asked)
    return {(row[0], row[1]): row[2] for row in found}


@cache
def _adding(dialect: str) -> Any:  # noqa: ANN401 -- a statement of the dialect
    """Return the statement that counts, made once."""
    table = AttemptRow.__table__
    first = dialect_insert(dialect, table)
    return first.on_conflict_do_update(
        index_elements=[table.c.key, table.c.window_start],
        set_={"count": table.c.count + first.excluded.count},
    ).returning(table.c.key, table.c.window_start, table.c.count)


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
