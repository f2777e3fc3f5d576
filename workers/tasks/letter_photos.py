"""Checks the photo of a letter: fetch, scan, open in the sandbox, keep what was made there."""

import tempfile
from io import BytesIO
from typing import BinaryIO
from uuid import uuid4

from review_service.bootstrap import Container
from review_service.db import tasks
from review_service.db.tasks import Lease
from review_service.domain.documents import DocumentKind
from review_service.domain.errors import DamagedFileError
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import PageReport
from review_service.domain.stored_files import NamedFile
from review_service.services.letters import photos
from review_service.services.upkeep import file_incidents
from workers.inspecting.document import inspect
from workers.tasks.copies import copy_out, path_of
from workers.tasks.documents import refusal_of


def check_letter_photo(container: Container, lease: Lease) -> None:
    """Check one photo; it waits unopened while the antivirus gives no verdict."""
    file = photos.begin(container.reading(), lease.subject_id)
    if file is None:
        with container.writing() as uow:
            tasks.finish(uow, lease)
            uow.commit()
        return
    with tempfile.TemporaryFile() as copy:
        refusal, pixels = _checked(container, file, copy)
    made = None
    if pixels is not None:
        made = container.store.put(f"derived/{file.owner_id}/{uuid4()}.jpg", BytesIO(pixels))
    is_kept = photos.finish(
        container.writing(), lease, checked=file.key, made=made, refusal=refusal
    )
    if is_kept:
        container.store.delete(file.key)
    elif made is not None:
        container.store.delete(made.key)  # our own copy, which no row names


def _checked(
    container: Container, file: NamedFile, copy: BinaryIO
) -> tuple[RefusalReason | None, bytes | None]:
    """Return why a photo is refused, or the picture that the sandbox made of it."""
    try:
        copy_out(container, file, copy)
    except DamagedFileError:  # whoever sent it can send it again
        with container.writing() as uow:
            file_incidents.close(uow, [file.key])
            uow.commit()
        return RefusalReason.DAMAGED, None
    if container.scanner is not None:
        copy.seek(0)
        refusal = refusal_of(container.scanner.scan(copy))
        if refusal is not None:
            return refusal, None
    pages: list[PageReport] = []
    report = inspect(
        path_of(copy),
        kind=DocumentKind.PHOTO,
        limits=container.limits,
        on_page=pages.append,
        sha256=file.sha256,
    )
    pixels = pages[-1].image if pages else None
    if report.reason is None and pixels is None:
        return RefusalReason.TOO_COSTLY, None
    return report.reason, pixels if report.reason is None else None
