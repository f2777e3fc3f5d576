"""Lone dots of a scan: dark blobs of so few pixels that they are no print. Runs in the sandbox.

Only dark pixels with at most two dark ones around them can belong to such a blob: a few in a
thousand. Naming every blob of a page takes three times as long; of a page that is dithered all
over, as few are, two thirds of it.
"""

from itertools import product
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture.decoding import Pixels

MOST_PX: Final = 3
"""Of a dot."""
DARK_LUMA: Final = 128
"""Below it a pixel is dark."""
_ONE_OFF: Final = (-1, 0, 1)
_AROUND: Final = tuple(step for step in product(_ONE_OFF, _ONE_OFF) if any(step))
"""Down and along to each of the eight pixels around one."""


class Specks(NamedTuple):
    """The lone dots of a picture."""

    dots: int
    pixels: NDArray[np.intp]
    """Their places in the flat picture, in order."""


def found(part: Pixels) -> Specks:
    """Return every blob of at most ``MOST_PX`` dark pixels, joined at sides or corners."""
    width = part.shape[1]
    dark = cv2.threshold(part, DARK_LUMA - 1, 1, cv2.THRESH_BINARY_INV)[1]
    dark = cv2.copyMakeBorder(dark, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    square = cv2.boxFilter(dark, -1, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    own = cv2.multiply(square, dark).ravel()
    """Of each dark pixel how many are dark in the square around it, itself included."""
    thin = np.flatnonzero(cv2.inRange(own, 1, MOST_PX))
    steps = np.array([down * (width + 2) + along for down, along in _AROUND])
    near = own[thin[:, None] + steps]
    is_speck, dots = _judged(own, thin, near, steps)
    rows, columns = np.divmod(thin[is_speck], width + 2)
    return Specks(dots=dots, pixels=(rows - 1) * width + columns - 1)


def _judged(
    own: NDArray[Any], thin: NDArray[np.intp], near: NDArray[Any], steps: NDArray[np.intp]
) -> tuple[NDArray[np.bool_], int]:
    """Return which of the thin pixels belong to a dot, and how many dots there are.

    ``near`` has what ``own`` says of the eight pixels around each. Of one that has itself and two
    neighbours these have two each in a line, and three each in a corner, where they touch.
    """
    counts, others = own[thin], near.sum(axis=1, dtype=np.intp)
    one = counts == 1
    two = (counts == 2) & (others == 2)  # noqa: PLR2004 -- each other, and nobody else
    middle = (counts == 3) & (others == 4)  # noqa: PLR2004 -- of a line of three
    marks = np.zeros(own.size, np.bool_)
    marks[thin[middle]] = True
    end = (counts == 2) & (others == 3)  # noqa: PLR2004 -- of a line of three or more
    end[end] = marks[thin[end][:, None] + steps].any(axis=1)
    corner = (counts == 3) & (others == 6) & (near.max(axis=1, initial=0) == 3)  # noqa: PLR2004
    places = np.array(_AROUND)[np.nonzero(near[corner])[1]].reshape(-1, 2, 2)
    corner[corner] = (np.abs(places[:, 0] - places[:, 1]) <= 1).all(axis=1)
    count = one.sum() + two.sum() // 2 + middle.sum() + corner.sum() // MOST_PX
    return one | two | middle | end | corner, int(count)
