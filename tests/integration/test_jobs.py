"""One task id in: done, waiting for what is down, tried again, or put aside for a person."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from review_service.bootstrap import Container, Role
from review_service.db.models import DocumentRow, FindingRow, MailRow, TaskRow
from review_service.domain.documents import DocumentState
from review_service.domain.work import TaskKind, TaskState
from review_service.services.findings import checking
from review_service.services.notices import LINK_IS_OVER
from tests.factories import RUC, Office, open_draft, upload
from tests.integration.services import steps
from tests.integration.services.test_registering import age_link, ask
from tests.process_parts import parts
from tests.samples.raw_pdf import small_photo
from tests.smtp_sink import TAKEN, SmtpSink
from workers.tasks import documents, running


@pytest.fixture
def office(office_on_sqlite: Office) -> Office:
    """The office whose work is done here."""
    return office_on_sqlite


@pytest.fixture
def worker(office: Office, mail_sink: SmtpSink, tmp_path: Path) -> Iterator[Container]:
    """The parts of a worker on the same database and files."""
    mail = {
        "SMTP_HOST": mail_sink.host,
        "SMTP_PORT": str(mail_sink.port),
        "SMTP_TIMEOUT_SECONDS": "2",
    }
    with parts(office, tmp_path, Role.WORKER, RETRY_SECONDS="10", **mail) as made:
        yield made


def only_task(office: Office) -> TaskRow:
    (task,) = steps.rows(office, TaskRow)
    return task


def make_due(office: Office) -> None:
    steps.make_older(office, only_task(office), "run_after", by=timedelta(hours=1))


def wait_of(task: TaskRow, before: TaskRow) -> float:
    return (task.run_after - before.run_after).total_seconds()


def test_a_message_goes_out_once_however_often_the_queue_rings(
    office: Office, worker: Container, mail_sink: SmtpSink
) -> None:
    asked = ask(office)
    task = only_task(office)
    assert running.run(worker, task.id) is True
    assert running.run(worker, task.id) is False
    assert running.run(worker, uuid4()) is False
    (mail,) = mail_sink.mails
    (row,) = steps.rows(office, MailRow)
    assert mail.message["Message-ID"] == f"<{row.id}@localhost>"
    assert mail.recipients == ("maria@correo.example",)
    assert row.sent_at is not None
    assert only_task(office).state is TaskState.DONE
    assert asked.ruc == RUC


def test_a_relay_that_is_busy_is_asked_again_later_without_wearing_out(
    office: Office, worker: Container, mail_sink: SmtpSink
) -> None:
    ask(office)
    mail_sink.answer_to_message = "451 4.3.0 later"
    task_id = only_task(office).id
    for outages in range(1, 6):
        assert running.run(worker, task_id) is True
        task = only_task(office)
        assert (task.state, task.attempts, task.outages) == (TaskState.READY, 0, outages)
        assert running.run(worker, task_id) is False, "it is not due yet"
        make_due(office)
    mail_sink.answer_to_message = TAKEN
    running.run(worker, task_id)
    assert only_task(office).state is TaskState.DONE
    assert len(mail_sink.mails) == 1


def test_an_address_that_does_not_exist_is_put_aside_at_once(
    office: Office, worker: Container, mail_sink: SmtpSink
) -> None:
    ask(office)
    mail_sink.answer_to_recipient = "550 5.1.1 no such user"
    running.run(worker, only_task(office).id)
    assert only_task(office).state is TaskState.QUARANTINED
    (row,) = steps.rows(office, MailRow)
    assert row.failed_at is not None
    assert "maria" not in only_task(office).last_error, "no address in the log of errors"


def test_work_that_fails_by_mistake_is_tried_three_times(
    office: Office, worker: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(office, open_draft(office), content=steps.JPEG)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(documents, "inspect", fail)
    task_id = only_task(office).id
    waits = []
    for attempt in (1, 2, 3):
        before = only_task(office)
        assert running.run(worker, task_id) is True
        task = only_task(office)
        assert task.attempts == attempt
        waits.append(wait_of(task, before))
        make_due(office)
    assert waits[0] == pytest.approx(10, abs=5)
    assert waits[1] == pytest.approx(3600 - 10 + 20, abs=5), "twice as long"
    assert only_task(office).state is TaskState.QUARANTINED
    assert only_task(office).last_error == "RuntimeError: a mistake"
    (document,) = steps.rows(office, DocumentRow)
    assert document.state is DocumentState.CHECKED
    assert [finding.code for finding in steps.rows(office, FindingRow)] == ["checks_failed"]


def test_a_store_that_gives_other_bytes_is_not_believed(office: Office, worker: Container) -> None:
    received = upload(office, open_draft(office), content=steps.JPEG)
    with office.writing() as uow:
        uow.session.get_one(DocumentRow, received.document_id).sha256 = "0" * 64
        uow.commit()
    running.run(worker, only_task(office).id)
    task = only_task(office)
    assert (task.state, task.outages) == (TaskState.READY, 1)
    assert "other bytes" in task.last_error


def test_a_checked_file_leaves_the_staging_place_once_its_check_is_written_down(
    office: Office, worker: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = small_photo()
    received = upload(office, open_draft(office), content=photo)
    staged = steps.stored(office, DocumentRow, received.document_id).staging_key or ""
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    with monkeypatch.context() as patched:
        patched.setattr(checking, "finish", lambda *_, **__: False)  # another worker has it now
        documents.check_document(worker, lease)
    assert office.store.size(staged) == len(photo)
    documents.check_document(worker, lease)
    document = steps.stored(office, DocumentRow, received.document_id)
    assert (document.state, document.staging_key) == (DocumentState.CHECKED, None)
    assert office.store.size(staged) is None
    assert office.store.size(document.storage_key or "") == len(photo)


def test_a_removed_draft_leaves_nothing_to_check(office: Office, worker: Container) -> None:
    received = upload(office, open_draft(office), content=steps.JPEG)
    with office.writing() as uow:
        uow.session.delete(uow.session.get_one(DocumentRow, received.document_id))
        uow.commit()
    assert running.run(worker, only_task(office).id) is True
    assert only_task(office).state is TaskState.DONE


def test_photos_are_bound_once_their_checks_have_ended(office: Office, worker: Container) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=steps.JPEG)
    with office.writing() as uow:
        from review_service.services.applicant.sending import ask_for_evidence  # noqa: PLC0415

        ask_for_evidence(uow, application_id)
        uow.commit()
    task_id = task_of(office, TaskKind.ASSEMBLE_EVIDENCE).id
    running.run(worker, task_id)
    waiting = task_of(office, TaskKind.ASSEMBLE_EVIDENCE)
    assert (waiting.state, waiting.outages) == (TaskState.READY, 1)


def task_of(office: Office, kind: TaskKind) -> TaskRow:
    (task,) = [row for row in steps.rows(office, TaskRow) if row.kind is kind]
    return task


def test_every_kind_of_task_has_somebody_who_does_it() -> None:
    assert set(running.HANDLERS) == set(TaskKind)
    assert isinstance(UUID(int=0), UUID)


def test_a_link_that_ended_while_the_relay_was_away_is_not_mailed(
    office: Office, worker: Container, mail_sink: SmtpSink
) -> None:
    age_link(office, ask(office).request_id, minutes=16)
    assert running.run(worker, only_task(office).id) is True
    assert mail_sink.mails == []
    (row,) = steps.rows(office, MailRow)
    assert (row.sent_at, row.last_error) == (None, LINK_IS_OVER)
    assert row.failed_at is not None
    assert only_task(office).state is TaskState.DONE, "nobody has to look at it"
