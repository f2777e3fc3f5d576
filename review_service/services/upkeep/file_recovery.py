"""Rechecks files with an open incident, and lets an operator put correct bytes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import file_digest
from io import BufferedReader
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import TaskRow
from review_service.db.named_files import named_now
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.stored_files import NamedFile
from review_service.domain.work import TaskKind, TaskState
from review_service.ports import FileStore
from review_service.services.stored_files import compare
from review_service.services.upkeep import file_incidents
from review_service.services.upkeep.file_incidents import Incident, IncidentWalk
from review_service.services.upkeep.rounds import Round


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecked:
    """How many incidents a round has closed, and how many are left."""

    mended: int
    waiting: int


def recheck(
    writing: UnitFactory, store: FileStore, *, walk: IncidentWalk | None = None
) -> Rechecked:
    """Read the files of open incidents again: close the correct ones, rebuild derived ones.

    With a ``walk`` that is kept only a part of them, and the next call goes on there. Raises
    ``RoundFailedError`` at the end when one could not be read, ``StoreError`` when the store does
    not answer.
    """
    with writing() as uow:
        incidents = walk.some(uow) if walk else file_incidents.open_incidents(uow, limit=None)
    mended, reading = set[str](), Round("incident_not_rechecked", store=store)
    for incident in incidents:
        with reading.one(owner_id=incident.owner_id):
            if _is_right(writing, store, incident.key):
                _close(writing(), incident.key)
                mended.add(incident.key)
    waiting = [incident for incident in incidents if incident.key not in mended]
    for document_id in _to_rebuild(writing, waiting):
        with reading.one(owner_id=document_id):
            _ask_to_rebuild(writing(), document_id)
    if walk is not None:
        walk.go_on(incidents)
    reading.end()
    return Rechecked(mended=len(mended), waiting=len(waiting))


def _is_right(writing: UnitFactory, store: FileStore, key: str) -> bool:
    """Return whether a file is as its row says, or no row names it any more."""
    with writing() as uow:
        file = named_now(uow, key)
    return file is None or compare(store, file).problem is None


def _close(uow: UnitOfWork, key: str) -> None:
    with uow:
        file_incidents.close(uow, [key])
        uow.commit()


def _to_rebuild(writing: UnitFactory, waiting: Sequence[Incident]) -> Sequence[UUID]:
    """Return the documents with lost or changed derived files whose original is no incident."""
    derived = {each.owner_id for each in waiting if each.kind.is_derived}
    return sorted(
        document_id
        for document_id in derived
        if not file_incidents.original_is_lost(writing(), document_id)
    )


def _ask_to_rebuild(uow: UnitOfWork, document_id: UUID) -> None:
    with uow:
        file_incidents.ask_to_rebuild(uow, document_id)
        uow.commit()


def put_back(writing: UnitFactory, store: FileStore, key: str, stream: BufferedReader) -> NamedFile:
    """Store a file's correct bytes (from a backup) under its key; return the file named there.

    ``stream`` is an open file that can seek. Raises ``NotFoundError`` when no row names the key,
    ``InvalidInputError`` when these are not its bytes; nothing has changed then.
    """
    with writing() as uow:
        file = named_now(uow, key)
    if file is None:
        raise NotFoundError(
            f"ningún registro nombra «{key}»; véalos con «review-service files damaged»."
        )
    sha256 = file_digest(stream, "sha256").hexdigest()
    if file.sha256 is not None and sha256 != file.sha256:
        raise InvalidInputError(
            {"file": "Ese no es el archivo que se guardó: su huella SHA-256 es otra. Nada cambió."}
        )
    if compare(store, file).problem is not None:
        stream.seek(0)
        store.delete(key)
        store.put(key, stream)
    with writing() as uow:
        file_incidents.close(uow, [key])
        uow.record(
            "file_put_back",
            actor="operator",
            subject_id=file.subject_id,
            kind=file.kind.value,
            owner_id=str(file.owner_id),
        )
        _go_on(uow)
        uow.commit()
    return file


def _go_on(uow: UnitOfWork) -> None:
    """Let mails that waited for a file be sent now."""
    uow.session.execute(
        sa.update(TaskRow)
        .where(
            TaskRow.kind == TaskKind.SEND_MAIL,
            TaskRow.state == TaskState.READY,
            TaskRow.outages > 0,
            TaskRow.last_error.startswith("DamagedFileError"),
            TaskRow.leased_until.is_(None),
        )
        .values(run_after=uow.now)
        .execution_options(synchronize_session=False)
    )


def rebuild_again(uow: UnitOfWork) -> int:
    """Retry rebuilding tasks in quarantine, and add the ones that are missing.

    Return how many documents have derived files that are not right.
    """
    with uow:
        uow.session.execute(
            sa.update(TaskRow)
            .where(TaskRow.kind == TaskKind.REBUILD_FILES, TaskRow.state == TaskState.QUARANTINED)
            .values(state=TaskState.READY, attempts=0, run_after=uow.now, finished_at=None)
            .execution_options(synchronize_session=False)
        )
        derived = [
            each for each in file_incidents.open_incidents(uow, limit=None) if each.kind.is_derived
        ]
        for document_id in sorted({each.owner_id for each in derived}):
            file_incidents.ask_to_rebuild(uow, document_id)
        uow.commit()
        return len({each.owner_id for each in derived})
