"""Where the pictures stand on a PDF page, and whether the page is one photo and nothing else."""

import ctypes
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

MOST_IMAGES: Final = 24
"""Images of one page that are looked at."""
LEAST_IMAGE_SHARE: Final = 0.06
"""Smaller parts of a page are logos, not photos."""
TOLERANCE_PT: Final = 2.0
MOST_SKEW: Final = 1e-3
"""Relative to the picture's size; more is a turned picture and the page is drawn."""
RECTANGLE_POINTS: Final = (4, 5)

Bounds = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LonePhoto:
    """The JPEG stream of a page that is exactly one photo."""

    data: bytes
    quarter_turns: int
    """How far the page turns it, in degrees against the clock: 0, 90, 180 or 270."""


def images(page: pypdfium2.PdfPage) -> list[Any]:
    """Return the images of a page that are large enough to be photos."""
    found = []
    for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        if share(item, page) >= LEAST_IMAGE_SHARE:
            found.append(item)
        if len(found) == MOST_IMAGES:
            break
    return found


def share(image: Any, page: pypdfium2.PdfPage) -> float:  # noqa: ANN401 -- pypdfium2 has no types
    """Return how much of the page's area the image covers, 0 to 1."""
    left, bottom, right, top = page.get_bbox()
    image_left, image_bottom, image_right, image_top = image.get_bounds()
    across = min(right, image_right) - max(left, image_left)
    up = min(top, image_top) - max(bottom, image_bottom)
    area = max(1e-6, (right - left) * (top - bottom))
    return float(max(0.0, across) * max(0.0, up) / area)


def pixel_size(image: Any) -> tuple[int, int]:  # noqa: ANN401 -- pypdfium2 has no types
    """Return width and height in pixels."""
    width, height = image.get_px_size()
    return int(width), int(height)


def raw_stream(image: Any) -> bytes:  # noqa: ANN401 -- pypdfium2 has no types
    """Return the image's stream as it stands in the file, still compressed."""
    return bytes(image.get_data(decode_simple=False))


def text_length(page: pypdfium2.PdfPage) -> int:
    """Return how many characters the page's text layer has."""
    return int(page.get_textpage().count_chars())


def place(
    image: Any,  # noqa: ANN401 -- pypdfium2 has no types
    page: pypdfium2.PdfPage,
    width_px: int,
    height_px: int,
) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of an image on the drawn page, in its pixels."""
    left, bottom, right, top = image.get_bounds()
    corners = [_on_page(page, width_px, height_px, x, y) for x, y in ((left, top), (right, bottom))]
    across = sorted(max(0, min(width_px, x)) for x, _ in corners)
    down = sorted(max(0, min(height_px, y)) for _, y in corners)
    return across[0], down[0], across[1], down[1]


def _on_page(
    page: pypdfium2.PdfPage, width_px: int, height_px: int, x: float, y: float
) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(
        page, 0, 0, width_px, height_px, 0, x, y, ctypes.byref(across), ctypes.byref(down)
    )
    return across.value, down.value


def lone_photo(page: pypdfium2.PdfPage) -> LonePhoto | None:
    """Return the photo of a page that is exactly one plain JPEG, else None.

    Its stream can then be decoded at a reduced scale, many times cheaper than drawing the page.
    """
    items = list(islice(page.get_objects(max_depth=1), 2))
    if len(items) != 1 or items[0].type != pdfium.FPDF_PAGEOBJ_IMAGE:
        return None
    image = items[0]
    if pdfium.FPDFPage_GetAnnotCount(page) or not _is_plain_jpeg(image):
        return None
    turns = _quarter_turns(image.get_matrix(), page.get_rotation())
    if turns is None or not _is_all_seen(image, page):
        return None
    return LonePhoto(data=raw_stream(image), quarter_turns=turns)


def _is_plain_jpeg(image: Any) -> bool:  # noqa: ANN401 -- pypdfium2 has no types
    """Whether the stream alone is the picture: no mask, no fourth ink, no second filter."""
    if list(image.get_filters()) != ["DCTDecode"] or pdfium.FPDFPageObj_HasTransparency(image):
        return False
    return image.get_metadata().bits_per_pixel in {8, 24}


def _quarter_turns(matrix: pypdfium2.PdfMatrix, page_rotation: int) -> int | None:
    """Return the turn in degrees against the clock, None for a skewed or mirrored picture."""
    a, b, c, d, _, _ = matrix.get()
    size = max(abs(a), abs(b), abs(c), abs(d))
    small = size * MOST_SKEW
    if abs(b) <= small and abs(c) <= small and a * d > 0:
        turned = 0 if a > 0 else 180
    elif abs(a) <= small and abs(d) <= small and b * c < 0:
        turned = 90 if b > 0 else 270
    else:
        return None
    return (turned - page_rotation) % 360


def _is_all_seen(image: Any, page: pypdfium2.PdfPage) -> bool:  # noqa: ANN401 -- pypdfium2 has no types
    """Whether neither the page's edge nor a clip cuts the picture."""
    seen = page.get_bbox()
    bounds = image.get_bounds()
    if not _holds(seen, bounds):
        return False
    clip = pdfium.FPDFPageObj_GetClipPath(image)
    count = pdfium.FPDFClipPath_CountPaths(clip) if clip else 0
    return all(_holds(_rectangle(clip, index), bounds) for index in range(max(0, count)))


def _holds(outer: Bounds | None, inner: Bounds) -> bool:
    if outer is None:
        return False
    return (
        outer[0] <= inner[0] + TOLERANCE_PT
        and outer[1] <= inner[1] + TOLERANCE_PT
        and outer[2] >= inner[2] - TOLERANCE_PT
        and outer[3] >= inner[3] - TOLERANCE_PT
    )


def _rectangle(clip: Any, index: int) -> Bounds | None:  # noqa: ANN401 -- a pdfium handle
    """Return the bounds of a clip path that is an upright rectangle, else None."""
    count = pdfium.FPDFClipPath_CountPathSegments(clip, index)
    if count not in RECTANGLE_POINTS:
        return None
    points = []
    for step in range(count):
        segment = pdfium.FPDFClipPath_GetPathSegment(clip, index, step)
        x, y = ctypes.c_float(), ctypes.c_float()
        if not pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            return None
        points.append((x.value, y.value))
    across, up = sorted({round(x, 1) for x, _ in points}), sorted({round(y, 1) for _, y in points})
    if len(across) != 2 or len(up) != 2:  # noqa: PLR2004 -- two sides each way
        return None
    return across[0], up[0], across[1], up[1]
