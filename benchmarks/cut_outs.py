# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""Good photos as shops show them: a thing cut out of a photo, alone on white or nearly white.

The masks are an oval, a box with round corners, a polygon by chance, or what GrabCut takes for
the thing in the middle; half of the things throw a soft shadow.
"""

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from degradations import Pixels
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
Drawn = Callable[[tuple[int, int], np.random.Generator], Mask]

SHARES: Final = (0.08, 0.7)
"""Least and greatest share of the sheet that the thing covers."""
GROUNDS: Final = (245, 255)
OVAL_SIDE: Final = 0.6
"""Of the sheet's width and height, in the plainest case."""
LEAST_SCALE: Final = 0.35
"""A thing may be shrunk to this, never enlarged."""
GRABBED_PX: Final = 160
"""Longest side at which GrabCut looks for the thing."""
GRABBED_ROUNDS: Final = 2
GRABBED: Final = (0.25, 0.95)
"""Shares of its box that it may take for the thing; else the oval is taken."""
FULL: Final = 255


def oval_on_white(pixels: Pixels, _: np.random.Generator) -> Pixels:
    """Leave an oval in the middle of a photo, on pure white."""
    height, width = pixels.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    axes = (round(width * OVAL_SIDE / 2), round(height * OVAL_SIDE / 2))
    cv2.ellipse(mask, (width // 2, height // 2), axes, 0, 0, 360, FULL, -1, cv2.LINE_AA)
    return _laid(pixels, mask, np.full_like(pixels, FULL))


def on_white(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Cut the thing in the middle of a photo out by a mask and lay it on a white sheet, by chance.

    The sheet is as large as the photo; the thing covers about 8 to 70 % of it.
    """
    height, width = pixels.shape[:2]
    share = float(np.exp(rng.uniform(*np.log(SHARES))))
    draw = MASKS[int(rng.integers(len(MASKS)))]
    # an oval fills three quarters of its box, the others about as much
    side = min(0.96, float(np.sqrt(share / 0.78)))
    tall, wide = max(24, round(height * side)), max(24, round(width * side))
    scale = float(rng.uniform(max(side, LEAST_SCALE), 1)) if rng.random() < 0.5 else 1.0  # noqa: PLR2004 -- half of them
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    room = (max(0, small.shape[0] - tall), max(0, small.shape[1] - wide))
    top, left = (int(each * rng.uniform(0.3, 0.7)) for each in room)
    thing = np.asarray(small[top : top + tall, left : left + wide], np.uint8)
    mask = draw_mask(draw, thing, rng)
    sheet = _ground((height, width), rng)
    place = _place((height, width), (thing.shape[0], thing.shape[1]), rng)
    front, cover = np.zeros_like(sheet), np.zeros((height, width), np.uint8)
    front[place], cover[place] = thing, mask
    if rng.random() < 0.5:  # noqa: PLR2004 -- half of them
        sheet = _shaded(sheet, cover, rng)
    return _laid(front, cover, sheet)


def draw_mask(draw: Drawn, thing: Pixels, rng: np.random.Generator) -> Mask:
    """Return which pixels of a thing's box belong to it, 255 inside, its rim softened."""
    mask = _grabbed(thing) if draw is _oval and rng.random() < 0.5 else None  # noqa: PLR2004 -- half of them
    if mask is None:
        mask = draw((thing.shape[0], thing.shape[1]), rng)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(0.4, 1.2))), np.uint8)


