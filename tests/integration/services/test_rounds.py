"""Rounds of upkeep over tasks, files and seals: one that fails stops no other and is told."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import pytest
from click.testing import CliRunner

from review_service.adapters.local_store import LocalFileStore
from review_service.cli import main
from review_service.db.database import Database
from review_service.db.models import DocumentRow, FileIncidentRow, TaskRow
from review_service.db.named_files import named_now
from review_service.domain.errors import DamagedFileError, StoreError
from review_service.domain.work import TaskKind, TaskState
from review_service.services import stored_files
from review_service.services.applicant import applying
from review_service.services.upkeep import (
    byte_check,
    file_incidents,
    file_recovery,
    invariants,
    mending,
    sweeping,
)
from review_service.services.upkeep.byte_check import BrokenFile, Place, PlaceFile, Unread
from review_service.services.upkeep.file_incidents import IncidentWalk
from review_service.services.upkeep.rounds import RoundFailedError
from tests.factories import OTHER_RUC, RUC, Office, open_draft, upload
from tests.integration.services import steps
from tests.integration.services.test_ending_terms import NO_SALT, set_salt
from tests.integration.services.test_reconciling import OldStore
from tests.integration.services.test_stored_files import an_original, replace, with_page
from tests.process_parts import environment


class Stubborn(OldStore):
    """A store in which one file can be neither read nor deleted, or that is down."""

    hours = 48
    refused = ""
    is_down = False
    asked: list[str]

    def ping(self) -> None:
        """Fail when it is down."""
        if self.is_down:
            raise StoreError("no answer", retryable=True)

    def delete(self, key: str) -> None:
        """Delete any other."""
        self._refuse(key)
        super().delete(key)

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """Open any other."""
        self._refuse(key)
        with super().open(key) as stream:
            yield stream

    def size(self, key: str) -> int | None:
        """Look at any other."""
        self._refuse(key)
        return super().size(key)

    def _refuse(self, key: str) -> None:
        self.asked.append(key)
        if self.is_down or key == self.refused:
            raise StoreError(f"permission denied: {key}", retryable=True)


@pytest.fixture
def store(office: Office) -> Stubborn:
    """The office's files in such a store."""
    assert isinstance(office.store, LocalFileStore)
    made = Stubborn(office.store._folder)  # noqa: SLF001 -- the same files
    made.asked = []
    return made


def worn_out(office: Office, ruc: str) -> UUID:
    """Return the document of a check whose workers died at every attempt."""
    received = upload(office, open_draft(office, ruc), content=steps.JPEG, ruc=ruc)
    for _ in range(3):
        steps.leases(office, TaskKind.CHECK_DOCUMENT)
        for task in steps.rows(office, TaskRow):
            if task.subject_id == received.document_id:
                steps.make_older(office, task, "leased_until", by=timedelta(seconds=61))
    return received.document_id


def task_of(office: Office, document_id: UUID, kind: TaskKind = TaskKind.CHECK_DOCUMENT) -> TaskRow:
    (task,) = [
        row
        for row in steps.rows(office, TaskRow)
        if row.subject_id == document_id and row.kind is kind
    ]
    return task


def test_a_task_that_cannot_be_settled_stops_no_other_and_no_notice(
    office: Office, owner: Database, caplog: pytest.LogCaptureFixture
) -> None:
    spoilt, other = worn_out(office, RUC), worn_out(office, OTHER_RUC)
    application_id = steps.stored(office, DocumentRow, spoilt).application_id
    due = upload(office, open_draft(office, OTHER_RUC), content=steps.JPEG, ruc=OTHER_RUC)
    office.notices.notified.clear()
    set_salt(owner, application_id, NO_SALT)
    with caplog.at_level(logging.ERROR), pytest.raises(RoundFailedError):
        mending.reconcile(
            office.writing, office.notices, office.store, max_attempts=3, scan_required=False
        )
    assert task_of(office, other).state is TaskState.QUARANTINED
    assert task_of(office, spoilt).state is TaskState.READY
    assert office.notices.notified == [task_of(office, due.document_id).id]
    (record,) = [each for each in caplog.records if each.message == "task_not_settled"]
    assert vars(record)["task_id"] == str(task_of(office, spoilt).id)


def test_a_file_that_cannot_be_deleted_stops_no_other(office: Office, store: Stubborn) -> None:
    for name in "abc":
        office.store.put(f"staging/{name}", BytesIO(b"orphan"))
    store.refused = "staging/a"
    for _ in range(2):
        with pytest.raises(RoundFailedError):
            sweeping.sweep(office.reading, store)
        assert [entry.key for entry in office.store.keys("staging/")] == ["staging/a"]
    store.refused = ""
    assert sweeping.sweep(office.reading, store) == 1


