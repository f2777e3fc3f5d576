"""With the antivirus required: read first, opened after; without a verdict nothing of it shows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from review_service.bootstrap import Container, Role
from review_service.db.models import DocumentRow, EventRow, FindingRow, PageRow, TaskRow
from review_service.domain.documents import DocumentKind, DocumentState
from review_service.domain.errors import InvalidInputError
from review_service.domain.refusals import RefusalReason
from review_service.domain.work import TaskKind, TaskState
from review_service.services.findings import checking
from tests.factories import (
    Office,
    add_officer,
    open_draft,
    upload,
)
from tests.factories import send_and_confirm as confirm
from tests.integration.services import steps
from tests.integration.services.resembling_photos import search
from tests.integration.test_clamd_scanner import pdf_with_attachment
from tests.process_parts import parts
from tests.samples import raw_pdf
from tests.servers import EICAR, Server, start_clamd
from workers.inspecting.document import stop_sandbox
from workers.tasks import running

pytestmark = pytest.mark.usefixtures("clamd_installed")


@pytest.fixture(scope="module", autouse=True)
def _sandbox() -> Iterator[None]:
    """End the sandbox that the checks of these tests start."""
    yield
    stop_sandbox()


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    return office_on_sqlite


@pytest.fixture
def clamd(tmp_path: Path) -> Iterator[Server]:
    """An antivirus of this test's own, to be killed."""
    folder = tmp_path / "clamd"
    folder.mkdir()
    server = start_clamd(folder)
    yield server
    server.stop()


@pytest.fixture
def worker(office: Office, clamd: Server, tmp_path: Path) -> Iterator[Container]:
    antivirus = {
        "ANTIVIRUS": "required",
        "CLAMD_HOST": "127.0.0.1",
        "CLAMD_PORT": str(clamd.port),
        "CLAMD_TIMEOUT_SECONDS": "10",
    }
    with parts(office, tmp_path, Role.WORKER, **antivirus) as made:
        yield made


def check(office: Office, worker: Container) -> TaskRow:
    """Do the only check that waits, as if its time had come; return its task."""
    (task,) = [row for row in steps.rows(office, TaskRow) if row.kind is TaskKind.CHECK_DOCUMENT]
    steps.make_older(office, task, "run_after", by=timedelta(hours=1))
    assert running.run(worker, task.id) is True
    return steps.stored(office, TaskRow, task.id)


def document(office: Office, document_id: UUID) -> DocumentRow:
    return steps.stored(office, DocumentRow, document_id)


def kept(office: Office) -> list[str]:
    prefixes = ("staging/", "originals/", "derived/")
    return sorted(key.key for prefix in prefixes for key in office.store.keys(prefix))


def test_a_clean_photo_goes_on_and_says_when_it_was_read(office: Office, worker: Container) -> None:
    received = upload(office, open_draft(office), content=raw_pdf.small_photo())
    assert check(office, worker).state is TaskState.DONE
    row = document(office, received.document_id)
    assert row.state is DocumentState.CHECKED
    assert row.virus_checked_at is not None


@pytest.mark.parametrize("kind", [DocumentKind.EVIDENCE, DocumentKind.AGREEMENT])
def test_an_infected_pdf_is_refused_unopened_and_not_kept(
    office: Office, worker: Container, kind: DocumentKind
) -> None:
    infected = pdf_with_attachment(EICAR)
    received = upload(office, open_draft(office), content=infected, kind=kind)
    assert check(office, worker).state is TaskState.DONE
    row = document(office, received.document_id)
    assert (row.state, row.refusal) == (DocumentState.REFUSED, RefusalReason.INFECTED)
    assert row.virus_checked_at is None
    assert kept(office) == [], "its bytes are nobody's"
    assert steps.rows(office, PageRow) == []
    (finding,) = steps.rows(office, FindingRow)
    assert finding.advice == RefusalReason.INFECTED.sentence
    assert "Test.Eicar" in finding.message
    assert "Test.Eicar" not in finding.advice
    (event,) = [row for row in steps.rows(office, EventRow) if row.action == "document_refused"]
    assert event.details["reason"] == "infected"


def test_while_it_is_down_a_file_waits_unseen_and_goes_on_when_it_is_back(
    office: Office, worker: Container, clamd: Server, tmp_path: Path
) -> None:
    clamd.stop()
    application_id = open_draft(office)
    received = upload(office, application_id, content=raw_pdf.small_photo())
    for outages in (1, 2, 3, 4):
        task = check(office, worker)
        assert (task.state, task.attempts, task.outages) == (TaskState.READY, 0, outages)
        row = document(office, received.document_id)
        assert row.state is DocumentState.CHECKING
        assert row.storage_key is None, "nobody can fetch it"
        assert row.virus_checked_at is None
        assert steps.rows(office, PageRow) == [], "nobody can look at it"
    confirm(office, application_id)
    with pytest.raises(InvalidInputError):
        steps.approve(office, application_id, add_officer(office))
    again = start_clamd(tmp_path / "clamd", port=clamd.port)
    try:
        assert check(office, worker).state is TaskState.DONE
    finally:
        again.stop()
    row = document(office, received.document_id)
    assert row.state is DocumentState.CHECKED
    assert row.virus_checked_at is not None
    search(office, worker)
    steps.approve(office, application_id, add_officer(office, "otra"))


def test_a_file_too_long_for_the_scanner_waits_for_its_operator(
    office: Office, worker: Container
) -> None:
    padded = raw_pdf.photo_pdf([raw_pdf.small_photo()]) + b"\n" * (1024 * 1024)
    received = upload(office, open_draft(office), content=padded, kind=DocumentKind.EVIDENCE)
    task = check(office, worker)
    assert task.state is TaskState.READY
    assert "StreamMaxLength" in task.last_error
    assert document(office, received.document_id).state is DocumentState.CHECKING


def test_a_file_that_was_read_once_is_not_read_again_after_an_outage_of_the_store(
    office: Office, worker: Container, clamd: Server
) -> None:
    received = upload(office, open_draft(office), content=raw_pdf.small_photo())
    checking.scanned(office.writing(), received.document_id)
    clamd.stop()
    assert check(office, worker).state is TaskState.DONE


def test_without_the_antivirus_nothing_is_asked_of_it(
    office: Office, worker: Container, clamd: Server
) -> None:
    clamd.stop()
    settings = replace(worker.settings, scanner=None)
    plain = replace(worker, settings=settings)
    received = upload(office, open_draft(office), content=raw_pdf.small_photo())
    assert check(office, plain).state is TaskState.DONE
    assert document(office, received.document_id).virus_checked_at is None
