"""One picture in memory: its upright pixels at a useful size, its EXIF as a hint."""

import hashlib
import io
import re
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from review_service.domain.reports import PREVIEW_SIDE_PX
from workers.inside.picture.jpeg_header import most_pixels_of

Image.MAX_IMAGE_PIXELS = None
"""``refuse_floods`` looks at every header before a pixel is read, with limits of our own."""
Pixels = NDArray[np.uint8]
"""Height x width x 3, blue first, or height x width for grey."""

PAGE_SIDE_PX: Final = 2000
"""Longest side of what an officer sees of a photo page."""
LEAST_PAGE_SIDE_PX: Final = 1600
"""A photo is decoded at a reduced scale as long as so much remains of its longest side."""
PAGE_SIDE_SLACK: Final = 1.05
"""So much over ``PAGE_SIDE_PX`` is not worth a resize: 2016 px is half of a 12-megapixel photo."""
PREVIEW_QUALITY: Final = 78
THUMBNAIL_SIDE_PX: Final = 480
"""Of what the checks look at."""
SHOWN_THUMBNAIL_SIDE_PX: Final = 320
"""Of what people are shown: the largest place is 300 px wide, the strip of a case 104."""
PAGE_QUALITY: Final = 82
THUMBNAIL_QUALITY: Final = 70

JPEG_END: Final = b"\xff\xd9"
LONGEST_PADDING: Final = 64
"""Bytes of filler that may stand behind the end."""
MARK, SCAN_MARK, END_MARK = 0xFF, 0xDA, 0xD9
LONE_MARKS: Final = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
"""Marks without a length after them: stuffed zeros, restarts, starts."""
_NEXT_MARK: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_COLOUR_SCALES: Final = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}
_GREY_SCALES: Final = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}
EXIF_NAMES: Final = {
    0x010F: "Make",
    0x0110: "Model",
    0x0112: "Orientation",
    0x0131: "Software",
    0x0132: "DateTime",
}
_BROKEN: Final = (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError)
"""What Pillow raises for a file that is none."""
EXIF_GPS: Final = 0x8825
EXIF_ORIENTATION: Final = 0x0112


class NotAPictureError(ValueError):
    """The bytes are no JPEG or PNG."""


class TooManyPixelsError(ValueError):
    """The header announces more pixels than may be decoded; says how many, for the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One decoded picture, reduced to what is needed and turned upright."""

    pixels: Pixels
    width_px: int
    """As the file has it, before reducing and turning."""
    height_px: int
    exif: dict[str, str]
    damaged: bool


def sha256(data: bytes) -> str:
    """Return the hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


def decode(
    data: bytes, *, most_pixels: int, degrees: int | None = None, least_px: int | None = None
) -> Picture:
    """Decode a JPEG or PNG once, at the smallest scale whose longest side is ``least_px``.

    ``most_pixels`` is what a decoder may hold: a JPEG that it reads row by row may have
    ``ROWS_FACTOR`` times as many. ``degrees`` is how far the page turns it, against the clock; None
    honours the EXIF orientation. Raises ``NotAPictureError`` and ``TooManyPixelsError``.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
            width, height = image.size
            refuse_floods(width, height, most_pixels_of(data, most_pixels))
            exif = image.getexif()
            is_png, is_grey = image.format == "PNG", image.mode == "L"
            orientation, hints = _orientation(exif), _hints(exif)
            pixels = _from_png(image) if is_png else None
    except TooManyPixelsError:
        raise
    except _BROKEN as error:
        raise NotAPictureError(type(error).__name__) from error
    is_cut = not is_png and not _has_end(data)
    if pixels is None:
        # with an end of its own a cut JPEG shows what there is, the rest stays grey
        stream = data + JPEG_END if is_cut else data
        shrink = _shrink(max(width, height), least_px or LEAST_PAGE_SIDE_PX)
        pixels = _from_jpeg(stream, shrink=shrink, is_grey=is_grey)
    upright = _upright(pixels, orientation) if degrees is None else turned(pixels, degrees)
    return Picture(
        pixels=upright,
        width_px=width,
        height_px=height,
        exif=hints,
        damaged=is_cut,
    )


