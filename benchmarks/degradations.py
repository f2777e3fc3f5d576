# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""Degradations of photos, harmful and harmless. Sizes are in px of a width of 1024."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Change = Callable[[Pixels, np.random.Generator], Pixels]

WIDTH_PX: Final = 1024
LEAST_GOOD_PX: Final = 1000
LIT_LUMA: Final = 170
PHONE_QUALITY: Final = 88
OVERSAMPLING: Final = 8
"""Factor by which blur kernels are drawn larger, to be averaged."""


@dataclass(frozen=True, kw_only=True)
class Fate:
    """One degradation of a photo before it is sent."""

    name: str
    change: Change
    quality: int = PHONE_QUALITY
    """JPEG quality with which it is saved."""
    is_png: bool = False
    """Saved without loss instead."""


def _scale(pixels: Pixels) -> float:
    return float(max(pixels.shape[:2])) / WIDTH_PX


def _u8(values: NDArray[np.generic]) -> Pixels:
    return np.asarray(values, dtype=np.uint8)


def _mixed(front: Pixels, back: Pixels, share: NDArray[np.number]) -> Pixels:
    return _u8(front * share + back * (1 - share))


def _resized(pixels: Pixels, side: int, way: int) -> Pixels:
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    if scale >= 1 and way == cv2.INTER_AREA:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return _u8(cv2.resize(pixels, size, interpolation=way))


def _exposure_curve(stops: float) -> Pixels:
    """Return the table that changes sRGB values like an exposure change in stops."""
    value = np.arange(256) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 -- sRGB
    more = np.clip(linear * 2.0**stops, 0, 1)
    curved = np.where(more <= 0.0031308, more * 12.92, 1.055 * more ** (1 / 2.4) - 0.055)  # noqa: PLR2004 -- sRGB
    return _u8(curved * 255 + 0.5)


def _canvas(reach: float) -> NDArray[np.float32]:
    side = 2 * int(np.ceil(reach)) + 3
    return np.zeros((side * OVERSAMPLING, side * OVERSAMPLING), np.float32)


def _filtered(pixels: Pixels, canvas: NDArray[np.float32]) -> Pixels:
    side = canvas.shape[0] // OVERSAMPLING
    kernel = cv2.resize(canvas, (side, side), interpolation=cv2.INTER_AREA)
    return _u8(cv2.filter2D(pixels, -1, kernel / kernel.sum()))


def sent(fate: Fate, pixels: Pixels, seed: int) -> bytes:
    """Return the degraded photo as a JPEG or PNG."""
    changed = fate.change(pixels, np.random.default_rng(seed))
    if fate.is_png:
        return cv2.imencode(".png", changed)[1].tobytes()
    _, encoded = cv2.imencode(".jpg", changed, [cv2.IMWRITE_JPEG_QUALITY, fate.quality])
    return encoded.tobytes()


def gaussian(sigma: float) -> Change:
    """Blur as a lens out of focus is often modelled."""
    return lambda pixels, _: _u8(cv2.GaussianBlur(pixels, (0, 0), sigma * _scale(pixels)))


def defocus(radius: float) -> Change:
    """Blur by a disc, as an open lens does."""

    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        reach = radius * _scale(pixels)
        canvas = _canvas(reach)
        centre = canvas.shape[0] // 2
        cv2.circle(canvas, (centre, centre), round(reach * OVERSAMPLING), 1.0, -1)
        return _filtered(pixels, canvas)

    return change


def motion(length: float, degrees: float) -> Change:
    """Blur along a line, as camera shake does."""

    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        reach = length * _scale(pixels) / 2
        canvas = _canvas(reach)
        centre = canvas.shape[0] / 2
        angle = np.radians(degrees)
        step = reach * OVERSAMPLING * np.array([np.cos(angle), np.sin(angle)])
        start, end = (tuple(round(v) for v in centre + side * step) for side in (-1, 1))
        cv2.line(canvas, start, end, 1.0, OVERSAMPLING)
        return _filtered(pixels, canvas)

    return change


def exposed(stops: float) -> Change:
    """Give more or less light, in stops, in linear light as a sensor does."""
    return lambda pixels, _: _u8(cv2.LUT(pixels, _exposure_curve(stops)))


def burnt(share: float) -> Change:
    """Overexpose until the given share of the picture is white."""

    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        low, high = 0.0, 8.0
        for _step in range(10):
            middle = (low + high) / 2
            lit = cv2.LUT(pixels, _exposure_curve(middle))
            is_enough = float((cv2.cvtColor(lit, cv2.COLOR_BGR2GRAY) >= 250).mean()) >= share  # noqa: PLR2004 -- white
            low, high = (low, middle) if is_enough else (middle, high)
        return _u8(cv2.LUT(pixels, _exposure_curve(high)))

    return change


