"""Second proof of a hit: whether two photos show the same once they lie on one another.

A hash of 256 bits says how alike the coarse forms of two photos are, and different photos of like
things (a mug in the middle of a table) come within its radius. So brightness is compared too: two
grids of ``GRID_SIDE`` squared, one turned as the hit says and moved until they fit best.
"""

from dataclasses import astuple, dataclass, fields, replace
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from review_service.domain.likeness import GRID_SIDE, LEAST_SAMENESS, TURNS

CUTS: Final = (0.0, 0.025, -0.025, 0.05, -0.05)
"""Shares that one photo may lack, or have in addition, at both ends of an axis: where to begin."""
TILTS: Final = (0.0, 2.0, -2.0)
"""Degrees; the hash bears two or three."""
STEPS: Final = (1.0, 0.5, 0.25, 0.125)
"""Of a cut of ``CUT`` and a tilt of ``TILT``, by which the best place is sought."""
CUT: Final = 0.02
TILT: Final = 1.0
MOST_ROUNDS: Final = 4
BEGINNINGS: Final = 3
"""Places from which a better one is sought: the best of those that are tried first."""
AROUND: Final = 5
"""Cells along each side of the mean that is taken off: what is left are forms, not their light."""
MARGIN: Final = 3
"""Cells at each edge that are not compared: a frame reaches so far."""
LEAST_SCALE: Final = 1e-3
"""Below it there is no form to compare."""

Grid = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Place:
    """How the later photo lies on the earlier one: shares cut off at each side, and degrees."""

    top: float = 0.0
    bottom: float = 0.0
    left: float = 0.0
    right: float = 0.0
    tilt: float = 0.0


def sameness(earlier: bytes, later: bytes, turned: int) -> float:
    """Return how well two grids agree, from -1 to 1: placed best, or well enough.

    ``turned`` is the form of the later photo that is closest to the earlier one. What has no forms
    agrees with nothing.
    """
    one, other = _detail(_grid(earlier)), _detail(_as_turned(_grid(later), turned))
    tried = sorted((_agreement(one, other, place), astuple(place)) for place in _first())
    best = tried[-1][0]
    for agreement, place in tried[: -BEGINNINGS - 1 : -1]:
        if best >= LEAST_SAMENESS:
            break
        best = max(best, _improved(one, other, _Place(*place), agreement))
    return best


def _first() -> list[_Place]:
    """Return the places that are tried first: each axis cut alike or moved, upright and tilted."""
    axes = [*((cut, cut) for cut in CUTS), *((cut, -cut) for cut in CUTS[1:]), *_at_one_end()]
    return [_Place(*down, *along, tilt) for down, along in product(axes, axes) for tilt in TILTS]


def _at_one_end() -> list[tuple[float, float]]:
    return [ends for cut in CUTS[1:] for ends in ((cut, 0.0), (0.0, cut))]


def _improved(one: Grid, other: Grid, place: _Place, agreement: float) -> float:
    """Return the best agreement that small moves of a place lead to."""
    for step in STEPS:
        for _ in range(MOST_ROUNDS):
            before = agreement
            for field in fields(place):
                size = step * (TILT if field.name == "tilt" else CUT)
                for moved in (size, -size):
                    other_place = replace(place, **{field.name: getattr(place, field.name) + moved})
                    found = _agreement(one, other, other_place)
                    if found > agreement:
                        place, agreement = other_place, found
            if agreement == before:
                break
    return agreement


def _agreement(one: Grid, other: Grid, place: _Place) -> float:
    """Return the normalised correlation of the cells that both have."""
    rows = place.top * GRID_SIDE + (_CELLS + 0.5) * (1 - place.top - place.bottom) - 0.5 - _MIDDLE
    columns = place.left * GRID_SIDE + (_CELLS + 0.5) * (1 - place.left - place.right) - 0.5
    columns = columns - _MIDDLE
    angle = np.deg2rad(place.tilt)
    down = _MIDDLE + np.cos(angle) * rows[:, None] - np.sin(angle) * columns
    along = _MIDDLE + np.sin(angle) * rows[:, None] + np.cos(angle) * columns
    low, high = MARGIN - 1, GRID_SIDE - MARGIN
    held = (down >= low) & (down <= high) & (along >= low) & (along <= high)
    down, along = down[held], along[held]
    row, column = down.astype(int), along.astype(int)
    lower, right = down - row, along - column
    here = (one[row, column] * (1 - right) + one[row, column + 1] * right) * (1 - lower) + (
        one[row + 1, column] * (1 - right) + one[row + 1, column + 1] * right
    ) * lower
    there = other[_INNER][held]
    here, there = here - here.mean(), there - there.mean()
    scale = float(np.sqrt((here @ here) * (there @ there)))
    return float(here @ there) / scale if scale > LEAST_SCALE else 0.0


_CELLS: Final = np.arange(MARGIN, GRID_SIDE - MARGIN)
_INNER: Final = (slice(MARGIN, GRID_SIDE - MARGIN),) * 2
_MIDDLE: Final = (GRID_SIDE - 1) / 2


def _grid(data: bytes) -> Grid:
    return np.frombuffer(data, np.uint8).reshape(GRID_SIDE, GRID_SIDE).astype(np.float32)


def _as_turned(grid: Grid, turned: int) -> Grid:
    upside_down, backwards, exchanged = TURNS[turned]
    grid = grid[::-1] if upside_down else grid
    grid = grid[:, ::-1] if backwards else grid
    return np.ascontiguousarray(grid.T if exchanged else grid)


def _detail(grid: Grid) -> Grid:
    """Return the grid without the mean of the cells around each."""
    wide = np.pad(grid, AROUND // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(wide, (AROUND, AROUND))
    return np.asarray(grid - windows.mean(axis=(2, 3)), np.float32)
