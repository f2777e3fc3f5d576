"""One transaction with one time, its events and queue notices; rolls back by default."""

import logging
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import TracebackType
from typing import Any, Final, Self, TypeVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import Pool

from review_service.db import turns
from review_service.db.audit import PendingEvent, append_events
from review_service.db.engine import insert_if_absent, with_options
from review_service.db.models import TaskRow
from review_service.db.row_facts import HeldRow
from review_service.db.tracking import TrackingSession
from review_service.db.waiting_room import WaitingRoom
from review_service.domain.errors import DatabaseDownError, QueueError
from review_service.domain.work import Lane, TaskKind, TaskState
from review_service.ports import JobQueue

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
POSTGRESQL_TIME: Final[sa.ColumnElement[Any]] = sa.literal_column("clock_timestamp()")
SQLITE_TIME: Final[sa.ColumnElement[Any]] = sa.literal_column(
    "strftime('%Y-%m-%dT%H:%M:%f', 'now')"
)
_TIMES: Final = {"postgresql": POSTGRESQL_TIME, "sqlite": SQLITE_TIME}
_TIME_ONLY: Final = {dialect: sa.select(column) for dialect, column in _TIMES.items()}
SHORT_LOCK_TIMEOUT: Final = sa.select(
    POSTGRESQL_TIME, sa.func.set_config("lock_timeout", "20ms", sa.true())
)
"""For this transaction; asks for its time by the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notice:
    task_id: UUID
    lane: Lane


class UnitOfWork:
    """A transaction on one session. ``with uow: …; uow.commit()``; without commit, nothing stays.

    No file, mail or network work belongs inside. Raises ``DatabaseDownError`` when the database
    does not answer.
    """

    def __init__(
        self,
        engine: sa.Engine | sa.Connection,
        queue: JobQueue,
        *,
        writes: bool,
        impatient: bool = False,
        by_statement: bool = False,
        waiting_room: WaitingRoom | None = None,
    ) -> None:
        self._given = engine
        self._is_by_statement = (
            by_statement and isinstance(engine, sa.Engine) and engine.dialect.name == "postgresql"
        )
        self._engine = with_options(
            engine, writes=writes, impatient=impatient, by_statement=self._is_by_statement
        )
        self._is_impatient = impatient
        self._room = waiting_room or WaitingRoom()
        self._queue = queue
        self._events: list[PendingEvent] = []
        self._notices: list[_Notice] = []
        self._now: datetime | None = None
        self._writes = writes
        self._found: dict[Hashable, Any] = {}
        self._is_open = False
        self._session: TrackingSession | None = None
        self._connection: sa.Connection | None = None

    @property
    def session(self) -> TrackingSession:
        """The session of the last transaction; of a unit by statement it is made when asked for."""
        if self._session is None:
            if self._connection is None:
                raise RuntimeError("the unit of work has not begun")
            self._session = TrackingSession(self._connection, expire_on_commit=False)
            self._session.only_reads = True
        return self._session

    @property
    def now(self) -> datetime:
        """The database's time when it was first asked for, the same for the whole transaction."""
        if self._now is None:
            if not self._is_open:
                raise RuntimeError("the unit of work has ended and nobody asked for its time")
            self._now = self._database_time()
        return self._now

    @property
    def pool(self) -> Pool:
        """The connections of which it takes one: the same for all units on a database."""
        return self._given.engine.pool

    def __enter__(self) -> Self:
        self._events, self._notices, self._now, self._found = [], [], None, {}
        self._session = self._connection = None
        try:
            if isinstance(self._engine, sa.Engine) and self._is_by_statement:
                self._connection = self._room.connect(self._engine, self._engine.connect)
                self._is_open = True
                return self
            self._session = TrackingSession(self._engine, expire_on_commit=False)
            self._room.connect(self._engine.engine, self._session.connection)
            self._is_open = True
            if self._is_impatient and self.session.get_bind().dialect.name != "sqlite":
                moment = self.session.connection().execute(SHORT_LOCK_TIMEOUT).scalar_one()
                self._now = moment.astimezone(UTC)
        except (OperationalError, PoolTimeoutError) as error:
            if self._session is not None:
                self._session.close()
            raise DatabaseDownError("the database does not answer", retryable=True) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_open = False
        try:
            if self._session is not None:
                self._session.close()
            if self._connection is not None:
                self._connection.close()
        except DBAPIError as gone:  # the connection broke after the last statement
            error = error or gone
            if self._connection is not None:
                self._connection.invalidate()
            else:
                self.session.invalidate()
        if isinstance(error, DBAPIError) and (
            error.connection_invalidated or isinstance(error, OperationalError)
        ):
            raise DatabaseDownError("the database went away", retryable=True) from error

    def reader(self) -> "UnitOfWork":
        """Return another unit on the same database, which only reads and waits for no writer."""
        return UnitOfWork(
            self._given,
            self._queue,
            writes=False,
            by_statement=True,
            waiting_room=self._room,
        )

    def impatient(self) -> "UnitOfWork":
        """Return another unit that may write; it raises ``DatabaseDownError`` rather than wait."""
        return UnitOfWork(
            self._given, self._queue, writes=True, impatient=True, waiting_room=self._room
        )

    def once(self, question: Hashable, ask: Callable[[], Answer]) -> Answer:
        """Return what this unit found when it was first asked; one that may write asks each time.

        ``question`` is the same for the same answer, and for no other.
        """
        if self._writes:
            return ask()
        if question not in self._found:
            self._found[question] = ask()
        found: Answer = self._found[question]
        return found

    @property
    def dialect(self) -> str:
        """The name of the database's dialect."""
        return self._reading_connection().dialect.name

    def rows(
        self,
        statement: sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]],
        **values: Any,  # noqa: ANN401 -- as the columns take them
    ) -> sa.CursorResult[*tuple[Any, ...]]:
        """Return what a SELECT of columns finds, past the session: half of what that one costs.

        The statement is made once, with a ``bindparam`` for each value.
        """
        if self._connection is None:
            self.session.flush()
        return self._reading_connection().execute(statement, values)

    def one_with_time(
        self,
        statement: sa.Select[Any],
        **values: Any,  # noqa: ANN401 -- as of ``rows``
    ) -> Any:  # noqa: ANN401 -- a row or None
        """Do as ``rows`` for the only row, None without one; take the time by the way.

        A row has the time as one more column. Saves a question before those that find one.
        """
        row = self.rows(_with_time(statement, self.dialect), **values).one_or_none()
        if row is not None and self._now is None:
            self._now = _as_time(row[-1])
        return row

    def commit(self) -> None:
        """Append the events to the chain, commit, then send the queue notices.

        The events also hold the digests of the rows that this transaction changed.
        """
        self.session.flush()
        changed = self.session.changed_rows
        if self._events or changed:
            append_events(self.session, self._events, at=self.now, changed=changed)
        self.session.commit()
        changed.clear()
        notices, self._notices, self._events = self._notices, [], []
        for notice in notices:
            self._notify(notice)

    def record(
        self,
        action: str,
        *,
        actor: str,
        subject_id: UUID | None = None,
        **details: Any,  # noqa: ANN401 -- JSON values
    ) -> None:
        """Add one event, which ``commit`` writes to the audit trail."""
        self._events.append(
            PendingEvent(actor=actor, action=action, subject_id=subject_id, details=details)
        )

    def hold(self, rows: Iterable[HeldRow]) -> None:
        """Let ``commit`` write the digests of these rows as if they had been changed."""
        self.session.changed_rows.update(rows)

    def enqueue(
        self,
        kind: TaskKind,
        subject_id: UUID,
        *,
        key: str = "",
        lane: Lane | None = None,
        payer: str | None = None,
        after_seconds: float = 0,
    ) -> None:
        """Add a task in this transaction; one task for the same kind, subject and key.

        A document's or application's task takes a turn of its owner's (``db/turns.py``), whose RUC
        is looked up unless ``payer`` is that.
        """
        task_id, lane = uuid4(), lane or kind.lane
        ruc = payer or turns.payer_of(self.session, kind, subject_id)
        values = {
            "id": task_id,
            "kind": kind,
            "lane": lane,
            "subject_id": subject_id,
            "ruc": ruc,
            "turn": turns.next_turn(self.session, lane, ruc, now=self.now),
            "idempotency_key": f"{kind.value}:{subject_id}:{key}",
            "state": TaskState.READY,
            "attempts": 0,
            "run_after": self.now + timedelta(seconds=after_seconds),
            "last_error": "",
            "created_at": self.now,
        }
        if insert_if_absent(self.session, TaskRow, **values) and not after_seconds:
            self._notices.append(_Notice(task_id=task_id, lane=lane))

    def _notify(self, notice: _Notice) -> None:
        try:
            self._queue.notify(notice.task_id, lane=notice.lane)
        except QueueError:
            # The task is committed; the reconciler notifies again once the queue is back.
            logger.warning("queue_down", extra={"task_id": str(notice.task_id)})

    def _reading_connection(self) -> sa.Connection:
        """Return the connection; its statements write no half-made row."""
        return self.session.connection() if self._connection is None else self._connection

    def _database_time(self) -> datetime:
        connection = self._reading_connection()
        return _as_time(connection.execute(_TIME_ONLY[connection.dialect.name]).scalar_one())


@lru_cache(maxsize=64)
def _with_time(statement: sa.Select[Any], dialect: str) -> sa.Select[Any]:
    return statement.add_columns(_TIMES[dialect].label("told_time"))


def _as_time(told: datetime | str) -> datetime:
    """Return the time in UTC that a database tells; SQLite tells it as text."""
    if isinstance(told, str):
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    return told.astimezone(UTC)


UnitFactory = Callable[[], UnitOfWork]
