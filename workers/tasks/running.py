"""What the bell calls: one task id in, the work done or given back. Thin; services decide."""

import hashlib
import logging
import os
import socket
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final
from uuid import UUID, uuid4

from review_service.bootstrap import Container, Role, build, trusted_authorities
from review_service.db import tasks
from review_service.db.tasks import Lease
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import OutsideError, StoreError
from review_service.domain.findings import Finding, Severity
from review_service.domain.likeness import Enrolled
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import DocumentReport, PageReport
from review_service.domain.work import TaskKind
from review_service.services import notifying
from review_service.services.agreements import issuing
from review_service.services.findings import assembling, checking, photo_texts, resembling
from review_service.services.findings.checking import DocumentToCheck
from review_service.services.upkeep import reconciling
from review_service.settings import Settings
from workers.inspecting.binding import assemble
from workers.inspecting.document import inspect
from workers.inspecting.photo_text import words_in
from workers.photo_index.index import PhotoIndex

logger = logging.getLogger(__name__)

COPY_BYTES = 1024 * 1024


def run_task(task_id: str) -> None:
    """Do one task; the entry point that the bell names."""
    run(process_container(), UUID(task_id))


@cache
def process_container() -> Container:
    """Return this process's parts, built at its first job."""
    return build(Settings.from_env(os.environ), Role.WORKER)


def run(container: Container, task_id: UUID) -> bool:
    """Lease one task and do it; False when there was nothing to take."""
    work = container.settings.work
    owner = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex}"
    with container.writing() as uow:
        lease = tasks.take_lease(
            uow, task_id, owner=owner, seconds=work.lease_seconds, max_attempts=work.max_attempts
        )
        uow.commit()
    if lease is None:
        return False
    try:
        HANDLERS[lease.kind](container, lease)
    except OutsideError as error:
        _after_outage(container, lease, error)
    except Exception as error:
        logger.exception("task_failed", extra=_ids(lease))
        _after_failure(container, lease, error)
    else:
        logger.info("task_done", extra=_ids(lease))
    return True


def _after_outage(container: Container, lease: Lease, error: OutsideError) -> None:
    """Wait for what is down; give up at once on what will not mend itself."""
    said = f"{type(error).__name__}: {error}"
    logger.warning("task_outage", extra={**_ids(lease), "retryable": error.retryable})
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
        reconciling.settle(
            container.writing,
            container.store,
            lease,
            error=said,
            scan_required=container.scan_required,
        )
    except StoreError as error:
        _wait_out(container, lease, f"{said}; {error}")


def check_document(container: Container, lease: Lease) -> None:
    """Fetch one document, inspect it in the jail, write down each page as it comes."""
    document = checking.begin(container.writing(), lease.subject_id)
    if document is None:
        with container.writing() as uow:
            tasks.finish(uow, lease)
            uow.commit()
        return
    started = time.monotonic()
    keep = _PageKeeper(container=container, document=document, lease=lease)
    with tempfile.TemporaryFile() as copy:
        _fetch(container, document, copy)
        refusal = _scan(container, document, copy, lease)
        report = refusal or inspect(
            _path_of(copy),
            kind=document.kind,
            limits=container.limits,
            on_page=keep.page,
            on_count=keep.count,
            sha256=document.sha256,
            authorities=_authorities(container, document.kind),
        )
    storage_key = None
    if report.reason is None:
        storage_key = f"originals/{uuid4()}"
        container.store.copy(document.staging_key, storage_key)
    if checking.finish(
        container.writing(),
        lease,
        report,
        storage_key=storage_key,
        public_host=container.settings.public_host,
        read_photo_text=container.settings.photo_text,
    ):
        container.store.delete(document.staging_key)
    logger.info(
        "document_judged",
        extra={
            **_ids(lease),
            "seconds": round(time.monotonic() - started, 3),
            "peak_bytes": report.peak_bytes,
            "memory_limit_bytes": report.memory_limit_bytes,
        },
    )


def _authorities(container: Container, kind: DocumentKind) -> Sequence[bytes]:
    """Return whom the jail may trust: it gets no more than it needs."""
    if kind is not DocumentKind.AGREEMENT:
        return ()
    return trusted_authorities(container.settings.signing)


def _scan(
    container: Container, document: DocumentToCheck, copy: BinaryIO, lease: Lease
) -> DocumentReport | None:
    """Let the antivirus read it before any parser does; return a report only to refuse it.

    Raises ``ScannerError``, a retryable outage, when there is no verdict: the file waits unopened.
    """
    if container.scanner is None or document.virus_checked:
        return None
    copy.seek(0)
    result = container.scanner.scan(copy)
    copy.seek(0)
    if result.is_clean:
        checking.scanned(container.writing(), document.document_id)
        return None
    reason = RefusalReason.TOO_COSTLY if result.is_over_limits else RefusalReason.INFECTED
    logger.warning("document_infected", extra={**_ids(lease), "found": result.found})
    finding = Finding(
        check="antivirus",
        code=reason.value,
        severity=Severity.BAD,
        message=f"El antivirus encontró «{result.found}».",
        advice=reason.sentence,
    )
    return DocumentReport(
        kind=document.kind, sha256=document.sha256, size_bytes=0, reason=reason, findings=(finding,)
    )


