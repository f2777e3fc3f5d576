"""How sharp and how lit a picture is, measured at one width whatever its size."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.facts import Light
from workers.photos import Pixels, resized

MEASURE_WIDTH_PX: Final = 1024
"""Sharpness is measured at one width: the same photo scores 22 times more at 4000 px."""
LEAST_LAPLACIAN: Final = 8.0
"""Variance of the Laplacian after a 3 x 3 Gauss (Pech-Pacheco 2000), luma units squared."""
LEAST_TENENGRAD: Final = 700.0
"""Mean squared Sobel gradient (Tenenbaum 1970), luma units squared."""
MOST_BLURRED_EDGES: Final = 0.9
"""Share of edges that lost their sharpness in the Haar transform (Tong 2004)."""
EDGE_STRENGTH: Final = 35.0
"""What counts as an edge in the Haar transform, luma units. Source: Tong 2004."""
BURNT_LUMA: Final = 250
MOST_GAIN: Final = 4.0
"""A dim photo is stretched at most so far before its edges are measured."""


def measure(luma: Pixels) -> Light:
    """Measure light at full size and sharpness at ``MEASURE_WIDTH_PX``."""
    height, width = luma.shape
    scale = MEASURE_WIDTH_PX / max(height, width)
    small = resized(luma, max(32, round(width * scale)), max(32, round(height * scale)))
    mean, spread = (float(value.item()) for value in cv2.meanStdDev(small))
    return Light(
        sharpness=round(100 * _sharpness(small), 1),
        mean=round(mean, 1),
        spread=round(spread, 1),
        burnt_share=round(float(np.count_nonzero(small >= BURNT_LUMA)) / small.size, 3),
    )


def _sharpness(small: Pixels) -> float:
    """Return the median of three published measures, each divided by its limit; 1 is the limit."""
    histogram = np.cumsum(np.bincount(small[::3, ::3].ravel(), minlength=256))
    top = float(np.searchsorted(histogram, histogram[-1] * 0.99))
    gain = min(MOST_GAIN, 255 / max(top, 1))
    stretched = cv2.convertScaleAbs(small, alpha=gain) if gain > 1.2 else small  # noqa: PLR2004
    smooth = cv2.GaussianBlur(stretched, (3, 3), 0)
    _, deviation = cv2.meanStdDev(cv2.Laplacian(smooth, cv2.CV_16S))
    across = cv2.Sobel(smooth, cv2.CV_16S, 1, 0)
    down = cv2.Sobel(smooth, cv2.CV_16S, 0, 1)
    gradient = (cv2.norm(across) ** 2 + cv2.norm(down) ** 2) / smooth.size
    blurred = _blurred_edges(np.asarray(stretched, dtype=np.float32))
    ratios: tuple[float, ...] = (
        float(deviation.item()) ** 2 / LEAST_LAPLACIAN,
        float(gradient / LEAST_TENENGRAD),
        (1 - blurred) / (1 - MOST_BLURRED_EDGES),
    )
    return sorted(ratios)[1]


def _blurred_edges(luma: NDArray[np.float32]) -> float:
    """Return the share of roof and step edges that lost their sharpness, 0 to 1 (Tong 2004)."""
    height, width = (side // 16 * 16 for side in luma.shape)
    level = luma[:height, :width]
    strengths = []
    for block in (8, 4, 2):
        level, strength = _haar(level)
        strengths.append(_strongest(strength, block))
    fine, middle, coarse = strengths
    edge = (fine > EDGE_STRENGTH) | (middle > EDGE_STRENGTH) | (coarse > EDGE_STRENGTH)
    step = edge & (((fine < middle) & (middle < coarse)) | ((middle > fine) & (middle > coarse)))
    soft, steps = int((step & (fine < EDGE_STRENGTH)).sum()), int(step.sum())
    return soft / max(1, steps)


def _strongest(strength: NDArray[np.float32], block: int) -> NDArray[np.float32]:
    """Return the greatest value of each square of ``block`` x ``block``, a power of two."""
    height, width = (side // block * block for side in strength.shape)
    tiles = strength[:height, :width]
    while block > 1:
        tiles = np.maximum(tiles[::2], tiles[1::2])
        tiles = np.maximum(tiles[:, ::2], tiles[:, 1::2])
        block //= 2
    return tiles


def _haar(level: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the next coarser level and the strength of the edges between them."""
    half = np.float32(0.5)
    left, right = level[:, ::2], level[:, 1::2]
    total, difference = left + right, left - right
    coarse = (total[::2] + total[1::2]) * half
    horizontal = (total[::2] - total[1::2]) * half
    vertical = (difference[::2] + difference[1::2]) * half
    diagonal = (difference[::2] - difference[1::2]) * half
    strength = np.sqrt(horizontal**2 + vertical**2 + diagonal**2)
    return coarse, strength
