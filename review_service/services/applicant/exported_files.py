"""What the archive of «Mis datos» tells of the files of an application, and which it holds."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    FieldRow,
    FindingRow,
    LetterPhotoRow,
    LetterRow,
    PageRow,
)
from review_service.db.named_files import (
    agreement_file,
    letter_photo_file,
    original_file,
    page_photos_file,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.given_names import document_stem, given_name
from review_service.domain.page_photos import page_photos_from, places
from review_service.domain.stored_files import NamedFile

LETTERS: Final = "cartas"
"""The folder of the files of letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """One file of the archive."""

    folder: str
    stem: str
    file: NamedFile
    ending: str = ""
    """Empty: that of its first bytes."""
    piece: tuple[int, int] | None = None
    """Start and size in bytes of one photo among those that are stored together; None: all."""

    @property
    def size_bytes(self) -> int:
        """Of what is given out."""
        return self.piece[1] if self.piece else self.file.size_bytes or 0


def documents_of(
    uow: UnitOfWork, application: ApplicationRow, files: list[SentFile]
) -> list[dict[str, Any]]:
    """Return what is kept of each document that was sent; its files go into ``files``."""
    session = uow.session
    rows = session.scalars(
        sa.select(DocumentRow)
        .where(DocumentRow.application_id == application.id)
        .order_by(DocumentRow.created_at, DocumentRow.id)
    ).all()
    ids = [row.id for row in rows]
    advice, read = dict[UUID, list[str]](), dict[UUID, dict[str, str]]()
    for finding in session.scalars(
        sa.select(FindingRow)
        .where(
            FindingRow.document_id.in_(ids), FindingRow.advice != "", FindingRow.compared.is_(False)
        )
        .order_by(FindingRow.id)
    ):
        if finding.document_id is not None:
            advice.setdefault(finding.document_id, []).append(finding.advice)
    for field in session.scalars(sa.select(FieldRow).where(FieldRow.document_id.in_(ids))):
        read.setdefault(field.document_id, {})[field.name] = field.value
    said = dict[UUID, list[dict[str, Any]]]()
    for page in session.execute(
        sa.select(PageRow.document_id, PageRow.number, PageRow.comment, PageRow.suggested_from)
        .where(
            PageRow.document_id.in_(ids),
            sa.or_(PageRow.comment != "", PageRow.suggested_from != ""),
        )
        .order_by(PageRow.document_id, PageRow.number)
    ):
        told_page = {
            "pagina": page.number, "comentario": page.comment, "titulo_leido": page.suggested_from,
        }  # fmt: skip
        said.setdefault(page.document_id, []).append(told_page)
    told = []
    for number, row in enumerate(rows, 1):
        stem = document_stem(
            row.kind, assembled=row.assembled, reference=application.reference, number=number
        )
        here = _files_of(row, application.reference, stem)
        files.extend(here)
        told.append(
            {
                "nombre": row.file_name,
                "clase": row.kind.label,
                "estado": row.state.label,
                "bytes": row.size_bytes,
                "sha256": row.sha256,
                "recibido": row.created_at,
                "quitado": row.removed_at,
                "eliminado": row.released_at,
                "comentario": row.comment,
                "paginas": said.get(row.id, []),
                "hojas": [photo.name for photo in page_photos_from(row.page_photos)],
                "reunido_por_el_servicio": row.assembled,
                "lo_que_se_le_dijo": advice.get(row.id, []),
                "lo_que_se_leyo": read.get(row.id, {}),
                "en_el_zip": [f"{each.folder}/{each.stem}" for each in here],
            }
        )
    return told


def _files_of(row: DocumentRow, folder: str, stem: str) -> list[SentFile]:
    """Return its files; none of what was deleted, or is made of the photos that are given too."""
    if row.released_at is not None or row.assembled:
        return []
    original, photos = original_file(row), page_photos_file(row)
    found = []
    if original is not None and (photos is None or photos.key != original.key):
        found.append(SentFile(folder=folder, stem=stem, file=original))
    if photos is not None:
        # They stand one behind the other, as they came.
        found += [
            SentFile(folder=folder, stem=f"{stem}-hoja-{place}", file=photos, piece=piece)
            for place, piece in enumerate(places(page_photos_from(row.page_photos)), 1)
        ]
    return found


def issued_of(
    uow: UnitOfWork, application: ApplicationRow, files: list[SentFile]
) -> dict[str, Any] | None:
    """Return what the published document says, None without one; its PDF goes into ``files``."""
    row = uow.session.scalars(
        sa.select(AgreementRow).where(AgreementRow.application_id == application.id)
    ).one_or_none()
    if row is None or row.published_at is None:
        return None
    file = agreement_file(row)
    if file is not None:
        stem = given_name(row.kind.value, row.number, ending="pdf").removesuffix(".pdf")
        files.append(SentFile(folder=application.reference, stem=stem, file=file, ending="pdf"))
    return {
        "clase": row.kind.label,
        "numero": row.number,
        "emitido": row.published_at,
        "vale_desde": row.valid_from,
        "vale_hasta": row.valid_until,
        "sha256": row.sha256,
        "lo_que_dice": row.snapshot,
    }


def letter_photo_of(
    uow: UnitOfWork, letter: LetterRow, files: list[SentFile]
) -> dict[str, Any] | None:
    """Return what is kept of the photo of a letter, None without one; the picture too.

    What still waits for its check is not given out: nobody knows yet what it is.
    """
    row = uow.session.get(LetterPhotoRow, letter.id)
    if row is None:
        return None
    file = letter_photo_file(row) if row.image_key is not None else None
    if file is not None:
        stem = f"foto-{letter.number}"
        files.append(SentFile(folder=LETTERS, stem=stem, file=file, ending="jpg"))
    return {
        "estado": row.state.label,
        "enviada": row.sent_at,
        "sha256": row.sha256,
        "en_el_zip": [f"{LETTERS}/{each.stem}" for each in files if each.file == file],
    }
