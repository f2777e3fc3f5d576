"""The hash chain of events; each event is added in the transaction of the change it records."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db import row_facts
from review_service.db.models import ChainHeadRow, EventRow
from review_service.db.row_facts import HeldRow

GENESIS = "0" * 64
_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":"))
HEAD_ID = 1
ROWS_WRITTEN = "rows_written"
"""The event of changed rows when nothing else is told of their subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingEvent:
    """An event to be written at the commit."""

    actor: str
    action: str
    subject_id: UUID | None
    details: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLink:
    """A place where the chain is broken, and why."""

    sequence: int
    problem: str


def append_events(
    session: Session,
    events: Sequence[PendingEvent],
    *,
    at: datetime,
    changed: Collection[HeldRow] = (),
) -> None:
    """Append the events to the chain, with the digests of the rows that the transaction changed.

    The head row is locked last, to prevent deadlocks. Changed rows of a subject without an event
    get one of their own.
    """
    session.flush()
    salts = row_facts.salts_for(session, changed)
    head = lock_head(session)
    told = row_facts.digests(session, changed, salts=salts)
    row_facts.forget_salts(session, told)
    sequence, previous = head.sequence, head.hash
    for event in _with_facts(events, told):
        sequence += 1
        digest = event_hash(sequence=sequence, at=at, event=event, previous=previous)
        session.add(
            EventRow(
                sequence=sequence,
                at=at,
                actor=event.actor,
                action=event.action,
                subject_id=event.subject_id,
                details=event.details,
                previous_hash=previous,
                hash=digest,
            )
        )
        previous = digest
    head.sequence, head.hash = sequence, previous


