"""Checks one uploaded document: fetch, scan, inspect, and record each page as it comes."""

import logging
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import BinaryIO, Final
from uuid import UUID, uuid4

from review_service.bootstrap import Container, trusted_authorities
from review_service.db.tasks import Lease
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import DamagedFileError
from review_service.domain.findings import Finding, Severity
from review_service.domain.page_photos import refused_sheet
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import DocumentReport, PageReport
from review_service.domain.stored_files import FileProblem
from review_service.ports import ScanResult, StoredFile, VirusScanner
from review_service.services.findings import cancelling, checking
from review_service.services.findings.checking import DocumentToCheck
from workers.inspecting.document import inspect
from workers.inspecting.page_photos import bind
from workers.tasks.copies import copy_out, path_of

logger = logging.getLogger(__name__)

MOST_DAMAGED: Final = 3
"""How often a changed upload is waited for before its owner is asked to send it again."""


def check_document(container: Container, lease: Lease) -> None:
    """Fetch one document, inspect it in the sandbox, write down each page as it comes."""
    document = checking.begin(container.writing(), lease.subject_id)
    if document is None:
        cancelling.end(container.writing(), lease)
        return
    try:
        _check(container, document, lease)
    except _UnwantedError:
        cancelling.end(container.writing(), lease)


class _UnwantedError(Exception):
    """Nobody waits for this file's checks any more."""


def _check(container: Container, document: DocumentToCheck, lease: Lease) -> None:
    started = time.monotonic()
    keep = _PageKeeper(container=container, document=document, lease=lease)
    with tempfile.TemporaryFile() as copy, tempfile.TemporaryFile() as made:
        _fetch(container, document, copy, lease)
        refusal = _scan(container, document, copy, lease)
        if refusal is None and document.page_photos:
            refusal = _bind(container, document, copy, made)
        whole = made if document.page_photos else copy
        report = refusal or inspect(
            path_of(whole),
            kind=document.kind,
            limits=container.limits,
            on_page=keep.page,
            on_count=keep.count,
            sha256=None if document.page_photos else document.sha256,
            authorities=_authorities(container, document.kind),
            is_photographed=bool(document.page_photos),
        )
        # The very bytes that were compared and inspected are kept, not what the store says now.
        storage_key = None if report.reason else _confirm(container, whole)
    if checking.finish(
        container.writing(),
        lease,
        report,
        storage_key=storage_key,
        public_host=container.settings.public_host,
        read_photo_text=container.settings.photo_text,
        rulebook=container.rulebook,
    ):
        if not document.page_photos or report.reason is RefusalReason.INFECTED:
            container.store.delete(document.staging_key)
    elif storage_key is not None:
        container.store.delete(storage_key)  # our own copy, which no row names
    logger.info(
        "document_judged",
        extra={
            **lease.log_fields,
            "seconds": round(time.monotonic() - started, 3),
            "peak_bytes": report.peak_bytes,
            "memory_limit_bytes": report.memory_limit_bytes,
        },
    )


def _bind(
    container: Container, document: DocumentToCheck, copy: BinaryIO, made: BinaryIO
) -> DocumentReport | None:
    """Write one PDF of the photos of sheets into ``made``; return a report only to refuse them."""
    photos = document.page_photos
    answer = bind(copy.fileno(), photos, limits=container.limits)
    if isinstance(answer, bytes):
        made.write(answer)
        made.flush()
        return None
    reason, number = answer.refusal.reason, answer.number
    sentence = refused_sheet(number, photos[number - 1].name, reason)
    finding = Finding(
        check="intake",
        code=reason.value,
        severity=Severity.BAD,
        message=answer.refusal.figure or sentence,
        advice=sentence,
        page=number,
    )
    return DocumentReport(
        kind=document.kind, sha256=document.sha256, size_bytes=0, reason=reason, findings=(finding,)
    )


