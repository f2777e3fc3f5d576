"""How light the paper is in and around each word, and how dark its ink. Runs in the sandbox.

A value that was pasted into a scan or drawn over it stands on paper of its own.
"""

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np

from workers.facts.headers import SHAPE_DOUBT, ToneRow, WordRow
from workers.inside.picture.decoding import Pixels

INK_LUMA: Final = 40
"""Luma units below the paper around it from which a pixel is ink."""
NEAR_INK_PX: Final = 5
"""Paper so near to ink is left out: a scanner blurs it."""
SMALLER: Final = 8
LEVEL_SIDE: Final = 15
"""Side of the median over the reduced page that gives the level of the paper."""
MARGIN_PX: Final = 2
WIDER: Final = 0.3
"""Of a word's height: the margin of one whose own box holds too little paper, such as a digit."""
AROUND: Final = 1.2
"""Of a word's height: how far around it the other paper is looked at."""
LEAST_PIXELS: Final = 80
INK_PERCENTILE: Final = 4
PAPER_PERCENTILE: Final = 90
FAINT_LUMA: Final = 32
"""Between ink and paper, luma units: OCR reads fainter print on a page that has no other, people
overlook it. A forger may count on that. Of 2,926 words on 40 sample scans, worn and faded, one is
fainter; 99 of 100 on faded ones have 64."""
FAINT_CONFIDENCE: Final = SHAPE_DOUBT
"""The most that a word in such print has, 0 to 100: in doubt."""


def measured(grey: Pixels, words: Sequence[WordRow]) -> list[ToneRow | None]:
    """Return for each word how much lighter its paper is than that around it, and its ink's luma.

    ``grey`` is the page on which the words are boxed. None where too little paper is seen.
    """
    if min(grey.shape) < SMALLER * LEVEL_SIDE:
        return [None] * len(words)
    height, width = grey.shape
    small = cv2.resize(grey, (width // SMALLER, height // SMALLER), interpolation=cv2.INTER_AREA)
    level = cv2.resize(cv2.medianBlur(small, LEVEL_SIDE), (width, height)).astype(np.int16)
    ink = (grey.astype(np.int16) < level - INK_LUMA).astype(np.uint8)
    paper = cv2.dilate(ink, np.ones((NEAR_INK_PX, NEAR_INK_PX), np.uint8)) == 0
    return [
        _tone(grey, paper, row, MARGIN_PX) or _tone(grey, paper, row, round(row[5] * WIDER))
        for row in words
    ]


def faint_doubted(grey: Pixels, words: Sequence[WordRow]) -> list[WordRow]:
    """Return the words; one whose ink is hardly darker than its paper has little confidence."""
    return [row if _depth(grey, row) >= FAINT_LUMA else _doubted(row) for row in words]


def _doubted(row: WordRow) -> WordRow:
    text, confidence, left, top, width, height = row
    return text, min(confidence, FAINT_CONFIDENCE), left, top, width, height


def _depth(grey: Pixels, row: WordRow) -> float:
    """Return how much darker the ink of a word is than its paper, luma units."""
    _, _, left, top, width, height = row
    pixels = grey[max(0, top) : top + height, max(0, left) : left + width]
    if not pixels.size:
        return float(FAINT_LUMA)
    shares = np.cumsum(np.bincount(pixels.ravel(), minlength=256)) * (100 / pixels.size)
    dark, light = np.searchsorted(shares, (INK_PERCENTILE, PAPER_PERCENTILE))
    return float(light - dark)


def _tone(
    grey: Pixels,
    paper: Any,  # noqa: ANN401 -- a mask
    row: WordRow,
    margin: int,
) -> ToneRow | None:
    _, _, left, top, width, height = row
    reach = round(height * AROUND)
    first, last = max(0, top - reach), top + height + reach
    start, end = max(0, left - reach), left + width + reach
    around = paper[first:last, start:end].copy()
    inner = (
        slice(max(0, top - margin - first), top + height + margin - first),
        slice(max(0, left - margin - start), left + width + margin - start),
    )
    pixels = grey[first:last, start:end]
    own = pixels[inner][around[inner]]
    around[inner] = False
    others = pixels[around]
    if own.size < LEAST_PIXELS or others.size < LEAST_PIXELS:
        return None
    dark = float(np.percentile(pixels[inner], INK_PERCENTILE))
    return round(float(own.mean() - others.mean()), 3), round(dark, 1)
