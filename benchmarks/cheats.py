# ruff: noqa: INP001 -- beside the programs that use it, not a package
"""What somebody does to a photo of another so that it is not known again, made by rule.

Each change takes pixels (blue first) and a generator of random numbers and returns pixels. None is
taken from a real phone or printer: ``print`` and ``screen`` are drawn, with perspective, blur,
uneven light, noise, and on a screen the beat of two grids.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Change = Callable[[Pixels, np.random.Generator], Pixels]
WORDS: Final = ("Taller de mi familia", "Oferta! Escribanos", "Hecho a mano 2026", "Compartido")
FONT: Final = cv2.FONT_HERSHEY_SIMPLEX


def cropped(least: float, most: float) -> Change:
    """Cut each side by a share of its own between two."""

    def change(pixels: Pixels, rng: np.random.Generator) -> Pixels:
        height, width = pixels.shape[:2]
        top, bottom, left, right = rng.uniform(least, most, 4)
        return pixels[
            round(top * height) : height - round(bottom * height),
            round(left * width) : width - round(right * width),
        ]

    return change


def bordered(share: float, colour: tuple[int, int, int]) -> Change:
    """Draw a border of one colour around, ``share`` of each side wide."""

    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        down, along = (max(1, round(side * share)) for side in pixels.shape[:2])
        framed = cv2.copyMakeBorder(
            pixels, down, down, along, along, cv2.BORDER_CONSTANT, value=colour
        )
        return _u8(framed)

    return change


def screenshot(ground: int) -> Change:
    """Show it on a telephone 1080 x 2220, with the bars and words of an app above and below."""

    def change(pixels: Pixels, rng: np.random.Generator) -> Pixels:
        screen: Pixels = np.full((2220, 1080, 3), ground, np.uint8)
        ink = (255 - ground,) * 3
        cv2.putText(screen, "10:42        4G  87%", (40, 60), FONT, 1.4, ink, 3)
        cv2.circle(screen, (90, 180), 50, (180, 120, 60), -1)
        cv2.putText(screen, WORDS[int(rng.integers(4))], (170, 200), FONT, 1.5, ink, 3)
        scale = min(1080 / pixels.shape[1], 1560 / pixels.shape[0])
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        height, width = small.shape[:2]
        left, top = (1080 - width) // 2, 270 + int(rng.integers(0, max(1, 1570 - height)))
        screen[top : top + height, left : left + width] = small
        for place in range(4):
            cv2.circle(screen, (140 + 260 * place, 2110), 36, ink, 6)
        cv2.putText(screen, "Me gusta    Comentar    Enviar", (60, 2000), FONT, 1.4, ink, 3)
        return screen

    return change


def captioned(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Lay a bar with words over the lower or the upper end, 12 to 18 % of the height."""
    height, width = pixels.shape[:2]
    bar = round(height * rng.uniform(0.12, 0.18))
    top = int(rng.choice([0, height - bar, height - bar]))
    changed = pixels.copy()
    ground = int(rng.choice([20, 240]))
    changed[top : top + bar] = ground
    ink = (255 - ground,) * 3
    place = (round(width * 0.05), top + round(bar * 0.7))
    cv2.putText(changed, WORDS[int(rng.integers(4))], place, FONT, bar / 45, ink, 3)
    return changed


