"""Draws the sample photos: shapes in a 1000 x 750 frame, then light and grain."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Color = tuple[int, int, int]
Point = tuple[float, float]
FRAME: Final = (1000, 750)
"""Width and height of the drawing frame, in its own units; 4:3 as phones take photos."""
GRAIN_STEP: Final = 512
"""Side of the tile of noise that is repeated over a photo, in pixels."""


def shade(color: Color, factor: float) -> Color:
    """Return the colour made darker (below 1) or lighter (above 1)."""
    red, green, blue = (max(0, min(255, round(part * factor))) for part in color)
    return red, green, blue


class Canvas:
    """Draws shapes given in frame units on an image of any width."""

    def __init__(self, width_px: int, *, background: Color, seed: int) -> None:
        self.scale = width_px / FRAME[0]
        self.image = Image.new("RGB", (width_px, round(width_px * 0.75)), background)
        self.draw = ImageDraw.Draw(self.image)
        self.rng = np.random.default_rng(seed)

    def _points(self, points: Sequence[Point]) -> list[Point]:
        return [(x * self.scale, y * self.scale) for x, y in points]

    def polygon(self, points: Sequence[Point], color: Color) -> None:
        """Fill a polygon."""
        self.draw.polygon(self._points(points), fill=color)

    def box(self, left: float, top: float, width: float, height: float, color: Color) -> None:
        """Fill an upright rectangle."""
        right, bottom = left + max(width, 0.5), top + max(height, 0.5)
        self.draw.rectangle(self._points([(left, top), (right, bottom)]), fill=color)

    def ellipse(self, x: float, y: float, rx: float, ry: float, color: Color) -> None:
        """Fill an ellipse around a centre."""
        self.draw.ellipse(self._points([(x - rx, y - ry), (x + rx, y + ry)]), fill=color)

    def line(self, points: Sequence[Point], color: Color, width: float) -> None:
        """Draw a line with rounded joints and ends."""
        pixels = max(1, round(width * self.scale))
        self.draw.line(self._points(points), fill=color, width=pixels, joint="curve")
        if width > 3:  # noqa: PLR2004 -- thinner ends need no cap
            for x, y in (points[0], points[-1]):
                self.ellipse(x, y, width / 2, width / 2, color)

    def planks(self, area: tuple[float, float, float, float], color: Color, count: int) -> None:
        """Fill an area with horizontal boards: each its own shade, with veins and a dark joint."""
        left, top, width, height = area
        board = height / count
        for index in range(count):
            y = top + index * board
            self.box(left, y, width, board, shade(color, self.rng.uniform(0.86, 1.1)))
            for _ in range(9):
                vein = y + self.rng.uniform(0.08, 0.92) * board
                start = left + self.rng.uniform(0, 0.6) * width
                end = start + self.rng.uniform(0.2, 0.4) * width
                tone = shade(color, self.rng.uniform(0.68, 0.9))
                self.line([(start, vein), (end, vein + self.rng.uniform(-2, 2))], tone, 1.2)
            self.box(left, y, width, max(1.2, board * 0.03), shade(color, 0.5))

    def bricks(self, area: tuple[float, float, float, float], color: Color, height: float) -> None:
        """Fill an area with bricks in a running bond."""
        left, top, width, total = area
        self.box(left, top, width, total, shade(color, 1.25))
        for row in range(int(total / height) + 1):
            x = left - (row % 2) * height * 1.1
            y = top + row * height
            while x < left + width:
                tone = shade(color, self.rng.uniform(0.82, 1.08))
                start, end = max(x, left), min(x + height * 2.1, left + width)
                bottom = min(y + height * 0.88, top + total)
                if end > start and bottom > y:
                    self.box(start, y, end - start, bottom - y, tone)
                x += height * 2.2

    def finished(self, *, light: Point, strength: float) -> Image.Image:
        """Return the picture with light that falls off from a point, and sensor noise."""
        pixels = np.asarray(self.image, dtype=np.float32)
        height, width = pixels.shape[:2]
        across = (np.linspace(0, 1, width, dtype=np.float32) - light[0]) ** 2
        down = (np.linspace(0, 1, height, dtype=np.float32) - light[1]) ** 2
        lit = 1.12 - strength * np.sqrt(across[None, :] + down[:, None] * 0.6)
        grain = self._grain(height, width)
        pixels = pixels * (lit[:, :, None] * (1 + 0.035 * grain[:, :, None]))
        pixels += 3.2 * grain[:, :, None]
        return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))

    def _grain(self, height: int, width: int) -> NDArray[np.float32]:
        tile = self.rng.standard_normal((GRAIN_STEP, GRAIN_STEP), dtype=np.float32)
        tile = (tile + np.roll(tile, 1, axis=0) + np.roll(tile, 1, axis=1)) * np.float32(0.6)
        rows, columns = -(-height // GRAIN_STEP), -(-width // GRAIN_STEP)
        return np.tile(tile, (rows, columns))[:height, :width]
