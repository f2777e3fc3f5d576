"""Photos of a collage that meet without a strip, and photographs that only have lines."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.workers.photo_index.pictures import scene
from workers.inside.picture import cuts, parting

Pixels = NDArray[np.uint8]


def colours(luma: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(luma, cv2.COLOR_GRAY2BGR), np.uint8)


def collage(rows: int, columns: int, *, height: int = 300, width: int = 400) -> Pixels:
    seeds = iter(range(1, rows * columns + 1))
    return colours(
        np.vstack(
            [
                np.hstack([scene(next(seeds), height=height, width=width) for _ in range(columns)])
                for _ in range(rows)
            ]
        )
    )


def saved_smaller(pixels: Pixels, scale: float) -> Pixels:
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 70])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


@pytest.mark.parametrize(("rows", "columns"), [(1, 2), (2, 2), (3, 2), (1, 3), (2, 1), (1, 4)])
def test_photos_that_meet_without_a_strip_are_parted(rows: int, columns: int) -> None:
    found = cuts.parts(collage(rows, columns))
    assert found == [
        (400 * column, 300 * row, 400 * column + 400, 300 * row + 300)
        for row in range(rows)
        for column in range(columns)
    ]


def test_a_collage_that_an_app_made_smaller_is_parted() -> None:
    found = cuts.parts(saved_smaller(collage(2, 2, height=600, width=800), 0.63))
    assert len(found) == 4
    assert abs(found[0][2] - 504) <= 1
    assert abs(found[0][3] - 378) <= 1


def test_a_grey_collage_is_parted_too() -> None:
    assert len(cuts.parts(np.ascontiguousarray(collage(2, 2)[:, :, 0]))) == 4


def test_parting_finds_them_where_there_is_no_strip() -> None:
    assert parting.photos(collage(2, 2)) == tuple(cuts.parts(collage(2, 2)))


def test_one_picture_is_none() -> None:
    whole = colours(scene(5, height=600, width=800))
    assert cuts.parts(whole) == [(0, 0, 800, 600)]
    assert parting.photos(whole) == ()


@pytest.mark.parametrize("first", [500, 630])
def test_photos_of_uneven_width_are_left_whole(first: int) -> None:
    uneven = np.hstack([scene(1, width=first), scene(2, width=840 - first)])
    assert len(cuts.parts(colours(uneven))) == 1


def test_a_panel_of_one_colour_is_no_photo() -> None:
    half = scene(1, height=400, width=800)
    half[:, 400:] = 140
    assert len(cuts.parts(colours(half))) == 1


def test_a_wall_that_meets_its_floor_slants() -> None:
    picture = cv2.GaussianBlur(scene(1, height=600, width=800), (0, 0), 12)
    ground = cv2.GaussianBlur(scene(2, height=600, width=800), (0, 0), 12)
    down, along = np.mgrid[:600, :800]
    slanting = np.where(down > 300 + along / 200, ground, picture).astype(np.uint8)
    assert len(cuts.parts(colours(np.asarray(cv2.GaussianBlur(slanting, (0, 0), 0.8))))) == 1


def test_tiny_pictures_are_left_whole() -> None:
    for shape in ((1, 1, 3), (5, 900, 3), (90, 90), (150, 150, 3)):
        assert len(cuts.parts(np.full(shape, 90, np.uint8))) == 1