def _confirm(container: Container, copy: BinaryIO) -> str:
    copy.seek(0)
    return container.store.put(f"originals/{uuid4()}", copy).key


def _authorities(container: Container, kind: DocumentKind) -> Sequence[bytes]:
    """Return the certificates, DER, to trust: none unless a prior agreement is checked."""
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
    result = _scanned(container.scanner, copy, document)
    copy.seek(0)
    reason = refusal_of(result)
    if reason is None:
        checking.scanned(container.writing(), document.document_id)
        return None
    logger.warning("document_infected", extra={**lease.log_fields, "found": result.found})
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


def refusal_of(result: ScanResult) -> RefusalReason | None:
    """Return why what the antivirus read is refused; None when it found nothing."""
    if result.is_clean:
        return None
    return RefusalReason.TOO_COSTLY if result.is_over_limits else RefusalReason.INFECTED


def _scanned(scanner: VirusScanner, copy: BinaryIO, document: DocumentToCheck) -> ScanResult:
    """Scan photos of sheets each by itself: an antivirus tells a file by its first bytes."""
    for photo in document.page_photos:
        result = scanner.scan(BytesIO(copy.read(photo.size_bytes)))
        if not result.is_clean:
            return result
    return ScanResult() if document.page_photos else scanner.scan(copy)


def _fetch(container: Container, document: DocumentToCheck, copy: BinaryIO, lease: Lease) -> None:
    """Copy the document out and prove that it is the very file that was received.

    Raises ``DamagedFileError``; not retryable once waiting for the right bytes is of no use, since
    whoever sent the file waits too and can send it again.
    """
    try:
        copy_out(container, document.file, copy)
    except DamagedFileError as error:
        lost = error.problem is FileProblem.MISSING
        error.retryable = not lost and lease.outages < MOST_DAMAGED
        raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredPictures:
    """Where the pictures of one page are; None for what it came without."""

    image: StoredFile | None
    preview: StoredFile | None
    thumbnail: StoredFile | None


@dataclass(kw_only=True)
class _PageKeeper:
    """Stores the pages of one attempt; a picture that comes twice is stored once."""

    container: Container
    document: DocumentToCheck
    lease: Lease
    attempt: UUID = field(default_factory=uuid4)
    pages: int | None = None
    kept: dict[int, list[tuple[bytes | None, _StoredPictures]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """By page: each picture it came with, and where that and its smaller ones are stored."""

    def count(self, pages: int) -> None:
        """Remember the number of pages; it is stored with the first page."""
        self.pages = pages

    def page(self, page: PageReport) -> None:
        """Store one page and extend the lease; raise ``_UnwantedError`` to stop the checks."""
        if not cancelling.is_wanted(self.container.reading(), self.document.document_id):
            raise _UnwantedError
        stored = self._stored(page)
        seconds = self.container.settings.work.lease_seconds
        checking.record_page(
            self.container.writing(),
            self.document.document_id,
            page,
            image=stored.image,
            preview=stored.preview,
            thumbnail=stored.thumbnail,
            of=self.pages,
            held=checking.Held(lease=self.lease, seconds=seconds),
        )

    def _stored(self, page: PageReport) -> _StoredPictures:
        """Return where the pixels are; a page that reading turned upright comes with others."""
        kept = self.kept[page.number]
        for pixels, stored in kept:
            if pixels == page.image:
                return stored
        turn = f"-{len(kept)}" if kept else ""
        name = f"derived/{self.document.document_id}/{self.attempt}/{page.number}{turn}"
        stored = _StoredPictures(
            image=self._pixels(f"{name}.jpg", page.image),
            preview=self._pixels(f"{name}-preview.jpg", page.preview),
            thumbnail=self._pixels(f"{name}-small.jpg", page.thumbnail),
        )
        kept.append((page.image, stored))
        return stored

    def _pixels(self, key: str, pixels: bytes | None) -> StoredFile | None:
        if pixels is None:
            return None
        return self.container.store.put(key, BytesIO(pixels))
