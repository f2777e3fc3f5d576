"""Digits whose shape contradicts what OCR read: a letter O among zeros, a letter I among ones.

An engine that expects digits reads «2O19» as 2019, and is sure of it. A forger may count on that;
so a zero much wider than the other zeros of its word makes the word doubtful. Runs in the sandbox.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.facts.headers import SHAPE_DOUBT, WordRow
from workers.inside.picture.decoding import Pixels

DOUBT_CONFIDENCE: Final = SHAPE_DOUBT
"""The most that a word with such a digit has, 0 to 100."""
WIDE_ZERO: Final = 1.2
"""Width of a doubtful zero by that of the others. A capital O is 1.25 to 1.5 zeros wide; a zero is
up to 1.15 in a scan of 150 dpi. Calibrated: benchmarks/prior_agreement.py."""
WIDE_ON_PAGE: Final = 1.12
EVEN_SIDES: Final = 0.795
"""How much a sign shares with its mirror pictures, 0 to 1. A capital I is the same from all sides;
a one has its flag on the left: 95 of 100 lie below 0.78. Measured on 611 ones of 80 scans."""
SLENDER: Final = 0.2
STOUT: Final = 0.42
"""Width by height: a capital I is a mere stroke, or as wide as its serifs; a one lies between."""
LEAST_TALL_PX: Final = 18
"""Of a one that is judged: in smaller print it is three to five pixels wide, and its flag is one.
About 9 points at 200 dpi."""
ROUND: Final = 0.82
"""Width by height from which a zero may be an O. Measured: letters 0.88 to 1.05, zeros to 0.8."""
EVEN_ROUND: Final = 0.56
"""An O is also even; what is not is two signs that touch."""
MORE_EVEN: Final = 0.19
"""Than the ones of its word and of the page; in bold and in a blur ones are more even too."""
TOUCHING: Final = 1.9
"""Wider still are two signs that touch."""
WIDE_PAIR: Final = 1.6
"""Of the usual sign: what is so wide may be two."""
WIDER_THAN_TALL: Final = 1.2
"""No digit and no O is."""
INK_DEPTHS: Final = (0.5, 0.65, 0.8, 0.9, 0.36, 0.24)
"""Between the darkest ink and the paper, 0 to 1: signs with thin strokes hold together higher up,
signs that blur into one another part deeper."""
TALL_SHARE: Final = 0.6
"""Of the tallest sign: lower ones are stops, hyphens and accents."""
TALL_MARKS: Final = frozenset("/()[]|&%$")
LEAST_DIGITS: Final = 2
MOST_WORDS: Final = 400
LEAST_SAMPLES: Final = 4


_Shape = tuple[int, int, float]
"""Width, height, and how even its sides are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Digit:
    """One digit as it stands on the paper."""

    row: int
    sign: str
    width: int
    height: int
    evenness: float

    @property
    def share(self) -> float:
        return self.width / self.height


def doubted(pixels: Pixels, rows: Sequence[WordRow]) -> list[WordRow]:
    """Return the words, those with a digit of a wrong shape with little confidence."""
    words = [
        index for index, row in enumerate(rows) if sum(map(str.isdigit, row[0])) >= LEAST_DIGITS
    ][:MOST_WORDS]
    digits = [digit for index in words for digit in _digits(pixels, rows[index], index)]
    usual = {
        sign: statistics.median(facts)
        for sign in "01"
        if len(facts := [_telling(digit) for digit in digits if digit.sign == sign])
        >= LEAST_SAMPLES
    }
    wrong = {
        digit.row
        for digit in digits
        if _is_wrong(digit, [d for d in digits if d.row == digit.row], usual.get(digit.sign))
    }
    # the same number at the foot of the page is no second witness
    texts = {rows[index][0] for index in wrong}
    return [
        (row[0], min(row[1], DOUBT_CONFIDENCE), *row[2:]) if row[0] in texts else row
        for row in rows
    ]


