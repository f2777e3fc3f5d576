"""Lost or changed derived files come back from their originals, drawn in the sandbox as before."""

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image, ImageDraw

from review_service.bootstrap import Container
from review_service.db.models import (
    DocumentRow,
    FileIncidentRow,
    FindingRow,
    PageRow,
    PhotoRow,
    TaskRow,
)
from review_service.db.named_files import named_now
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.errors import DamagedFileError
from review_service.domain.work import TaskKind, TaskState
from review_service.services import stored_files
from review_service.services.applicant.sending import ask_for_evidence
from review_service.services.upkeep import file_recovery
from tests.factories import Office, open_draft, upload
from tests.integration.services import steps
from tests.process_parts import parts
from workers.tasks import running

DAMAGES: Mapping[str, Callable[[bytes], bytes | None]] = {
    "one bit turned": lambda data: data[:-30] + bytes([data[-30] ^ 1]) + data[-29:],
    "lost": lambda _: None,
}


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    """The office whose work is done here."""
    return office_on_sqlite


@pytest.fixture
def worker(office: Office, tmp_path: Path) -> Iterator[Container]:
    """The parts of a worker on the same database and files."""
    with parts(office, tmp_path) as made:
        yield made


def picture(tone: int) -> Image.Image:
    """Return a photo with something on it."""
    image = Image.new("RGB", (1600, 1200), (tone, 150, 120))
    draw = ImageDraw.Draw(image)
    for place in range(0, 1600, 80):
        draw.line((place, 0, 1600 - place, 1200), fill=(place % 255, tone, 60), width=5)
    return image


def photo(tone: int) -> bytes:
    out = BytesIO()
    picture(tone).save(out, "JPEG", quality=90)
    return out.getvalue()


def evidence(pages: int) -> bytes:
    out = BytesIO()
    first, *others = [picture(40 + 30 * number) for number in range(pages)]
    first.save(out, "PDF", save_all=True, append_images=others)
    return out.getvalue()


def work(office: Office, worker: Container, kind: TaskKind) -> None:
    """Do every task of a kind that is ready."""
    for task in steps.rows(office, TaskRow):
        if task.kind is kind and task.state is TaskState.READY:
            assert running.run(worker, task.id)


def said(office: Office) -> list[Any]:
    """Return all that the checks said, without where pictures rest."""
    pages = [
        (row.number, row.kind, row.width_px, row.height_px, row.words, row.photos, row.theme)
        for row in steps.rows(office, PageRow)
    ]
    findings = [(row.code, row.page, row.message) for row in steps.rows(office, FindingRow)]
    photos = [(row.page_id, row.sha256, row.pdq_forms) for row in steps.rows(office, PhotoRow)]
    documents = [(row.id, row.state, row.page_count) for row in steps.rows(office, DocumentRow)]
    return [pages, findings, photos, documents]


def read(office: Office, key: str | None) -> bytes:
    with office.store.open(key or "") as stream:
        return stream.read()


def pixels(office: Office) -> list[bytes]:
    """Return every picture of every page, by page."""
    rows = sorted(steps.rows(office, PageRow), key=lambda row: (str(row.document_id), row.number))
    return [read(office, key) for row in rows for key in keys_of(row)]


def keys_of(row: PageRow) -> list[str]:
    """Return the keys of the pictures that a page has."""
    return [key for key in (row.image_key, row.preview_key, row.thumbnail_key) if key]


def ask_for(office: Office, key: str | None) -> None:
    """Open a file as a page would, and find it damaged."""
    with office.reading() as uow:
        file = named_now(uow, key or "")
    assert file is not None
    with pytest.raises(DamagedFileError):
        stored_files.content(office.writing, office.store, file)


def spoil(office: Office, key: str | None, damage: Callable[[bytes], bytes | None]) -> None:
    changed = damage(read(office, key))
    office.store.delete(key or "")
    if changed is not None:
        office.store.put(key or "", BytesIO(changed))


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize(
    ("kind", "content", "pages"),
    [(DocumentKind.EVIDENCE, evidence(3), 3), (DocumentKind.PHOTO, photo(90), 1)],
    ids=["pdf", "photo"],
)
def test_page_images_come_back_as_the_same_pixels_and_nothing_else_changes(
    office: Office,
    worker: Container,
    kind: DocumentKind,
    content: bytes,
    pages: int,
    damage: Callable[[bytes], bytes | None],
) -> None:
    upload(office, open_draft(office), content=content, kind=kind)
    work(office, worker, TaskKind.CHECK_DOCUMENT)
    (document,) = steps.rows(office, DocumentRow)
    assert (document.state, document.page_count) == (DocumentState.CHECKED, pages)
    before, drawn = said(office), pixels(office)
    last = max(steps.rows(office, PageRow), key=lambda row: row.number)
    assert last.image_sha256
    assert last.thumbnail_sha256
    assert len(keys_of(last)) == 3
    for key in keys_of(last):
        spoil(office, key, damage)
        ask_for(office, key)
    work(office, worker, TaskKind.REBUILD_FILES)
    assert pixels(office) == drawn
    assert said(office) == before
    now = steps.stored(office, PageRow, last.id)
    assert now.image_key not in (None, last.image_key)
    assert all(row.mended_at for row in steps.rows(office, FileIncidentRow))
    (event,) = steps.events(office, "files_rebuilt")
    assert event.details["files"] == len(keys_of(last))


