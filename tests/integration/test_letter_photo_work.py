"""The photo of a letter in the worker: antivirus first, then the sandbox, whose picture is kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image

from review_service.bootstrap import Container, Role
from review_service.db.models import LetterPhotoRow, TaskRow
from review_service.domain.letters import LetterKind, LetterPhotoState
from review_service.domain.refusals import RefusalReason
from review_service.domain.work import TaskKind, TaskState
from review_service.ports import FileStore
from review_service.samples import files
from review_service.samples.scenes import Scene
from review_service.services.upkeep import invariants
from tests.factories import Office, make_office
from tests.integration.services import letter_cases, steps
from tests.process_parts import parts
from tests.servers import EICAR, Server, start_clamd
from workers.inspecting.document import stop_sandbox
from workers.tasks import running

JPEG_MARK = b"\xff\xd8\xff"


@pytest.fixture(scope="module", autouse=True)
def _sandbox() -> Iterator[None]:
    """End the sandbox that the checks of these tests start."""
    yield
    stop_sandbox()


@pytest.fixture
def database_kind(place: tuple[str, str]) -> str:
    return place[0]


@pytest.fixture
def store_kind(place: tuple[str, str]) -> str:
    return place[1]


@pytest.fixture
def office(migrated_database_url: str, store: FileStore, tmp_path: Path) -> Iterator[Office]:
    """An office on each kind of database with each kind of store."""
    made = make_office(migrated_database_url, tmp_path, store)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def letter_id(office: Office) -> UUID:
    return letter_cases.received(office, LetterKind.FALSE_DOCUMENT)


@pytest.fixture
def worker(office: Office, tmp_path: Path) -> Iterator[Container]:
    with parts(office, tmp_path, Role.WORKER) as made:
        yield replace(made, store=office.store)


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[Server]:
    """An antivirus of this test's own, to be killed."""
    folder = tmp_path / "clamd"
    folder.mkdir()
    server = start_clamd(folder)
    yield server
    server.stop()


@pytest.fixture
def scanning(office: Office, clamd: Server, tmp_path: Path) -> Iterator[Container]:
    """A worker with the antivirus required."""
    antivirus = {
        "ANTIVIRUS": "required",
        "CLAMD_HOST": "127.0.0.1",
        "CLAMD_PORT": str(clamd.port),
        "CLAMD_TIMEOUT_SECONDS": "10",
    }
    with parts(office, tmp_path, Role.WORKER, **antivirus) as made:
        yield replace(made, store=office.store)


def with_place() -> bytes:
    """Return a photo whose metadata say where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "Telefono de quien avisa"
    exif.get_ifd(0x8825)[1] = "S"  # GPSLatitudeRef
    exif.get_ifd(0x8825)[2] = (1.0, 15.0, 0.0)
    out = BytesIO()
    picture = Image.open(BytesIO(files.photo(Scene.LOOM, seed=3)))
    picture.save(out, "JPEG", exif=exif.tobytes(), comment=b"tomada en mi casa")
    return out.getvalue()


def check(office: Office, worker: Container) -> TaskRow:
    """Do the newest check of a photo, as if its time had come; return its task."""
    waiting = [
        row
        for row in steps.rows(office, TaskRow)
        if row.kind is TaskKind.CHECK_LETTER_PHOTO and row.state is TaskState.READY
    ]
    (task,) = waiting
    steps.make_older(office, task, "run_after", by=timedelta(hours=1))
    assert running.run(worker, task.id) is True
    return steps.stored(office, TaskRow, task.id)


def row_of(office: Office, letter_id: UUID) -> LetterPhotoRow:
    return steps.stored(office, LetterPhotoRow, letter_id)


def kept(office: Office) -> list[str]:
    prefixes = ("staging/", "originals/", "derived/")
    return sorted(key.key for prefix in prefixes for key in office.store.keys(prefix))


def test_only_the_picture_of_the_sandbox_is_kept_without_place_or_telephone(
    office: Office, worker: Container, letter_id: UUID
) -> None:
    sent = with_place()
    assert b"Telefono de quien avisa" in sent
    letter_cases.send_photo(office, letter_id, sent)
    assert check(office, worker).state is TaskState.DONE
    row = row_of(office, letter_id)
    assert (row.state, row.staging_key) == (LetterPhotoState.KEPT, None)
    assert kept(office) == [row.image_key]
    with office.store.open(row.image_key or "") as stream:
        made = stream.read()
    assert made.startswith(JPEG_MARK)
    for told in (b"Telefono", b"tomada en mi casa", b"Exif"):
        assert told not in made
    assert not Image.open(BytesIO(made)).getexif()
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_what_cannot_be_opened_is_refused_and_may_be_sent_again(
    office: Office, worker: Container, letter_id: UUID
) -> None:
    letter_cases.send_photo(office, letter_id, JPEG_MARK + b"\xe0 no es una imagen" * 50)
    assert check(office, worker).state is TaskState.DONE
    row = row_of(office, letter_id)
    assert row.state is LetterPhotoState.REFUSED
    assert row.refusal is not None
    assert kept(office) == []
    letter_cases.send_photo(office, letter_id, with_place())
    assert check(office, worker).state is TaskState.DONE
    assert row_of(office, letter_id).state is LetterPhotoState.KEPT


@pytest.mark.usefixtures("clamd_installed")
def test_an_infected_photo_is_refused_unopened_and_not_kept(
    office: Office, scanning: Container, letter_id: UUID
) -> None:
    letter_cases.send_photo(office, letter_id, JPEG_MARK + EICAR)
    task = check(office, scanning)
    row = row_of(office, letter_id)
    assert (row.state, row.refusal) == (LetterPhotoState.REFUSED, RefusalReason.INFECTED)
    assert task.state is TaskState.DONE
    assert kept(office) == []


@pytest.mark.usefixtures("clamd_installed")
def test_without_a_verdict_it_waits_unopened_and_the_letter_does_not(
    office: Office, scanning: Container, clamd: Server, letter_id: UUID
) -> None:
    clamd.stop()
    letter_cases.send_photo(office, letter_id, with_place())
    assert check(office, scanning).state is TaskState.READY
    row = row_of(office, letter_id)
    assert row.state is LetterPhotoState.WAITING
    assert kept(office) == [row.staging_key]
    assert letter_cases.letter(office, letter_id).number
