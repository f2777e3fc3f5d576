"""Mends what faults leave behind: silent bells, worn-out tasks, lapsed terms, orphaned bytes."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.audit import verify_chain
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    AttemptRow,
    CounterRow,
    DocumentRow,
    MailRow,
    OneUseLinkRow,
    PageRow,
    SessionRow,
    TaskRow,
)
from review_service.db.tasks import DueTask, Lease
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import DocumentState
from review_service.domain.errors import FileMissingError, NotFoundError, OutsideError
from review_service.domain.refusals import RefusalReason
from review_service.domain.work import TaskKind, TaskState
from review_service.ports import FileStore, JobQueue
from review_service.services import notifying
from review_service.services.findings import assembling, checking, resembling

logger = logging.getLogger(__name__)

ORPHAN_HOURS = 24
"""Bytes that no row names are kept this long: an upload may still be on its way."""
FORGET_DAYS = 30
"""Attempts, sessions and links are of no use after this many days."""
SWEPT_PREFIXES = ("staging/", "originals/", "derived/", "agreements/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What one round mended."""

    rung: int
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """An invariant that does not hold."""

    name: str
    detail: str


def reconcile(
    writing: UnitFactory,
    queue: JobQueue,
    store: FileStore,
    *,
    max_attempts: int,
    scan_required: bool,
) -> Reconciled:
    """Ring again for what is due and quarantine what used up its attempts."""
    with writing() as uow:
        worn = tasks.worn_out(uow, max_attempts=max_attempts)
        due = tasks.due(uow, max_attempts=max_attempts)
    quarantined = 0
    for lease in worn:
        try:
            settle(
                writing,
                store,
                lease,
                error="the worker died at every attempt",
                scan_required=scan_required,
            )
            quarantined += 1
        except OutsideError:
            logger.warning("task_waits_to_settle", extra={"task_id": str(lease.task_id)})
    return Reconciled(rung=_ring(queue, due), quarantined=quarantined)


def _ring(queue: JobQueue, due: Sequence[DueTask]) -> int:
    for rung, task in enumerate(due):
        try:
            queue.ring(task.task_id, lane=task.lane)
        except OutsideError:
            logger.warning("bell_down", extra={"task_id": str(task.task_id)})
            return rung
    return len(due)


def settle(
    writing: UnitFactory, store: FileStore, lease: Lease, *, error: str, scan_required: bool
) -> None:
    """Take a task out of circulation and say so where people look.

    A document whose checks died keeps its bytes, confirmed under ``originals/``, unless the
    antivirus should have seen them and did not. Raises a retryable ``StoreError`` when they can't
    be copied now; nothing has changed then.
    """
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
            checking.give_up(uow, lease.subject_id, kept)
        elif lease.kind is TaskKind.SEND_MAIL:
            notifying.give_up(uow, lease.subject_id, error=error)
        elif lease.kind is TaskKind.ASSEMBLE_EVIDENCE:
            assembling.give_up(uow, lease.subject_id)
        elif lease.kind is TaskKind.FIND_RESEMBLING:
            resembling.give_up(uow, lease.subject_id)
        uow.commit()
    if staged is not None:
        store.delete(staged)


def _confirmed(
    writing: UnitFactory, store: FileStore, document_id: UUID, *, scan_required: bool
) -> tuple[str | None, str | RefusalReason | None]:
    """Copy a staged upload to its own key; return both keys, or why there is no second."""
    with writing() as uow:
        row = uow.session.get(DocumentRow, document_id)
        if row is None or row.state.is_final or row.staging_key is None:
            return None, None
        staged, unscanned = row.staging_key, row.virus_checked_at is None
    if scan_required and unscanned:
        return staged, RefusalReason.TOO_COSTLY
    kept = f"originals/{uuid4()}"
    try:
        store.copy(staged, kept)
    except FileMissingError:
        return None, RefusalReason.DAMAGED
    return staged, kept


def sweep(reading: UnitFactory, store: FileStore) -> int:
    """Delete bytes that no row has named for a day; return how many."""
    with reading() as uow:
        limit = uow.now - timedelta(hours=ORPHAN_HOURS)
    removed = 0
    for prefix in SWEPT_PREFIXES:
        old = [entry.key for entry in store.keys(prefix) if entry.modified_at < limit]
        with reading() as uow:
            named = named_keys(uow)
        for key in old:
            if key not in named:
                store.delete(key)
                removed += 1
    return removed


def prune(uow: UnitOfWork) -> int:
    """Forget old attempts, sessions and links; return how many."""
    with uow:
        old = uow.now - timedelta(days=FORGET_DAYS)
        removed = 0
        for statement in (
            sa.delete(AttemptRow).where(AttemptRow.window_start < old),
            sa.delete(SessionRow).where(SessionRow.expires_at < old),
            sa.delete(OneUseLinkRow).where(OneUseLinkRow.link_expires_at < old),
        ):
            removed += len(uow.session.execute(statement.returning(sa.literal(1))).all())
        uow.commit()
        return removed


def named_keys(uow: UnitOfWork) -> set[str]:
    """Return every store key that some row names."""
    columns = (
        DocumentRow.staging_key,
        DocumentRow.storage_key,
        PageRow.image_key,
        PageRow.thumbnail_key,
        AgreementRow.storage_key,
    )
    return {
        key
        for column in columns
        for key in uow.session.execute(sa.select(column).where(column.is_not(None))).scalars()
        if key is not None
    }


