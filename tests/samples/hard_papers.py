"""Prior Acuerdos on which people still read a value that OCR easily loses.

«worn»: a coarse, soft, pale scan of a paper that was folded and rubbed. «stamped»: a round stamp,
in colour or black, lies on one of the values. «handwritten»: the values were filled in by pen, in
print letters that lean, float and differ.
"""

import io
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import cv2
import numpy as np
import pikepdf

from tests.samples import old_ink, old_layouts, old_scans
from tests.samples.old_papers import Facts
from tests.samples.old_scans import Pixels, Wear

KINDS: Final = ("worn", "stamped", "handwritten")
DPI: Final = 200
PENS: Final = ((120, 50, 30), (60, 45, 40), (30, 30, 30))
"""Blue, blue-black and black, as blue, green, red."""
STAMP_INKS: Final = (*old_scans.INKS, (70, 110, 40), (50, 50, 50))
FACES: Final = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX_SMALL)


def taken(facts: Facts, *, layout: str, font: str, kind: str, seed: int) -> bytes:
    """Return the scan of a paper, spoilt as its kind says. Raises ``KeyError`` for another kind."""
    rng = np.random.default_rng(seed)
    pdf = old_layouts.typeset(facts, layout=layout, font=font)
    page, wear = _KINDS[kind](pdf, facts, rng)
    worn = old_scans.worn(page, wear, rng)
    with pikepdf.new() as out:
        old_scans.add(out, worn, wear)
        stream = io.BytesIO()
        out.save(stream, deterministic_id=True)
    return stream.getvalue()


