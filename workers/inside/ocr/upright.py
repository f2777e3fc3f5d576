"""A scanned or photographed paper made straight, even and upright for OCR. Runs in the sandbox.

Everything is judged on a quarter-size picture. An even, straight page costs these few milliseconds
and keeps its pixels; only what was judged bad is mended, in one warp.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.facts.placing import Matrix, inverse, quarter_turn
from workers.inside.ocr import specks
from workers.inside.picture.decoding import Pixels, grey, halved

Points = NDArray[np.intp]

MOST_SKEW_DEGREES: Final = 8.0
LEAST_SKEW_DEGREES: Final = 0.45
"""Tesseract straightens less by itself. Calibrated: benchmarks/prior_agreement.py."""
MOST_POINTS: Final = 6000
"""Edges of letters that vote for an angle; more cost time and change nothing."""
LEAST_POINTS: Final = 150
"""Fewer are no text."""
SIDEWAYS_RATIO: Final = 1.35
"""How much sharper the columns of a lying page are than its rows.
Calibrated: benchmarks/prior_agreement.py."""
LEAST_BASELINE_RATIO: Final = 0.97
"""Feet of lines are sharper than heads, where tall and short letters mix; less may be upside down.
Calibrated: benchmarks/prior_agreement.py."""
EVEN_PAPER_SPREAD: Final = 34
"""Luma units between the paper's darkest and lightest parts that a scanner may leave."""
LEAST_PAPER_LUMA: Final = 170
LEAST_INK_DEPTH: Final = 0.33
"""Depth of the darkest ink of the quarter picture, 0 to 1 of the paper's luma; paler print is
darkened. Honest scans have 0.39 to 0.58 there, faded ones 0.20 to 0.25."""
DEEPEST_SHARE: Final = 0.5
"""Per cent of the page that is its darkest ink."""
DEEP_INK: Final = 0.6
SOFTENED_GAIN: Final = 1.7
"""From here on the noise of the paper would be darkened with the print."""
PAPER_LEVEL: Final = 245
WHITE_SHARE: Final = 0.9
"""Of the paper's luma: what is lighter is paper. Calibrated: benchmarks/pipeline.py, whose scan is
read in 1.73 s instead of 1.93 s of CPU, with 0.10 % instead of 0.19 % wrong characters."""
LEAST_COLOUR: Final = 40
"""Difference between channels that makes a pixel coloured."""
LEAST_TINT: Final = 13
"""The same around coloured ink, where it is worn."""
STAMP_SHARE: Final = 0.002
"""Of the page: less is no stamp."""
LEAST_STAMP_PX: Final = 13
"""Height and width on the quarter picture, 7 mm: lines of coloured print are lower."""
MOST_STAMP: Final = 0.3
"""Of the page: more is coloured paper or a photo."""
PALER: Final = 1.3
"""How much of its colour is added to the light of a coloured pixel."""
BILEVEL_SHARE: Final = 0.9
LEAST_SPECKS: Final = 60
"""Lone dots in a strip of a page of one bit a pixel, from which it is a fax."""
TABLE_SHARE: Final = 0.25
"""Of the picture's frame that is no paper, from which the paper lies on something."""
PAPER_WHITENESS: Final = 0.8
"""Weakest by strongest channel; shadow does not change it."""
LEAST_SHEET_SHARE: Final = 0.3
LARGEST_STRETCH: Final = 1.7
SHEET_WIDTH_PX: Final = 1654
"""A4 at 200 dpi."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Grey pixels that OCR reads best, and the way back to the page image."""

    pixels: Pixels
    way_back: Matrix
    lies: bool
    """Its lines run from bottom to top or from top to bottom."""
    may_stand_on_its_head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """What the edges of letters say of a page."""

    degrees: float
    lies: bool
    baseline_ratio: float


def straightened(page: Pixels) -> Paper:
    """Return the page with even light, without stamps, and straight; quarter turns are not undone.

    A photo of a paper on a table is cut to the paper and freed from perspective.
    """
    light = _without_stamps(page)
    small = _quarter(light)
    way = np.eye(3)
    sheet = _sheet(page) if page.ndim == 3 else None  # noqa: PLR2004 -- colour
    if sheet is not None:
        light, way = _flattened(light, sheet)
        small = _quarter(light)
    background = _background(small)
    light = _without_specks(_evened(light, small, background))
    lines = _lines(_letters(small, background))
    if abs(lines.degrees) >= LEAST_SKEW_DEGREES:
        light, turn = _turned(light, lines.degrees)
        way = way @ turn
    return Paper(
        pixels=light,
        way_back=way,
        lies=lines.lies,
        may_stand_on_its_head=lines.baseline_ratio < LEAST_BASELINE_RATIO,
    )


def quarter_turned(paper: Paper, turns: int) -> tuple[Pixels, Matrix]:
    """Return the pixels after so many quarter turns against the clock, and the way back."""
    pixels = np.ascontiguousarray(np.rot90(paper.pixels, turns))
    return pixels, paper.way_back @ quarter_turn(
        turns, paper.pixels.shape[1], paper.pixels.shape[0]
    )


