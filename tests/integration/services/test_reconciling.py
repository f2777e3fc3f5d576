"""Mending: notices be notified again, worn-out work is told, orphans go, promises are checked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.adapters.local_store import LocalFileStore
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    CounterRow,
    DocumentRow,
    EventRow,
    FindingRow,
    MailRow,
    PendingDecisionRow,
    TaskRow,
)
from review_service.db.tasks import Lease
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import DocumentState, Theme
from review_service.domain.errors import NotFoundError, QueueError, StoreError
from review_service.domain.pending_decisions import DecisionOutcome
from review_service.domain.refusals import RefusalReason
from review_service.domain.work import Lane, TaskKind, TaskState
from review_service.ports import Readable, StoredFile, StoredKey
from review_service.services.agreements import issuing
from review_service.services.findings import checking
from review_service.services.upkeep import invariants, mending, stuck_tasks, sweeping
from tests.conftest import as_owner
from tests.factories import (
    Office,
    add_officer,
    named_keys,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.test_issuing import make_press


def reconcile(office: Office, *, scan_required: bool = False) -> tuple[int, int]:
    done = mending.reconcile(
        office.writing, office.notices, office.store, max_attempts=3, scan_required=scan_required
    )
    return done.notified, done.quarantined


def settle(office: Office, kind: TaskKind, *, scan_required: bool = False) -> Lease:
    """Give up on the only task of a kind."""
    (lease,) = steps.leases(office, kind)
    steps.settle(office, lease, scan_required=scan_required)
    return lease


def task_of(office: Office, kind: TaskKind) -> TaskRow:
    (row,) = [task for task in steps.rows(office, TaskRow) if task.kind is kind]
    return row


def test_what_is_due_rings_again_and_what_is_held_does_not(office: Office) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=steps.JPEG)
    held = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    upload(office, application_id, content=steps.JPEG)
    office.notices.notified.clear()
    assert reconcile(office) == (1, 0)
    (notified,) = office.notices.notified
    assert notified not in {lease.task_id for lease in held}


def test_work_that_killed_its_worker_three_times_is_put_aside(office: Office) -> None:
    received = upload(office, open_draft(office), content=steps.JPEG)
    for _ in range(3):
        steps.leases(office, TaskKind.CHECK_DOCUMENT)
        task = task_of(office, TaskKind.CHECK_DOCUMENT)
        steps.make_older(office, task, "leased_until", by=timedelta(seconds=61))
    assert reconcile(office) == (0, 1)
    assert reconcile(office) == (0, 0)
    assert task_of(office, TaskKind.CHECK_DOCUMENT).state is TaskState.QUARANTINED
    row = steps.stored(office, DocumentRow, received.document_id)
    assert row.state is DocumentState.CHECKED
    (finding,) = steps.rows(office, FindingRow)
    assert finding.code == "checks_failed"
    assert finding.advice
    with office.store.open(row.storage_key or "") as stream:
        assert stream.read() == steps.JPEG, "a finding, not a lost file"
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_what_could_not_be_checked_rests_where_confirmed_files_rest(office: Office) -> None:
    received = upload(office, open_draft(office), content=steps.JPEG)
    settle(office, TaskKind.CHECK_DOCUMENT)
    row = steps.stored(office, DocumentRow, received.document_id)
    assert row.staging_key is None
    assert (row.storage_key or "").startswith("originals/")
    assert list(office.store.keys("staging/")) == []


def test_a_file_that_vanished_is_refused_and_its_owner_told_to_send_it_again(
    office: Office,
) -> None:
    received = upload(office, open_draft(office), content=steps.JPEG)
    for entry in list(office.store.keys("staging/")):
        office.store.delete(entry.key)
    settle(office, TaskKind.CHECK_DOCUMENT)
    row = steps.stored(office, DocumentRow, received.document_id)
    assert (row.state, row.refusal) == (DocumentState.REFUSED, RefusalReason.DAMAGED)
    (finding,) = steps.rows(office, FindingRow)
    assert finding.advice == RefusalReason.DAMAGED.sentence
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_while_the_store_is_down_nothing_is_given_up(office: Office, tmp_path: Path) -> None:
    received = upload(office, open_draft(office), content=steps.JPEG)
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)

    class Down(LocalFileStore):
        """A store that takes nothing just now."""

        def put(self, key: str, stream: Readable, *, max_bytes: int | None = None) -> StoredFile:
            raise StoreError(f"{key} {stream} {max_bytes}", retryable=True)

    down = Down(tmp_path / "files")
    with pytest.raises(StoreError):
        mending.settle(office.writing, down, lease, error="it died", scan_required=False)
    assert task_of(office, TaskKind.CHECK_DOCUMENT).state is TaskState.READY
    row = steps.stored(office, DocumentRow, received.document_id)
    assert row.state is DocumentState.RECEIVED


@pytest.mark.parametrize("scanned", [True, False])
def test_where_the_antivirus_is_required_nothing_unscanned_is_kept(
    office: Office, *, scanned: bool
) -> None:
    received = upload(office, open_draft(office), content=steps.JPEG)
    if scanned:
        checking.scanned(office.writing(), received.document_id)
    settle(office, TaskKind.CHECK_DOCUMENT, scan_required=True)
    row = steps.stored(office, DocumentRow, received.document_id)
    assert row.state is (DocumentState.CHECKED if scanned else DocumentState.REFUSED)
    assert (row.storage_key is not None) is scanned
    assert list(office.store.keys("staging/")) == []
    assert len(list(office.store.keys("originals/"))) == int(scanned)


def test_a_silent_queue_ends_the_round_without_an_error(office: Office) -> None:
    upload(office, open_draft(office), content=steps.JPEG)

    class Silent:
        """A queue that is down."""

        def notify(self, task_id: UUID, *, lane: Lane) -> None:
            raise QueueError(f"{task_id} {lane}", retryable=True)

        def ping(self) -> None:
            """Never asked."""

    done = mending.reconcile(
        office.writing, Silent(), office.store, max_attempts=3, scan_required=False
    )
    assert done.notified == 0


def test_a_case_whose_file_could_not_be_checked_can_be_decided(office: Office) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=steps.JPEG, theme=Theme.WORKSHOP)
    send_and_confirm(office, application_id)
    settle(office, TaskKind.CHECK_DOCUMENT)
    assert "checks_failed" in steps.finding_codes(office, application_id)
    steps.approve(office, application_id, add_officer(office))


def test_a_message_that_cannot_be_sent_is_said_on_its_case(office: Office) -> None:
    application_id = steps.in_review(office)
    for lease in steps.leases(office, TaskKind.SEND_MAIL):
        steps.settle(office, lease, error="550 no such address " + "x" * 900)
    for mail in steps.rows(office, MailRow):
        assert mail.failed_at is not None
        assert mail.sent_at is None
        assert len(mail.last_error) == 300
    assert {event.subject_id for event in steps.events(office, "mail_failed")} == {application_id}


def test_an_agreement_that_cannot_be_issued_waits_for_a_person_and_goes_on(
    office: Office,
) -> None:
    application_id = steps.in_review(office)
    steps.approve(office, application_id, add_officer(office))
    lease = settle(office, TaskKind.ISSUE_AGREEMENT)
    assert steps.state(office, application_id) is ApplicationState.APPROVED
    broken = invariants.broken_invariants(office.reading, office.store)
    assert [found.name for found in broken] == ["agreement_never_published"]
    (stuck,) = stuck_tasks.stuck_tasks(office.reading())
    assert (stuck.task_id, stuck.state, stuck.last_error) == (
        lease.task_id,
        "quarantined",
        "it died",
    )
    stuck_tasks.retry(office.writing(), lease.task_id)
    (again,) = steps.leases(office, TaskKind.ISSUE_AGREEMENT)
    assert again.attempt == 1
    issuing.issue(office.writing, make_press(office), again)
    assert steps.state(office, application_id) is ApplicationState.ISSUED
    assert stuck_tasks.stuck_tasks(office.reading()) == []


def test_evidence_that_cannot_be_bound_keeps_nobody_waiting(office: Office) -> None:
    application_id = steps.in_review(office)
    settle(office, TaskKind.ASSEMBLE_EVIDENCE)
    steps.approve(office, application_id, add_officer(office))
    assert steps.state(office, application_id) is ApplicationState.APPROVED


@pytest.mark.parametrize("which", ["unknown", "not in quarantine"])
def test_only_what_was_put_aside_can_be_tried_again(office: Office, which: str) -> None:
    upload(office, open_draft(office), content=steps.JPEG)
    task_id = uuid4() if which == "unknown" else task_of(office, TaskKind.CHECK_DOCUMENT).id
    with pytest.raises(NotFoundError):
        stuck_tasks.retry(office.writing(), task_id)


class OldStore(LocalFileStore):
    """A store whose files are as old as the test says."""

    hours = 0.0

    def keys(self, prefix: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """List, with other dates."""
        moment = datetime.now(UTC) - timedelta(hours=self.hours)
        for entry in super().keys(prefix):
            yield StoredKey(key=entry.key, size_bytes=entry.size_bytes, modified_at=moment)


def old_store(office: Office, hours: float) -> OldStore:
    assert isinstance(office.store, LocalFileStore)
    store = OldStore(office.store._folder)  # noqa: SLF001 -- the same files, older
    store.hours = hours
    return store


@pytest.mark.parametrize(("hours", "swept"), [(23.9, 0), (24.1, 4)])
def test_bytes_that_no_row_names_go_after_a_day(office: Office, hours: float, swept: int) -> None:
    application_id = steps.in_review(office)
    steps.approve(office, application_id, add_officer(office))
    (lease,) = steps.leases(office, TaskKind.ISSUE_AGREEMENT)
    issuing.issue(office.writing, make_press(office), lease)
    upload(office, open_draft(office), content=steps.JPEG)
    with office.reading() as uow:
        named = named_keys(uow)
    staged = {entry.key for entry in office.store.keys("staging/")} - named
    for key in staged:
        office.store.delete(key)  # what the worker deletes at the end of a check
    for orphan in ("staging/a", "originals/a", "derived/a/1.jpg", "agreements/a/b.pdf"):
        office.store.put(orphan, BytesIO(b"orphan"))
    office.store.put("other/a", BytesIO(b"not ours to sweep"))
    assert sweeping.sweep(office.reading, old_store(office, hours)) == swept
    left = {entry.key for entry in office.store.keys("")}
    assert named <= left
    assert "other/a" in left
    assert len(left) == len(named) + 5 - swept
    assert invariants.broken_invariants(office.reading, office.store) == []


BREAK: dict[str, Callable[[Office], None]] = {
    "numbers": lambda office: change(office, sa.update(AgreementRow).values(serial=7)),
    "references": lambda office: change(
        office, sa.update(CounterRow).where(CounterRow.name == "application").values(year=2031)
    ),
    "row_not_as_in_trail": lambda office: as_owner(
        office.database.engine, sa.update(ApplicationRow).values(holder="Nadie")
    ),
    "approved_without_agreement": lambda office: as_owner(
        office.database.engine, sa.delete(AgreementRow)
    ),
    "agreement_without_approval": lambda office: change(
        office,
        sa.update(ApplicationRow).values(
            state=ApplicationState.WITHDRAWN, decided_by=None, decided_at=None
        ),
    ),
    "decision_without_effect": lambda office: change(
        office, sa.insert(PendingDecisionRow).values(forgotten_decision(office))
    ),
    "document_without_task": lambda office: change(
        office,
        sa.update(DocumentRow).values(state=DocumentState.RECEIVED),
        sa.delete(TaskRow).where(TaskRow.kind == TaskKind.CHECK_DOCUMENT),
    ),
    "mail_without_task": lambda office: change(
        office, sa.delete(TaskRow).where(TaskRow.kind == TaskKind.SEND_MAIL)
    ),
    "agreement_never_published": lambda office: change(
        office, sa.delete(TaskRow).where(TaskRow.kind == TaskKind.ISSUE_AGREEMENT)
    ),
    "bytes_missing": lambda office: office.store.delete(
        next(entry.key for entry in office.store.keys("originals/"))
    ),
    "audit_chain": lambda office: change(
        office, sa.insert(EventRow).values(forged_event(len(steps.rows(office, EventRow)) + 1))
    ),
}


def forgotten_decision(office: Office) -> dict[str, object]:
    (decided,) = steps.rows(office, ApplicationRow)
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    return {
        "application_id": decided.id,
        "outcome": DecisionOutcome.APPROVE,
        "reasons": "",
        "category": "",
        "late_reason": "",
        "decided_by": decided.decided_by,
        "decided_at": long_ago,
        "takes_effect_at": long_ago,
    }


def forged_event(sequence: int) -> dict[str, object]:
    return {
        "sequence": sequence,
        "at": datetime.now(UTC),
        "actor": "nobody",
        "action": "never",
        "details": {},
        "previous_hash": "0" * 64,
        "hash": "1" * 64,
    }


def change(office: Office, *statements: sa.Executable) -> None:
    with office.writing() as uow:
        for statement in statements:
            uow.session.execute(statement)
        uow.commit()


@pytest.mark.parametrize("promise", sorted(BREAK))
def test_each_broken_promise_is_found(office: Office, promise: str) -> None:
    application_id = steps.in_review(office)
    steps.approve(office, application_id, add_officer(office))
    assert invariants.broken_invariants(office.reading, office.store) == []
    BREAK[promise](office)
    names = {found.name for found in invariants.broken_invariants(office.reading, office.store)}
    assert promise in names
