"""Seals of the audit trail: when one is due, where it goes, and what its absence cannot stop."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa

from review_service.adapters.age_cipher import AgeCipher, new_key
from review_service.adapters.local_store import LocalFileStore
from review_service.adapters.seal_key import SealKey
from review_service.db.database import Database
from review_service.db.models import EventRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import StoreError
from review_service.domain.seals import FIRST, OTHER_KEY, SEALS, Seal, seals_in
from review_service.domain.work import TaskKind
from review_service.ports import FileStore, Readable, StoredFile
from review_service.services.agreements import issuing
from review_service.services.upkeep import backing_up, restoring, sweeping
from review_service.services.upkeep.audit_check import check_audit
from review_service.services.upkeep.invariants import broken_invariants
from review_service.services.upkeep.kept_seals import Sealing, SealPlace
from review_service.services.upkeep.sealing import BrokenChainError, SealKeeper
from tests.conftest import FreshDatabase, as_owner
from tests.factories import SECRET, Office, RememberedBells, add_officer
from tests.integration.db.test_audit import DROP_TRIGGERS
from tests.integration.services import steps
from tests.integration.services.test_issuing import make_press

ADDRESS = "auditoria@control.example"


class Switched(LocalFileStore):
    """A store that can be switched off, or refuse one file."""

    down = False
    refused = ""

    def ping(self) -> None:
        """Fail when it is down."""
        if self.down:
            raise StoreError("down", retryable=True)

    def put(self, key: str, stream: Readable, *, max_bytes: int | None = None) -> StoredFile:
        """Store, unless it is down."""
        if self.down or key == self.refused:
            raise StoreError("down", retryable=True)
        return super().put(key, stream, max_bytes=max_bytes)


@pytest.fixture
def folder(tmp_path: Path) -> Switched:
    """The folder of seals."""
    return Switched(tmp_path / "audit")


@pytest.fixture
def bucket(tmp_path: Path) -> Switched:
    """Another place, as the file store is."""
    return Switched(tmp_path / "bucket")


@pytest.fixture
def parts(folder: Switched, bucket: Switched) -> Sealing:
    """Two places, and one address."""
    return Sealing(
        sealer=SealKey.from_secret(SECRET),
        places=(
            SealPlace(label="carpeta", store=folder),
            SealPlace(label="almacén", store=bucket),
        ),
        recipients=(ADDRESS,),
    )


def keeper(office: Office, parts: Sealing, *, days_later: int = 0) -> SealKeeper:
    """Return a process that seals; its clock may be ahead."""

    def reading() -> UnitOfWork:
        return Later(office, days_later)

    return SealKeeper(parts, office.writing, reading)


class Later(UnitOfWork):
    """A unit of work some days later."""

    def __init__(self, office: Office, days: int) -> None:
        self._days = days
        super().__init__(office.database.engine, office.notices, writes=False)

    @property
    def now(self) -> datetime:
        """The database's time, some days later."""
        return super().now + timedelta(days=self._days)


def record(office: Office, action: str = "looked", count: int = 3) -> None:
    for _ in range(count):
        with office.writing() as uow:
            uow.record(action, actor="operator")
            uow.commit()


def issue(office: Office) -> None:
    application_id = steps.in_review(office)
    steps.approve(office, application_id, add_officer(office))
    (lease,) = steps.leases(office, TaskKind.ISSUE_AGREEMENT)
    issuing.issue(office.writing, make_press(office), lease)


def kept(store: FileStore) -> list[Seal]:
    found: list[Seal] = []
    for key in sorted(entry.key for entry in store.keys(SEALS)):
        with store.open(key) as stream:
            found += seals_in(stream.read().decode())
    return found


def test_the_first_seal_is_dated_and_says_what_was_before(
    office: Office, parts: Sealing, folder: Switched, bucket: Switched
) -> None:
    record(office)
    made = keeper(office, parts).round()
    assert made is not None
    told = made.statement
    assert (told.sequence, told.since, told.reason) == (3, 3, FIRST)
    assert told.since_at == told.sealed_at
    assert kept(folder) == kept(bucket) == [made]


def test_a_seal_is_made_after_each_issue_and_each_day_and_no_oftener(
    office: Office, parts: Sealing, folder: Switched
) -> None:
    first = keeper(office, parts)
    made = first.round()
    assert made is not None
    record(office)
    assert first.round() is None
    issue(office)
    second = first.round()
    assert second is not None
    assert (second.statement.since, second.statement.reason) == (0, "")
    assert second.statement.previous == made.digest
    assert first.round() is None
    assert keeper(office, parts).round() is None, "another process finds it in the folder"
    third = keeper(office, parts, days_later=1).round()
    assert third is not None
    assert third.statement.sequence == second.statement.sequence
    assert len(kept(folder)) == 3


