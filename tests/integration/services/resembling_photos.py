"""Applications with hashed photos, and the search among them."""

import hashlib
from uuid import UUID

from review_service.bootstrap import Container
from review_service.db.models import (
    FindingRow,
    TaskRow,
)
from review_service.domain.documents import DocumentKind, PageKind
from review_service.domain.likeness import GRID_SIDE, HASH_BYTES
from review_service.domain.reports import DocumentReport, PageReport, PhotoReport
from review_service.domain.work import TaskKind, TaskState
from review_service.services.findings import checking
from tests.factories import (
    RUC,
    Office,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from workers.tasks import running

FORMS, VIEWS = 8, 51


def hashed(word: str) -> bytes:
    """Return 32 bytes that are like those of no other word."""
    return hashlib.sha256(word.encode()).digest()


def near(one: bytes, bits: int, *, start: int = 0) -> bytes:
    """Return a hash that differs in so many bits."""
    return (int.from_bytes(one) ^ (((1 << bits) - 1) << start)).to_bytes(HASH_BYTES)


def photo(
    word: str,
    *,
    seen: bytes = b"",
    turned: bytes = b"",
    quality: int = 100,
    sha256: str = "",
    grid: bytes = b"",
    features: bytes = b"",
) -> PhotoReport:
    """Return a photo; ``turned`` is its hash when turned a quarter against the clock.

    ``grid`` is its brightness; without one it is a photo of before grids were kept. ``features``
    are as ``workers.inside.picture.features`` gives them.
    """
    forms = [hashed(f"{word} form {form}") for form in range(FORMS)]
    forms[0] = seen or forms[0]
    forms[1] = turned or forms[1]
    return PhotoReport(
        sha256=sha256 or hashed(f"{word} stream").hex(),
        width_px=1,
        height_px=1,
        pdq_forms=tuple(each.hex() for each in forms),
        pdq_views=tuple(hashed(f"{word} view {view}").hex() for view in range(VIEWS)),
        pdq_grid=tuple(grid[at : at + GRID_SIDE].hex() for at in range(0, len(grid), GRID_SIDE)),
        pdq_quality=quality,
        features=features,
    )


def checked(office: Office, application_id: UUID, photos: list[PhotoReport], ruc: str) -> UUID:
    """Send one PDF of photos, a page each, and stand in for its checks."""
    document_id = upload(
        office, application_id, content=steps.PDF, ruc=ruc, kind=DocumentKind.EVIDENCE
    ).document_id
    for lease in steps.leases(office, TaskKind.CHECK_DOCUMENT):
        document = checking.begin(office.writing(), lease.subject_id)
        assert document is not None
        for number, each in enumerate(photos, start=1):
            page = PageReport(
                number=number, kind=PageKind.PHOTO, width_px=100, height_px=75, photos=(each,)
            )
            checking.record_page(office.writing(), document.document_id, page)
        key = f"originals/{lease.subject_id}"
        office.store.copy(document.staging_key, key)
        report = DocumentReport(
            kind=document.kind, sha256=document.sha256, size_bytes=1, page_count=len(photos)
        )
        assert checking.finish(office.writing(), lease, report, storage_key=key)
    return document_id


def case(office: Office, *photos: PhotoReport, ruc: str = RUC, sent: bool = True) -> UUID:
    application_id = open_draft(office, ruc)
    checked(office, application_id, list(photos), ruc)
    if sent:
        send_and_confirm(office, application_id, ruc)
    return application_id


def search(office: Office, worker: Container) -> None:
    """Run every waiting task of a search once."""
    for task in steps.rows(office, TaskRow):
        if task.kind is TaskKind.FIND_RESEMBLING and task.state is TaskState.READY:
            running.run(worker, task.id)


def told(office: Office, application_id: UUID, *, start: str = "photo") -> list[tuple[str, str]]:
    return sorted(
        (row.code, row.message)
        for row in steps.rows(office, FindingRow)
        if row.application_id == application_id and row.code.startswith(start)
    )
