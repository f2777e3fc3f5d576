"""Made-up photographs with corners everywhere, and what is found of them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture import features
from workers.photo_index.described import Described, read

Pixels = NDArray[np.uint8]


def scene(seed: int, *, height: int = 480, width: int = 640) -> Pixels:
    """Return polygons of all sizes and greys on one another, like no other seed's."""
    rng = np.random.default_rng(seed)
    drawn: Pixels = np.full((height, width), 128, np.uint8)
    for size in (200, 120, 70, 40, 24, 14):
        for _ in range(9000 // size):
            middle = rng.uniform((0, 0), (width, height))
            around = middle + rng.normal(0, size / 2, (int(rng.integers(3, 6)), 2))
            cv2.fillPoly(drawn, [around.astype(np.int32)], int(rng.integers(0, 256)))
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.8), np.uint8)


def described(picture: Pixels) -> Described:
    """Return the features of a picture, through what is kept of it."""
    found = read(features.of(picture))
    assert found is not None
    return found


def cut(picture: Pixels, share: float) -> Pixels:
    """Return it without a share of each side."""
    height, width = picture.shape
    down, along = round(height * share), round(width * share)
    return np.ascontiguousarray(picture[down : height - down, along : width - along])


def seen_from_the_side(picture: Pixels) -> Pixels:
    """Return a print of it on a table, turned and a little from the side."""
    height, width = picture.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    there = np.array(
        [[60, 70], [width - 30, 30], [width - 70, height - 40], [30, height - 60]], np.float32
    )
    matrix = cv2.getPerspectiveTransform(corners, there)
    seen = cv2.warpPerspective(picture, matrix, (width, height), flags=cv2.INTER_AREA)
    return np.asarray(seen, np.uint8)
