"""Reads single lines of a page image anew: cut out straight, prepared in several ways.

Runs in the sandbox. Each way is another reading: the paper made even; stamps paled by their colour;
black and white; softened. Where the ways agree and are sure, no further one is tried.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from workers.facts.headers import WordRow
from workers.facts.placing import Matrix, mapped
from workers.facts.second_look import Strip, StripRows
from workers.inside.ocr import glyphs, line_model, tones
from workers.inside.ocr.engines import Reader
from workers.inside.picture.decoding import Pixels, grey

TALL: Final = 1.15
"""Of a word's height: how far above and below its middle a strip reaches."""
INNER: Final = 0.85
"""The same for the second engine, which knows lines without neighbours."""
CORE: Final = (0.2, 0.8)
"""Part of the strip's height in which the middle of a word of this line stands."""
WAYS: Final = (("even", 34), ("binary", 44), ("soft", 26), ("stampless", 34))
"""Each with the height of a word in it, in pixels: engines err otherwise at another size."""
PAPER: Final = 245
"""Luma of the paper once it is even."""
PAPER_PERCENTILE: Final = 70
DEEP_INK: Final = 0.75
"""Depth of the darkest ink, 0 to 1; paler ink is darkened to it."""
PALER: Final = 1.3
"""How much of its colour is added to the light of a coloured pixel."""
SAUVOLA: Final = 0.3
"""Weight of the spread. Source: Sauvola and Pietikäinen 2000, 0.2 to 0.5."""
SPREAD: Final = 128
LEAST_INK: Final = 0.03
"""Of the columns of a strip: less is an empty line."""
COARSE_PX: Final = 12
"""Height of a word where the strip's middle is looked for."""
WIDE: Final = 1.7
"""Of a word's height: how far above and below it is looked for."""
MOST_OF_ROW: Final = 0.35
"""Share of a row of pixels that is ink; more is a rule."""
MOST_MOVED: Final = 0.45
"""Of a word's height: further away stands another line."""
MOVED_COST: Final = 0.15
"""Of the ink of a line, for each height of a word that the strip is moved."""
ENOUGH: Final = 75.0
"""Confidence, 0 to 100, with which two ways that agree end the search."""
SURE: Final = 85.0
"""Confidence from which the second engine is not asked about a word."""


def prepare(read_line: Reader | None) -> None:
    """Load the second engine and read a line once: what loads on first use is loaded then."""
    line_model.prepare()
    page = np.full((80, 600, 3), 235, np.uint8)
    cv2.putText(page, "No. 2019-0123", (20, 50), cv2.FONT_HERSHEY_SIMPLEX, 1, (60, 40, 40), 2)
    if read_line is not None:
        read(page, Strip(left=0, right=600, middle=40.0, height=24.0, slope=0.01), read_line)


def read(page: Pixels, strip: Strip, read_line: Reader) -> StripRows:
    """Return the words that each way of reading gives, and the signs of the second engine."""
    ways: list[list[WordRow]] = []
    height, width = page.shape[:2]
    luma = grey(page)
    centred = _centred(page, strip)
    plain, _ = _cut(page, centred, COARSE_PX / strip.height, INNER)
    if _is_empty(_deep(_even(grey(plain), COARSE_PX))):
        return [], []
    for name, tall in WAYS:
        if len(ways) > 1 and _agree(ways):
            break
        if name == "stampless" and page.ndim == 2:  # noqa: PLR2004 -- grey
            continue
        zoom = tall / strip.height
        # where the middle was found by its ink and where the words about it stand
        cut, way = _cut(page, strip if len(ways) % 2 else centred, zoom, TALL)
        line = _prepared(cut, tall, name)
        rows = glyphs.doubted(line, read_line(line))
        ways.append(tones.faint_doubted(luma, list(_placed(rows, line, way, width, height))))
    return ways, _signs(page, centred, ways)


def _centred(page: Pixels, strip: Strip) -> Strip:
    """Return the strip moved up or down by half a word's height at most, to where its ink is."""
    zoom = COARSE_PX / strip.height
    cut, _ = _cut(page, strip, zoom, WIDE)
    ink = _deep(_even(_without_colour(cut), COARSE_PX)) < 128  # noqa: PLR2004 -- the middle
    rows = np.minimum(ink.mean(axis=1), MOST_OF_ROW)
    sums = np.concatenate(([0.0], np.cumsum(rows)))
    starts = np.arange(len(rows) - COARSE_PX + 1)
    away = starts + COARSE_PX / 2 - len(rows) / 2
    is_near = np.abs(away) <= COARSE_PX * MOST_MOVED
    full = (sums[COARSE_PX:] - sums[:-COARSE_PX])[is_near]
    if not full.size or full.max() <= 0:
        return strip
    best = full / full.max() - MOVED_COST * np.abs(away[is_near]) / COARSE_PX
    moved = float(away[is_near][int(np.argmax(best))]) / zoom
    return replace(strip, middle=strip.middle + moved)