def hints(data: bytes) -> dict[str, str]:
    """Return the EXIF of a JPEG or PNG without decoding it; nothing when it can't be read."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
            return _hints(image.getexif())
    except _BROKEN:
        return {}


def refuse_floods(width: int, height: int, most_pixels: int) -> None:
    """Raise ``TooManyPixelsError`` when width × height is more than may be decoded."""
    if width * height > most_pixels:
        raise TooManyPixelsError(f"{width} × {height} px")


def _from_jpeg(data: bytes, *, shrink: int, is_grey: bool) -> Pixels:
    """Decode at 1, 1/2, 1/4 or 1/8 of the size, which costs little more than the entropy."""
    flags = _GREY_SCALES if is_grey else _COLOUR_SCALES
    try:
        pixels = cv2.imdecode(
            np.frombuffer(data, np.uint8), flags[shrink] | cv2.IMREAD_IGNORE_ORIENTATION
        )
    except cv2.error as error:
        raise NotAPictureError("JPEG") from error
    if pixels is None:
        raise NotAPictureError("JPEG")
    return np.asarray(pixels, dtype=np.uint8)


def _from_png(image: Image.Image) -> Pixels:
    image.load()
    pixels = np.asarray(_flattened(image), dtype=np.uint8)
    if pixels.ndim == 2:  # noqa: PLR2004 -- grey
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _has_end(data: bytes) -> bool:
    """Whether the picture comes to its own end mark.

    Most files end with it, and where one ends it was not cut there. Else something follows:
    a film or a second picture that telephones append, or nothing but a part of the picture, and a
    thumbnail before it has an end of its own. So this walks from mark to mark. Inside picture data
    an 0xFF is always followed by a zero or a restart, so no mark can be there by chance.
    """
    if data[-LONGEST_PADDING:].rstrip(b"\0\r\n ").endswith(JPEG_END):
        return True
    place = 2
    while 0 <= place < len(data) - 1:
        mark = data[place + 1]
        if data[place] != MARK:
            place = data.find(b"\xff", place)
        elif mark == END_MARK:
            return True
        elif mark == MARK:
            place += 1
        elif mark in LONE_MARKS:
            place += 2
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
            if mark == SCAN_MARK:
                found = _NEXT_MARK.search(data, place)
                place = found.start() if found else -1
    return False


def _flattened(image: Image.Image) -> Image.Image:
    """Return grey or RGB on white, reduced by a whole number where ``draft`` could not."""
    flat = image
    if flat.mode == "P":
        flat = flat.convert("RGBA" if "transparency" in flat.info else "RGB")
    elif flat.mode.startswith("I"):
        flat = eight_bits(flat)
    elif flat.mode == "1":
        flat = flat.convert("L")
    step = max(flat.size) // PAGE_SIDE_PX
    if step > 1:
        flat = flat.reduce(step)
    if flat.mode in {"LA", "PA", "La", "RGBA", "RGBa"}:
        layer = flat.convert("RGBA")
        paper = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        flat = Image.alpha_composite(paper, layer)
    return flat if flat.mode == "L" else flat.convert("RGB")


def eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture of 16 bits a pixel in 8, holding little more than itself meanwhile."""
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def _shrink(longest_px: int, least_px: int) -> int:
    """Return the power of two by which a JPEG may be reduced and still have ``least_px``."""
    shrink = 1
    while longest_px / (2 * shrink) >= least_px and shrink < max(_COLOUR_SCALES):
        shrink *= 2
    return shrink


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Turn and mirror as the EXIF orientation says."""
    quarter_turns = {3: 2, 4: 2, 5: 3, 6: 3, 7: 1, 8: 1}.get(orientation, 0)
    turned = np.rot90(pixels, quarter_turns) if quarter_turns else pixels
    mirrored = {2, 4, 5, 7}
    return np.ascontiguousarray(np.fliplr(turned) if orientation in mirrored else turned)


def turned(pixels: Pixels, degrees: int) -> Pixels:
    """Return the picture turned against the clock by a multiple of 90 degrees."""
    return np.ascontiguousarray(np.rot90(pixels, degrees // 90)) if degrees else pixels


def _orientation(exif: Image.Exif) -> int:
    """Return how the camera was held, 1 (upright) when the entry is no number."""
    held = exif.get(EXIF_ORIENTATION)
    return held if isinstance(held, int) else 1


def _hints(exif: Image.Exif) -> dict[str, str]:
    """Return the few EXIF entries that may help; of a position only that there is one."""
    hints = {
        name: str(exif[tag])[:100].strip("\0 ") for tag, name in EXIF_NAMES.items() if tag in exif
    }
    if EXIF_GPS in exif:
        hints["GPS"] = "sí"
    return hints


def fitted(pixels: Pixels, side_px: int) -> Pixels:
    """Return the picture reduced so that its longest side is at most ``side_px``."""
    height, width = pixels.shape[:2]
    scale = side_px / max(height, width)
    if scale * PAGE_SIDE_SLACK >= 1:
        return pixels
    return resized(pixels, max(1, round(width * scale)), max(1, round(height * scale)))


def resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Return the picture at a size in pixels: halved by averaging, then interpolated.

    Six times faster than averaging to an odd size, with the same words from OCR.
    """
    while pixels.shape[1] >= 2 * width and pixels.shape[0] >= 2 * height:
        pixels = halved(pixels)
    if pixels.shape[:2] == (height, width):
        return pixels
    way = cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=way), dtype=np.uint8)


def halved(pixels: Pixels) -> Pixels:
    """Return the mean of each two by two pixels; the last of an odd row or column is left out.

    Only an exact half is fast: with that one pixel it takes ten times as long.
    """
    height, width = (max(1, side // 2) for side in pixels.shape[:2])
    even = pixels[: 2 * height, : 2 * width]
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def jpeg(pixels: Pixels, quality: int) -> bytes:
    """Return the pixels as a JPEG without any metadata."""
    _, encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return encoded.tobytes()


def preview_jpeg(pixels: Pixels) -> bytes | None:
    """Return a page image as the JPEG that is shown before anybody zooms; None if no smaller."""
    shown = fitted(pixels, PREVIEW_SIDE_PX)
    return None if shown is pixels else jpeg(shown, PREVIEW_QUALITY)


def small_jpeg(pixels: Pixels) -> bytes:
    """Return the pixels as the JPEG that stands for them in lists: some 10 kB."""
    shown = fitted(pixels, SHOWN_THUMBNAIL_SIDE_PX)
    options = [cv2.IMWRITE_JPEG_QUALITY, THUMBNAIL_QUALITY, cv2.IMWRITE_JPEG_OPTIMIZE, 1]
    _, encoded = cv2.imencode(".jpg", shown, options)
    return encoded.tobytes()


def grey(pixels: Pixels) -> Pixels:
    """Return the luma of each pixel, 0 to 255."""
    if pixels.ndim == 2:  # noqa: PLR2004 -- grey already
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
