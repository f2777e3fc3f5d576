# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""The jobs that ``scale.py`` measures: those of the scheduler's own table, and the commands.

Some jobs have something to do only once in a while; ``PREPARED`` makes work for them first.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from types import MappingProxyType
from typing import Any, Final, cast
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.adapters.local_store import LocalFileStore
from review_service.bootstrap import Container
from review_service.cli.base import container
from review_service.db.audit import ChainPoint, chain_head
from review_service.db.database import Database
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    AttemptRow,
    DocumentRow,
    EventRow,
    PageRow,
    SessionKind,
    SessionRow,
    TaskRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.seals import FIRST, Seal, SealStatement
from review_service.domain.work import Lane, TaskState
from review_service.ports import FileStore, JobQueue, StoredKey
from review_service.scheduler import periodic_jobs
from review_service.services.upkeep.audit_check import check_audit
from review_service.services.upkeep.checked_part import Reached, ReachedFile
from review_service.services.upkeep.invariants import check_again
from review_service.services.upkeep.kept_seals import keys_in
from review_service.services.upkeep.sweeping import SWEPT_PREFIXES
from review_service.services.upkeep.trail_check import uses_of_counters

BACKLOG: Final = 500
"""How much each prepared job finds: that of some bad days."""
OLD_ROWS: Final = 20_000
DAY_OF_EVENTS: Final = 10_000
"""Events between two seals."""


class ListedStore:
    """A store that lists what the rows name, and one orphan in a thousand; it holds no bytes.

    What is not in the swept folders, such as seals, is the real store's.
    """

    def __init__(self, parts: Container) -> None:
        self._parts = parts
        self._files = parts.store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- the rest is the real store's
        return getattr(self._files, name)

    def keys(self, prefix: str) -> Iterator[StoredKey]:
        """List in the order of keys, a page at a time, as a store does."""
        columns = {
            "originals/": [DocumentRow.storage_key],
            "agreements/": [AgreementRow.storage_key],
            "derived/": [PageRow.image_key, PageRow.thumbnail_key],
        }
        if not prefix.startswith(SWEPT_PREFIXES):
            yield from self._files.keys(prefix)
            return
        old = datetime.now(UTC) - timedelta(days=30)
        for start, named in columns.items():
            if not prefix.startswith(start):
                continue
            for column in named:
                with self._parts.database.engine.connect() as connection:
                    found = connection.execution_options(yield_per=1000).execute(
                        sa.select(column).where(column.startswith(prefix))
                    )
                    for count, (key,) in enumerate(found):
                        yield StoredKey(key=str(key), size_bytes=1, modified_at=old)
                        if count % 1000 == 0:
                            yield StoredKey(key=f"{prefix}{uuid4()}", size_bytes=1, modified_at=old)

    def size(self, key: str) -> int | None:
        """Say that every named file is there."""
        return 1 if key.startswith(SWEPT_PREFIXES) else self._files.size(key)

    def delete(self, key: str) -> None:
        """Delete nothing of what is only listed."""
        if not key.startswith(SWEPT_PREFIXES):
            self._files.delete(key)


class AcceptingQueue:
    """A queue that takes every notice."""

    def notify(self, task_id: UUID, *, lane: Lane) -> None:
        """Take it."""


def parts() -> Container:
    """Return the parts of a process, with a store that holds no bytes and a queue that takes all.

    The queue that wakes nobody is not measured, and neither is one that is down.
    """
    made = container()
    queue = cast("JobQueue", AcceptingQueue())
    database = Database(made.settings.database_url, queue)
    made = replace(made, database=database, queue=queue)
    return replace(made, store=cast("FileStore", ListedStore(made)))


def periodic() -> list[str]:
    """Return the names of the scheduler's jobs."""
    return [job.name for job in periodic_jobs(container())]


def run(name: str, here: Container) -> object:
    """Do one job once; return how much it found or did."""
    if name in COMMANDS:
        return COMMANDS[name](here)
    done = next(job for job in periodic_jobs(here) if job.name == name).do()
    if isinstance(done, Seal):
        return done.statement.sequence
    return done if isinstance(done, int) else str(done)


def prepare(name: str, here: Container) -> None:
    """Make work for a job."""
    if name in PREPARED:
        PREPARED[name](here)


def _tasks_due(here: Container) -> None:
    """Let tasks wait whose workers were killed."""
    with here.writing() as uow:
        for task in uow.session.scalars(
            sa.select(TaskRow).where(TaskRow.state == TaskState.DONE).limit(BACKLOG)
        ):
            task.state, task.run_after, task.finished_at = TaskState.READY, uow.now, None
        uow.commit()


def _tasks_done(here: Container) -> None:
    with here.writing() as uow:
        for task in uow.session.scalars(sa.select(TaskRow).where(TaskRow.state == TaskState.READY)):
            task.state, task.finished_at = TaskState.DONE, uow.now
        uow.commit()


