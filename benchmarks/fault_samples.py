# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""Draws spoilt and good forms of photographs, and measures them, for benchmarks/fault_training.py.

Every form is cut and turned at random, spoilt or not, then saved as a telephone does or reduced
and saved as a messaging app does: half of them each.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from types import MappingProxyType
from typing import Final
from zlib import crc32

import cut_outs
import cv2
import numpy as np
import spoiling
from degradations import (
    Change,
    Pixels,
    backlit,
    defocus,
    gaussian,
    motion,
    night,
    noisy,
    saved,
    shallow,
    sized,
    then,
    toned,
    unchanged,
)
from numpy.typing import NDArray
from photographs import Photograph, Side

from review_service.samples import files
from workers.inside.picture import decoding, detail, traits

MOST_PIXELS: Final = 50_000_000
BASE_PX: Final = 1400
"""Longest side from which they are drawn, so that it takes minutes."""
PAINTED_SEEDS: Final = (1, 2)
GOOD: Final = "good"
ON_WHITE: Final = "thing on white"
PNG_SHARE: Final = 0.25
"""Of things on white that are saved without loss, as shops and programs save them."""
TONES: Final = ((1.2, 0.0), (0.75, 0.0), (1.0, 0.12), (0.75, 0.12))
"""Gain and lift of a picture editor, as in the rows of quality.py that must pass. Both raised at
once burn what is white and are neither good nor spoilt."""
Drawn = Callable[[np.random.Generator], Change]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One form of one photograph."""

    label: str
    """What spoilt it, a key of ``SPOILT``, or ``GOOD``."""
    kind: str
    """Which way of being good or spoilt."""
    name: str
    source: str
    traits: NDArray[np.float32]


def _between(low: float, high: float, make: Callable[[float], Change]) -> Drawn:
    """Draw a strength between two, evenly on a logarithmic scale."""
    return lambda rng: make(float(np.exp(rng.uniform(np.log(low), np.log(high)))))


def _moved(rng: np.random.Generator) -> Change:
    return motion(float(rng.uniform(8, 30)), float(rng.uniform(0, 180)))


def _poles(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Stand sharp poles before what the photo shows, out of focus: a fence, posts in the sea."""
    ground = gaussian(float(rng.uniform(5, 15)))(pixels, rng)
    height, width = ground.shape[:2]
    for _ in range(int(rng.integers(3, 25))):
        foot, head = (round(float(rng.uniform(0, width))) for _ in range(2))
        head = round(foot + (head - foot) * 0.08)
        tall = round(float(rng.uniform(0.3, 1)) * height)
        start = round(float(rng.uniform(0, height - tall)))
        tone = tuple(float(value) for value in rng.uniform(0, 255) + rng.uniform(-20, 20, 3))
        thick = int(rng.integers(2, max(3, width // 50)))
        cv2.line(ground, (foot, start + tall), (head, start), tone, thick, cv2.LINE_AA)
    return ground


def _poles_moved(rng: np.random.Generator) -> Change:
    return then(_poles, motion(float(rng.uniform(8, 30)), float(rng.uniform(-55, 55))))


def _haze(low: float, high: float) -> Drawn:
    return lambda rng: spoiling.haze(
        float(rng.uniform(low, high)), uneven=float(rng.choice([0.0, 0.0, 0.3]))
    )


def _crushed(rng: np.random.Generator) -> Change:
    side = int(rng.choice([1600, 1600, 1280, 1024]))
    return then(saved(int(rng.integers(4, 13))), sized(side))


def _saved_well(rng: np.random.Generator) -> Change:
    side = int(rng.choice([1600, 1280, 1024]))
    return then(saved(int(rng.integers(35, 95))), sized(side))


def _enlarged(rng: np.random.Generator) -> Change:
    return sized(int(rng.integers(240, 481)), back_to=int(rng.choice([1600, 1280])))


SPOILT: Final[Mapping[str, tuple[tuple[int, Drawn], ...]]] = MappingProxyType(
    {
        "dark": ((2, _between(0.04, 0.21, spoiling.light)),),
        "bright": ((5, _between(6, 20, spoiling.light)),),
        "hazy": ((3, _haze(0.04, 0.17)),),
        "covered": ((5, lambda rng: spoiling.finger(float(rng.uniform(0.45, 0.85)))),),
        "corner": ((3, lambda rng: spoiling.dark_corner(float(rng.uniform(0.42, 0.7)))),),
        "crushed": ((4, _crushed),),
        "blurred": (
            (2, _between(1.75, 7, gaussian)),
            (1, _between(3, 10, defocus)),
        ),
        "moved": ((3, _moved), (1, _poles_moved)),
        "backlit": ((2, _between(3.5, 5, backlit)),),
        "enlarged": ((2, _enlarged),),
    }
)
"""What spoils a photo, and how many forms of each photograph are drawn."""

HARMLESS: Final[Mapping[str, tuple[int, Drawn]]] = MappingProxyType(
    {
        "as shot": (3, lambda _: unchanged),
        "light": (2, _between(0.5, 1.6, spoiling.light)),
        "toned": (1, lambda rng: toned(*TONES[int(rng.integers(len(TONES)))])),
        "noise": (1, lambda rng: noisy(float(rng.uniform(2, 8)))),
        "fog": (2, _haze(0.3, 0.6)),
        "white on white": (1, lambda _: toned(0.35, 0.6)),
        "shallow focus": (1, lambda _: shallow),
        "night": (1, lambda _: night),
        "small finger": (1, lambda rng: spoiling.finger(float(rng.uniform(0.01, 0.08)))),
        "small corner": (1, lambda rng: spoiling.dark_corner(float(rng.uniform(0.005, 0.06)))),
        "saved before": (2, _saved_well),
        "half a pixel": (1, _between(0.3, 0.8, gaussian)),
        "poles": (2, lambda _: _poles),
        ON_WHITE: (6, lambda _: cut_outs.on_white),
        "little shake": (
            1,
            lambda rng: motion(float(rng.uniform(1.5, 3.0)), float(rng.uniform(0, 180))),
        ),
    }
)
"""What leaves a photo usable. A thing on white with too much light is neither good nor spoilt here:
its ground is white either way."""


def painted() -> list[Photograph]:
    """Return the drawn scenes of the demo, so that nothing is noticed on them either."""
    scenes = []
    for scene in files.Scene:
        for seed in PAINTED_SEEDS:
            jpeg = np.frombuffer(files.photo(scene, seed=seed), np.uint8)
            scenes.append(
                Photograph(
                    name=f"{scene.value}-{seed}",
                    side=Side.TUNE,
                    source="painted",
                    pixels=np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), dtype=np.uint8),
                )
            )
    return scenes


def drawn(chosen: list[Photograph], *, seed: int, processes: int) -> Iterator[Sample]:
    """Yield every form of every photograph; the same for the same seed."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for samples in pool.map(partial(_of_one, seed=seed), chosen, chunksize=2):
            yield from samples


def _of_one(photograph: Photograph, *, seed: int) -> list[Sample]:
    cv2.setNumThreads(1)
    base = sized(BASE_PX)(photograph.pixels, np.random.default_rng(0))
    plans = [(GOOD, kind, *plan) for kind, plan in HARMLESS.items()]
    plans += [(label, label, *plan) for label, some in SPOILT.items() for plan in some]
    samples = []
    for label, kind, count, draw in plans:
        rng = np.random.default_rng((seed, photograph.seed, crc32(kind.encode()), count))
        png_share = PNG_SHARE if kind == ON_WHITE else 0.0
        for _ in range(count):
            spoilt = draw(rng)(_framed(base, rng), rng)
            samples.append(
                Sample(
                    label=label,
                    kind=kind,
                    name=photograph.name,
                    source=photograph.source,
                    traits=traits_of(_sent(spoilt, rng, png_share=png_share)),
                )
            )
    return samples


def _framed(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Return a part of the photograph, or all of it, perhaps mirrored or lying on its side."""
    height, width = pixels.shape[:2]
    share = 1.0 if rng.random() < 0.5 else rng.uniform(0.65, 1)  # noqa: PLR2004 -- half of them
    tall, wide = int(height * share), int(width * share)
    top, left = int(rng.integers(height - tall + 1)), int(rng.integers(width - wide + 1))
    cut = pixels[top : top + tall, left : left + wide]
    cut = cut[:, ::-1] if rng.integers(2) else cut
    cut = np.rot90(cut) if rng.random() < 0.25 else cut  # noqa: PLR2004 -- some
    return np.ascontiguousarray(cut)


def _sent(pixels: Pixels, rng: np.random.Generator, *, png_share: float) -> bytes:
    """Return it as a JPEG: straight from the telephone, or through a messaging app; or as a PNG."""
    if png_share and rng.random() < png_share:
        return cv2.imencode(".png", pixels)[1].tobytes()
    if rng.integers(2):
        return _jpeg(pixels, int(rng.integers(82, 97)))
    side = int(rng.choice([1600, 1280]))
    small = spoiling.resent(side)(pixels, rng)
    return _jpeg(small, int(rng.integers(62, 86)))


def _jpeg(pixels: Pixels, saved_with: int) -> bytes:
    _, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, saved_with])
    return encoded.tobytes()


def traits_of(jpeg: bytes) -> NDArray[np.float32]:
    """Return what the sandbox measures of a photo that came alone."""
    picture = decoding.decode(jpeg, most_pixels=MOST_PIXELS)
    luma = decoding.grey(picture.pixels)
    levels = detail.levels(detail.reduced(luma))
    if levels is None:
        raise ValueError(f"too small: {luma.shape}")
    told = traits.measure(luma, picture.pixels, levels, detail.measure(levels))
    return np.asarray(told, dtype=np.float32)
