"""No picture of a page is judged by nobody, however it stands there."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from review_service.domain.documents import DocumentKind, PageKind, PhotoLayout
from review_service.domain.likeness import RADIUS, differing_bits
from review_service.domain.limits import UploadLimits
from review_service.domain.reports import PageReport
from review_service.samples import files
from review_service.samples.scenes import Scene
from tests.samples import photo_pages
from tests.samples.pictures import opened
from workers.inside.pdf.pictures import MOST_JUDGED
from workers.inside.picture import decoding, pdq
from workers.inspecting.document import inspect

pytestmark = pytest.mark.usefixtures("process_sandbox")
PHOTOS = [opened(files.photo(scene, width_px=1200)) for scene in Scene]
LOOM = opened(files.photo(Scene.LOOM))


def page(folder: Path, data: bytes, kind: DocumentKind = DocumentKind.EVIDENCE) -> PageReport:
    path = folder / "received"
    path.write_bytes(data)
    report = inspect(path, kind=kind, limits=UploadLimits())
    assert report.reason is None
    (only,) = report.pages
    return only


def is_known(photo: Image.Image, seen: PageReport) -> bool:
    """Whether one of the page's pictures has the hash of the photo, or of a view of it."""
    luma = decoding.decode(photo_pages.jpeg_of(photo), most_pixels=50_000_000).pixels
    wanted = bytes.fromhex(pdq.forms(decoding.grey(luma))[1][0])
    hashes = (each for one in seen.photos for each in (*one.pdq_forms[:1], *one.pdq_views))
    return any(differing_bits(bytes.fromhex(each), wanted) <= RADIUS for each in hashes)


def codes(seen: PageReport) -> set[str]:
    return {finding.code for finding in seen.findings}


def judged(seen: PageReport) -> int:
    return sum(photo.sharpness is not None for photo in seen.photos)


@pytest.mark.parametrize(("across", "down"), [(3, 3), (3, 4), (5, 5)])
def test_every_photo_of_a_grid_is_judged_and_hashed(tmp_path: Path, across: int, down: int) -> None:
    shown = [PHOTOS[index % len(PHOTOS)] for index in range(across * down)]
    seen = page(tmp_path, photo_pages.grid(shown, across=across, text="Mi taller en Otavalo"))
    assert (seen.kind, seen.photo_layout) == (PageKind.PHOTO, PhotoLayout.SEVERAL)
    assert judged(seen) == across * down
    assert all(is_known(photo, seen) for photo in shown)
    assert codes(seen) == set()


def test_a_dark_photo_among_twelve_is_told(tmp_path: Path) -> None:
    dark = ImageEnhance.Brightness(PHOTOS[3]).enhance(0.15)
    seen = page(tmp_path, photo_pages.grid([*PHOTOS, PHOTOS[0], dark], across=3))
    assert codes(seen) == {"photo_very_dark"}


@pytest.mark.parametrize(
    ("across", "down", "gap"), [(1, 10, 0), (1, 10, 1), (5, 5, 0), (5, 5, 1), (1, 60, 0)]
)
def test_a_photo_in_pieces_is_one_photo(tmp_path: Path, across: int, down: int, gap: float) -> None:
    seen = page(tmp_path, photo_pages.cut(LOOM, across=across, down=down, gap=gap))
    assert (seen.kind, len(seen.photos)) == (PageKind.PHOTO, 1)
    assert is_known(LOOM, seen)
    (one,) = seen.photos
    assert max(one.width_px, one.height_px) == pytest.approx(1600, rel=0.05)
    assert codes(seen) == set()


@pytest.mark.parametrize(("across", "down"), [(1, 9), (5, 5)])
def test_a_dark_photo_in_pieces_is_told(tmp_path: Path, across: int, down: int) -> None:
    dark = ImageEnhance.Brightness(LOOM).enhance(0.15)
    seen = page(tmp_path, photo_pages.cut(dark, across=across, down=down))
    assert "photo_very_dark" in codes(seen)


def test_photos_edge_to_edge_stay_apart(tmp_path: Path) -> None:
    shown = [ImageOps.fit(photo, (1000, 1000)) for photo in PHOTOS[:9]]
    seen = page(tmp_path, photo_pages.grid(shown, across=3, gap=0))
    assert judged(seen) == 9
    assert all(is_known(photo, seen) for photo in shown)


def test_a_photo_that_stands_as_a_stamp_is_judged(tmp_path: Path) -> None:
    seen = page(tmp_path, photo_pages.stamped(LOOM, words="Solo texto en esta hoja del taller"))
    assert (seen.kind, judged(seen)) == (PageKind.PHOTO, 1)
    assert is_known(LOOM, seen)
    dark = ImageEnhance.Brightness(LOOM).enhance(0.15)
    assert codes(page(tmp_path, photo_pages.stamped(dark))) == {"photo_very_dark"}