def _signs(page: Pixels, strip: Strip, ways: Sequence[Sequence[WordRow]]) -> list[WordRow]:
    """Ask the second engine about the part of the line on which the first is not sure."""
    doubtful = [
        row
        for way in ways
        for row in way
        if _is_word(row) and (row[1] < SURE or not all(_has(other, row) for other in ways))
    ]
    if not doubtful or not line_model.is_ready():
        return []
    margin = round(strip.height)
    left = max(strip.left, min(row[2] for row in doubtful) - margin)
    right = min(strip.right, max(row[2] + row[4] for row in doubtful) + margin)
    part = Strip(
        left=left, right=right, middle=strip.middle, height=strip.height, slope=strip.slope
    )
    zoom = line_model.TALL_PX / (2 * INNER * strip.height)
    cut, way = _cut(page, part, zoom, INNER)
    line = _prepared(cut, round(zoom * strip.height), "stampless")
    height, width = page.shape[:2]
    return [
        (text, sure, *mapped((at, top, across, down), way, width, height))
        for text, sure, at, top, across, down in line_model.read(line)
    ]


def _has(rows: Sequence[WordRow], row: WordRow) -> bool:
    """Whether a reading has the same word at the same place."""
    return any(other[0] == row[0] and abs(other[2] - row[2]) < row[5] for other in rows)


def _agree(ways: Sequence[Sequence[WordRow]]) -> bool:
    """Whether the last two readings say the same, and surely, apart from lone signs."""
    one, other = ([row for row in way if _is_word(row)] for way in ways[-2:])
    is_same = [row[0] for row in one] == [row[0] for row in other]
    return bool(one) and is_same and all(row[1] >= ENOUGH for row in (*one, *other))


def _is_word(row: WordRow) -> bool:
    return sum(map(str.isalnum, row[0])) > 1


def _cut(page: Pixels, strip: Strip, zoom: float, tall: float) -> tuple[Pixels, Matrix]:
    """Return the strip level and enlarged, and the way from its pixels to the page's."""
    angle = np.arctan(strip.slope)
    across, down = float(np.cos(angle)) / zoom, float(np.sin(angle)) / zoom
    top = strip.middle + strip.slope * strip.left - tall * strip.height
    way = np.asarray([[across, -down, strip.left], [down, across, top], [0, 0, 1]], np.float64)
    size = (
        max(1, round((strip.right - strip.left) * zoom)),
        max(1, round(2 * tall * strip.height * zoom)),
    )
    pixels = cv2.warpAffine(
        page,
        way[:2],
        size,
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(pixels, np.uint8), way


def _placed(
    rows: Sequence[WordRow], line: Pixels, way: Matrix, width: int, height: int
) -> Iterator[WordRow]:
    """Yield the words of this line, boxed on the page image."""
    first, last = (share * line.shape[0] for share in CORE)
    for text, sure, left, top, across, down in rows:
        if first < top + down / 2 < last:
            yield text, sure, *mapped((left, top, across, down), way, width, height)


def _prepared(cut: Pixels, tall: int, name: str) -> Pixels:
    """Return a strip as a way of reading wants it; ``tall`` is the height of a word in pixels."""
    light = grey(cut) if name == "even" else _without_colour(cut)
    line = _deep(_even(light, tall))
    if name == "binary":
        return _black_and_white(line, tall)
    if name == "soft":
        return np.asarray(cv2.GaussianBlur(line, (0, 0), 1.2), np.uint8)
    return line


def _without_colour(cut: Pixels) -> Pixels:
    """Return the light with coloured ink paled to the paper; black ink stays."""
    if cut.ndim == 2:  # noqa: PLR2004 -- grey
        return cut
    strong, weak = cut.max(axis=2), cut.min(axis=2)
    pale = cv2.addWeighted(strong, 1 + PALER, weak, -PALER, 0)
    paper = np.uint8(np.percentile(strong, PAPER_PERCENTILE))
    return np.asarray(np.minimum(pale, paper), np.uint8)


def _even(light: Pixels, tall: int) -> Pixels:
    """Divide by the light of the paper."""
    side = round(1.6 * tall) | 1
    reach = np.ones((side // 2 | 1, side // 2 | 1), np.uint8)
    paper = cv2.blur(cv2.dilate(light, reach), (side, side))
    return np.asarray(cv2.divide(light, paper, scale=PAPER), np.uint8)


def _deep(line: Pixels) -> Pixels:
    """Darken pale ink."""
    depth = 1 - float(np.percentile(line, 2)) / PAPER
    gain = max(1.0, DEEP_INK / max(0.1, depth))
    darker = 255 - (PAPER - line.astype(np.float32)) * gain
    return np.asarray(np.clip(darker, 0, 255), np.uint8)


def _black_and_white(line: Pixels, tall: int) -> Pixels:
    """Cut at Sauvola's threshold, and soften the steps."""
    side = round(1.5 * tall) | 1
    light = line.astype(np.float32)
    mean = cv2.boxFilter(light, -1, (side, side))
    square = cv2.boxFilter(light * light, -1, (side, side))
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    black = light < mean * (1 + SAUVOLA * (spread / SPREAD - 1))
    return np.asarray(
        cv2.GaussianBlur(np.where(black, 0, 255).astype(np.uint8), (3, 3), 0.7), np.uint8
    )


def _is_empty(line: Pixels) -> bool:
    """Whether a strip has next to no ink."""
    return float((line < 128).any(axis=0).mean()) < LEAST_INK  # noqa: PLR2004 -- the middle
