"""Local features: how many, where, and that a mirror picture is described alike."""

import cv2
import numpy as np
import pytest

from review_service.domain.likeness import FEATURE_BYTES, FEATURES_HEAD, MOST_FEATURES
from tests.unit.workers.photo_index.pictures import described, scene
from workers.inside.picture import features


def test_a_picture_has_as_many_features_as_are_kept_at_most() -> None:
    data = features.of(scene(1))
    count, rest = divmod(len(data) - FEATURES_HEAD, FEATURE_BYTES)
    assert rest == 0
    assert 0.8 * MOST_FEATURES < count <= MOST_FEATURES == sum(features.WANTED)


def test_a_plain_or_a_tiny_picture_has_none() -> None:
    for shape in ((400, 300), (5, 900), (1, 1), (20, 20)):
        assert features.of(np.full(shape, 90, np.uint8)) == b""


def test_the_same_picture_has_the_same_features() -> None:
    assert features.of(scene(1)) == features.of(scene(1))


def test_a_large_picture_is_reduced_and_a_small_one_is_not_drawn_larger() -> None:
    assert features.fitted(np.zeros((3000, 1000), np.uint8)).shape == (512, 171)
    assert features.fitted(np.zeros((30, 100), np.uint8)).shape == (30, 100)


def test_features_are_spread_over_the_picture() -> None:
    places = described(scene(2)).places
    for axis, side in ((0, 512), (1, 384)):
        assert 0.4 < float((places[:, axis] < side / 2).mean()) < 0.6


@pytest.mark.parametrize("moved", [(0.0, 0.0), (0.25, -0.25), (-0.5, 0.375), (0.5, 0.5)])
def test_a_corner_is_placed_to_a_part_of_a_pixel(moved: tuple[float, float]) -> None:
    drawn = np.full((8 * 11, 8 * 11), 60, np.uint8)
    still = drawn.copy()
    still[34:, 34:] = 200
    across, down = round(34 + 8 * moved[0]), round(34 + 8 * moved[1])
    drawn[down:, across:] = 200
    here, there = features.offsets(
        [
            np.asarray(cv2.resize(one, (11, 11), interpolation=cv2.INTER_AREA), np.uint8)
            for one in (still, drawn)
        ]
    )
    assert np.abs(np.array(there) - here - moved).max() < 0.25


def test_no_corner_moves_farther_than_to_a_pixel_beside_it() -> None:
    patches = [scene(1)[place : place + 11, place : place + 11] for place in range(0, 400, 9)]
    assert np.abs(features.offsets(patches)).max() <= 1.5
    assert features.offsets([]) == []


def test_a_mirror_picture_is_described_as_its_mirrored_features_say() -> None:
    picture = scene(3)
    there = described(np.ascontiguousarray(picture[:, ::-1]))
    mirrored = described(picture).mirrored
    near = np.abs(there.places[:, None] - mirrored.places[None]).max(axis=2)
    same_size = there.sizes[:, None] == mirrored.sizes[None]
    rows, columns = np.nonzero((near < 0.6) & same_size)
    assert len(rows) > 60
    off = np.sqrt(((there.about[rows] - mirrored.about[columns]) ** 2).sum(axis=1))
    assert float(np.median(off)) < 40


def test_a_photo_on_a_screen_with_bars_is_looked_at_by_itself() -> None:
    screen = np.full((1200, 640), 12, np.uint8)
    screen[400:880] = scene(4)
    screen[60:80, 40:400] = 240  # words in a bar
    top, left, bottom, right = features.window(screen)
    assert abs(top - 400) < 12
    assert abs(bottom - 880) < 12
    assert (left, right) == (0, 640)
    whole, alone = described(screen), described(scene(4))
    assert (whole.width, whole.height) == (512, 960)
    assert len(whole.places) > 0.9 * len(alone.places)
    assert (abs(whole.places[:, 1] - 512) < 210).all()


def test_a_thing_before_a_plain_wall_stays_whole() -> None:
    picture = np.full((480, 640), 200, np.uint8)
    picture[200:300, 250:400] = scene(5)[200:300, 250:400]
    assert features.window(picture) == (0, 0, 480, 640)
    assert features.window(scene(6)) == (0, 0, 480, 640)