@pytest.mark.parametrize("kind", [DocumentKind.EVIDENCE, DocumentKind.PHOTO])
def test_each_photo_of_a_collage_is_judged_and_hashed(tmp_path: Path, kind: DocumentKind) -> None:
    shown = [ImageOps.fit(photo, (1184, 888)) for photo in PHOTOS[:4]]
    jpeg = photo_pages.jpeg_of(photo_pages.collage(shown, across=2))
    data = photo_pages.alone(jpeg) if kind is DocumentKind.EVIDENCE else jpeg
    seen = page(tmp_path, data, kind)
    assert (seen.kind, seen.photo_layout) == (PageKind.PHOTO, PhotoLayout.COLLAGE)
    assert (len(seen.photos), judged(seen)) == (5, 4)
    assert all(is_known(photo, seen) for photo in shown)
    assert len({photo.sha256 for photo in seen.photos}) == 5
    assert codes(seen) == set()


def test_one_dark_photo_of_a_collage_is_told(tmp_path: Path) -> None:
    shown = [*PHOTOS[:3], ImageEnhance.Brightness(PHOTOS[3]).enhance(0.15)]
    jpeg = photo_pages.jpeg_of(photo_pages.collage(shown, across=2))
    assert codes(page(tmp_path, photo_pages.alone(jpeg))) == {"photo_very_dark"}


@pytest.mark.parametrize("share", [0.6, 0.9])
def test_a_photo_on_a_white_sheet_is_judged_by_itself(tmp_path: Path, share: float) -> None:
    jpeg = photo_pages.jpeg_of(photo_pages.on_white_sheet(LOOM, share=share))
    seen = page(tmp_path, photo_pages.alone(jpeg))
    assert (seen.kind, seen.photo_layout, len(seen.photos)) == (
        PageKind.PHOTO, PhotoLayout.SINGLE, 1,
    )  # fmt: skip
    (one,) = seen.photos
    assert one.width_px == pytest.approx(photo_pages.SHEET_PX[0] * share, rel=0.03)
    assert one.box is not None
    assert one.box.width == pytest.approx(seen.width_px * share, rel=0.03)
    assert is_known(LOOM, seen)
    assert codes(seen) == set()


def test_a_thing_on_white_is_a_photo_and_not_too_light(tmp_path: Path) -> None:
    jpeg = photo_pages.jpeg_of(photo_pages.cut_out_on_white(LOOM))
    seen = page(tmp_path, photo_pages.alone(jpeg))
    assert seen.kind is PageKind.PHOTO
    assert codes(seen) == set()


def test_a_portrait_in_a_page_of_text_has_pixels_enough(tmp_path: Path) -> None:
    seen = page(tmp_path, photo_pages.in_a_column(LOOM))
    assert (seen.kind, judged(seen)) == (PageKind.PHOTO, 1)
    assert codes(seen) == set()
    assert codes(page(tmp_path, photo_pages.in_a_column(LOOM, longest_px=500))) == {"photo_small"}


def test_a_logo_on_a_page_of_text_is_no_photo(tmp_path: Path) -> None:
    seen = page(tmp_path, photo_pages.page_of(
        [photo_pages.Spot(jpeg=photo_pages.jpeg_of(logo()), left=60, bottom=600, width=200,
                          height=100)], text="Mi taller en Otavalo, de lunes a viernes",
    ))  # fmt: skip
    assert (seen.kind, seen.photos, codes(seen)) == (PageKind.TEXT, (), set())


def test_what_nobody_judged_is_said(tmp_path: Path) -> None:
    small = [photo_pages.jpeg_of(ImageOps.contain(photo, (160, 160))) for photo in PHOTOS]
    spots = spread(small, count=20, size=(20.0, 15.0))
    seen = page(tmp_path, photo_pages.page_of(spots, text="Las fotos de mi taller en Otavalo"))
    assert codes(seen) == {"pictures_not_judged"}
    assert "20 imágenes" in seen.findings[0].message


def test_a_page_has_no_more_photos_than_can_be_judged(tmp_path: Path) -> None:
    large = [photo_pages.jpeg_of(ImageOps.contain(photo, (700, 700))) for photo in PHOTOS]
    seen = page(tmp_path, photo_pages.page_of(spread(large, count=60, size=(64.0, 48.0))))
    assert judged(seen) == MOST_JUDGED
    assert codes(seen) == {"pictures_not_judged"}
    assert "20 por ser demasiadas" in " ".join(finding.message for finding in seen.findings)


def spread(
    jpegs: Sequence[bytes], *, count: int, size: tuple[float, float]
) -> list[photo_pages.Spot]:
    """Return so many pictures in rows of eight, each with room around it."""
    return [
        photo_pages.Spot(
            jpeg=jpegs[index % len(jpegs)],
            left=20 + index % 8 * 70,
            bottom=700 - index // 8 * 60,
            width=size[0],
            height=size[1],
        )
        for index in range(count)
    ]


def logo() -> Image.Image:
    image = Image.new("RGB", (600, 300), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    draw.ellipse((20, 20, 280, 280), fill=(0, 70, 140))
    draw.rectangle((320, 120, 580, 180), fill=(20, 20, 20))
    return Image.open(io.BytesIO(photo_pages.jpeg_of(image)))
