"""Lone dots, compared with naming every blob of the picture."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from workers.inside.ocr import specks
from workers.inside.picture.decoding import Pixels


def named(part: Pixels) -> tuple[int, NDArray[np.intp]]:
    """Return the same by naming every blob."""
    dark = (part < specks.DARK_LUMA).astype(np.uint8)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    is_dot = facts[:, cv2.CC_STAT_AREA] <= specks.MOST_PX
    is_dot[0] = False
    assert count == len(is_dot)
    return int(is_dot.sum()), np.flatnonzero(is_dot[labels])


@pytest.mark.parametrize("share", [0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("shape", [(120, 90), (40, 50), (3, 3), (1, 9), (7, 1), (1, 1), (2, 2)])
def test_finds_what_naming_every_blob_finds(share: float, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        part = np.where(rng.random(shape) < share, 0, 255).astype(np.uint8)
        count, pixels = named(part)
        told = specks.found(part)
        assert told.dots == count
        assert told.pixels.tolist() == pixels.tolist()


def test_every_shape_of_few_pixels_is_told_apart() -> None:
    for bits in range(1 << 12):
        part = np.full((6, 5), 255, np.uint8)
        part[1:5, 1:4] = np.where([bits >> at & 1 for at in range(12)], 0, 255).reshape(4, 3)
        count, pixels = named(part)
        told = specks.found(part)
        assert (told.dots, told.pixels.tolist()) == (count, pixels.tolist())


def test_grey_is_dark_below_the_middle() -> None:
    part = np.full((5, 9), 255, np.uint8)
    part[2, 2], part[2, 6] = specks.DARK_LUMA - 1, specks.DARK_LUMA
    told = specks.found(part)
    assert (told.dots, told.pixels.tolist()) == (1, [2 * 9 + 2])
