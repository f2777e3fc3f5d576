"""Inspects one document and returns one report: intake check, pages, checks, read fields."""

import hashlib
import logging
import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from review_service.domain.documents import DocumentKind, SupportKind
from review_service.domain.findings import Finding, Severity
from review_service.domain.limits import UploadLimits
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import (
    DocumentReport,
    PageReport,
    PhotoReport,
    ReadCode,
    ReadField,
    SignatureOutcome,
    SignatureReport,
    Word,
)
from workers.facts import frames
from workers.facts.frames import DrawnPage, Refusal
from workers.facts.page import DocumentFacts, PageFacts, PhotoFacts
from workers.facts.values import FactsError
from workers.fields.prior import reading as prior_agreement
from workers.inspecting.alterations import alterations_of
from workers.inspecting.pages import PAGE_SECONDS, PageRun, SeenPage, seen_page
from workers.inspecting.photo_limits import HashedPhotos
from workers.inspecting.second_look import looked_again
from workers.inspecting.signatures import signature_of
from workers.judging import checks, themes
from workers.judging.support import alterations
from workers.judging.support import reading as support_documents
from workers.sandbox import policy
from workers.sandbox.calls import Call
from workers.sandbox.client import Ending, Job, SandboxError
from workers.sandbox.keeper import (
    cpu_scale,
    renew_sandbox,
    start_sandbox,
    stop_sandbox,
    the_sandbox,
)
from workers.sandbox.one_answer import only_frame

__all__ = ["inspect", "start_sandbox", "stop_sandbox"]

logger = logging.getLogger(__name__)

INTAKE_CPU_SECONDS: Final = 4
"""Honest files take 0.01 s; 10,000 pages take 0.1 s."""
HASH_BYTES: Final = 1 << 20

OnPage = Callable[[PageReport], None]
OnCount = Callable[[int], None]


def inspect(
    source: Path,
    *,
    kind: DocumentKind,
    limits: UploadLimits,
    on_page: OnPage | None = None,
    on_count: OnCount | None = None,
    authorities: Sequence[bytes] = (),
    sha256: str | None = None,
    is_photographed: bool = False,
) -> DocumentReport:
    """Return everything the checks say of one file; a bad file is a report with a ``reason``.

    ``on_page`` gets each page as soon as it is done, not always in order, and a page of an
    agreement twice: with its pixels, then with its words. Findings that need all pages, such as a
    repeated photo, come in the report's own ``findings`` with their page number.
    ``on_count`` is told before the first of them how many pages there are.
    ``authorities`` are certificates, DER, whose signatures on a prior agreement are trusted;
    ``sha256`` spares hashing again what the caller has just hashed. ``is_photographed`` says that a
    telephone took the pages of an agreement, so that blur and darkness are judged too.
    Raises ``OSError`` when the file can't be read, ``SandboxError`` when the sandbox does not work.
    """
    start_sandbox()
    sandbox = the_sandbox()
    inspection = partial(
        _Inspection,
        kind=kind,
        limits=limits,
        on_page=on_page,
        on_count=on_count,
        authorities=authorities,
        sha256=sha256 or "",
        is_photographed=is_photographed,
    )
    try:
        return inspection().run(source)
    except SandboxError:
        # The fork server died with somebody's document or was killed: one fresh start, once.
        logger.warning("sandbox_restarted", extra={"kind": kind.value})
        renew_sandbox(sandbox)
        return inspection().run(source)


