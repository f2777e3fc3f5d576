"""Finds the row that names a stored file, with its SHA-256; lists all named files in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import defer

from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    DocumentRow,
    LetterPhotoRow,
    PageRow,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.given_names import document_stem
from review_service.domain.page_photos import page_photos_from
from review_service.domain.stored_files import FileKind, NamedFile

Row = DocumentRow | PageRow | AgreementRow | LetterPhotoRow
NOT_RELEASED = DocumentRow.released_at.is_(None)
"""Whether a document's row still names its bytes and those of its pages."""
PAGE_KEYS = {
    FileKind.PAGE_IMAGE: (PageRow.image_key, PageRow.image_sha256),
    FileKind.PREVIEW: (PageRow.preview_key, PageRow.preview_sha256),
    FileKind.THUMBNAIL: (PageRow.thumbnail_key, PageRow.thumbnail_sha256),
}


def original_file(row: DocumentRow) -> NamedFile | None:
    """Return a document's original file: confirmed or, before its check ends, staged."""
    key = row.storage_key or row.staging_key
    return None if key is None else original_under(row, key)


def original_under(row: DocumentRow, key: str) -> NamedFile:
    """Return a document's original file under a key that the caller gives."""
    return NamedFile(
        key=key,
        kind=FileKind.ASSEMBLED if row.assembled else FileKind.ORIGINAL,
        application_id=row.application_id,
        owner_id=row.id,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
    )


def page_photos_file(row: DocumentRow) -> NamedFile | None:
    """Return the photos of the sheets of which a document's PDF is made, as they came."""
    if row.page_photos_key is None:
        return None
    return NamedFile(
        key=row.page_photos_key,
        kind=FileKind.ORIGINAL,
        application_id=row.application_id,
        owner_id=row.id,
        sha256=row.page_photos_sha256,
        size_bytes=sum(photo.size_bytes for photo in page_photos_from(row.page_photos)),
    )


def document_name(uow: UnitOfWork, row: DocumentRow) -> str:
    """Return the name under which a document is given out, without its ending.

    Its number is its place by arrival among all documents of the application, replaced and removed
    ones too, so that it stays.
    """
    earlier = sa.or_(
        DocumentRow.created_at < row.created_at,
        sa.and_(DocumentRow.created_at == row.created_at, DocumentRow.id <= row.id),
    )
    place = (
        sa.select(sa.func.count())
        .select_from(DocumentRow)
        .where(DocumentRow.application_id == row.application_id, earlier)
    )
    reference = sa.select(ApplicationRow.reference).where(ApplicationRow.id == row.application_id)
    return document_stem(
        row.kind,
        assembled=row.assembled,
        reference=uow.session.execute(reference).scalar_one(),
        number=uow.session.execute(place).scalar_one(),
    )


def agreement_file(row: AgreementRow) -> NamedFile | None:
    """Return the signed PDF, once it is stored."""
    if row.storage_key is None:
        return None
    return NamedFile(
        key=row.storage_key,
        kind=FileKind.AGREEMENT,
        application_id=row.application_id,
        owner_id=row.id,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
    )


def letter_photo_file(row: LetterPhotoRow) -> NamedFile | None:
    """Return the photo of a letter: as it came or, once checked, as the sandbox made it."""
    key = row.image_key or row.staging_key
    if key is None:
        return None
    is_made = row.image_key is not None
    return NamedFile(
        key=key,
        kind=FileKind.LETTER_PHOTO,
        application_id=None,
        owner_id=row.letter_id,
        sha256=row.image_sha256 if is_made else row.sha256,
        size_bytes=row.size_bytes,
    )


