"""Receives an upload: streams it to staging, hashes it, stores its row and its checking task."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow, FindingRow
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.errors import (
    BudgetSpentError,
    InvalidInputError,
)
from review_service.domain.findings import Severity
from review_service.domain.item_evidence import Allowed, item_of_file
from review_service.domain.limits import MEBIBYTE, UploadLimits
from review_service.domain.looked_up import answers_in
from review_service.domain.page_photos import PagePhoto
from review_service.domain.refusals import RefusalReason
from review_service.domain.sightings import Sight
from review_service.domain.wording import worded
from review_service.domain.work import TaskKind, check_lane
from review_service.domain.wrong_files import Refused
from review_service.ports import FileStore, Readable
from review_service.services import staging
from review_service.services.applicant import budgets, replacing
from review_service.services.case import (
    editable,
    require,
    require_seen,
)
from review_service.services.staging import Content

MAX_NAME_CHARACTERS = 120
OTHER_BYTES = ":"
"""Between a form's key and ours, for another file that came under it; no form's key has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What the browser sends."""

    kind: DocumentKind
    theme: Theme | None
    upload_key: str
    """The browser's own key: the same bytes sent again under it are the same document."""
    file_name: str
    stream: Readable
    replaces: UUID | None = None
    """The photo whose place it takes once its checks have ended well; until then that one stays."""
    seen: str | None = None
    """Version of what the form was made from: the replaced photo, the PDF that stands, or else
    the case; None for a caller that has read it just now."""
    page_photos: tuple[PagePhoto, ...] = ()
    """What the stream is made of when it is photos of a paper's sheets one behind the other, each
    judged by its first bytes already; else it is one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Result of an upload. A refused file gets a row too, so that the page can say why."""

    document_id: UUID
    refusal: RefusalReason | None


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

    The same bytes under the same key are one upload, sent again; other bytes are another one.

    Raises ``NotFoundError``, ``NotAllowedError``, ``InvalidInputError`` (too many photos),
    ``StaleStateError`` (another file stands there now), ``BudgetSpentError``, ``StoreError``.
    """
    pages = len(upload.page_photos) or limits.pages_for(upload.kind)
    with writing() as uow:
        perhaps_again = not is_new(
            uow, limits=limits, application_id=application_id, ruc=ruc, upload=upload
        )
        if not perhaps_again:
            budgets.spend(uow, ruc=ruc, application_id=application_id, pages=pages)
    content = _take(store, upload, limits)
    if perhaps_again:
        try:
            with writing() as uow:
                earlier = _under_key(uow, application_id, upload.upload_key)
                if _same_upload(earlier, upload, content) is None:
                    budgets.spend(uow, ruc=ruc, application_id=application_id, pages=pages)
        except BudgetSpentError:
            staging.forget(store, content)
            raise
    with writing() as uow:
        row, allowed = _allowed(uow, application_id=application_id, ruc=ruc, upload=upload)
        earlier = _under_key(uow, application_id, upload.upload_key)
        known = _same_upload(earlier, upload, content)
        if known is None:
            _require_seen(uow, row, upload)
            _require_room(uow, application_id, upload, limits)
            key = upload.upload_key + (OTHER_BYTES + uuid4().hex if earlier else "")
            upload = replace(upload, upload_key=key)
            known = _write_down(uow, row, allowed.round, upload=upload, content=content)
            size_bytes = content.stored.size_bytes if content.stored else 0
            budgets.note(uow, ruc=ruc, application_id=application_id, size_bytes=size_bytes)
            uow.commit()
            return known
    staging.forget(store, content)
    return known


def is_new(
    uow: UnitOfWork, *, limits: UploadLimits, application_id: UUID, ruc: str, upload: Upload
) -> bool:
    """Return whether nothing came under the form's key yet; its bytes are not read.

    Raises what ``receive`` raises before it reads a byte.
    """
    row, _ = _allowed(uow, application_id=application_id, ruc=ruc, upload=upload)
    if _under_key(uow, application_id, upload.upload_key):
        return False
    _require_seen(uow, row, upload)
    _require_room(uow, application_id, upload, limits)
    return True


def clean_file_name(name: str) -> str:
    """Return the applicant's name for a file as harmless text of at most 120 characters."""
    base = re.split(r"[/\\]", name)[-1]
    shown = "".join(
        char for char in unicodedata.normalize("NFC", base) if unicodedata.category(char)[0] != "C"
    )
    return shown.strip()[:MAX_NAME_CHARACTERS] or "archivo"


def _take(store: FileStore, upload: Upload, limits: UploadLimits) -> Content:
    """Stage the bytes, unless they are refused at first sight."""
    name = clean_file_name(upload.file_name)
    if not upload.page_photos:
        return staging.stage(store, upload.stream, kind=upload.kind, file_name=name, limits=limits)
    return staging.put(
        store,
        upload.stream,
        folder="originals",  # such photos stay where they are
        kind=upload.kind,
        file_name=name,
        most_bytes=limits.page_photos_bytes,
    )


def _allowed(
    uow: UnitOfWork, *, application_id: UUID, ruc: str, upload: Upload
) -> tuple[ApplicationRow, Allowed]:
    """Return the application, locked, and what may be changed: such a file, or it raises."""
    row, allowed = editable(uow, application_id=application_id, ruc=ruc)
    whole = item_of_file(upload.kind)
    if whole is not None:
        require(row.id, allowed=allowed.item(whole) and _may_be_sent(row, upload.kind))
    else:
        require(row.id, allowed=allowed.theme(upload.theme))
    for former in replacing.photos_in_place(uow, row.id, upload.replaces):
        require(row.id, allowed=allowed.theme(former.theme))
    return row, allowed