@dataclass(slots=True, kw_only=True)
class _Inspection:
    """The state of one inspection."""

    kind: DocumentKind
    limits: UploadLimits
    on_page: OnPage | None
    on_count: OnCount | None = None
    authorities: Sequence[bytes] = ()
    sha256: str = ""
    is_photographed: bool = False
    size_bytes: int = 0
    pages: dict[int, PageReport] = field(default_factory=dict)
    facts: dict[int, PageFacts] = field(default_factory=dict)
    hashed: HashedPhotos = field(default_factory=HashedPhotos)
    seconds: dict[str, float] = field(default_factory=dict)
    peak_bytes: int = 0
    signature: SignatureReport | None = None
    recognised_as: SupportKind | None = None

    def run(self, source: Path) -> DocumentReport:
        """Inspect the file; see ``inspect``."""
        started = time.monotonic()
        with _opened(source) as document:
            self.size_bytes = os.fstat(document).st_size
            if not self.size_bytes:
                self.sha256 = hashlib.sha256().hexdigest()
                return self._refused(RefusalReason.EMPTY_FILE)
            with self._timed("hash"):
                self.sha256 = self.sha256 or _digest(document)
            most = self.limits.bytes_for(self.kind)
            if self.size_bytes > most:
                return self._refused(RefusalReason.TOO_LARGE, _too_large(self.size_bytes, most))
            report = self._photo if self.kind is DocumentKind.PHOTO else self._pdf
            result = report(document)
            self.seconds["total"] = round(time.monotonic() - started, 3)
            return result

    def _photo(self, document: int) -> DocumentReport:
        job = Job(
            call=Call.SHOW_PHOTO,
            arguments={
                "most_pixels": self.limits.photo_pixels,
                "page_seconds": PAGE_SECONDS * cpu_scale(),
            },
            cpu_seconds=round(PAGE_SECONDS) + 1,
        )
        with self._timed("pages"):
            frame, ending = only_frame(job, document)
        self.peak_bytes = ending.peak_bytes
        if frame is None:
            return self._refused(_reason_of(ending))
        try:
            event = frames.read_event(frame)
        except FactsError:
            return self._refused(RefusalReason.TOO_COSTLY)
        if isinstance(event, Refusal):
            return self._refused(event.reason, event.figure)
        if not isinstance(event, DrawnPage) or event.facts.number != 1:
            return self._refused(RefusalReason.TOO_COSTLY)
        self._done(seen_page(event))
        return self._accepted(DocumentFacts(page_count=1), document)

    def _pdf(self, document: int) -> DocumentReport:
        with self._timed("intake"):
            facts = self._intake(document)
        if facts.reason is not None:
            return self._refused(RefusalReason(facts.reason), facts.figure)
        if self.on_count is not None:
            self.on_count(facts.page_count)
        run = PageRun(
            sandbox=the_sandbox(),
            document=document,
            kind=self.kind,
            most_pixels=self.limits.photo_pixels,
            cpu_scale=cpu_scale(),
            done=self._done,
        )
        with self._timed("pages"):
            run.walk(facts.page_count)
        self.peak_bytes = max(self.peak_bytes, run.peak_bytes)
        if run.reason is not None:
            return self._refused(run.reason, run.figure, page_count=facts.page_count)
        if self.kind is DocumentKind.AGREEMENT:
            self.signature = self._signature(document, facts)
        return self._accepted(facts, document)

    def _signature(self, document: int, facts: DocumentFacts) -> SignatureReport | None:
        """Say what the file's signature proves; no child is asked where intake saw none."""
        if not facts.signatures:
            return SignatureReport(outcome=SignatureOutcome.ABSENT)
        with self._timed("signature"):
            return signature_of(document, authorities=self.authorities)

    def _intake(self, document: int) -> DocumentFacts:
        job = Job(
            call=Call.EXAMINE,
            arguments={
                "most_pages": self.limits.pages_for(self.kind),
                "most_pixels": self.limits.photo_pixels,
            },
            cpu_seconds=round(INTAKE_CPU_SECONDS),
        )
        frame, ending = only_frame(job, document)
        self.peak_bytes = ending.peak_bytes
        if frame is None:
            return DocumentFacts(reason=_reason_of(ending).value)
        try:
            return self._believed(frames.read_document(frame))
        except (FactsError, ValueError):
            return DocumentFacts(reason=RefusalReason.TOO_COSTLY.value)

    def _believed(self, facts: DocumentFacts) -> DocumentFacts:
        """Return the intake check's facts if an honest child could have found them."""
        if facts.reason is not None:
            RefusalReason(facts.reason)
        elif not 0 < facts.page_count <= self.limits.pages_for(self.kind):
            raise FactsError("pages that the intake check lets nobody have")
        return facts

    def _done(self, page: SeenPage) -> None:
        """Run the checks of one page and pass it on."""
        facts = self.hashed.within(page.facts)
        report = PageReport(
            number=facts.number,
            kind=facts.kind,
            width_px=facts.width_px,
            height_px=facts.height_px,
            sharpness=facts.light.sharpness if facts.light else None,
            exposure=facts.light.mean if facts.light else None,
            photos=tuple(_photo_report(photo) for photo in facts.photos),
            findings=checks.of_page(
                facts,
                kind=self.kind,
                words_to_come=page.words_to_come,
                is_photographed=self.is_photographed,
            ),
            words=facts.words,
            words_from=facts.words_from,
            photo_layout=facts.photo_layout,
            image=page.image,
            preview=page.preview,
            thumbnail=page.thumbnail,
        )
        self.facts[facts.number] = facts
        self.pages[facts.number] = report
        if self.on_page is not None:
            self.on_page(report)

    def _accepted(self, document: DocumentFacts, source: int) -> DocumentReport:
        pages = [self.facts[number] for number in sorted(self.facts)]
        with self._timed("checks"):
            findings = checks.of_document(document, pages)
            fields, said = self._read([(page.number, page.words) for page in pages])
            if self.kind is DocumentKind.EVIDENCE:
                self.pages.update(themes.onto(self.pages, themes.suggest(pages)))
        return self._report(
            reason=None,
            findings=(*findings, *said, *self._altered(source, fields)),
            fields=fields,
            page_count=document.page_count,
        )

    def _read(
        self, pages: Sequence[tuple[int, Sequence[Word]]]
    ) -> tuple[tuple[ReadField, ...], tuple[Finding, ...]]:
        """Return the values that the words give, and what they say by themselves."""
        if self.kind is DocumentKind.AGREEMENT:
            fields = prior_agreement.read(pages)
            with self._timed("second look"):
                images = {number: page.image for number, page in self.pages.items()}
                return looked_again(pages, fields, images), ()
        if self.kind.is_support:
            reading = support_documents.read(pages, place=self.kind.sent_as)
            self.recognised_as = reading.kind
            return reading.fields, reading.findings
        return (), ()

    def _altered(self, document: int, fields: Sequence[ReadField]) -> tuple[Finding, ...]:
        """Look at the values of a recognised supporting document once more."""
        if self.recognised_as is None:
            return ()
        with self._timed("alterations"):
            seen = alterations_of(document, fields, self.facts)
            return tuple(alterations.check(seen, fields, self.facts))

    def _codes(self) -> tuple[ReadCode, ...]:
        pages = (self.facts[number] for number in sorted(self.facts))
        return tuple(code for page in pages for code in page.codes)

    def _refused(
        self, reason: RefusalReason, figure: str = "", *, page_count: int = 0
    ) -> DocumentReport:
        finding = Finding(
            check="intake",
            code=reason.value,
            severity=Severity.BAD,
            message=figure or reason.sentence,
            advice=reason.sentence,
        )
        return self._report(reason=reason, findings=(finding,), fields=(), page_count=page_count)

    def _report(
        self,
        *,
        reason: RefusalReason | None,
        findings: tuple[Finding, ...],
        fields: tuple[ReadField, ...],
        page_count: int,
    ) -> DocumentReport:
        return DocumentReport(
            kind=self.kind,
            sha256=self.sha256,
            size_bytes=self.size_bytes,
            reason=reason,
            page_count=page_count,
            pages=tuple(self.pages[number] for number in sorted(self.pages)),
            findings=findings,
            fields=fields,
            codes=self._codes() if reason is None else (),
            signature=self.signature,
            recognised_as=self.recognised_as,
            seconds=self.seconds,
            peak_bytes=self.peak_bytes,
            memory_limit_bytes=the_sandbox().base_bytes + policy.ROOM_BYTES,
        )

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[stage] = round(time.monotonic() - started, 3)


