"""Compares every row that holds facts with the digest in the newest event that tells of it.

Found is a row whose facts were changed, a row that no event made, and one that is gone without an
event. The work grows with the rows, and some subjects are in memory at a time.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import row_facts
from review_service.db.base import Base
from review_service.db.fact_columns import EDITIONS, ROOTS, SUBJECTS
from review_service.db.models import ApplicationRow, EventRow, LetterRow, OfficerRow
from review_service.db.row_facts import GONE, FoundRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.services.upkeep.row_holding import FIRST_HELD, FOUNDING, Standing, standing
from review_service.services.upkeep.trail_check import Contradiction

AT_ONCE: Final = 500
"""Subjects that are in memory at a time."""
CHANGED: Final = "row_not_as_in_trail"
UNKNOWN: Final = "row_not_in_trail"
MISSING: Final = "row_gone"


def contradictions(uow: UnitOfWork) -> Iterator[Contradiction]:
    """Yield every row that the digests contradict; nothing before they count.

    The caller's transaction must see one moment, or the service must rest.
    """
    now = standing(uow)
    if now.since is None:
        return
    for root in ROOTS:
        last: UUID | None = None
        while ids := _next_ids(uow, root, last):
            yield from _compared(uow, ids, now)
            last = ids[-1]
    yield from _lost(uow, now, _vanished(now.since), *_orphans(None, None))


def of_subjects(uow: UnitOfWork, subjects: Collection[UUID]) -> Iterator[Contradiction]:
    """Yield the rows of these applications, officers and letters that the digests contradict.

    They must be few enough for one statement.
    """
    now = standing(uow)
    if now.since is not None:
        yield from _compared(uow, subjects, now)


def without_subject(
    uow: UnitOfWork, *, after: UUID | None, until: UUID | None
) -> Iterator[Contradiction]:
    """Yield the rows that name an application or letter between these ids which is not there."""
    now = standing(uow)
    if now.since is not None:
        yield from _lost(uow, now, *_orphans(after, until))


def gone_since(uow: UnitOfWork, *, after: int, until: int) -> Iterator[Contradiction]:
    """Yield what the events between these sequences began and nothing but events tells of now."""
    now = standing(uow)
    if now.since is not None:
        vanished = _vanished(max(after, now.since)).where(EventRow.sequence <= until)
        yield from _lost(uow, now, vanished)


def _lost(uow: UnitOfWork, now: Standing, *selected: sa.Select[UUID]) -> Iterator[Contradiction]:
    for lost in selected:
        for some in uow.session.scalars(lost).partitions(AT_ONCE):
            yield from _compared(uow, list(some), now)


def _next_ids(uow: UnitOfWork, root: Any, last: UUID | None) -> list[UUID]:  # noqa: ANN401 -- a table
    beyond = sa.true() if last is None else root.id > last
    return list(
        uow.session.scalars(sa.select(root.id).where(beyond).order_by(root.id).limit(AT_ONCE))
    )


def _vanished(since: int) -> sa.Select[UUID]:
    """Select the subjects of the trail that have no row."""
    chosen: sa.Select[Any] = (
        sa.select(EventRow.subject_id)
        .distinct()
        .where(
            EventRow.action.in_((*FOUNDING, FIRST_HELD)),
            EventRow.sequence > since,
            ~sa.exists().where(ApplicationRow.id == EventRow.subject_id),
            ~sa.exists().where(OfficerRow.id == EventRow.subject_id),
            ~sa.exists().where(LetterRow.id == EventRow.subject_id),
        )
    )
    return chosen


def _orphans(after: UUID | None, until: UUID | None) -> Iterator[sa.Select[UUID]]:
    """Select the subjects of rows that have none, which a foreign key allows to nobody else.

    A row of a table names its subject, an application or a letter, by that foreign key.
    """
    for table in EDITIONS:
        if table not in ROOTS:
            subject = getattr(table, SUBJECTS[table])
            [key] = sa.inspect(table).columns[SUBJECTS[table]].foreign_keys
            yield (
                sa.select(subject)
                .distinct()
                .where(
                    ~sa.exists().where(key.column == subject),
                    sa.true() if after is None else subject > after,
                    sa.true() if until is None else subject <= until,
                )
            )


def _compared(
    uow: UnitOfWork, subjects: Collection[UUID], now: Standing
) -> Iterator[Contradiction]:
    if not subjects:
        return
    told = _told(uow, subjects, now.since or 0)
    salts = row_facts.salts_of(uow.session, subjects)
    for table in EDITIONS:
        for found in row_facts.rows_of(uow.session, table, subjects):
            row = found.row
            digest = told.get(row.subject_id, {}).pop(row.name, GONE)
            if digest == GONE:
                if now.is_whole:
                    yield _contradiction(UNKNOWN, row.subject_id, row.name)
            elif not _is_same(table, found, digest, salts):
                yield _contradiction(CHANGED, row.subject_id, row.name)
    for subject, left in told.items():
        for name, digest in left.items():
            if digest != GONE:
                yield _contradiction(MISSING, subject, name)


def _told(uow: UnitOfWork, subjects: Collection[UUID], since: int) -> dict[UUID, dict[str, str]]:
    """Return the newest digest of each row that events of these subjects name.

    Without a cursor, for which PostgreSQL would read the events of all in order.
    """
    told: dict[UUID, dict[str, str]] = {}
    chosen = (
        sa.select(EventRow.subject_id, EventRow.details)
        .where(EventRow.subject_id.in_(subjects), EventRow.sequence > since)
        .order_by(EventRow.sequence)
    )
    roots = {row_facts.row_name(root, (None,)) for root in ROOTS}
    for subject, details in uow.session.execute(chosen):
        facts = details.get(row_facts.FACTS) if isinstance(details, dict) else None
        if not isinstance(facts, dict) or subject is None:
            continue
        known = told.setdefault(subject, {})
        known.update({str(name): str(digest) for name, digest in facts.items()})
        if any(facts.get(root) == GONE for root in roots):
            known.clear()  # its other rows went with it
    return told


def _is_same(table: type[Base], found: FoundRow, digest: str, salts: Mapping[UUID, str]) -> bool:
    edition = row_facts.edition_of(digest)
    if edition > len(EDITIONS[table]):
        return True  # made by a later version, which alone can compare it
    if edition == 0:
        return False
    try:
        salt = salts[found.row.subject_id]
        return row_facts.digest(table, found.facts, salt=salt, edition=edition) == digest
    except (KeyError, ValueError):  # the salt is gone, or no salt
        return False


def _contradiction(name: str, subject: UUID, row: str) -> Contradiction:
    return Contradiction(name=name, detail=f"{row} of {subject}")
