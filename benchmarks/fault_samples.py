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
LIFTS: Final = (0.03, 0.15)
"""Least and greatest part of white by which a picture editor makes a usable photo lighter."""
CONTRASTS: Final = (0.35, 1.0)
"""Least and greatest part of its contrast that a usable photo keeps: 0.35 is white on white."""
CROPS: Final = (0.6, 0.95)
"""Part of its width and height that somebody leaves of a photo."""
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


def _just_moved(rng: np.random.Generator) -> Change:
    """Move it by little more than what the rows of quality.py begin with: the hardest to tell."""
    return motion(float(rng.uniform(8, 10)), float(rng.uniform(0, 180)))


def _moved_and_noisy(rng: np.random.Generator) -> Change:
    return then(_moved(rng), noisy(float(rng.uniform(2, 10))))


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


def _posts(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Leave thin upright strips of the photo sharp, before a smooth ground: posts, stems, reeds.

    Unlike ``_poles`` they have the photo's own material, and the ground may have flowed, as water
    does while a shutter stays open.
    """
    across = float(rng.uniform(-20, 20))
    flowed = then(motion(float(rng.uniform(20, 60)), across), gaussian(float(rng.uniform(2, 6))))
    smooth = flowed if rng.integers(2) else gaussian(float(rng.uniform(6, 16)))
    ground = smooth(pixels, rng)
    height, width = pixels.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    for _ in range(int(rng.integers(2, 20))):
        foot = round(float(rng.uniform(0, width)))
        head = foot + round(float(rng.uniform(-0.06, 0.06)) * width)
        tall = round(float(rng.uniform(0.2, 0.9)) * height)
        start = round(float(rng.uniform(0, height - tall)))
        thick = int(rng.integers(3, max(4, width // 40)))
        cv2.line(mask, (foot, start + tall), (head, start), 255, thick, cv2.LINE_AA)
    shade = float(rng.uniform(0.3, 1.1))
    share = mask.astype(np.float32)[..., None] / 255
    mixed = np.minimum(pixels * np.float32(shade), 255) * share + ground * (1 - share)
    return np.asarray(mixed, dtype=np.uint8)


def _lighter(rng: np.random.Generator) -> Change:
    return toned(1.0, float(rng.uniform(*LIFTS)))


def _paler(rng: np.random.Generator) -> Change:
    """Keep a part of the contrast, between black and white wherever it fits."""
    kept = float(rng.uniform(*CONTRASTS))
    return toned(kept, float(rng.uniform(0.4, 0.95)) * (1 - kept))


def _cropped(rng: np.random.Generator) -> Change:
    kept = float(rng.uniform(*CROPS))

    def change(pixels: Pixels, rng: np.random.Generator) -> Pixels:
        tall, wide = (int(side * kept) for side in pixels.shape[:2])
        top = int(rng.integers(pixels.shape[0] - tall + 1))
        left = int(rng.integers(pixels.shape[1] - wide + 1))
        return np.ascontiguousarray(pixels[top : top + tall, left : left + wide])

    return change


def _blurred_and_more(rng: np.random.Generator) -> Change:
    """Blur, and lay a sensor's noise, dim light or a thin fog over it."""
    more = (noisy(float(rng.uniform(2, 10))), toned(0.6), toned(0.4, 0.4))
    return then(_between(1.75, 6, gaussian)(rng), more[int(rng.choice([0, 0, 1, 2]))])


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


def _just_enlarged(rng: np.random.Generator) -> Change:
    """Enlarge it from little less than what the rows of quality.py begin with."""
    return sized(int(rng.integers(430, 481)), back_to=int(rng.choice([1600, 1280])))


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
            (3, _blurred_and_more),
        ),
        "moved": ((3, _moved), (1, _poles_moved), (2, _just_moved), (1, _moved_and_noisy)),
        "backlit": ((2, _between(3.5, 5, backlit)),),
        "enlarged": ((2, _enlarged), (3, _just_enlarged)),
    }
)
"""What spoils a photo, and how many forms of each photograph are drawn."""

HARMLESS: Final[Mapping[str, tuple[int, Drawn]]] = MappingProxyType(
    {
        "as shot": (3, lambda _: unchanged),
        "light": (2, _between(0.5, 1.6, spoiling.light)),
        "toned": (1, lambda rng: toned(*TONES[int(rng.integers(len(TONES)))])),
        "noise": (3, lambda rng: noisy(float(rng.uniform(2, 10)))),
        "lighter": (2, _lighter),
        "paler": (2, _paler),
        "crop": (1, _cropped),
        "fog": (2, _haze(0.3, 0.6)),
        "white on white": (1, lambda _: toned(0.35, 0.6)),
        "shallow focus": (2, lambda _: shallow),
        "night": (1, lambda _: night),
        "small finger": (1, lambda rng: spoiling.finger(float(rng.uniform(0.01, 0.08)))),
        "small corner": (1, lambda rng: spoiling.dark_corner(float(rng.uniform(0.005, 0.06)))),
        "saved before": (2, _saved_well),
        "half a pixel": (1, _between(0.3, 0.8, gaussian)),
        "poles": (2, lambda _: _poles),
        "posts": (2, lambda _: _posts),
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
