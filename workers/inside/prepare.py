"""Loads and runs every parser before the sandbox closes, where a later import would fail."""

import codecs
import ctypes
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

import cv2
import numpy as np
import pikepdf
from PIL import Image, ImageFile

from review_service.domain.documents import DocumentKind
from workers.inside import intake_check, pages, photo_words
from workers.inside.ocr import engines, lines, reading
from workers.sandbox.wire import Frame, engine_frame

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Options of ``mallopt``, which not every C library has."""
KEPT_BYTES: Final = 32 * 1024 * 1024
"""The most that glibc takes as a threshold; a photo's planes have up to 12 MB."""
MOST_PIXELS: Final = 50_000_000
LOCKS: Final[tuple[Literal[4], Literal[6]]] = (4, 6)
"""Revisions of PDF encryption whose ciphers load on first use."""
WARM_UP_SECONDS: Final = 30.0


def prepare() -> None:
    """Set the limits of each parser, load the OCR engine, and read two tiny documents."""
    cv2.setNumThreads(0)
    _keep_freed_memory()
    Image.init()
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=intake_check.MOST_DECODED,
        run_length_max_memory=intake_check.MOST_DECODED,
        png_max_memory=intake_check.MOST_DECODED,
        tiff_max_memory=intake_check.MOST_DECODED,
        dct_max_memory=intake_check.MOST_DECODED,
        max_stream_filters=intake_check.MOST_FILTERS,
    )
    for name in ("latin-1", "cp1252", "utf-8", "utf-16", "utf-16-be", "utf-16-le", "idna", "ascii"):
        codecs.lookup(name)
    engines.prepare()
    reading.prepare()
    lines.prepare(engines.line_reader())
    _warm_up()


def about(_document: int) -> Iterator[Frame]:
    """Yield one frame with the name of the OCR engine that the fork server loaded."""
    yield engine_frame(engines.engine_name())


def _keep_freed_memory() -> None:
    """Let each photo use the memory of the one before: fetching it anew takes 2 % of the time."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallopt"):
        return
    for option, count in ((M_MMAP_THRESHOLD, KEPT_BYTES), (M_TRIM_THRESHOLD, KEPT_BYTES)):
        libc.mallopt(option, count)


def _warm_up() -> None:
    """Run the whole way once; what loads on first use is loaded then."""
    photo = _tiny_photo()
    with _as_descriptor(photo) as image:
        list(photo_words.read(image, seconds=WARM_UP_SECONDS))
    with _as_descriptor(_tiny_pdf(photo)) as document:
        list(intake_check.examine(document, most_pages=9, most_pixels=MOST_PIXELS))
        for kind in (DocumentKind.EVIDENCE, DocumentKind.AGREEMENT):
            list(
                pages.show(
                    document,
                    numbers=[1, 2],
                    kind=kind,
                    most_pixels=MOST_PIXELS,
                    page_seconds=WARM_UP_SECONDS,
                    ocr_seconds=WARM_UP_SECONDS,
                    budget_seconds=WARM_UP_SECONDS,
                )
            )
    for revision in LOCKS:
        with _as_descriptor(_tiny_pdf(photo, revision=revision)) as document:
            list(intake_check.examine(document, most_pages=9, most_pixels=MOST_PIXELS))
    for data in (photo, _tiny_png(), b"nothing"):
        with _as_descriptor(data) as document:
            list(pages.show_photo(document, most_pixels=MOST_PIXELS, page_seconds=WARM_UP_SECONDS))


@contextmanager
def _as_descriptor(data: bytes) -> Iterator[int]:
    descriptor = os.memfd_create("warm-up")
    try:
        os.write(descriptor, data)
        yield descriptor
    finally:
        os.close(descriptor)


def _tiny_photo() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    _noise().save(out, "JPEG", exif=exif.tobytes())
    return out.getvalue()


def _tiny_png() -> bytes:
    out = io.BytesIO()
    _noise().convert("RGBA").save(out, "PNG")
    return out.getvalue()


def _noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (96, 128, 3), np.uint8))


def _tiny_pdf(photo: bytes, *, revision: Literal[4, 6] | None = None) -> bytes:
    """Return two pages: a lone photo, and the photo below a word; locked, if asked."""
    with pikepdf.new() as pdf:
        image = pikepdf.Stream(
            pdf,
            photo,
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=128,
            Height=96,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        for text in (b"", b" BT /F 24 Tf 40 90 Td (Acuerdo Interministerial) Tj ET"):
            page = pdf.add_blank_page(page_size=(400, 300))
            page.Resources = pikepdf.Dictionary(
                XObject=pikepdf.Dictionary(I=image), Font=pikepdf.Dictionary(F=font)
            )
            page.Contents = pdf.make_stream(b"q 128 0 0 96 20 180 cm /I Do Q" + text)
        out = io.BytesIO()
        lock = pikepdf.Encryption(owner="o", user="", R=revision) if revision else None
        pdf.save(out, encryption=lock)
    return out.getvalue()
