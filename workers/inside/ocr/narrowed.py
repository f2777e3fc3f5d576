"""Reads a long page narrower than it is, where its letters leave room. Runs in the sandbox.

The engine scales each line to one height and walks along it, so that what a line takes grows with
its length. Letters of clear print that are narrowed by a seventh are read as well, in a sixth less
time. Not so where strokes stand close already, as in small or condensed type, nor where print is
worn or written by hand: there lines and values are lost. So short pages, which cost little and are
mostly forms, are read as they are, a long page that was not read surely is read once more, and so
is each doubtful word of one that was.
"""

import signal
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

import cv2
import numpy as np

from review_service.domain.prior_comparison import ACCUSING_CONFIDENCE
from workers.facts.headers import WordRow
from workers.inside.ocr.engines import Reader
from workers.inside.picture.decoding import Pixels

WIDTH_SHARE: Final = 0.85
"""Width of the page given to the engine, as a share of the page's own width. Calibrated, as all
here: benchmarks/page_widths.py."""
SAMPLED_ROWS: Final = 12
"""One in so many rows of the page is asked for strokes."""
LEAST_STROKES: Final = 3800
"""Of a long page, in its sampled rows at 200 dpi: one of 250 words and a form have 1,000 to 3,300,
one of 400 words of prose 4,300."""
LEAST_SPACING_PX: Final = 8.5
"""Mean distance between strokes of a page that may be narrowed, at 200 dpi. A face of 11 points has
8.6 to 12, one of 8 points that is not typewritten 6.6 to 8.5."""
LIGHTEST_STROKE: Final = 210
"""Luma of the middle of a stroke at most; the paper is white by now."""
FAR_PX: Final = 30
"""Strokes further apart have a space between them."""
MOST_STROKES_A_WORD: Final = 18
"""Prose has 11 to 13. More is a pattern behind a form, or lines that the engine did not find."""
DOUBTED_BELOW: Final = 75.0
"""Confidence, 0 to 100, below which a word was not read surely."""
MOST_REREAD: Final = ACCUSING_CONFIDENCE - 1
"""Confidence that a word read again alone has at most: it matches or says nothing, and is no key,
as with every second reading (ADR 67)."""
MOST_DOUBTED_SHARE: Final = 0.02
"""Share of the words of a clear page; clear prose has 0.002 to 0.007, worn papers 0.03 to 0.2."""
LEAST_WORD: Final = 2
"""Letters; a lone sign says little."""
AGAIN: Final = 2.0
"""Times what the first reading took: a second one at the whole width takes 1.2, and more of doubt.
Where the page's share of time leaves less, the first one stands, its doubtful words in doubt."""
MOST_OTHER_LETTERS: Final = 1
"""By which a word read again may be longer or shorter; edges of boxes are told too badly for it."""
PADDING: Final = 0.35
"""Of its height: how much of the page is read with a word, on each side."""


class Strokes(NamedTuple):
    """The strokes of print in the sampled rows of a page."""

    number: int
    spacing: float
    """Mean distance from one to the next within a word, in pixels; 0 where there is none."""


def narrowed(read: Reader, read_line: Reader) -> Reader:
    """Return a reader of grey pages that gives ``read`` narrower ones; boxes fit the page.

    ``read_line`` reads a part of one line, at its whole width, where a word was in doubt.
    """

    def read_page(pixels: Pixels) -> list[WordRow]:
        found = strokes(pixels)
        if found.number < LEAST_STROKES or found.spacing < LEAST_SPACING_PX:
            return read(pixels)
        height, width = pixels.shape
        narrow = max(1, round(width * WIDTH_SHARE))
        narrow_page = cv2.resize(pixels, (narrow, height), interpolation=cv2.INTER_LINEAR)
        before = time.process_time()
        rows = [_widened(row, width / narrow) for row in read(np.asarray(narrow_page, np.uint8))]
        if not _is_clear(rows, found.number):
            return read(pixels) if _may_take(AGAIN * (time.process_time() - before)) else rows
        return [
            word
            for at, row in enumerate(rows)
            for word in (_reread_word(pixels, rows, at, read_line) if _is_doubted(row) else [row])
        ]

    return read_page


def strokes(pixels: Pixels) -> Strokes:
    """Return how many strokes a grey page has in its sampled rows, and how close they stand.

    A stroke is where a row is darkest between two lighter places, so that letters whose ink runs
    together are still told apart.
    """
    lines = np.ascontiguousarray(pixels[::SAMPLED_ROWS])
    if not lines.size or lines.shape[1] < FAR_PX:
        return Strokes(number=0, spacing=0.0)
    soft = cv2.GaussianBlur(lines, (5, 1), 0.9)
    middle = soft[:, 1:-1]
    is_stroke = (middle < soft[:, :-2]) & (middle <= soft[:, 2:]) & (middle < LIGHTEST_STROKE)
    at, columns = np.nonzero(is_stroke)
    apart = np.diff(columns)[np.diff(at) == 0]
    near = apart[apart < FAR_PX]
    return Strokes(number=len(columns), spacing=float(near.mean()) if near.size else 0.0)


def _may_take(cpu_s: float) -> bool:
    """Whether so many CPU seconds are left before the kernel ends this step."""
    left, _ = signal.getitimer(signal.ITIMER_PROF)
    return not left or left > cpu_s  # 0: no end is set


def _is_clear(rows: Sequence[WordRow], strokes_found: int) -> bool:
    """Whether the words of a page were read surely, and are as many as its strokes let expect."""
    words = sum(len(text) >= LEAST_WORD for text, *_ in rows)
    is_whole = strokes_found <= MOST_STROKES_A_WORD * len(rows)
    return is_whole and sum(map(_is_doubted, rows)) <= MOST_DOUBTED_SHARE * words


def _is_doubted(row: WordRow) -> bool:
    text, confidence, *_ = row
    return len(text) >= LEAST_WORD and confidence < DOUBTED_BELOW


def _reread_word(
    pixels: Pixels, rows: Sequence[WordRow], at: int, read_line: Reader
) -> list[WordRow]:
    """Return what stands at a word's place, read at its whole width between its neighbours.

    The word itself where that reading is no surer, or is of a part of it or of its neighbour too.
    """
    word = rows[at]
    _, confidence, left, top, wide, high = word
    near = rows[max(0, at - 1) : at + 2]
    beside = [row for row in near if row is word or abs(row[3] - top) < high]
    pad = round(PADDING * high)
    start, above = max(0, min(row[2] for row in beside) - pad), max(0, top - pad)
    end = max(row[2] + row[4] for row in beside) + pad
    part = np.ascontiguousarray(pixels[above : top + high + pad, start:end])
    found = [
        (text, min(sure, MOST_REREAD), start + x, above + y, across, down)
        for text, sure, x, y, across, down in (read_line(part) if part.size else ())
        if left <= start + x + across / 2 < left + wide
    ]
    letters = sum(len(row[0]) for row in found)
    is_whole = abs(letters - len(word[0])) <= MOST_OTHER_LETTERS
    is_surer = bool(found) and min(row[1] for row in found) > confidence
    return found if is_whole and is_surer else [word]


def _widened(row: WordRow, across: float) -> WordRow:
    text, confidence, left, top, wide, high = row
    start, end = round(left * across), round((left + wide) * across)
    return text, confidence, start, top, max(1, end - start), high
