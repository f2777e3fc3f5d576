"""A backup of one kind of database and store comes back in the other, and life goes on there."""

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.adapters.catastro_registry import CatastroRegistry
from review_service.adapters.local_store import LocalFileStore
from review_service.db.audit import verify_chain
from review_service.db.base import Base
from review_service.db.database import Database
from review_service.db.models import AgreementRow, DocumentRow, FindingRow
from review_service.domain.documents import Theme
from review_service.domain.errors import InvalidInputError, StoreError
from review_service.domain.work import TaskKind
from review_service.services.agreements import issuing
from review_service.services.findings import checking
from review_service.services.upkeep import backing_up, invariants, sweeping
from tests.conftest import FreshDatabase
from tests.factories import (
    OTHER_RUC,
    Office,
    RememberedBells,
    add_officer,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.test_issuing import make_press

OTHER_KIND = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture
def empty(
    database_kind: str, fresh_database_url: FreshDatabase, tmp_path: Path
) -> Iterator[Office]:
    """An empty office on the other kind of database, not even migrated."""
    notices = RememberedBells()
    database = Database(fresh_database_url(OTHER_KIND[database_kind]), notices)
    yield Office(
        database=database,
        store=LocalFileStore(tmp_path / "other files"),
        registry=CatastroRegistry(database.reading),
        notices=notices,
    )
    database.engine.dispose()


def lived_in(office: Office) -> UUID:
    """Let one agreement be issued, one case wait with findings, one file wait for its check."""
    first = steps.in_review(office)
    steps.approve(office, first, add_officer(office))
    (lease,) = steps.leases(office, TaskKind.ISSUE_AGREEMENT)
    issuing.issue(office.writing, make_press(office), lease)
    waiting = open_draft(office, OTHER_RUC)
    upload(office, waiting, content=steps.JPEG, ruc=OTHER_RUC, theme=Theme.WORKSHOP)
    steps.check_all(office)
    send_and_confirm(office, waiting, OTHER_RUC)
    upload(office, open_draft(office), content=steps.JPEG)
    return waiting


def content(office: Office) -> dict[str, list[str]]:
    """Return every row of every table, alike on both databases."""
    with office.reading() as uow:
        return {
            table.name: sorted(
                json.dumps(dict(row), default=str, sort_keys=True)
                for row in uow.session.execute(sa.select(table)).mappings()
            )
            for table in Base.metadata.sorted_tables
        }


def files(office: Office) -> dict[str, bytes]:
    found = {}
    for entry in office.store.keys(""):
        with office.store.open(entry.key) as stream:
            found[entry.key] = stream.read()
    return found


def test_everything_comes_back_in_the_other_kind_of_database(
    office: Office, empty: Office, tmp_path: Path
) -> None:
    lived_in(office)
    tar = tmp_path / "backup.tar"
    saved = backing_up.backup(office.database, office.store, tar)
    brought = backing_up.restore(empty.database, empty.store, tar)
    assert saved == brought
    assert content(empty) == content(office)
    assert len(content(office)["agreements"]) == 1
    with office.reading() as uow:
        named = sweeping.named_keys(uow)
    assert files(empty) == {key: data for key, data in files(office).items() if key in named}
    with empty.reading() as uow:
        assert list(verify_chain(uow.session)) == []
    assert invariants.broken_invariants(empty.reading, empty.store) == []


def test_life_goes_on_after_a_restore(office: Office, empty: Office, tmp_path: Path) -> None:
    waiting = lived_in(office)
    tar = tmp_path / "backup.tar"
    backing_up.backup(office.database, office.store, tar)
    backing_up.restore(empty.database, empty.store, tar)
    number = steps.approve(empty, waiting, add_officer(empty, "bmena"))
    assert number.endswith("000002")
    before = len(steps.rows(empty, FindingRow))
    steps.check_all(empty)
    next_one = open_draft(empty, OTHER_RUC)
    assert steps.application(empty, next_one).reference.endswith("000004")
    upload(empty, next_one, content=steps.JPEG, ruc=OTHER_RUC, theme=Theme.PEOPLE)
    steps.check_all(empty)
    send_and_confirm(empty, next_one, OTHER_RUC)
    assert len(steps.rows(empty, FindingRow)) == before + 3, "a fresh finding has a fresh id"
    assert invariants.broken_invariants(empty.reading, empty.store) == []


def test_a_file_whose_check_ends_during_the_backup_is_saved_all_the_same(
    office: Office, empty: Office, tmp_path: Path
) -> None:
    received = upload(office, open_draft(office), content=steps.JPEG)
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    document = checking.begin(office.writing(), lease.subject_id)
    assert document is not None
    staging_key = document.staging_key

    class Busy(LocalFileStore):
        """A store in whose time the worker finishes, as it does on a busy day."""

        def open(self, key: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
            if self.size(staging_key) is not None:
                finish_check(office, received.document_id, staging_key)
            return super().open(key)

    tar = tmp_path / "backup.tar"
    busy = Busy(tmp_path / "files")
    backing_up.backup(office.database, busy, tar)
    backing_up.restore(empty.database, empty.store, tar)
    row = steps.stored(empty, DocumentRow, received.document_id)
    with empty.store.open(row.staging_key or row.storage_key or "") as stream:
        assert stream.read() == steps.JPEG


def finish_check(office: Office, document_id: UUID, staging_key: str) -> None:
    """Do what the worker does at the end of a check."""
    key = f"originals/{uuid4()}"
    office.store.copy(staging_key, key)
    with office.writing() as uow:
        row = uow.session.get_one(DocumentRow, document_id)
        row.storage_key, row.staging_key = key, None
        uow.commit()
    office.store.delete(staging_key)


def test_a_restore_wants_an_empty_database(office: Office, tmp_path: Path) -> None:
    lived_in(office)
    tar = tmp_path / "backup.tar"
    backing_up.backup(office.database, office.store, tar)
    before = content(office)
    with pytest.raises(InvalidInputError, match="file"):
        backing_up.restore(office.database, office.store, tar)
    assert content(office) == before


def test_a_restore_that_broke_off_can_be_repeated(
    office: Office, empty: Office, tmp_path: Path
) -> None:
    lived_in(office)
    tar = tmp_path / "backup.tar"
    backing_up.backup(office.database, office.store, tar)
    empty.store.prepare()
    (agreement,) = steps.rows(office, AgreementRow)
    with office.store.open(agreement.storage_key or "") as stream:
        empty.store.put(agreement.storage_key or "", stream)
    backing_up.restore(empty.database, empty.store, tar)
    assert invariants.broken_invariants(empty.reading, empty.store) == []


@pytest.mark.parametrize("schema", ["0000", "9999", None])
def test_a_backup_of_another_version_is_refused(
    empty: Office, tmp_path: Path, schema: str | None
) -> None:
    tar = tmp_path / "backup.tar"
    with tarfile.open(tar, "w") as made:
        text = json.dumps({"schema": schema}).encode()
        info = tarfile.TarInfo("manifest.json")
        info.size = len(text)
        made.addfile(info, io.BytesIO(text))
    with pytest.raises(InvalidInputError):
        backing_up.restore(empty.database, empty.store, tar)


@pytest.mark.parametrize("broken", [b"", b"not a tar at all", b"\x00" * 10_240])
def test_what_is_no_backup_is_refused_in_a_sentence(
    empty: Office, tmp_path: Path, broken: bytes
) -> None:
    file = tmp_path / "broken.tar"
    file.write_bytes(broken)
    with pytest.raises(InvalidInputError):
        backing_up.restore(empty.database, empty.store, file)


def test_a_backup_that_fails_leaves_no_half_file(office: Office, tmp_path: Path) -> None:
    lived_in(office)
    (agreement,) = steps.rows(office, AgreementRow)
    office.store.delete(agreement.storage_key or "")
    tar = tmp_path / "backup.tar"
    with pytest.raises(StoreError):
        backing_up.backup(office.database, office.store, tar)
    assert not tar.exists()
    assert not list(tmp_path.glob("backup.tar*"))
