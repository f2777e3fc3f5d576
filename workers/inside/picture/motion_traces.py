"""What a movement leaves in a picture's spectrum: the double of everything, a way further on.

What is smeared along a line of some length has lost the same waves everywhere, so that the spectrum
of its spectrum (the cepstrum) is dark at that length and direction (Cannon 1976; Yitzhaky and
Kopeika 1997). Measured on parts of the picture of ``detail.reduced``. Runs in the sandbox; without
BLAS, which starts threads.
"""

from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture.decoding import Pixels

PART_PX: Final = 256
MOST_PARTS: Final = 4
"""Those with the most detail are looked at."""
FLOOR: Final = 200.0
"""Added to the power of each wave: less is noise."""
LEAST_WAY_PX: Final = 5
MOST_WAY_PX: Final = 40
SMOOTHED_PX: Final = 0.7
UNKNOWN: Final = -1.0

NAMES: Final = ("smear, depth", "smear, depth over spread", "smear, length", "smear, spread")
"""Of the darkest place of the cepstrum: how dark; the same over how much the others differ; its
distance in px of 1024; and how much they differ."""

Values = NDArray[Any]


def measure(small: Pixels, energy: Values) -> list[float]:
    """Return one number for each of ``NAMES`` of a luma picture of at most 1024 px.

    ``energy`` is the mean squared gradient of its tiles: what has most of it is looked at.
    """
    places = _parts(small.shape, energy)
    if not places:
        return [UNKNOWN] * len(NAMES)
    window, around, ring, counts, distance = _tables()
    power = np.zeros((PART_PX, PART_PX), np.float32)
    for top, left in places:
        part = small[top : top + PART_PX, left : left + PART_PX].astype(np.float32)
        waves = cv2.dft((part - part.mean()) * window, flags=cv2.DFT_COMPLEX_OUTPUT)
        power += cv2.log(waves[..., 0] ** 2 + waves[..., 1] ** 2 + FLOOR)
    power /= len(places)
    power -= (
        (np.bincount(around, power.ravel()) / counts)
        .astype(np.float32)[around]
        .reshape(power.shape)
    )
    found = cv2.dft(power, flags=cv2.DFT_SCALE | cv2.DFT_COMPLEX_OUTPUT)[..., 0]
    smooth = cv2.GaussianBlur(np.fft.fftshift(found), (0, 0), SMOOTHED_PX).ravel()[ring]
    spread = float(smooth.std())
    at = int(smooth.argmin())
    least = float(smooth[at])
    return [1e3 * least, least / max(spread, 1e-9), float(distance[at]), 1e3 * spread]


def _parts(shape: tuple[int, ...], energy: Values) -> list[tuple[int, int]]:
    """Return top and left of the parts with the most detail; none of a picture that is smaller."""
    height, width = shape
    if min(height, width) < PART_PX:
        return []
    tile = max(1, height // energy.shape[0])
    tops, lefts = (
        np.linspace(0, side - PART_PX, max(1, round(side / PART_PX))).astype(int).tolist()
        for side in (height, width)
    )
    size = PART_PX // tile
    found = [
        (
            float(
                energy[top // tile : top // tile + size, left // tile : left // tile + size].mean()
            ),
            top,
            left,
        )
        for top in tops
        for left in lefts
    ]
    return [(top, left) for _, top, left in sorted(found, reverse=True)[:MOST_PARTS]]


@lru_cache(maxsize=1)
def _tables() -> tuple[Values, Values, Values, Values, Values]:
    """Return the window, the distance of each wave, the places that are asked, and theirs."""
    fade = np.hanning(PART_PX)
    down, across = np.mgrid[-PART_PX // 2 : PART_PX // 2, -PART_PX // 2 : PART_PX // 2]
    distance = np.hypot(down, across)
    around = np.fft.ifftshift(np.round(distance).astype(np.intp)).ravel()
    ring = np.flatnonzero((distance >= LEAST_WAY_PX) & (distance <= MOST_WAY_PX))
    counts = np.maximum(np.bincount(around), 1)
    window = (fade[:, None] * fade[None]).astype(np.float32)
    return window, around, ring, counts, distance.ravel()[ring]
