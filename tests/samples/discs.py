"""A picture full of edges in every direction, of which nothing else is known."""

from typing import Any

import cv2
import numpy as np


def discs(width: int = 1280, height: int = 960) -> Any:  # noqa: ANN401 -- a picture of floats
    """Return coloured discs of many sizes on grey, the same each time."""
    rng = np.random.default_rng(5)
    canvas = np.full((height, width, 3), 120, np.float32)
    for _ in range(1200):
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        tone = tuple(float(value) for value in rng.uniform(30, 225, 3))
        cv2.circle(canvas, centre, int(rng.integers(4, 40)), tone, -1, cv2.LINE_AA)
    return canvas
