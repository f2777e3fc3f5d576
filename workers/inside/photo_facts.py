"""What is kept of one photo: hash, EXIF, light, likeness, place. Runs in the sandbox."""

from dataclasses import asdict
from typing import Any, Final

import numpy as np
import pypdfium2

from workers.facts.page import Light
from workers.inside.pdf import layout
from workers.inside.picture import decoding, pdq, quality

MOST_OWN_PIXELS: Final = 12_000_000
"""Larger pictures that are no plain JPEG are measured as they stand on the drawn page."""
DRAWN_SMALLER: Final = 0.8
"""A picture drawn at less than this part of its own size is measured on its own pixels."""


def of_stream(data: bytes, picture: decoding.Picture) -> dict[str, Any]:
    """Return the facts of a photo that is the whole page, from its untouched stream."""
    return {
        "sha256": decoding.sha256(data),
        "width_px": picture.width_px,
        "height_px": picture.height_px,
        "exif": picture.exif,
    } | _measured(decoding.grey(picture.pixels), data)


def of_placed(
    placed: layout.Placed, page: pypdfium2.PdfPage, drawn: decoding.Pixels, *, most_pixels: int
) -> dict[str, Any]:
    """Return the facts of one picture among other things on a drawn page.

    It is measured on its own pixels where they can be had, else as it stands on the page.
    """
    data = layout.raw_stream(placed.image)
    facts = _identity(placed, page, drawn, data)
    turned = layout.quarter_turns(placed.matrix, page.get_rotation())
    own: decoding.Pixels | None = None
    if layout.is_jpeg(placed.image) and layout.is_of_light(placed.image):
        own = _decoded(data, turned, most_pixels=most_pixels)
    left, top, width, height = facts["box"]
    crop = drawn[top : top + height, left : left + width]
    if own is None and _is_drawn_small(crop, facts["width_px"], facts["height_px"]):
        own = _own_pixels(placed.image, turned)
    seen = crop if own is None else own
    return facts | (_measured(decoding.grey(seen), data) if min(seen.shape[:2]) > 1 else {})


def unjudged(
    placed: layout.Placed, page: pypdfium2.PdfPage, drawn: decoding.Pixels
) -> dict[str, Any]:
    """Return what a picture is and where it stands, without measuring it: a scan is no photo."""
    return _identity(placed, page, drawn, layout.raw_stream(placed.image))


def _identity(
    placed: layout.Placed, page: pypdfium2.PdfPage, drawn: decoding.Pixels, data: bytes
) -> dict[str, Any]:
    left, top, right, bottom = layout.place(placed, page, drawn.shape[1], drawn.shape[0])
    width, height = layout.pixel_size(placed.image)
    return {
        "sha256": decoding.sha256(data),
        "width_px": width,
        "height_px": height,
        "exif": decoding.hints(data) if layout.is_jpeg(placed.image) else {},
        "box": [left, top, max(0, right - left), max(0, bottom - top)],
    }


def _measured(luma: decoding.Pixels, stream: bytes) -> dict[str, Any]:
    """Return what its luma and its stream tell of a photo."""
    whole = np.ascontiguousarray(luma)
    return {"light": asdict(quality.measure(whole, stream=stream))} | pdq.facts(whole)


def worst(found: list[dict[str, Any]], luma: decoding.Pixels) -> Light:
    """Return the light of the least sharp photo, of the whole page when it has none."""
    known = [photo["light"] for photo in found if photo.get("light") is not None]
    if not known:
        return quality.measure(luma)
    return Light(**min(known, key=lambda light: light["sharpness"]))


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
