"""Stored bytes are believed only after they were compared, on each database and each store."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.adapters.mail_templates import TemplateComposer
from review_service.db import tasks
from review_service.db.models import (
    AgreementRow,
    DocumentRow,
    FileIncidentRow,
    MailRow,
    PageRow,
    TaskRow,
)
from review_service.db.named_files import STAGES, agreement_file, named_now, original_file
from review_service.db.tasks import Lease
from review_service.domain.errors import (
    DamagedFileError,
    InvalidInputError,
    NotFoundError,
    StoreError,
)
from review_service.domain.institution import institution_on
from review_service.domain.refusals import RefusalReason
from review_service.domain.stored_files import FileKind, FileProblem, NamedFile
from review_service.domain.work import TaskKind, TaskState
from review_service.ports import FileStore
from review_service.services import notifying, stored_files
from review_service.services.agreements import issuing
from review_service.services.notifying import PostOffice
from review_service.services.upkeep import (
    byte_check,
    file_incidents,
    file_recovery,
    invariants,
    rebuilding,
)
from review_service.services.upkeep.byte_check import BrokenFile, Place, PlaceFile
from tests.copied_cases import copied
from tests.factories import OTHER_RUC, SECRET, Office, add_officer, make_office, open_draft, upload
from tests.integration.services import steps
from tests.integration.services.test_issuing import make_press

Spoil = Callable[[bytes], bytes | None]
DAMAGES: Mapping[str, Spoil] = {
    "one bit turned": lambda data: bytes([data[0] ^ 1]) + data[1:],
    "cut short": lambda data: data[:-1],
    "emptied": lambda _: b"",
    "longer": lambda data: data + b"x",
    "another file": lambda data: bytes(reversed(data)),
    "lost": lambda _: None,
}


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


@dataclass
class Relay:
    """A mailer that keeps what it is handed."""

    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        """Take it."""
        self.sent.append(message)


def post_office(office: Office, relay: Relay) -> PostOffice:
    day = steps.rows(office, AgreementRow)[0].valid_from
    return PostOffice(
        mailer=relay,
        composer=TemplateComposer(sender="a@rum.example.ec", institution=institution_on(day)),
        store=office.store,
        public_url="http://localhost:8000",
        secret_key=SECRET,
    )


@copied
def issued(office: Office) -> NamedFile:
    """Let one agreement be issued and return its file."""
    application_id = steps.in_review(office)
    steps.approve(office, application_id, add_officer(office))
    (lease,) = steps.leases(office, TaskKind.ISSUE_AGREEMENT)
    issuing.issue(office.writing, make_press(office), lease)
    file = agreement_file(steps.rows(office, AgreementRow)[0])
    assert file is not None
    return file


@copied
def an_original(office: Office) -> NamedFile:
    """Return one checked upload."""
    received = upload(office, open_draft(office, OTHER_RUC), content=steps.JPEG, ruc=OTHER_RUC)
    steps.check_all(office)
    file = original_file(steps.stored(office, DocumentRow, received.document_id))
    assert file is not None
    return file


def read(office: Office, key: str) -> bytes:
    with office.store.open(key) as stream:
        return stream.read()


def replace(office: Office, key: str, data: bytes | None) -> None:
    office.store.delete(key)
    if data is not None:
        office.store.put(key, BytesIO(data))


def with_page(office: Office, *, known: bool = True) -> tuple[UUID, NamedFile]:
    """Give the one document a page with both pictures; return its id and the page's image."""
    file = an_original(office)
    image, preview, thumbnail = (
        office.store.put(f"derived/{file.owner_id}/{size}.jpg", BytesIO(steps.JPEG + size.encode()))
        for size in ("1", "1-preview", "1-small")
    )
    with office.writing() as uow:
        uow.session.execute(
            sa.update(PageRow)
            .where(PageRow.document_id == file.owner_id)
            .values(
                image_key=image.key,
                image_sha256=image.sha256 if known else None,
                preview_key=preview.key,
                preview_sha256=preview.sha256 if known else None,
                thumbnail_key=thumbnail.key,
                thumbnail_sha256=thumbnail.sha256 if known else None,
            )
        )
        uow.commit()
    with office.reading() as uow:
        named = named_now(uow, image.key)
    assert named is not None
    return file.owner_id, named