def picture_file(page: PageRow, kind: FileKind, *, application_id: UUID) -> NamedFile | None:
    """Return a picture of a page; None when there is none."""
    key, sha256 = (getattr(page, column.key) for column in PAGE_KEYS[kind])
    if key is None:
        return None
    return NamedFile(
        key=key,
        kind=kind,
        application_id=application_id,
        owner_id=page.document_id,
        sha256=sha256,
        page=page.number,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """The pictures of one page; None where none was made."""

    image: NamedFile | None
    preview: NamedFile | None
    thumbnail: NamedFile | None

    @property
    def files(self) -> tuple[NamedFile, ...]:
        """The pictures that exist, the largest first."""
        all_of_it = (self.image, self.preview, self.thumbnail)
        return tuple(file for file in all_of_it if file is not None)


def pictures(page: PageRow, *, application_id: UUID) -> Pictures:
    """Return the pictures of a page."""
    image, preview, thumbnail = (
        picture_file(page, kind, application_id=application_id) for kind in PAGE_KEYS
    )
    return Pictures(image=image, preview=preview, thumbnail=thumbnail)


def pictures_where(uow: UnitOfWork, *conditions: sa.ColumnElement[bool]) -> Pictures | None:
    """Return the pictures of the one page that matches, of a document and its application."""
    found = uow.session.execute(
        sa.select(PageRow, DocumentRow.application_id)
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .join(ApplicationRow, ApplicationRow.id == DocumentRow.application_id)
        .options(defer(PageRow.words), defer(PageRow.photos))
        .where(NOT_RELEASED, *conditions)
    ).one_or_none()
    return found and pictures(found.PageRow, application_id=found.application_id)


def document_in(key: str) -> UUID | None:
    """Return the document whose pictures lie in the folder of this key (ADR 3); None elsewhere."""
    folder, _, rest = key.partition("/")
    if folder != "derived":
        return None
    try:
        return UUID(rest.partition("/")[0])
    except ValueError:
        return None


def named_now(uow: UnitOfWork, key: str) -> NamedFile | None:
    """Return the file that a row names under this key now; None when no row does."""
    document = uow.session.scalars(
        sa.select(DocumentRow).where(_is_of_document(key), NOT_RELEASED)
    ).first()
    if document is not None:
        of_sheets = document.page_photos_key == key
        return page_photos_file(document) if of_sheets else original_under(document, key)
    agreement = uow.session.scalars(
        sa.select(AgreementRow).where(AgreementRow.storage_key == key)
    ).first()
    if agreement is not None:
        return agreement_file(agreement)
    of_letter = uow.session.scalars(sa.select(LetterPhotoRow).where(_is_of_letter(key))).first()
    if of_letter is not None:
        return letter_photo_file(of_letter)
    pages = (
        sa.select(PageRow, DocumentRow.application_id)
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .where(sa.or_(*(named == key for named, _ in PAGE_KEYS.values())), NOT_RELEASED)
    )
    owner = document_in(key)
    # No index holds the keys of pages; their folder leads to nearly all of them.
    found = owner and uow.session.execute(pages.where(PageRow.document_id == owner)).first()
    found = found or uow.session.execute(pages).first()
    if found is None:
        return None
    files = pictures(found.PageRow, application_id=found.application_id).files
    return next(file for file in files if file.key == key)


def still_names(uow: UnitOfWork, file: NamedFile) -> bool:
    """Return whether the row of a file, found by its id, still names the same key."""
    if file.kind in PAGE_KEYS:
        column, _ = PAGE_KEYS[file.kind]
        found = (
            sa.select(PageRow.id)
            .join(DocumentRow, DocumentRow.id == PageRow.document_id)
            .where(
                PageRow.document_id == file.owner_id,
                PageRow.number == file.page,
                column == file.key,
                NOT_RELEASED,
            )
        )
    elif file.kind is FileKind.AGREEMENT:
        found = sa.select(AgreementRow.id).where(
            AgreementRow.id == file.owner_id, AgreementRow.storage_key == file.key
        )
    elif file.kind is FileKind.LETTER_PHOTO:
        found = sa.select(LetterPhotoRow.letter_id).where(
            LetterPhotoRow.letter_id == file.owner_id, _is_of_letter(file.key)
        )
    else:
        found = sa.select(DocumentRow.id).where(
            DocumentRow.id == file.owner_id, _is_of_document(file.key), NOT_RELEASED
        )
    return uow.session.execute(found).first() is not None


def _is_of_document(key: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        DocumentRow.storage_key == key,
        DocumentRow.staging_key == key,
        DocumentRow.page_photos_key == key,
    )


def _is_of_letter(key: str) -> sa.ColumnElement[bool]:
    return sa.or_(LetterPhotoRow.image_key == key, LetterPhotoRow.staging_key == key)


STAGES: tuple[type[Row], ...] = (AgreementRow, DocumentRow, LetterPhotoRow, PageRow)
"""Order in which all files are listed: those that cannot be rebuilt come first."""


def ids_after(
    uow: UnitOfWork, stage: type[Row], after: UUID | None, *, size: int
) -> Sequence[UUID]:
    """Return the ids of the next ``size`` rows of one table."""
    mapper: Any = sa.inspect(stage)
    row_id = mapper.primary_key[0]
    beyond = sa.true() if after is None else row_id > after
    return uow.session.scalars(sa.select(row_id).where(beyond).order_by(row_id).limit(size)).all()


def files_named_by(uow: UnitOfWork, stage: type[Row], ids: Sequence[UUID]) -> Sequence[NamedFile]:
    """Return the files that these rows of one table name, by their ids."""
    if stage is PageRow:
        return _files_of_pages(uow, ids)
    if stage is LetterPhotoRow:
        photos = sa.select(LetterPhotoRow).where(LetterPhotoRow.letter_id.in_(ids))
        found = uow.session.scalars(photos.order_by(LetterPhotoRow.letter_id))
        return tuple(file for row in found if (file := letter_photo_file(row)) is not None)
    own: Sequence[DocumentRow | AgreementRow]
    if stage is AgreementRow:
        agreements = sa.select(AgreementRow).where(AgreementRow.id.in_(ids))
        own = uow.session.scalars(agreements.order_by(AgreementRow.id)).all()
    else:
        documents = sa.select(DocumentRow).where(DocumentRow.id.in_(ids), NOT_RELEASED)
        own = uow.session.scalars(documents.order_by(DocumentRow.id)).all()
    return tuple(_own_files(own))


def _own_files(rows: Sequence[DocumentRow | AgreementRow]) -> Iterator[NamedFile]:
    for row in rows:
        if isinstance(row, AgreementRow):
            files = [agreement_file(row)]
        else:
            files = [original_file(row), page_photos_file(row)]
        known = {file.key: file for file in files if file is not None}
        yield from known.values()  # photos that wait for their check have one key


def _files_of_pages(uow: UnitOfWork, ids: Sequence[UUID]) -> Sequence[NamedFile]:
    rows = uow.session.execute(
        sa.select(PageRow, DocumentRow.application_id)
        .join(DocumentRow, DocumentRow.id == PageRow.document_id)
        .options(defer(PageRow.words), defer(PageRow.photos))
        .where(PageRow.id.in_(ids), NOT_RELEASED)
        .order_by(PageRow.id)
    )
    return tuple(
        file
        for row in rows
        for file in pictures(row.PageRow, application_id=row.application_id).files
    )
