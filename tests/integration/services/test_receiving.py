"""A file comes in: whole and once, or not at all."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

import pytest
import sqlalchemy as sa

from review_service.adapters.local_store import LocalFileStore
from review_service.db.models import AttemptRow, DocumentRow, TaskRow
from review_service.domain.documents import DocumentKind, DocumentState, Theme
from review_service.domain.errors import (
    BudgetSpentError,
    FileTooLargeError,
    InvalidInputError,
    StoreError,
)
from review_service.domain.limits import UploadLimits
from review_service.domain.refusals import RefusalReason
from review_service.domain.request_limits import CASE_PAGES, UPLOAD, UPLOAD_PAGES, Limit
from review_service.domain.work import Lane
from review_service.ports import Readable, StoredFile, StoredKey
from review_service.services import attempts
from review_service.services.applicant import receiving
from review_service.services.applicant.receiving import Received, Upload, clean_file_name
from tests.asked_statements import asked_of
from tests.factories import RUC, Office, make_office, open_draft, upload
from tests.integration.services import steps
from tests.integration.services.steps import JPEG, PDF

SMALL = UploadLimits(evidence_bytes=2000, evidence_pages=3, agreement_bytes=1500, photo_bytes=1000)


class BreakingStore:
    """A store on local disk that fails in the middle of a file."""

    def __init__(self, folder: Path) -> None:
        self.inner = LocalFileStore(folder)

    def put(self, key: str, stream: Readable, *, max_bytes: int | None = None) -> StoredFile:
        """Take a part of the stream, then fail."""
        del key, max_bytes
        stream.read(10)
        raise StoreError("the disk is full", retryable=True)

    def prepare(self) -> None:
        """Make the folder."""
        self.inner.prepare()

    def ping(self) -> None:
        """Answer."""

    def open(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Read."""
        return self.inner.open(key)

    def copy(self, source: str, target: str) -> None:
        """Copy."""
        self.inner.copy(source, target)

    def delete(self, key: str) -> None:
        """Delete."""
        self.inner.delete(key)

    def size(self, key: str) -> int | None:
        """Measure."""
        return self.inner.size(key)

    def keys(self, prefix: str) -> Iterator[StoredKey]:
        """List."""
        return self.inner.keys(prefix)

    def drop_unfinished(self, *, before: datetime) -> int:
        """Tidy up."""
        return self.inner.drop_unfinished(before=before)


class BreakingStream:
    """A connection that is lost after some bytes."""

    def __init__(self, content: bytes, *, after: int) -> None:
        self._stream = BytesIO(content)
        self._left = after

    def read(self, size: int = -1) -> bytes:
        """Give bytes until the line breaks."""
        if self._left <= 0:
            raise ConnectionResetError("the line broke")
        wanted = min(size, self._left) if size >= 0 else self._left
        self._left -= wanted
        return self._stream.read(wanted)


def receive(
    office: Office,
    content: bytes | Readable,
    *,
    kind: DocumentKind = DocumentKind.PHOTO,
    limits: UploadLimits = SMALL,
    key: str = "key",
) -> Received:
    """Send one file into the draft of ``RUC``."""
    return receiving.receive(
        office.writing,
        office.store,
        limits=limits,
        application_id=open_draft(office),
        ruc=RUC,
        upload=Upload(
            kind=kind,
            theme=Theme.WORKSHOP if kind is DocumentKind.PHOTO else None,
            upload_key=key,
            file_name="archivo",
            stream=BytesIO(content) if isinstance(content, bytes) else content,
        ),
    )


def staged(office: Office) -> list[str]:
    return [entry.key for entry in office.store.keys("")]


def padded(head: bytes, size: int) -> bytes:
    return head + b"\x00" * (size - len(head))


def test_a_received_file_is_stored_hashed_and_waits_for_its_check(office: Office) -> None:
    received = receive(office, JPEG)
    row = steps.stored(office, DocumentRow, received.document_id)
    assert received.refusal is None
    assert (row.state, row.size_bytes) == (DocumentState.RECEIVED, len(JPEG))
    assert row.staging_key is not None
    assert staged(office) == [row.staging_key]
    with office.store.open(row.staging_key) as stream:
        assert stream.read() == JPEG
    (task,) = steps.rows(office, TaskRow)
    assert (task.subject_id, task.lane) == (row.id, Lane.INTAKE)
    assert office.notices.notified == [task.id]


