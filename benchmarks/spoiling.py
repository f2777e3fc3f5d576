# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""What spoils a photo as a whole: light, a veil, a finger, a dark corner, a crushing saving.

Each is drawn at a given strength; the rest (colour, side, shape, softness) from the generator.
"""

from typing import Final

import cv2
import numpy as np
from degradations import Change, Pixels, exposed, saved, sized, then
from numpy.typing import NDArray

Share = NDArray[np.floating]

QUARTER_LIGHT: Final = 0.25
"""Under so much of its light a place counts as dark."""
COARSE: Final = 4
"""Pixels a side for which the place of a finger or of a shadow is reckoned once."""
SOFTNESSES: Final = (0.004, 0.12)
"""Least and greatest width of a finger's edge, in parts of the longest side."""
LINEAR_STEPS: Final = 4095
SKINS: Final = (
    *((198, 160, 140), (224, 178, 152), (170, 118, 92), (141, 92, 66), (110, 70, 52)),
    *((84, 54, 42), (205, 120, 96), (188, 84, 60), (60, 40, 34), (232, 196, 178)),
)
"""Of fingers before a lens: red, green, blue, from light to dark, some with light through them."""


def light(factor: float) -> Change:
    """Multiply the linear light, as a shutter that is open so many times as long."""
    return exposed(float(np.log2(factor)))


def haze(keep: float, *, uneven: float = 0.0) -> Change:
    """Keep a part of the contrast and lay a pale veil over it: steam, a greasy or fogged lens.

    ``uneven`` is by which part of itself ``keep`` rises on one side and falls on the other.
    """

    def change(pixels: Pixels, rng: np.random.Generator) -> Pixels:
        veil = rng.uniform(170, 245) + rng.uniform(-8, 8, 3)
        slope = np.linspace(-uneven, uneven, pixels.shape[0]) * rng.choice([-1, 1])
        share = np.asarray(keep * (1 + slope), np.float32)[:, None, None]
        return _u8(pixels * share + veil.astype(np.float32) * (1 - share))

    return change


