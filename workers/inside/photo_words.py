"""Text inside a photo: signs, labels, photographed papers. Runs in the sandbox."""

import signal
from collections.abc import Iterator
from typing import Final

import numpy as np

from review_service.domain.documents import PageKind
from workers.facts.frames import write_photo_words
from workers.inside.intake_check import whole
from workers.inside.ocr import engines
from workers.inside.picture import decoding
from workers.sandbox.wire import Frame

READ_SIDE_PX: Final = 1632
"""Longest side that is read: there the engine finds labels and next to nothing on plain photos.
Source: documents page, Tesseract; measured again by benchmarks/ocr.py."""

MOST_PIXELS: Final = 25_000_000
"""Of a page image, which has at most 5,000 a side."""


def read(document: int, *, seconds: float) -> Iterator[Frame]:
    """Yield the words of a page image made by the sandbox before, boxed on the reduced picture."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    picture = decoding.decode(whole(document), most_pixels=MOST_PIXELS)
    luma = np.ascontiguousarray(decoding.fitted(decoding.grey(picture.pixels), READ_SIDE_PX))
    frame = engines.words_frame(1, luma, PageKind.PHOTO)
    height, width = luma.shape
    page_height, page_width = (int(side) for side in picture.pixels.shape[:2])
    yield write_photo_words(frame, size=(width, height), page_size=(page_width, page_height))
    signal.setitimer(signal.ITIMER_PROF, 0)