def test_a_prior_agreement_waits_in_the_lane_of_the_slow_ones(office: Office) -> None:
    receive(office, PDF, kind=DocumentKind.AGREEMENT)
    assert [task.lane for task in steps.rows(office, TaskRow)] == [Lane.OCR]


@pytest.mark.parametrize(
    ("kind", "head", "limit"),
    [
        (DocumentKind.PHOTO, b"\xff\xd8\xff", 1000),
        (DocumentKind.AGREEMENT, b"%PDF-1.4", 1500),
        (DocumentKind.EVIDENCE, b"%PDF-1.4", 2000),
    ],
)
def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(
    office: Office, kind: DocumentKind, head: bytes, limit: int
) -> None:
    fits = receive(office, padded(head, limit), kind=kind, key="fits")
    over = receive(office, padded(head, limit + 1), kind=kind, key="over")
    assert (fits.refusal, over.refusal) == (None, RefusalReason.TOO_LARGE)
    assert len(staged(office)) == 1


@pytest.mark.parametrize(
    ("kind", "content", "reason"),
    [
        (DocumentKind.PHOTO, b"", "empty_file"),
        (DocumentKind.EVIDENCE, b"", "empty_file"),
        (DocumentKind.PHOTO, PDF, "not_a_photo"),
        (DocumentKind.PHOTO, b"GIF89a" + b"x" * 50, "not_a_photo"),
        (DocumentKind.PHOTO, b"\xff\xd8", "not_a_photo"),
        (DocumentKind.EVIDENCE, JPEG, "not_a_pdf"),
        (DocumentKind.EVIDENCE, b"<html>" * 9, "not_a_pdf"),
        (DocumentKind.AGREEMENT, b"x" * 1024 + b"%PDF-1.4", "not_a_pdf"),
    ],
)
def test_what_is_no_such_file_is_refused_written_down_and_not_stored(
    office: Office, kind: DocumentKind, content: bytes, reason: str
) -> None:
    received = receive(office, content, kind=kind)
    row = steps.stored(office, DocumentRow, received.document_id)
    assert received.refusal is RefusalReason(reason)
    assert (row.state, row.refusal, row.staging_key) == (
        DocumentState.REFUSED,
        RefusalReason(reason),
        None,
    )
    assert staged(office) == []
    assert steps.rows(office, TaskRow) == []
    (event,) = steps.events(office, "document_refused")
    assert event.details["reason"] == reason


@pytest.mark.parametrize("head", [b"x" * 1019 + b"%PDF-", b"\xef\xbb\xbf\r\n%PDF-1.4"])
def test_a_scanner_may_put_bytes_before_the_pdf(office: Office, head: bytes) -> None:
    received = receive(office, padded(head, 1500), kind=DocumentKind.EVIDENCE)
    assert received.refusal is None


def test_a_png_is_a_photo(office: Office) -> None:
    assert receive(office, b"\x89PNG\r\n\x1a\n" + b"x" * 50).refusal is None


def test_the_same_upload_twice_at_once_is_one_document(office: Office) -> None:
    application_id = open_draft(office)

    def send(_number: int) -> Received:
        return upload(office, application_id, content=JPEG, upload_key="same")

    with ThreadPoolExecutor(6) as pool:
        received = set(pool.map(send, range(6)))
    assert len(received) == 1
    assert len(steps.rows(office, DocumentRow)) == 1
    assert len(steps.rows(office, TaskRow)) == 1


