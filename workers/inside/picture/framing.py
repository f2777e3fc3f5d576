"""What stands within a plain border: a photo on the white sheet of a scan app, a thing on white.

Runs in the sandbox. A border ends in a straight line on opposite sides; the sky and a wall do not.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture import decoding

LOOKED_AT_PX: Final = 800
"""Longest side on which borders are looked for."""
ALIKE: Final = 16
"""Units of one channel by which a pixel of a border may differ from its colour: the paper of a
scan, the rings of a compression. Set by hand; see benchmarks/pages.py, as all limits below."""
ALIKE_EMPTY: Final = 6
"""The same for a place that nothing stands in: a dark photo varies more."""
PLAIN_SHARE: Final = 0.985
"""Of a row's pixels that have the border's colour."""
WHITE, BLACK = 232, 22
"""Every channel of a white border is at least, of a black one at most, in units of a channel."""
EDGE_PX: Final = 3
"""Rows behind a border in which the photo must have begun."""
STRAIGHT_SHARE: Final = 0.5
"""Of the border's length along which the photo begins within those rows."""
LEAST_TRIMMED: Final = 0.01
"""Share of the picture that a border covers; a thinner one changes no measure."""
LEAST_KEPT: Final = 0.04
"""Share of the picture that the photo within must cover."""
LEAST_SIDE_PX: Final = 24
LEAST_SUBJECT: Final = 0.02
WHITE_RING: Final = 245
"""Every channel of the ring around a thing that was cut out on white, at least."""

Rect = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""
Level = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class _Trimmed:
    """What is left within plain rows and columns, and how deep they are on each side."""

    rect: Rect
    colour: Level
    near: decoding.Pixels
    """Where the whole picture has that colour: 255, else 0."""


def inside(pixels: decoding.Pixels) -> Rect | None:
    """Return the photo within a plain border with straight edges; None where there is none."""
    top, bottom, left, right = _edge_colours(pixels)
    if not (_is_one(top, bottom) or _is_one(left, right)):
        return None
    small = decoding.fitted(pixels, LOOKED_AT_PX)
    found = _trimmed(small)
    if found is None or not _is_border(found):
        return None
    return _enlarged(found.rect, small, pixels)


def subject(pixels: decoding.Pixels) -> Rect | None:
    """Return the box around what stands on pure white; None where the edges are not all white."""
    edges = _edge_colours(pixels)
    if any(not len(each) or int(each.min()) < WHITE_RING - ALIKE for each in edges):
        return None
    small = decoding.fitted(pixels, LOOKED_AT_PX)
    found = _trimmed(small)
    if found is None or int(found.colour.min()) < WHITE_RING:
        return None
    height, width = small.shape[:2]
    left, top, right, bottom = found.rect
    if not (left and top and right < width and bottom < height):
        return None
    if (right - left) * (bottom - top) < LEAST_SUBJECT * width * height:
        return None
    return _enlarged(found.rect, small, pixels)


def is_plain(pixels: decoding.Pixels) -> bool:
    """Whether the whole picture has one colour: the empty place of a collage."""
    return len(_only_colour(_level(pixels), alike=ALIKE_EMPTY)) > 0


def _edge_colours(pixels: decoding.Pixels) -> tuple[Level, Level, Level, Level]:
    """Return the one colour of top, bottom, left and right, nothing where an edge has several.

    Most photos are told by these few pixels and cost no more.
    """
    top, bottom = _level(pixels[1:2, ::4]), _level(pixels[-2:-1, ::4])
    left, right = _level(pixels[::4, 1:2]), _level(pixels[::4, -2:-1])
    return _only_colour(top), _only_colour(bottom), _only_colour(left), _only_colour(right)


def _is_one(edge: Level, opposite: Level) -> bool:
    """Whether two opposite edges have one colour, as those of every border do."""
    if not (len(edge) and len(opposite)):
        return False
    return int(np.abs(edge - opposite).max()) <= 2 * ALIKE


def _level(pixels: decoding.Pixels) -> Level:
    level = pixels[:, :, None] if pixels.ndim == 2 else pixels  # noqa: PLR2004 -- grey
    return level.astype(np.int16)


