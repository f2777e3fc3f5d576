"""How much detail the sharpest parts of a picture show, and whether it is smeared one way.

A picture is cut into tiles and each tile's gradient energy (Tenenbaum 1970) is taken on three
levels of a pyramid. Blurring takes energy from a finer level first, so the ratio of two levels
is a width of edges that contrast does not change (blur by re-blurring: Crété 2007, Zhuo and
Sim 2011; energy by octaves: Vu and Chandler 2012). Only the tiles with the most fine detail
count, so that a sharp subject is enough. What noise alone would give is taken off first (Donoho
1994, Immerkær 1996). Motion shows in one direction only (Liu 2008); what is finest of all is gone
after enlarging (Kirchner 2008).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture.decoding import Pixels, resized

MEASURE_WIDTH_PX: Final = 1024
"""Sharpness is measured at one width: the same photo scores 22 times more at 4000 px."""
TILE_PX: Final = 32
LEAST_SIDE_PX: Final = 96
"""Less is too little to be judged."""
SHARPEST_SHARE: Final = 0.03
"""Share of the tiles that is asked: the sharpest ones."""
LEAST_TILES: Final = 4
LEAST_ENERGY: Final = 4.0
"""Mean squared gradient, luma units squared, below which a tile shows nothing; half one way."""
NOISE_MARGIN: Final = 10.0
"""A tile counts from so many times the energy that its noise would give."""
NOISE_SCALE: Final = 1.2
"""JPEG takes the finest noise first and leaves so much more of the rest. Calibrated:
benchmarks/quality.py."""
SECOND_GAIN: Final = 36.0
"""Sum of the squared weights of a second difference both ways: (1 + 4 + 1) squared."""
QUIET_PERCENTILE: Final = 25.0
"""Of the tiles by second differences: there is little but noise in them."""
NOISE_GAIN: Final = (4.0, 0.295, 0.03)
"""Gradient energy on each level from noise of variance 1: twice the filters' squared weights."""
WIDE_NOISE: Final = 0.15
"""Share of that margin for the coarser pair of levels, which sees less of the noise."""
DIRECTIONS: Final = 12
LEAST_DIRECTIONS: Final = 8
MOTION_WEIGHT: Final = 0.5
"""Exponent on weakest over strongest direction. Calibrated: benchmarks/quality.py."""

LEAST_EDGES: Final = 0.36
LEAST_WIDE_EDGES: Final = 0.434
LEAST_WEAKEST_WAY: Final = 0.337
"""Energy ratios, no unit, below which a photo is blurred. Calibrated: benchmarks/quality.py."""
LEAST_FINEST: Final = 0.065
"""Energy of the second over the first difference below which pixels hold no detail of their own.
Calibrated: benchmarks/quality.py."""

_ANGLES: Final = np.arange(DIRECTIONS) * np.pi / DIRECTIONS
_TURNED: Final = np.stack(
    [np.cos(_ANGLES) ** 2, np.sin(_ANGLES) ** 2, np.sin(2 * _ANGLES)], dtype=np.float32
)[..., None]
"""Weights of xx, yy and xy in the energy of each direction."""

STRONGEST_WAY: Final = 1.3
"""A direction of finer threads than this, as on a loom, does not make the others look smeared."""
MOST_SHARE: Final = 999.0

Energies = NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """Votes in per cent of the least that is sharp; None cannot tell."""

    edges: float | None = None
    """Finest level over the next: sees edges wider than about 2 px of 1024."""
    wide_edges: float | None = None
    """The next over the coarsest: hardly sees noise, and only wider edges."""
    weakest_way: float | None = None
    """The finest over the next, in the direction that has least of it: smeared by motion."""
    finest: float | None = None
    """What only neighbouring pixels can hold: gone when a small picture was enlarged."""
    ways: tuple[float, ...] = ()
    """The finest over the next in each of ``DIRECTIONS``; NaN cannot tell."""
    telling: tuple[float, ...] = ()
    """Share of the tiles that stand out from their noise in each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """A luma picture on three levels of a pyramid, and what changes in its tiles."""

    pixels: tuple[Pixels, Pixels, Pixels]
    energies: tuple[Energies, Energies, Energies]
    """Mean xx, yy and xy products of the gradient: 3 × rows × columns by tile."""


def reduced(luma: Pixels) -> Pixels:
    """Return the picture at the size at which it is measured."""
    height, width = luma.shape
    scale = min(1.0, MEASURE_WIDTH_PX / max(height, width))
    return resized(luma, max(1, round(width * scale)), max(1, round(height * scale)))


def levels(small: Pixels) -> Levels | None:
    """Return the levels of a luma picture of at most 1024 px; None of one too little to judge."""
    if min(small.shape) < LEAST_SIDE_PX:
        return None
    middle = np.asarray(cv2.pyrDown(small), dtype=np.uint8)
    pixels = (small, middle, np.asarray(cv2.pyrDown(middle), dtype=np.uint8))
    found = [_energies(level, TILE_PX >> step) for step, level in enumerate(pixels)]
    rows, columns = (min(each.shape[side] for each in found) for side in (1, 2))
    first, second, third = (each[:, :rows, :columns] for each in found)
    return Levels(pixels=pixels, energies=(first, second, third))


def measure(seen: Levels | None) -> Detail:
    """Judge the levels of a picture."""
    if seen is None:
        return Detail()
    rows, columns = seen.energies[0].shape[1:]
    cut = [each.reshape(3, -1) for each in seen.energies]
    return judge(cut, _second_differences(seen.pixels[0], rows, columns))


def judge(energies: Sequence[Energies], finest: Energies) -> Detail:
    """Vote on three levels' tile energies (xx, yy, xy by tile) and on the second differences."""
    quiet = np.percentile(finest, QUIET_PERCENTILE)
    noise = np.maximum(finest, quiet) * (NOISE_SCALE / SECOND_GAIN)
    whole = [
        each[0] + each[1] - gain * noise for each, gain in zip(energies, NOISE_GAIN, strict=True)
    ]
    finer, coarser = (
        (_TURNED * each[:, None]).sum(axis=0) - gain / 2 * noise  # no BLAS: it starts threads
        for each, gain in zip(energies[:2], NOISE_GAIN[:2], strict=True)
    )
    floor = np.maximum(LEAST_ENERGY, NOISE_MARGIN * noise)
    low = np.maximum(LEAST_ENERGY, NOISE_MARGIN * WIDE_NOISE * noise)
    first = energies[0][0] + energies[0][1] - NOISE_GAIN[0] / SECOND_GAIN * quiet
    ways = _ratio(finer, coarser, floor / 2)
    return Detail(
        edges=_share(_ratio(whole[0], whole[1], floor), LEAST_EDGES),
        wide_edges=_share(_ratio(whole[1], whole[2], low), LEAST_WIDE_EDGES),
        weakest_way=_share(_motion(ways), LEAST_WEAKEST_WAY),
        finest=_share(_ratio(finest - quiet, first, 2 * LEAST_ENERGY), LEAST_FINEST),
        ways=tuple(ways.tolist()),
        telling=tuple((coarser > floor / 2).mean(axis=1).tolist()),
    )


