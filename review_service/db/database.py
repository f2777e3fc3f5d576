"""A database, which makes units of work for reading and for writing."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from review_service.db.engine import make_engine
from review_service.db.unit_of_work import UnitOfWork
from review_service.db.waiting_room import WaitingRoom
from review_service.domain.errors import DatabaseDownError
from review_service.ports import JobQueue


class Database:
    """Makes units of work; connects at first use, so that it may be built before a fork."""

    def __init__(self, url: str, queue: JobQueue, *, for_pages: bool = False) -> None:
        """Connect lazily; ``for_pages`` as in ``make_engine``."""
        self.engine: sa.Engine = make_engine(url, for_pages=for_pages)
        self.waiting_room = WaitingRoom()
        self._queue = queue

    def reading(self, *, by_statement: bool = False) -> UnitOfWork:
        """Return a unit that only reads; on SQLite it does not block writers.

        ``by_statement``, on PostgreSQL: without a transaction, which for a page is two questions
        less. Each statement sees what is committed by then in either case.
        """
        return UnitOfWork(
            self.engine,
            self._queue,
            writes=False,
            by_statement=by_statement,
            waiting_room=self.waiting_room,
        )

    def writing(self) -> UnitOfWork:
        """Return a unit that may write."""
        return UnitOfWork(self.engine, self._queue, writes=True, waiting_room=self.waiting_room)

    @contextmanager
    def one_connection(self) -> Iterator["OneConnection"]:
        """Give units of work that share one connection, so that temporary tables outlive each.

        The connection is closed at the end, and its temporary tables are gone with it. Raises
        ``DatabaseDownError``.
        """
        try:
            connection = self.engine.connect()
        except (OperationalError, PoolTimeoutError) as error:
            raise DatabaseDownError("the database does not answer", retryable=True) from error
        try:
            yield OneConnection(connection, self._queue)
        finally:
            connection.invalidate()
            connection.close()


class OneConnection:
    """Makes units of work on one connection; use one before you make the next."""

    def __init__(self, connection: sa.Connection, queue: JobQueue) -> None:
        self._connection = connection
        self._queue = queue

    def reading(self) -> UnitOfWork:
        """Return a unit that writes temporary tables only; on SQLite it blocks no writer."""
        return UnitOfWork(self._connection, self._queue, writes=False)

    def writing(self) -> UnitOfWork:
        """Return a unit that may write."""
        return UnitOfWork(self._connection, self._queue, writes=True)
