"""The hash chain of events; each event is added in the transaction of the change it records."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import ChainHeadRow, EventRow

GENESIS = "0" * 64
HEAD_ID = 1


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


def append_events(session: Session, events: Sequence[PendingEvent], *, at: datetime) -> None:
    """Append the events to the chain; its head row is locked last, to prevent deadlocks."""
    session.flush()
    head = session.execute(
        sa.select(ChainHeadRow).where(ChainHeadRow.id == HEAD_ID).with_for_update()
    ).scalar_one()
    sequence, previous = head.sequence, head.hash
    for event in events:
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
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def verify_chain(session: Session) -> Iterator[BrokenLink]:
    """Check the whole chain and yield every place where it is broken."""
    expected, previous = 1, GENESIS
    rows = session.execute(
        sa.select(EventRow).order_by(EventRow.sequence).execution_options(yield_per=1000)
    ).scalars()
    for row in rows:
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
        expected, previous = row.sequence + 1, row.hash
    head = session.get(ChainHeadRow, HEAD_ID)
    if head is None or (head.sequence, head.hash) != (expected - 1, previous):
        yield BrokenLink(sequence=expected, problem="the end of the chain was cut off")