def test_a_store_that_is_down_is_not_asked_to_delete_one_after_the_other(
    office: Office, store: Stubborn
) -> None:
    for name in "abc":
        office.store.put(f"staging/{name}", BytesIO(b"orphan"))
    store.is_down = True
    with pytest.raises(StoreError, match="no answer"):
        sweeping.sweep(office.reading, store)
    assert store.asked == ["staging/a"]


def two_incidents(office: Office, store: Stubborn) -> tuple[str, str]:
    """Let two files be lost and come back, the first of which the store then refuses to read."""
    _, image = with_page(office)
    original = an_original(office)
    keys = image.key, original.key
    for file in (image, original):
        with office.store.open(file.key) as stream:
            good = stream.read()
        replace(office, file.key, None)
        with pytest.raises(DamagedFileError):
            stored_files.content(office.writing, office.store, file)
        replace(office, file.key, good)
    store.refused = image.key
    return keys


def open_keys(office: Office) -> list[str]:
    return [row.key for row in steps.rows(office, FileIncidentRow) if row.mended_at is None]


def test_a_file_that_cannot_be_read_keeps_no_other_incident_open(
    office: Office, store: Stubborn
) -> None:
    refused, _ = two_incidents(office, store)
    with pytest.raises(RoundFailedError):
        file_recovery.recheck(office.writing, store)
    assert open_keys(office) == [refused]
    assert len(steps.events(office, "file_mended")) == 1
    store.refused = ""
    assert file_recovery.recheck(office.writing, store).mended == 1


def incidents(office: Office, count: int) -> list[str]:
    """Let some uploads be lost one after the other; return their keys."""
    keys = []
    for _ in range(count):
        received = upload(office, open_draft(office), content=steps.JPEG)
        row = steps.stored(office, DocumentRow, received.document_id)
        applying.withdraw(office.writing(), application_id=row.application_id, ruc=RUC)
        replace(office, row.staging_key or "", None)
        with office.reading() as uow:
            file = named_now(uow, row.staging_key or "")
        assert file is not None
        with pytest.raises(DamagedFileError):
            stored_files.content(office.writing, office.store, file)
        keys.append(file.key)
    return keys


def test_incidents_that_stay_broken_keep_no_newer_one_from_being_looked_at(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_incidents, "SHOWN", 2)
    *broken, newest = incidents(office, 5)
    office.store.put(newest, BytesIO(steps.JPEG))
    walk = IncidentWalk()
    rounds = [file_recovery.recheck(office.writing, office.store, walk=walk) for _ in range(3)]
    assert [(each.mended, each.waiting) for each in rounds] == [(0, 2), (0, 2), (1, 0)]
    assert open_keys(office) == broken
    office.store.put(broken[1], BytesIO(steps.JPEG))
    again = file_recovery.recheck(office.writing, office.store, walk=walk)
    assert (again.mended, again.waiting) == (1, 1), "at the end it begins anew"
    assert file_recovery.recheck(office.writing, office.store).waiting == 3, "a command takes all"


def test_after_an_outage_the_same_incidents_are_looked_at_again(
    office: Office, store: Stubborn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_incidents, "SHOWN", 1)
    first, second = incidents(office, 2)
    walk = IncidentWalk()
    store.is_down = True
    with pytest.raises(StoreError, match="no answer"):
        file_recovery.recheck(office.writing, store, walk=walk)
    store.is_down = False
    for _ in range(2):
        file_recovery.recheck(office.writing, store, walk=walk)
    assert [key for key in store.asked if key == second] != []
    assert store.asked.index(second) > store.asked.index(first)
    assert store.asked.count(first) > 1


def test_one_that_cannot_be_read_keeps_no_later_round_from_the_others(
    office: Office, store: Stubborn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_incidents, "SHOWN", 1)
    first, second = incidents(office, 2)
    store.refused = first
    office.store.put(second, BytesIO(steps.JPEG))
    walk = IncidentWalk()
    with pytest.raises(RoundFailedError):
        file_recovery.recheck(office.writing, store, walk=walk)
    assert file_recovery.recheck(office.writing, store, walk=walk).mended == 1


def test_a_store_that_is_down_is_not_asked_for_one_incident_after_the_other(
    office: Office, store: Stubborn
) -> None:
    refused, other = two_incidents(office, store)
    store.is_down = True
    with pytest.raises(StoreError, match="no answer"):
        file_recovery.recheck(office.writing, store)
    assert store.asked == [refused]
    assert open_keys(office) == [refused, other]


