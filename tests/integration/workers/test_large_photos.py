"""Photos of 50 to 200 megapixels: taken within the budgets of the sandbox, larger ones refused."""

from io import BytesIO
from pathlib import Path
from typing import Final

import pikepdf
import pytest

from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.limits import UploadLimits
from review_service.domain.refusals import RefusalReason
from review_service.domain.reports import DocumentReport
from tests.samples import large_pictures
from workers.inspecting.binding import assemble
from workers.inspecting.document import inspect
from workers.sandbox import policy

pytestmark = pytest.mark.usefixtures("process_sandbox")
FIFTY: Final = (8192, 6144)
"""What a telephone calls 50 MP: 50,331,648 pixels."""
LARGEST: Final = (8320, 6240)
"""51.9 megapixels, just below what any picture may have."""
TWO_HUNDRED: Final = (16320, 12240)
"""What a telephone calls 200 MP."""
PNG_MODES: Final = ("L", "RGB", "LA", "RGBA", "I;16")


def _inspected(
    folder: Path, data: bytes, kind: DocumentKind = DocumentKind.PHOTO
) -> DocumentReport:
    path = folder / "document"
    path.write_bytes(data)
    return inspect(path, kind=kind, limits=UploadLimits())


@pytest.mark.parametrize("size", [FIFTY, (12000, 9000), TWO_HUNDRED])
def test_takes_what_telephones_make_with_little_memory(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    report = _inspected(tmp_path, large_pictures.jpeg(*size))
    assert report.reason is None
    (photo,) = report.pages[0].photos
    assert (photo.width_px, photo.height_px) == size
    assert report.pages[0].width_px >= 1600
    assert report.peak_bytes < 256 * policy.MEBIBYTE


def test_refuses_more_than_208_megapixels(tmp_path: Path) -> None:
    report = _inspected(tmp_path, large_pictures.jpeg(16000, 13008))
    assert report.reason is RefusalReason.IMAGE_TOO_LARGE


@pytest.mark.parametrize("mode", PNG_MODES)
def test_takes_any_png_up_to_the_measured_limit(tmp_path: Path, mode: str) -> None:
    assert _inspected(tmp_path, large_pictures.png(*LARGEST, mode=mode)).reason is None


@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
def test_takes_a_progressive_jpeg_up_to_the_measured_limit(tmp_path: Path, mode: str) -> None:
    data = large_pictures.progressive_jpeg(*LARGEST, mode=mode)
    assert _inspected(tmp_path, data).reason is None


def test_refuses_a_progressive_jpeg_and_a_png_beyond_it(tmp_path: Path) -> None:
    large = RefusalReason.IMAGE_TOO_LARGE
    progressive = large_pictures.progressive_jpeg(8400, 6240)
    assert _inspected(tmp_path, progressive).reason is large
    assert _inspected(tmp_path, large_pictures.png(8400, 6240, mode="L")).reason is large


def test_a_page_of_a_pdf_may_be_as_large_as_the_photo_alone(tmp_path: Path) -> None:
    data = large_pictures.jpeg(*TWO_HUNDRED)
    report = _inspected(tmp_path, _pdf(data, TWO_HUNDRED), DocumentKind.EVIDENCE)
    assert report.reason is None
    assert report.pages[0].kind.value == "photo"
    assert _inspected(tmp_path, _pdf(data, TWO_HUNDRED), DocumentKind.AGREEMENT).reason is None


def test_a_progressive_page_may_not(tmp_path: Path) -> None:
    data = large_pictures.progressive_jpeg(8400, 6240)
    report = _inspected(tmp_path, _pdf(data, (8400, 6240)), DocumentKind.EVIDENCE)
    assert report.reason is RefusalReason.IMAGE_TOO_LARGE


def test_a_large_photo_among_words_is_drawn_within_the_budget(tmp_path: Path) -> None:
    data = large_pictures.jpeg(*TWO_HUNDRED)
    report = _inspected(tmp_path, _pdf(data, TWO_HUNDRED, margin=60), DocumentKind.EVIDENCE)
    assert report.reason is None
    assert report.pages[0].kind.value == "photo"


def test_large_photos_of_every_kind_are_bound_into_one_pdf(tmp_path: Path) -> None:
    pictures = [large_pictures.jpeg(*TWO_HUNDRED)]
    pictures += [large_pictures.png(*LARGEST, mode=mode) for mode in PNG_MODES]
    paths = []
    for number, data in enumerate(pictures):
        path = tmp_path / str(number)
        path.write_bytes(data)
        paths.append((path, Theme.WORKSHOP))
    with pikepdf.open(_saved(tmp_path, assemble(paths))) as pdf:
        assert sum(len(page.get_images()) for page in pdf.pages) == len(pictures)


def _saved(folder: Path, data: bytes) -> Path:
    path = folder / "bound.pdf"
    path.write_bytes(data)
    return path


def _pdf(data: bytes, size: tuple[int, int], *, margin: int = 0) -> bytes:
    """Return one page with the JPEG, on all of it or within a margin of so many points."""
    with pikepdf.new() as pdf:
        image = pikepdf.Stream(
            pdf, data, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image,
            Width=size[0], Height=size[1], ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8, Filter=pikepdf.Name.DCTDecode,
        )  # fmt: skip
        page = pdf.add_blank_page(page_size=(800, 600))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(I=image), Font=pikepdf.Dictionary(F=font)
        )
        words = b" BT /F 12 Tf 60 20 Td (Mi taller) Tj ET" if margin else b""
        place = (800 - 2 * margin, 600 - 2 * margin, margin, margin)
        page.Contents = pdf.make_stream(b"q %d 0 0 %d %d %d cm /I Do Q" % place + words)
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()
