"""The photos within one picture: what a border frames, and each photo of a collage.

Runs in the sandbox. A collage is parted where a straight strip of one colour runs from edge to edge
between two photos, and then each part again. Where there is none, ``cuts`` looks for photos that
meet without a strip.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture import cuts, decoding, framing

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
SAMPLES: Final = 48
"""Rows that are asked first whether a column may have one colour. The lightest and the darkest may
differ: 1 % of the strip may be anything."""
FEW_APART: Final = 3
"""Of those rows, one in so many is asked before: most photos have no plain column even there."""
RAW_SLACK: Final = 12
"""Units of one channel by which the pixels of a strip vary more before the picture is reduced."""
RAW_STEP, RAW_STRAIGHT_SHARE = 6, 0.4
"""As ``ALIKE`` and ``STRAIGHT_SHARE``, asked of those rows: whoever passes is looked at closely."""
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
    is_down: bool = False
    """Whether it lies, with one photo above it and one below; the columns are rows then."""

    def meets(self, other: "_Seam | None") -> bool:
        """Whether both have a column in common."""
        return other is not None and self.first < other.last and other.first < self.last

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
    rects = _between_strips(pixels) or cuts.parts(pixels)
    if not 1 < len(rects) <= MOST_PARTS:
        return []
    found = []
    for rect in rects:
        part = pixels[rect[1] : rect[3], rect[0] : rect[2]]
        if not framing.is_plain(decoding.fitted(part, LOOKED_AT_PX // 4)):
            frame = framing.inside(part)
            found.append(_moved(frame, rect[0], rect[1]) if frame else rect)
    return found


def _between_strips(pixels: decoding.Pixels) -> list[Rect]:
    """Return the parts between strips of one colour; none where there are no such strips."""
    if not _may_be_parted(pixels):
        return []
    small = np.ascontiguousarray(decoding.fitted(pixels, LOOKED_AT_PX))
    sides = _Side.of(small), _Side.of(_on_its_side(small))
    whole = (0, 0, small.shape[1], small.shape[0])
    leaves = list(_leaves(small, whole, 0, _crossing(*sides), sides))
    if not 1 < len(leaves) <= MOST_PARTS:
        return []
    down, along = (pixels.shape[side] / small.shape[side] for side in (0, 1))
    return [
        (
            int(np.ceil(left * along)),
            int(np.ceil(top * down)),
            int(right * along),
            int(bottom * down),
        )
        for left, top, right, bottom in leaves
    ]


def _may_be_parted(pixels: decoding.Pixels) -> bool:
    """Whether some column or row may be a seam; most photos are told by a few of their rows."""
    step = max(1, max(pixels.shape[:2]) // LOOKED_AT_PX)
    return any(_may_have_seam(seen[:, ::step]) for seen in (pixels, pixels.swapaxes(0, 1)))


def _may_have_seam(picture: decoding.Pixels) -> bool:
    """Whether a column of one colour has other things near it on both sides, in a few rows."""
    width = picture.shape[1]
    margin = max(0, round(LEAST_PART * width) - 2)
    few = _may_be_plain(_sampled(picture, every=FEW_APART), slack=RAW_SLACK)
    if not few[margin : width - margin].any():  # the other rows can only vary more
        return False
    sampled = _sampled(picture)
    plain = _may_be_plain(sampled, slack=RAW_SLACK)
    plain[:margin] = plain[width - margin :] = False
    near = np.flatnonzero(plain)
    lefts = near[_ends_near(sampled, near, -1)] if len(near) else near
    rights = near[_ends_near(sampled, near, 1)] if len(lefts) else lefts
    if not len(rights):
        return False
    after = np.searchsorted(rights, lefts)
    is_before = after < len(rights)
    gaps = rights[after[is_before]] - lefts[is_before]
    return bool((gaps <= MOST_GUTTER * width + BESIDE_PX).any())


def _ends_near(sampled: decoding.Pixels, columns: NDArray[np.intp], way: int) -> NDArray[np.bool_]:
    """Say of each column whether something else begins a few columns to one side of it."""
    here = sampled[:, columns]
    differs = np.zeros(here.shape[:2], dtype=bool)
    for far in range(1, BESIDE_PX + 2):
        other = sampled[:, np.clip(columns + way * far, 0, sampled.shape[1] - 1)]
        apart = np.maximum(here, other) - np.minimum(here, other)  # OpenCV drops a lone channel
        differs |= apart.max(axis=2) > RAW_STEP
    return np.asarray(differs.mean(axis=0) >= RAW_STRAIGHT_SHARE)


def _moved(rect: Rect, right: int, down: int) -> Rect:
    return rect[0] + right, rect[1] + down, rect[2] + right, rect[3] + down


def _crossing(upright: "_Side", lying: "_Side") -> _Seam | None:
    """Return a strip that crosses one like it, which is a grid whatever stands beside them."""
    down = _sure_gutters(upright)
    across = _sure_gutters(lying) if down else []
    return next((one for one in down if any(one.is_like(other) for other in across)), None)


def _sure_gutters(side: "_Side") -> list[_Seam]:
    """Return the strips of one colour, whether two scenes or one stand beside them."""
    height, width = side.level.shape[:2]
    least = max(LEAST_PART_PX, round(LEAST_PART * width))
    if min(height, width) < 2 * LEAST_PART_PX:
        return []
    found = _gutters(side, None, is_any_scene=True)
    return [one for one in found if least <= one.first and one.last <= width - least]


def _leaves(
    picture: decoding.Pixels,
    rect: Rect,
    depth: int,
    style: _Seam | None,
    sides: "tuple[_Side, _Side] | None" = None,
    beside: Sequence[_Seam] = (),
) -> Iterator[Rect]:
    """Yield the parts that no seam parts any more, in the order in which they are read.

    ``style`` is a seam that parted it already: a collage has the same strips all over. ``sides``
    are those of the whole picture, where they are known. ``beside`` are the seams of the parts
    next to this one, which go on here where a photo is as white as they are.
    """
    left, top, right, bottom = rect
    here = picture[top:bottom, left:right]
    if sides is None:
        sides = _Side.of(here), _Side.of(_on_its_side(here))
    for is_down in (True, False) if depth < MOST_DEPTH else ():
        found = _seams(sides[is_down], style, [one for one in beside if one.is_down == is_down])
        if not found:
            continue
        start, end = (top, bottom) if is_down else (left, right)
        cuts = [start, *(start + edge for seam in found for edge in (seam.first, seam.last)), end]
        parts = [
            (left, first, right, last) if is_down else (first, top, last, bottom)
            for first, last in zip(cuts[::2], cuts[1::2], strict=True)
        ]
        style = style or found[0]
        across = _seams_of(picture, parts, style, is_down=not is_down)
        for part in parts:
            yield from _leaves(picture, part, depth + 1, style, beside=across)
        return
    yield rect


def _seams_of(
    picture: decoding.Pixels, parts: Sequence[Rect], style: _Seam, *, is_down: bool
) -> list[_Seam]:
    """Return the seams that run through one of several parts in one direction, none twice."""
    found = list[_Seam]()
    for left, top, right, bottom in parts:
        here = picture[top:bottom, left:right]
        side = _Side.of(_on_its_side(here) if is_down else here)
        found += [replace(seam, is_down=is_down) for seam in _seams(side, style)]
    found.sort(key=lambda seam: seam.first)
    return [one for before, one in pairwise([None, *found]) if one and not one.meets(before)]


def _seams(side: "_Side", style: _Seam | None, beside: Sequence[_Seam] = ()) -> list[_Seam]:
    """Return the seams that part a picture into columns, those of its neighbours among them."""
    height, width = side.level.shape[:2]
    least = max(LEAST_PART_PX, round(LEAST_PART * width))
    if min(height, width) < LEAST_PART_PX or width < 2 * least:
        return []
    own = list(_gutters(side, style))
    goes_on = [one for one in beside if side.is_of(one) and not any(map(one.meets, own))]
    found: list[_Seam] = []
    for seam in sorted([*own, *goes_on], key=lambda each: each.first):
        before = found[-1].last if found else 0
        if seam.first - before >= least and width - seam.last >= least:
            found.append(seam)
    return found


def _gutters(side: "_Side", style: _Seam | None, *, is_any_scene: bool = False) -> Iterator[_Seam]:
    """Yield the strips of one colour between two photos."""
    width = side.level.shape[1]
    for first, last in _runs(side.plain):
        is_wide = last - first > max(2, round(MOST_GUTTER * width))
        if is_wide or first < 2 * BESIDE_PX or last > width - 2 * BESIDE_PX:
            continue
        colour = np.median(side.colours[first:last], axis=0)
        seam = _Seam(first, last, colour)
        if style is not None and not seam.is_like(style):
            continue
        edges = (slice(first - BESIDE_PX, first), slice(last, last + BESIDE_PX))
        beside = (side.level[:, each] for each in edges)
        begun = [(np.abs(each - colour).max(axis=2) > ALIKE).any(axis=1).mean() for each in beside]
        if min(begun) >= STRAIGHT_SHARE and (
            is_any_scene or style is not None or _is_other_scene(side.luma, first, last)
        ):
            yield seam


def _on_its_side(picture: decoding.Pixels) -> decoding.Pixels:
    """Return the picture with its rows as columns."""
    return np.asarray(cv2.transpose(picture), np.uint8)


@dataclass(frozen=True, slots=True)
class _Side:
    """A picture, of whose columns it is known which have one colour."""

    level: decoding.Pixels
    luma: decoding.Pixels
    plain: NDArray[np.bool_]
    colours: NDArray[np.float64]

    def is_of(self, seam: _Seam) -> bool:
        """Whether the columns of a seam have its colour here."""
        here = slice(seam.first, seam.last)
        apart = np.abs(self.colours[here] - seam.colour).max(initial=0)
        return bool(self.plain[here].all() and apart <= 2 * ALIKE)

    @classmethod
    def of(cls, picture: decoding.Pixels) -> "_Side":
        """Look at the columns of a picture; few are looked at closely."""
        picture = np.ascontiguousarray(picture)
        level = picture[:, :, None] if picture.ndim == 2 else picture  # noqa: PLR2004 -- grey
        colours = np.zeros((level.shape[1], level.shape[2]))
        plain = np.zeros(level.shape[1], dtype=bool)
        near = _may_be_plain(_sampled(level), slack=0)
        if near.any():
            columns = level[:, near].astype(np.int16)
            colours[near] = np.median(columns, axis=0)
            alike = np.abs(columns - colours[near]).max(axis=2) <= ALIKE
            plain[near] = alike.mean(axis=0) >= PLAIN_SHARE
        return cls(level=level, luma=decoding.grey(picture), plain=plain, colours=colours)


def _sampled(picture: decoding.Pixels, *, every: int = 1) -> decoding.Pixels:
    """Return ``SAMPLES`` rows of a picture, as many above each other, with an axis of channels.

    Of these only one in ``every``, the first among them.
    """
    rows = np.linspace(0, len(picture) - 1, SAMPLES).astype(int)[::every]
    if picture.strides[0] < picture.strides[1]:  # lies on its side: read as it is in memory
        picked = picture.swapaxes(0, 1)[:, rows].swapaxes(0, 1)
    else:
        picked = picture[rows]
    return np.ascontiguousarray(picked).reshape(len(rows), picture.shape[1], -1)


def _may_be_plain(sampled: decoding.Pixels, *, slack: int) -> NDArray[np.bool_]:
    """Say of each column whether a few rows of it have about one colour, one row left out."""
    lightest = darkest = sampled[0]
    lighter, darker = np.zeros_like(lightest), np.full_like(darkest, 255)
    for row in sampled[1:]:
        lighter = np.maximum(lighter, np.minimum(lightest, row))
        lightest = np.maximum(lightest, row)
        darker = np.minimum(darker, np.maximum(darkest, row))
        darkest = np.minimum(darkest, row)
    spread = lighter.astype(np.int16) - darker
    return np.asarray(spread.max(axis=1) <= 2 * ALIKE + slack)


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
