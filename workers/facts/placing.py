"""The way from the pixels that OCR reads back to the page image: one matrix, and boxes along it.

Both sides of the sandbox need it, so it knows no picture and loads no library that does.
"""

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
"""3 × 3, from the pixels that OCR reads to those of the page image."""


def quarter_turn(turns: int, width: int, height: int) -> Matrix:
    """Return the matrix that undoes quarter turns against the clock; sizes in pixels, before."""
    ways = {
        0: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        1: [[0, -1, width], [1, 0, 0], [0, 0, 1]],
        2: [[-1, 0, width], [0, -1, height], [0, 0, 1]],
        3: [[0, 1, 0], [-1, 0, height], [0, 0, 1]],
    }
    return np.asarray(ways[turns % 4], dtype=np.float64)


def inverse(way: Matrix) -> Matrix:
    """Return the inverse matrix: from the page image to the pixels that OCR reads."""
    return np.asarray(np.linalg.inv(way), dtype=np.float64)


def mapped(
    box: tuple[int, int, int, int], way: Matrix, width: int, height: int
) -> tuple[int, int, int, int]:
    """Return a box mapped by a matrix as left, top, width, height, cut at the page's edges."""
    left, top, across, down = box
    corners = np.asarray(
        [(x, y, 1) for x in (left, left + across) for y in (top, top + down)], dtype=np.float64
    )
    placed = corners @ way.T
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        flat = np.nan_to_num(placed[:, :2] / placed[:, 2:])
    first = np.clip(np.floor(flat.min(axis=0) + 1e-6), 0, (width - 1, height - 1)).astype(int)
    last = np.clip(np.ceil(flat.max(axis=0) - 1e-6), 1, (width, height)).astype(int)
    across, down = (max(1, int(side)) for side in last - first)
    return int(first[0]), int(first[1]), across, down
