"""Receives an upload: streams it to staging, hashes it, stores its row and its checking task."""

import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import ReviewItem
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.errors import FileTooLargeError, InvalidInputError
from review_service.domain.limits import MEBIBYTE, UploadLimits
from review_service.domain.refusals import RefusalReason
from review_service.domain.work import Lane, TaskKind
from review_service.ports import FileStore, Readable, StoredFile
from review_service.services import attempts
from review_service.services.applicant import replacing
from review_service.services.case import current_round, documents_of, editable, require

HEADER_BYTES = 1024
"""``%PDF-`` must begin within these: scanners put bytes before it. Source: design, security."""
MAX_NAME_CHARACTERS = 120
UPLOADS_PER_DAY = 300
"""Files of one RUC in one day: seven full sets of photos. Checking them costs us CPU."""
DAY_SECONDS = 24 * 3600
PHOTO_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What the browser sends."""

    kind: DocumentKind
    theme: Theme | None
    upload_key: str
    """The browser's own key: the same upload sent again is the same document."""
    file_name: str
    stream: Readable
    replaces: UUID | None = None
    """The photo whose place it takes once its checks have ended well; until then that one stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Result of an upload. A refused file gets a row too, so that the page can say why."""

    document_id: UUID
    refusal: RefusalReason | None


class _Rewound:
    """A stream whose first bytes were already looked at."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = BytesIO(head)
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        """Return the bytes that were read ahead first, then the rest."""
        first = self._head.read(size)
        if size >= 0 and len(first) == size:
            return first
        return first + self._rest.read(size - len(first) if size >= 0 else -1)


def receive(
    writing: UnitFactory,
    store: FileStore,
    *,
    limits: UploadLimits,
    application_id: UUID,
    ruc: str,
    upload: Upload,
) -> Received:
    """Receive one file; return only after both its bytes and its row are stored.

    Raises ``NotFoundError``, ``NotAllowedError``, ``InvalidInputError`` (too many photos),
    ``TooManyAttemptsError``, ``StoreError``.
    """
    with writing() as uow:
        _require_place(uow, application_id=application_id, ruc=ruc, upload=upload, limits=limits)
        known = _same_upload(uow, application_id, upload.upload_key)
        if known is not None:
            return Received(document_id=known.id, refusal=known.refusal)
    attempts.spend(
        writing(), purpose="upload", who=ruc, limit=UPLOADS_PER_DAY, per_seconds=DAY_SECONDS
    )
    head = upload.stream.read(HEADER_BYTES)
    refusal = _refusal_by_head(head, upload.kind)
    stored = None
    if refusal is None:
        stored, refusal = _stage(store, head, upload, limits)
    with writing() as uow:
        row = _require_place(
            uow, application_id=application_id, ruc=ruc, upload=upload, limits=limits
        )
        received = _write_down(uow, row, upload=upload, stored=stored, refusal=refusal)
        uow.commit()
    return received


def clean_file_name(name: str) -> str:
    """Return the applicant's name for a file as harmless text of at most 120 characters."""
    base = re.split(r"[/\\]", name)[-1]
    shown = "".join(
        char for char in unicodedata.normalize("NFC", base) if unicodedata.category(char)[0] != "C"
    )
    return shown.strip()[:MAX_NAME_CHARACTERS] or "archivo"


def _refusal_by_head(head: bytes, kind: DocumentKind) -> RefusalReason | None:
    if not head:
        return RefusalReason.EMPTY_FILE
    if kind is DocumentKind.PHOTO:
        return None if head.startswith(PHOTO_MAGIC) else RefusalReason.NOT_A_PHOTO
    return None if b"%PDF-" in head else RefusalReason.NOT_A_PDF


