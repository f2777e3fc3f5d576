"""Runs one background task: take its lease, call its handler, give it back or end it."""

import errno
import logging
import os
import socket
from collections.abc import Callable, Mapping
from functools import cache, lru_cache, partial
from typing import Final
from uuid import UUID, uuid4

from review_service.bootstrap import Container, Role, build, trusted_authorities
from review_service.db import tasks
from review_service.db.tasks import Lease
from review_service.domain.errors import OutsideError, SigningError, StoreError
from review_service.domain.work import TaskKind
from review_service.services import notifying
from review_service.services.agreements import issuing, proving
from review_service.services.upkeep import mending
from review_service.settings import Settings
from workers.inspecting.own_paper import SandboxPaperReader
from workers.tasks import documents, letter_photos, photos, rebuilding
from workers.tasks.leasing import Renewal

logger = logging.getLogger(__name__)

EXHAUSTED: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO, errno.EROFS}
)
"""Errors of the system that say nothing of the task in whose midst they come."""


def run_task(task_id: str) -> None:
    """Do one task; the entry point that the queue names for workers of the version before."""
    run(process_container(), UUID(task_id))


@cache
def process_container() -> Container:
    """Return this process's parts, built at its first job."""
    return build(Settings.from_env(os.environ), Role.WORKER)


def run(container: Container, task_id: UUID) -> bool:
    """Lease one task and do it; False when it is done, or another worker has it."""
    return _do(container, partial(tasks.take_lease, task_id=task_id))


def run_next(container: Container) -> bool:
    """Lease the task of this worker's lanes whose turn it is and do it; False when none is due."""
    return _do(container, partial(tasks.take_next, lanes=container.settings.lanes))


def _do(container: Container, take: Callable[..., Lease | None]) -> bool:
    work = container.settings.work
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex}"
    with container.writing() as uow:
        lease = take(uow, owner=owner, seconds=work.lease_seconds, max_attempts=work.max_attempts)
        uow.commit()
    if lease is None:
        return False
    try:
        with Renewal(container.writing, lease, seconds=work.lease_seconds):
            HANDLERS[lease.kind](container, lease)
    except OutsideError as error:
        _after_outage(container, lease, error)
    except Exception as error:
        logger.exception("task_failed", extra=lease.log_fields)
        if _is_full(error):
            _wait_out(container, lease, f"{type(error).__name__}: {error}")
        else:
            _after_failure(container, lease, error)
    else:
        logger.info("task_done", extra=lease.log_fields)
    return True


def _is_full(error: Exception) -> bool:
    """Whether this machine's own disk, memory or files ran out: no fault of the task."""
    return isinstance(error, OSError) and error.errno in EXHAUSTED


def _after_outage(container: Container, lease: Lease, error: OutsideError) -> None:
    """Give the task back until an outage ends; end it at once when waiting cannot help."""
    # What keeps an agreement from being signed is a sentence that officers read on the case.
    said = str(error) if isinstance(error, SigningError) else f"{type(error).__name__}: {error}"
    logger.warning("task_outage", extra={**lease.log_fields, "retryable": error.retryable})
    if error.retryable:
        _wait_out(container, lease, said)
    else:
        _settle(container, lease, said)


def _after_failure(container: Container, lease: Lease, error: Exception) -> None:
    """Count the attempt; the last one ends in quarantine."""
    work = container.settings.work
    said = f"{type(error).__name__}: {error}"
    if lease.attempt >= work.max_attempts:
        _settle(container, lease, said)
        return
    with container.writing() as uow:
        wait = work.retry_seconds * 2.0 ** (lease.attempt - 1)
        tasks.give_back(uow, lease, error=said, after_seconds=wait)
        uow.commit()


def _wait_out(container: Container, lease: Lease, said: str) -> None:
    with container.writing() as uow:
        wait = container.settings.work.retry_seconds
        tasks.wait_out(uow, lease, error=said, first_seconds=wait)
        uow.commit()


def _settle(container: Container, lease: Lease, said: str) -> None:
    """End the task for good, or wait for the store that must keep what was received."""
    try:
        mending.settle(
            container.writing,
            container.store,
            lease,
            error=said,
            scan_required=container.scan_required,
            rulebook=container.rulebook,
        )
    except StoreError as error:
        _wait_out(container, lease, f"{said}; {error}")


def issue_agreement(container: Container, lease: Lease) -> None:
    """Print, sign, store and publish one agreement."""
    issuing.issue(container.writing, container.press(_paper_reader(container)), lease)


def prove_paper(container: Container, lease: Lease) -> None:
    """Compare a published paper with its record again."""
    settings = container.settings
    proving.prove_again(
        container.writing,
        container.store,
        _paper_reader(container),
        lease,
        key=settings.verification_key,
        public_url=settings.public_url,
    )


@lru_cache(maxsize=2)
def _paper_reader(container: Container) -> SandboxPaperReader:
    """Return the reader of a process; it asks whom to trust at each paper, as keys may be new."""
    return SandboxPaperReader(authorities=partial(trusted_authorities, container.settings.signing))


def send_mail(container: Container, lease: Lease) -> None:
    """Hand one message to the relay."""
    notifying.deliver(container.writing, container.post_office, lease)


HANDLERS: Final[Mapping[TaskKind, Callable[[Container, Lease], None]]] = {
    TaskKind.CHECK_DOCUMENT: documents.check_document,
    TaskKind.ASSEMBLE_EVIDENCE: photos.assemble_evidence,
    TaskKind.ISSUE_AGREEMENT: issue_agreement,
    TaskKind.SEND_MAIL: send_mail,
    TaskKind.FIND_RESEMBLING: photos.find_resembling,
    TaskKind.READ_PHOTO_TEXT: photos.read_photo_text,
    TaskKind.REBUILD_FILES: rebuilding.rebuild_files,
    TaskKind.PROVE_PAPER: prove_paper,
    TaskKind.CHECK_LETTER_PHOTO: letter_photos.check_letter_photo,
}
