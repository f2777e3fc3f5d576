"""The photos within one picture: what a border frames, and each photo of a collage.

Runs in the sandbox. A collage is parted where a straight strip of one colour runs from edge to edge
between two photos, and then each part again. Where photos meet without a strip it is left whole: a
cloth of two colours has such a line too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture import decoding, framing

LOOKED_AT_PX: Final = 800
"""Longest side on which collages are parted."""
LEAST_PART: Final = 0.12
"""A part is at least so wide, share of what is parted; narrower ones are frames and posts."""
LEAST_PART_PX: Final = 48
"""The same in pixels of the reduced picture."""
MOST_GUTTER: Final = 0.12
"""Width of the strip between two photos, share of what is parted."""
ALIKE: Final = 10
"""Units of one channel by which the strip may differ from its colour. Set by hand; see
benchmarks/pages.py, as all limits below."""
PLAIN_SHARE: Final = 0.99
"""Of the strip's length that has its colour."""
MOST_SPREAD: Final = 24.0
"""Standard deviation in luma units of a column that may have one colour: 1 % may be anything."""
BESIDE_PX: Final = 3
"""Columns beside the strip in which both photos must have begun."""
STRAIGHT_SHARE: Final = 0.6
"""Of the strip's length along which both photos begin there."""
STRIP_PX: Final = 8
"""Columns and rows whose luma is averaged, so that threads and leaves do not count."""
LEAST_CHANGE: Final = 6.0
"""Standard deviation in luma units along what stands beside a seam: a post or a stripe has none."""
LEAST_STEP: Final = 12.0
"""Mean difference in luma units of what stands on both sides: behind a post the scene goes on."""
LEAST_TIMES: Final = 1.5
"""So many times what changes as far away within one side."""
MOST_DEPTH: Final = 4
MOST_PARTS: Final = 25

Rect = framing.Rect


@dataclass(frozen=True, slots=True)
class _Seam:
    """Where two photos of a collage meet."""

    first: int
    """First column of the strip between them."""
    last: int
    """The column behind its last."""
    colour: NDArray[np.float64]

    def is_like(self, other: "_Seam") -> bool:
        """Whether both have one colour and about one width."""
        widths = sorted((self.last - self.first, other.last - other.first))
        is_as_wide = widths[1] <= 2 * widths[0] + 2
        return is_as_wide and float(np.abs(self.colour - other.colour).max()) <= 2 * ALIKE


def photos(pixels: decoding.Pixels) -> tuple[Rect, ...]:
    """Return where the photos of a picture are, left to right and down; empty: it is one itself.

    One rectangle is the photo within a border.
    """
    frame = framing.inside(pixels)
    left, top, right, bottom = frame or (0, 0, pixels.shape[1], pixels.shape[0])
    inner = pixels[top:bottom, left:right]
    found = [_moved(rect, left, top) for rect in _parts(inner)]
    if len(found) > 1:
        return tuple(found)
    return (frame,) if frame else ()


