"""Which images of a page are pieces of one picture: strips, tiles, layers over one another.

Runs in the sandbox. Two belong together where their edges meet and what the drawn page shows goes
on from one to the other, however large each piece was drawn.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

import numpy as np

from workers.inside.picture import decoding

LEAST_SIDE_PX: Final = 96
"""Shorter side, on a page image of ``PAGE_SIDE_PX``, from which a person can look at a picture:
1.4 cm of an A4 page. Less is too little for the measures too."""
LEAST_SEEN_PX: Final = 24
"""Smaller ones are signs and rules; nobody misses a judgement on them."""
MOST_GAP_PX: Final = 6
"""White between two pieces of one photo, on the page image: a hairline, 1 mm of an A4 page."""
LEAST_ALONG: Final = 0.5
"""Share of the shorter of two edges that they must run beside each other."""
MOST_SEAMS: Final = 6000
"""Pairs of neighbours that are compared on one page."""
MOST_PAIRS: Final = 200_000
"""Pairs that are asked whether they are neighbours; pictures over one another have many."""
BESIDE_PX: Final = 2
"""Rows next to a seam that are passed over: drawing mixes them with what lies beyond."""
MOST_STEP: Final = 1.6
"""The step across a seam over the step as far within both pieces: 1 within one photo, 3 and more
between two. Set by hand; see benchmarks/pages.py."""
BLOCK_PX: Final = 8
"""Rows and columns that are averaged where threads or leaves make large steps everywhere."""
LEAST_BLOCKS: Final = 12
LEAST_ALIKE: Final = 0.85
"""Correlation of the averaged luma along both edges; of two photos it is as often below 0."""
MOST_LIGHTER: Final = 25.0
"""Luma units by which one edge may be lighter than the other."""
STEP_SLACK: Final = 3.0
"""Luma units that the step across a seam may have besides."""
PLAIN_SPREAD: Final = 4.0
"""Standard deviation in luma units of an edge that tells nothing: white beside white."""
LAYER_PX: Final = 16
"""Two images whose edges are the same on a grid so coarse lie over one another, as the ink and the
paper of a scan do: what counts is what both show together."""
STRIP_ASPECT: Final = 3.0
"""Nobody sends a photo so narrow: such a strip belongs to what it lies against from end to end, and
beside it a plain edge goes on too."""
EVEN_PX: Final = 2

Rect = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the drawn page."""


def sides(rect: Rect) -> tuple[int, int]:
    """Return width and height of a rectangle."""
    left, top, right, bottom = rect
    return right - left, bottom - top


