"""Local features of a photo: places that are found again in a cut, framed or photographed copy.

Runs in the sandbox. Corners are looked for in nine sizes of the picture and spread over it (FAST
corners ranked as ORB does, Rublee 2011); around each the gradients are counted as SIFT does (Lowe
2004), their roots taken (Arandjelović 2012) and turned onto 32 axes that keep 83 % of how such
counts differ. The axes were made by ``benchmarks/train_features.py``. Gradients are counted at half
the size of the corners: they are blurred over more than a pixel there, so that a quarter of them
says the same.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from review_service.domain.likeness import (
    DESCRIBED,
    FEATURE_FIELDS,
    FEATURE_STEPS,
    QUARTER_TURNS_STEPS,
)

SIDE_PX: Final = 512
"""Longer side of the picture in which features are looked for; smaller ones stay as they are."""
WANTED: Final = (52, 44, 36, 27, 20, 14, 9, 6, 4)
"""Features of each size, the finest first."""
SIZES_AN_OCTAVE: Final = 3
EVENED_SIGMA: Final = 0.7
"""Blur before a picture is made smaller by less than two, in pixels of the smaller one."""
LEAST_SIDE_PX: Final = 32
"""Of the smallest size that is looked at."""
OFFERED: Final = 8
"""Corners that are ranked for each one that is kept."""
CLEAR, FAINT = 24, 8
"""Luma units by which a corner differs from what is around it: the clear ones are looked for first,
which is three times as fast, the faint ones where there are too few."""
EDGE_PX: Final = 10
"""No corner is looked for so close to an edge: what is around it would not be seen."""
CELLS: Final = 8
"""Along each side: the best corner of every cell comes before the second best of any."""
AROUND_PX: Final = 5
"""Pixels on each side of a corner that tell where it is to a part of a pixel."""
HARRIS: Final = 0.04
"""Weight of the squared trace. Source: Harris and Stephens 1988."""
LOOKED_AT_PX: Final = 160
"""Rows and columns in which a photo within another picture is looked for."""
GROUND_STEP: Final = 5
"""Luma units by which the one grey around it may vary."""
LEAST_GROUND: Final = 0.15
"""Share of the picture that has that grey."""
MOST_GROUND: Final = 0.6
"""Share of a row of the photo that may have it too."""
GAP: Final = 2
"""Rows of that grey within a photo."""
LEAST_WINDOW, MOST_WINDOW = 0.08, 0.9
"""Share of the picture that the photo has; what is more is looked at whole."""
LEAST_WINDOW_PX: Final = 96
FARTHEST: Final = 7
"""Longer side of the picture by that of the photo: places further apart are not kept."""
FINEST_SIGMA: Final = 1.27
"""Blur in which the finest corners are described, in pixels of the halved picture."""
SCALE: Final = 254.0
"""From an axis to a byte: roots of shares seldom differ by more than 0.5 along one."""
MOST: Final = 127

Pixels = NDArray[np.uint8]
with np.load(Path(__file__).with_name("axes.npz")) as _kept:
    _MEAN: Final[NDArray[np.float32]] = _kept["mean"].astype(np.float32)
    _TURN: Final[NDArray[np.float32]] = _kept["axes"].astype(np.float32)
_RECORD: Final = np.dtype([*FEATURE_FIELDS])
_SIFT: Final = cv2.SIFT.create(nOctaveLayers=SIZES_AN_OCTAVE, sigma=FINEST_SIGMA)


@lru_cache(maxsize=4 * len(WANTED))
def _search(wanted: int, least: int) -> cv2.ORB:
    """Return the search for so many corners that stand out by ``least``."""
    return cv2.ORB.create(
        wanted * OFFERED, nlevels=1, edgeThreshold=EDGE_PX, patchSize=21, fastThreshold=least
    )


def _corners(picture: Pixels, wanted: int) -> Sequence[cv2.KeyPoint]:
    """Return the best corners of a picture, more than are wanted where there are more."""
    found = _search(wanted, CLEAR).detect(picture, None)
    if len(found) < wanted * OFFERED:
        found = _search(wanted, FAINT).detect(picture, None)
    return found


def of(luma: Pixels) -> bytes:
    """Return width and height of what was looked at and its features, as ``domain.likeness`` says.

    Nothing for a picture in which there are none.
    """
    top, left, bottom, right = window(luma)
    small = fitted(np.ascontiguousarray(luma[top:bottom, left:right]))
    corners, counts = described(small, points(small))
    if not corners:
        return b""
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    along = (np.sqrt(shares) - _MEAN) @ _TURN
    found = np.zeros(len(corners), _RECORD)
    scale = small.shape[1] / (right - left)
    across, down = left * scale, top * scale
    places = np.array([corner.pt for corner in corners]) * 2 + 0.5
    found["x"] = np.rint((places[:, 0] + across) * FEATURE_STEPS)
    found["y"] = np.rint((places[:, 1] + down) * FEATURE_STEPS)
    found["size"] = [corner.class_id for corner in corners]
    found["angle"] = [round(corner.angle / 90 * QUARTER_TURNS_STEPS) % 256 for corner in corners]
    found["described"] = np.clip(np.round(along * SCALE), -MOST, MOST)
    size = [round(side * scale) for side in (luma.shape[1], luma.shape[0])]
    return np.array(size, "<u2").tobytes() + found.tobytes()


def window(luma: Pixels) -> tuple[int, int, int, int]:
    """Return top, left, bottom and right of the photo within a picture of mostly one grey.

    A screenshot, a page, a border: what is looked at is the longest run of rows, then of columns,
    that are not mostly that grey. All of a picture that has none.
    """
    height, width = luma.shape
    whole = (0, 0, height, width)
    if min(height, width) < LEAST_WINDOW_PX:
        return whole
    size = (min(width, LOOKED_AT_PX), min(height, LOOKED_AT_PX))
    small = cv2.resize(luma, size, interpolation=cv2.INTER_NEAREST)
    ground = int(np.bincount(small.ravel(), minlength=256).argmax())
    plain = np.abs(small.astype(np.int16) - ground) <= GROUND_STEP
    if plain.mean() < LEAST_GROUND:
        return whole
    top, bottom = _longest(plain.mean(axis=1) < MOST_GROUND)
    left, right = _longest(plain[top:bottom].mean(axis=0) < MOST_GROUND) if bottom > top else (0, 0)
    share = (bottom - top) * (right - left) / plain.size
    if not LEAST_WINDOW < share < MOST_WINDOW:
        return whole
    found = (
        top * height // size[1],
        left * width // size[0],
        bottom * height // size[1],
        right * width // size[0],
    )
    is_small = min(found[2] - found[0], found[3] - found[1]) < LEAST_WINDOW_PX
    is_far = max(whole) / max(found[2] - found[0], found[3] - found[1]) > FARTHEST
    return whole if is_small or is_far else found


def _longest(busy: NDArray[np.bool_]) -> tuple[int, int]:
    """Return begin and end of the longest run, small gaps within it included."""
    best, begin, end = (0, 0), 0, -GAP - 1
    for place in np.flatnonzero(busy).tolist():
        if place - end > GAP:
            begin = place
        end = place + 1
        if end - begin > best[1] - best[0]:
            best = (begin, end)
    return best


def described(
    picture: Pixels, corners: Sequence[cv2.KeyPoint]
) -> tuple[Sequence[cv2.KeyPoint], NDArray[np.float32]]:
    """Return the corners that ``points`` found, and 128 counts of the gradients around each."""
    if not corners:
        return (), np.empty((0, 128), np.float32)
    found, counts = _SIFT.compute(_halved(picture), corners)
    return list(found), np.asarray(counts, np.float32)


def fitted(luma: Pixels) -> Pixels:
    """Return the picture with its longer side at most ``SIDE_PX``; halved while it can be."""
    while max(luma.shape) >= 2 * SIDE_PX and min(luma.shape) > 1:
        luma = _halved(luma)
    return np.ascontiguousarray(_shrunk(luma, max(luma.shape) / SIDE_PX))


def points(picture: Pixels, *, times: int = 1) -> list[cv2.KeyPoint]:
    """Return the corners of all sizes, ``times`` as many as are wanted, ready for ``described``.

    Their places are those of the halved picture, their ``class_id`` is the size.
    """
    sizes, kept, patches = list[Pixels](), list[cv2.KeyPoint](), list[Pixels]()
    growths = list[tuple[float, float]]()
    for size, wanted in enumerate(WANTED):
        octave, layer = divmod(size, SIZES_AN_OCTAVE)
        before = sizes[size - SIZES_AN_OCTAVE] if octave else picture
        small = _halved(before) if octave else _shrunk(picture, 2 ** (layer / SIZES_AN_OCTAVE))
        sizes.append(small)
        if min(small.shape) < LEAST_SIDE_PX:
            break
        corners = _spread(_corners(small, wanted * times), small.shape, wanted * times)
        patches += [_around(small, corner) for corner in corners]
        down, across = (
            2**octave * whole / part
            for whole, part in zip(picture.shape, sizes[layer].shape, strict=True)
        )
        growths += [(across, down)] * len(corners)
        for corner in corners:
            corner.class_id = size
        kept += corners
    return [
        cv2.KeyPoint(
            (corner.pt[0] + right + 0.5) * across / 2 - 0.5,
            (corner.pt[1] + below + 0.5) * down / 2 - 0.5,
            2 * FINEST_SIGMA * 2 ** (corner.class_id / SIZES_AN_OCTAVE),
            corner.angle,
            corner.response,
            corner.class_id // SIZES_AN_OCTAVE | corner.class_id % SIZES_AN_OCTAVE << 8,
            corner.class_id,
        )
        for corner, (across, down), (right, below) in zip(
            kept, growths, offsets(patches), strict=True
        )
    ]


def _around(picture: Pixels, corner: cv2.KeyPoint) -> Pixels:
    """Return the pixels around a corner, which is never so close to an edge."""
    across, down = round(corner.pt[0]), round(corner.pt[1])
    return picture[
        down - AROUND_PX : down + AROUND_PX + 1, across - AROUND_PX : across + AROUND_PX + 1
    ]


def offsets(patches: Sequence[Pixels]) -> list[list[float]]:
    """Return how far right of and below its middle each patch is most of a corner, in pixels.

    The measure is Harris's over five by five pixels; between them it is taken for a parabola.
    """
    if not patches:
        return []
    level = np.stack(patches).astype(np.float32)
    smooth = level[:, :-2] + 2 * level[:, 1:-1] + level[:, 2:]
    across = smooth[:, :, 2:] - smooth[:, :, :-2]
    smooth = level[:, :, :-2] + 2 * level[:, :, 1:-1] + level[:, :, 2:]
    down = smooth[:, 2:] - smooth[:, :-2]
    twice, flat, both = (_summed(one) for one in (across * across, down * down, across * down))
    strength = twice * flat - both * both - HARRIS * (twice + flat) ** 2
    each = np.arange(len(level))
    best = strength[:, 1:-1, 1:-1].reshape(len(level), -1).argmax(axis=1)
    row, column = best // 3 + 1, best % 3 + 1
    middle = strength[each, row, column]
    right = _peak(strength[each, row, column - 1], middle, strength[each, row, column + 1])
    below = _peak(strength[each, row - 1, column], middle, strength[each, row + 1, column])
    found: list[list[float]] = np.stack([right + column - 2, below + row - 2], axis=1).tolist()
    return found


def _summed(products: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the sums over each five by five of some squares of nine by nine."""
    rows = np.sum([products[:, by : by + 5] for by in range(5)], axis=0)
    return np.asarray(np.sum([rows[:, :, by : by + 5] for by in range(5)], axis=0), np.float32)