def _stage(
    store: FileStore, head: bytes, upload: Upload, limits: UploadLimits
) -> tuple[StoredFile | None, RefusalReason | None]:
    stream = _Rewound(head, upload.stream)
    try:
        stored = store.put(f"staging/{uuid4()}", stream, max_bytes=limits.bytes_for(upload.kind))
    except FileTooLargeError:
        return None, RefusalReason.TOO_LARGE
    return stored, None


def _require_place(
    uow: UnitOfWork, *, application_id: UUID, ruc: str, upload: Upload, limits: UploadLimits
) -> ApplicationRow:
    row, allowed = editable(uow, application_id=application_id, ruc=ruc)
    if upload.kind is DocumentKind.AGREEMENT:
        require(row.id, allowed=allowed.item(ReviewItem.PRIOR_AGREEMENT))
    else:
        require(row.id, allowed=allowed.theme(upload.theme))
    if upload.replaces is not None:
        former = replacing.replaceable(uow, row.id, upload.replaces)
        require(row.id, allowed=former is None or allowed.theme(former.theme))
    if upload.kind is DocumentKind.PHOTO:
        photos = [
            document
            for document in documents_of(uow, application_id)
            if document.kind is DocumentKind.PHOTO
            and document.state is not DocumentState.REFUSED
            and document.upload_key != upload.upload_key
            and document.id != upload.replaces
        ]
        if len(photos) >= limits.evidence_pages:
            raise InvalidInputError(
                {
                    "photos": f"Ya tiene {limits.evidence_pages} fotos, que es el máximo. "
                    "Quite una para agregar otra."
                }
            )
        if sum(photo.size_bytes for photo in photos) >= limits.photos_bytes:
            raise InvalidInputError(
                {
                    "photos": f"Sus fotos ya pesan {limits.photos_bytes // MEBIBYTE} MB juntas, "
                    "que es el máximo. Quite una para agregar otra."
                }
            )
    return row


def _same_upload(uow: UnitOfWork, application_id: UUID, upload_key: str) -> DocumentRow | None:
    return uow.session.execute(
        sa.select(DocumentRow).where(
            DocumentRow.application_id == application_id, DocumentRow.upload_key == upload_key
        )
    ).scalar_one_or_none()


def _write_down(
    uow: UnitOfWork,
    row: ApplicationRow,
    *,
    upload: Upload,
    stored: StoredFile | None,
    refusal: RefusalReason | None,
) -> Received:
    application_id = row.id
    known = _same_upload(uow, application_id, upload.upload_key)
    if known is not None:  # the same upload came twice at once; the sweeper deletes our copy
        return Received(document_id=known.id, refusal=known.refusal)
    if upload.kind is not DocumentKind.PHOTO:
        replacing.drop_unfinished(uow, application_id, upload.kind, is_refused=refusal is not None)
    document = DocumentRow(
        id=uuid4(),
        application_id=application_id,
        kind=upload.kind,
        state=DocumentState.REFUSED if refusal else DocumentState.RECEIVED,
        theme=upload.theme,
        upload_key=upload.upload_key,
        file_name=clean_file_name(upload.file_name),
        size_bytes=stored.size_bytes if stored else 0,
        sha256=stored.sha256 if stored else "",
        staging_key=stored.key if stored else None,
        refusal=refusal,
        created_at=uow.now,
        checked_at=uow.now if refusal else None,
        round=current_round(uow, application_id),
        replaces=upload.replaces,
    )
    uow.session.add(document)
    row.changed_at = uow.now
    uow.session.flush()
    if refusal is None:
        lane = Lane.OCR if upload.kind is DocumentKind.AGREEMENT else Lane.INTAKE
        uow.enqueue(TaskKind.CHECK_DOCUMENT, document.id, lane=lane)
    uow.record(
        "document_refused" if refusal else "document_received",
        actor="applicant",
        subject_id=application_id,
        document_id=str(document.id),
        kind=upload.kind.value,
        reason=refusal.value if refusal else "",
    )
    return Received(document_id=document.id, refusal=refusal)
