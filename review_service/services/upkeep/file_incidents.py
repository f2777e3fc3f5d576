"""Incidents of lost or changed files: stored once, shown on health, closed when mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.engine import insert_if_absent
from review_service.db.models import ApplicationRow, FileIncidentRow, LetterRow, TaskRow
from review_service.db.named_files import still_names
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.stored_files import FileKind, FileProblem, NamedFile
from review_service.domain.work import TaskKind, TaskState

SHOWN: Final = 50
"""Most incidents on one page, the oldest first, or in one round of checking again."""
ASKED: Final = (TaskState.READY, TaskState.QUARANTINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One stored file that is lost or changed."""

    key: str
    kind: FileKind
    problem: FileProblem
    application_id: UUID | None
    owner_id: UUID
    reference: str
    """Of the application, or the number of the letter."""
    page: int | None
    seen_at: datetime
    waits_for_original: bool
    """Whether it is made from an original that is itself lost or changed."""

    @property
    def cure(self) -> str:
        """What the operator has to do."""
        if self.waits_for_original:
            return "Recupere primero el original; con él se vuelve a hacer sola."
        if self.kind.is_derived:
            return "Se vuelve a hacer sola a partir del original."
        return f"Del respaldo: review-service files put-back {self.key} ARCHIVO"


def report(uow: UnitOfWork, file: NamedFile, problem: FileProblem) -> bool:
    """Store an incident once; if the file is a derived one, add the task that rebuilds it.

    Return False, and write nothing, when no row names the file any more.
    """
    with uow:
        if not still_names(uow, file):
            return False
        if _is_news(uow, file, problem):
            uow.record(
                "file_damaged",
                actor="service",
                subject_id=file.subject_id,
                kind=file.kind.value,
                problem=problem.value,
                owner_id=str(file.owner_id),
                page=file.page or 0,
            )
        if file.kind.is_derived:
            ask_to_rebuild(uow, file.owner_id)
        uow.commit()
        return True


def _is_news(uow: UnitOfWork, file: NamedFile, problem: FileProblem) -> bool:
    values = {
        "kind": file.kind,
        "problem": problem,
        "application_id": file.application_id,
        "owner_id": file.owner_id,
        "page": file.page,
        "seen_at": uow.now,
        "mended_at": None,
    }
    if insert_if_absent(uow.session, FileIncidentRow, key=file.key, **values):
        return True
    again = uow.session.execute(
        sa.update(FileIncidentRow)
        .where(FileIncidentRow.key == file.key, FileIncidentRow.mended_at.is_not(None))
        .values(**values)
        .returning(FileIncidentRow.key)
        .execution_options(synchronize_session=False)
    ).first()
    return again is not None


def ask_to_rebuild(uow: UnitOfWork, document_id: UUID) -> None:
    """Add the task that rebuilds a document's derived files, unless there is one or it failed."""
    asked = sa.select(TaskRow.id).where(
        TaskRow.kind == TaskKind.REBUILD_FILES,
        TaskRow.subject_id == document_id,
        TaskRow.state.in_(ASKED),
    )
    if uow.session.execute(asked.limit(1)).first() is None:
        uow.enqueue(TaskKind.REBUILD_FILES, document_id, key=uuid4().hex)


def close(uow: UnitOfWork, keys: Sequence[str]) -> int:
    """Close the incidents of files that are correct again or not needed; return how many.

    Inside the caller's transaction.
    """
    closed = uow.session.execute(
        sa.update(FileIncidentRow)
        .where(FileIncidentRow.key.in_(keys), FileIncidentRow.mended_at.is_(None))
        .values(mended_at=uow.now)
        .returning(
            FileIncidentRow.application_id,
            FileIncidentRow.kind,
            FileIncidentRow.owner_id,
            FileIncidentRow.page,
        )
        .execution_options(synchronize_session=False)
    ).all()
    for row in closed:
        uow.record(
            "file_mended",
            actor="service",
            subject_id=row.application_id or row.owner_id,
            kind=row.kind.value,
            owner_id=str(row.owner_id),
            page=row.page or 0,
        )
    return len(closed)


class IncidentWalk:
    """Goes through the open incidents, oldest first, a part at a time; at the end it begins anew.

    So those that stay broken keep no newer one from being looked at.
    """

    def __init__(self) -> None:
        self._after: tuple[datetime, str] | None = None

    def some(self, uow: UnitOfWork) -> tuple[Incident, ...]:
        """Return at most ``SHOWN`` more, the same until ``go_on``; in the caller's transaction."""
        found = open_incidents(uow, after=self._after, limit=SHOWN)
        return found or open_incidents(uow, limit=SHOWN)

    def go_on(self, looked_at: Sequence[Incident]) -> None:
        """Note that these were looked at."""
        if looked_at:
            self._after = looked_at[-1].seen_at, looked_at[-1].key


def open_incidents(
    uow: UnitOfWork, *, after: tuple[datetime, str] | None = None, limit: int | None = SHOWN
) -> tuple[Incident, ...]:
    """Return the open incidents, oldest first; in the caller's transaction.

    ``after`` is when the last one before them was seen, and its key.
    """
    seen_at = FileIncidentRow.seen_at
    beyond: sa.ColumnElement[bool] = sa.true()
    if after is not None:
        at, key = after
        is_later = sa.and_(seen_at == at, FileIncidentRow.key > key)
        beyond = sa.or_(seen_at > at, is_later)
    rows = uow.session.execute(
        sa.select(FileIncidentRow, sa.func.coalesce(ApplicationRow.reference, LetterRow.number))
        # Outer, though each has one: SQLite would read all applications to look for incidents.
        .outerjoin(ApplicationRow, ApplicationRow.id == FileIncidentRow.application_id)
        .outerjoin(LetterRow, LetterRow.id == FileIncidentRow.owner_id)
        .where(FileIncidentRow.mended_at.is_(None), beyond)
        .order_by(FileIncidentRow.seen_at, FileIncidentRow.key)
        .limit(limit)
    )
    lost_originals = set(
        uow.session.scalars(
            sa.select(FileIncidentRow.owner_id).where(
                FileIncidentRow.kind == FileKind.ORIGINAL, FileIncidentRow.mended_at.is_(None)
            )
        )
    )
    return tuple(
        Incident(
            key=row.key,
            kind=row.kind,
            problem=row.problem,
            application_id=row.application_id,
            owner_id=row.owner_id,
            reference=reference,
            page=row.page,
            seen_at=row.seen_at,
            waits_for_original=row.kind.is_derived and row.owner_id in lost_originals,
        )
        for row, reference in rows
    )


def count_open(uow: UnitOfWork) -> int:
    """Return how many incidents are open, in a transaction of its own."""
    with uow:
        return uow.session.execute(
            sa.select(sa.func.count()).where(FileIncidentRow.mended_at.is_(None))
        ).scalar_one()


def original_is_lost(uow: UnitOfWork, document_id: UUID) -> bool:
    """Return whether a document's original has an open incident; in a transaction of its own."""
    with uow:
        found = sa.select(FileIncidentRow.key).where(
            FileIncidentRow.owner_id == document_id,
            FileIncidentRow.kind == FileKind.ORIGINAL,
            FileIncidentRow.mended_at.is_(None),
        )
        return uow.session.execute(found.limit(1)).first() is not None