def _unconfirmed(here: Container) -> None:
    _tasks_done(here)
    with here.writing() as uow:
        for row in _some(uow, ApplicationState.AWAITING_CONFIRMATION):
            row.confirm_by = uow.now - timedelta(days=1)
        uow.commit()


def _some(uow: UnitOfWork, state: ApplicationState) -> list[ApplicationRow]:
    chosen = sa.select(ApplicationRow).where(ApplicationRow.state == state).limit(BACKLOG)
    return list(uow.session.scalars(chosen))


def _removed(here: Container) -> None:
    with here.writing() as uow:
        chosen = (
            sa.select(DocumentRow)
            .join(ApplicationRow, ApplicationRow.id == DocumentRow.application_id)
            .where(ApplicationRow.state == ApplicationState.DRAFT, DocumentRow.removed_at.is_(None))
            .limit(BACKLOG)
        )
        for row in uow.session.scalars(chosen):
            row.removed_at = uow.now - timedelta(days=3)
        uow.commit()


def _sealed(here: Container) -> None:
    """Let a seal be due for the events that the jobs before wrote, and be no first one.

    The first seal of an installation walks its whole trail, as ``audit_verify`` does.
    """
    sealing = here.sealing
    with here.reading() as uow:
        place = sealing.places[0]
        if keys_in(place):
            return
        known = uow.session.execute(
            sa.select(EventRow.sequence, EventRow.hash)
            .order_by(EventRow.sequence.desc())
            .offset(DAY_OF_EVENTS)
            .limit(1)
        ).one()
        yesterday = uow.now - timedelta(days=1)
        statement = SealStatement(
            sequence=known.sequence, head=known.hash, sealed_at=yesterday, since=known.sequence,
            since_at=yesterday, reason=FIRST, broken_before=0, previous="",
        )  # fmt: skip
    signature = sealing.sealer.sign(statement.signed_bytes).hex()
    seal = Seal(statement=statement, public_key=sealing.sealer.public_key, signature=signature)
    place.store.prepare()
    place.store.put(seal.key, BytesIO(seal.text.encode()))


def _read_before(here: Container) -> None:
    """Note a run of ``invariants`` an hour ago, as the timer does them."""
    reached_file = _reached_file(here)
    with here.reading() as uow:
        head = chain_head(uow.session)
        if head is None:
            raise SystemExit("the chain has no head")
        before = uow.now - timedelta(hours=1)
        reached_file.write(
            Reached(at=before, whole_at=before, events=head, application=None,
                    chain=ChainPoint(), uses=uses_of_counters(uow))
        )  # fmt: skip


def _reached_file(here: Container) -> ReachedFile:
    return ReachedFile(here.settings.seals.folder / "row-check.json")


def _old(here: Container) -> None:
    """Add sessions and attempts of more than a month ago."""
    with here.writing() as uow:
        past = uow.now - timedelta(days=60)
        uow.session.execute(
            sa.insert(SessionRow),
            [
                {
                    "id": uuid4(),
                    "kind": SessionKind.APPLICANT,
                    "token_hash": uuid4().hex * 2,
                    "ruc": "1700000000001",
                    "created_at": past,
                    "last_seen_at": past,
                    "expires_at": past,
                }
                for _ in range(OLD_ROWS)
            ],
        )
        uow.session.execute(
            sa.insert(AttemptRow),
            [{"key": uuid4().hex, "window_start": past, "count": 1} for _ in range(OLD_ROWS)],
        )
        uow.commit()


PREPARED: Final[Mapping[str, Callable[[Container], None]]] = MappingProxyType(
    {
        "reconcile": _tasks_due,
        "lapse": _unconfirmed,
        "release": _removed,
        "retention": _old,
        "seal": _sealed,
        "invariants": _read_before,
    }
)


def _audit(here: Container, *, only_after: bool) -> object:
    real = replace(here, store=LocalFileStore(here.settings.data_dir / "files"))
    places = real.sealing.places
    report = check_audit(
        here.reading, checker=real.sealing.sealer, places=places, only_after=only_after
    )
    return len(report.links) + len(report.problems)


def _invariants(here: Container, *, is_whole: bool) -> object:
    """Read everything, or what is due on the day after."""
    reached_file = _reached_file(here)
    if is_whole:
        reached_file.forget()
    sealing = replace(here, store=LocalFileStore(here.settings.data_dir / "files")).sealing
    checked = check_again(here.reading, here.store, sealing=sealing, reached_file=reached_file)
    return len(checked.broken)


COMMANDS: Final[Mapping[str, Callable[[Container], object]]] = MappingProxyType(
    {
        "audit_verify": lambda here: _audit(here, only_after=False),
        "audit_verify_only_after": lambda here: _audit(here, only_after=True),
        "invariants_whole": lambda here: _invariants(here, is_whole=True),
        "invariants": lambda here: _invariants(here, is_whole=False),
    }
)
"""What an operator or a timer starts, after the scheduler's jobs."""
