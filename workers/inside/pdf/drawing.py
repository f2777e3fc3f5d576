"""Draws a PDF page: right side up, on white. Runs in the sandbox.

Fields of forms are drawn where ``annotations.shown`` made them the page's own.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pypdfium2

from workers.inside.picture import decoding

POINTS_PER_INCH: Final = 72
MOST_PAGE_PIXELS: Final = 12_000_000
LONGEST_SIDE_PX: Final = 5000
GREY_TOLERANCE: Final = 6
"""Difference between channels, in luma units, that still counts as grey."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What officers see of a page."""

    pixels: decoding.Pixels
    thumbnail: decoding.Pixels


def shown(pixels: decoding.Pixels) -> Shown:
    """Return a page image with its thumbnail."""
    thumbnail = decoding.fitted(pixels, decoding.THUMBNAIL_SIDE_PX)
    return Shown(pixels=pixels, thumbnail=thumbnail)


def size_at(page: pypdfium2.PdfPage, dpi: int) -> tuple[int, int] | None:
    """Return width and height of the page in pixels, None where that is more than may be drawn."""
    width, height = (max(1, round(side * dpi / POINTS_PER_INCH)) for side in page.get_size())
    if width * height > MOST_PAGE_PIXELS or max(width, height) > LONGEST_SIDE_PX:
        return None
    return width, height


def drawn(page: pypdfium2.PdfPage, *, dpi: int | None = None) -> decoding.Pixels:
    """Draw the page, at a resolution or fitted to ``PAGE_SIDE_PX``, within ``MOST_PAGE_PIXELS``."""
    width, height = (max(1.0, side) for side in page.get_size())
    scale = dpi / POINTS_PER_INCH if dpi else decoding.PAGE_SIDE_PX / max(width, height)
    most = math.sqrt(MOST_PAGE_PIXELS / (width * height))
    scale = min(scale, most, LONGEST_SIDE_PX / max(width, height))
    pixels = page.render(scale=scale, may_draw_forms=False).to_numpy()
    if pixels.ndim == 3 and pixels.shape[2] == 4:  # noqa: PLR2004 -- a fourth channel is filler
        pixels = pixels[:, :, :3]
    if pixels.ndim == 3 and _is_grey(pixels[::8, ::8]):  # noqa: PLR2004 -- colour
        return np.ascontiguousarray(pixels[:, :, 1])
    return np.ascontiguousarray(pixels)


def region(
    page: pypdfium2.PdfPage, rect: tuple[int, int, int, int], size: tuple[int, int], *, side_px: int
) -> decoding.Pixels:
    """Draw a part of the page again, larger: its longest side then has ``side_px``.

    ``rect`` is left, top, right, bottom on a page image of ``size``, width and height in pixels.
    """
    left, top, right, bottom = rect
    points = [side / pixels for side, pixels in zip(page.get_size(), size, strict=True)]
    scale = side_px / max((right - left) * points[0], (bottom - top) * points[1])
    crop = (
        left * points[0],
        (size[1] - bottom) * points[1],
        (size[0] - right) * points[0],
        top * points[1],
    )
    pixels = page.render(scale=scale, crop=crop, may_draw_forms=False).to_numpy()
    if pixels.ndim == 3:  # noqa: PLR2004 -- a fourth channel is filler
        pixels = pixels[:, :, :3]
    return np.ascontiguousarray(pixels)


def _is_grey(sample: decoding.Pixels) -> bool:
    spread = sample.max(axis=2).astype(np.int16) - sample.min(axis=2)
    return int(spread.max(initial=0)) <= GREY_TOLERANCE
