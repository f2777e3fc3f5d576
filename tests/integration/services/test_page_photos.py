"""The prior agreement as photos of its sheets: added, moved and taken out, with nothing lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.adapters.age_cipher import AgeCipher, new_key
from review_service.adapters.local_store import LocalFileStore
from review_service.db.database import Database
from review_service.db.models import DocumentRow, EventRow, FileIncidentRow
from review_service.db.named_files import files_named_by, named_now, page_photos_file, still_names
from review_service.db.queries.applicant.files import OwnFiles, files_of
from review_service.db.sightings import sighting
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import DocumentKind, DocumentState
from review_service.domain.errors import (
    BudgetSpentError,
    InvalidInputError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.findings import Finding, Severity
from review_service.domain.limits import UploadLimits
from review_service.domain.page_photos import Change, page_photos_from, places
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import DocumentReport
from review_service.domain.request_limits import SHEET_PRESSES
from review_service.domain.sightings import Sight
from review_service.domain.work import TaskKind
from review_service.services import attempts, stored_files
from review_service.services.applicant import page_photos
from review_service.services.applicant.page_photos import Added, NewPhoto, Paper
from review_service.services.findings import checking
from review_service.services.upkeep import backing_up, invariants, releasing, restoring, sweeping
from tests.conftest import FreshDatabase
from tests.factories import OTHER_RUC, RUC, Office, RememberedBells, open_draft, upload
from tests.integration.services import steps
from tests.integration.services.steps import PDF
from tests.integration.services.test_reconciling import old_store

START = b"\xff\xd8\xff\xe0"
ONE, TWO, THREE = (START + word * 9 for word in (b"uno", b"dos!", b"tres!"))
HEIC = b"\0\0\0\x1cftypheic\0\0\0\0mif1heicmiaf" + bytes(40)


def draft(office: Office) -> UUID:
    return open_draft(office, kind=ApplicationKind.RENEWAL)


def paper(
    application_id: UUID,
    base: UUID | None = None,
    *,
    key: str | None = None,
    seen: str | None = None,
    ruc: str = RUC,
) -> Paper:
    return Paper(
        application_id=application_id,
        ruc=ruc,
        upload_key=key or uuid4().hex,
        base=base,
        seen=seen,
    )


def add(
    office: Office,
    about: Paper,
    *photos: bytes,
    instead_of: int | None = None,
    limits: UploadLimits | None = None,
) -> Added:
    return page_photos.add(
        office.writing,
        office.store,
        limits=limits or office.limits,
        paper=about,
        photos=[
            NewPhoto(file_name=f"hoja {place}.jpg", stream=BytesIO(photo))
            for place, photo in enumerate(photos, start=1)
        ],
        instead_of=instead_of,
    )


def added(office: Office, about: Paper, *photos: bytes, instead_of: int | None = None) -> UUID:
    return add(office, about, *photos, instead_of=instead_of).received.document_id


def change(office: Office, about: Paper, number: int, what: Change) -> UUID:
    return page_photos.rearrange(
        office.writing, office.store, limits=office.limits, paper=about, number=number, change=what
    ).document_id


@contextmanager
def refused_for(words: str) -> Iterator[None]:
    with pytest.raises(InvalidInputError) as raised:
        yield
    assert words in " ".join(raised.value.problems.values())


def sheets(office: Office, document_id: UUID) -> list[bytes]:
    """Return the bytes of each photo as they stand in the store."""
    row = steps.stored(office, DocumentRow, document_id)
    file = page_photos_file(row)
    assert file is not None
    content = stored_files.content(office.writing, office.store, file)
    photos = page_photos_from(row.page_photos)
    return [content[start : start + size] for start, size in places(photos)]


def end_check(
    office: Office, document_id: UUID, *, reason: RefusalReason | None = None, sheet: int = 1
) -> None:
    """Stand in for the worker, which makes a PDF of the photos or refuses one of them."""
    leases = {lease.subject_id: lease for lease in steps.leases(office, TaskKind.CHECK_DOCUMENT)}
    document = checking.begin(office.writing(), document_id)
    assert document is not None
    made = office.store.put(f"originals/{uuid4()}", BytesIO(b"%PDF-" + document_id.bytes))
    finding = Finding(
        check="intake", code=str(reason), severity=Severity.BAD, message="", advice="no", page=sheet
    )
    report = DocumentReport(
        kind=document.kind,
        sha256=document.sha256 if reason else made.sha256,
        size_bytes=made.size_bytes,
        reason=reason,
        page_count=0 if reason else len(document.page_photos),
        findings=(finding,) if reason else (),
        signature=steps.UNSIGNED,
    )
    key = None if reason else made.key
    assert checking.finish(office.writing(), leases[document_id], report, storage_key=key)


def shown(office: Office, application_id: UUID) -> OwnFiles:
    with office.reading() as uow:
        return files_of(uow, application_id)


def test_photos_are_kept_in_their_order_under_one_document(office: Office) -> None:
    application_id = draft(office)
    document_id = added(office, paper(application_id), ONE, TWO)
    assert sheets(office, document_id) == [ONE, TWO]
    row = steps.stored(office, DocumentRow, document_id)
    assert (row.kind, row.state) == (DocumentKind.AGREEMENT, DocumentState.RECEIVED)
    assert row.file_name == "2 hojas fotografiadas"
    assert [name for name, _ in row.page_photos or ()] == ["hoja 1.jpg", "hoja 2.jpg"]


def test_one_after_another_also_while_the_first_is_being_checked(office: Office) -> None:
    application_id = draft(office)
    first = added(office, paper(application_id), ONE)
    second = added(office, paper(application_id, first), TWO)
    third = added(office, paper(application_id, second), THREE)
    assert sheets(office, third) == [ONE, TWO, THREE]
    standing = shown(office, application_id).agreement
    assert standing is not None
    assert standing.id == third


def test_a_sheet_is_moved_replaced_and_taken_out(office: Office) -> None:
    application_id = draft(office)
    first = added(office, paper(application_id), ONE, TWO)
    moved = change(office, paper(application_id, first), 1, Change.LATER)
    assert sheets(office, moved) == [TWO, ONE]
    replaced = added(office, paper(application_id, moved), THREE, instead_of=1)
    assert sheets(office, replaced) == [THREE, ONE]
    left = change(office, paper(application_id, replaced), 1, Change.REMOVE)
    assert sheets(office, left) == [ONE]
    with refused_for("única hoja"):
        change(office, paper(application_id, left), 1, Change.REMOVE)


def test_the_former_one_stands_until_the_new_one_is_accepted(office: Office) -> None:
    application_id = draft(office)
    pdf = upload(office, application_id, content=PDF, kind=DocumentKind.AGREEMENT).document_id
    steps.check_all(office)
    first = added(office, paper(application_id), ONE, TWO)
    former = shown(office, application_id).formers[first]
    assert former.id == pdf
    end_check(office, first)
    files = shown(office, application_id)
    assert files.agreement is not None
    assert files.agreement.id == first
    assert not files.formers
    assert steps.stored(office, DocumentRow, pdf).removed_at is not None


def test_what_is_made_of_them_is_the_original_and_they_stay_as_they_came(office: Office) -> None:
    application_id = draft(office)
    first = added(office, paper(application_id), ONE, TWO)
    came = steps.stored(office, DocumentRow, first)
    end_check(office, first)
    row = steps.stored(office, DocumentRow, first)
    assert row.storage_key is not None
    with office.store.open(row.storage_key) as stream:
        assert stream.read().startswith(b"%PDF-")
    assert row.sha256 != came.sha256 == row.page_photos_sha256
    assert sheets(office, first) == [ONE, TWO]
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_a_sheet_that_spoils_the_pdf_is_named_and_the_others_need_not_be_sent_again(
    office: Office,
) -> None:
    application_id = draft(office)
    good = added(office, paper(application_id), ONE)
    end_check(office, good)
    bad = added(office, paper(application_id, good), TWO, THREE)
    end_check(office, bad, reason=RefusalReason.DAMAGED, sheet=2)
    files = shown(office, application_id)
    assert files.agreement is not None
    assert files.agreement.id == good
    (refused,) = files.refused
    assert (refused.id, refused.refused_sheet) == (bad, 2)
    mended = change(office, paper(application_id, bad), 2, Change.REMOVE)
    assert sheets(office, mended) == [ONE, THREE]
    assert not shown(office, application_id).refused


def test_the_same_form_with_the_same_photos_is_one_upload(office: Office) -> None:
    application_id = draft(office)
    key = uuid4().hex
    first = added(office, paper(application_id, key=key), ONE, TWO)
    end_check(office, first)
    assert added(office, paper(application_id, key=key, seen="1.old"), ONE, TWO) == first
    other = added(office, paper(application_id, key=key), TWO)
    assert other != first
    press = paper(application_id, first, key=uuid4().hex)
    moved = change(office, press, 1, Change.LATER)
    assert change(office, press, 1, Change.LATER) == moved
    assert len(steps.rows(office, DocumentRow)) == 3


def test_a_form_made_from_another_paper_changes_nothing(office: Office) -> None:
    application_id = draft(office)
    with office.reading() as uow:
        row = steps.application(office, application_id)
        seen = sighting(uow.session, row, Sight.PLACE, DocumentKind.AGREEMENT)
    first = added(office, paper(application_id, seen=seen), ONE)
    with pytest.raises(StaleStateError):
        add(office, paper(application_id, seen=seen), TWO)
    with pytest.raises(StaleStateError):
        change(office, paper(application_id, first, seen=seen), 1, Change.LATER)


def test_what_is_no_photo_is_named_and_the_others_are_taken(office: Office) -> None:
    application_id = draft(office)
    about = paper(application_id)
    told = add(office, about, ONE, HEIC, b"%PDF-1.7 renamed", b"", TWO)
    assert sheets(office, told.received.document_id) == [ONE, TWO]
    assert [one.sentence.partition("»")[0] for one in told.refused] == [
        "«hoja 2.jpg",
        "«hoja 3.jpg",
        "«hoja 4.jpg",
    ]
    with pytest.raises(InvalidInputError) as raised:
        add(office, paper(application_id), HEIC, b"%PDF-1.7")
    assert len(raised.value.problems) == 2


@pytest.mark.parametrize("count", [13, 60])
def test_more_than_twelve_sheets_at_once_are_refused(office: Office, count: int) -> None:
    photos = [START + bytes([number]) for number in range(count)]
    with refused_for(f"Serían {count} hojas y aceptamos hasta 12"):
        add(office, paper(draft(office)), *photos)
    assert steps.rows(office, DocumentRow) == []


def test_a_thirteenth_sheet_is_refused_and_the_twelve_stay(office: Office) -> None:
    application_id = draft(office)
    twelve = added(office, paper(application_id), *(START + bytes([n]) for n in range(12)))
    with refused_for("Serían 13 hojas y aceptamos hasta 12"):
        add(office, paper(application_id, twelve), ONE)
    row = steps.stored(office, DocumentRow, twelve)
    assert (len(row.page_photos or ()), row.removed_at) == (12, None)


def test_they_have_a_largest_weight_each_and_together(office: Office) -> None:
    application_id = draft(office)
    limits = UploadLimits(photo_bytes=40)
    exact, over = START + bytes(36), START + bytes(37)
    assert limits.page_photos_bytes == 160
    with refused_for("pesa más de"):
        add(office, paper(application_id), over, limits=limits)
    first = add(office, paper(application_id), *[exact] * 4, limits=limits).received.document_id
    with refused_for("pesarían juntas más de"):
        add(office, paper(application_id, first), START, limits=limits)


def test_nobody_reaches_the_photos_of_another(office: Office) -> None:
    mine, theirs = draft(office), open_draft(office, OTHER_RUC, ApplicationKind.RENEWAL)
    first = added(office, paper(mine), ONE)
    for about in (
        paper(theirs, first, ruc=OTHER_RUC),
        paper(mine, first, ruc=OTHER_RUC),
        paper(mine, uuid4()),
        paper(mine, upload(office, mine, content=ONE).document_id),
    ):
        with pytest.raises(NotFoundError):
            add(office, about, TWO)
    with pytest.raises(NotFoundError):
        change(office, paper(mine, first), 2, Change.REMOVE)


def test_sweeper_byte_check_and_incidents_know_them(office: Office) -> None:
    application_id = draft(office)
    document_id = added(office, paper(application_id), ONE, TWO)
    for state in ("waiting", "checked"):
        with office.reading() as uow:
            row = uow.session.get_one(DocumentRow, document_id)
            file = page_photos_file(row)
            assert file is not None
            files = files_named_by(uow, DocumentRow, [document_id])
            keys = [one.key for one in files]
            assert keys.count(file.key) == 1, state
            assert len(keys) == (1 if state == "waiting" else 2)
            named = named_now(uow, file.key)
            assert named is not None
            assert (named.key, named.sha256) == (file.key, file.sha256)
            assert still_names(uow, file)
        if state == "waiting":
            end_check(office, document_id)
    assert sheets(office, document_id) == [ONE, TWO]
    assert {column.key for column in sweeping.KEY_COLUMNS} >= {"page_photos_key"}


def test_a_check_that_died_keeps_the_photos_and_is_refused(office: Office) -> None:
    application_id = draft(office)
    document_id = added(office, paper(application_id), ONE)
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    steps.settle(office, lease)
    row = steps.stored(office, DocumentRow, document_id)
    assert (row.state, row.refusal) == (DocumentState.REFUSED, RefusalReason.TOO_COSTLY)
    assert sheets(office, document_id) == [ONE]


def test_what_the_antivirus_found_is_named_no_longer(office: Office) -> None:
    application_id = draft(office)
    document_id = added(office, paper(application_id), ONE)
    end_check(office, document_id, reason=RefusalReason.INFECTED)
    row = steps.stored(office, DocumentRow, document_id)
    assert (row.page_photos, row.page_photos_key) == (None, None)
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_the_trail_holds_what_came(office: Office) -> None:
    application_id = draft(office)
    document_id = added(office, paper(application_id), ONE)
    end_check(office, document_id)
    with office.writing() as uow:
        event = uow.session.scalars(
            sa.select(EventRow).where(EventRow.action == "document_received")
        ).one()
        row = uow.session.get_one(DocumentRow, document_id)
        assert event.details["sha256"] == row.page_photos_sha256
        uow.session.execute(
            sa.update(DocumentRow)
            .where(DocumentRow.id == document_id)
            .values(page_photos_sha256="0" * 64)
        )
        uow.session.commit()
    names = {broken.name for broken in invariants.broken_invariants(office.reading, office.store)}
    assert "file_hash_not_in_trail" in names


def test_they_come_back_from_a_backup_waiting_and_checked(
    office: Office, tmp_path: Path, fresh_database_url: FreshDatabase
) -> None:
    checked, waiting = (draft(office), open_draft(office, OTHER_RUC, ApplicationKind.RENEWAL))
    ids = [added(office, paper(checked), ONE, TWO)]
    end_check(office, ids[0])
    ids.append(added(office, paper(waiting, ruc=OTHER_RUC), THREE))
    cipher, archive = AgeCipher(new_key()), tmp_path / "copia.age"
    backing_up.backup(office.database, office.store, cipher, archive)
    database = Database(fresh_database_url("sqlite"), RememberedBells())
    store = LocalFileStore(tmp_path / "other files")
    try:
        restoring.restore(database, store, cipher, archive)
        with database.reading() as uow:
            for document_id in ids:
                row = uow.session.get_one(DocumentRow, document_id)
                assert row.page_photos_key is not None
                with store.open(row.page_photos_key) as stream:
                    there = stream.read()
                assert there == b"".join(sheets(office, document_id))
    finally:
        database.engine.dispose()


def test_what_cannot_be_done_is_said_before_the_stored_photos_are_read(office: Office) -> None:
    application_id = draft(office)
    first = added(office, paper(application_id), ONE)
    key = steps.stored(office, DocumentRow, first).page_photos_key
    assert key is not None
    office.store.delete(key)
    with pytest.raises(NotFoundError):
        change(office, paper(application_id, first), 2, Change.REMOVE)
    with refused_for("única hoja"):
        change(office, paper(application_id, first), 1, Change.REMOVE)
    with refused_for("Serían 13 hojas"):
        add(office, paper(application_id, first), *[TWO] * 12)
    assert steps.rows(office, FileIncidentRow) == []


def test_reading_the_stored_photos_has_a_budget_also_for_the_same_press(office: Office) -> None:
    application_id = draft(office)
    first = added(office, paper(application_id), ONE, TWO)
    press = paper(application_id, first)
    moved = change(office, press, 1, Change.LATER)
    assert change(office, press, 1, Change.LATER) == moved
    with office.writing() as uow:
        attempts.note(uow, SHEET_PRESSES, who=RUC, times=SHEET_PRESSES.count - 3)
        uow.commit()
    assert change(office, press, 1, Change.LATER) == moved
    with pytest.raises(BudgetSpentError):
        change(office, press, 1, Change.LATER)
    with pytest.raises(BudgetSpentError):
        add(office, paper(application_id, moved), THREE)
    assert sheets(office, added(office, paper(application_id), THREE)) == [THREE]


@pytest.mark.parametrize("is_lost", [True, False], ids=["lost", "changed"])
def test_photos_lost_before_their_check_are_asked_for_anew_and_named_no_longer(
    office: Office,
    is_lost: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    application_id = draft(office)
    document_id = added(office, paper(application_id), ONE, TWO)
    key = steps.stored(office, DocumentRow, document_id).page_photos_key
    assert key is not None
    office.store.delete(key)
    if not is_lost:
        office.store.put(key, BytesIO(ONE + TWO[:-1] + b"?"))
    (lease,) = steps.leases(office, TaskKind.CHECK_DOCUMENT)
    steps.settle(office, lease)
    row = steps.stored(office, DocumentRow, document_id)
    assert (row.state, row.refusal) == (DocumentState.REFUSED, RefusalReason.DAMAGED)
    assert (row.page_photos, row.page_photos_key) == (None, None)
    assert invariants.broken_invariants(office.reading, office.store) == []
    assert sheets(office, added(office, paper(application_id), ONE)) == [ONE]


def test_photos_of_overtaken_and_replaced_sets_are_released_and_swept(office: Office) -> None:
    application_id = draft(office)
    first = added(office, paper(application_id), ONE, TWO)
    end_check(office, first)
    overtaken = change(office, paper(application_id, first), 1, Change.LATER)
    stays = added(office, paper(application_id, overtaken), THREE)
    end_check(office, stays)
    rows = [steps.stored(office, DocumentRow, one) for one in (first, overtaken, stays)]
    keys = [row.page_photos_key or "" for row in rows]
    for row in rows[:2]:
        assert row.removed_at is not None
        steps.make_older(office, row, "removed_at", by=timedelta(hours=25))
    assert releasing.release(office.writing) == 2
    with pytest.raises(NotFoundError):
        change(office, paper(application_id, first), 1, Change.LATER)
    for row in rows[:2]:
        released = steps.stored(office, DocumentRow, row.id)
        steps.make_older(office, released, "released_at", by=timedelta(hours=25))
    sweeping.sweep(office.reading, old_store(office, 100))
    assert [office.store.size(key) is None for key in keys] == [True, True, False]