def _may_be_sent(row: ApplicationRow, kind: DocumentKind) -> bool:
    """Whether a file of this kind is not held by an institution that is asked for it instead."""
    paper = kind.sent_as
    answer = answers_in(row.registry_facts).get(paper) if paper else None
    return answer is None or answer.may_be_sent or row.state is not ApplicationState.DRAFT


def _require_seen(uow: UnitOfWork, row: ApplicationRow, upload: Upload) -> None:
    if upload.kind is not DocumentKind.PHOTO:
        require_seen(uow, row, upload.seen, Sight.PLACE, upload.kind)
    elif upload.replaces is not None:
        require_seen(uow, row, upload.seen, Sight.FILE, upload.replaces)
    else:
        require_seen(uow, row, upload.seen, Sight.CASE)


def _require_room(
    uow: UnitOfWork, application_id: UUID, upload: Upload, limits: UploadLimits
) -> None:
    """Raise ``InvalidInputError`` when there are as many photos as there may be."""
    if upload.kind is not DocumentKind.PHOTO:
        return
    replaced = {
        former.id for former in replacing.photos_in_place(uow, application_id, upload.replaces)
    }
    photos = uow.session.execute(
        sa.select(DocumentRow.id, DocumentRow.size_bytes).where(
            DocumentRow.application_id == application_id,
            DocumentRow.removed_at.is_(None),
            DocumentRow.kind == DocumentKind.PHOTO,
            DocumentRow.state != DocumentState.REFUSED,
            DocumentRow.id.not_in(replaced),
        )
    ).all()
    if len(photos) >= limits.evidence_pages:
        raise InvalidInputError(
            {
                "photos": worded(
                    "Ya tiene %(most)s fotos, que es el máximo. Quite una para agregar otra.",
                    most=limits.evidence_pages,
                )
            }
        )
    if sum(photo.size_bytes for photo in photos) >= limits.photos_bytes:
        raise InvalidInputError(
            {
                "photos": worded(
                    "Sus fotos ya pesan %(megabytes)s MB juntas, que es el máximo. Quite una para "
                    "agregar otra.",
                    megabytes=limits.photos_bytes // MEBIBYTE,
                )
            }
        )


def _under_key(uow: UnitOfWork, application_id: UUID, upload_key: str) -> Sequence[DocumentRow]:
    """Return what was sent under a form's key, whatever its bytes; also what was removed."""
    return uow.session.scalars(
        sa.select(DocumentRow)
        .where(
            DocumentRow.application_id == application_id,
            sa.or_(
                DocumentRow.upload_key == upload_key,
                DocumentRow.upload_key.startswith(upload_key + OTHER_BYTES, autoescape=True),
            ),
        )
        .order_by(DocumentRow.created_at, DocumentRow.id)
    ).all()


def _same_upload(
    under_key: Sequence[DocumentRow], upload: Upload, content: Content
) -> Received | None:
    """Return the result of the same bytes under the same key; a removed file is sent anew."""
    for row in under_key:
        if row.kind is not upload.kind or row.removed_at is not None:
            continue
        if content.stored is not None:
            is_same = (row.page_photos_sha256 or row.sha256) == content.stored.sha256
        else:  # refused at once and not kept: nothing of it could be lost
            is_same = not row.sha256 and row.refusal is content.refusal
            is_same = is_same and row.file_name == clean_file_name(upload.file_name)
        if is_same:
            return Received(document_id=row.id, refusal=row.refusal)
    return None


def _write_down(
    uow: UnitOfWork, row: ApplicationRow, number: int, *, upload: Upload, content: Content
) -> Received:
    """Write the file down in the round of this number."""
    application_id, stored, refusal = row.id, content.stored, content.refusal
    refused = content.refused
    replaces = replacing.make_way(uow, application_id, upload.kind, upload.replaces)
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
        round=number,
        replaces=replaces,
    )
    if stored is not None and upload.page_photos:
        document.page_photos = [photo.to_json() for photo in upload.page_photos]
        document.page_photos_key = stored.key
        document.page_photos_sha256 = stored.sha256
    uow.session.add(document)
    row.changed_at = uow.now
    uow.session.flush()
    if refused is not None:
        uow.session.add(_finding(document, refused))
    else:
        lane = check_lane(upload.kind)
        uow.enqueue(TaskKind.CHECK_DOCUMENT, document.id, lane=lane, payer=row.ruc)
    uow.record(
        "document_refused" if refusal else "document_received",
        actor="applicant",
        subject_id=application_id,
        document_id=str(document.id),
        kind=upload.kind.value,
        reason=refusal.value if refusal else "",
        sha256=document.sha256,
    )
    return Received(document_id=document.id, refusal=refusal)


def _finding(document: DocumentRow, refused: Refused) -> FindingRow:
    """Return the sentence for the sender, as the checks write theirs."""
    return FindingRow(
        application_id=document.application_id,
        document_id=document.id,
        check_name="intake",
        code=refused.reason.value,
        severity=Severity.BAD,
        message=refused.sentence,
        advice=refused.sentence,
    )