def _parts(pixels: decoding.Pixels) -> list[Rect]:
    """Return the photos of a collage."""
    small = np.ascontiguousarray(decoding.fitted(pixels, LOOKED_AT_PX))
    whole = (0, 0, small.shape[1], small.shape[0])
    leaves = list(_leaves(small, whole, 0, _crossing(small)))
    if not 1 < len(leaves) <= MOST_PARTS:
        return []
    down, along = (pixels.shape[side] / small.shape[side] for side in (0, 1))
    found = []
    for left, top, right, bottom in leaves:
        rect = (
            int(np.ceil(left * along)),
            int(np.ceil(top * down)),
            int(right * along),
            int(bottom * down),
        )
        part = pixels[rect[1] : rect[3], rect[0] : rect[2]]
        if not framing.is_plain(decoding.fitted(part, LOOKED_AT_PX // 4)):
            frame = framing.inside(part)
            found.append(_moved(frame, rect[0], rect[1]) if frame else rect)
    return found


def _moved(rect: Rect, right: int, down: int) -> Rect:
    return rect[0] + right, rect[1] + down, rect[2] + right, rect[3] + down


def _crossing(picture: decoding.Pixels) -> _Seam | None:
    """Return a strip that crosses one like it, which is a grid whatever stands beside them."""
    down = _sure_gutters(picture)
    across = _sure_gutters(np.ascontiguousarray(picture.swapaxes(0, 1))) if down else []
    return next((one for one in down if any(one.is_like(other) for other in across)), None)


def _sure_gutters(picture: decoding.Pixels) -> list[_Seam]:
    """Return the strips of one colour, whether two scenes or one stand beside them."""
    least = max(LEAST_PART_PX, round(LEAST_PART * picture.shape[1]))
    if min(picture.shape[:2]) < 2 * LEAST_PART_PX:
        return []
    found = _gutters(picture, decoding.grey(picture), None, is_any_scene=True)
    return [one for one in found if least <= one.first and one.last <= picture.shape[1] - least]


def _leaves(
    picture: decoding.Pixels, rect: Rect, depth: int, style: _Seam | None = None
) -> Iterator[Rect]:
    """Yield the parts that no seam parts any more, in the order in which they are read.

    ``style`` is a seam that parted it already: a collage has the same strips all over.
    """
    left, top, right, bottom = rect
    here = picture[top:bottom, left:right]
    for is_down in (True, False):
        along = np.ascontiguousarray(here.swapaxes(0, 1)) if is_down else here
        found = _seams(along, style) if depth < MOST_DEPTH else []
        if not found:
            continue
        start, end = (top, bottom) if is_down else (left, right)
        cuts = [start, *(start + edge for seam in found for edge in (seam.first, seam.last)), end]
        for first, last in zip(cuts[::2], cuts[1::2], strict=True):
            part = (left, first, right, last) if is_down else (first, top, last, bottom)
            yield from _leaves(picture, part, depth + 1, style or found[0])
        return
    yield rect


def _seams(picture: decoding.Pixels, style: _Seam | None) -> list[_Seam]:
    """Return the seams that part a picture into columns."""
    width = picture.shape[1]
    least = max(LEAST_PART_PX, round(LEAST_PART * width))
    if min(picture.shape[:2]) < LEAST_PART_PX or width < 2 * least:
        return []
    found: list[_Seam] = []
    for seam in _gutters(picture, decoding.grey(picture), style):
        before = found[-1].last if found else 0
        if seam.first - before >= least and width - seam.last >= least:
            found.append(seam)
    return found


def _gutters(
    picture: decoding.Pixels,
    luma: decoding.Pixels,
    style: _Seam | None,
    *,
    is_any_scene: bool = False,
) -> Iterator[_Seam]:
    """Yield the strips of one colour between two photos."""
    level = picture[:, :, None] if picture.ndim == 2 else picture  # noqa: PLR2004 -- grey
    plain, colours = _plain(level, luma)
    width = picture.shape[1]
    for first, last in _runs(plain):
        is_wide = last - first > max(2, round(MOST_GUTTER * width))
        if is_wide or first < 2 * BESIDE_PX or last > width - 2 * BESIDE_PX:
            continue
        colour = np.median(colours[first:last], axis=0)
        seam = _Seam(first, last, colour)
        if style is not None and not seam.is_like(style):
            continue
        beside = (level[:, first - BESIDE_PX : first], level[:, last : last + BESIDE_PX])
        begun = [(np.abs(side - colour).max(axis=2) > ALIKE).any(axis=1).mean() for side in beside]
        if min(begun) >= STRAIGHT_SHARE and (
            is_any_scene or style is not None or _is_other_scene(luma, first, last)
        ):
            yield seam


def _plain(
    level: decoding.Pixels, luma: decoding.Pixels
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Say of each column whether it has one colour, and which; few are looked at closely."""
    colours = np.zeros((level.shape[1], level.shape[2]))
    plain = np.zeros(level.shape[1], dtype=bool)
    exact = luma.astype(np.float32)
    mean = cv2.reduce(exact, 0, cv2.REDUCE_AVG).ravel()
    square = cv2.reduce(cv2.multiply(exact, exact), 0, cv2.REDUCE_AVG).ravel()
    near = np.flatnonzero(square - mean * mean <= MOST_SPREAD**2)
    if len(near):
        columns = level[:, near]
        colours[near] = np.median(columns, axis=0)
        alike = np.abs(columns - colours[near]).max(axis=2) <= ALIKE
        plain[near] = alike.mean(axis=0) >= PLAIN_SHARE
    return plain, colours


def _runs(plain: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield where plain columns begin and end."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], plain.astype(np.int8), [0]))))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(last)


def _is_other_scene(luma: decoding.Pixels, first: int, last: int) -> bool:
    """Whether what stands on both sides of a seam are two photos, not one scene behind a post."""
    near = [_strip(luma, first - BESIDE_PX, -1), _strip(luma, last + BESIDE_PX, 1)]
    if min(float(strip.std()) for strip in near) < LEAST_CHANGE:
        return False
    apart = last - first + 2 * BESIDE_PX + STRIP_PX
    far = [
        _strip(luma, first - BESIDE_PX - apart, -1),
        _strip(luma, last + BESIDE_PX + apart, 1),
    ]
    across = float(np.abs(near[0] - near[1]).mean())
    within = sum(float(np.abs(one - other).mean()) for one, other in zip(near, far, strict=True))
    return across >= LEAST_STEP and across >= LEAST_TIMES * within / 2


def _strip(luma: decoding.Pixels, edge: int, way: int) -> NDArray[np.floating]:
    """Return the luma of a few columns before or behind an edge, evened out along them."""
    begin = edge if way > 0 else edge - STRIP_PX
    begin = min(max(0, begin), luma.shape[1] - STRIP_PX)
    means = luma[:, begin : begin + STRIP_PX].mean(axis=1, dtype=np.float32)
    whole = len(means) // STRIP_PX * STRIP_PX
    return np.asarray(means[:whole].reshape(-1, STRIP_PX).mean(axis=1))