class _Groups:
    """Which images belong together, by their numbers (union-find)."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def root(self, index: int) -> int:
        """Return the number that stands for the group of an image."""
        while self.parent[index] != index:
            self.parent[index] = self.parent[self.parent[index]]
            index = self.parent[index]
        return index

    def join(self, one: int, other: int) -> None:
        """Put the groups of two images together."""
        self.parent[self.root(one)] = self.root(other)

    def all(self) -> list[list[int]]:
        """Return the numbers of the images by their groups."""
        groups: dict[int, list[int]] = defaultdict(list)
        for index in range(len(self.parent)):
            groups[self.root(index)].append(index)
        return list(groups.values())


def joined(rects: Sequence[Rect], small: Sequence[bool], drawn: decoding.Pixels) -> list[list[int]]:
    """Return the numbers of the images that make up one picture, by the picture.

    Two belong together where their edges meet and what they show goes on from one to the other, or
    where one lies over the other.
    """
    groups = _Groups(len(rects))
    lying = [(top, left, bottom, right) for left, top, right, bottom in rects]
    luma = decoding.grey(drawn)
    down = ((one, other, luma, rects) for one, other in _neighbours(rects))
    along = ((one, other, luma.T, lying) for one, other in _neighbours(lying))
    compared = 0
    for one, other, seen, placed_so in chain(down, along):
        if compared == MOST_SEAMS:
            break
        if groups.root(one) != groups.root(other):
            compared += 1
            is_small = small[one] and small[other]
            if _goes_on(placed_so[one], placed_so[other], seen, is_small=is_small):
                groups.join(one, other)
    layers: dict[tuple[int, ...], int] = {}
    for index, rect in enumerate(rects):
        first = layers.setdefault(tuple(round(side / LAYER_PX) for side in rect), index)
        if min(sides(rect)) >= LEAST_SIDE_PX:
            groups.join(index, first)
    return groups.all()


def _neighbours(rects: Sequence[Rect]) -> Iterator[tuple[int, int]]:
    """Yield pairs of which the second begins where the first ends, downwards.

    Tiles so small that only a mosaic can be made of them are passed over.
    """
    tops: dict[int, list[int]] = defaultdict(list)
    wanted = [
        (index, rect)
        for index, rect in enumerate(rects)
        if min(sides(rect)) > 0 and max(sides(rect)) >= 2 * LEAST_SEEN_PX
    ]
    for index, rect in wanted:
        tops[rect[1]].append(index)
    left_over = MOST_PAIRS
    for index, (left, top, right, bottom) in wanted:
        for edge in range(bottom - 2, bottom + MOST_GAP_PX + 1):
            for other in tops.get(edge, ()):
                left_over -= 1
                if not left_over:
                    return
                common = min(right, rects[other][2]) - max(left, rects[other][0])
                shorter = min(right - left, rects[other][2] - rects[other][0])
                if edge > top and common >= LEAST_ALONG * shorter and other != index:
                    yield index, other


def _goes_on(above: Rect, below: Rect, luma: decoding.Pixels, *, is_small: bool) -> bool:
    """Whether the lower image shows what the upper one goes on to show."""
    left, right = max(above[0], below[0]), min(above[2], below[2])
    is_strip = any(max(sides) >= STRIP_ASPECT * min(sides) for sides in map(sides, (above, below)))
    if is_strip and max(abs(above[0] - below[0]), abs(above[2] - below[2])) <= EVEN_PX:
        return True
    high, low = above[3] - above[1], below[3] - below[1]
    beside = min(BESIDE_PX, max(0, (min(high, low) - 2) // 3))
    step = 2 * beside + 1 + max(0, below[1] - above[3])
    rows = [
        luma[min(max(row, 0), len(luma) - 1), left:right].astype(np.int16)
        for row in (
            above[3] - 1 - beside - min(step, max(0, high - 1 - beside)),
            above[3] - 1 - beside,
            below[1] + beside,
            below[1] + beside + min(step, max(0, low - 1 - beside)),
        )
    ]
    across = float(np.abs(rows[1] - rows[2]).mean())
    within = float((np.abs(rows[0] - rows[1]) + np.abs(rows[2] - rows[3])).mean()) / 2
    if across > MOST_STEP * within + STEP_SLACK:
        return _is_like(
            luma[max(above[1], above[3] - BLOCK_PX) : above[3], left:right],
            luma[below[1] : min(below[3], below[1] + BLOCK_PX), left:right],
        )
    return is_strip or is_small or max(float(rows[1].std()), float(rows[2].std())) >= PLAIN_SPREAD


def _is_like(above: decoding.Pixels, below: decoding.Pixels) -> bool:
    """Whether light and dark follow each other alike along both edges, threads evened out."""
    blocks = above.shape[1] // BLOCK_PX
    if blocks < LEAST_BLOCKS or not len(above) or not len(below):
        return False
    one, other = (
        edge.mean(axis=0)[: blocks * BLOCK_PX].reshape(blocks, BLOCK_PX).mean(axis=1)
        for edge in (above, below)
    )
    if min(float(one.std()), float(other.std())) < PLAIN_SPREAD:
        return False
    alike = float(((one - one.mean()) * (other - other.mean())).mean() / (one.std() * other.std()))
    return alike >= LEAST_ALIKE and abs(float(one.mean() - other.mean())) <= MOST_LIGHTER
