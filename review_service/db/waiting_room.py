"""Keeps few threads waiting for a connection of a pool whose connections are all in use."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from review_service.db.engine import MOST_CONNECTIONS
from review_service.domain.errors import DatabaseDownError

T = TypeVar("T")
MOST_WAITING: Final = 20
"""Threads of a process that wait for a connection. While the database hangs these and those that
have one are stuck; the rest of a web process's 64 answers what needs no database."""


class WaitingRoom:
    """Where the threads of a process wait for a connection of its engine."""

    def __init__(self) -> None:
        self.while_waiting: Callable[[], AbstractContextManager[object]] = nullcontext
        """What a thread does meanwhile; a web process lets others compute."""
        self._chairs = threading.BoundedSemaphore(MOST_WAITING)

    def connect(self, engine: sa.Engine, connect: Callable[[], T]) -> T:
        """Return what takes a connection gives; wait here where none is free.

        Raises ``DatabaseDownError`` at once where too many wait, and whatever ``connect`` raises.
        """
        pool = engine.pool
        if not isinstance(pool, QueuePool) or pool.checkedout() < MOST_CONNECTIONS:
            return connect()
        if not self._chairs.acquire(blocking=False):
            raise DatabaseDownError("too many wait for the database", retryable=True)
        try:
            with self.while_waiting():
                return connect()
        finally:
            self._chairs.release()