def _energies(level: Pixels, tile: int) -> Energies:
    """Return the mean xx, yy and xy products of the gradient in each tile."""
    height, width = ((side - 2) // tile * tile for side in level.shape)
    summed = np.empty((3, height // tile, width), np.float32)
    across, down = (np.empty((tile, width), np.float32) for _ in range(2))
    for row, first in enumerate(range(0, height, tile)):  # what stays in the cache is fast
        band = level[first : first + tile + 2, : width + 2].astype(np.float32)
        np.subtract(band[1:-1, 2:], band[1:-1, :-2], out=across)
        np.subtract(band[2:, 1:-1], band[:-2, 1:-1], out=down)
        for place, (one, other) in enumerate(((across, across), (down, down), (across, down))):
            np.einsum("yx,yx->x", one, other, out=summed[place, row])
    return _by_tile(summed, tile)


def _by_tile(summed: NDArray[Any], tile: int) -> Energies:
    """Return the mean of each tile from the sums of its columns, the last axis."""
    cut = summed.reshape(*summed.shape[:-1], -1, tile)
    return np.asarray(cut.sum(axis=-1) / tile**2, dtype=np.float32)


def _second_differences(small: Pixels, rows: int, columns: int) -> Energies:
    """Return each tile's energy in both directions at once: straight edges stay silent."""
    summed = np.empty((rows, columns * TILE_PX), np.float32)
    for row, first in enumerate(range(0, rows * TILE_PX, TILE_PX)):
        answer = cv2.Sobel(small[first : first + TILE_PX + 2], cv2.CV_32F, 2, 2, ksize=3)
        inner = answer[1:-1, 1 : columns * TILE_PX + 1]
        np.einsum("yx,yx->x", inner, inner, out=summed[row])
    return _by_tile(summed, TILE_PX).ravel()


def _ratio(finer: Energies, coarser: Energies, floor: Energies | float) -> Energies:
    """Return finer over coarser energy in the tiles with the most of the finer, by direction."""
    finer, coarser = np.atleast_2d(finer), np.atleast_2d(coarser)
    tells = coarser > floor
    ranked = np.where(tells, np.maximum(finer, 0), -1)
    count = min(ranked.shape[1], max(LEAST_TILES, round(SHARPEST_SHARE * ranked.shape[1])))
    best = np.argpartition(ranked, -count, axis=1)[:, -count:]
    counts = np.take_along_axis(tells, best, axis=1)
    above = np.where(counts, np.take_along_axis(ranked, best, axis=1), 0).sum(axis=1)
    below = np.where(counts, np.take_along_axis(coarser, best, axis=1), 0).sum(axis=1)
    enough = counts.sum(axis=1) >= LEAST_TILES
    return np.where(enough, above / np.maximum(below, 1e-6), np.nan).astype(np.float32)


def _motion(ways: Energies) -> Energies:
    """Return the weakest direction's ratio, the less the stronger the strongest is."""
    known = ways[~np.isnan(ways)]
    if len(known) < LEAST_DIRECTIONS:
        return np.full(1, np.nan, dtype=np.float32)
    weakest = known.min()
    evenness = weakest / max(weakest, min(known.max(), STRONGEST_WAY), 1e-6)
    return np.atleast_1d(weakest * evenness**MOTION_WEIGHT)


def _share(ratio: Energies, least: float) -> float | None:
    """Return per cent of the least that is sharp."""
    value = float(ratio[0])
    return None if math.isnan(value) else round(min(MOST_SHARE, 100 * value / least), 1)