def captioned_outside(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Add a bar with words below, 15 to 20 % of the height, outside of the photo."""
    height, width = pixels.shape[:2]
    bar = round(height * rng.uniform(0.15, 0.2))
    changed = np.concatenate([pixels, np.full((bar, width, 3), 245, np.uint8)])
    place = (round(width * 0.05), height + round(bar * 0.7))
    cv2.putText(changed, WORDS[int(rng.integers(4))], place, FONT, bar / 45, (10, 10, 10), 3)
    return _u8(changed)


def stickered(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Lay one opaque drawn face over 12 to 20 % of the area, and a word over another place."""
    height, width = pixels.shape[:2]
    changed = pixels.copy()
    radius = round(np.sqrt(rng.uniform(0.12, 0.2) * height * width / np.pi))
    centre = (
        int(rng.uniform(0.3, 0.7) * width),
        int(rng.uniform(0.3, 0.7) * height),
    )
    cv2.circle(changed, centre, radius, (60, 210, 250), -1)
    for side in (-1, 1):
        eye = (centre[0] + side * radius // 3, centre[1] - radius // 4)
        cv2.circle(changed, eye, radius // 8, (30, 30, 30), -1)
    cv2.ellipse(changed, centre, (radius // 2, radius // 2), 0, 20, 160, (30, 30, 30), radius // 12)
    place = (round(width * 0.08), round(height * 0.12))
    cv2.putText(changed, WORDS[int(rng.integers(4))], place, FONT, height / 400, (40, 40, 240), 4)
    return changed


def tilted(degrees: float, *, is_cut: bool = False) -> Change:
    """Turn it by an angle; ``is_cut`` takes away the corners that this leaves empty."""

    def change(pixels: Pixels, _: np.random.Generator) -> Pixels:
        height, width = pixels.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        turned = cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        if not is_cut:
            return _u8(turned)
        sine = np.sin(np.deg2rad(abs(degrees)))
        down, along = round(width * sine / 2), round(height * sine / 2)
        return _u8(turned[down : height - down, along : width - along])

    return change


def printed(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Photograph a print of it, with its white edge, on a table."""
    paper = bordered(0.04, (246, 248, 250))(pixels, rng)
    height, width = paper.shape[:2]
    table = rng.integers(60, 150, (max(2, height // 12), max(2, width // 90), 1), np.uint8)
    tint = np.array([0.5, 0.75, 1.0])
    ground = _u8(cv2.resize(_u8(table * tint), (width, height), interpolation=cv2.INTER_CUBIC))
    faded = paper.astype(np.float32) * 0.8 + np.array([18, 26, 34])
    shot = _laid(_u8(np.clip(faded, 0, 255)), ground, rng, fill=0.86)
    return _photographed(shot, rng, blur=1.1, noise=5.0)


def of_screen(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Photograph it on a monitor: its dark frame, the beat of both grids, a reflected lamp."""
    framed = bordered(0.04, (22, 20, 20))(pixels, rng)
    height, width = framed.shape[:2]
    shot = _laid(framed, _u8(np.full_like(framed, 70)), rng, fill=0.9).astype(np.float32)
    down, along = np.mgrid[:height, :width].astype(np.float32)
    angle, period = rng.uniform(0, np.pi), rng.uniform(2.3, 5.0)
    fine = np.sin(2 * np.pi * (np.cos(angle) * along + np.sin(angle) * down) / period)
    wide = np.sin(2 * np.pi * (along + 0.3 * down) / rng.uniform(40, 90))
    shot *= (1 + 0.10 * fine + 0.06 * wide)[:, :, None]
    place = (rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height)
    lamp = np.exp(-((along - place[0]) ** 2 + (down - place[1]) ** 2) / (0.1 * width) ** 2)
    shot = shot * np.array([1.08, 1.0, 0.92]) + 110 * lamp[:, :, None]
    return _photographed(_u8(np.clip(shot, 0, 255)), rng, blur=0.8, noise=4.0)


def collaged(others: Sequence[Pixels], *, rows: int, gap: float) -> Change:
    """Put it at a random place among others, in two columns; ``gap`` is a share of the width."""

    def change(pixels: Pixels, rng: np.random.Generator) -> Pixels:
        width, height = 800, 600
        strip = round(gap * 2 * width)
        across, down = 2 * width + 3 * strip, rows * height + (rows + 1) * strip
        canvas: Pixels = np.full((down, across, 3), 255, np.uint8)
        mine = int(rng.integers(2 * rows))
        for place in range(2 * rows):
            shown = pixels if place == mine else others[int(rng.integers(len(others)))]
            top = strip + (place // 2) * (height + strip)
            left = strip + (place % 2) * (width + strip)
            canvas[top : top + height, left : left + width] = _covering(shown, width, height)
        return canvas

    return change


def mirrored(change: Change) -> Change:
    """Mirror it after another change."""
    return lambda pixels, rng: _u8(cv2.flip(change(pixels, rng), 1))


def _covering(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return the picture scaled to cover a rectangle, what stands over cut off."""
    scale = max(width / pixels.shape[1], height / pixels.shape[0])
    large = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, left = (large.shape[0] - height) // 2, (large.shape[1] - width) // 2
    return _u8(large[max(0, top) :, max(0, left) :][:height, :width])


def _laid(paper: Pixels, ground: Pixels, rng: np.random.Generator, *, fill: float) -> Pixels:
    """Lay a picture on a ground of the same size, seen a little from the side and turned."""
    height, width = paper.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    middle = np.array([width / 2, height / 2], np.float32)
    angle = np.deg2rad(rng.uniform(-6, 6))
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    there = middle + fill * (corners - middle) @ turn
    there += rng.uniform(-0.045, 0.045, (4, 2)) * np.array([width, height])
    matrix = cv2.getPerspectiveTransform(corners, there.astype(np.float32))
    size = (width, height)
    seen = cv2.warpPerspective(paper, matrix, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, size)
    return _u8(np.where(mask[:, :, None] > 127, seen, ground))  # noqa: PLR2004 -- half covered


def _photographed(pixels: Pixels, rng: np.random.Generator, *, blur: float, noise: float) -> Pixels:
    """Return it blurred, lit from one side and grainy."""
    height, width = pixels.shape[:2]
    light = np.linspace(rng.uniform(0.7, 0.9), rng.uniform(1.0, 1.15), width)[None, :, None]
    soft = cv2.GaussianBlur(pixels, (0, 0), blur).astype(np.float32) * light
    grain = rng.normal(0, noise, (height, width, 1))
    return _u8(np.clip(soft + grain, 0, 255))


def _u8(values: Any) -> Pixels:  # noqa: ANN401 -- what OpenCV gives back
    return np.asarray(values).astype(np.uint8)
