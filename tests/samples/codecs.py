"""One marked picture in every form that a PDF can hold it, a page each."""

import io
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageCms

WIDTH, HEIGHT = 240, 160
MARK = 48
RED, GREEN, BLUE, YELLOW = (220, 30, 30), (30, 180, 40), (30, 50, 210), (230, 210, 30)
CORNERS: Final = (RED, GREEN, BLUE, YELLOW)
"""Top left, top right, bottom left, bottom right of the upright picture."""
GROUND: Final = (128, 128, 128)
WHOLE: Final = b"q 240 0 0 160 0 0 cm /I Do Q"

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One page of the file."""

    draw: Callable[[Pdf, pikepdf.Page], None]
    is_grey: bool = False
    """Its mark is dark in the top left corner and nowhere else."""


def marked() -> Pixels:
    """Return the upright picture in red, green, blue."""
    picture = np.full((HEIGHT, WIDTH, 3), GROUND, np.uint8)
    rows, columns = (slice(0, MARK), slice(-MARK, None)), (slice(0, MARK), slice(-MARK, None))
    for index, colour in enumerate(CORNERS):
        picture[rows[index // 2], columns[index % 2]] = colour
    return picture


def marked_grey() -> Pixels:
    """Return the upright picture of one channel: white, black in the top left corner."""
    picture = np.full((HEIGHT, WIDTH), 235, np.uint8)
    picture[:MARK, :MARK] = 20
    return picture


def encoded(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:  # noqa: ANN401 -- Pillow's options
    """Return the picture as a file."""
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def _image(data: bytes, colours: Any, bits: int = 8, **entries: Any) -> Callable[[Pdf], Stream]:  # noqa: ANN401 -- PDF objects
    def build(pdf: Pdf) -> Stream:
        found = {name: value(pdf) if callable(value) else value for name, value in entries.items()}
        space = colours(pdf) if callable(colours) else colours
        if space is not None:
            found["ColorSpace"] = space
        return Stream(
            pdf, data, Type=Name.XObject, Subtype=Name.Image,
            **{"Width": WIDTH, "Height": HEIGHT, "BitsPerComponent": bits} | found,
        )  # fmt: skip

    return build


def _page(
    build: Callable[[Pdf], Stream],
    *,
    content: bytes = WHOLE,
    is_grey: bool = False,
    rotate: int = 0,
) -> Sample:
    def draw(pdf: Pdf, page: pikepdf.Page) -> None:
        page.Resources = Dictionary(XObject=Dictionary(I=build(pdf)))
        page.Contents = pdf.make_stream(content)
        if rotate:
            page.Rotate = rotate

    return Sample(draw=draw, is_grey=is_grey)


def _flate(data: bytes, colours: Any, bits: int = 8, **entries: Any) -> Callable[[Pdf], Stream]:  # noqa: ANN401 -- PDF objects
    return _image(zlib.compress(data), colours, bits, Filter=Name.FlateDecode, **entries)


def _png_rows(picture: Pixels) -> bytes:
    """Filter each row against the one above, as PNG's second predictor."""
    rows = picture.reshape(HEIGHT, -1)
    above = np.vstack([np.zeros_like(rows[:1]), rows[:-1]])
    return b"".join(b"\x02" + (row - up).tobytes() for row, up in zip(rows, above, strict=True))


def _tiff_rows(picture: Pixels) -> bytes:
    left = np.concatenate([np.zeros_like(picture[:, :1]), picture[:, :-1]], axis=1)
    return bytes((picture - left).astype(np.uint8).tobytes())


def _packed(levels: Pixels, bits: int) -> bytes:
    """Pack samples of fewer than eight bits, each row to whole bytes."""
    ones = np.unpackbits(levels[:, :, None], axis=2)[:, :, 8 - bits :]
    return np.packbits(ones.reshape(HEIGHT, -1), axis=1).tobytes()


def _palette() -> tuple[Pixels, bytes]:
    levels = np.zeros((HEIGHT, WIDTH), np.uint8)
    table = [GROUND, *CORNERS]
    for index, colour in enumerate(table):
        levels[(marked() == colour).all(axis=2)] = index
    return levels, bytes(value for colour in table for value in colour)


