"""Numbers of which a part was rubbed off: pale strokes that no engine sees. Runs in the sandbox.

An 8 whose left half is pale reads as a 3, surely and by both engines. With its pale ink made dark
it is an 8 again. A number that reads otherwise then may still be the right one, but accuses nobody.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from review_service.domain.prior_comparison import ACCUSING_CONFIDENCE
from workers.facts.headers import WordRow
from workers.inside.ocr.engines import Reader
from workers.inside.picture.decoding import Pixels

OfValues = Callable[[Sequence[WordRow]], Iterable[WordRow]]
"""Of the words of a page those of which a value may be made."""

RUBBED_CONFIDENCE: Final = ACCUSING_CONFIDENCE - 1
"""The most that such a number has, 0 to 100: it matches, or says nothing."""
LEAST_DIGITS: Final = 3
CHECKED_DIGITS: Final = 10
"""A cédula has so many and a RUC more, and nothing else beside them."""
MOST_ASKED: Final = 16
"""Numbers of a page that are read again. One reading takes some 12 ms of CPU."""
INK_DEPTH: Final = 0.2
"""Between the paper and the darkest ink of a number, 0 to 1, from where it is ink."""
DARK_DEPTH: Final = 0.55
"""From where ink is dark."""
DIGIT_WIDTH: Final = 0.6
"""Of the height of the digits."""
LEAST_PALE: Final = 0.47
"""Of the ink within the width of one digit, the part that is not dark: the edges alone make 0.4 to
0.5. A number with less is not read again."""
MUCH_INK: Final = 0.6
"""Of the ink that the fuller digits have: between two digits there is less."""
DARKENED: Final = ((0.12, 0.35, 75.0), (0.08, 0.25, 85.0))
"""Depths that become paper and full ink, and how sure the reading has to be. The second also makes
noise to ink. Chosen on 1,092 drawn numbers, ADR 67."""
SMOOTHED_PX: Final = 0.8
MARGIN_PX: Final = 2
BORDER_PX: Final = 20
LARGER: Final = 2
DARK_PERCENTILE: Final = 4
PAPER_PERCENTILE: Final = 85

_Depth = NDArray[np.floating[Any]]


def doubted(
    grey: Pixels, words: Sequence[WordRow], read: Reader, of_values: OfValues
) -> list[WordRow]:
    """Return the words; a number that reads otherwise with its pale ink made dark has less.

    ``grey`` is the page on which the words are boxed, ``read`` reads one line. What has a check
    digit, and what is not ``of_values``, is not looked at.
    """
    found = list(words)
    pale = [
        index
        for index, row in enumerate(words)
        if _may_mislead(row) and pale_share(_depth(grey, row), row[0]) >= LEAST_PALE
    ]
    told = set(of_values(words)) if pale else set()
    for index in [index for index in pale if words[index] in told][:MOST_ASKED]:
        row = words[index]
        if _reads_otherwise(_depth(grey, row), row[0], read):
            found[index] = (row[0], RUBBED_CONFIDENCE, *row[2:])
    return found


def _may_mislead(row: WordRow) -> bool:
    text, confidence, *_ = row
    is_checked = len(text) >= CHECKED_DIGITS and text.strip(".,:;-").isdigit()
    return (
        confidence >= ACCUSING_CONFIDENCE
        and not is_checked
        and len(_digits(text)) >= LEAST_DIGITS
    )  # fmt: skip


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _depth(grey: Pixels, row: WordRow) -> _Depth:
    """Return how far each pixel of a word is from its paper, 0, to its darkest ink, 1."""
    _, _, left, top, width, height = row
    part = grey[
        max(0, top - MARGIN_PX) : top + height + MARGIN_PX,
        max(0, left - MARGIN_PX) : left + width + MARGIN_PX,
    ]
    if not part.size:
        return np.zeros((1, 1), np.float32)
    smooth = cv2.GaussianBlur(part.astype(np.float32), (0, 0), SMOOTHED_PX)
    dark, paper = np.percentile(smooth, (DARK_PERCENTILE, PAPER_PERCENTILE))
    return np.asarray((paper - smooth) / max(1.0, float(paper - dark)), np.float32)


def pale_share(depth: _Depth, text: str) -> float:
    """Return the most that is not dark of the ink within the width of one digit, 0 to 1."""
    first = next((at for at, sign in enumerate(text) if sign.isdigit()), 0)
    digits = depth[:, first * depth.shape[1] // max(1, len(text)) :]  # letters have thin strokes
    inked = np.flatnonzero((digits > DARK_DEPTH).sum(axis=1) > 1)
    if not inked.size:
        return 0.0
    digits = digits[inked[0] : inked[-1] + 1]
    window = np.ones(min(digits.shape[1], max(3, round(digits.shape[0] * DIGIT_WIDTH))))
    ink, dark = (
        np.convolve((digits > least).sum(axis=0), window, "valid")
        for least in (INK_DEPTH, DARK_DEPTH)
    )
    full = ink >= max(1.0, MUCH_INK * float(np.percentile(ink, 75)))
    return float((1 - dark[full] / ink[full]).max()) if full.any() else 0.0


def _reads_otherwise(depth: _Depth, text: str, read: Reader) -> bool:
    """Whether as many digits are read surely, and others, once pale ink is made dark."""
    known = _digits(text)
    for paper, ink, least in DARKENED:
        rows = [row for row in read(_darkened(depth, paper, ink)) if _digits(row[0])]
        told = "".join(_digits(row[0]) for row in rows)
        if told != known and len(told) == len(known) and min(row[1] for row in rows) >= least:
            return True
    return False


def _darkened(depth: _Depth, paper: float, ink: float) -> Pixels:
    light = 255 * (1 - np.clip((depth - paper) / (ink - paper), 0, 1))
    larger = cv2.resize(light, None, fx=LARGER, fy=LARGER, interpolation=cv2.INTER_CUBIC)
    pixels = np.clip(larger, 0, 255).astype(np.uint8)
    return np.pad(pixels, BORDER_PX, constant_values=255)
