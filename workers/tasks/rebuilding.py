"""Makes lost or changed page images, and assembled PDFs, again from their originals."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from io import BytesIO
from typing import Final
from uuid import UUID, uuid4

from review_service.bootstrap import Container
from review_service.db import tasks
from review_service.db.tasks import Lease
from review_service.domain.errors import DamagedFileError, OutsideError
from review_service.domain.reports import PageReport
from review_service.domain.stored_files import FileKind, NamedFile
from review_service.ports import StoredFile
from review_service.services import stored_files
from review_service.services.upkeep import rebuilding
from review_service.services.upkeep.rebuilding import DocumentToRebuild, NewFile, PageToRebuild
from workers.inspecting.binding import assemble
from workers.inspecting.document import inspect
from workers.tasks.copies import copy_out, path_of

NOT_ALIKE: Final = "the original does not give page {number} as it was"


def rebuild_files(container: Container, lease: Lease) -> None:
    """Make a document's derived files again, where they are lost or changed.

    Ends with nothing done when the original is lost or changed too: that is its own incident.
    Raises an ``OutsideError`` that is not retryable when the original no longer gives the same
    pages; a person must look then.
    """
    document = rebuilding.begin(container.reading(), lease.subject_id)
    made: list[NewFile] = []
    if document is not None:
        try:
            made = _assembled(container, document) if document.photos else []
            made += _pages(container, document, lease)
        except DamagedFileError:
            made = []
    rebuilding.keep(container.writing(), lease, made)


def _assembled(container: Container, document: DocumentToRebuild) -> list[NewFile]:
    if stored_files.compare(container.store, document.file).problem is None:
        return []
    with ExitStack() as copies:
        files = []
        for photo in document.photos:
            copy = copies.enter_context(tempfile.TemporaryFile())
            copy_out(container, photo.file, copy)
            files.append((path_of(copy), photo.theme))
        pdf = assemble(files, limits=container.limits)
    stored = container.store.put(f"originals/{uuid4()}", BytesIO(pdf))
    return [NewFile(former=document.file, stored=stored)]


def _pages(container: Container, document: DocumentToRebuild, lease: Lease) -> list[NewFile]:
    """Return the pictures that were wrong, made again, and those that now have a hash."""
    wanted = {page.number: page for page in document.pages if _is_wanted(container, page)}
    if not wanted:
        return []
    drawn: dict[int, PageReport] = {}

    def keep(page: PageReport) -> None:
        # A page that reading turned upright comes twice; the last is what the words lie on.
        if page.number in wanted and page.image is not None:
            drawn[page.number] = page
        with container.writing() as uow:
            tasks.extend_lease(uow, lease, seconds=container.settings.work.lease_seconds)
            uow.commit()

    with tempfile.TemporaryFile() as copy:
        copy_out(container, document.file, copy)
        inspect(
            path_of(copy),
            kind=document.kind,
            limits=container.limits,
            on_page=keep,
            sha256=document.file.sha256,
        )
    attempt = uuid4()
    return [
        new
        for number, page in wanted.items()
        for new in _renewed(container, page, _alike(drawn.get(number), page), attempt)
    ]


def _is_wanted(container: Container, page: PageToRebuild) -> bool:
    return any(
        file.sha256 is None or stored_files.compare(container.store, file).problem
        for file in page.pictures.files
    )


def _alike(drawn: PageReport | None, page: PageToRebuild) -> PageReport:
    if drawn is None or (drawn.width_px, drawn.height_px) != (page.width_px, page.height_px):
        raise OutsideError(NOT_ALIKE.format(number=page.number), retryable=False)
    return drawn


def _renewed(
    container: Container, page: PageToRebuild, drawn: PageReport, attempt: UUID
) -> Iterator[NewFile]:
    for file in page.pictures.files:
        pixels = _pixels_of(drawn, file.kind)
        if pixels is None:
            raise OutsideError(NOT_ALIKE.format(number=page.number), retryable=False)
        found = stored_files.compare(container.store, file)
        if found.problem is None and file.sha256 is not None:
            continue
        if found.problem is None and found.sha256 == sha256(pixels).hexdigest():
            kept = StoredFile(key=file.key, size_bytes=found.size_bytes, sha256=found.sha256)
        else:
            kept = container.store.put(_key(file, attempt), BytesIO(pixels))
        yield NewFile(former=file, stored=kept)


def _pixels_of(drawn: PageReport, kind: FileKind) -> bytes | None:
    if kind is FileKind.PREVIEW:
        return drawn.preview
    return drawn.thumbnail if kind is FileKind.THUMBNAIL else drawn.image


def _key(file: NamedFile, attempt: UUID) -> str:
    size = {FileKind.PREVIEW: "-preview", FileKind.THUMBNAIL: "-small"}.get(file.kind, "")
    return f"derived/{file.owner_id}/{attempt}/{file.page}{size}.jpg"
