"""Where the pictures stand on a PDF page, and whether the page is one photo and nothing else."""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from workers.inside.picture import jpeg_header

MOST_IMAGES: Final = 24
"""Images of one page of a prior agreement that are told."""
MOST_LOOKED_AT: Final = 2000
"""Images of one page whose place is asked for; a map or a font of pictures has many."""
MOST_DEPTH: Final = 8
"""Forms within forms that are still walked."""
MOST_COVERED: Final = 0.8
"""A picture that lies so far under or over another is a layer of it: a mask, a scan's ink."""
LEAST_IMAGE_SHARE: Final = 0.06
"""Smaller parts of a page are logos, not photos."""
TOLERANCE_PT: Final = 2.0
MOST_SKEW: Final = 1e-3
"""Relative to the picture's size; more is a turned picture and the page is drawn."""
COLOURS_OF_LIGHT: Final = frozenset(
    {
        pdfium.FPDF_COLORSPACE_DEVICEGRAY,
        pdfium.FPDF_COLORSPACE_DEVICERGB,
        pdfium.FPDF_COLORSPACE_CALGRAY,
        pdfium.FPDF_COLORSPACE_CALRGB,
        pdfium.FPDF_COLORSPACE_ICCBASED,
    }
)
"""Inks are mixed otherwise by readers than by who decodes the stream alone, and an index may stand
for any colour."""
LIGHTS: Final = frozenset({1, 3})
"""Colours of a JPEG; four are inks, whatever the page says."""
LAYER_MARK: Final = "OC"
MOST_MARKS: Final = 50
RECTANGLE_POINTS: Final = (4, 5)
"""Corners of a clip that is a rectangle; some programs name the first one again at the end."""

Bounds = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One picture of a page and where it stands there."""

    image: Any
    """pdfium's image object; valid as long as its page."""
    matrix: tuple[float, float, float, float, float, float]
    """From the unit square to the page, forms around it included."""
    bounds: Bounds
    share: float
    """How much of the page's area it covers, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LonePhoto:
    """The JPEG stream of a page that is exactly one photo."""

    data: bytes
    quarter_turns: int
    """How far the page turns it, in degrees against the clock: 0, 90, 180 or 270."""


def images(page: pypdfium2.PdfPage) -> list[Placed]:
    """Return the images of a page that are large enough to be photos, inside forms too."""
    found = []
    walk = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=MOST_DEPTH)
    for item in islice(walk, MOST_LOOKED_AT):
        found_at = placed(item, page)
        if found_at.share >= LEAST_IMAGE_SHARE:
            found.append(found_at)
        if len(found) == MOST_IMAGES:
            break
    return found


def placed(image: Any, page: pypdfium2.PdfPage) -> Placed:  # noqa: ANN401 -- pypdfium2 has no types
    """Return an image with its place on the page, the forms around it reckoned in."""
    matrix, form = image.get_matrix(), image.container
    while form is not None:
        matrix, form = matrix.multiply(form.get_matrix()), form.container
    corners = [matrix.on_point(x, y) for x, y in ((0, 0), (1, 0), (0, 1), (1, 1))]
    across, up = [x for x, _ in corners], [y for _, y in corners]
    bounds = (min(across), min(up), max(across), max(up))
    return Placed(
        image=image, matrix=matrix.get(), bounds=bounds, share=_share(bounds, page.get_bbox())
    )


def _share(inner: Bounds, outer: Bounds) -> float:
    area = max(1e-6, (outer[2] - outer[0]) * (outer[3] - outer[1]))
    return _common(inner, outer) / area


def _common(one: Bounds, other: Bounds) -> float:
    """Return the area that two rectangles share."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    up = min(one[3], other[3]) - max(one[1], other[1])
    return float(max(0.0, across) * max(0.0, up))


