"""What is kept of one photo: hash, EXIF, light, likeness, place. Runs in the sandbox."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pypdfium2

from review_service.domain.reports import Box
from workers.facts.page import Light, PhotoFacts
from workers.inside.pdf import layout
from workers.inside.picture import decoding, pdq, quality
from workers.inside.picture.jpeg_header import most_pixels_of

MOST_OWN_PIXELS: Final = 12_000_000
"""Larger pictures that are no plain JPEG are measured as they stand on the drawn page."""
DRAWN_SMALLER: Final = 0.8
"""A picture drawn at less than this part of its own size is measured on its own pixels."""


def of_stream(data: bytes, picture: decoding.Picture) -> PhotoFacts:
    """Return the facts of a photo that is the whole page, from its untouched stream."""
    photo = PhotoFacts(
        sha256=decoding.sha256(data),
        width_px=picture.width_px,
        height_px=picture.height_px,
        exif=picture.exif,
    )
    return _measured(photo, decoding.grey(picture.pixels), data)


def of_placed(
    placed: layout.Placed, page: pypdfium2.PdfPage, drawn: decoding.Pixels, *, most_pixels: int
) -> PhotoFacts:
    """Return the facts of one picture among other things on a drawn page.

    It is measured on its own pixels where they can be had, else as it stands on the page.
    """
    data = layout.raw_stream(placed.image)
    photo, box = _identity(placed, page, drawn, data)
    turned = layout.quarter_turns(placed.matrix, page.get_rotation())
    own: decoding.Pixels | None = None
    if layout.is_jpeg(placed.image) and layout.is_of_light(placed.image):
        own = _decoded(data, turned, most_pixels=most_pixels)
    crop = drawn[box.top : box.top + box.height, box.left : box.left + box.width]
    if own is None and _is_drawn_small(crop, photo.width_px, photo.height_px):
        own = _own_pixels(placed.image, turned)
    seen = crop if own is None else own
    return _measured(photo, decoding.grey(seen), data) if min(seen.shape[:2]) > 1 else photo


def refuse_flood(placed: layout.Placed, most_pixels: int) -> None:
    """Raise ``TooManyPixelsError`` for a picture of a page that takes too much to decode."""
    size = layout.pixel_size(placed.image)
    if size[0] * size[1] > most_pixels and layout.is_jpeg(placed.image):
        most_pixels = most_pixels_of(layout.raw_stream(placed.image), most_pixels)
    decoding.refuse_floods(*size, most_pixels)


def unjudged(placed: layout.Placed, page: pypdfium2.PdfPage, drawn: decoding.Pixels) -> PhotoFacts:
    """Return what a picture is and where it stands, without measuring it: a scan is no photo."""
    photo, _ = _identity(placed, page, drawn, layout.raw_stream(placed.image))
    return photo


def _identity(
    placed: layout.Placed, page: pypdfium2.PdfPage, drawn: decoding.Pixels, data: bytes
) -> tuple[PhotoFacts, Box]:
    """Return a picture that nobody has measured yet, and where it stands on the page image."""
    left, top, right, bottom = layout.place(placed, page, drawn.shape[1], drawn.shape[0])
    width, height = layout.pixel_size(placed.image)
    box = Box(left=left, top=top, width=max(0, right - left), height=max(0, bottom - top))
    photo = PhotoFacts(
        sha256=decoding.sha256(data),
        width_px=width,
        height_px=height,
        exif=decoding.hints(data) if layout.is_jpeg(placed.image) else {},
        box=box,
    )
    return photo, box


def _measured(photo: PhotoFacts, luma: decoding.Pixels, stream: bytes) -> PhotoFacts:
    """Return the photo with what its luma and its stream tell."""
    whole = np.ascontiguousarray(luma)
    seen = pdq.seen(whole)
    return replace(
        photo,
        light=quality.measure(whole, stream=stream),
        pdq_quality=seen.quality,
        pdq_forms=seen.forms,
        pdq_views=seen.views,
        pdq_grid=seen.grid,
    )


def worst(photos: Sequence[PhotoFacts], luma: decoding.Pixels) -> Light:
    """Return the light of the least sharp photo, of the whole page when it has none."""
    known = [photo.light for photo in photos if photo.light is not None]
    if not known:
        return quality.measure(luma)
    return min(known, key=lambda light: light.sharpness)


def _decoded(data: bytes, turned: int | None, *, most_pixels: int) -> decoding.Pixels | None:
    try:
        return decoding.decode(data, most_pixels=most_pixels, degrees=turned or None).pixels
    except decoding.NotAPictureError:
        return None


def _is_drawn_small(crop: decoding.Pixels, width: int, height: int) -> bool:
    """Whether the drawn page shows fewer pixels than it takes to measure the picture."""
    if not crop.size or width * height > MOST_OWN_PIXELS:
        return False
    wanted = min(quality.MEASURE_WIDTH_PX, max(width, height))
    return int(max(crop.shape[:2])) < DRAWN_SMALLER * wanted


def _own_pixels(image: Any, turned: int | None) -> decoding.Pixels | None:  # noqa: ANN401 -- pypdfium2 has no types
    """Return the picture as pdfium decodes it, without masks and turned as the page turns it."""
    try:
        pixels = np.array(image.get_bitmap(render=False).to_numpy())
    except (pypdfium2.PdfiumError, ValueError):
        return None
    if pixels.ndim == 3 and pixels.shape[2] == 1:  # noqa: PLR2004 -- grey
        pixels = pixels[:, :, 0]
    elif pixels.ndim == 3:  # noqa: PLR2004 -- a fourth channel is filler
        pixels = pixels[:, :, :3]
    return decoding.turned(np.asarray(pixels, np.uint8), turned or 0)
