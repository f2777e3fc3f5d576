"""When two photos count as similar (bits in which their PDQ hashes differ), and its wording."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

BITS: Final = 256
RADIUS: Final = 31
"""Bits of 256 up to which two photos resemble each other. Source: the PDQ paper."""
LEAST_QUALITY: Final = 50
"""Hashes of lower PDQ quality are not used: plain walls look alike. Source: the PDQ paper."""
HASH_BYTES: Final = 32
FORMS: Final = 8
CUTS: Final = (0.02, 0.04, -0.01)
"""Shares cut off every side of a photo before hashing it again in all forms, in this order.

A negative one is added by drawing the edges out. A crop or a border of 1 % a side moves 22 bits, of
2 % 41: beyond the radius. Calibrated: benchmarks/reuse.py.
"""
AS_SEEN: Final = 0
BACK: Final = (0, 3, 2, 1, 4, 5, 6, 7)
"""The inverse of each form, by number: a turn to the left is undone by one to the right."""
TURNS: Final = (
    (False, False, False),
    (False, True, True),
    (True, True, False),
    (True, False, True),
    (True, False, False),
    (False, True, False),
    (False, False, True),
    (True, True, True),
)
"""Of each form: read upside down, read backwards, exchange height and width."""
GRID_SIDE: Final = 32
"""Cells along each side of the grid of a photo's brightness, one byte each."""
CERTAIN_BITS: Final = 16
"""Up to so many bits the hash alone says that two photos are alike."""
LEAST_SAMENESS: Final = 0.8
"""Of two grids, -1 to 1, from which on hits of more bits count. Different photos reach 0.4, copies
that the hash finds at least 0.91, photos of two like things before the same wall 0.91 too: those
are told, and a person compares them. Calibrated: benchmarks/reuse.py."""
_FORM_AXES: Final = (
    (1, 0, 0, 1),
    (0, 1, -1, 0),
    (-1, 0, 0, -1),
    (0, -1, 1, 0),
    (1, 0, 0, -1),
    (-1, 0, 0, 1),
    (0, 1, 1, 0),
    (0, -1, -1, 0),
)
"""Where each form puts what lies across and down: across by across, across by down, down by across,
down by down."""
_TURNED: Final = (
    "",
    "girada un cuarto de vuelta",
    "girada media vuelta",
    "girada un cuarto de vuelta",
    "volteada de arriba abajo",
    "reflejada como en un espejo",
    "girada y reflejada",
    "girada y reflejada",
)


MOST_FEATURES: Final = 212
"""Local features kept of one photo."""
FEATURE_STEPS: Final = 16
"""Parts of a pixel in which the place of a feature is kept."""
QUARTER_TURNS_STEPS: Final = 64
"""Parts of a quarter turn in which its direction is kept."""
DESCRIBED: Final = 32
"""Bytes that describe what is around a feature."""
FEATURE_FIELDS: Final = (
    ("x", "<u2"),
    ("y", "<u2"),
    ("size", "u1"),
    ("angle", "u1"),
    ("described", "i1", (DESCRIBED,)),
)
"""One feature as it is kept, as NumPy names types: its place in ``FEATURE_STEPS`` of a pixel, which
of nine sizes, each 2 ** (1/3) of the one before, its direction, and what is around it."""
FEATURE_BYTES: Final = 6 + DESCRIBED
FEATURES_HEAD: Final = 4
"""Bytes before the features: width and height of the picture in which their places lie."""
LEAST_AGREEING: Final = 12
"""Places, apart from each other, at which two photos must agree to be told."""
LEAST_AGREEMENT: Final = 0.47
"""Of the places that look alike in both, 0 to 1, how many lie where one photo laid on the other
puts them. Copies mostly 0.5 and more; the same place from elsewhere, two mugs before one wall at
most 0.46. Calibrated: benchmarks/reuse.py."""
LEAST_SPREAD: Final = 0.2
"""Of the area in which both have features, 0 to 1, how much the agreeing places enclose: the head
of a form, a logo, a piece of wall are less. Calibrated as above."""
PLANES: Final = 3
"""Number of hashes per photo in the index: the whole photo and two views cut at the edges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What is searched for: a photo's position, its eight forms and its views, 32 bytes each."""

    position: int
    forms: bytes
    views: bytes
    features: bytes | None = None
    """Its local features; None of a photo of before 0059."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """One photo as the index has it: its position, from 1 on, and ``PLANES`` hashes."""

    position: int
    hashes: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An earlier photo within the radius of a later one, and the two hashes that say so."""

    earlier: int
    later: int
    distance: int
    turned: int
    """Which form of the later one is closest."""
    asked: bytes
    """The hash of the later one."""
    plane: int
    """Which hash of the earlier one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """An earlier photo on which a later one can be laid so that places of both agree."""

    earlier: int
    later: int
    agreeing: int
    """Places apart from each other."""
    share: float
    """Of the places that look alike, 0 to 1."""
    lay: tuple[float, ...]
    """Nine numbers, row by row: from shares of the later photo's width and height to those of the
    earlier one's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What local features say of pairs of photos, earlier first."""

    laid: tuple[Laid, ...] = ()
    refuted: frozenset[tuple[int, int]] = frozenset()
    """Pairs that have enough features to tell, which do not agree."""


class FeatureReader(Protocol):
    """Returns the features of the photos after one position up to another, with their positions."""

    def __call__(self, after: int, upto: int, /) -> Sequence[tuple[int, bytes | None]]:
        """Read them from the database; some may be gone."""
        ...


class Sameness(Protocol):
    """Returns how well two grids of brightness agree, from -1 to 1."""

    def __call__(self, earlier: bytes, later: bytes, turned: int, /) -> float:
        """Compare them, the later one turned as its form says."""
        ...


class Reader(Protocol):
    """Returns the photos after one position up to another, in order; some may be gone."""

    def __call__(self, after: int, upto: int, /) -> Sequence[Enrolled]:
        """Read them from the database."""
        ...


def differing_bits(one: bytes, other: bytes) -> int:
    """Return in how many bits two hashes differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def turned_words(form: int) -> str:
    """Return in Spanish how a photo was turned or mirrored; empty when it was not."""
    return _TURNED[form]


def form_of(lay: Sequence[float]) -> int:
    """Return the form of the later photo, by number, that stands most like the earlier one."""
    across = (lay[0], lay[1], lay[3], lay[4])
    return max(
        range(FORMS),
        key=lambda form: sum(
            mine * yours for mine, yours in zip(across, _FORM_AXES[form], strict=True)
        ),
    )


def agreement_words(agreeing: int, share: float, form: int) -> str:
    """Return in Spanish how well two photos agree when one is laid on the other."""
    turned = turned_words(form)
    told = f"coinciden {agreeing} puntos en su lugar ({share:.0%} de los comparados, "
    told = f"{told}mínimo {LEAST_AGREEMENT:.0%})".replace("%", "\u00a0%")
    return f"{told}; está {turned}" if turned else told


def closeness(distance: int, form: int) -> str:
    """Return in Spanish how close two photos are: the number, its unit and its limit."""
    turned = turned_words(form)
    told = f"difieren {distance} de {BITS} bits (límite {RADIUS})"
    return f"{told}; está {turned}" if turned else told
