"""What is kept of one photo: hash, EXIF, light, likeness, place. Runs in the sandbox."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
import pypdfium2

from review_service.domain.likeness import LEAST_QUALITY
from review_service.domain.reports import Box
from workers.facts.page import Light, PhotoFacts
from workers.inside.pdf import drawing, layout
from workers.inside.pdf.pictures import Shown
from workers.inside.picture import (
    decoding,
    detail,
    features,
    framing,
    making,
    parting,
    pdq,
    quality,
)
from workers.inside.picture.jpeg_header import most_pixels_of

MOST_OWN_PIXELS: Final = 12_000_000
"""Larger pictures that are no plain JPEG are measured as they stand on the drawn page."""
MOST_DECODED_PIXELS: Final = 150_000_000
"""Of all pictures of a page that are decoded by themselves; the others are measured as drawn."""
MOST_DRAWN_AGAIN: Final = 8
"""Pictures of a page, joined from pieces, that are drawn once more because they are small there."""
DRAWN_SMALLER: Final = 0.8
"""A picture drawn at less than this part of its own size is measured on its own pixels."""
MOST_HASHED_BYTES: Final = 64 * 1024 * 1024
"""Of the pieces of one picture that its SHA-256 is made of."""
MOST_SIDE_PX: Final = 100_000
ALIKE_SIDE_PX: Final = 16
"""Cells a side by which a picture is compared with what the page shows of it."""
MOST_UNLIKE: Final = 16.0
"""Luma units, 0 to 255, by which both may differ on the mean: a profile, a caption over it."""


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What may still be spent on the pictures of one page."""

    decoded_pixels: int = MOST_DECODED_PIXELS
    drawn_again: int = MOST_DRAWN_AGAIN
    cpu_until: float = math.inf
    """CPU seconds of this process after which no other picture is judged."""
    late: int = 0
    """Pictures that were left out for that."""

    def may_judge(self) -> bool:
        """Say whether there is time for one more picture, and count it where there is none."""
        is_late = time.process_time() > self.cpu_until
        self.late += is_late
        return not is_late

    def may_decode(self, width_px: int, height_px: int) -> bool:
        """Say whether so many pixels may still be decoded, and reckon them in."""
        self.decoded_pixels -= width_px * height_px
        return self.decoded_pixels >= 0

    def may_draw_again(self) -> bool:
        """Say whether one more part of the page may be drawn, and reckon it in."""
        self.drawn_again -= 1
        return self.drawn_again >= 0


def of_stream(
    data: bytes,
    picture: decoding.Picture,
    *,
    page_px: tuple[int, int],
    allowance: Allowance,
    is_photo: bool = True,
) -> tuple[PhotoFacts, ...]:
    """Return the photos of a picture that is the whole page, from its untouched stream.

    ``page_px`` is width and height of the page image. Without ``is_photo`` it is a paper, and
    nothing is looked for in it.
    """
    photo = PhotoFacts(
        sha256=decoding.sha256(data),
        width_px=picture.width_px,
        height_px=picture.height_px,
        exif=picture.exif,
        declared=making.declared(data),
    )
    if not is_photo:
        return (_measured(photo, picture.pixels, data, is_photo=False),)
    place = Box(left=0, top=0, width=page_px[0], height=page_px[1])
    return _each(photo, picture.pixels, data, place, allowance)


def of_shown(
    shown: Shown,
    page: pypdfium2.PdfPage,
    drawn: decoding.Pixels,
    *,
    most_pixels: int,
    allowance: Allowance,
) -> tuple[PhotoFacts, ...]:
    """Return the photos of one picture among other things on a drawn page.

    It is measured on its own pixels where they can be had, else as it stands on the page.
    """
    if len(shown.pieces) > 1:
        return _of_pieces(shown, page, drawn, allowance)
    (placed,) = shown.pieces
    data = layout.raw_stream(placed.image)
    photo, box = _identity(placed, page, drawn, data)
    turned = layout.quarter_turns(placed.matrix, page.get_rotation())
    own: decoding.Pixels | None = None
    crop = drawn[box.top : box.top + box.height, box.left : box.left + box.width]
    if allowance.may_decode(photo.width_px, photo.height_px):
        if layout.is_jpeg(placed.image) and layout.is_of_light(placed.image, data):
            own = _decoded(data, turned, most_pixels=most_pixels)
        if own is None and _is_drawn_small(crop, photo.width_px, photo.height_px):
            own = _own_pixels(placed.image, turned)
    seen = own if own is not None and _shows(crop, own) else crop
    return _each(photo, seen, data, box, allowance) if min(seen.shape[:2]) > 1 else (photo,)


def _of_pieces(
    shown: Shown, page: pypdfium2.PdfPage, drawn: decoding.Pixels, allowance: Allowance
) -> tuple[PhotoFacts, ...]:
    """Return the photos of a picture that was cut into strips or tiles, as the page shows it."""
    left, top, right, bottom = shown.rect
    width, height = right - left, bottom - top
    finest = max(_own_scale(piece, page, drawn) for piece in shown.pieces)
    box = Box(left=left, top=top, width=width, height=height)
    photo = PhotoFacts(
        sha256=_sha256_of(shown.pieces),
        width_px=min(MOST_SIDE_PX, round(width * finest)),
        height_px=min(MOST_SIDE_PX, round(height * finest)),
        box=box,
    )
    seen = drawn[top:bottom, left:right]
    wanted = min(detail.MEASURE_WIDTH_PX, max(photo.width_px, photo.height_px))
    if max(width, height) < DRAWN_SMALLER * wanted and allowance.may_draw_again():
        size = (drawn.shape[1], drawn.shape[0])
        seen = drawing.region(page, shown.rect, size, side_px=wanted)
    # not parted: white between the pieces would look like a collage
    return (_measured(photo, seen, b""),) if min(seen.shape[:2]) > 1 else (photo,)