def lock_head(session: Session) -> ChainHeadRow:
    """Return the chain's head row, locked: until the commit nobody else writes an event."""
    return session.execute(
        sa.select(ChainHeadRow)
        .where(ChainHeadRow.id == HEAD_ID)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _with_facts(
    events: Sequence[PendingEvent], told: Mapping[UUID, Mapping[str, str]]
) -> Iterator[PendingEvent]:
    """Add each subject's digests to its last event, or to one of their own."""
    last = {event.subject_id: place for place, event in enumerate(events)}
    for place, event in enumerate(events):
        subject = event.subject_id
        if subject is None or subject not in told or last[subject] != place:
            yield event
            continue
        details = {**event.details, row_facts.FACTS: told[subject]}
        yield replace(event, details=details)
    for subject, facts_of in told.items():
        if subject not in last:
            details = {row_facts.FACTS: facts_of}
            yield PendingEvent(
                actor="service", action=ROWS_WRITTEN, subject_id=subject, details=details
            )


def event_hash(*, sequence: int, at: datetime, event: PendingEvent, previous: str) -> str:
    """Return the hex SHA-256 over the row's content and the hash of the row before it."""
    said = [
        sequence,
        int(at.timestamp() * 1_000_000),
        event.actor,
        event.action,
        str(event.subject_id or ""),
        event.details,
        previous,
    ]
    return hashlib.sha256(_CANONICAL.encode(said).encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainPoint:
    """A place in the chain: how many events stand up to there, and the hash of the last."""

    sequence: int = 0
    hash: str = GENESIS


def chain_head(session: Session) -> ChainPoint | None:
    """Return where the chain ends by its head row; None when the row is gone."""
    found = session.execute(
        sa.select(ChainHeadRow.sequence, ChainHeadRow.hash).where(ChainHeadRow.id == HEAD_ID)
    ).first()
    return None if found is None else ChainPoint(sequence=found.sequence, hash=found.hash)


def verify_chain(
    session: Session,
    *,
    sealed: Mapping[int, str] = MappingProxyType({}),
    start: ChainPoint | None = None,
) -> Iterator[BrokenLink]:
    """Check the chain and yield every place where it is broken, in constant memory.

    ``sealed`` gives hashes that are known from outside the database, by sequence. ``start`` is a
    place that is known from outside: only what follows it is walked. The service may go on writing.
    """
    yield from ChainWalk(session, sealed=sealed, start=start).broken()


class ChainWalk:
    """One walk along the chain; ``end`` is the last place that was reached."""

    def __init__(
        self,
        session: Session,
        *,
        sealed: Mapping[int, str] = MappingProxyType({}),
        start: ChainPoint | None = None,
    ) -> None:
        self._session = session
        self._start = start or ChainPoint()
        self._sealed = dict(sealed)
        if start is not None and start.sequence:
            self._sealed[start.sequence] = start.hash
        self._sealed = {
            sequence: known
            for sequence, known in self._sealed.items()
            if sequence >= self._start.sequence
        }
        self.end = self._start

    def broken_until(self, last: int) -> Iterator[BrokenLink]:
        """Walk up to a sequence that the chain reaches; yield what is broken on the way."""
        yield from self._starts_rightly()
        yield from self._rows(self._start, last, beyond=False)
        if self.end.sequence < last:
            yield BrokenLink(sequence=self.end.sequence + 1, problem="a row is missing")

    def broken(self) -> Iterator[BrokenLink]:
        """Walk to the end that the head row names at this moment; yield what is broken."""
        head = chain_head(self._session)
        yield from self._starts_rightly()
        yield from self._rows(self._start, None if head is None else head.sequence)
        if head is None or head != self.end:
            yield BrokenLink(
                sequence=self.end.sequence + 1, problem="the end of the chain was cut off"
            )
        for sequence in sorted(self._sealed):
            if sequence > self.end.sequence:
                yield BrokenLink(sequence=sequence, problem="events that were sealed are gone")

    def _starts_rightly(self) -> Iterator[BrokenLink]:
        """Compare the row where the walk starts with what is known of it."""
        if not self._start.sequence:
            return
        found = self._session.execute(
            sa.select(EventRow.hash).where(EventRow.sequence == self._start.sequence)
        ).scalar_one_or_none()
        if found is None:
            yield BrokenLink(
                sequence=self._start.sequence, problem="events that were sealed are gone"
            )
        elif found != self._sealed[self._start.sequence]:
            yield _not_as_sealed(self._start.sequence)

    def _rows(
        self, start: ChainPoint, last: int | None, *, beyond: bool = True
    ) -> Iterator[BrokenLink]:
        expected, previous = start.sequence + 1, start.hash
        for row in self._session.execute(_events(start.sequence, last, beyond=beyond)):
            event = PendingEvent(
                actor=row.actor, action=row.action, subject_id=row.subject_id, details=row.details
            )
            if row.sequence != expected:
                yield BrokenLink(sequence=expected, problem="a row is missing")
            if row.previous_hash != previous:
                yield BrokenLink(sequence=row.sequence, problem="it does not follow the row before")
            if row.hash != event_hash(
                sequence=row.sequence, at=row.at, event=event, previous=row.previous_hash
            ):
                yield BrokenLink(sequence=row.sequence, problem="its contents were changed")
            if self._sealed.get(row.sequence, row.hash) != row.hash:
                yield _not_as_sealed(row.sequence)
            expected, previous = row.sequence + 1, row.hash
            self.end = ChainPoint(sequence=row.sequence, hash=row.hash)


def _not_as_sealed(sequence: int) -> BrokenLink:
    return BrokenLink(sequence=sequence, problem="it is not what was sealed")


def _events(after: int, last: int | None, *, beyond: bool) -> sa.Select[Any]:
    """Select the columns of the rows after one, up to another, in order; streamed.

    ``beyond``: also of those that somebody wrote beyond the chain's head.
    """
    chosen = sa.select(
        EventRow.sequence,
        EventRow.at,
        EventRow.actor,
        EventRow.action,
        EventRow.subject_id,
        EventRow.details,
        EventRow.previous_hash,
        EventRow.hash,
    ).where(EventRow.sequence > after)
    if last is not None:
        # What is written while the walk goes on belongs to the next one.
        within = EventRow.sequence <= last
        chosen = chosen.where(sa.or_(within, _is_beyond_the_head()) if beyond else within)
    return chosen.order_by(EventRow.sequence).execution_options(yield_per=1000)


def _is_beyond_the_head() -> sa.ColumnElement[bool]:
    head = sa.select(ChainHeadRow.sequence).where(ChainHeadRow.id == HEAD_ID).scalar_subquery()
    return EventRow.sequence > head
