"""Numbers about a whole picture by which a classifier tells what spoilt it.

Light, clipped colours, how much there is to see by place, what a compression left behind, and how
wide edges are.
What each number is: ``NAMES``. Runs in the sandbox; without BLAS, which starts threads.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.inside.picture import edge_widths, grid_traces, highlights, motion_traces
from workers.inside.picture.decoding import Pixels
from workers.inside.picture.detail import DIRECTIONS, Detail, Levels

Values = NDArray[np.floating]

SAMPLED_PX: Final = 256
"""Longest side of the colours that are looked at: pixels are picked, not averaged."""
CLIPPED, NEARLY_CLIPPED, BLACK = 250, 230, 6
"""Of 255: a channel without detail; one that still has some; one without light."""
RINGS: Final = 5
"""Parts of equal size that lie ever farther from a corner or a side."""
SMOOTH_ENERGIES: Final = (3.0, 12.0)
"""Mean squared gradient two octaves down, luma units squared, under which a tile is smooth."""
DARK_CHANNEL_PX: Final = 9
NEAR_NOTHING: Final = 1e-3
UNKNOWN: Final = -1.0
LEAST_SHARP: Final = 100.0
"""Per cent of the least that is sharp, as ``detail`` votes."""
ASKED_IF_DOUBTED: Final = frozenset({"unsharp", "enlarged"})
"""Reasons that learned only from photos that ``is_doubted``: of others they say nothing."""
MOST_VOTE: Final = 300.0

_LUMA_AT: Final = (0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999)
_SHARE_AT: Final = (5, 25, 50, 75, 95, 99)
_LINEAR: Final = (((np.arange(256) / 255 + 0.055) / 1.055) ** 2.4).astype(np.float32)
"""Linear light of each luma, by the sRGB curve; 0 to 1."""

NAMES: Final[tuple[str, ...]] = (
    *(f"luma at {share:g}" for share in _LUMA_AT),
    *("luma mean", "luma deviation", "linear mean", "levels used"),
    *(f"brightest channel at {share}" for share in (50, 95, 99, 99.9)),
    *(f"darkest channel at {share}" for share in (0.1, 1, 5, 50)),
    *("colour mean", "colour at 95", "colour at 99"),
    *("all clipped", "any clipped", "partly clipped", "black", "a channel black"),
    *("all clipped in the middle", "partly clipped in the middle"),
    *(f"dark channel at {share}" for share in (5, 50, 95)),
    *(f"energy {level} at {share}" for level in range(3) for share in _SHARE_AT),
    *("relative energy at 50", "relative energy at 95", "fine over coarse at 50"),
    *(f"least seen, {what} {ring}" for what in ("energy", "luma") for ring in range(RINGS)),
    *(f"least seen, {what} {ring}" for what in ("red", "blue") for ring in range(RINGS)),
    *("least seen, luma varies", "least seen, red varies", "least seen, blue varies"),
    *("least seen, is corner", "least seen, next energy"),
    *(f"darkest, light {ring}" for ring in range(RINGS)),
    *(f"darkest, relative energy {ring}" for ring in range(RINGS)),
    *("darkest, next corner", "darkest, is corner"),
    *(
        f"smooth {limit:g}, {what}"
        for limit in SMOOTH_ENERGIES
        for what in (
            *("share", "sides", "longest side", "shortest side", "luma", "luma varies"),
            *("red", "blue", "red varies", "rest luma", "rest energy", "rim energy"),
            *("rim fine over coarse", "middle share"),
        )
    ),
    *("edges", "wide edges", "weakest way", "finest"),
    *(f"way {place}" for place in range(DIRECTIONS)),
    *("weakest two ways", "weakest over median way", "weakest way tells", "least way tells"),
    *("median way tells", "tells by weakest over strongest"),
    *grid_traces.NAMES,
    *highlights.NAMES,
    *edge_widths.NAMES,
    *motion_traces.NAMES,
)
"""What each number is, in the order of ``measure``. «Least seen» and «darkest» go from the corner
or side with least detail or light to the opposite one, in rings of equal size."""


def measure(
    luma: Pixels,
    colours: Pixels,
    levels: Levels,
    votes: Detail,
    *,
    by_luma: Values | None = None,
) -> Values:
    """Return one number for each of ``NAMES``.

    ``luma`` is the picture as it was decoded, ``colours`` the same with blue first, or grey;
    ``levels`` and ``votes`` are what ``detail`` made of it. ``by_luma`` spares counting the
    ``shares`` of the finest level again.
    """
    seen = _sampled(colours)
    energy = np.stack([each[0] + each[1] for each in levels.energies]).astype(np.float32)
    maps = _maps(levels.pixels[-1], seen, energy)
    told: list[float] = []
    told += _light(shares(levels.pixels[0]) if by_luma is None else by_luma)
    told += _colours(seen)
    told += _detail(energy, maps[0])
    told += _least_seen(energy, maps)
    told += _darkest(energy, maps)
    for limit in SMOOTH_ENERGIES:
        told += _smooth(limit, energy, maps)
    told += _ways(votes)
    told += grid_traces.measure(luma, colours, seen)
    told += highlights.measure(seen)
    told += _if_doubted(levels, votes)
    return np.asarray(told, dtype=np.float32)


def is_doubted(votes: Detail) -> bool:
    """Whether ``detail`` calls a picture less than sharp in some way."""
    told = (votes.edges, votes.wide_edges, votes.weakest_way, votes.finest)
    return any(vote is not None and vote < LEAST_SHARP for vote in told)


def _if_doubted(levels: Levels, votes: Detail) -> list[float]:
    """Return how wide edges are and what movement left; unknown of a picture that is sharp."""
    if not is_doubted(votes):
        return [UNKNOWN] * (len(edge_widths.NAMES) + len(motion_traces.NAMES))
    small, energies = levels.pixels[0], levels.energies[0]
    return [*edge_widths.measure(small), *motion_traces.measure(small, energies[0] + energies[1])]


def _sampled(colours: Pixels) -> Pixels:
    step = max(1, round(max(colours.shape[:2]) / SAMPLED_PX))
    seen = np.ascontiguousarray(colours[step // 2 :: step, step // 2 :: step])
    if seen.ndim == 2:  # noqa: PLR2004 -- grey
        return np.asarray(cv2.cvtColor(seen, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return seen


def _maps(coarse: Pixels, seen: Pixels, energy: Values) -> Values:
    """Return luma, red and blue difference of each tile."""
    size = (energy.shape[2], energy.shape[1])
    luma = cv2.resize(coarse, size, interpolation=cv2.INTER_AREA)
    tones = cv2.resize(seen, size, interpolation=cv2.INTER_AREA)
    tones = cv2.cvtColor(tones, cv2.COLOR_BGR2YCrCb)
    return np.stack([luma, tones[..., 1], tones[..., 2]]).astype(np.float32)


def shares(luma: Pixels) -> Values:
    """Return which share of a picture has each luma: 256 numbers from 0 to 1."""
    return np.asarray(cv2.calcHist([luma], [0], None, [256], [0, 256]).ravel() / luma.size)


def _light(counts: Values) -> list[float]:
    summed = np.cumsum(counts)
    mean = float((counts * np.arange(256)).sum())
    square = float((counts * np.arange(256) ** 2).sum())
    return [
        *(float(np.searchsorted(summed, share)) for share in _LUMA_AT),
        mean,
        max(0.0, square - mean * mean) ** 0.5,
        float((counts * _LINEAR).sum()),
        float((counts > 2e-4).sum()),  # noqa: PLR2004 -- one pixel in 5,000
    ]


def _level_at(values: NDArray[Any], shares: Sequence[float]) -> list[float]:
    counts = cv2.calcHist([values], [0], None, [256], [0, 256]).ravel()
    summed = np.cumsum(counts) / values.size
    return [float(np.searchsorted(summed, share / 100)) for share in shares]


def _at(values: NDArray[Any], shares: Sequence[float]) -> list[float]:
    ordered = np.sort(values, axis=None)
    return [float(ordered[round(share / 100 * (len(ordered) - 1))]) for share in shares]


def _colours(seen: Pixels) -> list[float]:
    blue, green, red = cv2.split(seen)
    most = cv2.max(cv2.max(blue, green), red)
    least = cv2.min(cv2.min(blue, green), red)
    vivid = cv2.subtract(most, least)
    all_clipped = least >= CLIPPED
    partly = (most >= CLIPPED) & (least < NEARLY_CLIPPED)
    height, width = least.shape
    middle = (slice(height // 4, height - height // 4), slice(width // 4, width - width // 4))
    dark = cv2.erode(least, np.ones((DARK_CHANNEL_PX, DARK_CHANNEL_PX), np.uint8))
    return [
        *_level_at(most, (50, 95, 99, 99.9)),
        *_level_at(least, (0.1, 1, 5, 50)),
        float(vivid.mean()),
        *_level_at(vivid, (95, 99)),
        float(all_clipped.mean()),
        float((most >= CLIPPED).mean()),
        float(partly.mean()),
        float((most <= BLACK).mean()),
        float((least <= BLACK).mean()),
        float(all_clipped[middle].mean()),
        float(partly[middle].mean()),
        *_level_at(dark, (5, 50, 95)),
    ]


def _detail(energy: Values, luma: Values) -> list[float]:
    relative = energy[1] / (luma * luma + 25)
    ratio = (energy[0] + 1) / (energy[2] + 1)
    return [
        *(value for level in energy for value in _at(np.log2(level + 1), _SHARE_AT)),
        *_at(np.log2(relative + NEAR_NOTHING), (50, 95)),
        *_at(np.log2(ratio), (50,)),
    ]


@lru_cache(maxsize=32)
def _orders(rows: int, columns: int) -> NDArray[np.intp]:
    """Return the tiles by distance from four corners and four sides: 8 × ``RINGS`` × tiles."""
    down, across = np.mgrid[:rows, :columns].astype(np.float32)
    down, across = (down + 0.5) / rows, (across + 0.5) / columns
    ways = [np.hypot(y, x) for y in (down, 1 - down) for x in (across, 1 - across)]
    ways += [down, 1 - down, across, 1 - across]
    count = rows * columns // RINGS
    return np.stack(
        [np.argsort(way, axis=None, kind="stable")[: count * RINGS] for way in ways]
    ).reshape(len(ways), RINGS, count)


def _least_seen(energy: Values, maps: Values) -> list[float]:
    order = _orders(*energy.shape[1:])
    seen = np.log2(energy[1] + 1).ravel()[order]
    by_ring = seen.mean(axis=2)
    near = by_ring[:, :2].mean(axis=1)
    way = int(near.argmin())
    placed = maps.reshape(3, -1)[:, order[way]]
    rings = placed.mean(axis=2)
    first = placed[:, : RINGS // 2].reshape(3, -1).std(axis=1)
    return [
        *by_ring[way].tolist(),
        *rings[0].tolist(),
        *rings[1].tolist(),
        *rings[2].tolist(),
        *first.tolist(),
        float(way < 4),  # noqa: PLR2004 -- corners first
        float(np.sort(near)[1]),
    ]


def _darkest(energy: Values, maps: Values) -> list[float]:
    order = _orders(*energy.shape[1:])
    light = _LINEAR[maps[0].astype(np.uint8)].ravel()
    rings = light[order].mean(axis=2)
    most = rings.max(axis=1, keepdims=True) + NEAR_NOTHING
    shares = np.log2((rings + NEAR_NOTHING) / most)
    near = shares[:, :2].mean(axis=1)
    way = int(near.argmin())
    relative = np.log2(energy[1] / (maps[0] * maps[0] + 25) + NEAR_NOTHING).ravel()
    return [
        *shares[way].tolist(),
        *relative[order[way]].mean(axis=1).tolist(),
        float(np.sort(near)[1]),
        float(way < 4),  # noqa: PLR2004 -- corners first
    ]


def _smooth(limit: float, energy: Values, maps: Values) -> list[float]:
    """Describe the largest smooth part that touches an edge, and what surrounds it."""
    smooth = (energy[2] < limit).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(smooth, connectivity=4)
    rim = np.zeros_like(smooth, dtype=bool)
    rim[[0, -1]] = rim[:, [0, -1]] = True
    touching = np.unique(labels[rim])
    touching = touching[touching > 0]
    if not len(touching):
        return [0.0] * 14
    best = int(touching[stats[touching, cv2.CC_STAT_AREA].argmax()])
    inside = labels == best
    sides = sorted(
        float(side.mean()) for side in (inside[0], inside[-1], inside[:, 0], inside[:, -1])
    )
    around = cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool) & ~inside
    around = around if around.any() else ~inside
    rest = ~inside if not inside.all() else inside
    around = around if around.any() else rest
    luma, red, blue = (each[inside] for each in maps)
    ratio = np.log2((energy[0][around] + 1) / (energy[2][around] + 1))
    rows, columns = inside.shape
    middle = inside[rows // 3 : rows - rows // 3, columns // 3 : columns - columns // 3]
    return [
        float(inside.mean()),
        float(sum(side > 0 for side in sides)),
        sides[-1],
        sides[0],
        float(luma.mean()),
        float(luma.std()),
        float(red.mean()),
        float(blue.mean()),
        float(red.std()),
        float(maps[0][rest].mean()),
        float(np.log2(energy[1][rest] + 1).mean()),
        float(np.log2(energy[2][around] + 1).mean()),
        float(ratio.mean()),
        float(middle.mean()),
    ]


def _ways(votes: Detail) -> list[float]:
    """Describe how sharp each direction is, from the weakest to the strongest."""
    votes_told = (votes.edges, votes.wide_edges, votes.weakest_way, votes.finest)
    told = [UNKNOWN if vote is None else min(vote, MOST_VOTE) for vote in votes_told]
    ways = np.asarray(votes.ways)
    known = ~np.isnan(ways)
    ordered = np.sort(np.where(known, ways, np.inf))
    ordered[np.isinf(ordered)] = UNKNOWN
    telling = np.asarray(votes.telling)
    if not known.any():
        return [*told, *ordered.tolist(), *[UNKNOWN] * 6]
    weakest = int(np.where(known, ways, np.inf).argmin())
    median = float(np.median(ways[known]))
    turned = np.roll(ways, 1), np.roll(ways, -1)
    return [
        *told,
        *ordered.tolist(),
        float(np.nanmin((ways + np.fmin(*turned)) / 2, initial=ordered[0])),
        float(ordered[0] / max(median, NEAR_NOTHING)),
        float(telling[weakest]),
        float(telling.min()),
        float(np.median(telling)),
        float(telling[weakest] / max(telling.max(), NEAR_NOTHING)),
    ]
