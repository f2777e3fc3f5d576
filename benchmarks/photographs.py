# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""Real photographs, each used either to tune limits or to report results, never for both.

Always there, with the dev extra: scikit-image's photographs of scenes (astronaut, camera, chelsea,
coffee, motorcycle, rocket; public domain or CC0, see its data/README) and scikit-learn's (china,
flower; CC BY). No limit was tuned with them, so all are on the side ``report``. They are small:
each is mirrored beside itself until it is as wide as a photo from a telephone, and every edge
stays as sharp as it was taken.

``--photos FOLDER`` adds every picture below a folder. Those that photographs.tsv lists by their
SHA-256 are on the side that it names, whole sources on one side; others were never tuned with and
are on the side ``report``. How to fetch the listed ones: docs/photo-faults.md.

The limits of workers/inside/picture/detail.py and workers/judging/checks/exposure.py are older:
they were tuned with one half, by the hash of their names, of 160 photographs from the Debian
packages gcompris-qt-data 3.1 (monuments and animals; CC BY-SA, CC0, public domain),
lomiri-wallpapers-16.04 (CC BY-SA), mate-backgrounds 1.26 (CC BY-SA, GPL),
plasma-workspace-wallpapers 5.27 (CC BY-SA, LGPL), opencv-doc 4.6 (Apache);
from npm: flexslider 2.7 (MIT), lightgallery 1.10 (GPL), @vladmandic/face-api 1.7 (MIT);
from pip: face_recognition 1.3 (MIT), insightface 2.1 (MIT), gradio 6 (Apache), ultralytics 8
(looked at only; AGPL, nothing of it is kept here).
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

LISTED: Final = Path(__file__).with_name("photographs.tsv")
SKIMAGE: Final = (
    "astronaut.png",
    "camera.png",
    "chelsea.png",
    "coffee.png",
    "motorcycle_left.png",
    "rocket.jpg",
)
SKLEARN: Final = ("china.jpg", "flower.jpg")
ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png", ".webp"})
LEAST_SIDE_PX: Final = 1000
"""Smaller pictures are mirrored until they are ``MIRRORED_SIDE_PX`` wide."""
MIRRORED_SIDE_PX: Final = 1600
MOST_SIDE_PX: Final = 1632
"""What is left of an 8-megapixel photo after decoding at half size."""


class Side(StrEnum):
    """Whether a photograph is used to tune the limits or to report results."""

    TUNE = "tune"
    REPORT = "report"


@dataclass(frozen=True, kw_only=True)
class Photograph:
    """One photograph, ready to be degraded."""

    name: str
    side: Side
    source: str
    """Package or collection; empty when unknown."""
    not_good: str = ""
    """Why it may be flagged as it is, by eye: then it counts in no row of good ones."""
    pixels: Pixels
    """Blue first, at most ``MOST_SIDE_PX`` wide or high."""

    @property
    def seed(self) -> int:
        """A number of its own, the same on every machine."""
        return int(_digest(self.name)[:8], 16)


def found(folder: Path | None = None, *, side: Side | None = None) -> Iterator[Photograph]:
    """Yield the packages' photographs and those below a folder, of one side or of both.

    A photograph that ``LISTED`` does not name was never tuned with: it is on the side ``report``.
    """
    listed = _listed()
    always = [(path, Side.REPORT, "dev extra", "") for path in _of_packages()]
    more = [(path, *listed.get(_sha256(path), (Side.REPORT, "", ""))) for path in _below(folder)]
    for path, belongs, source, not_good in (*always, *more):
        if side in {None, belongs}:
            pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
            if pixels is not None:
                yield Photograph(
                    name=path.name,
                    side=belongs,
                    source=source,
                    not_good=not_good,
                    pixels=_telephone_sized(np.asarray(pixels, np.uint8)),
                )


def _listed() -> dict[str, tuple[Side, str, str]]:
    """Return side, source and why it is not good of each listed photograph, by its SHA-256."""
    with LISTED.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {row["sha256"]: (Side(row["side"]), row["source"], row["not_good"]) for row in rows}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(name: str) -> str:
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def _of_packages() -> Iterator[Path]:
    for package, names in (("skimage", SKIMAGE), ("sklearn.datasets", SKLEARN)):
        inside = "data" if package == "skimage" else "images"
        yield from (Path(str(files(package).joinpath(inside, name))) for name in names)


def _below(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)


def _telephone_sized(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    longest = max(height, width)
    if longest < LEAST_SIDE_PX:
        times = MIRRORED_SIDE_PX / longest
        more = (round(height * (times - 1)), round(width * (times - 1)))
        return np.pad(pixels, ((0, more[0]), (0, more[1]), (0, 0)), mode="symmetric")
    if longest <= MOST_SIDE_PX:
        return pixels
    scale = MOST_SIDE_PX / longest
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