def _own_scale(piece: layout.Placed, page: pypdfium2.PdfPage, drawn: decoding.Pixels) -> float:
    """Return how many pixels of its own a piece has for one of the page image, a side."""
    left, top, right, bottom = layout.place(piece, page, drawn.shape[1], drawn.shape[0])
    width, height = layout.pixel_size(piece.image)
    return math.sqrt(width * height / max(1, (right - left) * (bottom - top)))


def _sha256_of(pieces: Sequence[layout.Placed]) -> str:
    """Return one SHA-256 for the streams of all pieces, from the top down."""
    digests, left = [], MOST_HASHED_BYTES
    for piece in sorted(pieces, key=lambda each: (-each.bounds[3], each.bounds[0])):
        data = layout.raw_stream(piece.image)
        left -= len(data)
        if left < 0:
            break
        digests.append(decoding.sha256(data))
    return decoding.sha256(" ".join(digests).encode())


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
        declared=making.declared(data) if layout.is_jpeg(placed.image) else {},
        box=box,
    )
    return photo, box


def _each(
    photo: PhotoFacts,
    pixels: decoding.Pixels,
    stream: bytes,
    place: Box,
    allowance: Allowance,
) -> tuple[PhotoFacts, ...]:
    """Return the photos that one picture holds: itself, what a border frames, those of a collage.

    Of a collage the picture itself comes first, hashed without being judged. ``place`` is where
    the picture stands on the page image.
    """
    found = parting.photos(pixels)
    if not found:
        return (_measured(photo, pixels, stream),)
    judged: list[PhotoFacts] = []
    for left, top, right, bottom in found:
        if judged and not allowance.may_judge():
            continue
        part = _part(photo, (left, top, right, bottom), pixels, place)
        judged.append(_measured(part, pixels[top:bottom, left:right], stream))
    if len(found) == 1:
        return (replace(judged[0], sha256=photo.sha256),)
    return (_hashed(photo, pixels), *judged)


def _part(photo: PhotoFacts, rect: framing.Rect, pixels: decoding.Pixels, place: Box) -> PhotoFacts:
    """Return a photo within another picture: its place on the page, its size in the file."""
    left, top, right, bottom = rect
    height, width = pixels.shape[:2]
    own = max(photo.width_px, photo.height_px) / max(height, width)
    across, down = place.width / width, place.height / height
    name = f"{photo.sha256} {' '.join(str(round(side * own)) for side in rect)}"
    return replace(
        photo,
        sha256=decoding.sha256(name.encode()),
        width_px=round((right - left) * own),
        height_px=round((bottom - top) * own),
        box=Box(
            left=place.left + round(left * across),
            top=place.top + round(top * down),
            width=round((right - left) * across),
            height=round((bottom - top) * down),
        ),
    )


def _measured(
    photo: PhotoFacts, pixels: decoding.Pixels, stream: bytes, *, is_photo: bool = True
) -> PhotoFacts:
    """Return the photo with what its pixels and its stream tell."""
    luma = np.ascontiguousarray(decoding.grey(pixels))
    light = quality.measure(luma, colours=pixels, stream=stream, lit=framing.subject(pixels))
    return replace(_hashed(photo, luma, is_photo=is_photo), light=light)


def _hashed(photo: PhotoFacts, pixels: decoding.Pixels, *, is_photo: bool = True) -> PhotoFacts:
    """Return the photo with the hashes and features by which it is known again.

    A paper has no features: printed words are alike on papers of all.
    """
    luma = np.ascontiguousarray(decoding.grey(pixels))
    seen = pdq.seen(luma)
    return replace(
        photo,
        pdq_quality=seen.quality,
        pdq_forms=seen.forms,
        pdq_views=seen.views,
        pdq_grid=seen.grid,
        features=features.of(luma) if is_photo and seen.quality >= LEAST_QUALITY else b"",
    )


def worst(photos: Sequence[PhotoFacts], page: decoding.Pixels) -> Light:
    """Return the light of the least sharp photo, of the whole page when it has none."""
    known = [photo.light for photo in photos if photo.light is not None]
    if not known:
        return quality.measure(decoding.grey(page))
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
    wanted = min(detail.MEASURE_WIDTH_PX, max(width, height))
    return int(max(crop.shape[:2])) < DRAWN_SMALLER * wanted


def _shows(crop: decoding.Pixels, own: decoding.Pixels) -> bool:
    """Whether the page shows the picture as it is in the file: no mask, clip or cover changes it.

    A picture that is drawn too small to tell is believed.
    """
    if min(crop.shape[:2]) < ALIKE_SIDE_PX or min(own.shape[:2]) < ALIKE_SIDE_PX:
        return True
    size = (ALIKE_SIDE_PX, ALIKE_SIDE_PX)
    one, other = (
        cv2.resize(decoding.grey(each), size, interpolation=cv2.INTER_AREA).astype(np.int16)
        for each in (crop, own)
    )
    return float(np.abs(one - other).mean()) <= MOST_UNLIKE


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