def _cmyk(inverted: bool) -> bytes:  # noqa: FBT001 -- a switch of one sample
    inks = np.asarray(Image.fromarray(marked()).convert("CMYK"))
    # Pillow writes Adobe's marker and, with it, inverted inks
    return encoded(Image.fromarray(inks if inverted else 255 - inks, "CMYK"), quality=95)


def _icc(pdf: Pdf) -> Array:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return Array([Name.ICCBased, Stream(pdf, profile, N=3, Alternate=Name.DeviceRGB)])


def _lab() -> bytes:
    lab = cv2.cvtColor(marked().astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    scaled = np.dstack([lab[:, :, 0] * 2.55, lab[:, :, 1] + 128, lab[:, :, 2] + 128])
    return bytes(np.clip(np.rint(scaled), 0, 255).astype(np.uint8).tobytes())


def _fax(kind: str) -> bytes:
    """Return the strip of a TIFF that Pillow compressed as a fax does."""
    bilevel = Image.fromarray(marked_grey()).convert("1", dither=Image.Dither.NONE)
    data = encoded(bilevel, "TIFF", compression=kind, tiffinfo={278: HEIGHT})
    with Image.open(io.BytesIO(data)) as tiff:
        start, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]  # type: ignore[attr-defined]
    return data[start : start + length]


def _jpx() -> bytes:
    done, data = cv2.imencode(".jp2", cv2.cvtColor(marked(), cv2.COLOR_RGB2BGR))
    assert done
    return data.tobytes()


def _masked(pdf: Pdf) -> Stream:
    solid = np.full((HEIGHT, WIDTH), 255, np.uint8)
    return _flate(solid.tobytes(), Name.DeviceGray)(pdf)


def _stencil() -> Callable[[Pdf], Stream]:
    bits = (marked_grey() > 128).astype(np.uint8)
    return _flate(_packed(bits, 1), None, 1, ImageMask=True)


def _in_forms(pdf: Pdf, page: pikepdf.Page) -> None:
    """Draw the picture inside a form inside a form, turned there and turned back here."""
    image = _flate(marked().tobytes(), Name.DeviceRGB)(pdf)
    box = Array([0, 0, 1000, 1000])
    inner = Stream(
        pdf, b"q 0 0 240 160 re W n 240 0 0 160 0 0 cm /I Do Q", Type=Name.XObject,
        Subtype=Name.Form, BBox=box, Resources=Dictionary(XObject=Dictionary(I=image)),
        Matrix=Array([0, 1, -1, 0, 160, 0]),
    )  # fmt: skip
    outer = Stream(
        pdf, b"q 0 -1 1 0 0 160 cm /F Do Q", Type=Name.XObject, Subtype=Name.Form, BBox=box,
        Resources=Dictionary(XObject=Dictionary(F=inner)),
    )  # fmt: skip
    page.Resources = Dictionary(XObject=Dictionary(F=outer))
    page.Contents = pdf.make_stream(b"/F Do")


def _inline(pdf: Pdf, page: pikepdf.Page) -> None:
    head = b"BI /W 240 /H 160 /CS /RGB /BPC 8 /F /AHx ID "
    page.Contents = pdf.make_stream(
        b"q 240 0 0 160 0 0 cm " + head + marked().tobytes().hex().encode() + b"> EI Q"
    )


