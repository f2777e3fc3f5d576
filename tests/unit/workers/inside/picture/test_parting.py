"""A collage is parted into its photos, and a photo with straight lines is not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from review_service.samples import files
from tests.samples import photo_pages
from tests.samples.pictures import opened, saved
from workers.inside.picture import decoding, parting
from workers.inside.picture.decoding import Pixels

PHOTOS = [opened(files.photo(scene)) for scene in files.Scene]


def _seen(image: Image.Image) -> Pixels:
    return decoding.decode(saved(image, quality=85), most_pixels=50_000_000).pixels


@pytest.mark.parametrize("gutter", [10, 16, 40])
@pytest.mark.parametrize(("count", "across"), [(2, 2), (4, 2), (6, 3), (9, 3)])
def test_each_photo_of_a_collage_is_found(count: int, across: int, gutter: int) -> None:
    sheet = photo_pages.collage(PHOTOS[:count], across=across, gutter=gutter)
    pixels = _seen(sheet)
    found = parting.photos(pixels)
    assert len(found) == count
    scale = sheet.width / pixels.shape[1]
    cell = (sheet.width - gutter * (across + 1)) // across
    for left, top, right, bottom in found:
        assert (right - left) * scale == pytest.approx(cell, abs=16)
        assert (bottom - top) * scale == pytest.approx(cell * 3 // 4, abs=16)


@pytest.mark.parametrize(("count", "across"), [(4, 2), (6, 3), (9, 3)])
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_photo_as_white_as_the_strips_is_parted_where_its_neighbours_are(
    count: int, across: int, place: int
) -> None:
    photos = [photo.copy() for photo in PHOTOS[:count]]
    bare = photos[place]
    for left in (0, bare.width * 2 // 3):
        draw = ImageDraw.Draw(bare)
        draw.rectangle((left, 0, left + bare.width // 3, bare.height), fill="white")
    assert len(parting.photos(_seen(photo_pages.collage(photos, across=across)))) == count


def test_the_empty_place_of_a_collage_is_no_photo() -> None:
    assert len(parting.photos(_seen(photo_pages.collage(PHOTOS[:5], across=3)))) == 5


@pytest.mark.parametrize("photo", PHOTOS)
def test_a_photo_is_not_parted(photo: Image.Image) -> None:
    assert parting.photos(_seen(photo)) == ()


@pytest.mark.parametrize("colour", [(240, 240, 236), (30, 30, 34), (140, 90, 50)])
def test_a_post_in_front_of_a_scene_does_not_part_it(colour: tuple[int, int, int]) -> None:
    for photo in PHOTOS:
        shown = photo.copy()
        middle = shown.width // 2
        ImageDraw.Draw(shown).rectangle((middle - 12, 0, middle + 12, shown.height), fill=colour)
        assert parting.photos(_seen(shown)) == ()


def test_things_beside_each_other_on_white_are_one_photo() -> None:
    sheet = Image.new("RGB", (1600, 800), (255, 255, 255))
    sheet.paste(photo_pages.cut_out_on_white(PHOTOS[0]).resize((800, 800)), (0, 0))
    sheet.paste(photo_pages.cut_out_on_white(PHOTOS[4]).resize((800, 800)), (800, 0))
    assert parting.photos(_seen(sheet)) == ()


def test_the_photo_on_a_white_sheet_is_one() -> None:
    assert len(parting.photos(_seen(photo_pages.on_white_sheet(PHOTOS[0])))) == 1


def test_a_picture_of_a_few_pixels_is_left_as_it_is() -> None:
    assert parting.photos(np.zeros((3, 5, 3), np.uint8)) == ()


def test_grey_pictures_and_those_of_one_colour_are_looked_at_too() -> None:
    sheet = photo_pages.collage(PHOTOS[:4], across=2, gutter=16).convert("L")
    assert len(parting.photos(_seen(sheet))) == 4
    white = np.full((900, 1200, 3), 255, np.uint8)
    assert parting.photos(white) == parting.photos(white[:, :, 0]) == ()
