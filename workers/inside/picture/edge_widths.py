"""How wide the steepest edges of a picture are, and in which directions narrow ones are missing.

A sharp photo has narrow edges somewhere, also when most of it is smooth or out of focus, and in
each direction in which it has strong edges at all. A lens out of focus leaves none, movement none
across its way. A width is what the luma changes by over how fast it changes at most: contrast does
not count (edge widths: Marziliano 2002; only the narrowest: Narvekar and Karam 2011). Measured on
the picture of ``detail.reduced``. Runs in the sandbox; without BLAS, which starts threads.
"""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture.decoding import Pixels

CELL_PX: Final = 16
"""The steepest place of each cell of this size is looked at."""
REACH_PX: Final = 9
"""How far an edge is followed to either side of its steepest place."""
STEEPEST_PX: Final = 3
"""How far from there it may be steepest between two neighbours."""
WAYS: Final = 8
MOST_OF_A_WAY: Final = 150
"""Places that are looked at in one direction: the steepest."""
LEAST_SLOPE: Final = 24
"""Answer of two Sobel filters, added, under which nothing is followed: three luma units a px."""
LEAST_RISE: Final = 0.25
"""Luma units from one px to the next at which an edge goes on."""
LEAST_CONTRASTS: Final = (30.0, 60.0)
"""Luma units from one end of an edge to the other from which it counts."""
MOST_NOISE: Final = 8.0
"""It also has to be so many times the noise."""
NOISE_GAIN: Final = 1.65
"""Median of the second differences that noise of variance 1 gives."""
NARROW_PX: Final = (2.2, 2.6)
"""An edge up to this width is narrow: in all directions together, and in one of them."""
SHARES: Final = (1, 5, 25, 50, 75)
WAY_SHARES: Final = (5, 20, 50)
LEAST_OF_A_WAY: Final = 8
"""Edges without which nothing is said of a direction."""
LEAST_EDGES: Final = 4
UNKNOWN: Final = -1.0

NAMES: Final = (
    "edge noise",
    *(
        f"{edges}, {what}"
        for edges in ("strong edges", "strongest edges")
        for what in (
            *("count", "share", *(f"width at {share}" for share in SHARES)),
            *("narrow", "narrow share", "least narrow of a way", "least narrow share of a way"),
            "ways",
            *(
                f"{which} at {share}"
                for share in WAY_SHARES
                for which in ("widest way", "two widest ways", "widest over narrowest way")
            ),
            *("count of the widest way", "share of the widest way", "width across it"),
        )
    ),
)
"""For each of ``LEAST_CONTRASTS``. Widths are in px of 1024, counts in edges of at most ``WAYS``
times ``MOST_OF_A_WAY``; -1 is unknown."""

Values = NDArray[Any]

_ALONG: Final = np.arange(-REACH_PX, REACH_PX + 1, dtype=np.float32)
_ROWS: Final = np.arange(CELL_PX, dtype=np.int16)[:, None]
_ROW_BITS: Final = CELL_PX.bit_length() - 1


def measure(small: Pixels) -> list[float]:
    """Return one number for each of ``NAMES`` of a luma picture of at most 1024 px."""
    widths, contrasts, ways = _edges(small)
    noise = _noise(small)
    told = [noise]
    for contrast in LEAST_CONTRASTS:
        counts = contrasts > max(contrast, MOST_NOISE * noise)
        told += _described(widths[counts], ways[counts], len(widths))
    return told


def _noise(small: Pixels) -> float:
    """Return the spread of the noise by the second differences down every eighth row, in luma."""
    rows = len(small) // 8 * 8 - 2
    middle = small[1 : 1 + rows : 8].astype(np.int16)
    beside = small[0:rows:8].astype(np.int16) + small[2 : 2 + rows : 8]
    return float(np.median(np.abs(beside - 2 * middle))) / NOISE_GAIN