def walked(
    office: Office, store: Stubborn, place_file: PlaceFile
) -> tuple[list[BrokenFile | Unread], Place]:
    *found, end = byte_check.check_bytes(office.writing, store, place_file)
    assert isinstance(end, Place)
    return [each for each in found if not isinstance(each, Place)], end


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_compared(
    office: Office, store: Stubborn, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    _, image = with_page(office)
    original = an_original(office)
    replace(office, image.key, b"changed")
    store.refused = original.key
    found, end = walked(office, store, PlaceFile(tmp_path / "place.json"))
    assert [type(each) for each in found] == [Unread, BrokenFile]
    assert found[0] == Unread(what="Archivo original", name=original.key)
    assert (end.unread, end.broken) == (1, 1)
    assert end.files == 4, "the other original and the three pictures of the page"
    (record,) = [each for each in caplog.records if each.message == "file_not_compared"]
    assert vars(record)["owner_id"] == str(original.owner_id)
    assert open_keys(office) == [image.key], "what could not be read is not known to be broken"
    store.refused = ""
    assert walked(office, store, PlaceFile(tmp_path / "place.json"))[1].unread == 0


def test_a_row_that_cannot_be_read_keeps_no_other_file_from_being_compared(
    office: Office, store: Stubborn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = [
        upload(office, open_draft(office, ruc), content=steps.JPEG, ruc=ruc)
        for ruc in (RUC, OTHER_RUC)
    ]
    spoilt = received[0].document_id
    with office.writing() as uow:
        row = uow.session.get_one(DocumentRow, spoilt)
        row.page_photos_key, row.page_photos = row.staging_key, [["no size"]]
        uow.commit()
    monkeypatch.setattr(byte_check, "ROWS", 5)
    found, end = walked(office, store, PlaceFile(tmp_path / "place.json"))
    assert found == [Unread(what="Documento", name=str(spoilt))]
    assert (end.unread, end.files) == (1, 1)


def test_what_could_not_be_read_is_still_told_after_an_interruption(
    office: Office, store: Stubborn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ruc in (RUC, OTHER_RUC):
        upload(office, open_draft(office, ruc), content=steps.JPEG, ruc=ruc)
    first, _ = sorted(steps.rows(office, DocumentRow), key=lambda row: row.id)
    store.refused = first.staging_key or ""
    monkeypatch.setattr(byte_check, "ROWS", 1)

    class Interrupted(BaseException):
        """Ctrl-C."""

    def stop(place: Place) -> None:
        if place.unread:
            raise Interrupted

    place_file = PlaceFile(tmp_path / "place.json")
    with pytest.raises(Interrupted):
        list(byte_check.check_bytes(office.writing, store, place_file, on_place=stop))
    found, end = walked(office, store, place_file)
    assert found == []
    assert (end.unread, end.files) == (1, 1)


def test_a_store_that_is_down_ends_the_walk_where_it_is(
    office: Office, store: Stubborn, tmp_path: Path
) -> None:
    with_page(office)
    store.is_down = True
    with pytest.raises(StoreError, match="no answer"):
        walked(office, store, PlaceFile(tmp_path / "place.json"))
    assert len(store.asked) == 1


def test_a_file_of_which_nothing_can_be_told_is_a_broken_promise(
    office: Office, store: Stubborn
) -> None:
    original = an_original(office)
    store.refused = original.key
    (broken,) = invariants.broken_invariants(office.reading, store)
    assert broken.name == "bytes_unreadable"
    assert original.key in broken.detail
    store.is_down = True
    with pytest.raises(StoreError, match="no answer"):
        invariants.broken_invariants(office.reading, store)


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_made_again(
    office: Office, store: Stubborn
) -> None:
    """Whoever asks for it by command, after the cause was mended."""
    if office.database.engine.dialect.name != "sqlite":
        pytest.skip("a command closes its connections with its process")
    document_id, image = with_page(office)
    smaller = [key.key for key in office.store.keys("derived/") if key.key != image.key]
    assert len(smaller) == 2, "preview and thumbnail"
    folder = store._folder  # noqa: SLF001 -- the files themselves
    with office.reading() as uow:
        files = [image, *(named_now(uow, key) for key in smaller)]
    for file in files:
        assert file is not None
        office.store.delete(file.key)
        with pytest.raises(DamagedFileError):
            stored_files.content(office.writing, office.store, file)
    (lease,) = steps.leases(office, TaskKind.REBUILD_FILES)
    steps.settle(office, lease)
    (folder / image.key).symlink_to(folder / image.key)  # can be opened by nobody
    done = CliRunner().invoke(main, ["files", "rebuild"], env=environment(office, folder.parent))
    assert done.exit_code == 1, done.output
    assert "el registro dice cuáles" in done.output
    assert task_of(office, document_id, TaskKind.REBUILD_FILES).state is TaskState.READY