def _oval(size: tuple[int, int], _: np.random.Generator) -> Mask:
    height, width = size
    mask = np.zeros(size, np.uint8)
    axes = (width // 2 - 1, height // 2 - 1)
    cv2.ellipse(mask, (width // 2, height // 2), axes, 0, 0, 360, FULL, -1)
    return mask


def _rounded_box(size: tuple[int, int], rng: np.random.Generator) -> Mask:
    height, width = size
    mask = np.zeros(size, np.uint8)
    radius = round(float(rng.uniform(0.02, 0.3)) * min(size))
    cv2.rectangle(mask, (radius, 0), (width - radius - 1, height - 1), FULL, -1)
    cv2.rectangle(mask, (0, radius), (width - 1, height - radius - 1), FULL, -1)
    for across in (radius, width - radius - 1):
        for down in (radius, height - radius - 1):
            cv2.circle(mask, (across, down), radius, FULL, -1)
    return mask


def _polygon(size: tuple[int, int], rng: np.random.Generator) -> Mask:
    """Draw the outline of a vase, a bag, a figure: its radius changes with the angle."""
    height, width = size
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    radius = np.full(angles.shape, 0.85)
    for waves in (2, 3, 5):
        bend = float(rng.uniform(0, 0.12))
        radius += bend * np.cos(waves * angles + float(rng.uniform(0, 2 * np.pi)))
    radius = np.minimum(radius, 1.15)
    across = np.clip((1 + radius * np.cos(angles)) / 2 * width, 0, width - 1)
    down = np.clip((1 + radius * np.sin(angles)) / 2 * height, 0, height - 1)
    mask = np.zeros(size, np.uint8)
    cv2.fillPoly(mask, [np.stack([across, down], axis=1).astype(np.int32)], FULL)
    return mask


MASKS: Final[tuple[Drawn, ...]] = (_oval, _oval, _rounded_box, _polygon)
"""Half of the ovals make way for what GrabCut finds."""


def _grabbed(thing: Pixels) -> Mask | None:
    """Return what GrabCut takes for the thing, None when it takes nearly all or nothing."""
    scale = GRABBED_PX / max(thing.shape[:2])
    small = cv2.resize(thing, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    if min(height, width) < 16:  # noqa: PLR2004 -- nothing to look for
        return None
    found = np.zeros((height, width), np.uint8)
    rect = (width // 16, height // 16, width - width // 8, height - height // 8)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    cv2.grabCut(small, found, rect, *models, GRABBED_ROUNDS, cv2.GC_INIT_WITH_RECT)
    is_thing = np.isin(found, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8) * FULL
    is_thing = np.asarray(cv2.medianBlur(is_thing, 5), np.uint8)
    if not GRABBED[0] <= float((is_thing > 0).mean()) <= GRABBED[1]:
        return None
    full = cv2.resize(is_thing, (thing.shape[1], thing.shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray((full > FULL // 2) * FULL, np.uint8)


def _ground(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """Return a sheet: half of them pure white, the others 245 to 255, some with falling light."""
    if rng.random() < 0.5:  # noqa: PLR2004 -- half of them
        return np.full((*size, 3), FULL, np.uint8)
    tone = float(rng.uniform(*GROUNDS)) + rng.uniform(-1, 1, 3)
    slope = np.linspace(0, -float(rng.choice([0.0, 4.0])), size[0])[:, None, None]
    sheet = np.broadcast_to(tone + slope, (*size, 3))
    noise = rng.normal(0, float(rng.choice([0.0, 0.7])), (*size, 1))
    return np.asarray(np.clip(sheet + noise, 0, FULL) + 0.5, np.uint8)


def _place(
    size: tuple[int, int], thing: tuple[int, int], rng: np.random.Generator
) -> tuple[slice, slice]:
    """Return where on the sheet the thing lies: about its middle, most often clear of the edges."""
    starts = [int((whole - part) * rng.uniform(0.35, 0.65)) for whole, part in zip(size, thing)]  # noqa: B905 -- two pairs
    return slice(starts[0], starts[0] + thing[0]), slice(starts[1], starts[1] + thing[1])


def _shaded(sheet: Pixels, cover: Mask, rng: np.random.Generator) -> Pixels:
    """Lay the thing's soft shadow on the sheet, somewhat below it."""
    height, width = cover.shape
    far = (float(rng.uniform(-0.03, 0.03)) * width, float(rng.uniform(0.0, 0.05)) * height)
    move = np.array([[1, 0, far[0]], [0, 1, far[1]]], np.float32)
    small = cv2.resize(cv2.warpAffine(cover, move, (width, height)), (width // 4, height // 4))
    soft = cv2.GaussianBlur(small, (0, 0), max(1.0, float(rng.uniform(0.006, 0.03)) * width / 4))
    shade = cv2.resize(soft, (width, height)).astype(np.float32) / FULL
    kept = 1 - float(rng.uniform(0.08, 0.5)) * shade[..., None]
    return np.asarray(sheet * kept + 0.5, np.uint8)


def _laid(front: Pixels, mask: Mask, sheet: Pixels) -> Pixels:
    share = mask.astype(np.float32)[..., None] / FULL
    return np.asarray(front * share + sheet * (1 - share) + 0.5, np.uint8)
