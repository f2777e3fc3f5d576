"""QR codes on a page of a prior agreement, with zxing-cpp. Runs in the sandbox.

One quick look over the whole page; only where something square and half black stands that the quick
look could not read is that part looked at again, larger and cleaner, a few times at most.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final

import cv2
import numpy as np
import zxingcpp

from workers.facts.headers import CodeRow
from workers.inside.picture.decoding import Pixels, grey, halved

MOST_CODES: Final = 8
MOST_TEXT: Final = 200
"""Characters. Ours has 60 to 120."""
MOST_SUSPECTS: Final = 2
INK_SHARE: Final = (0.3, 0.72)
"""Black part of a QR code, module by module about half; text stays below a third."""
LEAST_SIDE_PX: Final = 20
MOST_SIDE_PX: Final = 220
"""Of a suspect on the quarter picture: 10 mm to 110 mm on a page of 200 dpi."""
MOST_ASPECT: Final = 1.5
FILLED_SHARE: Final = 0.5
"""A code that stands on its corner fills half of the box around it."""
LARGER: Final = 2.5
LARGEST_PART_PX: Final = 1400


def found(page: Pixels) -> list[CodeRow]:
    """Return the codes of a page image, each once, in its pixels."""
    light = grey(page)
    rows = quick(light)
    if not rows:
        for left, top, part in islice(_suspects(light), MOST_SUSPECTS):
            rows += _read_closely(part, left, top)
    return list({row[0]: row for row in rows}.values())[:MOST_CODES]


def quick(light: Pixels) -> list[CodeRow]:
    """Return the codes that one pass over the whole page reads."""
    return _read(light)


def prepare() -> None:
    """Run every reader once on noise, so that what loads on first use is loaded before."""
    noise = np.random.default_rng(0).integers(0, 255, (120, 120), np.uint8)
    _read(noise)
    _read_closely(noise, 0, 0)


def _read(
    light: Pixels,
    binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage,
    *,
    is_close: bool = False,
) -> list[CodeRow]:
    codes = zxingcpp.read_barcodes(
        light,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        binarizer=binarizer,
        text_mode=zxingcpp.TextMode.Plain,
        try_invert=False,
        try_downscale=is_close,
    )
    rows = []
    for code in codes:
        place = code.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        across, down = [corner.x for corner in corners], [corner.y for corner in corners]
        left, top = max(0, min(across)), max(0, min(down))
        if 0 < len(code.text) <= MOST_TEXT and code.text.isprintable():
            rows.append((code.text, left, top, max(across) - left, max(down) - top))
    return rows


def _read_closely(part: Pixels, left: int, top: int) -> list[CodeRow]:
    """Read one part of the page, enlarged, in one way after another until one succeeds."""
    scale = min(LARGER, LARGEST_PART_PX / max(part.shape))
    large = np.asarray(
        cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8
    )
    for light in _ways(large, scale):
        for binarizer in (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram):
            rows = _read(light, binarizer, is_close=True)
            if rows:
                return [
                    (text, left + round(x / scale), top + round(y / scale),
                     round(width / scale), round(height / scale))
                    for text, x, y, width, height in rows
                ]  # fmt: skip
    return []


def _ways(large: Pixels, scale: float) -> Iterator[Pixels]:
    """Yield the part softened, without specks, evened, and with fuller modules."""
    soft = np.asarray(cv2.GaussianBlur(large, (0, 0), 0.8 * scale), np.uint8)
    yield soft
    yield np.asarray(cv2.medianBlur(large, 5), np.uint8)
    paper = cv2.blur(cv2.dilate(soft, np.ones((31, 31), np.uint8)), (61, 61))
    even = np.asarray(cv2.divide(soft, paper, scale=245), np.uint8)
    yield even
    yield np.asarray(cv2.erode(even, np.ones((3, 3), np.uint8)), np.uint8)
    yield np.asarray(cv2.dilate(even, np.ones((3, 3), np.uint8)), np.uint8)


def _suspects(light: Pixels) -> Iterator[tuple[int, int, Pixels]]:
    """Yield left, top and pixels of what is square, half black and no text; the largest first."""
    small = halved(halved(light))
    paper = cv2.blur(cv2.dilate(small, np.ones((41, 41), np.uint8)), (41, 41))
    ink = (small < paper * np.float32(0.72)).astype(np.float32)
    share = cv2.blur(ink, (15, 15))
    dense = ((share > INK_SHARE[0]) & (share < INK_SHARE[1])).astype(np.uint8)
    whole = cv2.morphologyEx(dense, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    _, _, facts, _ = cv2.connectedComponentsWithStats(whole)
    blobs = sorted((row.tolist() for row in facts[1:]), key=lambda row: -int(row[4]))
    for x, y, width, height, area in blobs[:20]:
        is_square = max(width, height) <= MOST_ASPECT * min(width, height)
        is_sized = min(width, height) >= LEAST_SIDE_PX and max(width, height) <= MOST_SIDE_PX
        if is_square and is_sized and area >= FILLED_SHARE * width * height:
            margin = 8 + width // 5
            left, top = max(0, (x - margin) * 4), max(0, (y - margin) * 4)
            right, bottom = (x + width + margin) * 4, (y + height + margin) * 4
            yield left, top, np.ascontiguousarray(light[top:bottom, left:right])