def samples() -> Mapping[str, Sample]:
    """Return every form by its name."""
    rgb, grey = Name.DeviceRGB, Name.DeviceGray
    plain, levels = marked(), _palette()
    raw = plain.tobytes()
    table = levels[1]
    deep = (plain.astype(">u2") * 257).tobytes()
    grey16 = (marked_grey().astype(">u2") * 257).tobytes()
    inks = np.asarray(Image.fromarray(plain).convert("CMYK")).tobytes()
    bits = (marked_grey() > 128).astype(np.uint8)
    predicted = {"/Colors": 3, "/Columns": WIDTH, "/BitsPerComponent": 8}
    fax = {"/Columns": WIDTH, "/Rows": HEIGHT, "/BlackIs1": True}
    jpeg = encoded(Image.fromarray(plain), quality=92)
    lab = Array([Name.Lab, Dictionary(WhitePoint=Array([0.9505, 1, 1.089]),
                                      Range=Array([-128, 127, -128, 127]))])  # fmt: skip
    turned = encoded(Image.fromarray(np.ascontiguousarray(np.rot90(plain))), quality=92)
    side = {"Width": HEIGHT, "Height": WIDTH, "Filter": Name.DCTDecode}
    return {
        "jpeg": _page(_image(jpeg, rgb, Filter=Name.DCTDecode)),
        "jpeg_grey": _page(
            _image(encoded(Image.fromarray(marked_grey())), grey, Filter=Name.DCTDecode),
            is_grey=True,
        ),
        "jpeg_deflated": _page(
            _image(zlib.compress(jpeg), rgb, Filter=Array([Name.FlateDecode, Name.DCTDecode]))
        ),
        "jpeg_cmyk_adobe": _page(
            _image(_cmyk(inverted=True), Name.DeviceCMYK, Filter=Name.DCTDecode,
                   Decode=Array([1, 0] * 4))
        ),
        "jpx": _page(_image(_jpx(), None, Filter=Name.JPXDecode)),
        "flate": _page(_flate(raw, rgb)),
        "png_predictor": _page(
            _flate(_png_rows(plain), rgb, DecodeParms=Dictionary(predicted | {"/Predictor": 15}))
        ),
        "tiff_predictor": _page(
            _flate(_tiff_rows(plain), rgb, DecodeParms=Dictionary(predicted | {"/Predictor": 2}))
        ),
        "sixteen_bits": _page(_flate(deep, rgb, 16)),
        "sixteen_bits_grey": _page(_flate(grey16, grey, 16), is_grey=True),
        "cmyk": _page(_flate(inks, Name.DeviceCMYK)),
        "indexed_eight": _page(
            _flate(levels[0].tobytes(), Array([Name.Indexed, rgb, 4, pikepdf.String(table)]))
        ),
        "indexed_four": _page(
            _flate(_packed(levels[0], 4), Array([Name.Indexed, rgb, 4, pikepdf.String(table)]), 4)
        ),
        "grey_two_bits": _page(
            _flate(_packed(np.where(bits, 3, 0).astype(np.uint8), 2), grey, 2), is_grey=True
        ),
        "one_bit": _page(_flate(_packed(bits, 1), grey, 1), is_grey=True),
        "one_bit_decoded": _page(
            _flate(_packed(1 - bits, 1), grey, 1, Decode=Array([1, 0])), is_grey=True
        ),
        "inverted_decode": _page(_flate((255 - plain).tobytes(), rgb, Decode=Array([1, 0] * 3))),
        "icc": _page(_flate(raw, _icc)),
        "lab": _page(_flate(_lab(), lab)),
        "fax_group_4": _page(
            _image(_fax("group4"), grey, 1, Filter=Name.CCITTFaxDecode,
                   DecodeParms=Dictionary(fax | {"/K": -1})), is_grey=True
        ),
        "fax_group_3": _page(
            _image(_fax("group3"), grey, 1, Filter=Name.CCITTFaxDecode,
                   DecodeParms=Dictionary(fax | {"/K": 0})), is_grey=True
        ),
        "soft_mask": _page(_flate(raw, rgb, SMask=_masked)),
        "stencil": _page(_stencil(), content=b"0 g " + WHOLE, is_grey=True),
        "in_forms": Sample(draw=_in_forms),
        "inline": Sample(draw=_inline),
        "rotated_page": _page(
            _image(turned, rgb, 8, **side), content=b"q 160 0 0 240 0 0 cm /I Do Q", rotate=90
        ),
        "rotated_matrix": _page(
            _image(turned, rgb, 8, **side), content=b"q 0 -160 240 0 0 160 cm /I Do Q"
        ),
        "mirrored_matrix": _page(
            _flate(np.ascontiguousarray(plain[:, ::-1]).tobytes(), rgb),
            content=b"q -240 0 0 160 240 0 cm /I Do Q",
        ),
    }  # fmt: skip


def pdf() -> bytes:
    """Return the file that holds every sample, in order."""
    with pikepdf.new() as document:
        for name, sample in samples().items():
            size = (HEIGHT, WIDTH) if name == "rotated_page" else (WIDTH, HEIGHT)
            page = document.add_blank_page(page_size=size)
            sample.draw(document, page)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()
