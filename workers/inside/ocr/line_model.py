"""A second engine for single lines of print or print-like writing: a small network, in OpenCV.

The recogniser of PP-OCRv4 (PaddleOCR, Apache-2.0) as rapidocr-onnxruntime ships it, cut to the
signs below and to half precision; made by ``benchmarks/line_model.py``, see docs/line-model.md. It
knows no spaces to rely on and no ñ: what it is asked is whether it reads the same as Tesseract.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from workers.facts.headers import WordRow
from workers.inside.picture.decoding import Pixels

MODEL: Final = Path(__file__).with_name("lines.onnx")
SIGNS: Final = (
    "'208-7:,13!|;H./*54(6)su9SYFDAPT%\"rq?Jl&xzetbLwih+IBN_MZCoEfUapyngQOkcvWRGd°KXmV#jéÜíÉáÓüúó "
)
"""In the order of the network's outputs; output 0 is «no sign»."""
TALL_PX: Final = 48
"""Height of the lines that the network was trained on."""
LEAST_WIDE_PX: Final = 16
WIDEST_PX: Final = 2400
LEAST_SURE: Final = 0.25


@dataclass(slots=True)
class _Prepared:
    """The network of this process, loaded once in the fork server."""

    net: Any = None


_prepared = _Prepared()


def prepare() -> None:
    """Load the network and run it once; never raises. Without it lines have one engine."""
    try:
        _prepared.net = cv2.dnn.readNetFromONNX(np.fromfile(MODEL, np.uint8))
        read(np.full((TALL_PX, 4 * TALL_PX), 255, np.uint8))
    except (OSError, cv2.error):
        _prepared.net = None


def is_ready() -> bool:
    """Whether the network is there."""
    return _prepared.net is not None


def read(line: Pixels) -> list[WordRow]:
    """Return the signs of a grey picture of one line, in its pixels; none without the network."""
    height, width = line.shape
    wide = round(TALL_PX * width / height)
    if _prepared.net is None or not LEAST_WIDE_PX <= wide <= WIDEST_PX:
        return []
    small = cv2.resize(line, (wide, TALL_PX), interpolation=cv2.INTER_AREA)
    plane = small.astype(np.float32) / np.float32(127.5) - 1
    _prepared.net.setInput(np.ascontiguousarray(np.repeat(plane[None, None], 3, axis=1)))
    sure = _prepared.net.forward()[0]
    best = sure.argmax(axis=1)
    step = width / len(best)
    rows: list[WordRow] = []
    for at, sign in enumerate(best.tolist()):
        if sign == 0 or (at and sign == best[at - 1]) or SIGNS[sign - 1] == " ":
            continue
        if sure[at, sign] >= LEAST_SURE:
            confidence = round(100 * float(sure[at, sign]), 1)
            rows.append(
                (SIGNS[sign - 1], confidence, int(at * step), 0, max(1, round(step)), height)
            )
    return rows
