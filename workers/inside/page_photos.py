"""One PDF of photographed sheets, a page for each, at a resolution OCR can use. In the sandbox."""

import io
import os
import signal
from collections.abc import Iterator, Sequence
from typing import Final

import pikepdf

from review_service.domain.file_kinds import PHOTO_MAGIC
from review_service.domain.refusals import RefusalReason
from workers.facts import frames
from workers.inside.picture import decoding
from workers.sandbox.wire import Frame

SIDE_PX: Final = 3508
"""Longest side of a sheet: A4 at 300 dots per inch. What is smaller is not enlarged."""
SIDE_POINTS: Final = 842.0
"""Longest side of a page: that of A4."""
QUALITIES: Final = (88, 78, 65, 50)
"""JPEG qualities, the first of which keeps a sheet within its share of the PDF."""


class _RefusedError(Exception):
    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def bind(
    document: int,
    *,
    photos: Sequence[tuple[int, int]],
    most_pixels: int,
    most_bytes_each: int,
    photo_seconds: float,
) -> Iterator[Frame]:
    """Yield the number of each photo before it is opened, then the PDF, or the one refused.

    ``photos`` are start and size in the descriptor. Each picture is turned as its EXIF says and
    written anew without any metadata, in at most ``most_bytes_each``: the same bytes whatever else
    is bound, so that a page that did not change is known. ``photo_seconds`` of CPU are given to
    each.
    """
    with pikepdf.new() as pdf:
        for number, (start, size) in enumerate(photos, start=1):
            yield frames.write_begun_photo(number)
            signal.setitimer(signal.ITIMER_PROF, photo_seconds)
            try:
                pixels = _pixels(_part(document, start, size), most_pixels)
                _add_page(pdf, pixels, most_bytes=most_bytes_each)
            except decoding.TooManyPixelsError as error:
                figure = f"La foto de la hoja {number} mide {error}."
                yield frames.write_refused_photo(number, RefusalReason.IMAGE_TOO_LARGE, figure)
                return
            except _RefusedError as error:
                yield frames.write_refused_photo(number, error.reason)
                return
            except Exception:  # noqa: BLE001 -- parsers raise anything
                yield frames.write_refused_photo(number, RefusalReason.TOO_COSTLY)
                return
        signal.setitimer(signal.ITIMER_PROF, 0)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, compress_streams=False)
    yield frames.write_pdf(out.getvalue())


def _pixels(data: bytes, most_pixels: int) -> decoding.Pixels:
    """Return a sheet upright and no larger than it must be. Raises what refuses it."""
    try:
        picture = decoding.decode(data, most_pixels=most_pixels, least_px=SIDE_PX)
    except decoding.NotAPictureError as error:
        is_cut = data.startswith(PHOTO_MAGIC)
        raise _RefusedError(
            RefusalReason.DAMAGED if is_cut else RefusalReason.NOT_A_PHOTO
        ) from error
    if picture.damaged:
        raise _RefusedError(RefusalReason.DAMAGED)
    return decoding.fitted(picture.pixels, SIDE_PX)


def _part(document: int, start: int, size: int) -> bytes:
    """Return so many bytes from a place on, without moving the descriptor's offset."""
    parts, left = [], size
    while left > 0 and (part := os.pread(document, left, start + size - left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _add_page(pdf: pikepdf.Pdf, pixels: decoding.Pixels, *, most_bytes: int) -> None:
    height_px, width_px = pixels.shape[:2]
    scale = SIDE_POINTS / max(height_px, width_px)
    width, height = width_px * scale, height_px * scale
    is_grey = pixels.ndim == 2  # noqa: PLR2004 -- no third dimension: one value a pixel
    page = pdf.add_blank_page(page_size=(width, height))
    image = pikepdf.Stream(
        pdf,
        _jpeg(pixels, most_bytes),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width_px,
        Height=height_px,
        ColorSpace=pikepdf.Name.DeviceGray if is_grey else pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary({"/S": image}))
    page.Contents = pdf.make_stream(f"q {width:.3f} 0 0 {height:.3f} 0 0 cm /S Do Q".encode())


def _jpeg(pixels: decoding.Pixels, most_bytes: int) -> bytes:
    """Return the best JPEG of at most so many bytes, smaller where no quality is enough."""
    while True:
        for quality in QUALITIES:
            data = decoding.jpeg(pixels, quality)
            if len(data) <= most_bytes or max(pixels.shape[:2]) <= 1:
                return data
        pixels = decoding.halved(pixels)