def backlit(stops: float) -> Change:
    """Simulate backlight from a window: overexposed there, dark elsewhere."""

    def change(pixels: Pixels, rng: np.random.Generator) -> Pixels:
        height, width = pixels.shape[:2]
        across, down = rng.uniform(0.4, 0.6) * width, rng.uniform(0.4, 0.6) * height
        left, top = rng.uniform(0, width - across), rng.uniform(0, 0.25) * height
        window = np.zeros((height, width), np.float32)
        window[int(top) : int(top + down), int(left) : int(left + across)] = 1
        soft = cv2.GaussianBlur(window, (0, 0), width / 150)[..., None]
        outside = _u8(np.maximum(cv2.LUT(pixels, _exposure_curve(3.0)), 236))
        return _mixed(outside, _u8(cv2.LUT(pixels, _exposure_curve(-stops))), soft)

    return change


def toned(gain: float = 1.0, lift: float = 0.0) -> Change:
    """Change brightness and contrast as a picture editor does."""
    curve = _u8(np.clip(np.arange(256) * gain + 255 * lift, 0, 255) + 0.5)
    return lambda pixels, _: _u8(cv2.LUT(pixels, curve))


def noisy(sigma: float) -> Change:
    """Add a sensor's noise, in luma units."""

    def change(pixels: Pixels, rng: np.random.Generator) -> Pixels:
        grain = rng.normal(0, sigma, pixels.shape[:2]).astype(np.float32)[..., None]
        return _u8(np.clip(pixels + grain, 0, 255))

    return change


