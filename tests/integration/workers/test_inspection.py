"""Whole inspections in the sandbox: honest files, poor files, one bad page among good ones."""

import hashlib
import io
import os
import signal
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from review_service.domain.documents import DocumentKind, PageKind, TextSource, Theme
from review_service.domain.findings import Severity
from review_service.domain.limits import UploadLimits
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import (
    PREVIEW_SIDE_PX,
    AgreementField,
    DocumentReport,
    PageReport,
)
from review_service.samples import files as samples
from tests.samples import raw_pdf
from workers.inspecting.binding import assemble
from workers.inspecting.document import inspect, start_sandbox, stop_sandbox
from workers.sandbox import keeper
from workers.sandbox.client import SandboxError

pytestmark = pytest.mark.usefixtures("process_sandbox")
LIMITS = UploadLimits()
MINISTRIES = "Ministerio de Producción, Comercio Exterior e Inversiones; Ministerio del Trabajo"


def _inspected(
    folder: Path, data: bytes, kind: DocumentKind, limits: UploadLimits = LIMITS
) -> DocumentReport:
    path = folder / "document"
    path.write_bytes(data)
    return inspect(path, kind=kind, limits=limits)


def _codes(page: PageReport) -> list[str]:
    return [each.code for each in page.findings if each.severity is not Severity.NOTE]


def test_says_of_each_photo_what_is_wrong_with_it(tmp_path: Path) -> None:
    good = samples.photo(samples.Scene.LOOM)
    photos = [good, *(samples.photo(samples.Scene.LOOM, flaw=flaw) for flaw in samples.Flaw), good]
    report = _inspected(tmp_path, samples.evidence_pdf(photos), DocumentKind.EVIDENCE)
    assert report.reason is None
    assert [_codes(page) for page in report.pages] == [
        [],
        [],
        ["photo_very_dark"],
        ["photo_blurred"],
        ["photo_overexposed"],
        ["photo_tiny"],
        [],
    ]
    assert [(one.code, one.page) for one in report.findings] == [
        ("photo_repeated", 2),
        ("photo_repeated", 7),
    ]


def test_hashes_the_file_and_each_untouched_stream(tmp_path: Path) -> None:
    photos = [photo.jpeg for photo in samples.photo_set(count=3)]
    pdf = samples.evidence_pdf(photos)
    report = _inspected(tmp_path, pdf, DocumentKind.EVIDENCE)
    assert (report.sha256, report.size_bytes) == (hashlib.sha256(pdf).hexdigest(), len(pdf))
    found = [photo for page in report.pages for photo in page.photos]
    assert [photo.sha256 for photo in found] == [hashlib.sha256(one).hexdigest() for one in photos]
    assert {(photo.width_px, photo.height_px) for photo in found} == {(1600, 1200)}
    assert found[0].exif["Make"] == "Demostracion"


def test_gives_page_images_previews_and_thumbnails_without_metadata(tmp_path: Path) -> None:
    pdf = samples.evidence_pdf([samples.photo(samples.Scene.POTS, width_px=3264)])
    (page,) = _inspected(tmp_path, pdf, DocumentKind.EVIDENCE).pages
    assert page.image is not None
    assert page.thumbnail is not None
    with Image.open(io.BytesIO(page.image)) as image:
        assert image.size == (page.width_px, page.height_px) == (1632, 1224)
        assert len(image.getexif()) == 0
    assert page.preview is not None
    with Image.open(io.BytesIO(page.preview)) as preview:
        assert max(preview.size) == PREVIEW_SIDE_PX
        assert len(preview.getexif()) == 0
    assert len(page.preview) < len(page.image) * 0.7
    with Image.open(io.BytesIO(page.thumbnail)) as thumbnail:
        assert max(thumbnail.size) == 320
    assert len(page.thumbnail) < 25_000


def test_a_page_that_is_no_larger_than_a_preview_has_none(tmp_path: Path) -> None:
    pdf = samples.evidence_pdf([samples.photo(samples.Scene.POTS, width_px=1000)])
    (page,) = _inspected(tmp_path, pdf, DocumentKind.EVIDENCE).pages
    assert page.image is not None
    assert page.preview is None


