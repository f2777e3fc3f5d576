"""The PDQ hash of a picture in eight forms: 256 bits that a resave hardly changes.

Runs in the sandbox. Written from the published description of the algorithm (Meta, ThreatExchange,
2019): luma, two passes of a tent filter while reducing to 64 x 64, the lowest 16 x 16 frequencies
without the constant ones, and one bit each for those above their median.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from review_service.domain.likeness import CUTS, GRID_SIDE, TURNS

FIRST_SIDE: Final = 512
"""Every picture is reduced to this square first, in pixels, as the reference does with large ones.

A fixed first step matters: full size and 512 px differed by up to 26 bits.
"""
GRID: Final = 64
FREQUENCIES: Final = 16
PASSES: Final = 2
UPRIGHT_CUTS: Final = (0.01, 0.03, 0.05)
"""Cuts between those, of every side, hashed as seen only."""
SIDE_CUTS: Final = (0.02, 0.04, -0.02, -0.04)
"""The same for one side alone, and for two that lie opposite."""
LEAST_SIDE: Final = 5
"""Smaller pictures have no hash, in pixels. Source: the reference."""
GRADIENT_SHARE: Final = 90
"""Sum of gradients, in per cent of white, that makes one point of quality. Source: the paper."""
FORMS: Final = (
    "as seen",
    "turned 90",
    "turned 180",
    "turned 270",
    "mirrored top to bottom",
    "mirrored left to right",
    "mirrored along the diagonal",
    "mirrored along the other diagonal",
)
"""The order of ``forms``, as in the reference; turns are against the clock, in degrees."""

Plane = NDArray[np.float32]


class Seen(NamedTuple):
    """What is kept of a picture; hashes and rows of the grid are 64 hex digits each."""

    quality: int
    """0 to 100."""
    forms: tuple[str, ...]
    views: tuple[str, ...]
    grid: tuple[str, ...]
    """``GRID_SIDE`` rows of as many bytes: the brightness of each cell."""


def _tent() -> Plane:
    """Return the 64 x 512 matrix of two box passes and the picking of every eighth sample.

    A box at the edge averages what there is. Both axes are filtered alike, so that two products
    with this matrix do what the reference does with running sums.
    """
    window = (FIRST_SIDE + 2 * GRID - 1) // (2 * GRID)
    after = (window + 2) // 2 - 1
    before = window - 1 - after
    box = np.zeros((FIRST_SIDE, FIRST_SIDE))
    for place in range(FIRST_SIDE):
        box[place, max(0, place - before) : place + after + 1] = 1
    box /= box.sum(axis=1, keepdims=True)
    filtered = np.linalg.matrix_power(box, PASSES)
    picked = [int((place + 0.5) * FIRST_SIDE / GRID) for place in range(GRID)]
    return np.ascontiguousarray(filtered[picked], np.float32)


def _cosines() -> Plane:
    """Return the 16 x 64 matrix of the frequencies 1 to 16."""
    frequency = np.arange(1, FREQUENCIES + 1)[:, None]
    place = np.arange(GRID)[None, :]
    cosines = np.sqrt(2 / GRID) * np.cos(np.pi / 2 / GRID * frequency * (2 * place + 1))
    return np.ascontiguousarray(cosines, np.float32)


def _window(before: float, after: float) -> Plane:
    """Return the 16 x 256 matrix from a picture's axis to the frequencies of a window of it."""
    wanted = before * FIRST_SIDE + (np.arange(FIRST_SIDE) + 0.5) * (1 - before - after) - 0.5
    return np.asarray(_COSINES @ _TENT @ _between(wanted, FIRST_SIDE) @ _GROWTH, np.float32)


def _between(wanted: NDArray[np.floating[Any]], samples: int) -> NDArray[np.float64]:
    """Return the matrix that reads between samples; beyond the edge it repeats the last one."""
    inside = np.clip(wanted, 0, samples - 1)
    below = np.minimum(inside.astype(int), samples - 2)
    rows = np.arange(wanted.size)
    matrix = np.zeros((wanted.size, samples))
    matrix[rows, below] = 1 - (inside - below)
    matrix[rows, below + 1] = inside - below
    return matrix


