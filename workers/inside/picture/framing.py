"""What stands within a plain border: a photo on the white sheet of a scan app, a thing on white.

Runs in the sandbox. A border ends in a straight line on opposite sides; the sky and a wall do not.
"""

from dataclasses import dataclass
from typing import Final

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
    colour: NDArray[np.int16]


def inside(pixels: decoding.Pixels) -> Rect | None:
    """Return the photo within a plain border with straight edges; None where there is none."""
    if not _may_have_border(pixels):
        return None
    small = decoding.fitted(pixels, LOOKED_AT_PX)
    found = _trimmed(small)
    if found is None or not _is_border(_level(small), found):
        return None
    return _enlarged(found.rect, small, pixels)


def subject(pixels: decoding.Pixels) -> Rect | None:
    """Return the box around what stands on pure white; None where the edges are not all white."""
    if not _may_have_border(pixels):
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


def _may_have_border(pixels: decoding.Pixels) -> bool:
    """Whether an edge has one colour; most photos are told by this and cost no more."""
    edges = (pixels[1:2, ::4], pixels[-2:-1, ::4], pixels[::4, 1:2], pixels[::4, -2:-1])
    return any(each.size and len(_only_colour(_level(each))) for each in edges)


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
    near = np.abs(_level(small) - colour).max(axis=2) <= ALIKE
    left, top, right, bottom = 0, 0, width, height
    for _ in range(2):  # a row is plain only between the columns that are left
        top, bottom = _ends(near[:, left:right].mean(axis=1), top, bottom)
        left, right = _ends(near[top:bottom].mean(axis=0), left, right)
        if min(right - left, bottom - top) < LEAST_SIDE_PX:
            return None
    return _Trimmed((left, top, right, bottom), colour)


def _only_colour(level: Level, *, alike: int = ALIKE) -> Level:
    """Return the colour of a part that has only one, else nothing."""
    flat = level.reshape(-1, level.shape[2])
    colour = np.median(flat, axis=0).astype(np.int16)
    is_one = float((np.abs(flat - colour).max(axis=1) <= alike).mean()) >= PLAIN_SHARE
    return np.asarray(colour if is_one else colour[:0], np.int16)


def _ends(shares: NDArray[np.floating], first: int, last: int) -> tuple[int, int]:
    """Return the first row and the one behind the last that are not plain."""
    full = np.flatnonzero(shares[first:last] < PLAIN_SHARE)
    if not len(full):
        return first, first
    return first + int(full[0]), first + int(full[-1]) + 1


def _is_border(level: Level, found: _Trimmed) -> bool:
    """Whether what was trimmed is a border around a photo and no part of it."""
    height, width = level.shape[:2]
    left, top, right, bottom = found.rect
    kept = (right - left) * (bottom - top) / (width * height)
    if not LEAST_KEPT <= kept <= 1 - LEAST_TRIMMED:
        return False
    straight = _straight(level, found)
    trimmed = (top > 0, bottom < height, left > 0, right < width)
    opposite = (all(straight[:2]), all(straight[2:]))
    if int(found.colour.min()) >= WHITE or int(found.colour.max()) <= BLACK:
        return any(opposite)
    return all(trimmed) and all(straight)


def _straight(level: Level, found: _Trimmed) -> tuple[bool, bool, bool, bool]:
    """Say of top, bottom, left and right whether a border ends there in a straight line."""
    height, width = level.shape[:2]
    left, top, right, bottom = found.rect
    photo = np.abs(level[top:bottom, left:right] - found.colour).max(axis=2) > ALIKE
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
