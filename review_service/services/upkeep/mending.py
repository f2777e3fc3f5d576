"""Notifies workers again of tasks that are due, and settles those that used up their attempts."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from review_service.db import tasks
from review_service.db.models import (
    DocumentRow,
)
from review_service.db.named_files import original_under, page_photos_file
from review_service.db.tasks import DueTask, Lease
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.errors import DamagedFileError, OutsideError
from review_service.domain.refusals import RefusalReason
from review_service.domain.stored_files import FileProblem, NamedFile
from review_service.domain.work import TaskKind
from review_service.ports import FileStore, JobQueue
from review_service.services import notifying, stored_files
from review_service.services.applicant import replacing
from review_service.services.findings import assembling, cancelling, checking, resembling
from review_service.services.letters import photos
from review_service.services.upkeep import file_incidents
from review_service.services.upkeep.rounds import Round

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """Counts of one round of ``reconcile``."""

    notified: int
    quarantined: int


def reconcile(
    writing: UnitFactory,
    queue: JobQueue,
    store: FileStore,
    *,
    max_attempts: int,
    scan_required: bool,
    rulebook: Mapping[str, Any] | None = None,
) -> Reconciled:
    """Notify workers again of due tasks, and quarantine tasks that used up their attempts.

    ``rulebook`` holds the dated rules of the installation, here and below. Raises
    ``RoundFailedError`` at the end when one could not be quarantined.
    """
    with writing() as uow:
        worn = tasks.worn_out(uow, max_attempts=max_attempts)
        due = tasks.due(uow, max_attempts=max_attempts)
    quarantined, tried = 0, Round("task_not_settled")
    for lease in worn:
        with tried.one(task_id=lease.task_id):
            quarantined += _is_settled(
                writing, store, lease, scan_required=scan_required, rulebook=rulebook
            )
    notified = _notify(queue, due)
    tried.end()
    return Reconciled(notified=notified, quarantined=quarantined)


def _is_settled(
    writing: UnitFactory,
    store: FileStore,
    lease: Lease,
    *,
    scan_required: bool,
    rulebook: Mapping[str, Any] | None,
) -> bool:
    error = "the worker died at every attempt"
    try:
        settle(writing, store, lease, error=error, scan_required=scan_required, rulebook=rulebook)
    except OutsideError:
        logger.warning("task_waits_to_settle", extra={"task_id": str(lease.task_id)})
        return False
    return True


def _notify(queue: JobQueue, due: Sequence[DueTask]) -> int:
    for notified, task in enumerate(due):
        try:
            queue.notify(task.task_id, lane=task.lane)
        except OutsideError:
            logger.warning("queue_down", extra={"task_id": str(task.task_id)})
            return notified
    return len(due)


def settle(
    writing: UnitFactory,
    store: FileStore,
    lease: Lease,
    *,
    error: str,
    scan_required: bool,
    rulebook: Mapping[str, Any] | None = None,
) -> None:
    """Put a task into quarantine and show it where people look for it, or cancel it.

    A document whose checks died keeps its bytes, confirmed under ``originals/``, unless the
    antivirus should have seen them and did not, they are not those that were received, or they
    would replace a file that stands. Raises a retryable ``StoreError`` when they can't be copied
    now; nothing has changed then.
    """
    if lease.kind is TaskKind.CHECK_DOCUMENT and not cancelling.is_wanted(
        writing(), lease.subject_id
    ):
        cancelling.end(writing(), lease)
        return
    staged, kept = None, None
    if lease.kind is TaskKind.CHECK_DOCUMENT:
        staged, kept = _confirmed(writing, store, lease.subject_id, scan_required=scan_required)
    with writing() as uow:
        if not tasks.quarantine(uow, lease, error=error):
            return
        logger.error(
            "task_quarantined",
            extra={"task_id": str(lease.task_id), "kind": lease.kind.value},
        )
        if kept is not None:
            _end_checks(uow, lease.subject_id, kept, rulebook)
        elif lease.kind is TaskKind.SEND_MAIL:
            notifying.give_up(uow, lease.subject_id, error=error)
        elif lease.kind is TaskKind.ASSEMBLE_EVIDENCE:
            assembling.give_up(uow, lease.subject_id)
        elif lease.kind is TaskKind.FIND_RESEMBLING:
            resembling.give_up(uow, lease.subject_id, rulebook=rulebook)
        elif lease.kind is TaskKind.CHECK_LETTER_PHOTO:
            staged = photos.give_up(uow, lease.subject_id)
        uow.commit()
    if staged is not None:
        store.delete(staged)


def _end_checks(
    uow: UnitOfWork,
    document_id: UUID,
    kept: str | RefusalReason,
    rulebook: Mapping[str, Any] | None,
) -> None:
    """End a document whose checks died; a refused one needs its lost or changed file no longer."""
    row = uow.session.get(DocumentRow, document_id)
    staged = row.staging_key if row is not None else None
    checking.give_up(uow, document_id, kept, rulebook=rulebook)
    if staged is not None and isinstance(kept, RefusalReason):
        file_incidents.close(uow, [staged])


def _confirmed(
    writing: UnitFactory, store: FileStore, document_id: UUID, *, scan_required: bool
) -> tuple[str | None, str | RefusalReason | None]:
    """Copy a staged upload to its final key; return both keys, or why it cannot be copied."""
    with writing() as uow:
        row = uow.session.get(DocumentRow, document_id)
        if row is None or row.state.is_final or row.staging_key is None:
            return None, None
        file, unscanned = original_under(row, row.staging_key), row.virus_checked_at is None
        # What no check could finish takes no accepted file's place: the former stands.
        former_stands = replacing.former_stands(uow, row)
        photos = page_photos_file(row)
    if photos is not None:
        return _no_pdf(writing, store, photos)
    if (scan_required and unscanned) or former_stands:
        return file.key, RefusalReason.TOO_COSTLY
    kept = f"originals/{uuid4()}"
    try:
        with stored_files.opened(writing, store, file) as (stream, _):
            store.put(kept, stream)
    except DamagedFileError as error:
        lost = error.problem is FileProblem.MISSING
        return None if lost else file.key, RefusalReason.DAMAGED
    return file.key, kept


def _no_pdf(
    writing: UnitFactory, store: FileStore, photos: NamedFile
) -> tuple[str | None, RefusalReason]:
    """Return why there is no PDF of photos of sheets, and which file of theirs is of no use."""
    try:
        with stored_files.opened(writing, store, photos):
            return None, RefusalReason.TOO_COSTLY  # no PDF that could be kept; the photos are
    except DamagedFileError as error:
        lost = error.problem is FileProblem.MISSING
        return None if lost else photos.key, RefusalReason.DAMAGED