def apart(found: Sequence[Placed]) -> list[Placed]:
    """Return the pictures that stand beside each other: layers over one another count once."""
    kept: list[Placed] = []
    for one in sorted(found, key=lambda each: -each.share):
        left, bottom, right, top = one.bounds
        area = max(1e-6, (right - left) * (top - bottom))
        if all(_common(one.bounds, other.bounds) < MOST_COVERED * area for other in kept):
            kept.append(one)
    return kept


def pixel_size(image: Any) -> tuple[int, int]:  # noqa: ANN401 -- pypdfium2 has no types
    """Return width and height in pixels."""
    width, height = image.get_px_size()
    return int(width), int(height)


def raw_stream(image: Any) -> bytes:  # noqa: ANN401 -- pypdfium2 has no types
    """Return the image's stream as it stands in the file, still compressed."""
    return bytes(image.get_data(decode_simple=False))


def is_jpeg(image: Any) -> bool:  # noqa: ANN401 -- pypdfium2 has no types
    """Whether the raw stream is a JPEG file as a camera wrote it."""
    return list(image.get_filters()) == ["DCTDecode"]


def text_length(page: pypdfium2.PdfPage) -> int:
    """Return how many characters the page's text layer has."""
    return int(page.get_textpage().count_chars())


def place(
    image: Placed, page: pypdfium2.PdfPage, width_px: int, height_px: int
) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of an image on the drawn page, in its pixels."""
    left, bottom, right, top = image.bounds
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
    if pdfium.FPDFPage_GetAnnotCount(page) or not is_jpeg(image):
        return None
    if pdfium.FPDFPageObj_HasTransparency(image):
        return None
    turns = quarter_turns(image.get_matrix().get(), page.get_rotation())
    if turns is None or not _is_all_seen(image, page):
        return None
    data = raw_stream(image)
    return LonePhoto(data=data, quarter_turns=turns) if is_of_light(image, data) else None


def is_of_light(image: Any, jpeg: bytes) -> bool:  # noqa: ANN401 -- pypdfium2 has no types
    """Whether a JPEG's colours are grey or red, green and blue, not inks; and no layer hides it."""
    about = image.get_metadata()
    if about.bits_per_pixel not in {8, 24} or about.colorspace not in COLOURS_OF_LIGHT:
        return False
    if jpeg_header.colours(jpeg) not in LIGHTS:
        return False
    count = pdfium.FPDFPageObj_CountMarks(image)
    return count <= MOST_MARKS and not any(_is_layer(image, index) for index in range(count))


def _is_layer(image: Any, index: int) -> bool:  # noqa: ANN401 -- pypdfium2 has no types
    """Whether a mark of the page says that the image belongs to a layer, which may be off."""
    mark = pdfium.FPDFPageObj_GetMark(image, index)
    name, size = ctypes.create_string_buffer(64), ctypes.c_ulong()
    room = ctypes.cast(name, ctypes.POINTER(ctypes.c_ushort))
    if not pdfium.FPDFPageObjMark_GetName(mark, room, len(name), ctypes.byref(size)):
        return True
    told = name.raw[: max(0, min(len(name), size.value) - 2)]
    return told.decode("utf-16-le", "replace") == LAYER_MARK


def quarter_turns(matrix: Sequence[float], page_rotation: int) -> int | None:
    """Return the turn in degrees against the clock, None for a skewed or mirrored picture."""
    a, b, c, d, *_ = matrix
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
        points.append((round(x.value, 1), round(y.value, 1)))
    corners = points[:4]
    across, up = sorted({x for x, _ in points}), sorted({y for _, y in points})
    if points[4:] not in ([], corners[:1]) or (len(across), len(up), len(set(corners))) != (
        2,
        2,
        4,
    ):
        return None
    # A bow tie has the corners of a rectangle and shows half of it.
    if any(one[0] != other[0] and one[1] != other[1] for one, other in pairwise(corners)):
        return None
    return across[0], up[0], across[1], up[1]
