"""What stands within a border: a photo on a white sheet, not the sky above a roof."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from review_service.samples import files
from tests.samples import photo_pages
from tests.samples.pictures import opened, saved
from workers.inside.picture import decoding, framing
from workers.inside.picture.decoding import Pixels

PHOTO = opened(files.photo(files.Scene.LOOM))


def _seen(image: Image.Image) -> Pixels:
    return decoding.decode(saved(image), most_pixels=50_000_000).pixels


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("top", [0.0, 0.3, 0.5])
def test_the_photo_on_a_white_sheet_is_found_to_a_few_pixels(share: float, top: float) -> None:
    pixels = _seen(photo_pages.on_white_sheet(PHOTO, share=share, top=top))
    found = framing.inside(pixels)
    assert found is not None
    left, upper, right, lower = found
    scale = pixels.shape[1] / photo_pages.SHEET_PX[0]
    width = photo_pages.SHEET_PX[0] * share * scale
    assert right - left == pytest.approx(width, abs=10)
    assert lower - upper == pytest.approx(width * 3 / 4, abs=10)


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (180, 40, 40)])
def test_a_border_of_one_colour_on_all_sides_is_found(colour: tuple[int, int, int]) -> None:
    assert framing.inside(_seen(ImageOps.expand(PHOTO, 120, colour))) is not None


def test_black_bars_above_and_below_are_a_border() -> None:
    found = framing.inside(_seen(ImageOps.expand(PHOTO, (0, 200), (0, 0, 0))))
    assert found is not None
    assert (found[0], found[2]) == (0, _seen(PHOTO).shape[1])


@pytest.mark.parametrize("scene", files.Scene)
@pytest.mark.parametrize("flaw", [files.Flaw.NONE, files.Flaw.DARK, files.Flaw.OVEREXPOSED])
def test_a_photo_without_a_border_is_left_whole(scene: files.Scene, flaw: files.Flaw) -> None:
    assert framing.inside(_seen(opened(files.photo(scene, flaw=flaw)))) is None


def test_a_thing_on_white_has_no_border_and_is_found_as_subject() -> None:
    pixels = _seen(photo_pages.cut_out_on_white(PHOTO))
    assert framing.inside(pixels) is None
    found = framing.subject(pixels)
    assert found is not None
    left, top, right, bottom = found
    height, width = pixels.shape[:2]
    assert (right - left) / width == pytest.approx(0.6, abs=0.03)
    assert (bottom - top) / height == pytest.approx(0.6, abs=0.03)
    assert framing.subject(_seen(PHOTO)) is None


def test_an_empty_place_is_plain_and_a_photo_is_not() -> None:
    assert framing.is_plain(np.full((200, 300, 3), 250, np.uint8))
    assert not framing.is_plain(_seen(PHOTO))