def mail_lease(office: Office) -> Lease:
    """Take the task of the mail that carries the Acuerdo, and no other."""
    (mail,) = steps.mails(office, "issued")
    (lease,) = [
        each for each in steps.leases(office, TaskKind.SEND_MAIL) if each.subject_id == mail.id
    ]
    return lease


def walk(office: Office, folder: Path) -> tuple[list[BrokenFile], Place]:
    *broken, end = byte_check.check_bytes(
        office.writing, office.store, PlaceFile(folder / "place.json")
    )
    assert isinstance(end, Place)
    return [each for each in broken if isinstance(each, BrokenFile)], end


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_bytes_that_changed_are_not_given_and_are_told_once(office: Office, damage: Spoil) -> None:
    file = an_original(office)
    good = read(office, file.key)
    replace(office, file.key, damage(good))
    expected = FileProblem.ALTERED if damage(good) is not None else FileProblem.MISSING
    for _ in range(2):
        with pytest.raises(DamagedFileError) as refused:
            stored_files.content(office.writing, office.store, file)
        assert refused.value.problem is expected
    with pytest.raises(DamagedFileError), stored_files.opened(office.writing, office.store, file):
        pytest.fail("nothing may be given")
    (incident,) = steps.rows(office, FileIncidentRow)
    assert (incident.key, incident.problem, incident.mended_at) == (file.key, expected, None)
    (event,) = steps.events(office, "file_damaged")
    assert event.subject_id == file.application_id
    assert file.key not in str(event.details)
    names = {each.name for each in invariants.broken_invariants(office.reading, office.store)}
    assert names == {f"file_{expected.value}"}
    replace(office, file.key, good)
    assert stored_files.content(office.writing, office.store, file) == good
    done = file_recovery.recheck(office.writing, office.store)
    assert (done.mended, done.waiting) == (1, 0)
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_a_file_that_breaks_again_is_told_again(office: Office) -> None:
    file = an_original(office)
    good = read(office, file.key)
    for _ in range(2):
        replace(office, file.key, None)
        with pytest.raises(DamagedFileError):
            stored_files.content(office.writing, office.store, file)
        replace(office, file.key, good)
        assert file_recovery.recheck(office.writing, office.store).mended == 1
    assert len(steps.events(office, "file_damaged")) == 2
    assert len(steps.events(office, "file_mended")) == 2


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_changed_acuerdo_is_not_mailed_and_goes_out_once_it_is_right(
    office: Office, damage: Spoil
) -> None:
    file, relay = issued(office), Relay()
    good = read(office, file.key)
    replace(office, file.key, damage(good))
    lease = mail_lease(office)
    with pytest.raises(DamagedFileError) as refused:
        notifying.deliver(office.writing, post_office(office, relay), lease)
    assert refused.value.retryable, "the mail waits"
    assert relay.sent == []
    assert [each.kind for each in steps.rows(office, FileIncidentRow)] == [FileKind.AGREEMENT]
    replace(office, file.key, good)
    notifying.deliver(office.writing, post_office(office, relay), lease)
    (message,) = relay.sent
    assert message["Message-ID"] == f"<{lease.subject_id}@localhost>", "without the port"
    (attached,) = list(message.iter_attachments())
    assert attached.get_content() == good
    (row,) = steps.rows(office, AgreementRow)
    assert attached.get_filename() == f"Acuerdo-{row.number}.pdf"
    assert steps.stored(office, MailRow, lease.subject_id).sent_at is not None


