"""How wide the edges of a picture are, on pictures made for it."""

from typing import Final

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from workers.inside.picture import edge_widths

SIDE_PX: Final = 512

Picture = NDArray[np.uint8]


def _told(picture: Picture) -> dict[str, float]:
    told = dict(zip(edge_widths.NAMES, edge_widths.measure(picture), strict=True))
    assert np.isfinite(list(told.values())).all()
    return told


def _discs() -> Picture:
    """Return discs of many sizes and shades: edges in every direction."""
    rng = np.random.default_rng(7)
    picture = np.full((SIDE_PX, SIDE_PX), 120, np.uint8)
    for _ in range(60):
        x, y = (int(at) for at in rng.integers(0, SIDE_PX, 2))
        shade = int(rng.choice([20, 60, 180, 230]))
        cv2.circle(picture, (x, y), int(rng.integers(12, 60)), shade, -1, cv2.LINE_AA)
    return picture


def _moved(picture: Picture, length: int) -> Picture:
    kernel = np.full((1, length), 1 / length, np.float32)
    return np.asarray(cv2.filter2D(picture, -1, kernel), np.uint8)


@pytest.mark.parametrize("value", [0, 128, 255])
@pytest.mark.parametrize("shape", [(96, 96), (96, 1024), (700, 131)])
def test_an_even_picture_has_no_edges(value: int, shape: tuple[int, int]) -> None:
    told = _told(np.full(shape, value, np.uint8))
    assert told["strong edges, count"] == 0
    assert told["strong edges, ways"] == 0
    assert told["strong edges, width at 5"] == edge_widths.UNKNOWN
    assert told["edge noise"] == 0


def test_names_are_told_apart() -> None:
    assert len(set(edge_widths.NAMES)) == len(edge_widths.NAMES)


def test_the_width_of_an_edge_is_the_same_at_any_contrast() -> None:
    soft = np.asarray(cv2.GaussianBlur(_discs(), (0, 0), 2), np.uint8)
    pale = np.asarray(soft * 0.6 + 50, np.uint8)
    name = "strong edges, width at 25"
    assert _told(pale)[name] == pytest.approx(_told(soft)[name], rel=0.15)


def test_blur_leaves_no_narrow_edge() -> None:
    soft = np.asarray(cv2.GaussianBlur(_discs(), (0, 0), 2), np.uint8)
    sharp, blurred = _told(_discs()), _told(soft)
    assert sharp["strong edges, width at 5"] < 2.2
    assert blurred["strong edges, width at 5"] > 4
    assert sharp["strong edges, narrow"] > 100
    assert blurred["strong edges, narrow"] == 0


def test_one_sharp_thing_before_a_blurred_ground_has_narrow_edges() -> None:
    picture = np.asarray(cv2.GaussianBlur(_discs(), (0, 0), 6), np.uint8)
    picture[200:312, 200:312] = _discs()[200:312, 200:312]
    assert _told(picture)["strong edges, width at 5"] < 2.2


def test_movement_widens_the_edges_across_its_way_alone() -> None:
    sharp, moved = _told(_discs()), _told(_moved(_discs(), 8))
    assert sharp["strong edges, widest over narrowest way at 20"] < 1.5
    assert moved["strong edges, widest way at 20"] == pytest.approx(8, abs=1)
    assert moved["strong edges, width across it"] < 2.2
    assert moved["strong edges, least narrow of a way"] == 0


def test_sharp_poles_have_no_wide_way_but_say_nothing_of_others() -> None:
    picture = np.full((SIDE_PX, SIDE_PX), 150, np.uint8)
    picture[60:420, 40::50] = picture[60:420, 41::50] = picture[60:420, 42::50] = 40
    told = _told(picture)
    assert told["strong edges, widest way at 5"] < 2.2
    assert told["strong edges, ways"] < edge_widths.WAYS


def test_noise_is_told_and_makes_no_edges() -> None:
    noise = np.random.default_rng(3).normal(128, 6, (SIDE_PX, SIDE_PX))
    told = _told(np.asarray(np.clip(noise, 0, 255), np.uint8))
    assert told["edge noise"] == pytest.approx(6, rel=0.2)
    assert told["strong edges, count"] < 10


def test_at_most_so_many_edges_of_a_way_are_followed() -> None:
    stripes = np.tile(np.repeat(np.array([40, 200], np.uint8), 16), 32)
    told = _told(np.tile(stripes, (1024, 1)))
    assert told["strong edges, count"] == edge_widths.MOST_OF_A_WAY