def _too_large(size_bytes: int, most: int) -> str:
    size, limit = (
        f"{count / policy.MEBIBYTE:.1f}".replace(".", ",") for count in (size_bytes, most)
    )
    return f"Pesa {size} MB; se aceptan {limit} MB."


@contextmanager
def _opened(source: Path) -> Iterator[int]:
    """Give a descriptor of a regular file. Raises ``OSError`` for anything else."""
    descriptor = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{source} is no regular file")
        yield descriptor
    finally:
        os.close(descriptor)


def _digest(document: int) -> str:
    """Hash the bytes without moving the offset that the children share."""
    digest, start = hashlib.sha256(), 0
    while part := os.pread(document, HASH_BYTES, start):
        digest.update(part)
        start += len(part)
    return digest.hexdigest()


def _reason_of(ending: Ending) -> RefusalReason:
    """Say why a child that gave no result ended: its limits, or a parser that fell."""
    return RefusalReason.DAMAGED if ending.is_clean else RefusalReason.TOO_COSTLY


def _photo_report(photo: PhotoFacts) -> PhotoReport:
    return PhotoReport(
        sha256=photo.sha256,
        width_px=photo.width_px,
        height_px=photo.height_px,
        exif=photo.exif,
        sharpness=photo.light.sharpness if photo.light else None,
        exposure=photo.light.mean if photo.light else None,
        pdq_forms=photo.pdq_forms,
        pdq_views=photo.pdq_views,
        pdq_grid=photo.pdq_grid,
        pdq_quality=photo.pdq_quality,
        features=photo.features,
        box=photo.box,
    )