def _edges(small: Pixels) -> tuple[Values, Values, Values]:
    """Return width, contrast and direction of the edges through the steepest places."""
    down, across, turned_x, turned_y, steep = _steepest(small)
    ways = np.round(np.arctan2(turned_y, turned_x) / np.pi * WAYS).astype(np.intp) % WAYS
    order = np.lexsort((-steep, ways))
    first = np.searchsorted(ways[order], np.arange(WAYS))
    kept = order[np.arange(len(order)) - first[ways[order]] < MOST_OF_A_WAY]
    if not len(kept):
        return np.zeros(0), np.zeros(0), np.zeros(0, np.intp)
    at_x = across[kept, None] + _ALONG * turned_x[kept, None]
    at_y = down[kept, None] + _ALONG * turned_y[kept, None]
    seen = cv2.remap(
        small.astype(np.float32),
        at_x.astype(np.float32),
        at_y.astype(np.float32),
        cv2.INTER_LINEAR,
    )
    rises = np.diff(seen, axis=1)
    goes_on = rises > LEAST_RISE
    after = np.logical_and.accumulate(goes_on[:, REACH_PX:], axis=1)
    before = np.logical_and.accumulate(goes_on[:, REACH_PX - 1 :: -1], axis=1)
    contrasts = (rises[:, REACH_PX:] * after).sum(axis=1)
    contrasts += (rises[:, REACH_PX - 1 :: -1] * before).sum(axis=1)
    steepest = rises[:, REACH_PX - STEEPEST_PX : REACH_PX + STEEPEST_PX].max(axis=1)
    return contrasts / np.maximum(steepest, LEAST_RISE), contrasts, ways[kept]


def _steepest(small: Pixels) -> tuple[Values, Values, Values, Values, Values]:
    """Return row, column, direction in which it gets lighter and slope, of one place a cell."""
    height, width = (side // CELL_PX * CELL_PX for side in small.shape)
    rows, columns = height // CELL_PX, width // CELL_PX
    to_right, to_below = cv2.spatialGradient(small)
    slope = np.abs(to_right[:height, :width])
    slope += np.abs(to_below[:height, :width])
    slope <<= _ROW_BITS
    cells = slope.reshape(rows, CELL_PX, width)
    cells += _ROWS  # the row rides along in the lowest bits, so that one maximum finds both
    best = cells.max(axis=1).reshape(rows, columns, CELL_PX)
    column = best.argmax(axis=2)
    top = np.take_along_axis(best, column[..., None], axis=2)[..., 0]
    down = ((top & (CELL_PX - 1)) + np.arange(0, height, CELL_PX)[:, None]).ravel()
    across = (column + np.arange(0, width, CELL_PX)).ravel()
    inside = (down > REACH_PX) & (down < small.shape[0] - REACH_PX - 1)
    inside &= (across > REACH_PX) & (across < small.shape[1] - REACH_PX - 1)
    inside &= (top >> _ROW_BITS).ravel() >= LEAST_SLOPE
    down, across = down[inside], across[inside]
    turned_x = to_right[down, across].astype(np.float32)
    turned_y = to_below[down, across].astype(np.float32)
    steep = np.sqrt(turned_x * turned_x + turned_y * turned_y) + np.float32(1e-6)
    return down, across, turned_x / steep, turned_y / steep, steep


def _at(ordered: Values, share: float) -> float:
    return float(ordered[round(share / 100 * (len(ordered) - 1))])


def _described(widths: Values, ways: Values, looked_at: int) -> list[float]:
    """Describe edges that have enough contrast, out of so many that were looked at."""
    ordered = np.sort(widths)
    some = len(ordered) >= LEAST_EDGES
    narrow = int((ordered <= NARROW_PX[0]).sum())
    by_way = [np.sort(widths[ways == way]) for way in range(WAYS)]
    few = [int((each <= NARROW_PX[1]).sum()) for each in by_way]
    shares = [
        n / len(each) for n, each in zip(few, by_way, strict=True) if len(each) >= LEAST_EDGES
    ]
    return [
        float(len(ordered)),
        len(ordered) / max(looked_at, 1),
        *(_at(ordered, share) if some else UNKNOWN for share in SHARES),
        float(narrow),
        narrow / len(ordered) if some else UNKNOWN,
        float(min(few)),
        min(shares, default=UNKNOWN),
        *_compared(by_way),
    ]


def _compared(by_way: list[Values]) -> list[float]:
    """Compare the directions of which something can be said, by their ordered widths."""
    known = {way: each for way, each in enumerate(by_way) if len(each) >= LEAST_OF_A_WAY}
    if not known:
        return [0.0, *[UNKNOWN] * (3 * len(WAY_SHARES) + 3)]
    told = [float(len(known))]
    for share in WAY_SHARES:
        each = sorted(_at(widths, share) for widths in known.values())
        told += [each[-1], sum(each[-2:]) / len(each[-2:]), each[-1] / max(each[0], LEAST_RISE)]
    widest = max(known, key=lambda way: _at(known[way], WAY_SHARES[1]))
    across = known.get((widest + WAYS // 2) % WAYS)
    return [
        *told,
        float(len(known[widest])),
        len(known[widest]) / sum(map(len, by_way)),
        UNKNOWN if across is None else _at(across, WAY_SHARES[1]),
    ]
