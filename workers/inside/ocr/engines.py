"""Reads the words of a page from grey pixels with one of two OCR engines.

tesserocr runs inside the sandbox and starts no program. pytesseract starts ``tesseract``, which
the sandbox forbids: it gets pixels that the sandbox made and runs under its own limits.
"""

import csv
import io
import os
import resource
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
import pytesseract

from review_service.domain.documents import PageKind
from workers.facts.frames import GreyPicture, write_grey, write_unread, write_words
from workers.facts.headers import WordRow
from workers.inside.picture.decoding import Pixels
from workers.sandbox.wire import Frame

LANGUAGE: Final = "spa"
OCR_DPI: Final = 200
PAGE_SEGMENTATION: Final = 3
"""Tesseract's fully automatic layout."""
TESSDATA_PLACES: Final = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
)
WORD_LEVEL: Final = "5"
LEAST_MARK_CONFIDENCE: Final = 60.0
"""Marks that stand alone need so much, 0 to 100. Source: benchmarks/pipeline.py, where half of all
wrong characters of a worn scan were specks read as marks, none of them surer."""
MEBIBYTE: Final = 1024 * 1024
PROGRAM_BYTES: Final = 1024 * MEBIBYTE
"""Address space of the ``tesseract`` program; it needs about 15 bytes a pixel and its model."""


class EngineName(StrEnum):
    """What ``OCR_ENGINE`` may say."""

    AUTO = "auto"
    TESSEROCR = "tesserocr"
    PYTESSERACT = "pytesseract"


class OcrMissingError(RuntimeError):
    """No engine, or no Spanish model, on this machine."""


@dataclass(slots=True)
class _Prepared:
    """The engine of this process, set once in the fork server."""

    name: EngineName | None = None
    read: Callable[[Pixels], list[WordRow]] | None = None


_prepared = _Prepared()


def tessdata() -> str:
    """Return the folder of the Spanish model. Raises ``OcrMissingError``."""
    for place in (os.environ.get("TESSDATA_PREFIX", ""), *TESSDATA_PLACES):
        if place and (Path(place) / f"{LANGUAGE}.traineddata").is_file():
            return place
    raise OcrMissingError("instale tesseract-ocr-spa o indique TESSDATA_PREFIX")


def prepare() -> None:
    """Load the engine that ``OCR_ENGINE`` names, before the walls stand; never raises."""
    wanted = EngineName(os.environ.get("OCR_ENGINE") or EngineName.AUTO)
    try:
        folder = tessdata()
        if wanted is not EngineName.PYTESSERACT:
            _prepared.read = tesserocr_reader(folder)
            _prepared.name = EngineName.TESSEROCR
            return
        _prepared.name = EngineName.PYTESSERACT
    except OcrMissingError:
        _prepared.name = None
    except ImportError:
        _prepared.name = EngineName.PYTESSERACT if wanted is EngineName.AUTO else None


def engine_name() -> str:
    """Return the engine that ``prepare`` loaded; empty when there is none."""
    return _prepared.name.value if _prepared.name else ""


def reader() -> Callable[[Pixels], list[WordRow]] | None:
    """Return the function that reads grey pixels here; None when a program must be started."""
    return _prepared.read


def tesserocr_reader(
    folder: str, *, segmentation: int = PAGE_SEGMENTATION
) -> Callable[[Pixels], list[WordRow]]:
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


def pytesseract_read(pixels: Pixels, *, folder: str, timeout_seconds: float) -> list[WordRow]:
    """Run the program on a raw file of the pixels. Raises ``RuntimeError`` after the timeout."""
    with tempfile.TemporaryDirectory(prefix="ocr-") as scratch:
        path = Path(scratch) / "page.pgm"
        height, width = pixels.shape
        path.write_bytes(b"P5 %d %d 255\n" % (width, height) + pixels.tobytes())
        table = pytesseract.image_to_data(
            str(path),
            lang=LANGUAGE,
            config=f"--tessdata-dir {folder} --psm {PAGE_SEGMENTATION} --dpi {OCR_DPI}",
            timeout=timeout_seconds,
        )
    return _rows(table)


def _rows(table: str) -> list[WordRow]:
    """Read Tesseract's TSV."""
    rows = []
    for line in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (line["text"] or "").strip()
        confidence = round(float(line["conf"]), 1)
        if line["level"] == WORD_LEVEL and text and not is_speck(text, confidence):
            box = (int(line[side]) for side in ("left", "top", "width", "height"))
            left, top, width, height = box
            rows.append((text, confidence, left, top, width, height))
    return rows


def is_speck(text: str, confidence: float) -> bool:
    """Whether a word has no letter or digit and too little confidence: a stain on the paper."""
    return confidence < LEAST_MARK_CONFIDENCE and not any(sign.isalnum() for sign in text)


def words_frame(number: int, pixels: Pixels, kind: PageKind) -> Frame:
    """Return the words of a page, or its pixels for the engine that can't work in here."""
    if kind is PageKind.BLANK:
        return write_words(number, [])
    if _prepared.read is not None:
        return write_words(number, _prepared.read(pixels))
    if _prepared.name is EngineName.PYTESSERACT:
        height, width = pixels.shape
        grey = GreyPicture(width=width, height=height, pixels=pixels.tobytes())
        return write_grey(number, grey)
    return write_unread(number)


def run_program(
    document: int, *, number: int, width: int, height: int, timeout_seconds: float
) -> Iterator[Frame]:
    """Read grey pixels with pytesseract. Runs in an unwalled child that may start the program.

    The child leads a process group of its own, which is ended as a whole.
    """
    resource.setrlimit(resource.RLIMIT_AS, (PROGRAM_BYTES, PROGRAM_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    seconds = int(timeout_seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    raw = os.pread(document, width * height, 0)
    pixels = np.frombuffer(raw, np.uint8).reshape(height, width)
    try:
        rows = pytesseract_read(pixels, folder=tessdata(), timeout_seconds=timeout_seconds)
        yield write_words(number, rows)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)
