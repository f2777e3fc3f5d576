"""A photo's local features as arrays, as seen or mirrored, and the visual words they belong to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from review_service.domain.likeness import (
    DESCRIBED,
    FEATURE_BYTES,
    FEATURE_FIELDS,
    FEATURE_STEPS,
    FEATURES_HEAD,
    QUARTER_TURNS_STEPS,
)

NEAREST: Final = 4
"""Centres of each half that are tried when a photo is searched for."""
SEARCHED_WORDS: Final = 6
"""Words of each feature of a photo that is searched for; of one that is enrolled it is one."""

Reals = NDArray[np.float32]
Words = NDArray[np.uint32]
_RECORD: Final = np.dtype([*FEATURE_FIELDS])
with np.load(Path(__file__).with_name("vocabulary.npz")) as _kept:
    _CENTRES: Final[Reals] = _kept["centres"].astype(np.float32)
    _PARITY: Final[Reals] = _kept["parity"].astype(np.float32)
"""Centres: two halves x centres x every other axis, by ``benchmarks/train_features.py``. Parity: 1
for the axes that stay as they are when a picture is mirrored, -1 for those that change."""
CENTRES: Final = _CENTRES.shape[1]
WORDS: Final = CENTRES * CENTRES
"""How many words there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """The features of one photo, a row each."""

    width: int
    height: int
    """Of the picture in which they were found, in pixels."""
    places: Reals
    """Across and down, in pixels."""
    sizes: Reals
    """Side of a feature by that of the finest."""
    angles: Reals
    """Degrees, clockwise from the right."""
    about: Reals
    """What is around each, ``DESCRIBED`` numbers of at most 127."""

    @property
    def mirrored(self) -> "Described":
        """The features as they would be if the photo were mirrored left to right."""
        places = self.places.copy()
        places[:, 0] = self.width - 1 - places[:, 0]
        return Described(
            width=self.width,
            height=self.height,
            places=np.asarray(places, np.float32),
            sizes=self.sizes,
            angles=(180 - self.angles) % 360,
            about=self.about * _PARITY,
        )


def read(data: bytes | None) -> Described | None:
    """Return features as they are kept; None for a photo without any, or bytes that are none."""
    if not data or len(data) <= FEATURES_HEAD or (len(data) - FEATURES_HEAD) % FEATURE_BYTES:
        return None
    width, height = np.frombuffer(data[:FEATURES_HEAD], "<u2").tolist()
    if not width or not height:
        return None
    rows = np.frombuffer(data[FEATURES_HEAD:], _RECORD)
    places = np.stack([rows["x"], rows["y"]], axis=1) / np.float32(FEATURE_STEPS)
    return Described(
        width=width,
        height=height,
        places=np.asarray(places, np.float32),
        sizes=np.asarray(2 ** (rows["size"] / 3), np.float32),
        angles=rows["angle"].astype(np.float32) * (90 / QUARTER_TURNS_STEPS),
        about=rows["described"].astype(np.float32),
    )


def words_of(described: Described) -> Words:
    """Return the words by which a photo is enrolled, each once and in order."""
    first, second = (_distances(described.about, half) for half in (0, 1))
    return np.unique(first.argmin(axis=1) * CENTRES + second.argmin(axis=1)).astype(np.uint32)


def searched_words(described: Described) -> Words:
    """Return the words under which a copy may be enrolled, each once and in order."""
    near, far = [], []
    for half in (0, 1):
        distances = _distances(described.about, half)
        closest = np.argpartition(distances, NEAREST, axis=1)[:, :NEAREST]
        near.append(closest)
        far.append(np.take_along_axis(distances, closest, axis=1))
    sums = (far[0][:, :, None] + far[1][:, None, :]).reshape(len(near[0]), -1)
    best = np.argpartition(sums, SEARCHED_WORDS, axis=1)[:, :SEARCHED_WORDS]
    first = np.take_along_axis(near[0], best // NEAREST, axis=1)
    second = np.take_along_axis(near[1], best % NEAREST, axis=1)
    return np.unique(first * CENTRES + second).astype(np.uint32)


def _distances(about: Reals, half: int) -> Reals:
    """Return the squared distance of each feature from each centre, less a constant of its own."""
    centres = _CENTRES[half]
    distances: NDArray[Any] = (centres * centres).sum(axis=1) - 2 * about[:, half::2] @ centres.T
    return np.asarray(distances, np.float32)


assert _PARITY.shape == (DESCRIBED,)  # noqa: S101 -- the packaged vocabulary belongs to it
