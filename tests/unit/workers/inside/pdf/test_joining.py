"""Which images of a page are pieces of one picture."""

import numpy as np
import pypdfium2
import pytest
from PIL import ImageOps

from review_service.samples import files
from tests.samples import photo_pages
from tests.samples.pictures import opened
from workers.inside.pdf import drawing, joining, layout, pictures

PHOTOS = [opened(files.photo(scene, width_px=800)) for scene in files.Scene]


def groups(pdf: bytes) -> list[int]:
    """Return how many images make up each picture of a file's only page, the most first."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        found, _ = pictures.placed(page)
        drawn = drawing.drawn(page)
        height, width = drawn.shape[:2]
        rects = [layout.place(each, page, width, height) for each in found]
        joined = joining.joined(rects, [False] * len(rects), drawn)
    return sorted(map(len, joined), reverse=True)


@pytest.mark.parametrize(("across", "down"), [(1, 10), (5, 5)])
def test_strips_and_tiles_of_one_photo_are_joined(across: int, down: int) -> None:
    assert groups(photo_pages.cut(PHOTOS[4], across=across, down=down)) == [across * down]


def test_photos_without_a_gap_between_them_are_not_joined() -> None:
    shown = [ImageOps.fit(photo, (700, 700)) for photo in PHOTOS[:4]]
    assert groups(photo_pages.grid(shown, across=2, gap=0)) == [1] * 4


def test_layers_in_one_place_are_one_and_plain_neighbours_are_not() -> None:
    page = np.full((400, 400), 255, np.uint8)
    ink = paper = (10, 10, 190, 190)
    beside = (190, 10, 370, 190)
    assert joining.joined([ink, paper, beside], [False] * 3, page) == [[0, 1], [2]]


def test_nothing_is_joined_of_nothing() -> None:
    assert joining.joined([], [], np.zeros((10, 10), np.uint8)) == []