_TENT: Final = _tent()
_COSINES: Final = _cosines()
VIEWS: Final = len(FORMS) * len(CUTS) + len(UPRIGHT_CUTS) + 6 * len(SIDE_CUTS)
"""How many hashes of views a photo has."""
_GROWTH: Final = _between((np.arange(FIRST_SIDE) + 0.5) / 2 - 0.5, FIRST_SIDE // 2)
"""Views are taken from a quarter of the pixels: their frequencies are far below."""
_ENDS: Final = (
    *((cut, cut) for cut in dict.fromkeys((*CUTS, *UPRIGHT_CUTS, *SIDE_CUTS))),
    *((cut, 0.0) for cut in SIDE_CUTS),
    *((0.0, cut) for cut in SIDE_CUTS),
    (0.0, 0.0),
)
"""What is cut off the two ends of one axis."""
_WINDOWS: Final = np.concatenate([_window(*ends) for ends in _ENDS])
_FULL: Final = len(_ENDS) - 1
_EVERY_SIDE: Final = tuple(_ENDS.index((cut, cut)) for cut in CUTS)
_AS_SEEN: Final = (
    *((_ENDS.index((cut, cut)),) * 2 for cut in UPRIGHT_CUTS),
    *(
        pair
        for cut in SIDE_CUTS
        for ends in ((cut, 0.0), (0.0, cut), (cut, cut))
        for pair in ((_ENDS.index(ends), _FULL), (_FULL, _ENDS.index(ends)))
    ),
)
"""Which window down and which along, of the views that are not turned."""
_REDUCTION: Final = np.ascontiguousarray(_COSINES @ _TENT)


def forms(luma: NDArray[np.uint8]) -> tuple[int, tuple[str, ...]]:
    """Return the quality, 0 to 100, and the hash in each of ``FORMS``, as 64 hex digits.

    No hashes for a picture under ``LEAST_SIDE``.
    """
    quality, hashes, _ = measure(luma)
    return quality, hashes


def measure(luma: NDArray[np.uint8]) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
    """Return what ``seen`` does, but for the grid."""
    return seen(luma)[:3]


def seen(luma: NDArray[np.uint8]) -> Seen:
    """Return the quality, the hash in each of ``FORMS``, those of views, and the grid.

    The views are the eight forms of each of ``CUTS``; then those as seen only: of
    each of ``UPRIGHT_CUTS``, and cut at some sides by each of ``SIDE_CUTS``.
    """
    if min(luma.shape) < LEAST_SIDE:
        return Seen(quality=0, forms=(), views=(), grid=())
    square = square_of(luma)
    exact = square.astype(np.float32)
    rows = _TENT @ exact
    turned = _turned((_COSINES @ rows, _UPSIDE_DOWN @ exact), _REDUCTION)
    hashes = _hashes(np.stack([*turned, *_waves_of_views(square)]))
    return Seen(
        quality=_quality(np.asarray(rows @ _TENT.T, np.float32)),
        forms=hashes[: len(FORMS)],
        views=hashes[len(FORMS) :],
        grid=_grid(square),
    )


def _reversed(matrix: Plane) -> Plane:
    """Return the matrix that reads its axis from the other end."""
    return np.ascontiguousarray(matrix[:, ::-1])


_UPSIDE_DOWN: Final = _reversed(_REDUCTION)


def _turned(down: tuple[Plane, Plane], along: Plane) -> Iterator[Plane]:
    """Yield the frequencies of each form; ``down`` holds those of the columns, and upside down.

    The reference changes signs instead, which is not the hash of the turned picture: the tent leans
    to one side, and up to a tenth of the photos turned by 180 degrees were lost.
    """
    ways = (along, _reversed(along))
    for upside_down, backwards, exchanged in TURNS:
        waves = np.asarray(down[upside_down] @ ways[backwards].T, np.float32)
        yield waves.T if exchanged else waves


def _waves_of_views(square: NDArray[np.uint8]) -> Iterator[Plane]:
    """Yield the frequencies of every view, in the order that ``measure`` promises."""
    half = (FIRST_SIDE // 2, FIRST_SIDE // 2)
    quarter = cv2.resize(square, half, interpolation=cv2.INTER_AREA).astype(np.float32)
    down = np.vsplit(_WINDOWS @ quarter, len(_ENDS))
    along = np.vsplit(_WINDOWS, len(_ENDS))
    for place in _EVERY_SIDE:
        upside_down = np.asarray(_reversed(along[place]) @ quarter, np.float32)
        yield from _turned((down[place], upside_down), along[place])
    for first, second in _AS_SEEN:
        yield np.asarray(down[first] @ along[second].T, np.float32)


def square_of(luma: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture as a square of ``FIRST_SIDE``.

    Halving is what the processor does fastest: a fifth of the time of averaging at any ratio.
    """
    height, width = luma.shape
    while max(height, width) >= 2 * FIRST_SIDE:
        down, along = (2 if side >= 2 * FIRST_SIDE else 1 for side in (height, width))
        height, width = height // down, width // along
        whole = luma[: height * down, : width * along]
        luma = np.asarray(
            cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8
        )
    square = cv2.resize(luma, (FIRST_SIDE, FIRST_SIDE), interpolation=cv2.INTER_LINEAR)
    return np.asarray(square, np.uint8)


def _grid(square: NDArray[np.uint8]) -> tuple[str, ...]:
    """Return the mean brightness of each cell, a row of hex digits after the other.

    Not from what the hash is made of: its filter leans to one side.
    """
    size = (GRID_SIDE, GRID_SIDE)
    means = np.asarray(cv2.resize(square, size, interpolation=cv2.INTER_AREA), np.uint8)
    return tuple(row.tobytes().hex() for row in means)


def _quality(small: Plane) -> int:
    """Return how much there is to tell apart: steps between neighbours, small ones left out."""
    steps = sum(
        int(np.abs((np.diff(small, axis=axis) * 100 / 255).astype(np.int32)).sum())
        for axis in (0, 1)
    )
    return min(100, steps // GRADIENT_SHARE)


def _hashes(waves: NDArray[np.float32]) -> tuple[str, ...]:
    """Return one bit for each frequency above the median, the last one first, for each plane."""
    flat = waves.reshape(len(waves), -1)
    middle = flat.shape[1] // 2 - 1
    median = np.partition(flat, middle, axis=1)[:, middle : middle + 1]
    return tuple(row.tobytes().hex() for row in np.packbits((flat > median)[:, ::-1], axis=1))
