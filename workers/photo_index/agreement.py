"""Whether one photo, laid on another, agrees with it: proof of what a coarse search proposes.

Places that look alike in both are paired. Each pair alone says how one photo would lie on the other
(moved, turned, larger); the lay that most pairs share is made finer, up to perspective, and it is
counted how many pairs agree with it closely. Of a copy most do, however it was cut, framed or
photographed. Of the same place seen from elsewhere, or of another thing before the same wall, many
look alike and few agree. Nothing here is left to chance: the same photos give the same answer.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from review_service.domain.likeness import LEAST_AGREEING, LEAST_AGREEMENT, LEAST_SPREAD
from workers.photo_index.described import Described, Reals

MOST_APART: Final = 127.0
"""Between two descriptions that count as alike; 254 are one whole."""
CLEARER: Final = 0.85
"""Part of the distance to the third closest place, as neighbours of one place are close too."""
COARSE_SHARE: Final = 0.05
"""Of the longer side, within which a pair agrees with the lay of another pair."""
SAME_SIZE: Final = 0.7
"""Octaves by which sizes may differ then."""
SAME_TURN: Final = 25.0
"""Degrees."""
FINER: Final = ((0.03, False), (0.02, False), (0.012, True), (0.01, True), (0.008, True))
"""Shares of the longer side within which pairs are kept, and whether perspective is looked for."""
CLOSE_PX: Final = (1.5, 1.22, 1.12, 1.12)
"""The same at last, in pixels of each feature's own size."""
AGREES_PX: Final = 0.94
APART_PX: Final = 10.0
"""Side of the squares in which agreeing places count once."""
LEAST_FEATURES: Final = 24
"""Photos with fewer say nothing."""

Numbers = NDArray[np.floating[Any]]
Lay = NDArray[np.floating[Any]]
"""3 x 3: from pixels of the later photo's picture to those of the earlier one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How two photos agree."""

    agreeing: int
    """Places apart from each other where they do."""
    share: float
    """Of the places that look alike and lie in both, 0 to 1."""
    spread: float
    """Of the area in which both have features, how much the agreeing places enclose, 0 to 1."""
    is_mirrored: bool
    lay: tuple[float, ...]
    """Nine numbers, row by row: from shares of the later photo's width and height, as it was seen,
    to those of the earlier one's."""

    @property
    def is_copy(self) -> bool:
        """Whether it is enough to tell a person."""
        return (
            self.agreeing >= LEAST_AGREEING
            and self.share >= LEAST_AGREEMENT
            and self.spread >= LEAST_SPREAD
        )


def says_nothing(one: Described | None, other: Described | None) -> bool:
    """Say whether one of two photos has too few features to tell."""
    return any(each is None or len(each.places) < LEAST_FEATURES for each in (one, other))


def agreement(earlier: Described, later: Described, *, is_mirrored: bool) -> Agreement | None:
    """Lay the later photo, mirrored if so asked, on the earlier one; None where nothing fits."""
    seen = later.mirrored if is_mirrored else later
    mine, yours = _alike(seen.about, earlier.about)
    if mine.size < LEAST_AGREEING:
        return None
    try:
        with np.errstate(all="ignore"):
            pairs = _Pairs.of(seen, earlier, mine, yours)
            found = _proof(pairs, seen, earlier, later, is_mirrored=is_mirrored)
    except np.linalg.LinAlgError:
        return None
    return found if found is not None and np.isfinite((found.spread, *found.lay)).all() else None


