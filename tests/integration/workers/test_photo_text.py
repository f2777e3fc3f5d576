"""The text inside photos: read in the sandbox after the checks, kept only where it is sure."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image, ImageDraw, ImageFont

from review_service.bootstrap import Container, Role
from review_service.db import tasks
from review_service.db.models import DocumentRow, PageRow, PageTextRow, TaskRow
from review_service.domain.documents import DocumentState, TextSource, Theme
from review_service.domain.reports import Box, Word
from review_service.domain.work import Lane, TaskKind, TaskState
from review_service.packaged_files import static_folder
from review_service.samples import files
from review_service.services.applicant import applying
from review_service.services.findings import photo_texts
from review_service.settings import Settings
from tests.factories import FORM_SECRET, RUC, SECRET, Office, make_office, open_draft, upload
from workers.inspecting.photo_text import LEAST_LETTERS, sure, words_in
from workers.tasks import running

pytestmark = pytest.mark.usefixtures("process_sandbox")


@pytest.fixture
def office(migrated_database_url: str, tmp_path: Path) -> Iterator[Office]:
    made = make_office(migrated_database_url, tmp_path)
    yield made
    made.database.engine.dispose()


FONT = str(static_folder() / "fonts" / "acuerdo-serif-bold.ttf")
LINES = ("TALLER ÑUSTA", "Lista de precios", "Poncho de lana", "Chalina tejida")


def signed(width: int = 2000) -> bytes:
    """Return a photo of a workshop with a printed list on its wall."""
    with Image.open(io.BytesIO(files.photo(files.Scene.FACADE, width_px=width))) as photo:
        draw = ImageDraw.Draw(photo)
        draw.rectangle((300, 200, 1200, 800), fill=(245, 242, 235))
        for row, line in enumerate(LINES):
            font = ImageFont.truetype(FONT, 48)
            draw.text((360, 260 + row * 120), line, font=font, fill=(40, 30, 20))
        out = io.BytesIO()
        photo.save(out, "JPEG", quality=85)
        return out.getvalue()


def container_of(office: Office, folder: Path, **environment: str) -> Container:
    settings = Settings.from_env(
        {
            "DATA_DIR": str(folder),
            "SECRET_KEY": FORM_SECRET,
            "DEMONSTRATION": "1",
            "VERIFICATION_KEY": SECRET,
            **environment,
        }
    )
    return Container(
        settings=settings,
        role=Role.WORKER,
        database=office.database,
        queue=office.notices,
        store=office.store,
        registry=office.registry,
        papers=office.papers,
    )


def tasks_of(office: Office, kind: TaskKind) -> list[TaskRow]:
    with office.reading() as uow:
        return list(uow.session.scalars(sa.select(TaskRow).where(TaskRow.kind == kind)))


def page_row(office: Office) -> PageRow:
    with office.reading() as uow:
        return uow.session.scalars(sa.select(PageRow)).one()


def checked_photo(office: Office, folder: Path, photo: bytes, **environment: str) -> Container:
    upload(office, open_draft(office), content=photo, theme=Theme.WORKSHOP)
    container = container_of(office, folder, **environment)
    (task,) = tasks_of(office, TaskKind.CHECK_DOCUMENT)
    assert running.run(container, task.id)
    return container


def test_reads_a_paper_on_the_wall_and_boxes_it_on_the_page_image() -> None:
    words = words_in(signed())
    assert words is not None
    assert {"TALLER", "ÑUSTA"} <= {word.text for word in words}
    (word,) = (word for word in words if word.text == "TALLER")
    assert abs(word.box.left - 360) < 25
    assert abs(word.box.top + word.box.height - 305) < 30


@pytest.mark.parametrize("scene", [files.Scene.LOOM, files.Scene.POTS, files.Scene.WOOL])
def test_a_photo_without_text_has_no_words(scene: files.Scene) -> None:
    assert words_in(files.photo(scene)) == ()


def test_what_is_no_picture_is_not_read() -> None:
    assert words_in(b"no picture at all") is None


@pytest.mark.parametrize(
    ("text", "confidence", "kept"),
    [
        ("abc", 60, True),
        ("abc", 59.9, False),
        ("ab", 99, False),
        ("-a.b-", 99, False),
        ("A1-B", 99, True),
    ],
)
def test_only_sure_words_of_some_letters_are_kept(
    text: str, confidence: float, *, kept: bool
) -> None:
    assert LEAST_LETTERS == 3
    word = Word(text=text, confidence=confidence, box=Box(left=0, top=0, width=1, height=1))
    assert sure([word]) == ([word] if kept else [])


def test_off_by_default_nothing_asks_for_it(office: Office, tmp_path: Path) -> None:
    checked_photo(office, tmp_path, signed())
    assert tasks_of(office, TaskKind.READ_PHOTO_TEXT) == []
    assert page_row(office).words_from is None


def test_on_it_is_read_after_the_checks_and_found_by_its_words(
    office: Office, tmp_path: Path
) -> None:
    container = checked_photo(office, tmp_path, signed(), PHOTO_TEXT="on")
    assert page_row(office).words_from is None
    (task,) = tasks_of(office, TaskKind.READ_PHOTO_TEXT)
    assert task.lane is Lane.OCR
    assert running.run(container, task.id)
    page = page_row(office)
    assert page.words_from is TextSource.OCR
    assert "TALLER" in [word[0] for word in page.words]
    with office.reading() as uow:
        assert "nust" in uow.session.scalars(sa.select(PageTextRow.search)).one()
    (task,) = tasks_of(office, TaskKind.READ_PHOTO_TEXT)
    assert task.state is TaskState.DONE


def test_a_photo_removed_meanwhile_is_not_read(office: Office, tmp_path: Path) -> None:
    container = checked_photo(office, tmp_path, signed(), PHOTO_TEXT="on")
    (task,) = tasks_of(office, TaskKind.READ_PHOTO_TEXT)
    with office.reading() as uow:
        document = uow.session.scalars(sa.select(DocumentRow)).one()
    applying.remove_document(
        office.writing(),
        application_id=document.application_id,
        ruc=RUC,
        document_id=document.id,
    )
    assert running.run(container, task.id)
    assert page_row(office).words_from is None


def test_the_words_of_a_sign_are_read() -> None:
    words = words_in(signed())
    assert words is not None
    assert {"TALLER", "precios", "Chalina"} <= {word.text for word in words}


def test_a_reading_waits_for_an_image_that_is_lost_until_it_is_made_again(
    office: Office, tmp_path: Path
) -> None:
    container = checked_photo(office, tmp_path, signed(), PHOTO_TEXT="on")
    (task,) = tasks_of(office, TaskKind.READ_PHOTO_TEXT)
    office.store.delete(str(page_row(office).image_key))
    running.run(container, task.id)
    (task,) = tasks_of(office, TaskKind.READ_PHOTO_TEXT)
    assert task.state is TaskState.READY
    assert task.outages == 1
    assert len(tasks_of(office, TaskKind.REBUILD_FILES)) == 1


def test_a_reading_that_never_ends_leaves_the_document_as_it_was(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_image: bytes) -> None:
        raise ValueError("no words")

    container = checked_photo(office, tmp_path, signed(), PHOTO_TEXT="on")
    (task,) = tasks_of(office, TaskKind.READ_PHOTO_TEXT)
    monkeypatch.setattr("workers.tasks.photos.words_in", fail)
    for _ in range(container.settings.work.max_attempts):
        running.run(container, task.id)
        with office.writing() as uow:
            uow.session.execute(sa.update(TaskRow).values(run_after=uow.now))
            uow.commit()
    (task,) = tasks_of(office, TaskKind.READ_PHOTO_TEXT)
    assert task.state is TaskState.QUARANTINED
    with office.reading() as uow:
        document = uow.session.scalars(sa.select(DocumentRow)).one()
    assert document.state is DocumentState.CHECKED
    assert page_row(office).words_from is None


def test_what_a_page_says_is_kept_once_the_lease_holds(office: Office, tmp_path: Path) -> None:
    checked_photo(office, tmp_path, signed(), PHOTO_TEXT="on")
    (task,) = tasks_of(office, TaskKind.READ_PHOTO_TEXT)
    with office.writing() as uow:
        lost = tasks.take_lease(uow, task.id, owner="lost", seconds=-1, max_attempts=3)
        uow.commit()
    with office.writing() as uow:
        held = tasks.take_lease(uow, task.id, owner="held", seconds=60, max_attempts=3)
        uow.commit()
    assert lost is not None
    assert held is not None
    word = Word(text="taller", confidence=90, box=Box(left=1, top=2, width=3, height=4))
    assert photo_texts.keep(office.writing(), lost, {1: (word,)}) is False
    assert page_row(office).words_from is None
    assert photo_texts.keep(office.writing(), held, {1: (word,), 2: ()}) is True
    assert page_row(office).words == [["taller", 90, 1, 2, 3, 4]]
