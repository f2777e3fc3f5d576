# ruff: noqa: INP001 -- a program of its own, not a package
"""Makes the axes and the vocabulary by which local features of photos are kept and found.

python benchmarks/train_features.py

Learns from thirteen photographs of scikit-image and scikit-learn (public domain, CC0 and CC BY; see
``photographs.py``; textures of stone, grass and gravel and one of coins and of a retina among
them), each in three sizes and three turns. Nothing of them can be seen in what is written: the mean
and 32 directions in which the gradients around corners differ most, alike for a picture and its
mirror picture, and twice 1024 centres of k-means along 16 of these. Writes
``workers/inside/picture/axes.npz`` and ``workers/photo_index/vocabulary.npz``. A new vocabulary
needs a new ``VERSION`` in ``workers/photo_index/word_files.py``; new axes need all photos again.
"""

import sys
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import photographs
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.domain.likeness import DESCRIBED
from workers.inside.picture import features

ROOT: Final = Path(__file__).resolve().parent.parent
SKIMAGE: Final = (
    *photographs.SKIMAGE,
    "brick.png",
    "grass.png",
    "gravel.png",
    "coins.png",
    "retina.jpg",
)
SIZES: Final = (1.0, 0.75, 0.55)
TURNS: Final = (0, 17, 45)
MORE: Final = 6
"""Times as many corners as the service keeps."""
CENTRES: Final = 1024
ROUNDS: Final = 12
LEARNT_FROM: Final = 60_000
Reals = NDArray[np.float32]
MIRROR: Final = np.arange(128).reshape(4, 4, 8)[::-1][:, :, -np.arange(8) % 8].ravel()
"""Where each count of a description comes from when the picture is mirrored."""


def main() -> None:
    """Learn both and write them."""
    cv2.setNumThreads(0)
    described = np.concatenate([_described(picture) for picture in _pictures()])
    mean, axes, parity = _axes(described)
    rng = np.random.default_rng(1)
    both = np.concatenate([described, described[:, MIRROR]])
    chosen = both[rng.permutation(len(both))[:LEARNT_FROM]]
    kept = np.clip(np.round((chosen - mean) @ axes * features.SCALE), -127, 127)
    centres = np.stack([_centres(kept[:, half::2].astype(np.float32), rng) for half in (0, 1)])
    np.savez(ROOT / "workers/inside/picture/axes.npz", mean=mean, axes=axes)
    np.savez(
        ROOT / "workers/photo_index/vocabulary.npz",
        centres=np.round(centres).astype(np.int8),
        parity=parity.astype(np.int8),
    )


def _pictures() -> list[NDArray[np.uint8]]:
    found = []
    for package, names in (
        ("skimage.data", SKIMAGE),
        ("sklearn.datasets.images", photographs.SKLEARN),
    ):
        for name in names:
            whole = cv2.imread(str(files(package).joinpath(name)), cv2.IMREAD_GRAYSCALE)
            if whole is None:
                raise FileNotFoundError(name)
            for size in SIZES:
                small = cv2.resize(whole, None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
                height, width = small.shape
                for turn in TURNS:
                    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1)
                    turned = cv2.warpAffine(
                        small, matrix, (width, height), borderMode=cv2.BORDER_REFLECT
                    )
                    found.append(np.asarray(turned, np.uint8))
    return found


def _described(picture: NDArray[np.uint8]) -> Reals:
    """Return the roots of the shares of gradients around each corner, 128 for each."""
    small = features.fitted(picture)
    _, counts = features.described(small, features.points(small, times=MORE))
    return np.asarray(np.sqrt(counts / np.maximum(1, counts.sum(axis=1, keepdims=True))))


def _axes(described: Reals) -> tuple[Reals, Reals, Reals]:
    """Return the mean, the axes of most difference, and how each changes in a mirror."""
    mean = described.mean(axis=0)
    mean = (mean + mean[MIRROR]) / 2
    spread: NDArray[Any] = np.cov((np.concatenate([described, described[:, MIRROR]]) - mean).T)
    spread = (spread + spread[np.ix_(MIRROR, MIRROR)]) / 2
    _, axes = np.linalg.eigh(spread)
    axes = axes[:, ::-1][:, :DESCRIBED]
    parity = np.sign(np.einsum("ij,ij->j", axes, axes[MIRROR]))
    return mean.astype(np.float32), axes.astype(np.float32), parity.astype(np.float32)


def _centres(points: Reals, rng: np.random.Generator) -> Reals:
    """Return the centres that k-means finds."""
    centres = points[rng.permutation(len(points))[:CENTRES]].copy()
    for _ in range(ROUNDS):
        nearest = ((centres * centres).sum(axis=1) - 2 * points @ centres.T).argmin(axis=1)
        counts = np.bincount(nearest, minlength=CENTRES)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, points)
        again = points[rng.integers(len(points), size=CENTRES)]
        centres = np.where(counts[:, None] > 0, sums / np.maximum(1, counts)[:, None], again)
    return centres


if __name__ == "__main__":
    main()
