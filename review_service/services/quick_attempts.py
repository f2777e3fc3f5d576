"""Counts attempts in this process and writes them once a second, for what is answered at once.

Whether an Acuerdo is authentic is asked more than anything else: an attempt written for each
question would cost more than the answer. What other processes counted is learned with each write.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.pool import Pool

from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import DatabaseDownError, TooManyAttemptsError
from review_service.domain.request_limits import Limit
from review_service.services import attempts

Found = TypeVar("Found")
Place = tuple[str, datetime]
"""The hashed key of who asks for what, and the start of the window."""

WRITE_SECONDS: Final = 1.0
"""How late another process learns of an attempt, and what is lost when this one ends."""
MOST_KEPT: Final = 10_000
"""Places of which a process knows how often was tried; the oldest is forgotten first."""


def spend(uow: UnitOfWork, limit: Limit, *, who: str, read: Callable[[UnitOfWork], Found]) -> Found:
    """Count an attempt and return what ``read`` finds; wait for nobody who writes.

    ``uow`` is not open. Past the limit nothing is read. Raises ``TooManyAttemptsError``, and
    ``DatabaseDownError`` when nothing can be read.
    """
    tally = _TALLIES.setdefault(uow.pool, _Tally())
    if not tally.knows_time:
        with uow.reader() as asked:
            tally.set_time(asked.now)
    second = tally.second()
    start = datetime.fromtimestamp(second - second % limit.per_seconds, tz=UTC)
    place = (attempts.key_of(limit.name, who), start)
    tally.add(place)
    unwritten = tally.take()
    if unwritten:
        _write(uow, tally, unwritten)
    if tally.count(place) > limit.count:
        raise TooManyAttemptsError(limit.per_seconds - second % limit.per_seconds)
    with uow.reader() as seen:
        return read(seen)


@dataclass(slots=True)
class _Count:
    """How often was tried in one place."""

    written: int = 0
    """By all processes, as the database said when this one wrote last."""
    sent: int = 0
    """By this one since, and being written."""
    own: int = 0
    """By this one since, and not written."""

    @property
    def known(self) -> int:
        """All that this process knows of."""
        return self.written + self.sent + self.own


class _Tally:
    """The attempts that one process knows of, on one database."""

    def __init__(self) -> None:
        self._counts: dict[Place, _Count] = {}
        self._write_at = 0.0
        self._ahead: float | None = None
        self._lock = threading.Lock()

    @property
    def knows_time(self) -> bool:
        """Whether the database has told its time."""
        return self._ahead is not None

    def set_time(self, told: datetime) -> None:
        """Take the time that the database tells just now."""
        self._ahead = told.timestamp() - time.monotonic()

    def second(self) -> int:
        """Return the database's time in seconds, as it goes on since it was told."""
        return int(time.monotonic() + (self._ahead or 0.0))

    def add(self, place: Place) -> None:
        """Count one attempt."""
        with self._lock:
            self._counts.setdefault(place, _Count()).own += 1
            if len(self._counts) > MOST_KEPT:
                del self._counts[next(iter(self._counts))]

    def count(self, place: Place) -> int:
        """Return how many are known of."""
        with self._lock:
            return self._counts.get(place, _Count()).known

    def take(self) -> Mapping[Place, int]:
        """Give the own attempts to whoever asks first in a second, for ``learn``; else nothing."""
        with self._lock:
            if time.monotonic() < self._write_at:
                return {}
            self._write_at = time.monotonic() + WRITE_SECONDS
            taken = {place: count.own for place, count in self._counts.items() if count.own}
            for place, times in taken.items():
                count = self._counts[place]
                count.sent, count.own = count.sent + times, 0
            return taken

    def learn(self, taken: Mapping[Place, int], written: Mapping[Place, int]) -> None:
        """Take note how many were written in all of these own ones; those not named were not."""
        with self._lock:
            for place in taken.keys() & self._counts.keys():
                count, times = self._counts[place], taken[place]
                count.sent = max(count.sent - times, 0)  # none, if forgotten meanwhile
                if place in written:
                    count.written = max(count.written, written[place])
                else:
                    count.own += times


_TALLIES: WeakKeyDictionary[Pool, _Tally] = WeakKeyDictionary()


def _write(uow: UnitOfWork, tally: _Tally, taken: Mapping[Place, int]) -> None:
    """Write what was counted, unless another transaction is writing: then with the next."""
    written: Mapping[Place, int] = {}
    try:
        with uow.impatient() as now:
            tally.set_time(now.now)
            counted = attempts.add_many(now, taken)
            now.commit()
            written = counted
    except DatabaseDownError:
        return
    finally:
        tally.learn(taken, written)
