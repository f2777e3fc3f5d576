"""Stores what workers found in a document, page by page; repeating it changes nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import page_texts, tasks
from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    FieldRow,
    FindingRow,
    PageRow,
    PhotoRow,
)
from review_service.db.named_files import original_under
from review_service.db.tasks import Lease
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import DocumentKind, DocumentState, SupportKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.page_photos import PagePhoto, page_photos_from
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import DocumentReport, PageReport, PhotoReport
from review_service.domain.stored_files import NamedFile
from review_service.domain.wording import gettext_noop
from review_service.domain.work import TaskKind
from review_service.ports import StoredFile
from review_service.services.applicant import replacing
from review_service.services.case import reopen_changed
from review_service.services.findings import cancelling, photo_texts, prior_agreements
from review_service.services.findings.comparing import compare


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentToCheck:
    """What a worker needs to know of the document to check."""

    document_id: UUID
    kind: DocumentKind
    file: NamedFile
    """The staged bytes."""
    page_photos: tuple[PagePhoto, ...]
    """What the staged bytes are when they are photos of a paper's sheets; none for one file."""
    virus_checked: bool
    """An earlier attempt, which did not finish, has scanned it for malware already."""

    @property
    def staging_key(self) -> str:
        """Store key of the uploaded bytes."""
        return self.file.key

    @property
    def sha256(self) -> str:
        """Of the bytes that were received, hex."""
        return self.file.sha256 or ""


