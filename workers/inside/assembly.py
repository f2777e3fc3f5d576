"""One evidence PDF from single photos, lossless, by theme. Runs in the sandbox."""

import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pikepdf
from PIL import Image

from workers.facts.frames import write_pdf
from workers.inside.intake_check import whole
from workers.inside.picture import decoding
from workers.inside.picture.jpeg_header import most_pixels_of
from workers.sandbox.wire import Frame

A4_POINTS: Final = (595.28, 841.89)
MARGIN_POINTS: Final = 42.0
HEADING_POINTS: Final = 44.0
"""Height of the heading at the top of each page."""
CAPTION_POINTS: Final = 22.0
"""Height of the line under each photo."""
MOST_ON_A_PAGE: Final = 2
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_KEPT_SEGMENTS: Final = frozenset({0xE0, 0xEE})
"""JFIF and Adobe's colour mark; every other APPn and comment may carry a place or a name."""
_ADOBE: Final = 0xEE
_BARE_MARKERS: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_ORIENTATION: Final = 0x0112
_Matrix = tuple[int, int, int, int, int, int]
_MATRICES: Final[dict[int, _Matrix]] = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
"""EXIF orientation to the matrix that shows a unit picture upright."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """One photo as a PDF image."""

    image: pikepdf.Stream
    matrix: _Matrix
    width: int
    """Upright, in pixels."""
    height: int
    heading: str
    caption: str
    number: int


def bind(
    document: int, *, photos: Sequence[tuple[int, str, str]], most_pixels: int
) -> Iterator[Frame]:
    """Yield one frame with the PDF; ``photos`` are size in the descriptor, heading, caption."""
    data = whole(document)
    with pikepdf.new() as pdf:
        placed, start = [], 0
        for number, (size, heading, caption) in enumerate(photos, start=1):
            part = data[start : start + size]
            image, matrix, upright = _embedded(pdf, part, most_pixels=most_pixels)
            placed.append(
                _Placed(
                    image=image,
                    matrix=matrix,
                    width=upright[0],
                    height=upright[1],
                    heading=heading,
                    caption=f"{caption} · Foto {number}",
                    number=number,
                )
            )
            start += size
        fonts = _fonts(pdf)
        for group in _pages(placed):
            _add_page(pdf, group, fonts)
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, compress_streams=False)
    yield write_pdf(out.getvalue())


def _embedded(
    pdf: pikepdf.Pdf, data: bytes, *, most_pixels: int
) -> tuple[pikepdf.Stream, _Matrix, tuple[int, int]]:
    """Return the image, the matrix that turns it upright, and its upright size in pixels."""
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
        width, height = image.size
        decoding.refuse_floods(width, height, most_pixels_of(data, most_pixels))
        held = image.getexif().get(_ORIENTATION)
        orientation = held if isinstance(held, int) else 1
        stream = _jpeg(pdf, data, image) if image.format != "PNG" else _png(pdf, image)
    upright = (height, width) if orientation in {5, 6, 7, 8} else (width, height)
    return stream, _MATRICES.get(orientation, _MATRICES[1]), upright


def _jpeg(pdf: pikepdf.Pdf, data: bytes, image: Image.Image) -> pikepdf.Stream:
    """Embed the compressed picture as it is, without its metadata.

    One that decoders forgive and we cannot take apart is embedded as pixels, like a PNG.
    """
    try:
        bare = bare_jpeg(data)
    except ValueError:
        return _png(pdf, image)
    spaces = {"L": pikepdf.Name.DeviceGray, "CMYK": pikepdf.Name.DeviceCMYK}
    stream = _image(pdf, bare, image.size, spaces.get(image.mode, pikepdf.Name.DeviceRGB))
    stream.Filter = pikepdf.Name.DCTDecode
    if image.mode == "CMYK" and "adobe" in image.info:
        stream.Decode = pikepdf.Array([1, 0] * 4)  # Adobe writes its inks inverted
    return stream


def _png(pdf: pikepdf.Pdf, image: Image.Image) -> pikepdf.Stream:
    """Embed the pixels of a PNG, deflated; what is transparent becomes paper."""
    if image.mode.startswith("I"):  # 16 bits a pixel
        flat = decoding.eight_bits(image)
    elif image.mode not in {"RGB", "L"}:
        layer = image.convert("RGBA")
        flat = Image.new("RGB", layer.size, (255, 255, 255))
        flat.paste(layer, mask=layer.getchannel("A"))
    else:
        flat = image
    is_grey = flat.mode == "L"
    pixels = zlib.compress(flat.tobytes(), 6)
    space = pikepdf.Name.DeviceGray if is_grey else pikepdf.Name.DeviceRGB
    stream = _image(pdf, pixels, flat.size, space)
    stream.Filter = pikepdf.Name.FlateDecode
    return stream


def _image(
    pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], space: pikepdf.Name
) -> pikepdf.Stream:
    return pikepdf.Stream(
        pdf,
        data,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=space,
        BitsPerComponent=8,
    )


def bare_jpeg(data: bytes) -> bytes:
    """Return the same compressed picture without EXIF, place, comments or anything after its end.

    Raises ``ValueError`` for bytes that are no JPEG.
    """
    if data[:2] != bytes((0xFF, _START)):
        raise ValueError("no JPEG")
    kept, position = [data[:2]], 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:  # noqa: PLR2004 -- crumbs between segments, which decoders skip
            position = data.find(b"\xff", position)
            if position < 0:
                break
        marker = data[position + 1]
        if marker == 0xFF or marker in _BARE_MARKERS:  # noqa: PLR2004 -- filler
            position += 1 if marker == 0xFF else 2  # noqa: PLR2004 -- filler
            continue
        if marker == _SCAN:
            end = _end_of_picture(data, position)
            return b"".join((*kept, data[position:end]))
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        is_note = 0xE0 <= marker <= 0xEF or marker == 0xFE  # noqa: PLR2004 -- APPn and comments
        if not is_note or marker in _KEPT_SEGMENTS:
            kept.append(data[position : position + 2 + length])
        position += 2 + length
    raise ValueError("no picture data")


def _end_of_picture(data: bytes, position: int) -> int:
    """Return where the picture ends: after the first end mark that is no part of a segment."""
    while True:
        position = data.find(b"\xff", position)
        if position < 0 or position + 1 >= len(data):
            return len(data)
        marker = data[position + 1]
        if marker == _END:
            return position + 2
        if marker in {0x00, 0xFF} or marker in _BARE_MARKERS:
            position += 1 if marker == 0xFF else 2  # noqa: PLR2004 -- filler
        else:
            position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")


def _pages(placed: Sequence[_Placed]) -> Iterator[list[_Placed]]:
    """Group what shares a page: two photos in a row that are wider than high, of one theme."""
    group: list[_Placed] = []
    for photo in placed:
        fits = (
            group
            and len(group) < MOST_ON_A_PAGE
            and group[0].heading == photo.heading
            and all(one.width > one.height for one in (*group, photo))
        )
        if group and not fits:
            yield group
            group = []
        group.append(photo)
    if group:
        yield group


def _fonts(pdf: pikepdf.Pdf) -> Any:  # noqa: ANN401 -- pikepdf's objects have no common type
    """Return the two standard fonts that every viewer has."""
    names = {"B": "/Helvetica-Bold", "R": "/Helvetica"}
    return pdf.make_indirect(
        pikepdf.Dictionary(
            {
                f"/{key}": pikepdf.Dictionary(
                    Type=pikepdf.Name.Font,
                    Subtype=pikepdf.Name.Type1,
                    BaseFont=pikepdf.Name(name),
                    Encoding=pikepdf.Name.WinAnsiEncoding,
                )
                for key, name in names.items()
            }
        )
    )


def _add_page(pdf: pikepdf.Pdf, group: Sequence[_Placed], fonts: Any) -> None:  # noqa: ANN401 -- see _fonts
    page = pdf.add_blank_page(page_size=A4_POINTS)
    images = {f"/P{photo.number}": photo.image for photo in group}
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(images), Font=fonts)
    top = A4_POINTS[1] - MARGIN_POINTS
    parts = [_text("B", 16, MARGIN_POINTS, top - 16, group[0].heading)]
    top -= HEADING_POINTS
    room = (top - MARGIN_POINTS) / len(group)
    for photo in group:
        parts += _drawn(photo, top, room)
        top -= room
    page.Contents = pdf.make_stream(b"\n".join(parts))


def _drawn(photo: _Placed, top: float, room: float) -> list[bytes]:
    """Return the operators that fit the photo into its room, centred, with its caption below."""
    width_room, height_room = A4_POINTS[0] - 2 * MARGIN_POINTS, room - CAPTION_POINTS - 8
    scale = min(width_room / photo.width, height_room / photo.height)
    width, height = photo.width * scale, photo.height * scale
    left, bottom = (A4_POINTS[0] - width) / 2, top - height
    a, b, c, d, e, f = photo.matrix
    inner = f"{a} {b} {c} {d} {e} {f} cm"
    outer = f"{width:.3f} 0 0 {height:.3f} {left:.3f} {bottom:.3f} cm"
    return [
        f"q {outer} {inner} /P{photo.number} Do Q".encode(),
        _text("R", 11, MARGIN_POINTS, bottom - 15, photo.caption),
    ]


def _text(font: str, size: int, x: float, y: float, text: str) -> bytes:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    start = f"BT /{font} {size} Tf {x:.1f} {y:.1f} Td (".encode()
    return start + escaped.encode("cp1252", "replace") + b") Tj ET"
