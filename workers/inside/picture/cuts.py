"""Where photos of a collage meet without a strip between them. Runs in the sandbox.

At a cut every row changes from one pixel to the next, at exactly the same column from the top to
the bottom, and less beside it. No edge of a thing does so through a lens: of 99 photographs none
had a column in which more than 39 % of the rows change most.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture import decoding, framing

FEW, MANY = 32, 128
"""Rows that are asked at first, and where these leave a doubt."""
LEAST_FIRST, LEAST_NEXT = 0.62, 0.45
"""Of the rows, how many change most at the first cut of a picture, and at those of its parts."""
FEWER: Final = 0.1
"""By how much less a few rows may say and yet be asked closer."""
CLEARER: Final = 3
"""Units of a channel by which the change exceeds what is near it."""
NEAR_PX: Final = (2, 3, 4)
"""Columns to each side that are near; those between share a cut that was resized."""
PLACES: Final = (1 / 3, 1 / 2, 2 / 3)
QUARTERS: Final = (1 / 4, 3 / 4)
"""Only beside a cut in the middle."""
PLACE_SLACK: Final = 0.008
"""Of the width: programs that make collages part them evenly. A shelf, a terrace seen straight on,
a drawing have lines elsewhere, and who has one elsewhere is no collage."""
LEAST_PART_PX: Final = 96
STRIP_PX: Final = 8
"""Columns and rows whose luma is averaged, so that grain does not count."""
BESIDE_PX: Final = 3
LEAST_CHANGE: Final = 4.0
"""Standard deviation in luma units along each side of a cut: a wall or a panel has none."""
LEAST_STEP: Final = 12.0
"""Mean difference in luma units of what stands on both sides."""
MOST_DEPTH: Final = 4


def parts(pixels: decoding.Pixels) -> list[framing.Rect]:
    """Return the photos of a collage, in the order in which they are read; one: it is none."""
    height, width = pixels.shape[:2]
    return list(_parted(pixels, (0, 0, width, height), LEAST_FIRST, MOST_DEPTH))


def _parted(
    pixels: decoding.Pixels, rect: framing.Rect, least: float, depth: int
) -> Iterator[framing.Rect]:
    left, top, right, bottom = rect
    here = pixels[top:bottom, left:right]
    for is_down in (True, False) if depth else ():
        found = _cuts(here.swapaxes(0, 1) if is_down else here, least)
        if not found:
            continue
        start, end = (top, bottom) if is_down else (left, right)
        edges = [start, *(start + place for place in found), end]
        for first, last in pairwise(edges):
            part = (left, first, right, last) if is_down else (first, top, last, bottom)
            yield from _parted(pixels, part, LEAST_NEXT, depth - 1)
        return
    yield rect


def _cuts(picture: decoding.Pixels, least_share: float) -> list[int]:
    """Return the first column behind each cut, from left to right.

    Where one is sure the others of its kind may be less so.
    """
    height, width = picture.shape[:2]
    if min(height, width) < 2 * LEAST_PART_PX:
        return []
    inner = slice(LEAST_PART_PX, -LEAST_PART_PX)
    if _changing(_rows(picture, FEW))[inner].max(initial=0) < least_share - FEWER:
        return []
    rows = _rows(picture, MANY)
    share = _changing(rows)[inner]
    found = list[int]()
    for place in (np.argsort(-share, kind="stable") + LEAST_PART_PX + 1).tolist():
        here = share[place - LEAST_PART_PX - 1]
        if here < (LEAST_NEXT if found else least_share):
            break
        is_apart = all(abs(place - other) >= LEAST_PART_PX for other in found)
        if not is_apart or not _is_other_scene(rows, place):
            continue
        if _is_at(place / width, (*PLACES, *QUARTERS)):
            found.append(place)
        elif here >= LEAST_FIRST:
            return []
    is_halved = any(_is_at(place / width, (1 / 2,)) for place in found)
    has_quarters = any(_is_at(place / width, QUARTERS) for place in found)
    return sorted(found) if is_halved or not has_quarters else []


def _is_at(place: float, places: Sequence[float]) -> bool:
    return min(abs(place - each) for each in places) <= PLACE_SLACK


def _rows(picture: decoding.Pixels, count: int) -> decoding.Pixels:
    """Return so many rows, as far above each other; of colours the green, most of the luma."""
    plane = picture if picture.ndim == 2 else picture[:, :, 1]  # noqa: PLR2004 -- grey
    places = np.linspace(0, len(plane) - 1, count + 2).astype(int)[1:-1]
    if plane.strides[0] < plane.strides[1]:  # lies on its side: read as it is in memory
        return np.ascontiguousarray(plane.T[:, places].T)
    return np.ascontiguousarray(plane[places])


def _changing(rows: decoding.Pixels) -> NDArray[np.floating]:
    """Return in which share of the rows the step behind each column exceeds all near it."""
    step = cv2.absdiff(rows[:, 1:], rows[:, :-1])
    far = max(NEAR_PX)
    wide = cv2.copyMakeBorder(step, 0, 0, far, far, cv2.BORDER_REPLICATE)
    near = np.zeros_like(step)
    for away in NEAR_PX:
        for first in (far - away, far + away):
            near = np.maximum(near, wide[:, first : first + step.shape[1]])
    counts = np.count_nonzero(cv2.subtract(step, near) > CLEARER, axis=0)
    return np.asarray(counts / len(rows))


def _is_other_scene(rows: decoding.Pixels, place: int) -> bool:
    """Whether what stands on both sides changes along the cut, and differs across it."""
    before = rows[:, place - BESIDE_PX - STRIP_PX : place - BESIDE_PX]
    behind = rows[:, place + BESIDE_PX : place + BESIDE_PX + STRIP_PX]
    one, other = (
        strip.mean(axis=1).reshape(-1, STRIP_PX).mean(axis=1) for strip in (before, behind)
    )
    is_plain = min(float(one.std()), float(other.std())) < LEAST_CHANGE
    return not is_plain and float(np.abs(one - other).mean()) >= LEAST_STEP