def begin(uow: UnitOfWork, document_id: UUID) -> DocumentToCheck | None:
    """Set the document to checking; None when it is checked, unwanted, or another one comes first.

    ``cancelling.end`` then says what becomes of the task.
    """
    with uow:
        row = uow.session.get(DocumentRow, document_id)
        if row is None or row.state.is_final or row.staging_key is None:
            return None
        if cancelling.why_unwanted(uow, row) or cancelling.is_overtaken(uow, row):
            return None
        row.state = DocumentState.CHECKING
        uow.commit()
        return DocumentToCheck(
            document_id=row.id,
            kind=row.kind,
            file=original_under(row, row.staging_key),
            page_photos=page_photos_from(row.page_photos),
            virus_checked=row.virus_checked_at is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A lease that is extended by ``seconds`` with every page."""

    lease: Lease
    seconds: float


def record_page(
    uow: UnitOfWork,
    document_id: UUID,
    page: PageReport,
    *,
    image: StoredFile | None = None,
    preview: StoredFile | None = None,
    thumbnail: StoredFile | None = None,
    of: int | None = None,
    held: Held | None = None,
) -> None:
    """Store one page while others are still being checked; ``of`` is the page count, if known."""
    with uow:
        document = _locked(uow, document_id)
        if document is None or document.state.is_final or document.released_at is not None:
            return
        document.page_count = of or document.page_count
        if held is not None:
            tasks.extend_lease(uow, held.lease, seconds=held.seconds)
        row = _page_row(uow, document, page.number)
        row.kind = page.kind
        row.width_px, row.height_px = page.width_px, page.height_px
        row.sharpness, row.exposure = page.sharpness, page.exposure
        row.image_key = image.key if image else None
        row.image_sha256 = image.sha256 if image else None
        row.preview_key = preview.key if preview else None
        row.preview_sha256 = preview.sha256 if preview else None
        row.thumbnail_key = thumbnail.key if thumbnail else None
        row.thumbnail_sha256 = thumbnail.sha256 if thumbnail else None
        row.photos = [_told(photo) for photo in page.photos]
        words = () if document.kind.is_support else page.words  # see _keep_words
        row.words = page_texts.word_rows(words)
        row.words_from, row.photo_layout = page.words_from, page.photo_layout
        row.suggested_theme, row.suggested_from = page.suggested_theme, page.suggested_from
        uow.session.flush()
        page_texts.write(uow.session, row.id, words)
        uow.session.execute(sa.delete(PhotoRow).where(PhotoRow.page_id == row.id))
        for position, photo in enumerate(page.photos):
            uow.session.add(_photo_row(row.id, position, photo))
        _replace_findings(uow, document, page.findings, page=page.number)
        done = sa.select(sa.func.count()).where(PageRow.document_id == document_id)
        document.pages_checked = uow.session.execute(done).scalar_one()
        uow.commit()


def finish(
    uow: UnitOfWork,
    lease: Lease,
    report: DocumentReport,
    *,
    storage_key: str | None,
    public_host: str = "",
    read_photo_text: bool = False,
    rulebook: Mapping[str, Any] | None = None,
) -> bool:
    """Store the result and end the task in one transaction.

    False when the lease was lost, or when nobody wants the result: then nothing of it is stored.

    ``storage_key`` is the confirmed original's key; None if and only if it was refused. Photos of
    sheets stay beside the PDF that was made of them, and when they were refused too, so that one
    can be changed; what the antivirus found is no longer named.
    QR codes whose address has ``public_host`` are ours. ``rulebook`` is that of ``compare``, here
    and below.
    """
    with uow:
        document = _locked(uow, lease.subject_id)
        if document is None or document.state.is_final:
            tasks.finish(uow, lease)
            uow.commit()
            return False
        if cancelling.cancel(uow, lease, document):
            uow.commit()
            return False
        if not tasks.finish(uow, lease):
            return False
        document.state = DocumentState.REFUSED if report.reason else DocumentState.CHECKED
        document.refusal = report.reason
        document.page_count = report.page_count
        document.storage_key = storage_key
        document.staging_key = None
        document.checked_at = uow.now
        if document.page_photos and report.reason is None:
            document.sha256, document.size_bytes = report.sha256, report.size_bytes
        elif report.reason is RefusalReason.INFECTED:
            document.page_photos, document.page_photos_key = None, None
        _replace_findings(uow, document, report.findings, page=None)
        _replace_fields(uow, document, report)
        _keep_suggestions(uow, document, report)
        document.recognised_as = report.recognised_as
        _keep_words(uow, document, report)
        if document.kind is DocumentKind.AGREEMENT and report.reason is None:
            prior_agreements.keep_proof(uow, document, report, public_host=public_host)
        _stand(uow, document, rulebook)
        _look_for_copies(uow, document)
        if read_photo_text:
            photo_texts.ask(uow, document)
        _say(uow, document)
        uow.commit()
        return True


def scanned(uow: UnitOfWork, document_id: UUID) -> None:
    """Store that the antivirus read the whole file and found nothing."""
    with uow:
        document = uow.session.get(DocumentRow, document_id)
        if document is not None and not document.state.is_final:
            document.virus_checked_at = uow.now
            uow.commit()


def give_up(
    uow: UnitOfWork,
    document_id: UUID,
    kept: str | RefusalReason,
    *,
    rulebook: Mapping[str, Any] | None = None,
) -> None:
    """Finish a document whose checks failed at every attempt: it gets a finding and stays.

    Inside the caller's transaction. ``kept`` is the key of the confirmed original, or why there is
    none: then the document is refused, since nobody could ever open it.
    """
    document = _locked(uow, document_id)
    if document is None or document.state.is_final:
        return
    refusal = kept if isinstance(kept, RefusalReason) else None
    document.state = DocumentState.REFUSED if refusal else DocumentState.CHECKED
    document.refusal = refusal
    document.storage_key = None if refusal else kept
    document.staging_key = None
    if refusal is RefusalReason.DAMAGED:  # our copy of the photos of sheets is lost or changed
        document.page_photos, document.page_photos_key = None, None
    document.checked_at = uow.now
    _replace_findings(uow, document, (_given_up(refusal),), page=None)
    _stand(uow, document, rulebook)
    _look_for_copies(uow, document)
    _say(uow, document)


def _given_up(refusal: RefusalReason | None) -> Finding:
    if refusal is not None:
        return Finding(
            check="checking",
            code=refusal.value,
            severity=Severity.BAD,
            message=refusal.sentence,
            advice=refusal.sentence,
        )
    return Finding(
        check="checking",
        code=FindingCode.CHECKS_FAILED,
        severity=Severity.BAD,
        message="La revisión automática no terminó con este archivo. Mírelo con cuidado.",
        advice=gettext_noop(
            "No pudimos revisar este archivo por completo. Puede cambiarlo por otro o enviarlo así."
        ),
    )


def _locked(uow: UnitOfWork, document_id: UUID) -> DocumentRow | None:
    """Return the document, locked before its findings, in the order used when replacing a file.

    The other order deadlocked with an upload that came while a page was written.
    """
    return uow.session.get(DocumentRow, document_id, with_for_update={"key_share": True})


def _say(uow: UnitOfWork, document: DocumentRow) -> None:
    uow.record(
        f"document_{document.state.value}",
        actor="worker",
        subject_id=document.application_id,
        document_id=str(document.id),
        reason=document.refusal.value if document.refusal else "",
    )


def _look_for_copies(uow: UnitOfWork, document: DocumentRow) -> None:
    """Add the task that searches for similar photos; it needs no sandbox and is not urgent."""
    hashed = (
        sa.select(PhotoRow.page_id)
        .join(PageRow, PageRow.id == PhotoRow.page_id)
        .where(PageRow.document_id == document.id, PhotoRow.pdq_forms.is_not(None))
        .limit(1)
    )
    if document.state is DocumentState.CHECKED and uow.session.execute(hashed).first():
        uow.enqueue(TaskKind.FIND_RESEMBLING, document.id)


def _stand(uow: UnitOfWork, document: DocumentRow, rulebook: Mapping[str, Any] | None) -> None:
    """Let the file replace the former one; verdicts on changed evidence are withdrawn."""
    replacing.take_place(uow, document)
    application = uow.session.get(ApplicationRow, document.application_id)
    if application is not None and application.state is ApplicationState.IN_REVIEW:
        reopen_changed(uow, application, actor="worker")
        compare(uow, application.id, rulebook=rulebook)


def _page_row(uow: UnitOfWork, document: DocumentRow, number: int) -> PageRow:
    row = uow.session.execute(
        sa.select(PageRow).where(PageRow.document_id == document.id, PageRow.number == number)
    ).scalar_one_or_none()
    if row is None:
        row = PageRow(document_id=document.id, number=number, theme=document.theme)
        uow.session.add(row)
    return row


def _keep_words(uow: UnitOfWork, document: DocumentRow, report: DocumentReport) -> None:
    """Keep the words of a paper of an emprendedor once it is known to be no payroll.

    A payroll holds the names and the pay of people who asked for nothing. One that was sent to
    another place, or that nobody recognises, must not be found in the meantime either.
    """
    known = {report.recognised_as, document.kind.sent_as}
    if not document.kind.is_support or known & {None, SupportKind.PAYROLL}:
        return
    for page in report.pages:
        row = _page_row(uow, document, page.number)
        row.words = page_texts.word_rows(page.words)
        uow.session.flush()
        page_texts.write(uow.session, row.id, page.words)


_HASHES: Final = frozenset({"pdq_forms", "pdq_views", "pdq_grid", "pdq_quality", "features"})
"""Of a photo's report what has columns of its own and is never shown."""


def _told(photo: PhotoReport) -> dict[str, object]:
    """Return what is shown of a photo; similar photos have a table of their own."""
    return {key: value for key, value in asdict(photo).items() if key not in _HASHES}


def _keep_suggestions(uow: UnitOfWork, document: DocumentRow, report: DocumentReport) -> None:
    """Store the themes that the document's headings suggest for each page."""
    for page in report.pages:
        uow.session.execute(
            sa.update(PageRow)
            .where(PageRow.document_id == document.id, PageRow.number == page.number)
            .values(suggested_theme=page.suggested_theme, suggested_from=page.suggested_from)
        )


def _photo_row(page_id: UUID, position: int, photo: PhotoReport) -> PhotoRow:
    return PhotoRow(
        page_id=page_id,
        position=position,
        sha256=photo.sha256,
        pdq_forms=bytes.fromhex("".join(photo.pdq_forms)) or None,
        pdq_views=bytes.fromhex("".join(photo.pdq_views)) or None,
        pdq_grid=bytes.fromhex("".join(photo.pdq_grid)) or None,
        pdq_quality=photo.pdq_quality,
        features=photo.features or None,
        box=asdict(photo.box) if photo.box else None,
    )


def _replace_findings(
    uow: UnitOfWork, document: DocumentRow, findings: tuple[Finding, ...], *, page: int | None
) -> None:
    uow.session.execute(
        sa.delete(FindingRow).where(
            FindingRow.document_id == document.id,
            FindingRow.page.is_(None) if page is None else FindingRow.page == page,
            FindingRow.compared.is_(False),
        )
    )
    for finding in findings:
        uow.session.add(
            FindingRow(
                application_id=document.application_id,
                document_id=document.id,
                page=page if page is not None else finding.page,
                check_name=finding.check,
                code=finding.code,
                severity=finding.severity,
                message=finding.message,
                advice=finding.advice,
            )
        )


def _replace_fields(uow: UnitOfWork, document: DocumentRow, report: DocumentReport) -> None:
    uow.session.execute(sa.delete(FieldRow).where(FieldRow.document_id == document.id))
    for field in report.fields:
        uow.session.add(
            FieldRow(
                document_id=document.id,
                name=field.name,
                value=field.value,
                confidence=field.confidence,
                page=field.page,
                box=asdict(field.box),
                label=field.label,
                candidates=list(field.candidates),
            )
        )