def _is_wrong(digit: _Digit, word: Sequence[_Digit], usual: float | None) -> bool:
    """Whether a digit stands out from the same digits of its word and of the page."""
    if digit.sign == "1":
        ones = [other.evenness for other in word if other is not digit and other.sign == "1"]
        uneven = max([*ones, usual]) if usual is not None else 1.0
        is_stroke = not SLENDER < digit.share < STOUT
        is_large = digit.height >= LEAST_TALL_PX
        return is_large and is_stroke and digit.evenness > max(EVEN_SIDES, uneven + MORE_EVEN)
    if digit.sign != "0" or digit.share < ROUND or digit.evenness < EVEN_ROUND:
        return False
    others = [other.width for other in word if other is not digit and other.sign == "0"]
    others = others or [other.width for other in word if other.sign not in "01"]
    if not others or (usual and digit.share < WIDE_ON_PAGE * usual):
        return False
    return WIDE_ZERO < digit.width / statistics.median(others) < TOUCHING


def _telling(digit: _Digit) -> float:
    """Return what tells this digit from the letter that looks like it."""
    return digit.evenness if digit.sign == "1" else digit.share


def _digits(pixels: Pixels, row: WordRow, index: int) -> Iterator[_Digit]:
    """Yield the digits of a word whose signs stand apart; from its end when others touch."""
    text, _, left, top, width, height = row
    part = pixels[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1]
    signs = [sign for sign in text if sign.isalnum() or sign in TALL_MARKS]
    shapes = _fitting(part, len(signs)) if part.size else []
    if len(shapes) != len(signs):
        last = next(
            (at for at, sign in enumerate(reversed(signs)) if not sign.isdigit()), len(signs)
        )
        if last < LEAST_DIGITS or len(shapes) < last:
            return
        signs, shapes = signs[-last:], shapes[-last:]
    for sign, (across, down, evenness) in zip(signs, shapes, strict=True):
        if sign.isdigit():
            yield _Digit(row=index, sign=sign, width=across, height=down, evenness=evenness)


def _fitting(part: Pixels, count: int) -> list[_Shape]:
    """Return as many signs as asked, if some depth of ink parts them so."""
    for depth in INK_DEPTHS:
        shapes = _shapes(part, depth)
        if len(shapes) == count:
            return shapes
    fewer = (shapes for depth in INK_DEPTHS if len(shapes := _shapes(part, depth)) < count)
    return _parted(next(fewer, []), count)


def _parted(shapes: list[_Shape], count: int) -> list[_Shape]:
    """Part the widest shapes in two, where signs touch, until there are as many as asked."""
    parted = list(shapes)
    usual = statistics.median(shape[0] for shape in shapes) if shapes else 0
    while 0 < len(parted) < count:
        at = max(range(len(parted)), key=lambda place: parted[place][0])
        width, height, _ = parted[at]
        if width < WIDE_PAIR * usual and width < WIDER_THAN_TALL * height:
            break
        parted[at : at + 1] = [(width // 2, height, 0.0), (width - width // 2, height, 0.0)]
    return parted


def _shapes(part: Pixels, depth: float) -> list[_Shape]:
    """Return the tall signs, as columns of paper part them."""
    dark, light = int(part.min()), float(np.percentile(part, 90))
    ink = part < dark + (light - dark) * depth
    columns = np.concatenate(([0], ink.any(axis=0).astype(np.int8), [0]))
    edges = np.flatnonzero(np.diff(columns))
    found = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        rows = np.flatnonzero(ink[:, start:end].any(axis=1))
        height = int(rows[-1] - rows[0]) + 1
        sign = ink[rows[0] : rows[-1] + 1, start:end]
        found.append((int(end - start), height, _evenness(sign)))
    tallest = max((shape[1] for shape in found), default=0)
    return [shape for shape in found if shape[1] >= TALL_SHARE * tallest]


def _evenness(ink: NDArray[np.bool_]) -> float:
    """Return how much of a sign lies over its mirror pictures, 0 to 1: the least of three."""
    upper = ink[: max(1, ink.shape[0] // 2)]
    return min(_shared(ink, ink[:, ::-1]), _shared(ink, ink[::-1]), _shared(upper, upper[:, ::-1]))


def _shared(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return float(np.count_nonzero(one & other)) / max(1, int(np.count_nonzero(one | other)))