def _trimmed(small: decoding.Pixels) -> _Trimmed | None:
    """Trim plain rows and columns of the colour that the picture has at an edge."""
    height, width = small.shape[:2]
    if min(height, width) < LEAST_SIDE_PX:
        return None
    edges = (small[:2], small[-2:], small[:, :2], small[:, -2:])
    colour = next((found for found in map(_only_colour, map(_level, edges)) if len(found)), None)
    if colour is None:
        return None
    lowest, highest = ((*(colour + each).tolist(), 0, 0, 0)[:4] for each in (-ALIKE, ALIKE))
    near = np.asarray(cv2.inRange(small, lowest, highest), np.uint8)
    left, top, right, bottom = 0, 0, width, height
    for _ in range(2):  # a row is plain only between the columns that are left
        top, bottom = _ends(_shares(near[:, left:right], 1), top, bottom)
        if bottom - top < LEAST_SIDE_PX:  # nothing at all is left of a picture of one colour
            return None
        left, right = _ends(_shares(near[top:bottom], 0), left, right)
        if min(right - left, bottom - top) < LEAST_SIDE_PX:
            return None
    return _Trimmed((left, top, right, bottom), colour, near)


def _shares(near: decoding.Pixels, axis: int) -> NDArray[np.float32]:
    """Return the share of each column (``axis`` 0) or row (1) that is 255, the rest being 0."""
    means = cv2.reduce(near, axis, cv2.REDUCE_AVG, dtype=cv2.CV_32F)
    return np.asarray(np.asarray(means).ravel() / 255, np.float32)


def _only_colour(level: Level, *, alike: int = ALIKE) -> Level:
    """Return the colour of a part that has only one, else nothing."""
    flat = level.reshape(-1, level.shape[2])
    if not len(flat):
        return flat[0:0, 0]
    colour = np.median(flat, axis=0).astype(np.int16)
    is_one = float((np.abs(flat - colour).max(axis=1) <= alike).mean()) >= PLAIN_SHARE
    return np.asarray(colour if is_one else colour[:0], np.int16)


def _ends(shares: NDArray[np.floating], first: int, last: int) -> tuple[int, int]:
    """Return the first row and the one behind the last that are not plain."""
    full = np.flatnonzero(shares[first:last] < PLAIN_SHARE)
    if not len(full):
        return first, first
    return first + int(full[0]), first + int(full[-1]) + 1


def _is_border(found: _Trimmed) -> bool:
    """Whether what was trimmed is a border around a photo and no part of it."""
    height, width = found.near.shape
    left, top, right, bottom = found.rect
    kept = (right - left) * (bottom - top) / (width * height)
    if not LEAST_KEPT <= kept <= 1 - LEAST_TRIMMED:
        return False
    straight = _straight(found)
    trimmed = (top > 0, bottom < height, left > 0, right < width)
    opposite = (all(straight[:2]), all(straight[2:]))
    if int(found.colour.min()) >= WHITE or int(found.colour.max()) <= BLACK:
        return any(opposite)
    return all(trimmed) and all(straight)


def _straight(found: _Trimmed) -> tuple[bool, bool, bool, bool]:
    """Say of top, bottom, left and right whether a border ends there in a straight line."""
    height, width = found.near.shape
    left, top, right, bottom = found.rect
    photo = found.near[top:bottom, left:right] == 0
    begins = (
        photo[:EDGE_PX].any(axis=0),
        photo[-EDGE_PX:].any(axis=0),
        photo[:, :EDGE_PX].any(axis=1),
        photo[:, -EDGE_PX:].any(axis=1),
    )
    trimmed = (top > 0, bottom < height, left > 0, right < width)
    ends = [
        is_trimmed and float(each.mean()) >= STRAIGHT_SHARE
        for is_trimmed, each in zip(trimmed, begins, strict=True)
    ]
    return ends[0], ends[1], ends[2], ends[3]


def _enlarged(rect: Rect, small: decoding.Pixels, pixels: decoding.Pixels) -> Rect:
    """Return a rectangle of the reduced picture on the picture itself, mixed edges left out."""
    down, along = (pixels.shape[side] / small.shape[side] for side in (0, 1))
    left, top, right, bottom = rect
    height, width = pixels.shape[:2]
    return (
        min(width - 1, int(np.ceil((left + bool(left)) * along))),
        min(height - 1, int(np.ceil((top + bool(top)) * down))),
        int((right - (right < small.shape[1])) * along),
        int((bottom - (bottom < small.shape[0])) * down),
    )
