"""Measures how visible the 8 × 8 blocks of a strong JPEG compression are."""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture.decoding import Pixels

PERIODS: Final = (8, 4)
"""Squares have 8 px; 4 after decoding at half the size."""
LINES_APART: Final = 8
"""One line in so many is asked."""
MOST_STEP: Final = 10
"""Luma units; a greater step is an edge of the scene and counts no more than this."""
LEAST_SIDE_PX: Final = 64


def measure(luma: Pixels) -> float:
    """Return by how many luma units steps at the squares' borders exceed those inside them.

    The lesser of across and down: what repeats every 8 px in a scene seldom does so both ways.
    Source: blockiness as of Wang, Bovik and Evans 2000, in luma units instead of a spectrum.
    """
    if min(luma.shape) < LEAST_SIDE_PX:
        return 0.0
    lines = (luma[::LINES_APART], _on_its_side(luma[:, ::LINES_APART]))
    return round(min(_excess(each) for each in lines), 2)


def _on_its_side(columns: Pixels) -> Pixels:
    """Return columns as rows; first copied together, as it is read row by row then."""
    return np.asarray(cv2.transpose(np.ascontiguousarray(columns)), np.uint8)


def _excess(lines: Pixels) -> float:
    steps = cv2.min(cv2.absdiff(lines[:, 1:], lines[:, :-1]), MOST_STEP)  # type: ignore[call-overload]
    summed = cv2.reduce(steps, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S).ravel()
    means = summed / lines.shape[0]
    return max(_stands_out(means, period) for period in PERIODS)


def _stands_out(means: NDArray[Any], period: int) -> float:
    """Return how much the strongest of the places in a square exceeds the middle one."""
    whole = len(means) // period * period
    places = np.sort(means[:whole].reshape(-1, period).mean(axis=0))
    return float(places[-1] - np.median(places[:-1]))
