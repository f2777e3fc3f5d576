"""Which pictures of a page are one, which are photos, and which nobody can see."""

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image, ImageOps

from review_service.samples import files
from tests.samples import photo_pages
from tests.samples.pictures import opened
from workers.inside.pdf import drawing, pictures

PHOTOS = [opened(files.photo(scene, width_px=800)) for scene in files.Scene]


def seen(pdf: bytes) -> pictures.OnPage:
    """Return the pictures of a file's only page."""
    with pypdfium2.PdfDocument(pdf) as document:
        page, _ = pictures.with_notes(document[0], 1)
        found, unseen = pictures.placed(page)
        assert unseen == 0
        return pictures.on_page(found, page, drawing.drawn(page), has_letters=False)


def test_strips_and_tiles_of_one_photo_are_joined() -> None:
    for across, down in ((1, 10), (5, 5)):
        (one,) = seen(photo_pages.cut(PHOTOS[4], across=across, down=down)).shown
        assert len(one.pieces) == across * down


def test_photos_without_a_gap_between_them_are_not_joined() -> None:
    shown = [ImageOps.fit(photo, (700, 700)) for photo in PHOTOS[:4]]
    found = seen(photo_pages.grid(shown, across=2, gap=0)).shown
    assert [len(one.pieces) for one in found] == [1] * 4


def test_a_stamp_is_found_where_it_stands() -> None:
    (one,) = seen(photo_pages.stamped(PHOTOS[4])).shown
    left, top, right, bottom = one.rect
    assert abs((right - left) / (bottom - top) - 4 / 3) < 0.02
    assert abs(left - 90 / photo_pages.A4[0] * 1413) < 4


def test_a_stamp_that_cannot_be_flattened_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        return pdfium.FLATTEN_FAIL

    monkeypatch.setattr(pdfium, "FPDFPage_Flatten", fail)
    with pypdfium2.PdfDocument(photo_pages.stamped(PHOTOS[4])) as document:
        page, unseen = pictures.with_notes(document[0], 1)
        assert unseen == 1
        assert pictures.placed(page) == ([], 0)


def test_the_largest_are_judged_and_the_others_counted() -> None:
    small = photo_pages.jpeg_of(PHOTOS[0].resize((120, 90), Image.Resampling.LANCZOS))
    spots = [
        photo_pages.Spot(
            jpeg=small, left=20 + index % 8 * 70, bottom=760 - index // 8 * 60, width=60, height=45
        )
        for index in range(pictures.MOST_JUDGED + 3)
    ]
    tiny = photo_pages.Spot(jpeg=small, left=20, bottom=60, width=20, height=15)
    found = seen(photo_pages.page_of([*spots, tiny]))
    assert len(found.shown) == pictures.MOST_JUDGED
    assert (found.too_many, found.too_small) == (3, 1)
