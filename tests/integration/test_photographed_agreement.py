"""Photographed sheets through the real worker, sandbox and OCR: one paper as if it were scanned."""

import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PIL import Image

from review_service.bootstrap import Container
from review_service.db.models import AgreementProofRow, DocumentRow, FieldRow, PageRow
from review_service.db.queries.applicant.files import OwnDocument, files_of
from review_service.domain.applications import ApplicationKind
from review_service.domain.documents import DocumentState
from review_service.domain.finding_codes import FindingCode
from review_service.domain.page_photos import Change
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import AgreementField
from review_service.services.applicant import page_photos
from review_service.services.applicant.page_photos import NewPhoto, Paper
from tests.factories import RUC, Office, open_draft
from tests.integration.services import steps
from tests.process_parts import parts
from tests.samples.photographed import CODE, FACTS, MAKER, held_sideways, plain, shot
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


def work_off(worker: Container) -> None:
    while running.run_next(worker):
        pass


def about(application_id: UUID, base: UUID | None = None) -> Paper:
    return Paper(application_id=application_id, ruc=RUC, upload_key=uuid4().hex, base=base)


def send(office: Office, paper: Paper, photos: Sequence[bytes]) -> UUID:
    added = page_photos.add(
        office.writing,
        office.store,
        limits=office.limits,
        paper=paper,
        photos=[
            NewPhoto(file_name=f"IMG_{place}.jpg", stream=io.BytesIO(photo))
            for place, photo in enumerate(photos, start=1)
        ],
    )
    return added.received.document_id


def shown(office: Office, application_id: UUID) -> OwnDocument:
    with office.reading() as uow:
        found = files_of(uow, application_id).agreement
    assert found is not None
    return found


def test_photographed_sheets_are_read_like_a_scanned_paper(
    office: Office, worker: Container
) -> None:
    application_id = open_draft(office, kind=ApplicationKind.RENEWAL)
    first = send(office, about(application_id), [held_sideways(shot()), shot("table")])
    work_off(worker)
    document = shown(office, application_id)
    assert (document.state, document.page_count) == (DocumentState.CHECKED, 2)
    assert [page.advice for page in document.pages] == [(), ()]
    read = {row.name: row.value for row in steps.rows(office, FieldRow)}
    assert read[AgreementField.NUMBER] == FACTS.number
    assert read[AgreementField.RUC] == FACTS.ruc
    assert read[AgreementField.VALID_UNTIL] == FACTS.valid_until.isoformat()
    (proof,) = steps.rows(office, AgreementProofRow)
    assert len(proof.codes) == 2
    assert CODE.rpartition("/")[2] not in str(proof.codes)
    pages = steps.rows(office, PageRow)
    assert all(page.height_px > page.width_px for page in pages)
    row = steps.stored(office, DocumentRow, first)
    assert row.storage_key is not None
    with office.store.open(row.storage_key) as stream:
        pdf = stream.read()
    assert pdf.startswith(b"%PDF-")
    assert MAKER not in pdf
    assert b"Exif" not in pdf

    with office.reading() as uow:
        former = files_of(uow, application_id).agreement
    assert former is not None
    page_photos.rearrange(
        office.writing,
        office.store,
        limits=office.limits,
        paper=about(application_id, first),
        number=1,
        change=Change.REMOVE,
    )
    work_off(worker)
    document = shown(office, application_id)
    assert document.id != first
    assert (document.page_count, document.file_name) == (1, "1 hoja fotografiada")
    assert {value.name: value.value for value in document.fields}[AgreementField.NUMBER] == (
        FACTS.number
    )


def test_a_blurred_a_dark_and_an_empty_sheet_are_told(office: Office, worker: Container) -> None:
    application_id = open_draft(office, kind=ApplicationKind.RENEWAL)
    photos = [shot(), shot(blur=6), shot(light=0.2), plain(90)]
    send(office, about(application_id), photos)
    work_off(worker)
    document = shown(office, application_id)
    assert document.state is DocumentState.CHECKED
    good, blurred, dark, nothing = document.pages
    assert good.advice == ()
    assert {FindingCode.PHOTO_BLURRED, FindingCode.PHOTO_MOVED} & {
        one.code for one in blurred.advice
    }
    assert FindingCode.PHOTO_VERY_DARK in {one.code for one in dark.advice}
    assert {FindingCode.PAGE_BLANK, FindingCode.TEXT_MISSING} & {one.code for one in nothing.advice}


def bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (40_000, 40_000)).save(out, "PNG")
    return out.getvalue()


def broken_png() -> bytes:
    """Return a PNG whose pixels are cut off though its marks are right."""
    head = b"\x89PNG\r\n\x1a\n"
    size = (50).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    chunk = b"IHDR" + size
    return head + (13).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (lambda: shot()[:-5000], RefusalReason.DAMAGED),
        (broken_png, RefusalReason.DAMAGED),
        (bomb, RefusalReason.IMAGE_TOO_LARGE),
        (lambda: b"\xff\xd8\xff\xe0%PDF-1.7 a PDF in a picture's clothes", RefusalReason.DAMAGED),
    ],
    ids=["cut", "no pixels", "bomb", "polyglot"],
)
def test_one_that_cannot_be_opened_is_named_and_the_former_paper_stands(
    office: Office, worker: Container, bad: object, reason: RefusalReason
) -> None:
    application_id = open_draft(office, kind=ApplicationKind.RENEWAL)
    first = send(office, about(application_id), [plain(1)])
    work_off(worker)
    made = bad() if callable(bad) else b""
    assert isinstance(made, bytes)
    send(office, about(application_id, first), [plain(2), made, plain(3)])
    work_off(worker)
    with office.reading() as uow:
        files = files_of(uow, application_id)
    assert files.agreement is not None
    assert files.agreement.id == first
    (refused,) = files.refused
    assert (refused.refusal, refused.refused_sheet) == (reason, 3)
    assert refused.why_refused.startswith("La foto de la hoja 3 («IMG_2.jpg») ")