def test_each_seal_is_mailed_once_and_by_itself_serves_as_anchor(
    office: Office, parts: Sealing
) -> None:
    made = keeper(office, parts).round()
    keeper(office, parts).seal_now()
    (mail,) = steps.mails(office, "audit_sealed")
    assert mail.recipient == ADDRESS
    assert seals_in(mail.context["block"]) == [made]


def test_a_store_that_is_down_gets_its_seals_when_it_is_back(
    office: Office, parts: Sealing, folder: Switched, bucket: Switched
) -> None:
    process = keeper(office, parts)
    bucket.down = True
    assert process.round() is not None
    issue(office)
    assert process.round() is not None
    assert (len(kept(folder)), len(kept(bucket))) == (2, 0)
    bucket.down = False
    assert process.round() is None
    assert kept(bucket) == kept(folder)


def test_a_seal_that_a_place_refuses_keeps_no_later_one_from_it(
    office: Office, parts: Sealing, folder: Switched, bucket: Switched
) -> None:
    process = keeper(office, parts)
    bucket.down = True
    first = process.round()
    issue(office)
    second = process.round()
    assert first is not None
    assert second is not None
    bucket.down = False
    for refused, other in ((first, second), (second, first)):
        bucket.refused = refused.key
        process.round()
        assert other in kept(bucket)
    assert kept(bucket) == kept(folder)


def test_a_process_that_starts_anew_catches_up_too(
    office: Office, parts: Sealing, folder: Switched, bucket: Switched
) -> None:
    bucket.down = True
    keeper(office, parts).round()
    bucket.down = False
    assert keeper(office, parts).round() is None
    assert kept(bucket) == kept(folder)


def test_with_every_place_down_nothing_is_taken_for_sealed(
    office: Office, parts: Sealing, folder: Switched, bucket: Switched
) -> None:
    process = keeper(office, parts)
    folder.down = bucket.down = True
    for _ in range(3):
        with pytest.raises(StoreError):
            process.round()
    folder.down = False
    assert process.round() is not None
    assert len(steps.mails(office, "audit_sealed")) == 1, "one chain, one day, one mail"


def test_two_processes_at_once_leave_one_row_of_seals(office: Office, parts: Sealing) -> None:
    record(office)
    processes = [keeper(office, parts) for _ in range(4)]
    gate = threading.Barrier(len(processes))
    failed: list[BaseException] = []

    def work(process: SealKeeper) -> None:
        try:
            gate.wait()
            process.round()
        except BaseException as error:  # noqa: BLE001 -- told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(process,)) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    issue(office)
    for process in processes:
        process.round()
    report = check_audit(office.reading, checker=parts.sealer, places=parts.places)
    assert report.holds, report
    assert report.newest is not None


def test_another_key_begins_anew_and_says_so(office: Office, parts: Sealing) -> None:
    keeper(office, parts).round()
    other = Sealing(sealer=SealKey.from_secret(SECRET[::-1]), places=parts.places)
    made = keeper(office, other, days_later=1).round()
    assert made is not None
    assert made.statement.reason == OTHER_KEY
    report = check_audit(office.reading, checker=other.sealer, places=other.places)
    assert (len(report.foreign), report.problems, report.newest) == (1, [], made)
    assert not report.holds
    assert broken_invariants(office.reading, office.store, sealing=other) == []


def test_a_given_seal_counts_where_it_is_of_the_own_key(office: Office, parts: Sealing) -> None:
    made = keeper(office, parts).round()
    assert made is not None
    report = check_audit(office.reading, checker=parts.sealer, anchors=[made])
    assert (report.problems, report.newest) == ([], made)
    other = SealKey.from_secret(SECRET[::-1])
    report = check_audit(office.reading, checker=other, anchors=[made])
    (problem,) = report.problems
    assert problem.startswith("El sello es de otra clave")
    assert report.newest is None


def test_a_forged_seal_is_no_seal(office: Office, parts: Sealing, bucket: Switched) -> None:
    made = keeper(office, parts).round()
    assert made is not None
    forged = made.text.replace("Sellado", "sellado").encode()
    key = "seals/2999-01/29990101-000000000099.txt"
    changed = Seal(statement=made.statement, public_key=made.public_key, signature="00" * 64)
    bucket.put(key, BytesIO(changed.text.encode()))
    bucket.put("seals/2999-01/29990101-000000000100.txt", BytesIO(forged[:300]))
    report = check_audit(office.reading, checker=parts.sealer, places=parts.places)
    assert report.newest == made
    assert [problem.split(":")[0] for problem in report.problems] == [
        key,
        "seals/2999-01/29990101-000000000100.txt",
    ]
    assert keeper(office, parts).round() is None, "the forged one is not the newest"