def test_gives_each_page_once_as_soon_as_it_is_done(tmp_path: Path) -> None:
    path = tmp_path / "evidence.pdf"
    path.write_bytes(samples.evidence_pdf([one.jpeg for one in samples.photo_set(count=8)]))
    seen: list[PageReport] = []
    report = inspect(path, kind=DocumentKind.EVIDENCE, limits=LIMITS, on_page=seen.append)
    assert sorted(page.number for page in seen) == list(range(1, 9))
    assert [page.number for page in report.pages] == list(range(1, 9))


def test_an_agreement_shows_its_pixels_before_its_words(tmp_path: Path) -> None:
    path = tmp_path / "agreement.pdf"
    path.write_bytes(samples.scanned_agreement())
    seen: list[PageReport] = []
    inspect(path, kind=DocumentKind.AGREEMENT, limits=LIMITS, on_page=seen.append)
    for number in (1, 2):
        first, second = [page for page in seen if page.number == number]
        assert (first.words, first.words_from, _codes(first)) == ((), None, [])
        assert first.image is not None
        assert first.sharpness is not None
        assert len(second.words) > 50
        assert second.words_from is TextSource.OCR
        assert (second.image, second.sharpness) == (first.image, first.sharpness)


def test_spares_hashing_what_was_hashed_already(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(samples.photo(samples.Scene.WOOL))
    report = inspect(path, kind=DocumentKind.PHOTO, limits=LIMITS, sha256="a" * 64)
    assert report.sha256 == "a" * 64


def test_a_page_that_is_turned_is_shown_upright(tmp_path: Path) -> None:
    photo = samples.photo(samples.Scene.FACADE)
    with pikepdf.open(io.BytesIO(samples.evidence_pdf([photo, photo]))) as pdf:
        pdf.pages[1].Rotate = 90
        out = io.BytesIO()
        pdf.save(out)
    plain, turned = _inspected(tmp_path, out.getvalue(), DocumentKind.EVIDENCE).pages
    assert (plain.width_px, plain.height_px) == (1600, 1200)
    assert (turned.width_px, turned.height_px) == (1200, 1600)


def test_reads_a_prior_agreement(tmp_path: Path) -> None:
    facts = samples.PriorAgreement(number="MPCEI-MDT-2022-000031", holder="JUANA ÑUSTA PEÑA")
    report = _inspected(tmp_path, samples.scanned_agreement(facts, seed=5), DocumentKind.AGREEMENT)
    assert report.reason is None
    assert {field.name: field.value for field in report.fields} == {
        "number": facts.number,
        "holder": facts.holder,
        "ruc": facts.ruc,
        "activity": facts.activity,
        "ministries": MINISTRIES,
        "issued_on": facts.issued_on.isoformat(),
        "valid_until": facts.valid_until.isoformat(),
    }
    assert [page.kind for page in report.pages] == [PageKind.SCAN, PageKind.SCAN]
    for page in report.pages:
        assert len(page.words) > 50
        for word in page.words:
            assert word.box.left + word.box.width <= page.width_px
            assert word.box.top + word.box.height <= page.height_px


def test_a_photo_alone_is_judged_like_a_page(tmp_path: Path) -> None:
    dark = samples.photo(samples.Scene.TOOLS, flaw=samples.Flaw.DARK)
    report = _inspected(tmp_path, dark, DocumentKind.PHOTO)
    assert (report.reason, report.page_count) == (None, 1)
    (page,) = report.pages
    assert _codes(page) == ["photo_very_dark"]
    assert page.photos[0].sha256 == report.sha256


@pytest.mark.parametrize(("spare", "reason"), [(0, None), (-1, RefusalReason.TOO_LARGE)])
def test_takes_a_file_up_to_its_greatest_size(
    tmp_path: Path, spare: int, reason: RefusalReason | None
) -> None:
    photo = samples.photo(samples.Scene.WOOL, width_px=1200)
    limits = UploadLimits(photo_bytes=len(photo) + spare)
    assert _inspected(tmp_path, photo, DocumentKind.PHOTO, limits).reason is reason


def test_one_page_that_cannot_be_drawn_costs_that_page_only(tmp_path: Path) -> None:
    report = _inspected(tmp_path, _one_bad_page(), DocumentKind.EVIDENCE)
    assert report.reason is None
    assert [page.number for page in report.pages] == [1, 2, 3, 4, 5, 6]
    assert _codes(report.pages[3]) == ["page_unreadable"]
    assert report.pages[3].kind is PageKind.UNREADABLE
    assert {page.kind for page in report.pages if page.number != 4} == {PageKind.PHOTO}


def test_a_document_that_kills_again_and_again_is_refused(tmp_path: Path) -> None:
    report = _inspected(tmp_path, _one_bad_page(bad={1, 2, 3, 5}), DocumentKind.EVIDENCE)
    assert report.reason is RefusalReason.TOO_COSTLY


def _one_bad_page(bad: frozenset[int] | set[int] = frozenset({4})) -> bytes:
    """Return six photo pages of which some draw a form that draws itself."""
    with pikepdf.open(io.BytesIO(raw_pdf.photo_pdf([raw_pdf.small_photo()] * 6))) as pdf:
        form = pdf.make_stream(b"/F Do /F Do")
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox = pikepdf.Array([0, 0, 300, 200])
        form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        form.Group = pikepdf.Dictionary(S=pikepdf.Name.Transparency)
        for number in bad:
            page = pdf.pages[number - 1]
            page.Resources.XObject.F = form
            page.Contents = pdf.make_stream(b"/F Do")
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_a_file_that_is_none_is_an_error_of_the_caller(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "fifo"):
        with pytest.raises(OSError, match=r"\w"):
            inspect(path, kind=DocumentKind.EVIDENCE, limits=LIMITS)


def test_binds_photos_under_their_themes_and_reads_them_back(tmp_path: Path) -> None:
    files = []
    for index, photo in enumerate(samples.photo_set(count=6)):
        path = tmp_path / f"{index}.jpg"
        path.write_bytes(photo.jpeg)
        files.append((path, photo.theme))
    pdf = assemble(list(reversed(files)))
    report = _inspected(tmp_path, pdf, DocumentKind.EVIDENCE)
    assert report.reason is None
    assert sum(len(page.photos) for page in report.pages) == 6
    assert [finding for page in report.pages for finding in page.findings] == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        first = opened.pages[0].Contents.read_bytes().decode("cp1252")
    assert Theme.WORKSHOP.heading in first
    assert "Foto 1" in first


def test_does_not_bind_what_is_no_photo(tmp_path: Path) -> None:
    path = tmp_path / "no.jpg"
    path.write_bytes(b"GIF89a")
    with pytest.raises(ValueError, match="photo"):
        assemble([(path, Theme.PEOPLE)])


def test_goes_on_with_a_fresh_sandbox_when_its_own_was_killed(tmp_path: Path) -> None:
    pid = keeper.the_sandbox().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    report = _inspected(tmp_path, samples.photo(samples.Scene.WOOL), DocumentKind.PHOTO)
    assert report.reason is None
    assert keeper.the_sandbox().pid != pid


def test_two_that_meet_the_same_broken_sandbox_replace_it_once() -> None:
    broken = keeper.the_sandbox()
    keeper.renew_sandbox(broken)
    fresh = keeper.the_sandbox()
    keeper.renew_sandbox(broken)
    assert fresh is not broken
    assert keeper.the_sandbox() is fresh


def test_an_agreement_is_read_end_to_end(tmp_path: Path) -> None:
    report = _inspected(tmp_path, samples.scanned_agreement(), DocumentKind.AGREEMENT)
    assert report.reason is None
    assert len(report.fields) == len(AgreementField)
    assert {finding.code for page in report.pages for finding in page.findings} == set()


def test_an_agreement_without_an_engine_is_told_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    monkeypatch.setattr(
        "workers.sandbox.keeper.PREPARE", ("tests.samples.sandbox_tricks:prepare_without_ocr",)
    )
    stop_sandbox()
    try:
        report = _inspected(tmp_path, samples.scanned_agreement(), DocumentKind.AGREEMENT)
    finally:
        stop_sandbox()
        monkeypatch.undo()
        start_sandbox()
    assert report.reason is None
    assert report.fields == ()
    assert {code for page in report.pages for code in _codes(page)} == {"text_unreadable"}


def test_a_required_sandbox_with_a_hole_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "workers.sandbox.keeper.PREPARE", ("tests.samples.sandbox_tricks:pretend_an_old_kernel",)
    )
    stop_sandbox()
    try:
        with pytest.raises(SandboxError, match="landlock"):
            start_sandbox(required=True)
        assert start_sandbox(required=False).missing == ("landlock",)
    finally:
        stop_sandbox()
        monkeypatch.undo()
        start_sandbox()
