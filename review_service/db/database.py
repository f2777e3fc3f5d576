"""A database, which makes units of work for reading and for writing."""

import sqlalchemy as sa

from review_service.db.engine import make_engine
from review_service.db.unit_of_work import UnitOfWork
from review_service.ports import JobQueue


class Database:
    """Makes units of work; connects at first use, so that it may be built before a fork."""

    def __init__(self, url: str, queue: JobQueue) -> None:
        self.engine: sa.Engine = make_engine(url)
        self._queue = queue

    def reading(self) -> UnitOfWork:
        """Return a unit that only reads; on SQLite it does not block writers."""
        return UnitOfWork(self.engine, self._queue, writes=False)

    def writing(self) -> UnitOfWork:
        """Return a unit that may write."""
        return UnitOfWork(self.engine, self._queue, writes=True)