def invariants(reading: UnitFactory, store: FileStore) -> list[Broken]:
    """Return every promise of the service that does not hold at this moment."""
    with reading() as uow:
        broken = [
            *_numbers(uow),
            *_decided(uow),
            *_unasked(uow),
            *(
                Broken(name="audit_chain", detail=f"{link.sequence}: {link.problem}")
                for link in verify_chain(uow.session)
            ),
        ]
        originals = [
            (row.id, row.storage_key or row.staging_key)
            for row in uow.session.execute(
                sa.select(DocumentRow).where(
                    DocumentRow.state != DocumentState.REFUSED, DocumentRow.removed_at.is_(None)
                )
            ).scalars()
        ]
        papers = [
            (row.id, row.storage_key)
            for row in uow.session.execute(
                sa.select(AgreementRow).where(AgreementRow.storage_key.is_not(None))
            ).scalars()
        ]
    return broken + _missing_bytes(store, [*originals, *papers])


def _missing_bytes(store: FileStore, named: Sequence[tuple[UUID, str | None]]) -> list[Broken]:
    return [
        Broken(name="bytes_missing", detail=f"{row_id}: {key}")
        for row_id, key in named
        if key is None or store.size(key) is None
    ]


def _numbers(uow: UnitOfWork) -> list[Broken]:
    """Look for a gap between 1 and the counter of each year."""
    broken = []
    for counter in uow.session.execute(
        sa.select(CounterRow).where(CounterRow.name == "agreement")
    ).scalars():
        serials = list(
            uow.session.execute(
                sa.select(AgreementRow.serial)
                .where(AgreementRow.year == counter.year)
                .order_by(AgreementRow.serial)
            ).scalars()
        )
        if serials != list(range(1, counter.value + 1)):
            broken.append(
                Broken(name="numbers", detail=f"{counter.year}: {len(serials)} of {counter.value}")
            )
    return broken


def _decided(uow: UnitOfWork) -> list[Broken]:
    """Look for approved applications without an agreement, and the other way round."""
    numbered = sa.select(AgreementRow.application_id)
    decided = (ApplicationState.APPROVED, ApplicationState.ISSUED)
    without = uow.session.execute(
        sa.select(ApplicationRow.id).where(
            ApplicationRow.state.in_(decided), ApplicationRow.id.not_in(numbered)
        )
    ).scalars()
    undecided = uow.session.execute(
        sa.select(ApplicationRow.id).where(
            ApplicationRow.state.not_in(decided), ApplicationRow.id.in_(numbered)
        )
    ).scalars()
    return [
        *(Broken(name="approved_without_agreement", detail=str(found)) for found in without),
        *(Broken(name="agreement_without_approval", detail=str(found)) for found in undecided),
    ]


def _unasked(uow: UnitOfWork) -> list[Broken]:
    """Look for what waits for work that no task asks for."""
    asked = sa.select(TaskRow.subject_id)
    waiting = {
        "document_without_task": sa.select(DocumentRow.id).where(
            DocumentRow.state.in_((DocumentState.RECEIVED, DocumentState.CHECKING)),
            DocumentRow.id.not_in(asked),
        ),
        "mail_without_task": sa.select(MailRow.id).where(
            MailRow.sent_at.is_(None), MailRow.id.not_in(asked)
        ),
        "agreement_never_published": sa.select(AgreementRow.id).where(
            AgreementRow.published_at.is_(None),
            AgreementRow.id.not_in(
                sa.select(TaskRow.subject_id).where(TaskRow.state == TaskState.READY)
            ),
        ),
    }
    return [
        Broken(name=name, detail=str(found))
        for name, query in waiting.items()
        for found in uow.session.execute(query).scalars()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckTask:
    """A task that a person should look at."""

    task_id: UUID
    kind: str
    state: str
    last_error: str


def stuck_tasks(uow: UnitOfWork) -> list[StuckTask]:
    """Return tasks in quarantine and those that have waited for something outside."""
    with uow:
        rows = uow.session.execute(
            sa.select(TaskRow)
            .where(
                sa.or_(
                    TaskRow.state == TaskState.QUARANTINED,
                    sa.and_(TaskRow.state == TaskState.READY, TaskRow.outages > 0),
                )
            )
            .order_by(TaskRow.created_at)
        ).scalars()
        return [
            StuckTask(
                task_id=row.id,
                kind=row.kind.value,
                state=row.state.value,
                last_error=row.last_error,
            )
            for row in rows
        ]


def retry(uow: UnitOfWork, task_id: UUID) -> None:
    """Give a task in quarantine fresh attempts. Raises ``NotFoundError``."""
    with uow:
        changed = uow.session.execute(
            sa.update(TaskRow)
            .where(TaskRow.id == task_id, TaskRow.state == TaskState.QUARANTINED)
            .values(state=TaskState.READY, attempts=0, run_after=uow.now, finished_at=None)
            .returning(TaskRow.id)
        ).scalar_one_or_none()
        if changed is None:
            raise NotFoundError("no such task in quarantine")
        uow.record("task_retried", actor="operator", subject_id=task_id)
        uow.commit()
