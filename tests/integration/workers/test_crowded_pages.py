"""Pages that hide a photo or cost time: it is judged as readers show it, or it is said."""

import io
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from review_service.domain.documents import DocumentKind, PageKind
from review_service.domain.likeness import RADIUS, differing_bits
from review_service.domain.limits import UploadLimits
from review_service.domain.reports import DocumentReport, PageReport
from review_service.samples import files
from review_service.samples.scenes import Scene
from tests.samples import crowded_pages, photo_pages
from tests.samples.pictures import opened
from workers.inside.picture import decoding, pdq
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")
PHOTOS = [opened(files.photo(scene, width_px=1200)) for scene in Scene]
LOOM = PHOTOS[list(Scene).index(Scene.LOOM)]


def report_of(
    folder: Path, data: bytes, kind: DocumentKind = DocumentKind.EVIDENCE
) -> DocumentReport:
    path = folder / "received.pdf"
    path.write_bytes(data)
    report = inspect(path, kind=kind, limits=UploadLimits())
    assert report.reason is None
    assert report.peak_bytes <= report.memory_limit_bytes
    return report


def page_of(folder: Path, data: bytes, kind: DocumentKind = DocumentKind.EVIDENCE) -> PageReport:
    (only,) = report_of(folder, data, kind).pages
    return only


def is_known(photo: Image.Image, seen: PageReport) -> bool:
    luma = decoding.grey(decoding.decode(photo_pages.jpeg_of(photo), most_pixels=10**8).pixels)
    wanted = bytes.fromhex(pdq.forms(luma)[1][0])
    hashes = (each for one in seen.photos for each in (*one.pdq_forms[:1], *one.pdq_views))
    return any(differing_bits(bytes.fromhex(each), wanted) <= RADIUS for each in hashes)


@pytest.mark.parametrize(("across", "overlap"), [(60, 0.0), (100, 0.0), (50, 4.0)])
def test_a_photo_in_many_tiles_is_one_photo(tmp_path: Path, across: int, overlap: float) -> None:
    square = LOOM.resize((1000, 1000))
    seen = page_of(tmp_path, crowded_pages.mosaic(square, across=across, overlap=overlap))
    assert (seen.kind, len(seen.photos)) == (PageKind.PHOTO, 1)
    assert is_known(square, seen)
    assert "pictures_not_judged" not in {finding.code for finding in seen.findings}


@pytest.mark.parametrize("depth", [0, 3, 12, 30])
def test_a_stamp_within_forms_is_judged(tmp_path: Path, depth: int) -> None:
    seen = page_of(tmp_path, crowded_pages.stamped_within_forms(LOOM, depth=depth))
    assert (seen.kind, len(seen.photos)) == (PageKind.PHOTO, 1)
    assert is_known(LOOM, seen)


def test_many_full_pages_are_judged_within_the_time_and_the_rest_is_said(tmp_path: Path) -> None:
    made = crowded_pages.grids(PHOTOS, pages=40, across=5, side_px=700)
    report = report_of(tmp_path, made)
    assert {page.kind for page in report.pages} == {PageKind.PHOTO}
    judged = [sum(photo.sharpness is not None for photo in page.photos) for page in report.pages]
    hashed = sum(bool(photo.pdq_forms) for page in report.pages for photo in page.photos)
    assert min(judged) >= 1
    assert hashed <= 400
    for page, count in zip(report.pages, judged, strict=True):
        has_all = count == 25 and all(photo.pdq_forms for photo in page.photos)
        is_said = "pictures_not_judged" in {finding.code for finding in page.findings}
        assert has_all != is_said


@pytest.mark.parametrize("is_alone", [True, False])
@pytest.mark.parametrize("how", crowded_pages.CHANGES)
def test_a_photo_is_seen_and_judged_as_readers_show_it(
    tmp_path: Path, how: str, *, is_alone: bool
) -> None:
    data = crowded_pages.changed(LOOM, how, is_alone=is_alone)
    seen = page_of(tmp_path, data)
    with pypdfium2.PdfDocument(data) as pdf:
        shown = pdf[0].render(scale=1).to_pil().convert("L")
    assert _difference(seen, shown) < 6
    mean = np.asarray(shown.crop((0, shown.height - 300, 400, shown.height))).mean()
    exposures = [photo.exposure for photo in seen.photos if photo.exposure is not None]
    assert all(abs(each - mean) < 12 for each in exposures)
    assert exposures or seen.kind in {PageKind.BLANK, PageKind.TEXT}


@pytest.mark.parametrize("how", ["inverted", "masked", "inks"])
def test_a_scanned_agreement_is_seen_as_readers_show_it(tmp_path: Path, how: str) -> None:
    data = crowded_pages.changed(LOOM, how, is_alone=True)
    seen = page_of(tmp_path, data, DocumentKind.AGREEMENT)
    with pypdfium2.PdfDocument(data) as pdf:
        assert _difference(seen, pdf[0].render(scale=1).to_pil().convert("L")) < 6


def _difference(seen: PageReport, shown: Image.Image) -> float:
    """Return by how many luma units the officer's page differs from a reader's, on the mean."""
    assert seen.image is not None
    with Image.open(io.BytesIO(seen.image)) as image:
        one, other = (
            np.asarray(each.convert("L").resize((64, 64), Image.Resampling.BOX), np.int16)
            for each in (image, shown)
        )
    return float(np.abs(one - other).mean())