def test_the_operator_puts_back_only_the_very_file(office: Office, tmp_path: Path) -> None:
    file = issued(office)
    good = read(office, file.key)
    saved, other = tmp_path / "saved.pdf", tmp_path / "other.pdf"
    saved.write_bytes(good)
    other.write_bytes(good + b"x")
    replace(office, file.key, good[:-1] + b"?")
    with pytest.raises(DamagedFileError):
        stored_files.content(office.writing, office.store, file)
    with other.open("rb") as stream, pytest.raises(InvalidInputError):
        file_recovery.put_back(office.writing, office.store, file.key, stream)
    assert read(office, file.key) == good[:-1] + b"?"
    with saved.open("rb") as stream, pytest.raises(NotFoundError):
        file_recovery.put_back(office.writing, office.store, "agreements/none.pdf", stream)
    with saved.open("rb") as stream:
        named = file_recovery.put_back(office.writing, office.store, file.key, stream)
    assert named.kind is FileKind.AGREEMENT
    assert read(office, file.key) == good
    assert invariants.broken_invariants(office.reading, office.store) == []
    assert len(steps.events(office, "file_put_back")) == 1


def test_a_waiting_mail_is_tried_at_once_when_its_file_is_back(
    office: Office, tmp_path: Path
) -> None:
    file = issued(office)
    saved = tmp_path / "saved.pdf"
    saved.write_bytes(read(office, file.key))
    replace(office, file.key, None)
    lease = mail_lease(office)
    with office.writing() as uow:
        tasks.wait_out(uow, lease, error="DamagedFileError: lost", first_seconds=600)
        uow.commit()
    with saved.open("rb") as stream:
        file_recovery.put_back(office.writing, office.store, file.key, stream)
    task = steps.stored(office, TaskRow, lease.task_id)
    with office.reading() as uow:
        assert task.run_after <= uow.now


def test_a_store_that_is_not_there_loses_nothing(office: Office) -> None:
    file = an_original(office)

    class Gone:
        """A store whose folder or bucket went away."""

        def open(self, key: str) -> object:
            """Have no such key."""
            return office.store.open(f"{key}-gone")

        def ping(self) -> None:
            """Say so."""
            raise StoreError("the folder is missing", retryable=True)

    with pytest.raises(StoreError, match="folder is missing"):
        stored_files.compare(Gone(), file)  # type: ignore[arg-type]
    assert steps.rows(office, FileIncidentRow) == []


def test_a_file_that_was_replaced_meanwhile_is_no_incident(office: Office) -> None:
    _, image = with_page(office)
    with office.writing() as uow:
        uow.session.execute(sa.update(PageRow).values(image_key="derived/newer.jpg"))
        uow.commit()
    office.store.delete(image.key)
    with pytest.raises(StoreError) as refused:
        stored_files.content(office.writing, office.store, image)
    assert refused.value.retryable
    assert not isinstance(refused.value, DamagedFileError)
    assert steps.rows(office, FileIncidentRow) == []


def test_a_lost_page_image_asks_once_to_be_made_again(office: Office) -> None:
    document_id, image = with_page(office)
    office.store.delete(image.key)
    for _ in range(3):
        with pytest.raises(DamagedFileError):
            stored_files.content(office.writing, office.store, image)
        file_recovery.recheck(office.writing, office.store)
    asked = [each for each in steps.rows(office, TaskRow) if each.kind is TaskKind.REBUILD_FILES]
    assert [each.subject_id for each in asked] == [document_id]


def test_a_page_whose_original_is_lost_too_is_not_made_again_and_again(office: Office) -> None:
    document_id, image = with_page(office)
    with office.reading() as uow:
        original = original_file(uow.session.get_one(DocumentRow, document_id))
    assert original is not None
    good = read(office, original.key)
    for key in (image.key, original.key):
        office.store.delete(key)
    for file in (image, original):
        with pytest.raises(DamagedFileError):
            stored_files.content(office.writing, office.store, file)
    (lease,) = steps.leases(office, TaskKind.REBUILD_FILES)
    assert rebuilding.keep(office.writing(), lease, [])
    assert file_incidents.original_is_lost(office.reading(), document_id)
    file_recovery.recheck(office.writing, office.store)
    assert steps.leases(office, TaskKind.REBUILD_FILES) == []
    replace(office, original.key, good)
    file_recovery.recheck(office.writing, office.store)
    assert not file_incidents.original_is_lost(office.reading(), document_id)
    assert len(steps.leases(office, TaskKind.REBUILD_FILES)) == 1