def _peak(
    before: NDArray[np.float32], middle: NDArray[np.float32], after: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return where a parabola through three values is highest, half a step away at most."""
    bend = before - 2 * middle + after
    is_bent = bend < 0
    place = (before - after) / 2 / np.where(is_bent, bend, 1)
    return np.asarray(np.where(is_bent, np.clip(place, -0.5, 0.5), 0), np.float32)


def _halved(luma: Pixels) -> Pixels:
    """Return the mean of each two by two pixels; one of a single row or column as it is."""
    height, width = luma.shape[0] // 2, luma.shape[1] // 2
    if not min(height, width):
        return luma
    even = luma[: 2 * height, : 2 * width]
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _shrunk(luma: Pixels, times: float) -> Pixels:
    """Return the picture so many times smaller, less than twice; never larger."""
    if times <= 1:
        return luma
    size = (max(1, round(luma.shape[1] / times)), max(1, round(luma.shape[0] / times)))
    even = cv2.GaussianBlur(luma, (3, 3), EVENED_SIGMA * times)  # a fifth of averaging's time
    return np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _spread(
    corners: Sequence[cv2.KeyPoint], shape: tuple[int, ...], wanted: int
) -> list[cv2.KeyPoint]:
    """Return the corners to keep: the best of each cell first, then the second best of each."""
    if not corners:
        return []
    height, width = shape[:2]
    strength = np.array([corner.response for corner in corners])
    places = np.asarray(cv2.KeyPoint.convert(corners))
    cells = np.floor(places * CELLS / np.array([width, height])).astype(int) @ (1, CELLS)
    by_cell = np.lexsort((-strength, cells))
    starts = np.searchsorted(cells[by_cell], cells[by_cell])
    rank = np.empty(len(corners), int)
    rank[by_cell] = np.arange(len(corners)) - starts
    return [corners[place] for place in np.lexsort((-strength, rank))[:wanted]]


assert _TURN.shape[1] == DESCRIBED  # noqa: S101 -- the packaged axes belong to this module
