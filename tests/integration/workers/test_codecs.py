"""Every form in which a PDF holds a picture comes out as that picture, right side up."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import Dictionary, Name, Stream
from PIL import Image

from review_service.domain.documents import DocumentKind, PageKind, PhotoLayout
from review_service.domain.limits import UploadLimits
from review_service.domain.reports import DocumentReport, PageReport
from review_service.samples import files as scenes
from tests.samples import codecs
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")
SAMPLES = codecs.samples()
MOST_OFF = 46
"""How far a colour may be from its mark, per channel: Lab and JPEG are not exact."""
INKS_OFF = 95
"""The same for inks, which every reader turns into light in its own way."""


@pytest.fixture(scope="module")
def report(process_sandbox: None, tmp_path_factory: pytest.TempPathFactory) -> DocumentReport:  # noqa: ARG001 -- the sandbox must stand
    path = tmp_path_factory.mktemp("codecs") / "all.pdf"
    path.write_bytes(codecs.pdf())
    return inspect(path, kind=DocumentKind.EVIDENCE, limits=UploadLimits())


def _picture(page: PageReport) -> np.ndarray:
    assert page.image is not None
    with Image.open(io.BytesIO(page.image)) as image:
        return np.asarray(image.convert("RGB"), dtype=int)


def _corners(picture: np.ndarray) -> list[np.ndarray]:
    height, width = picture.shape[:2]
    rows, columns = (height // 10, height - height // 10), (width // 15, width - width // 15)
    return [
        picture[row - 3 : row + 3, column - 3 : column + 3].mean(axis=(0, 1))
        for row in rows
        for column in columns
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_comes_out_right_side_up(report: DocumentReport, name: str) -> None:
    page = report.pages[list(SAMPLES).index(name)]
    assert page.kind is not PageKind.UNREADABLE
    assert page.width_px > page.height_px
    corners = _corners(_picture(page))
    if SAMPLES[name].is_grey:
        assert corners[0].mean() < 70
        assert min(corner.mean() for corner in corners[1:]) > 200
        return
    most_off = INKS_OFF if "cmyk" in name else MOST_OFF
    for found, wanted in zip(corners, codecs.CORNERS, strict=True):
        assert np.abs(found - np.asarray(wanted)).max() <= most_off, name


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "stencil"])
def test_knows_the_stream_of_each(report: DocumentReport, name: str) -> None:
    page = report.pages[list(SAMPLES).index(name)]
    (photo,) = page.photos
    assert {photo.width_px, photo.height_px} == {codecs.WIDTH, codecs.HEIGHT}
    assert len(photo.sha256) == 64
    if photo.box is not None:
        assert (photo.box.left, photo.box.top) == (0, 0)
        assert abs(photo.box.width - page.width_px) <= 1
        assert abs(photo.box.height - page.height_px) <= 1


def test_hashes_the_raw_stream(report: DocumentReport) -> None:
    with pikepdf.open(io.BytesIO(codecs.pdf())) as pdf:
        raw = pdf.pages[list(SAMPLES).index("jpx")].Resources.XObject.I.read_raw_bytes()
    page = report.pages[list(SAMPLES).index("jpx")]
    assert page.photos[0].sha256 == hashlib.sha256(raw).hexdigest()


HELD = {1: 0, 6: 1, 3: 2, 8: 3}
"""EXIF orientation, and by how many quarter turns against the clock the picture lies in it."""


@pytest.mark.parametrize("orientation", HELD)
@pytest.mark.parametrize(("matrix", "rotate"), [(0, 0), (1, 0), (0, 90), (1, 90), (2, 180)])
def test_the_page_turns_a_photo_and_else_its_exif(
    tmp_path: Path, orientation: int, matrix: int, rotate: int
) -> None:
    stored = np.ascontiguousarray(np.rot90(codecs.marked(), HELD[orientation]))
    path = tmp_path / "photo.pdf"
    path.write_bytes(_exif_page(stored, orientation, matrix=matrix, rotate=rotate))
    (page,) = inspect(path, kind=DocumentKind.EVIDENCE, limits=UploadLimits()).pages
    turns = (matrix - rotate // 90) % 4
    shown = np.rot90(stored, turns) if turns else codecs.marked()
    for found, wanted in zip(_corners(_picture(page)), _corners(shown), strict=True):
        assert np.abs(found - wanted).max() <= MOST_OFF


def _exif_page(stored: np.ndarray, orientation: int, *, matrix: int, rotate: int) -> bytes:
    """Return one page that draws the stored picture after quarter turns against the clock."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    jpeg = codecs.encoded(Image.fromarray(stored), quality=92, exif=exif.tobytes())
    height, width = stored.shape[:2]
    size = (height, width) if matrix % 2 else (width, height)
    place = {
        0: f"{width} 0 0 {height} 0 0",
        1: f"0 {width} -{height} 0 {height} 0",
        2: f"-{width} 0 0 -{height} {width} {height}",
    }[matrix]
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=size)
        stream = Stream(
            pdf, jpeg, Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height,
            ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
        )  # fmt: skip
        page.Resources = Dictionary(XObject=Dictionary(I=stream))
        page.Contents = pdf.make_stream(f"q {place} cm /I Do Q".encode())
        page.Rotate = rotate
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_each_of_several_photos_has_its_place_its_exif_and_its_sharpness(tmp_path: Path) -> None:
    sharp, blurred = (
        scenes.photo(scenes.Scene.LOOM, flaw=flaw)
        for flaw in (scenes.Flaw.NONE, scenes.Flaw.BLURRED)
    )
    path = tmp_path / "two.pdf"
    path.write_bytes(_two_photos(sharp, blurred))
    (page,) = inspect(path, kind=DocumentKind.EVIDENCE, limits=UploadLimits()).pages
    assert page.photo_layout is PhotoLayout.SEVERAL
    first, second = page.photos
    assert first.box is not None
    assert second.box is not None
    assert first.box.top + first.box.height <= second.box.top
    assert first.exif["Make"] == second.exif["Make"] == "Demostracion"
    assert first.sharpness is not None
    assert second.sharpness is not None
    assert first.sharpness > 100 > second.sharpness
    assert first.pdq_forms != second.pdq_forms


def _two_photos(above: bytes, below: bytes) -> bytes:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        images = {
            name: Stream(
                pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=1600, Height=1200,
                ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode,
            )
            for name, data in (("/A", above), ("/B", below))
        }  # fmt: skip
        page.Resources = Dictionary(XObject=Dictionary(images))
        page.Contents = pdf.make_stream(
            b"q 480 0 0 360 57 450 cm /A Do Q q 480 0 0 360 57 40 cm /B Do Q"
        )
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()