def test_the_cure_of_an_image_names_the_original_first_when_that_is_lost_too(
    office: Office,
) -> None:
    document_id, image = with_page(office)
    with office.reading() as uow:
        original = original_file(uow.session.get_one(DocumentRow, document_id))
    assert original is not None

    def told() -> dict[str, str]:
        with office.reading() as uow:
            return {each.key: each.cure for each in file_incidents.open_incidents(uow)}

    for file in (image, original):
        office.store.delete(file.key)
        with pytest.raises(DamagedFileError):
            stored_files.content(office.writing, office.store, file)
        if file is image:
            assert told()[image.key] == "Se vuelve a hacer sola a partir del original."
    assert told()[image.key] == "Recupere primero el original; con él se vuelve a hacer sola."
    assert "put-back" in told()[original.key]


def test_a_changed_upload_is_never_kept_as_the_confirmed_original(office: Office) -> None:
    upload(office, open_draft(office), content=steps.JPEG)
    (row,) = steps.rows(office, DocumentRow)
    replace(office, row.staging_key or "", steps.JPEG[:-1] + b"?")
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    steps.settle(office, lease)
    after = steps.stored(office, DocumentRow, row.id)
    assert (after.refusal, after.storage_key) == (RefusalReason.DAMAGED, None)
    assert list(office.store.keys("originals/")) == []


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_every_broken_file_is_found_by_the_walk(
    office: Office, tmp_path: Path, damage: Spoil
) -> None:
    issued(office)
    _, image = with_page(office)
    keys = [entry.key for entry in office.store.keys("")]
    assert walk(office, tmp_path)[0] == []
    for key in keys:
        replace(office, key, damage(read(office, key)))
    broken, end = walk(office, tmp_path)
    with office.reading() as uow:
        named = {key for key in keys if named_now(uow, key) is not None}
    assert image.key in named
    assert {each.file.key for each in broken} == named
    assert (end.broken, end.files) == (len(named), len(named))
    assert len(steps.rows(office, FileIncidentRow)) == len(named)


