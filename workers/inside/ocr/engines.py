"""Reads the words of a page from grey pixels with tesserocr, inside the sandbox.

An engine that starts a program has no place here: the sandbox forbids it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from review_service.domain.documents import PageKind
from workers.facts.frames import write_unread, write_words
from workers.facts.headers import WordRow
from workers.inside.picture.decoding import Pixels
from workers.sandbox.wire import Frame

Reader = Callable[[Pixels], list[WordRow]]
"""Reads the words of grey pixels, boxed on them."""

LANGUAGE: Final = "spa"
OCR_DPI: Final = 200
PAGE_SEGMENTATION: Final = 3
"""Tesseract's fully automatic layout."""
ONE_LINE: Final = 7
"""Tesseract's segmentation of a single line of text."""
TESSDATA_PLACES: Final = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
)
LEAST_MARK_CONFIDENCE: Final = 60.0
"""Marks that stand alone need so much, 0 to 100. Source: benchmarks/pipeline.py, where half of all
wrong characters of a worn scan were specks read as marks, none of them surer."""


class EngineName(StrEnum):
    """The engines that work behind the walls."""

    TESSEROCR = "tesserocr"


class OcrMissingError(RuntimeError):
    """No engine, or no Spanish model, on this machine."""


@dataclass(slots=True)
class _Prepared:
    """The engine of this process, set once in the fork server."""

    name: EngineName | None = None
    read: Reader | None = None
    read_line: Reader | None = None


_prepared = _Prepared()


def tessdata() -> str:
    """Return the folder of the Spanish model. Raises ``OcrMissingError``."""
    for place in (os.environ.get("TESSDATA_PREFIX", ""), *TESSDATA_PLACES):
        if place and (Path(place) / f"{LANGUAGE}.traineddata").is_file():
            return place
    raise OcrMissingError("instale tesseract-ocr-spa o indique TESSDATA_PREFIX")


def prepare() -> None:
    """Load the engine before the walls stand; never raises. Without one pages stay unread."""
    try:
        _prepared.read = tesserocr_reader(tessdata())
        _prepared.read_line = tesserocr_reader(tessdata(), segmentation=ONE_LINE)
        _prepared.name = EngineName.TESSEROCR
    except (OcrMissingError, ImportError):
        _prepared.name = None


def engine_name() -> str:
    """Return the engine that ``prepare`` loaded; empty when there is none."""
    return _prepared.name.value if _prepared.name else ""


def reader() -> Reader | None:
    """Return the function that reads grey pixels; None where there is no engine."""
    return _prepared.read


def line_reader() -> Reader | None:
    """Return the function that reads the grey pixels of one line; None without an engine."""
    return _prepared.read_line


def tesserocr_reader(folder: str, *, segmentation: int = PAGE_SEGMENTATION) -> Reader:
    """Return a reader in this process. Raises ``ImportError`` where tesserocr is not installed."""
    import tesserocr  # noqa: PLC0415 -- optional: its wheel does not exist everywhere

    api = tesserocr.PyTessBaseAPI(path=folder, lang=LANGUAGE, psm=segmentation)
    # tesserocr names /dev/null here, which is opened at the first message: not inside the sandbox,
    # where the engine then falls. A child's standard error already leads nowhere.
    api.SetVariable("debug_file", "")

    def read(pixels: Pixels) -> list[WordRow]:
        height, width = pixels.shape
        api.SetImageBytes(pixels.tobytes(), width, height, 1, width)
        api.SetSourceResolution(OCR_DPI)
        api.Recognize()
        rows = []
        for word in tesserocr.iterate_level(api.GetIterator(), tesserocr.RIL.WORD):
            box = word.BoundingBox(tesserocr.RIL.WORD)
            text = word.GetUTF8Text(tesserocr.RIL.WORD) if box else ""
            confidence = round(float(word.Confidence(tesserocr.RIL.WORD)), 1) if box else 0.0
            if text.strip() and not is_speck(text, confidence):
                left, top, right, bottom = box
                rows.append((text.strip(), confidence, left, top, right - left, bottom - top))
        api.Clear()
        return rows

    return read


def is_speck(text: str, confidence: float) -> bool:
    """Whether a word has no letter or digit and too little confidence: a stain on the paper."""
    return confidence < LEAST_MARK_CONFIDENCE and not any(sign.isalnum() for sign in text)


def words_frame(number: int, pixels: Pixels, kind: PageKind) -> Frame:
    """Return the words of a page; one that no engine can read is unread."""
    if kind is PageKind.BLANK:
        return write_words(number, [])
    if _prepared.read is not None:
        return write_words(number, _prepared.read(pixels))
    return write_unread(number)