def test_the_41st_photo_is_refused_and_a_removed_or_refused_one_leaves_its_place(
    office: Office,
) -> None:
    for number in range(3):
        receive(office, JPEG, key=f"{number}")
    with pytest.raises(InvalidInputError) as raised:
        receive(office, JPEG, key="one too many")
    assert raised.value.problems == {
        "photos": "Ya tiene 3 fotos, que es el máximo. Quite una para agregar otra."
    }
    assert UploadLimits().evidence_pages == 40
    with office.writing() as uow:
        rows = uow.session.execute(sa.select(DocumentRow)).scalars().all()
        rows[0].removed_at = uow.now
        rows[1].state, rows[1].refusal = DocumentState.REFUSED, RefusalReason.DAMAGED
        uow.commit()
    receive(office, JPEG, key="in the first's place")
    receive(office, JPEG, key="in the second's place")
    with pytest.raises(InvalidInputError):
        receive(office, JPEG, key="again too many")


def test_photos_sent_at_once_do_not_pass_the_limit_together(office: Office) -> None:
    open_draft(office)

    def send(number: int) -> bool:
        try:
            receive(office, JPEG, key=f"{number}")
        except InvalidInputError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(send, range(8)))
    assert sum(taken) == 3
    assert len(steps.rows(office, DocumentRow)) == 3


def test_a_full_draft_still_answers_a_repeated_upload(office: Office) -> None:
    first = receive(office, JPEG, key="first")
    receive(office, JPEG, key="2")
    receive(office, JPEG, key="3")
    assert receive(office, JPEG, key="first") == first


@pytest.mark.parametrize("kind", list(DocumentKind)[:3])
def test_another_file_under_the_same_key_is_an_upload_of_its_own(
    office: Office, kind: DocumentKind
) -> None:
    head = JPEG if kind is DocumentKind.PHOTO else PDF
    first, second = (receive(office, head + note, kind=kind) for note in (b"1", b"2"))
    assert first.document_id != second.document_id
    assert {row.sha256 for row in steps.rows(office, DocumentRow)} == {
        hashlib.sha256(head + note).hexdigest() for note in (b"1", b"2")
    }
    assert receive(office, head + b"1", kind=kind) == first
    assert receive(office, head + b"2", kind=kind) == second
    assert len(steps.rows(office, DocumentRow)) == len(staged(office)) == 2


def test_a_good_file_after_a_refused_one_under_the_same_key_is_taken(office: Office) -> None:
    refused = receive(office, b"<html>")
    assert receive(office, b"<html>") == refused, "a lone retry is told the same"
    taken = receive(office, JPEG)
    assert (refused.refusal, taken.refusal) == (RefusalReason.NOT_A_PHOTO, None)
    assert receive(office, b"").refusal is RefusalReason.EMPTY_FILE
    assert len(steps.rows(office, DocumentRow)) == 3


def test_a_removed_file_sent_again_under_its_key_is_taken_again(office: Office) -> None:
    first = receive(office, JPEG)
    with office.writing() as uow:
        uow.session.get_one(DocumentRow, first.document_id).removed_at = uow.now
        uow.commit()
    again = receive(office, JPEG)
    assert again.document_id != first.document_id
    assert receive(office, JPEG) == again


def test_another_file_under_a_used_key_counts_as_one_more(office: Office) -> None:
    for number in range(3):
        receive(office, JPEG + bytes([number]))
    with pytest.raises(InvalidInputError):
        receive(office, JPEG + b"one too many")
    assert len(steps.rows(office, DocumentRow)) == 3


def test_different_files_under_one_key_at_once_are_all_taken(office: Office) -> None:
    application_id = open_draft(office)

    def send(number: int) -> Received:
        return upload(office, application_id, content=JPEG + bytes([number % 3]), upload_key="same")

    with ThreadPoolExecutor(6) as pool:
        received = set(pool.map(send, range(6)))
    assert len(received) == 3
    assert len(steps.rows(office, DocumentRow)) == 3


@pytest.mark.parametrize("kind", [DocumentKind.EVIDENCE, DocumentKind.AGREEMENT])
def test_a_new_pdf_takes_the_place_of_the_former_once_it_is_accepted(
    office: Office, kind: DocumentKind
) -> None:
    photo = receive(office, JPEG, key="photo")
    first = receive(office, PDF, kind=kind, key="1")
    steps.check_all(office)
    second = receive(office, PDF, kind=kind, key="2")
    assert steps.stored(office, DocumentRow, first.document_id).removed_at is None
    steps.check_all(office)
    assert steps.stored(office, DocumentRow, first.document_id).removed_at is not None
    assert steps.stored(office, DocumentRow, second.document_id).removed_at is None
    assert steps.stored(office, DocumentRow, photo.document_id).removed_at is None


