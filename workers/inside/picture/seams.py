"""Whether one picture was put together from several: straight seams from edge to edge."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture import decoding

LOOKED_AT_PX: Final = 400
"""Longest side on which seams are looked for, at least; a lamp post is no longer straight there.

The limits below were calibrated on 166 photographs (monuments, streets, animals, people), the
drawn scenes of the demonstration and 120 collages of both: 1 photograph is taken for a collage,
and 19 of 20 collages are found.
"""
STEP: Final = 14
"""Difference across two pixels, in units of one channel, that makes an edge."""
LEAST_EDGE_SHARE: Final = 0.985
"""Of the seam's length that must be an edge: a door frame or a mast ends somewhere."""
CUT_SPREAD: Final = 50.0
"""Standard deviation of what changes at a cut, luma units: two photos meet there by chance, while
a wall meets its floor alike from end to end."""
MOST_BESIDE: Final = 0.6
"""Of the seam's edges, so many may go on beside it: blinds and cloth repeat, seams do not."""
BESIDE_PX: Final = 4
GUTTER_SPREAD: Final = 3.0
"""The same along the plain strip between two photos, mean of the channels."""
SURE_GUTTER_SPREAD: Final = 9.0
"""Enough for a strip that is white or black, even one of a pixel or two."""
WHITE_LUMA, BLACK_LUMA = 232, 22
LEAST_GUTTER_CHANGE: Final = 22.0
"""Beside the strip something changes along it, standard deviation in luma units."""
FEW_APART: Final = 8
"""One row in so many is asked first: where no column is an edge there, none is from end to end."""
MARGIN: Final = 0.12
"""Parts of a collage are at least so wide; nearer to the edge stands a frame."""


def is_collage(pixels: decoding.Pixels) -> bool:
    """Say whether a straight seam parts the picture from edge to edge. A hint."""
    small = pixels
    while max(small.shape[:2]) >= 2 * LOOKED_AT_PX:
        small = decoding.halved(small)
    if min(small.shape[:2]) < LOOKED_AT_PX // 4:
        return False
    return _is_parted(small) or _is_parted(cv2.transpose(small).astype(np.uint8, copy=False))


def _is_parted(picture: decoding.Pixels) -> bool:
    """Whether a column is an edge from the top to the bottom."""
    some = _edges(picture[::FEW_APART])
    first = max(BESIDE_PX, round(MARGIN * len(some)))
    missing = len(picture[::FEW_APART]) - some[first:-first].max(initial=0)
    if missing > (1 - LEAST_EDGE_SHARE) * len(picture) + 1:  # whatever the other rows are
        return False
    share = _edges(picture) / len(picture)
    columns = first + np.flatnonzero(share[first:-first] >= LEAST_EDGE_SHARE)
    return any(_is_seam(picture, share, int(column)) for column in columns)


def _edges(rows: decoding.Pixels) -> NDArray[np.int32]:
    """Return in how many of the rows each column is an edge."""
    planes = cv2.split(cv2.absdiff(rows[:, 2:], rows[:, :-2]))
    step = planes[0]
    for plane in planes[1:]:
        step = cv2.max(step, plane)
    _, stands_out = cv2.threshold(step, STEP, 1, cv2.THRESH_BINARY)
    counts = cv2.reduce(stands_out, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    return np.asarray(counts, np.int32).ravel()


def _is_seam(picture: decoding.Pixels, share: NDArray[np.float64], column: int) -> bool:
    """Whether two photos meet at an edge, or at the plain strip beside it."""
    near = picture[:, column - 2 : column + 5].astype(np.float32)
    luma = near if near.ndim == 2 else near.mean(axis=2)  # noqa: PLR2004 -- grey
    beside = min(share[column - BESIDE_PX], share[column + BESIDE_PX])
    change = float((luma[:, 4] - luma[:, 2]).std())
    if change >= CUT_SPREAD and beside <= MOST_BESIDE * share[column]:
        return True
    along = near.std(axis=0)
    spreads = along if along.ndim == 1 else along.mean(axis=1)
    level = float(luma[:, int(spreads.argmin())].mean())
    is_sure = level >= WHITE_LUMA or level <= BLACK_LUMA
    if float(luma.std(axis=0).max()) < LEAST_GUTTER_CHANGE:
        return False
    return float(spreads.min()) <= (SURE_GUTTER_SPREAD if is_sure else GUTTER_SPREAD)