def test_a_chain_that_does_not_continue_is_not_sealed_but_anew(
    office: Office, parts: Sealing, caplog: pytest.LogCaptureFixture
) -> None:
    record(office)
    keeper(office, parts).round()
    as_owner(
        office.database.engine,
        *DROP_TRIGGERS[office.database.engine.dialect.name],
        sa.update(EventRow).where(EventRow.sequence == 3).values(hash="e" * 64),
        "UPDATE chain_head SET hash = '" + "e" * 64 + "'",
    )
    with caplog.at_level(logging.ERROR):
        assert keeper(office, parts, days_later=1).round() is None
    assert [one.message for one in caplog.records] == ["audit_seal_refused"]
    with pytest.raises(BrokenChainError):
        keeper(office, parts).seal_now()
    made = keeper(office, parts).seal_now(anew="se probó")
    assert (made.statement.reason, made.statement.broken_before) == ("se probó", 1)
    after = keeper(office, parts, days_later=2).round()
    assert after is not None
    assert after.statement.broken_before == 1


def test_after_a_new_beginning_only_a_kept_anchor_tells_what_was_given_up(
    office: Office, parts: Sealing
) -> None:
    record(office)
    old = keeper(office, parts).round()
    assert old is not None
    as_owner(
        office.database.engine,
        *DROP_TRIGGERS[office.database.engine.dialect.name],
        "DELETE FROM events",
        "UPDATE chain_head SET sequence = 0, hash = '" + "0" * 64 + "'",
    )
    new = keeper(office, parts).seal_now(anew="se recuperó un respaldo")
    report = check_audit(office.reading, checker=parts.sealer, places=parts.places)
    assert (report.holds, report.newest, report.former) == (True, new, 1)
    report = check_audit(office.reading, checker=parts.sealer, places=parts.places, anchors=[old])
    assert not report.holds


@pytest.mark.parametrize("lost", [lambda kept: kept[0], lambda kept: kept[1]])
def test_a_seal_that_somebody_took_away_is_missed(
    office: Office, parts: Sealing, lost: Callable[[list[Seal]], Seal]
) -> None:
    for days in range(3):
        keeper(office, parts, days_later=days).round()
    gone = lost(kept(parts.places[0].store)).key
    for place in parts.places:
        place.store.delete(gone)
    report = check_audit(office.reading, checker=parts.sealer, places=parts.places)
    assert [problem.startswith("Falta el sello anterior a") for problem in report.problems] == [
        True
    ]


def test_a_backup_carries_the_seals_of_its_rows_and_no_later_ones(
    office: Office, parts: Sealing, fresh_database_url: FreshDatabase, tmp_path: Path
) -> None:
    in_store = replace(parts, places=(SealPlace(label="almacén", store=office.store),))
    record(office)
    made = keeper(office, in_store).round()
    assert made is not None
    later = replace(made, statement=replace(made.statement, sequence=99))
    office.store.put(later.key, BytesIO(later.text.encode()))
    cipher = AgeCipher(new_key())
    backing_up.backup(office.database, office.store, cipher, tmp_path / "copy.age")
    other = Database(fresh_database_url("sqlite"), RememberedBells())
    store = LocalFileStore(tmp_path / "restored")
    restoring.restore(other, store, cipher, tmp_path / "copy.age")
    assert kept(store) == [made]
    there = SealPlace(label="almacén", store=store)
    report = check_audit(other.reading, checker=parts.sealer, places=(there,))
    assert (report.holds, report.newest) == (True, made)
    other.engine.dispose()


def test_the_sweeper_leaves_seals_alone() -> None:
    assert not any(SEALS.startswith(prefix) for prefix in sweeping.SWEPT_PREFIXES)


def test_invariants_compare_with_the_seals(office: Office, parts: Sealing) -> None:
    issue(office)
    keeper(office, parts).round()
    assert broken_invariants(office.reading, office.store, sealing=parts) == []
    as_owner(
        office.database.engine,
        *DROP_TRIGGERS[office.database.engine.dialect.name],
        "DELETE FROM events",
        "UPDATE chain_head SET sequence = 0, hash = '" + "0" * 64 + "'",
    )
    by_itself = broken_invariants(office.reading, office.store)
    assert "audit_chain" not in {one.name for one in by_itself}
    found = broken_invariants(office.reading, office.store, sealing=parts)
    assert "audit_chain" in {one.name for one in found}