def _worn(pdf: bytes, facts: Facts, rng: np.random.Generator) -> tuple[Pixels, Wear]:
    """Rub the ink off in spots, fold the sheet, soften it; scan it coarsely."""
    del facts
    page = old_scans.drawn(pdf, DPI)
    height, width = page.shape[:2]
    grain = cv2.resize(rng.random((height // 3, width // 3)).astype(np.float32), (width, height))
    patchy = cv2.resize(rng.random((height // 70, width // 70)).astype(np.float32), (width, height))
    kept = 1 - np.clip((grain + 0.7 * patchy - 1.05) * 2.4, 0, 0.85)
    for _ in range(2):
        at = int(rng.uniform(0.12, 0.6) * height)
        rows = np.abs(np.arange(height) - at)[:, None] < float(rng.uniform(2, 4))
        kept = np.where(rows, kept * 0.35, kept)
    rubbed = 255 - (255 - page.astype(np.float32)) * kept[:, :, None]
    soft = cv2.GaussianBlur(rubbed, (0, 0), float(rng.uniform(0.6, 1.0)))
    scale = 150 / DPI
    coarse = cv2.resize(soft, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    wear = Wear(
        dpi=150,
        tilt_degrees=float(rng.uniform(0.3, 2.0)),
        noise=float(rng.uniform(6, 10)),
        contrast=float(rng.uniform(0.55, 0.8)),
        paper=(206, 222, 230),
        jpeg_quality=int(rng.integers(45, 70)),
        is_grey=bool(rng.random() < 0.5),
    )
    return np.asarray(np.clip(coarse, 0, 255), np.uint8), wear


def _stamped(pdf: bytes, facts: Facts, rng: np.random.Generator) -> tuple[Pixels, Wear]:
    """Press a stamp on the number, the RUC or the holder; now and then on two of them."""
    wear = Wear(
        dpi=DPI,
        tilt_degrees=float(rng.uniform(0.2, 1.2)),
        is_grey=bool(rng.random() < 0.25),
        contrast=float(rng.uniform(0.7, 0.88)),
        jpeg_quality=int(rng.integers(60, 80)),
    )
    page = old_scans.drawn(pdf, DPI)
    values = (facts.number, facts.ruc, facts.holder)
    for at in rng.permutation(len(values))[: int(rng.integers(1, 3))]:
        spots = _spots(pdf, values[at], page)
        left, top, right, bottom = spots[int(rng.integers(0, len(spots)))][0]
        middle = (
            int(rng.uniform(left, right)),
            int((top + bottom) / 2 + rng.uniform(-110, 110)),
        )
        ink = STAMP_INKS[int(rng.integers(0, len(STAMP_INKS)))]
        page = old_scans.stamped(page, wear, rng, ink, middle_px=middle)
    return page, wear


def _handwritten(pdf: bytes, facts: Facts, rng: np.random.Generator) -> tuple[Pixels, Wear]:
    """Take the printed values out and write them by pen."""
    page = old_scans.drawn(pdf, DPI)
    hand = _Hand(
        pen=PENS[int(rng.integers(0, len(PENS)))],
        face=FACES[int(rng.integers(0, len(FACES)))],
        slant=float(rng.uniform(-0.05, 0.28)),
    )
    for value in (facts.number, facts.ruc, facts.holder):
        for (left, top, right, bottom), part in _spots(pdf, value, page):
            page[top - 3 : bottom + 4, left - 3 : right + 4] = 255
            _write(page, part, (left, top, right, bottom), hand, rng)
    wear = Wear(
        dpi=DPI,
        tilt_degrees=float(rng.uniform(0.2, 1.2)),
        is_grey=bool(rng.random() < 0.5),
        jpeg_quality=int(rng.integers(60, 80)),
    )
    return page, wear


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hand:
    """How somebody writes."""

    pen: tuple[int, int, int]
    face: int
    slant: float
    """Pixels to the right for each pixel up."""


_Spot = tuple[int, int, int, int]
"""Left, top, right and bottom on the drawn page, in pixels."""


def _spots(pdf: bytes, value: str, page: Pixels) -> list[tuple[_Spot, str]]:
    """Return where a value stands on the drawn page, and which part of it."""
    scale, height = DPI / 72, page.shape[0]
    return [
        (
            (
                int(left * scale),
                int(height - top * scale),
                int(right * scale) + 1,
                int(height - bottom * scale) + 1,
            ),
            part,
        )
        for (left, bottom, right, top), part in old_ink.placed(pdf, value)
    ]


def _write(page: Pixels, text: str, spot: _Spot, hand: _Hand, rng: np.random.Generator) -> None:
    """Write a text into a spot, sign by sign; each leans, floats and is as large as it likes."""
    left, top, right, bottom = spot
    step = (right - left) / max(1, len(text))
    tall = min(1.3 * (bottom - top), 2.2 * step)
    across = float(left)
    for sign in text:
        if sign != " ":
            size = (0.84 * step, tall * float(rng.uniform(0.92, 1.08)))
            drawn = _sign(sign, size, hand, rng)
            down = (top + bottom) / 2 + float(rng.normal(0, 0.05)) * tall
            _lay(page, drawn, (across + step / 2, down), hand.pen)
        across += step * float(rng.uniform(0.97, 1.03))


def _sign(sign: str, size: tuple[float, float], hand: _Hand, rng: np.random.Generator) -> Pixels:
    """Return one sign of a width and height as ink, 0 to 255, on a square four times as high."""
    bare, *marks = list(unicodedata.normalize("NFD", sign))
    widest, tall = size
    side = int(4 * tall)
    plate = np.zeros((side * 4, side * 4), np.uint8)
    thick = max(4, round(tall * 4 * float(rng.uniform(0.075, 0.1))))
    (wide, high), _ = cv2.getTextSize(bare, hand.face, tall * 4 / 24, thick)
    at = ((plate.shape[1] - wide) // 2, (plate.shape[0] + high) // 2)
    cv2.putText(plate, bare, at, hand.face, tall * 4 / 24, 255, thick, cv2.LINE_AA)
    if marks:
        start = (plate.shape[1] // 2 - wide // 5, at[1] - high - 2 * thick)
        cv2.line(plate, start, (start[0] + wide // 2, start[1] - thick), 255, thick)
    squeezed = min(1.0, widest * 4 / max(1, wide))
    turn = cv2.getRotationMatrix2D(
        (plate.shape[1] / 2, plate.shape[0] / 2), float(rng.normal(0, 3)), 1
    )
    lean = hand.slant + float(rng.normal(0, 0.03))
    turn[0] *= squeezed
    turn[0, 1] -= lean
    turn[0, 2] += lean * plate.shape[0] / 2 + (1 - squeezed) * plate.shape[1] / 2
    bent = cv2.warpAffine(plate, turn, plate.shape[::-1])
    return np.asarray(cv2.resize(bent, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def _lay(page: Pixels, ink: Pixels, middle: tuple[float, float], pen: tuple[int, int, int]) -> None:
    """Lay ink of a colour on the page around a place, as far as the page goes."""
    side = ink.shape[0]
    left, top = round(middle[0] - side / 2), round(middle[1] - side / 2)
    height, width = page.shape[:2]
    rows = slice(max(0, top), min(height, top + side))
    columns = slice(max(0, left), min(width, left + side))
    share = ink[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    strength = (share.astype(np.float32) / 255)[:, :, None]
    part = page[rows, columns]
    part[:] = np.clip(part * (1 - strength) + np.asarray(pen) * strength, 0, 255).astype(np.uint8)


_KINDS: Final[Mapping[str, Callable[[bytes, Facts, np.random.Generator], tuple[Pixels, Wear]]]] = (
    MappingProxyType({"worn": _worn, "stamped": _stamped, "handwritten": _handwritten})
)