def test_an_assembled_pdf_is_bound_again_in_its_place(office: Office, worker: Container) -> None:
    application_id = open_draft(office)
    for tone, theme in zip((40, 80, 120, 160), Theme, strict=True):
        upload(office, application_id, content=photo(tone), theme=theme)
    work(office, worker, TaskKind.CHECK_DOCUMENT)
    with office.writing() as uow:
        ask_for_evidence(uow, application_id)
        uow.commit()
    work(office, worker, TaskKind.ASSEMBLE_EVIDENCE)
    before = assembled(office)
    spoil(office, before.storage_key, DAMAGES["one bit turned"])
    ask_for(office, before.storage_key)
    work(office, worker, TaskKind.REBUILD_FILES)
    after = assembled(office)
    assert after.id == before.id
    assert after.storage_key != before.storage_key
    assert read(office, after.storage_key).startswith(b"%PDF-")
    with office.reading() as uow:
        file = named_now(uow, after.storage_key or "")
    assert file is not None
    assert stored_files.compare(office.store, file).problem is None
    assert all(row.mended_at for row in steps.rows(office, FileIncidentRow))


def assembled(office: Office) -> DocumentRow:
    (row,) = [each for each in steps.rows(office, DocumentRow) if each.assembled]
    return row


def test_without_its_original_nothing_is_made_and_both_are_told(
    office: Office, worker: Container
) -> None:
    upload(office, open_draft(office), content=photo(90))
    work(office, worker, TaskKind.CHECK_DOCUMENT)
    (document,), (page,) = steps.rows(office, DocumentRow), steps.rows(office, PageRow)
    good = read(office, document.storage_key)
    office.store.delete(page.image_key or "")
    office.store.delete(document.storage_key or "")
    ask_for(office, page.image_key)
    work(office, worker, TaskKind.REBUILD_FILES)
    assert {row.key for row in steps.rows(office, FileIncidentRow)} == {
        page.image_key,
        document.storage_key,
    }
    office.store.put(document.storage_key or "", BytesIO(good))
    file_recovery.recheck(office.writing, office.store)
    work(office, worker, TaskKind.REBUILD_FILES)
    assert all(row.mended_at for row in steps.rows(office, FileIncidentRow))
    assert len(pixels(office)) == len(keys_of(page))


def test_a_page_of_another_size_is_for_a_person_to_look_at(
    office: Office, worker: Container
) -> None:
    upload(office, open_draft(office), content=photo(90))
    work(office, worker, TaskKind.CHECK_DOCUMENT)
    (page,) = steps.rows(office, PageRow)
    with office.writing() as uow:
        uow.session.execute(sa.update(PageRow).values(width_px=page.width_px + 1))
        uow.commit()
    office.store.delete(page.image_key or "")
    ask_for(office, page.image_key)
    work(office, worker, TaskKind.REBUILD_FILES)
    (task,) = tasks_of(office)
    assert task.state is TaskState.QUARANTINED
    assert "does not give page 1 as it was" in task.last_error
    file_recovery.recheck(office.writing, office.store)
    assert len(tasks_of(office)) == 1, "nobody asks again by itself"
    with office.writing() as uow:
        uow.session.execute(sa.update(PageRow).values(width_px=page.width_px))
        uow.commit()
    assert file_recovery.rebuild_again(office.writing()) == 1
    work(office, worker, TaskKind.REBUILD_FILES)
    assert all(row.mended_at for row in steps.rows(office, FileIncidentRow))


def tasks_of(office: Office) -> list[TaskRow]:
    return [row for row in steps.rows(office, TaskRow) if row.kind is TaskKind.REBUILD_FILES]


def test_pages_of_before_get_their_hash_when_they_are_drawn_again(
    office: Office, worker: Container
) -> None:
    upload(office, open_draft(office), content=evidence(2), kind=DocumentKind.EVIDENCE)
    work(office, worker, TaskKind.CHECK_DOCUMENT)
    drawn = pixels(office)
    with office.writing() as uow:
        uow.session.execute(sa.update(PageRow).values(image_sha256=None, thumbnail_sha256=None))
        uow.commit()
    first, second = sorted(steps.rows(office, PageRow), key=lambda row: row.number)
    office.store.delete(second.image_key or "")
    ask_for(office, second.image_key)
    work(office, worker, TaskKind.REBUILD_FILES)
    assert pixels(office) == drawn
    again = steps.stored(office, PageRow, first.id)
    assert again.image_key == first.image_key, "what proved right stays where it is"
    assert again.image_sha256 is not None


def test_a_changed_upload_is_waited_for_and_then_asked_for_again(
    office: Office, worker: Container
) -> None:
    upload(office, open_draft(office), content=photo(90))
    (document,) = steps.rows(office, DocumentRow)
    spoil(office, document.staging_key, DAMAGES["one bit turned"])
    for _ in range(4):
        for task in steps.rows(office, TaskRow):
            with office.writing() as uow:
                uow.session.execute(sa.update(TaskRow).values(run_after=uow.now))
                uow.commit()
            running.run(worker, task.id)
    assert steps.stored(office, DocumentRow, document.id).state is DocumentState.REFUSED
    file_recovery.recheck(office.writing, office.store)
    assert all(row.mended_at for row in steps.rows(office, FileIncidentRow))