def finger(share: float, *, softness: float | None = None) -> Change:
    """Cover a share of the picture from one side or corner, out of focus.

    ``softness`` is the width of its edge, in parts of the longest side; drawn when None.
    """

    def change(pixels: Pixels, rng: np.random.Generator) -> Pixels:
        height, width = pixels.shape[:2]
        low = (max(2, height // COARSE), max(2, width // COARSE))
        away = _away(*low, rng)
        drawn = float(np.exp(rng.uniform(*np.log(SOFTNESSES))))
        soft = max(drawn if softness is None else softness, 1 / max(height, width))
        edge = float(np.quantile(away, share))
        red, green, blue = SKINS[int(rng.integers(len(SKINS)))]
        skin = np.array((blue, green, red)) * rng.uniform(0.35, 1.15) + rng.uniform(-10, 10, 3)
        inner = np.clip((edge - away) / max(1e-6, edge - float(away.min())), 0, 1)
        shade = 1 + rng.uniform(-0.45, 0.25) * inner
        shade = shade * (1 + rng.uniform(-0.15, 0.15) * _slope(*low, rng))
        cover = _step((edge - _full(away, pixels)) / soft + 0.5)[..., None]
        front = _full(shade, pixels)[..., None] * skin.astype(np.float32)
        front += _grain(pixels, float(rng.choice([0.0, 1.0, 2.5])), rng)
        behind = np.minimum(pixels * np.float32(rng.uniform(0.75, 1.25)), 255)
        return _u8(np.clip(front * cover + behind * (1 - cover), 0, 255))

    return change


def dark_corner(share: float, *, floor: float | None = None) -> Change:
    """Leave a share of the picture, from one corner on, with less than a quarter of its light.

    ``floor`` is what the darkest place keeps of its light; drawn when None.
    """

    def change(pixels: Pixels, rng: np.random.Generator) -> Pixels:
        height, width = pixels.shape[:2]
        down, across = np.mgrid[: height // COARSE, : width // COARSE].astype(np.float32)
        down, across = down * COARSE / height, across * COARSE / width
        down = down if rng.integers(2) else 1 - down
        across = across if rng.integers(2) else 1 - across
        away = np.hypot(down, across) if rng.integers(2) else (down + across) / 2
        least = floor if floor is not None else float(rng.uniform(0, 0.1))
        soft = float(rng.uniform(0.08, 0.45))
        steep = _step(np.linspace(0, 1, 1001))
        reached = np.searchsorted(least + (1 - least) * steep, QUARTER_LIGHT) / 1000
        edge = float(np.quantile(away, share)) - soft * reached
        kept = least + (1 - least) * _step((_full(away, pixels) - edge) / soft)
        return _lit(pixels, kept)

    return change


def crushed(quality: int) -> Change:
    """Save it as a JPEG of that quality first."""
    return saved(quality)


def resent(side: int) -> Change:
    """Save and reduce it as a messaging app does, to be saved once more."""
    return then(saved(88), sized(side))


def _lit(pixels: Pixels, kept: Share) -> Pixels:
    """Return the pixels with a part of their linear light, place by place."""
    value = np.arange(256) / 255
    curve = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 -- sRGB
    linear = curve.astype(np.float32)[pixels] * kept.astype(np.float32)[..., None]
    places = np.asarray(linear * LINEAR_STEPS, dtype=np.uint16)
    return np.asarray(_SRGB[places], dtype=np.uint8)


def _full(values: Share, pixels: Pixels) -> Share:
    """Return what was drawn coarsely at the size of the picture."""
    size = (pixels.shape[1], pixels.shape[0])
    drawn = np.asarray(values, dtype=np.float32)
    return np.asarray(cv2.resize(drawn, size, interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _grain(pixels: Pixels, sigma: float, rng: np.random.Generator) -> Share:
    """Return noise of a sensor, one piece of it beside itself."""
    piece = rng.normal(0, sigma, (256, 256)).astype(np.float32)
    height, width = pixels.shape[:2]
    return np.tile(piece, (height // 256 + 1, width // 256 + 1))[:height, :width, None]


def _away(height: int, width: int, rng: np.random.Generator) -> Share:
    """Return how far each place is from a finger's bone, which comes in at an edge or a corner."""
    longest = max(height, width)
    down, across = np.mgrid[:height, :width].astype(np.float32) / longest
    tall, wide = height / longest, width / longest
    along = rng.uniform(0, 1)
    ends = ((along * wide, 0), (along * wide, tall), (0, along * tall), (wide, along * tall))
    corners = ((0, 0), (wide, 0), (0, tall), (wide, tall))
    places = ends if rng.random() < 0.6 else corners  # noqa: PLR2004 -- sides are likelier
    x, y = places[int(rng.integers(4))]
    towards = np.arctan2(tall * rng.uniform(0.25, 0.75) - y, wide * rng.uniform(0.25, 0.75) - x)
    reach = rng.uniform(0, 0.6)
    far_x, far_y = x + reach * np.cos(towards), y + reach * np.sin(towards)
    near_x, near_y = x - 0.4 * np.cos(towards), y - 0.4 * np.sin(towards)
    bone_x, bone_y = far_x - near_x, far_y - near_y
    place = ((across - near_x) * bone_x + (down - near_y) * bone_y) / (bone_x**2 + bone_y**2)
    place = np.clip(place, 0, 1)
    away = np.hypot(across - near_x - place * bone_x, down - near_y - place * bone_y)
    wave = rng.uniform(0, 0.06) * np.sin(rng.uniform(2, 6) * (across + rng.uniform(0, 3) * down))
    return np.asarray(away + wave, dtype=np.float32)


def _slope(height: int, width: int, rng: np.random.Generator) -> Share:
    angle = rng.uniform(0, 2 * np.pi)
    down, across = np.mgrid[:height, :width].astype(np.float32)
    return np.asarray(
        np.cos(angle) * (2 * across / width - 1) + np.sin(angle) * (2 * down / height - 1)
    )


def _step(values: Share) -> Share:
    inside = np.clip(values, 0, 1)
    return np.asarray(inside * inside * (3 - 2 * inside))


def _u8(values: NDArray[np.generic]) -> Pixels:
    return np.asarray(cv2.convertScaleAbs(np.asarray(values, np.float32)), dtype=np.uint8)


def _srgb() -> NDArray[np.uint8]:
    """Return the sRGB value of each step of linear light."""
    linear = np.arange(LINEAR_STEPS + 1) / LINEAR_STEPS
    curve = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)  # noqa: PLR2004 -- sRGB
    return np.asarray(curve * 255 + 0.5, dtype=np.uint8)


_SRGB: Final = _srgb()
