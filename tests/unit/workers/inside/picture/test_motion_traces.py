"""What a movement leaves in a picture's spectrum, on pictures made for it."""

from typing import Final

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from workers.inside.picture import detail, motion_traces

SIDE_PX: Final = 512

Picture = NDArray[np.uint8]


def _told(picture: Picture) -> dict[str, float]:
    levels = detail.levels(picture)
    assert levels is not None
    energy = levels.energies[0][0] + levels.energies[0][1]
    told = dict(zip(motion_traces.NAMES, motion_traces.measure(picture, energy), strict=True))
    assert np.isfinite(list(told.values())).all()
    return told


def _discs() -> Picture:
    rng = np.random.default_rng(7)
    picture = np.full((SIDE_PX, SIDE_PX), 120, np.uint8)
    for _ in range(160):
        x, y = (int(at) for at in rng.integers(0, SIDE_PX, 2))
        shade = int(rng.integers(20, 235))
        cv2.circle(picture, (x, y), int(rng.integers(4, 40)), shade, -1, cv2.LINE_AA)
    return picture


@pytest.mark.parametrize("length", [9, 15, 25])
def test_movement_is_seen_at_its_length(length: int) -> None:
    kernel = np.full((1, length), 1 / length, np.float32)
    told = _told(np.asarray(cv2.filter2D(_discs(), -1, kernel), np.uint8))
    assert told["smear, length"] == pytest.approx(length, abs=1)
    assert told["smear, depth"] < 3 * _told(_discs())["smear, depth"]
    assert told["smear, depth over spread"] < -8


def test_blur_is_no_movement() -> None:
    told = _told(np.asarray(cv2.GaussianBlur(_discs(), (0, 0), 3), np.uint8))
    assert told["smear, depth over spread"] > -8


@pytest.mark.parametrize("shape", [(96, 96), (1024, 255), (96, 1024)])
def test_nothing_is_told_of_a_picture_smaller_than_a_part(shape: tuple[int, int]) -> None:
    told = _told(np.full(shape, 90, np.uint8))
    assert set(told.values()) == {motion_traces.UNKNOWN}


@pytest.mark.parametrize("shape", [(256, 256), (700, 1024), (1024, 300)])
def test_an_even_picture_has_every_number(shape: tuple[int, int]) -> None:
    assert _told(np.full(shape, 90, np.uint8))["smear, depth"] == pytest.approx(0, abs=1)
