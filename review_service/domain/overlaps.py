"""Which part of two photos lies on each other, from how one is laid on the other."""

from collections.abc import Sequence
from typing import Final

Point = tuple[float, float]
"""Shares of a photo's width and height, 0 to 1 within it."""
Outline = tuple[Point, ...]
CORNERS: Final[Outline] = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
LAY_NUMBERS: Final = 9
LEAST_DEPTH: Final = 1e-9


def outlines(lay: Sequence[float] | None) -> tuple[Outline, Outline]:
    """Return the outline of what both show on the earlier photo, and on the later one.

    ``lay`` puts shares of the later photo on those of the earlier one: nine numbers, row by row.
    Nothing without one, or of one that puts nothing anywhere.
    """
    if lay is None or len(lay) != LAY_NUMBERS:
        return (), ()
    back = _inverse(lay)
    if back is None:
        return (), ()
    return _within(CORNERS, lay), _within(CORNERS, back)


def _within(corners: Outline, lay: Sequence[float]) -> Outline:
    """Return where a lay puts the corners, cut to the photo they are laid on."""
    laid = [_laid(lay, corner) for corner in corners]
    whole = [point for point in laid if point is not None]
    if len(whole) < len(corners):
        return ()
    for axis in (0, 1):
        for edge, sign in ((0.0, 1.0), (1.0, -1.0)):
            whole = _cut(whole, axis, edge, sign)
    return tuple((round(across, 4), round(down, 4)) for across, down in whole)


def _cut(outline: Sequence[Point], axis: int, edge: float, sign: float) -> list[Point]:
    """Return what of an outline lies on one side of an edge (Sutherland and Hodgman, 1974)."""
    kept: list[Point] = []
    for number, here in enumerate(outline):
        before = outline[number - 1]
        was_in, is_in = (sign * (point[axis] - edge) >= 0 for point in (before, here))
        if was_in != is_in:
            share = (edge - before[axis]) / (here[axis] - before[axis])
            across, down = (before[way] + share * (here[way] - before[way]) for way in (0, 1))
            kept.append((across, down))
        if is_in:
            kept.append(here)
    return kept


def _laid(lay: Sequence[float], point: Point) -> Point | None:
    """Return where a lay puts a point; None for one behind whoever looks."""
    across, down, depth = (
        lay[row] * point[0] + lay[row + 1] * point[1] + lay[row + 2] for row in (0, 3, 6)
    )
    return None if depth < LEAST_DEPTH else (across / depth, down / depth)


def _inverse(lay: Sequence[float]) -> tuple[float, ...] | None:
    """Return the lay the other way round; None where there is none."""
    a, b, c, d, e, f, g, h, i = lay
    whole = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    if abs(whole) < LEAST_DEPTH:
        return None
    parts = (
        e * i - f * h, c * h - b * i, b * f - c * e,
        f * g - d * i, a * i - c * g, c * d - a * f,
        d * h - e * g, b * g - a * h, a * e - b * d,
    )  # fmt: skip
    return tuple(part / whole for part in parts)