def _quarter(light: Pixels) -> Pixels:
    """Halve twice, which is many times faster than to an odd size."""
    return halved(halved(light))


def _without_stamps(page: Pixels) -> Pixels:
    """Return the luma, with coloured stamps and signatures paled to the paper.

    Black print is dark in all channels and stays. Coloured print stays too: its lines are low.
    """
    if page.ndim == 2:  # noqa: PLR2004 -- grey
        return page
    light = grey(page)
    colour = _colour(page[::6, ::6])
    if np.count_nonzero(colour > np.median(colour) + LEAST_COLOUR) < STAMP_SHARE * colour.size:
        return light
    small = _quarter(page)
    colour = _colour(small)
    coloured = (colour > np.median(colour) + LEAST_TINT).astype(np.uint8)
    whole = cv2.morphologyEx(coloured, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    mask = np.zeros_like(whole)
    for left, top, width, height, _ in cv2.connectedComponentsWithStats(whole)[2][1:].tolist():
        if min(width, height) >= LEAST_STAMP_PX and width * height < whole.size * MOST_STAMP:
            mask[max(0, top - 2) : top + height + 2, max(0, left - 2) : left + width + 2] = 1
    return _paled(page, light, mask) if mask.any() else light


def _colour(pixels: Pixels) -> Pixels:
    """Return the difference between the strongest and the weakest channel."""
    blue, green, red = cv2.split(np.ascontiguousarray(pixels))
    strong = cv2.max(cv2.max(blue, green), red)
    return np.asarray(cv2.subtract(strong, cv2.min(cv2.min(blue, green), red)), np.uint8)


def _paled(page: Pixels, light: Pixels, mask: NDArray[Any]) -> Pixels:
    """Return the light, in the masked parts that of the strongest channel and more."""
    blue, green, red = cv2.split(page)
    strong = cv2.max(cv2.max(blue, green), red)
    weak = cv2.min(cv2.min(blue, green), red)
    pale = cv2.addWeighted(strong, 1 + PALER, weak, -PALER, 0)
    full = cv2.resize(mask, light.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return np.where(full > 0, cv2.min(pale, _paper_of(light)), light).astype(np.uint8)


def _paper_of(light: Pixels) -> Pixels:
    """Return the usual light of the paper, that paled ink may not outshine."""
    return np.full_like(light, int(np.percentile(light[::8, ::8], 60)))


def _background(small: Pixels) -> Pixels:
    """Return the paper's light without the print on it."""
    wide = cv2.dilate(small, np.ones((13, 13), np.uint8))
    return np.asarray(cv2.blur(wide, (25, 25)), np.uint8)


def _evened(light: Pixels, small: Pixels, background: Pixels) -> Pixels:
    """Divide by the paper's light where that is uneven or dark, and darken pale print."""
    low, middle, high = np.percentile(background[::4, ::4], (4, 50, 96))
    depth = 1 - np.percentile(small / np.maximum(background, 1), DEEPEST_SHARE)
    is_even = high - low <= EVEN_PAPER_SPREAD and middle >= LEAST_PAPER_LUMA
    if is_even and depth >= LEAST_INK_DEPTH:
        return _whitened(light, float(middle))
    full = cv2.resize(background, light.shape[::-1], interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(light, full, scale=PAPER_LEVEL)
    gain = DEEP_INK / max(0.08, float(depth)) if depth < LEAST_INK_DEPTH else 1.0
    levels = np.arange(256, dtype=np.float64)
    table = np.clip(PAPER_LEVEL - (PAPER_LEVEL - levels) * gain, 0, 255).astype(np.uint8)
    if gain > SOFTENED_GAIN:
        # so pale that white would swallow the thinnest strokes
        return np.asarray(cv2.LUT(cv2.GaussianBlur(even, (3, 3), 0.8), table), np.uint8)
    return _whitened(np.asarray(cv2.LUT(even, table), np.uint8), PAPER_LEVEL)


def _whitened(even: Pixels, paper: float) -> Pixels:
    """Let the paper be white: its noise costs OCR a tenth of its time and half of its errors."""
    return np.asarray(cv2.convertScaleAbs(even, alpha=255 / (WHITE_SHARE * paper)), np.uint8)


def _without_specks(light: Pixels) -> Pixels:
    """Take the lone dots out of a fax and soften its steps."""
    sample = light[::5, ::5]
    extremes = np.count_nonzero((sample > 247) | (sample < 8))  # noqa: PLR2004 -- black or white
    if extremes < BILEVEL_SHARE * sample.size:
        return light
    middle = light.shape[0] // 2
    if specks.found(light[middle - 200 : middle + 200]).dots < LEAST_SPECKS:
        return light
    clean = light.copy()
    clean.ravel()[specks.found(light).pixels] = 255
    return np.asarray(cv2.GaussianBlur(clean, (3, 3), 0.8), np.uint8)


def _letters(small: Pixels, background: Pixels) -> NDArray[np.bool_]:
    """Return where there is print, without ruled lines."""
    ink = (small < background * np.float32(0.78)).astype(np.uint8)
    for kernel in (np.ones((1, 35), np.uint8), np.ones((35, 1), np.uint8)):
        ruled = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
        ink[cv2.dilate(ruled, np.ones((3, 3), np.uint8)) > 0] = 0
    return np.asarray(ink > 0)


def _lines(ink: NDArray[np.bool_]) -> _Lines:
    """Say how the lines of print run."""
    feet = _edge(ink[:-1] & ~ink[1:])
    if len(feet) < LEAST_POINTS:
        return _Lines(degrees=0.0, lies=False, baseline_ratio=1.0)
    coarse = np.arange(-MOST_SKEW_DEGREES, MOST_SKEW_DEGREES + 0.1, 0.8)
    upright, across = _best(feet, coarse), _best(_edge((ink[:, :-1] & ~ink[:, 1:]).T), coarse)
    if across[1] > upright[1] * SIDEWAYS_RATIO:
        side = _edge((ink[:, :-1] & ~ink[:, 1:]).T)
        degrees, _ = _best(side, across[0] + np.arange(-0.8, 0.81, 0.1))
        # the transposed picture leans the other way
        return _Lines(degrees=-degrees, lies=True, baseline_ratio=1.0)
    degrees, foot = _best(feet, upright[0] + np.arange(-0.8, 0.81, 0.1))
    head = _sharpness(_edge(ink[1:] & ~ink[:-1]), degrees)
    return _Lines(degrees=degrees, lies=False, baseline_ratio=foot / max(1e-9, head))


def _edge(edge: NDArray[np.bool_]) -> Points:
    rows, columns = np.nonzero(edge)
    step = max(1, len(rows) // MOST_POINTS)
    return np.stack((rows[::step], columns[::step]), axis=1)


def _best(points: Points, angles: NDArray[np.float64]) -> tuple[float, float]:
    """Return the angle, in degrees, under which the points fall into the fewest rows."""
    if len(points) < LEAST_POINTS:
        return 0.0, 0.0
    scores = [_sharpness(points, float(angle)) for angle in angles]
    best = int(np.argmax(scores))
    return float(angles[best]), scores[best]


def _sharpness(points: Points, degrees: float) -> float:
    """Return how unevenly the points fill rows that lean so: 1 is evenly."""
    if not len(points):
        return 0.0
    slope = np.tan(np.radians(degrees))
    rows = np.rint(points[:, 0] - points[:, 1] * slope).astype(np.intp)
    counts = np.bincount(rows - rows.min()).astype(np.float64)
    return float((counts**2).sum() * len(counts) / counts.sum() ** 2)


def _turned(light: Pixels, degrees: float) -> tuple[Pixels, Matrix]:
    """Straighten lines that fall by so many degrees; return the pixels and the way back."""
    height, width = light.shape
    turn = np.eye(3)
    turn[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    pixels = cv2.warpAffine(
        light, turn[:2], (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(pixels, np.uint8), inverse(turn)


def _sheet(page: Pixels) -> NDArray[np.float32] | None:
    """Return the corners of a white paper that lies on something of colour, else None."""
    small = page[::8, ::8].astype(np.float32)
    white = small.min(axis=2) / np.maximum(small.max(axis=2), 1) > PAPER_WHITENESS
    frame = np.concatenate((white[0], white[-1], white[:, 0], white[:, -1]))
    if np.count_nonzero(~frame) < TABLE_SHARE * frame.size:
        return None
    mask = cv2.morphologyEx(white.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((9, 9), np.uint8))
    shapes, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not shapes:
        return None
    hull = cv2.convexHull(max(shapes, key=cv2.contourArea))
    if cv2.contourArea(hull) < LEAST_SHEET_SHARE * mask.size:
        return None
    for share in (0.01, 0.02, 0.03, 0.05, 0.08):
        corners = cv2.approxPolyDP(hull, share * cv2.arcLength(hull, closed=True), closed=True)
        if len(corners) == 4:  # noqa: PLR2004 -- a sheet's
            return _in_order(corners.reshape(4, 2).astype(np.float32) * 8 + 4)
    return None


def _in_order(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the corners from the upper left one on, with the clock."""
    sums, differences = corners.sum(axis=1), corners[:, 1] - corners[:, 0]
    order = [sums.argmin(), differences.argmin(), sums.argmax(), differences.argmax()]
    return corners[order]


def _flattened(light: Pixels, corners: NDArray[np.float32]) -> tuple[Pixels, Matrix]:
    """Return the sheet seen from above, as large as it was or as A4 is at 200 dpi."""
    above, right, below, left = (
        float(np.linalg.norm(corners[index] - corners[(index + 1) % 4])) for index in range(4)
    )
    width, height = max(above, below), max(left, right)
    stretch = min(LARGEST_STRETCH, max(1.0, SHEET_WIDTH_PX / max(1.0, min(width, height))))
    size = (max(1, round(width * stretch)), max(1, round(height * stretch)))
    flat = np.asarray([(0, 0), (size[0], 0), size, (0, size[1])], np.float32)
    there = cv2.getPerspectiveTransform(corners, flat)
    pixels = cv2.warpPerspective(
        light, there, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(pixels, np.uint8), inverse(np.asarray(there, np.float64))