def test_the_walk_goes_on_where_it_was_interrupted(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        with_page(office)
    monkeypatch.setattr(byte_check, "ROWS", 1)
    places: list[Place] = []

    class Interrupted(BaseException):
        """Ctrl-C."""

    def stop(place: Place) -> None:
        places.append(place)
        if place.files >= 2:
            raise Interrupted

    place_file = PlaceFile(tmp_path / "place.json")
    with pytest.raises(Interrupted):
        list(byte_check.check_bytes(office.writing, office.store, place_file, on_place=stop))
    looked_at: list[str] = []

    def told(store: FileStore, file: NamedFile) -> stored_files.Compared:
        looked_at.append(file.key)
        return stored_files.compare(store, file)

    monkeypatch.setattr(byte_check, "compare", told)
    _, end = walk(office, tmp_path)
    assert len(looked_at) == end.files - places[-1].files
    assert len(set(looked_at)) == len(looked_at)
    looked_at.clear()
    _, again = walk(office, tmp_path)
    assert len(looked_at) == again.files == end.files, "a walk that ended begins anew"


def test_a_place_that_is_stale_or_spoilt_begins_anew(office: Office, tmp_path: Path) -> None:
    with office.reading() as uow:
        now = uow.now
    place_file = PlaceFile(tmp_path / "place.json")
    place_file.write(Place(stage=1, files=7, rested_at=now.isoformat()))
    assert place_file.read(now=now).files == 7
    assert place_file.read(now=now + timedelta(days=8)).files == 0
    for spoilt in ("", "{", "[]", '{"stage": 1}', '{"rested_at": "x"}'):
        (tmp_path / "place.json").write_text(spoilt)
        assert place_file.read(now=now).stage == 0


FORGED: tuple[Mapping[str, object], ...] = (
    {"stage": len(STAGES), "files": 9},
    {"stage": 99},
    {"stage": -1},
    {"stage": 1.5},
    {"stage": True},
    {"files": "many"},
    {"broken": -3},
    {"after": 7},
    {"rested_at": "2026-11-20T10:00:00"},
    {"rested_at": "9999-01-01T00:00:00+00:00"},
)


def test_a_place_that_no_check_has_written_ends_none_early(office: Office, tmp_path: Path) -> None:
    with_page(office)
    _, whole = walk(office, tmp_path)
    assert whole.files > 0
    for forged in FORGED:
        with office.reading() as uow:
            rested_at = uow.now.isoformat()
        told = {"order": byte_check.ORDER, "stage": 1, "files": 1, "rested_at": rested_at, **forged}
        (tmp_path / "place.json").write_text(json.dumps(told))
        _, end = walk(office, tmp_path)
        assert (end.files, end.size_bytes) == (whole.files, whole.size_bytes), forged


@pytest.mark.parametrize("order", [[], byte_check.ORDER[:-1], None])
def test_a_place_of_a_version_that_walked_other_tables_begins_anew(
    office: Office, tmp_path: Path, order: Sequence[str] | None
) -> None:
    """Its stage is the number of another table here."""
    with office.reading() as uow:
        now = uow.now
    place_file = PlaceFile(tmp_path / "place.json")
    place_file.write(Place(stage=1, files=7, rested_at=now.isoformat()))
    told = json.loads((tmp_path / "place.json").read_text())
    assert place_file.read(now=now).files == 7
    told["order"] = order
    if order is None:  # as versions wrote it that named no tables
        del told["order"]
    (tmp_path / "place.json").write_text(json.dumps(told))
    assert place_file.read(now=now) == Place(began_at=now.isoformat())


def test_pages_of_before_get_their_hash_from_the_walk(office: Office, tmp_path: Path) -> None:
    _, image = with_page(office, known=False)
    assert image.sha256 is None
    assert stored_files.content(office.writing, office.store, image) == read(office, image.key)
    _, end = walk(office, tmp_path)
    assert end.adopted == 3, "the image, its preview and its thumbnail"
    replace(office, image.key, read(office, image.key) + b"x")
    (broken,), end = walk(office, tmp_path)
    assert (broken.file.key, end.adopted) == (image.key, 0)


def test_rebuilt_files_take_their_place_in_one_step(office: Office) -> None:
    document_id, image = with_page(office)
    (page,) = steps.rows(office, PageRow)
    office.store.delete(image.key)
    with pytest.raises(DamagedFileError):
        stored_files.content(office.writing, office.store, image)
    (lease,) = steps.leases(office, TaskKind.REBUILD_FILES)
    found = rebuilding.begin(office.reading(), document_id)
    assert found is not None
    assert [each.number for each in found.pages] == [1]
    stored = office.store.put(f"derived/{uuid4()}.jpg", BytesIO(steps.JPEG))
    new = rebuilding.NewFile(former=image, stored=stored)
    assert rebuilding.keep(office.writing(), lease, [new])
    assert not rebuilding.keep(office.writing(), lease, [new]), "the lease is used up"
    (after,) = steps.rows(office, PageRow)
    assert (after.image_key, after.image_sha256) == (stored.key, stored.sha256)
    assert (after.thumbnail_key, after.kind, after.words) == (
        page.thumbnail_key,
        page.kind,
        page.words,
    )
    assert steps.stored(office, TaskRow, lease.task_id).state is TaskState.DONE
    assert file_incidents.count_open(office.reading()) == 0
