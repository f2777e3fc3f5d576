"""Which part of rows and trail ``invariants`` reads, so that each is read again within 30 days.

Read each time are the subjects of all events since the run before, the officers and letters, and
of the other applications and events a share that grows with the time passed, going on where the
last run ended.
Up to ``LEAST`` applications the share is everything. Where it ended stands in a file, which who
owns the database cannot change. Whoever finds something forgets the file: then all is read again.
"""

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.audit import ChainPoint, chain_head
from review_service.db.models import ApplicationRow, EventRow, LetterRow, OfficerRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.services.upkeep.row_holding import standing

DAYS: Final = 30
"""Within so many days everything is read again, when it is run at least once in them."""
LEAST: Final = 20_000
"""Up to so many applications each run reads everything; of more, at least so many in a day."""
SHORTEST_DAYS: Final = 1 / 24
"""A run that follows sooner reads what is due after an hour."""
AT_ONCE: Final = 500
"""Subjects that are in memory at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How far the runs have come, when nothing was found."""

    at: datetime
    whole_at: datetime
    """When everything was last read at once."""
    events: ChainPoint
    """The subjects of the events up to here were read."""
    application: UUID | None
    """The last application of the share; None: begin anew."""
    chain: ChainPoint
    """Up to here the chain was walked in this turn."""
    uses: Mapping[str, int] | None = None
    """How often each counter was used up to ``events``; None when a version of before wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one run reads."""

    reached: Reached
    applications: int
    """How many of the share."""
    total: int
    """How many there are."""
    chain: ChainPoint
    """Where the share of the chain begins."""
    until: int
    """Sequence at which it ends."""


class ReachedFile:
    """Keeps in a small file how far the runs have come."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Reached | None:
        """Return how far; None when nobody has written that, or something else stands there."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            return Reached(
                at=datetime.fromisoformat(told["at"]),
                whole_at=datetime.fromisoformat(told["whole_at"]),
                events=ChainPoint(**told["events"]),
                application=UUID(told["application"]) if told["application"] else None,
                chain=ChainPoint(**told["chain"]),
                uses=_uses_in(told.get("uses")),
            )
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def write(self, reached: Reached) -> None:
        """Save how far; the file is replaced atomically. Where it cannot be, more is read again."""
        told = {**asdict(reached), "at": reached.at.isoformat()}
        told["whole_at"] = reached.whole_at.isoformat()
        told["application"] = str(reached.application or "")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial = self._path.with_name(f"{self._path.name}.partial")
            partial.write_text(json.dumps(told), encoding="utf-8")
            partial.replace(self._path)

    def forget(self) -> None:
        """Let the next run read everything."""
        with suppress(NotADirectoryError):
            self._path.unlink(missing_ok=True)


def _uses_in(told: object) -> Mapping[str, int] | None:
    if told is None:
        return None
    if not isinstance(told, dict):
        raise TypeError
    return {str(name): int(uses) for name, uses in told.items()}


def part_of(uow: UnitOfWork, reached: Reached | None) -> Part | None:
    """Return what is to be read; None for everything."""
    head = chain_head(uow.session)
    if reached is None or head is None or not standing(uow).is_whole:
        return None
    if not timedelta(0) <= uow.now - reached.at or not _is_of(uow, reached):
        return None
    total = uow.session.execute(sa.select(sa.func.count()).select_from(ApplicationRow)).scalar_one()
    days = max(SHORTEST_DAYS, (uow.now - reached.at) / timedelta(days=1))
    applications = math.ceil(max(LEAST, total / DAYS) * days)
    if total <= LEAST or applications >= total:
        return None
    chain = reached.chain if reached.chain.sequence < reached.events.sequence else ChainPoint()
    steps = math.ceil(head.sequence * applications / total)
    return Part(
        reached=reached,
        applications=applications,
        total=total,
        chain=chain,
        until=min(chain.sequence + steps, head.sequence),
    )


def _is_of(uow: UnitOfWork, reached: Reached) -> bool:
    """Say whether the trail is the one that was read, so far as it was."""
    found = uow.session.execute(
        sa.select(EventRow.hash).where(EventRow.sequence == reached.events.sequence)
    ).scalar_one_or_none()
    return found == reached.events.hash


def changed_since(uow: UnitOfWork, sequence: int) -> Iterator[list[UUID]]:
    """Yield the subjects of the events after this one, some at a time, all officers and letters."""
    for chosen in (
        sa.select(EventRow.subject_id)
        .where(EventRow.sequence > sequence, EventRow.subject_id.is_not(None))
        .distinct(),
        sa.select(OfficerRow.id),
        sa.select(LetterRow.id),
    ):
        for some in uow.session.scalars(chosen).partitions(AT_ONCE):
            yield [each for each in some if each is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Applications that follow one another by their ids."""

    ids: list[UUID]
    after: UUID | None
    """None: from the first."""
    until: UUID | None
    """The last of them; None: they are the last ones."""


def applications_from(uow: UnitOfWork, part: Part) -> Iterator[Range]:
    """Yield the applications of the share, some at a time, from the first again after the last."""
    left, after = part.applications, part.reached.application
    while left > 0:
        beyond = sa.true() if after is None else ApplicationRow.id > after
        size = min(left, AT_ONCE)
        ids = list(
            uow.session.scalars(
                sa.select(ApplicationRow.id).where(beyond).order_by(ApplicationRow.id).limit(size)
            )
        )
        is_last = len(ids) < size
        yield Range(ids=ids, after=after, until=None if is_last else ids[-1])
        after = None if is_last else ids[-1]
        left -= max(len(ids), 1)
