"""Files that nobody waits for any more are not read, and what was found in them is dropped."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.bootstrap import Container
from review_service.db.models import DocumentRow, EventRow, PageRow, TaskRow
from review_service.domain.documents import DocumentKind, DocumentState
from review_service.domain.work import TaskKind, TaskState
from review_service.services.applicant import applying, sending
from review_service.services.findings import cancelling, checking
from review_service.services.upkeep import mending
from tests.factories import (
    RUC,
    Office,
    open_draft,
    upload,
)
from tests.integration.faults.stack import photo
from tests.integration.services import steps
from tests.process_parts import parts
from tests.samples.raw_pdf import image_page, small_photo
from workers.inspecting.document import inspect
from workers.tasks import running


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    """The office whose work is done here."""
    return office_on_sqlite


@pytest.fixture
def worker(office: Office, tmp_path: Path) -> Iterator[Container]:
    """The parts of a worker on the same database and files."""
    with parts(office, tmp_path) as made:
        yield made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The SHA-256 of each file that was read."""
    found: list[str] = []

    def note(*given: object, **named: object) -> object:
        found.append(str(named["sha256"]))
        return inspect(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("workers.tasks.documents.inspect", note)
    return found


def send(
    office: Office, application_id: UUID, number: int = 0, *, replaces: UUID | None = None
) -> UUID:
    content = photo(random.Random(number))  # noqa: S311 -- the same at every run
    return upload(office, application_id, content=content, replaces=replaces).document_id


def remove(office: Office, application_id: UUID, document_id: UUID) -> None:
    applying.remove_document(
        office.writing(), application_id=application_id, ruc=RUC, document_id=document_id
    )


def work_off(worker: Container) -> None:
    while running.run_next(worker):
        pass


def task_of(office: Office, subject_id: UUID, kind: TaskKind = TaskKind.CHECK_DOCUMENT) -> TaskRow:
    with office.reading() as uow:
        return uow.session.scalars(
            sa.select(TaskRow).where(TaskRow.subject_id == subject_id, TaskRow.kind == kind)
        ).one()


def document(office: Office, document_id: UUID) -> DocumentRow:
    with office.reading() as uow:
        return uow.session.get_one(DocumentRow, document_id)


def cancelled(office: Office) -> list[str]:
    with office.reading() as uow:
        events = uow.session.scalars(sa.select(EventRow).where(EventRow.action == "task_cancelled"))
        return [event.details["task_subject"] for event in events]


def test_a_removed_file_is_not_read(office: Office, worker: Container, read: list[str]) -> None:
    draft = open_draft(office)
    gone, stays = send(office, draft, 1), send(office, draft, 2)
    remove(office, draft, gone)
    work_off(worker)
    assert read == [document(office, stays).sha256]
    assert task_of(office, gone).state is TaskState.CANCELLED
    assert task_of(office, stays).state is TaskState.DONE
    assert cancelled(office) == [str(gone)]


def test_no_file_of_a_withdrawn_application_is_read(
    office: Office, worker: Container, read: list[str]
) -> None:
    draft = open_draft(office)
    files = [send(office, draft, number) for number in range(3)]
    applying.withdraw(office.writing(), application_id=draft, ruc=RUC)
    work_off(worker)
    assert read == []
    assert sorted(cancelled(office)) == sorted(map(str, files))


def test_of_files_sent_in_one_another_s_stead_the_last_is_read(
    office: Office, worker: Container, read: list[str]
) -> None:
    draft = open_draft(office)
    sent = [send(office, draft)]
    for number in range(1, 6):
        sent.append(send(office, draft, number, replaces=sent[-1]))
    work_off(worker)
    assert read == [document(office, sent[-1]).sha256]
    for each in sent[:-1]:
        steps.make_older(office, task_of(office, each), "run_after", by=timedelta(minutes=1))
    work_off(worker)
    assert read == [document(office, sent[-1]).sha256]
    assert sorted(cancelled(office)) == sorted(map(str, sent[:-1]))


def test_a_file_is_read_after_all_when_the_one_sent_in_its_stead_was_refused(
    office: Office, worker: Container, read: list[str]
) -> None:
    draft = open_draft(office)
    first = send(office, draft)
    second = upload(office, draft, content=steps.JPEG, replaces=first).document_id
    work_off(worker)
    assert document(office, second).state is DocumentState.REFUSED
    assert document(office, first).state is DocumentState.RECEIVED
    task = task_of(office, first)
    assert (task.state, task.attempts, task.outages) == (TaskState.READY, 0, 0)
    steps.make_older(office, task, "run_after", by=timedelta(minutes=1))
    work_off(worker)
    assert document(office, first).state is DocumentState.CHECKED
    assert len(read) == 2


def test_what_is_removed_while_it_is_read_leaves_no_result_and_no_bytes_of_ours(
    office: Office, worker: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = open_draft(office)
    sent = send(office, draft)
    before = {entry.key for entry in office.store.keys("")}
    finish = checking.finish

    def late(*given: object, **named: object) -> bool:
        remove(office, draft, sent)
        return finish(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(checking, "finish", late)
    work_off(worker)
    row = document(office, sent)
    assert (row.state, row.storage_key, row.checked_at) == (DocumentState.CHECKING, None, None)
    assert task_of(office, sent).state is TaskState.CANCELLED
    kept = {entry.key for entry in office.store.keys("")} - before
    assert not [key for key in kept if key.startswith("originals/")]
    assert all(each.kind is TaskKind.CHECK_DOCUMENT for each in steps.rows(office, TaskRow))


def test_the_reading_stops_at_the_next_page(
    office: Office, worker: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = open_draft(office)
    pdf = upload(
        office,
        draft,
        content=image_page(small_photo()),
        kind=DocumentKind.EVIDENCE,
        file_name="a.pdf",
    ).document_id
    begin = checking.begin

    def early(*given: object, **named: object) -> object:
        found = begin(*given, **named)  # type: ignore[arg-type]
        remove(office, draft, pdf)
        return found

    monkeypatch.setattr(checking, "begin", early)
    work_off(worker)
    assert steps.rows(office, PageRow) == []
    assert task_of(office, pdf).state is TaskState.CANCELLED


def test_a_withdrawn_application_s_photos_are_not_made_into_a_pdf(
    office: Office, worker: Container
) -> None:
    draft = open_draft(office)
    send(office, draft)
    with office.writing() as uow:
        sending.ask_for_evidence(uow, draft)
        uow.commit()
    applying.withdraw(office.writing(), application_id=draft, ruc=RUC)
    work_off(worker)
    assert task_of(office, draft, TaskKind.ASSEMBLE_EVIDENCE).state is TaskState.CANCELLED


def test_a_removed_file_whose_worker_died_each_time_is_cancelled_and_not_kept(
    office: Office, worker: Container
) -> None:
    draft = open_draft(office)
    sent = send(office, draft)
    remove(office, draft, sent)
    with office.writing() as uow:
        task = uow.session.scalars(sa.select(TaskRow)).one()
        task.attempts, task.leased_until = 3, uow.now - timedelta(seconds=1)
        task.lease_owner = "dead"
        uow.commit()
    mending.reconcile(
        worker.writing, worker.queue, worker.store, max_attempts=3, scan_required=False
    )
    assert task_of(office, sent).state is TaskState.CANCELLED
    assert cancelling.is_wanted(office.reading(), sent) is False