def test_a_store_that_fails_in_the_middle_leaves_no_row(
    migrated_database_url: str, tmp_path: Path
) -> None:
    office = make_office(migrated_database_url, tmp_path, BreakingStore(tmp_path / "files"))
    with pytest.raises(StoreError):
        receive(office, JPEG)
    assert steps.rows(office, DocumentRow) == []
    assert steps.rows(office, TaskRow) == []
    office.database.engine.dispose()


@pytest.mark.parametrize("after", [0, 500, 1024, 1500])
def test_a_line_that_breaks_leaves_no_row_and_no_bytes(office: Office, after: int) -> None:
    stream = BreakingStream(padded(b"%PDF-1.4", 1900), after=after)
    with pytest.raises(ConnectionResetError):
        receive(office, stream, kind=DocumentKind.EVIDENCE)
    assert steps.rows(office, DocumentRow) == []
    assert staged(office) == []
    files = cast(LocalFileStore, office.store)
    assert not [path for path in files._folder.rglob("*") if path.is_file()]  # noqa: SLF001


def test_a_file_too_large_is_not_read_to_its_end(office: Office) -> None:
    stream = BytesIO(padded(b"\xff\xd8\xff", 50_000_000))
    assert receive(office, stream).refusal is RefusalReason.TOO_LARGE
    assert stream.tell() < 5_000_000


def test_a_file_that_is_too_large_is_an_error_of_its_own_kind() -> None:
    assert FileTooLargeError(7).max_bytes == 7


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("fotos taller.pdf", "fotos taller.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\María\\acuerdo.pdf", "acuerdo.pdf"),
        ("con\x00trol\r\n.pdf", "control.pdf"),
        ("gpj.\u202efdp", "gpj.fdp"),
        ("", "archivo"),
        ("///", "archivo"),
        ("n\u0303andu.pdf", "ñandu.pdf"),
        ("a" * 121, "a" * 120),
    ],
)
def test_a_file_name_is_kept_as_harmless_text(name: str, kept: str) -> None:
    assert clean_file_name(name) == kept


MOST_ASKED = 25
"""What an upload asks of the database, the time of each transaction and its events included."""


@pytest.mark.parametrize("photos", [0, 6])
def test_an_upload_asks_few_questions_however_many_files_there_are(
    office: Office, photos: int
) -> None:
    """They were 39, and each photo there was loaded twice: more than its bytes cost."""
    application_id = open_draft(office)
    for number in range(photos):
        upload(office, application_id, content=JPEG + bytes([number]))
    with asked_of(office.database.engine) as asked:
        upload(office, application_id, content=JPEG + b"new")
    questions = [each for each in asked if not each.startswith(("PRAGMA", "BEGIN"))]
    assert 0 < len(questions) <= MOST_ASKED, questions


@pytest.mark.parametrize("past", [UPLOAD, UPLOAD_PAGES, CASE_PAGES])
def test_a_file_past_one_budget_is_counted_for_none(office: Office, past: Limit) -> None:
    """Else who is refused spends what they may use once that budget is free again."""
    application_id = open_draft(office)
    payers = {UPLOAD: RUC, UPLOAD_PAGES: RUC, CASE_PAGES: str(application_id)}
    with office.writing() as uow:
        attempts.note(uow, past, who=payers[past], times=past.count)
        uow.commit()
    with office.reading() as uow:
        before = uow.session.execute(sa.select(AttemptRow.key, AttemptRow.count)).all()
    with pytest.raises(BudgetSpentError):
        upload(office, application_id, content=JPEG)
    with office.reading() as uow:
        assert uow.session.execute(sa.select(AttemptRow.key, AttemptRow.count)).all() == before
