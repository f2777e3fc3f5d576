"""Which pictures of a page are one, which are photos, and which nobody can see."""

import pypdfium2
from PIL import Image

from review_service.samples import files
from tests.samples import photo_pages
from tests.samples.pictures import opened
from workers.inside.pdf import annotations, drawing, pictures

PHOTOS = [opened(files.photo(scene, width_px=800)) for scene in files.Scene]


def seen(pdf: bytes) -> pictures.OnPage:
    """Return the pictures of a file's only page."""
    with pypdfium2.PdfDocument(pdf) as document:
        page, _ = annotations.shown(document, 1)
        found, unseen = pictures.placed(page)
        assert unseen == 0
        return pictures.on_page(found, page, drawing.drawn(page), has_letters=False)


def test_a_stamp_is_found_where_it_stands() -> None:
    (one,) = seen(photo_pages.stamped(PHOTOS[4])).shown
    left, top, right, bottom = one.rect
    assert abs((right - left) / (bottom - top) - 4 / 3) < 0.02
    assert abs(left - 90 / photo_pages.A4[0] * 1413) < 4


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