def assemble_evidence(container: Container, lease: Lease) -> None:
    """Make one PDF of the single photos, for the file and for whoever downloads it."""
    photos = assembling.photos_to_assemble(container.reading(), lease.subject_id)
    with ExitStack() as copies:
        files = []
        for photo in photos:
            copy = copies.enter_context(tempfile.TemporaryFile())
            _copy_out(container, photo.storage_key, copy)
            files.append((_path_of(copy), photo.theme))
        pdf = assemble(files, limits=container.limits) if files else None
    stored = container.store.put(f"originals/{uuid4()}", BytesIO(pdf)) if pdf is not None else None
    assembling.keep(container.writing(), lease, stored)


def issue_agreement(container: Container, lease: Lease) -> None:
    """Print, sign, store and publish one agreement."""
    issuing.issue(container.writing, container.press, lease)


def send_mail(container: Container, lease: Lease) -> None:
    """Hand one message to the relay."""
    notifying.deliver(container.writing, container.post_office, lease)


def find_resembling(container: Container, lease: Lease) -> None:
    """Enrol a document's photos and look for those they resemble, in all that came before."""
    work = container.settings.work

    def read(after: int, upto: int) -> Sequence[Enrolled]:
        with container.writing() as uow:
            tasks.extend_lease(uow, lease, seconds=work.lease_seconds)
            uow.commit()
        return resembling.between(container.reading(), after, upto)

    found = resembling.enrol(container.writing(), lease.subject_id)
    index = photo_index(container.settings.data_dir / "photo-index")
    if found.photos:
        index.catch_up(found.last, read)
    resembling.keep(container.writing(), lease, found, index.search(found.photos))


def read_photo_text(container: Container, lease: Lease) -> None:
    """Read the text inside a document's photos, page by page; an option, after all checks."""
    found = {}
    for page in photo_texts.pages_to_read(container.reading(), lease.subject_id):
        with container.store.open(page.image_key) as source:
            words = words_in(source.read())
        if words is not None:
            found[page.number] = words
        with container.writing() as uow:
            tasks.extend_lease(uow, lease, seconds=container.settings.work.lease_seconds)
            uow.commit()
    photo_texts.keep(container.writing(), lease, found)


@cache
def photo_index(folder: Path) -> PhotoIndex:
    """Return this process's view of the index; it proves the files when it first fills them."""
    return PhotoIndex(folder)


HANDLERS: Final[Mapping[TaskKind, Callable[[Container, Lease], None]]] = {
    TaskKind.CHECK_DOCUMENT: check_document,
    TaskKind.ASSEMBLE_EVIDENCE: assemble_evidence,
    TaskKind.ISSUE_AGREEMENT: issue_agreement,
    TaskKind.SEND_MAIL: send_mail,
    TaskKind.FIND_RESEMBLING: find_resembling,
    TaskKind.READ_PHOTO_TEXT: read_photo_text,
}


def _path_of(copy: BinaryIO) -> Path:
    """Return a path to a file that has no name: a killed worker leaves nobody's photos behind."""
    return Path(f"/proc/self/fd/{copy.fileno()}")


def _fetch(container: Container, document: DocumentToCheck, copy: BinaryIO) -> None:
    """Copy the document out and prove that it is the very file that was received."""
    digest = _copy_out(container, document.staging_key, copy)
    if digest != document.sha256:
        raise StoreError("the store returned other bytes than it took", retryable=True)


def _copy_out(container: Container, key: str, copy: BinaryIO) -> str:
    digest = hashlib.sha256()
    with container.store.open(key) as source:
        while piece := source.read(COPY_BYTES):
            digest.update(piece)
            copy.write(piece)
    copy.flush()
    return digest.hexdigest()


@dataclass(kw_only=True)
class _PageKeeper:
    """Writes down the pages of one attempt; the same pixels once, however often they come."""

    container: Container
    document: DocumentToCheck
    lease: Lease
    attempt: UUID = field(default_factory=uuid4)
    pages: int | None = None
    kept: dict[int, list[tuple[bytes | None, str | None, str | None]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By page: each picture it came with, and the keys of that and of its thumbnail."""

    def count(self, pages: int) -> None:
        """Remember how many there will be; told with the first of them."""
        self.pages = pages

    def page(self, page: PageReport) -> None:
        """Keep one page, and hold the lease a while longer."""
        image_key, thumbnail_key = self._keys(page)
        seconds = self.container.settings.work.lease_seconds
        checking.record_page(
            self.container.writing(),
            self.document.document_id,
            page,
            image_key=image_key,
            thumbnail_key=thumbnail_key,
            of=self.pages,
            held=checking.Held(lease=self.lease, seconds=seconds),
        )

    def _keys(self, page: PageReport) -> tuple[str | None, str | None]:
        """Return where the pixels are; a page that reading turned upright comes with others."""
        kept = self.kept[page.number]
        for image, image_key, thumbnail_key in kept:
            if image == page.image:
                return image_key, thumbnail_key
        turn = f"-{len(kept)}" if kept else ""
        name = f"derived/{self.document.document_id}/{self.attempt}/{page.number}{turn}"
        image_key = self._pixels(f"{name}.jpg", page.image)
        thumbnail_key = self._pixels(f"{name}-small.jpg", page.thumbnail)
        kept.append((page.image, image_key, thumbnail_key))
        return image_key, thumbnail_key

    def _pixels(self, key: str, pixels: bytes | None) -> str | None:
        if pixels is None:
            return None
        return self.container.store.put(key, BytesIO(pixels)).key


def _ids(lease: Lease) -> dict[str, object]:
    return {
        "task_id": str(lease.task_id),
        "kind": lease.kind.value,
        "subject_id": str(lease.subject_id),
        "attempt": lease.attempt,
    }