def night(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Leave light only around some lamps, placed where the photo has detail.

    The camera exposes for what they light.
    """
    luma = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    height, width = luma.shape
    worth = _detail(_u8(luma), max(luma.shape) // 8) * (cv2.GaussianBlur(luma, (0, 0), 25) > 90)  # noqa: PLR2004 -- not black
    down, across = np.mgrid[:height, :width].astype(np.float32)
    light = np.zeros(luma.shape, np.float32)
    for _ in range(int(rng.integers(1, 4))):
        y, x = np.unravel_index(int(np.argmax(worth * (1 - light))), luma.shape)
        reach = rng.uniform(0.12, 0.2) * max(luma.shape)
        light = np.maximum(light, np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * reach**2)))
    dark = pixels * (0.06 + 0.94 * light[..., None])
    exposure = min(4.0, LIT_LUMA / max(1.0, float(np.percentile(dark[..., 1], 98))))
    return noisy(3)(_u8(np.clip(dark * max(1.0, exposure), 0, 255)), rng)


def _detail(luma: Pixels, side: int) -> NDArray[np.float32]:
    """Return how much fine detail there is around each place."""
    fine = np.abs(cv2.Laplacian(cv2.GaussianBlur(luma, (0, 0), 1), cv2.CV_32F))
    return np.asarray(cv2.blur(fine, (side, side)), dtype=np.float32)


def shallow(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Keep a subject sharp and blur the background."""
    height, width = pixels.shape[:2]
    down, across = np.mgrid[:height, :width].astype(np.float32)
    luma = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    fine = cv2.blur(np.abs(cv2.Laplacian(luma, cv2.CV_32F)), (width // 4, height // 4))
    inner = fine[height // 4 : -height // 4, width // 4 : -width // 4]
    y, x = np.unravel_index(int(inner.argmax()), inner.shape)
    reach = ((across - x - width // 4) / (width * 0.22)) ** 2
    reach += ((down - y - height // 4) / (height * 0.3)) ** 2
    subject = np.clip((1.4 - reach) / 0.5, 0, 1).astype(np.float32)[..., None]
    return _mixed(pixels, gaussian(8)(pixels, rng), subject)


def sized(side: int, *, back_to: int | None = None) -> Change:
    """Reduce to a longest side, and enlarge again if asked."""

    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        small = _resized(pixels, side, cv2.INTER_AREA)
        return small if back_to is None else _resized(small, back_to, cv2.INTER_CUBIC)

    return change


def cropped(share: float) -> Change:
    """Cut off a share at each side, or less when too few pixels for a good photo would be left."""

    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        most = max(0.001, (1 - LEAST_GOOD_PX / max(pixels.shape[:2])) / 2)
        down, across = (max(1, int(side * min(share, most))) for side in pixels.shape[:2])
        return np.ascontiguousarray(pixels[down:-down, across:-across])

    return change


def saved(quality: int) -> Change:
    """Compress it, to be saved once more."""

    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        _done, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return _u8(np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR)))

    return change


def flat(luma: int) -> Change:
    """Replace the photo by an empty one: a covered lens, a plain wall, a sheet of paper."""
    return lambda pixels, rng: noisy(1.0)(np.full_like(pixels, luma), rng)


def then(*changes: Change) -> Change:
    """Apply one change after the other."""

    def change(pixels: Pixels, rng: np.random.Generator) -> Pixels:
        for each in changes:
            pixels = each(pixels, rng)
        return pixels

    return change


def unchanged(pixels: Pixels, _: np.random.Generator) -> Pixels:
    """Send it as it was taken."""
    return pixels


ANGLES: Final = (0, 30, 70, 135)

UNUSABLE: Final[Mapping[str, tuple[Fate, ...]]] = MappingProxyType(
    {
        "Gaussian blur": tuple(
            Fate(name=f"sigma {sigma:g}", change=gaussian(sigma)) for sigma in (1.75, 2, 3, 6)
        ),
        "defocus": tuple(
            Fate(name=f"radius {radius}", change=defocus(radius)) for radius in (3, 4, 6, 10)
        ),
        "motion blur": tuple(
            Fate(name=f"{length} px, {angle} deg", change=motion(length, angle))
            for length in (8, 14, 28)
            for angle in ANGLES
        ),
        "blur and more": (
            Fate(name="sigma 3, noise 4", change=then(gaussian(3), noisy(4))),
            Fate(name="sigma 4, noise 8", change=then(gaussian(4), noisy(8))),
            Fate(name="sigma 3, dim", change=then(gaussian(3), toned(0.6))),
            Fate(name="sigma 3, fog", change=then(gaussian(3), toned(0.4, 0.4))),
            Fate(name="sigma 2, app", change=then(gaussian(2), sized(1600)), quality=70),
            Fate(name="14 px, noise 4", change=then(motion(14, 20), noisy(4))),
        ),
        "underexposed": tuple(
            Fate(name=f"-{stops:g} stops", change=exposed(-stops)) for stops in (3, 3.5, 4, 5)
        ),
        "overexposed": tuple(
            Fate(name=f"{share:.0%} burnt", change=burnt(share)) for share in (0.45, 0.55, 0.7)
        ),
        "backlit": tuple(
            Fate(name=f"-{stops:g} stops", change=backlit(stops)) for stops in (3.5, 4, 5)
        ),
        "JPEG": tuple(
            Fate(name=f"quality {q}", change=unchanged, quality=q) for q in (3, 5, 10, 15)
        ),
        "JPEG saved again": tuple(
            Fate(name=f"quality {q}, then 75", change=saved(q), quality=75) for q in (5, 10, 15)
        ),
        "sent small": tuple(Fate(name=f"{p} px", change=sized(p)) for p in (240, 320, 480, 640)),
        "enlarged again": tuple(
            Fate(name=f"from {p} px", change=sized(p, back_to=1600)) for p in (240, 320, 480)
        ),
        "blank": tuple(Fate(name=f"luma {v}", change=flat(v)) for v in (4, 128, 236, 255)),
    }
)

GOOD: Final[Mapping[str, tuple[Fate, ...]]] = MappingProxyType(
    {
        "as shot": (Fate(name="quality 92", change=unchanged, quality=92),),
        "messaging app": (
            *(Fate(name=f"1600 px, q {q}", change=sized(1600), quality=q) for q in (70, 75, 80)),
            Fate(name="1280 px, q 75", change=sized(1280), quality=75),
        ),
        "brightness": (
            Fate(name="x 1.2", change=toned(1.2)),
            Fate(name="x 0.75", change=toned(0.75)),
            Fate(name="+ 12 %", change=toned(1, 0.12)),
        ),
        "noise": tuple(Fate(name=f"sigma {s}", change=noisy(s)) for s in (4, 8)),
        "crop": (Fate(name="8 % a side", change=cropped(0.08)),),
        "fog": (Fate(name="30 % contrast", change=toned(0.3, 0.45)),),
        "white on white": (Fate(name="35 % contrast", change=toned(0.35, 0.6)),),
        "shallow focus": (Fate(name="ground sigma 8", change=shallow),),
        "night": (Fate(name="1 to 3 lamps", change=night),),
    }
)

CURVE: Final = tuple(
    Fate(name=f"{sigma:g}", change=gaussian(sigma))
    for sigma in (0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3)
)
MOTION_CURVE: Final = tuple(
    Fate(name=f"{length}", change=motion(length, 30)) for length in (3, 4, 5, 6, 7, 8, 10)
)