def _proof(
    pairs: "_Pairs", seen: Described, earlier: Described, later: Described, *, is_mirrored: bool
) -> Agreement | None:
    """Return how pairs agree with the lay that fits them best; not finite where it fits nothing."""
    lay = _closest(pairs)
    if lay is None:
        return None
    inside = pairs.inside(lay)
    agrees = pairs.error(lay) / pairs.side < AGREES_PX
    agreeing = min(_apart(pairs.here[agrees]), _apart(pairs.there[agrees]))
    return Agreement(
        agreeing=agreeing,
        share=round(float(agrees.sum() / max(1, inside.sum())), 3),
        spread=round(_spread(lay, pairs.there[agrees], seen, earlier), 3),
        is_mirrored=is_mirrored,
        lay=_in_shares(lay, earlier, later, is_mirrored=is_mirrored),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs:
    """Places of the later photo and those of the earlier one that look like them."""

    here: Numbers
    there: Numbers
    growth: Numbers
    """Size there by size here."""
    turn: Numbers
    """Degrees."""
    side: Numbers
    """Of each feature there, in pixels."""
    here_size: Numbers
    there_size: Numbers
    """Width and height of both pictures."""

    @classmethod
    def of(
        cls, later: Described, earlier: Described, mine: NDArray[Any], yours: NDArray[Any]
    ) -> "_Pairs":
        return cls(
            here=later.places[mine].astype(np.float64),
            there=earlier.places[yours].astype(np.float64),
            growth=(earlier.sizes[yours] / later.sizes[mine]).astype(np.float64),
            turn=(earlier.angles[yours] - later.angles[mine]).astype(np.float64),
            side=(earlier.sizes[yours]).astype(np.float64),
            here_size=np.array([later.width, later.height], np.float64),
            there_size=np.array([earlier.width, earlier.height], np.float64),
        )

    def error(self, lay: Lay) -> Numbers:
        """Return how far each place lies from where a lay puts it, in pixels of the earlier."""
        off = _laid(lay, self.here) - self.there
        return np.asarray(np.hypot(off[:, 0], off[:, 1]))

    def inside(self, lay: Lay) -> NDArray[np.bool_]:
        """Return which pairs lie where both photos show something."""
        there = _laid(lay, self.here)
        here = _laid(np.linalg.inv(lay), self.there)
        held = (there > 0) & (there < self.there_size) & (here > 0) & (here < self.here_size)
        return np.asarray(held.all(axis=1))


def _alike(mine: Reals, yours: Reals) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the places of both that are each other's closest, near, and clearer than a third."""
    squared = (mine * mine).sum(axis=1)[:, None] + (yours * yours).sum(axis=1) - 2 * mine @ yours.T
    if min(squared.shape) < 3:  # noqa: PLR2004 -- there is no third
        return np.empty(0, np.intp), np.empty(0, np.intp)
    closest, back = squared.argmin(axis=1), squared.argmin(axis=0)
    rows = np.flatnonzero(back[closest] == np.arange(closest.size))
    near = np.maximum(0, squared[rows, closest[rows]])
    rows, near = rows[near < MOST_APART**2], near[near < MOST_APART**2]
    third = np.maximum(0, np.partition(squared[rows], 2, axis=1)[:, 2])
    rows = rows[near < CLEARER**2 * third]
    return rows, closest[rows]


def _closest(pairs: _Pairs) -> Lay | None:
    """Return the lay that the most pairs share, fitted to them closely; None where few do."""
    kept = _sharing(pairs)
    if kept.sum() < LEAST_AGREEING:
        return None
    longest = float(pairs.there_size.max())
    lay: Lay = np.eye(3)
    for share, has_perspective in FINER:
        lay = _fitted(pairs, kept, has_perspective=has_perspective)
        kept = (pairs.error(lay) < share * longest) & _of_one_kind(pairs, kept)
        if kept.sum() < LEAST_AGREEING:
            return None
    for close in CLOSE_PX:
        kept = pairs.error(lay) / pairs.side < close
        if kept.sum() < LEAST_AGREEING:
            return None
        lay = _fitted(pairs, kept, has_perspective=True)
    return lay


def _sharing(pairs: _Pairs) -> NDArray[np.bool_]:
    """Return the pairs that agree with the lay of that pair with which the most agree."""
    angle = np.deg2rad(pairs.turn)
    along, across = pairs.growth * np.cos(angle), pairs.growth * np.sin(angle)
    off = pairs.here[None] - pairs.here[:, None]
    gap = pairs.there[None] - pairs.there[:, None]
    right = along[:, None] * off[..., 0] - across[:, None] * off[..., 1] - gap[..., 0]
    down = across[:, None] * off[..., 0] + along[:, None] * off[..., 1] - gap[..., 1]
    size = np.log2(pairs.growth)
    agrees = (
        (right * right + down * down < (COARSE_SHARE * pairs.there_size.max()) ** 2)
        & (np.abs(size[None] - size[:, None]) < SAME_SIZE)
        & (_between(pairs.turn[None], pairs.turn[:, None]) < SAME_TURN)
    )
    return np.asarray(agrees[agrees.sum(axis=1).argmax()])


def _of_one_kind(pairs: _Pairs, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pairs whose size and turn are about those of the kept ones."""
    size = np.log2(pairs.growth)
    turn = np.rad2deg(np.angle(np.exp(1j * np.deg2rad(pairs.turn[kept])).mean()))
    return np.asarray(
        (np.abs(size - np.median(size[kept])) < 1) & (_between(pairs.turn, turn) < SAME_TURN + 10)
    )


def _between(one: Any, other: Any) -> NDArray[Any]:  # noqa: ANN401 -- numbers or arrays of them
    """Return the angle between two directions, 0 to 180 degrees."""
    return np.asarray(np.abs((one - other + 180) % 360 - 180))


def _fitted(pairs: _Pairs, kept: NDArray[np.bool_], *, has_perspective: bool) -> Lay:
    """Return the lay with the least squared error on the kept pairs."""
    scale = float(max(pairs.here_size.max(), pairs.there_size.max()))
    here, there = pairs.here[kept] / scale, pairs.there[kept] / scale
    count = len(here)
    ones = np.ones(count)
    if has_perspective:
        rows = np.zeros((2 * count, 8))
        rows[:count, 0:2], rows[:count, 2] = here, ones
        rows[count:, 3:5], rows[count:, 5] = here, ones
        rows[:count, 6:] = -here * there[:, :1]
        rows[count:, 6:] = -here * there[:, 1:]
        found = np.linalg.lstsq(rows, there.T.ravel(), rcond=None)[0]
        lay = np.append(found, 1.0).reshape(3, 3)
    else:
        flat = np.linalg.lstsq(np.column_stack([here, ones]), there, rcond=None)[0]
        lay = np.vstack([flat.T, [0.0, 0.0, 1.0]])
    grow = np.diag([scale, scale, 1.0])
    return np.asarray(grow @ lay @ np.linalg.inv(grow))


def _laid(lay: Lay, places: Numbers) -> Numbers:
    """Return where a lay puts places."""
    put = np.column_stack([places, np.ones(len(places))]) @ lay.T
    depth = np.where(np.abs(put[:, 2:]) < 1e-9, 1e-9, put[:, 2:])  # noqa: PLR2004 -- not zero
    return np.asarray(put[:, :2] / depth)


def _spread(lay: Lay, agreeing: Numbers, later: Described, earlier: Described) -> float:
    """Return what the agreeing places enclose of what the features of both do where both show."""
    mine = _laid(lay, later.places.astype(np.float64))
    mine = mine[_held(mine, earlier)]
    yours = earlier.places.astype(np.float64)
    yours = yours[_held(_laid(np.linalg.inv(lay), yours), later)]
    whole = min(enclosed(mine), enclosed(yours))
    return min(1.0, enclosed(agreeing) / whole) if whole > 0 else 0.0


def _held(places: Numbers, photo: Described) -> NDArray[np.bool_]:
    """Return which places lie within a photo."""
    return np.asarray(((places > 0) & (places < (photo.width, photo.height))).all(axis=1))


def enclosed(places: Numbers) -> float:
    """Return the area of the hull of some places, in square pixels (Andrew 1979)."""
    points = sorted({(float(across), float(down)) for across, down in places})
    outline = [*_half_of_hull(points), *_half_of_hull(points[::-1])]
    return (
        abs(sum(_cross((0.0, 0.0), one, two) for one, two in pairwise([*outline, *outline[:1]])))
        / 2
    )


def _half_of_hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    half: list[tuple[float, float]] = []
    for point in points:
        while len(half) > 1 and _cross(half[-2], half[-1], point) <= 0:
            half.pop()
        half.append(point)
    return half[:-1]


def _cross(
    origin: tuple[float, float], one: tuple[float, float], other: tuple[float, float]
) -> float:
    across = (one[0] - origin[0]) * (other[1] - origin[1])
    return across - (one[1] - origin[1]) * (other[0] - origin[0])


def _apart(places: Numbers) -> int:
    """Return in how many squares of the picture places lie."""
    return len(np.unique((places // APART_PX).astype(np.int64), axis=0))


def _in_shares(
    lay: Lay, earlier: Described, later: Described, *, is_mirrored: bool
) -> tuple[float, ...]:
    """Return a lay from shares of the later photo as it was seen to shares of the earlier one."""
    grow = np.diag([later.width, later.height, 1.0])
    shrink = np.diag([1 / earlier.width, 1 / earlier.height, 1.0])
    flip = np.array([[-1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    whole = shrink @ lay @ grow @ (flip if is_mirrored else np.eye(3))
    return tuple(round(float(each), 6) for each in (whole / whole[2, 2]).ravel())
