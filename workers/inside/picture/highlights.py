"""How a picture ends in white: softly, as a well exposed one, or cut off because light ran over.

A sky, a window or white paper is burnt in good photos too, but in one place, and what is next to
it is nearly as bright. Ten times too much light cuts off colours one after the other, everywhere.
Runs in the sandbox.
"""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture.decoding import Pixels

CUT_OFF: Final = 250
"""Of 255: a channel from here on has lost its detail."""
SHOULDER: Final = 215
"""Of 255: from here to ``CUT_OFF`` lies what is nearly lost."""
NEAR_NOTHING: Final = 1e-3
PARTS: Final = 4
"""Rows, and columns, of places that the picture is parted into."""

NAMES: Final = (
    *("cut off, second channel", "cut off, luma"),
    *("shoulder, brightest channel", "shoulder, luma", "cut off over shoulder, brightest channel"),
    *("cut off over shoulder, darkest channel", "cut off over shoulder, luma"),
    *("beside cut off, brightest channel", "beside cut off, darkest channel"),
    *("cut off, largest piece", "cut off, outside of it", "cut off, pieces"),
    *("cut off, lower half", "cut off, upper half", "cut off, places", "cut off, median place"),
    *("not cut off, brightest channel", "not cut off, luma varies"),
)
"""Shares are of the picture, 0 to 1; «over» is a logarithm; brightnesses are of 255."""


def measure(seen: Pixels) -> list[float]:
    """Return one number for each of ``NAMES`` of some pixels, blue first, as they were decoded."""
    least, second, most = _ordered(seen)
    luma = np.asarray(cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    lost = (most >= CUT_OFF).astype(np.uint8)
    share = cv2.countNonZero(lost) / lost.size
    counts = [_counted(each) for each in (most, least, luma)]
    return [
        _counted(second)[0],
        counts[2][0],
        counts[0][1],
        counts[2][1],
        *(float(np.log2((cut + NEAR_NOTHING) / (near + NEAR_NOTHING))) for cut, near in counts),
        *_beside(lost, most, least),
        *_pieces(lost, share),
        *_placed(lost),
        *_rest(lost, most, luma),
    ]


def _ordered(seen: Pixels) -> tuple[Pixels, Pixels, Pixels]:
    """Return each pixel's darkest, second and brightest channel."""
    blue, green, red = cv2.split(seen)
    low, high = cv2.min(blue, green), cv2.max(blue, green)
    ordered = (cv2.min(low, red), cv2.max(low, cv2.min(high, red)), cv2.max(high, red))
    least, second, most = (np.asarray(each, dtype=np.uint8) for each in ordered)
    return least, second, most


def _counted(channel: Pixels) -> tuple[float, float]:
    """Return the shares that are cut off and that are nearly."""
    counts = cv2.calcHist([channel], [0], None, [256], [0, 256]).ravel() / channel.size
    return float(counts[CUT_OFF:].sum()), float(counts[SHOULDER:CUT_OFF].sum())


def _beside(lost: Pixels, most: Pixels, least: Pixels) -> list[float]:
    """Return how bright the neighbours of what is cut off are; white when nothing is."""
    around = cv2.subtract(cv2.dilate(lost, np.ones((3, 3), np.uint8)), lost)
    if not cv2.countNonZero(around):
        return [255.0, 255.0]
    return [float(cv2.mean(each, mask=around)[0]) for each in (most, least)]


def _pieces(lost: Pixels, share: float) -> list[float]:
    """Return the shares of the largest piece and of all others, and how many there are.

    The last is the logarithm of one more.
    """
    count, _, stats, _ = cv2.connectedComponentsWithStats(lost, connectivity=8)
    if count < 2:  # noqa: PLR2004 -- the first is what is not lost
        return [0.0, 0.0, 0.0]
    largest = float(stats[1:, cv2.CC_STAT_AREA].max()) / lost.size
    return [largest, share - largest, float(np.log2(count))]


def _placed(lost: Pixels) -> list[float]:
    """Return how much is cut off below, above, in how many places, and in the median one."""
    places: NDArray[Any] = cv2.resize(
        lost.astype(np.float32), (PARTS, PARTS), interpolation=cv2.INTER_AREA
    )
    half = PARTS // 2
    return [
        float(places[half:].mean()),
        float(places[:half].mean()),
        float((places > 0.02).mean()),  # noqa: PLR2004 -- more than a glint
        float(np.median(places)),
    ]


def _rest(lost: Pixels, most: Pixels, luma: Pixels) -> list[float]:
    """Return how bright what is left is, and how much it varies."""
    kept = np.asarray(1 - lost, dtype=np.uint8)
    if not cv2.countNonZero(kept):
        return [255.0, 0.0]
    mean = cv2.mean(most, mask=kept)[0]
    _, varies = cv2.meanStdDev(luma, mask=kept)
    return [float(mean), float(varies.item())]
