"""Pages that readers may show in different ways: how a picture is stored, and how it is placed."""

import io
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageCms, TiffImagePlugin

from tests.samples import crowded_pages, filled_forms

PAGE: Final = (400.0, 300.0)
_STRIP_OFFSETS, _STRIP_SIZES = 273, 279
"""Tags of TIFF."""


@dataclass(frozen=True, slots=True)
class OddPage:
    """A file of one page, and what is odd about it."""

    name: str
    data: bytes


def all_pages(photo: Image.Image) -> Iterator[OddPage]:
    """Yield each way to store a picture with ways to place it, changed pictures, forms and notes.

    ``photo`` is a colour picture, wider than high.
    """
    small = photo.convert("RGB").resize((400, 300))
    placements = list(PLACEMENTS.items())
    for turn in range(len(placements)):
        for index, (stored, make) in enumerate(STORED.items()):
            if turn < _TURNS:
                name, place = placements[(index * _TURNS + turn) % len(placements)]
                yield OddPage(f"{stored}, {name}", _page(small, make, place))
    for how in crowded_pages.CHANGES:
        for is_alone in (True, False):
            made = crowded_pages.changed(small, how, is_alone=is_alone)
            yield OddPage(f"{how}, {'alone' if is_alone else 'beside a line'}", made)
    for kind in filled_forms.KINDS:
        for is_hidden in (False, True):
            for has_look in (True,) if kind == "box" else (True, False):
                made = filled_forms.page_with(kind, has_look=has_look, is_hidden=is_hidden)
                with_look = "with" if has_look else "without"
                hidden = ", hidden" if is_hidden else ""
                yield OddPage(f"{kind} {with_look} look{hidden}", made)


_TURNS: Final = 9
"""Placements with which each way of storing stands."""

Make = Callable[[Pdf, Image.Image], Stream]


def _raw(mode: str, colours: Any, bits: int = 8, **more: Any) -> Make:  # noqa: ANN401 -- PDF objects
    def made(pdf: Pdf, photo: Image.Image) -> Stream:
        data = photo.convert(mode).tobytes()
        if bits == 16:
            data = np.repeat(np.frombuffer(data, np.uint8), 2).tobytes()
        elif bits < 8:
            data = _packed(photo.convert("L"), bits)
        return _image(pdf, photo, zlib.compress(data), colours, Name.FlateDecode, bits, **more)

    return made


def _packed(grey: Image.Image, bits: int) -> bytes:
    rows = np.asarray(grey) >> (8 - bits)
    spread = (rows[:, :, None] >> np.arange(bits - 1, -1, -1)) & 1
    return np.packbits(spread.reshape(len(rows), -1).astype(np.uint8), axis=1).tobytes()


def _jpeg(mode: str, colours: Name, **more: Any) -> Make:  # noqa: ANN401 -- PDF objects
    def made(pdf: Pdf, photo: Image.Image) -> Stream:
        out = io.BytesIO()
        photo.convert(mode).save(out, "JPEG", quality=90)
        return _image(pdf, photo, out.getvalue(), colours, Name.DCTDecode, **more)

    return made


def _indexed(pdf: Pdf, photo: Image.Image) -> Stream:
    paletted = photo.quantize(64)
    palette = bytes(paletted.getpalette() or [])[: 3 * 64].ljust(3 * 64, b"\0")
    colours = Array([Name.Indexed, Name.DeviceRGB, 63, pikepdf.String(palette)])
    return _image(pdf, photo, zlib.compress(paletted.tobytes()), colours, Name.FlateDecode)


def _icc(pdf: Pdf, photo: Image.Image) -> Stream:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    colours = Array([Name.ICCBased, pdf.make_stream(profile, N=3)])
    return _image(pdf, photo, zlib.compress(photo.tobytes()), colours, Name.FlateDecode)


def _one_ink(pdf: Pdf, photo: Image.Image) -> Stream:
    tint = Dictionary(
        FunctionType=2, Domain=Array([0, 1]), C0=Array([0, 0, 0]), C1=Array([1, 1, 1]), N=1
    )
    colours = Array([Name.Separation, Name.Spot, Name.DeviceRGB, tint])
    data = zlib.compress(photo.convert("L").tobytes())
    return _image(pdf, photo, data, colours, Name.FlateDecode)


def _jpx(pdf: Pdf, photo: Image.Image) -> Stream:
    out = io.BytesIO()
    photo.save(out, "JPEG2000", quality_mode="dB", quality_layers=[40])
    return pdf.make_stream(
        out.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=photo.width,
        Height=photo.height, Filter=Name.JPXDecode,
    )  # fmt: skip


def _fax(pdf: Pdf, photo: Image.Image) -> Stream:
    out = io.BytesIO()
    photo.convert("1").save(out, "TIFF", compression="group4")
    with Image.open(out) as tiff:
        assert isinstance(tiff, TiffImagePlugin.TiffImageFile)
        tags = tiff.tag_v2
        (start,), (size,) = tags[_STRIP_OFFSETS], tags[_STRIP_SIZES]
    data = out.getvalue()[start : start + size]
    rules = Dictionary(K=-1, Columns=photo.width, Rows=photo.height, BlackIs1=False)
    return _image(pdf, photo, data, Name.DeviceGray, Name.CCITTFaxDecode, 1, DecodeParms=rules)


def _image(
    pdf: Pdf,
    photo: Image.Image,
    data: bytes,
    colours: Any,  # noqa: ANN401 -- a name or an array
    packing: Name,
    bits: int = 8,
    **more: Any,  # noqa: ANN401 -- PDF objects
) -> Stream:
    return pdf.make_stream(
        data, Type=Name.XObject, Subtype=Name.Image, Width=photo.width, Height=photo.height,
        ColorSpace=colours, BitsPerComponent=bits, Filter=packing, **more,
    )  # fmt: skip


def _masked(pdf: Pdf, photo: Image.Image) -> Stream:
    slope = Image.linear_gradient("L").resize(photo.size)
    mask = _image(pdf, slope, zlib.compress(slope.tobytes()), Name.DeviceGray, Name.FlateDecode)
    return _raw("RGB", Name.DeviceRGB, SMask=mask)(pdf, photo)


def _calibrated(*, is_grey: bool) -> Array:
    white = Array([0.9505, 1, 1.089])
    kind = Name.CalGray if is_grey else Name.CalRGB
    return Array([kind, Dictionary(WhitePoint=white)])


def _turned(count: int) -> Array:
    return Array([1, 0] * count)


STORED: Final[Mapping[str, Make]] = {
    "JPEG": _jpeg("RGB", Name.DeviceRGB),
    "grey JPEG": _jpeg("L", Name.DeviceGray),
    "JPEG of four inks": _jpeg("CMYK", Name.DeviceCMYK),
    "JPEG of four inks, turned": _jpeg("CMYK", Name.DeviceCMYK, Decode=_turned(4)),
    "JPEG, turned": _jpeg("RGB", Name.DeviceRGB, Decode=_turned(3)),
    "raw colours": _raw("RGB", Name.DeviceRGB),
    "raw colours of 16 bits": _raw("RGB", Name.DeviceRGB, 16),
    "raw colours, turned": _raw("RGB", Name.DeviceRGB, Decode=_turned(3)),
    "raw colours, one left out": _raw(
        "RGB", Name.DeviceRGB, Mask=Array([200, 255, 200, 255, 200, 255])
    ),
    "raw inks": _raw("CMYK", Name.DeviceCMYK),
    "raw grey": _raw("L", Name.DeviceGray),
    "grey of 4 bits": _raw("L", Name.DeviceGray, 4),
    "grey of 2 bits": _raw("L", Name.DeviceGray, 2),
    "black and white": _raw("L", Name.DeviceGray, 1),
    "black and white, turned": _raw("L", Name.DeviceGray, 1, Decode=_turned(1)),
    "calibrated grey": _raw("L", _calibrated(is_grey=True)),
    "calibrated colours": _raw("RGB", _calibrated(is_grey=False)),
    "an index": _indexed,
    "a profile": _icc,
    "one ink": _one_ink,
    "JPEG 2000": _jpx,
    "fax": _fax,
    "a soft mask": _masked,
}
"""Each way to store a picture."""

_WHOLE: Final = "400 0 0 300 0 0 cm /I Do"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """How a page draws its picture ``/I``."""

    drawn: str = f"q {_WHOLE} Q"
    entries: Mapping[str, Any] | None = None
    """Entries of the page besides."""
    is_in_form: bool = False
    blend: str | None = None
    opacity: float = 1.0


PLACEMENTS: Final[Mapping[str, Placement]] = {
    "alone": Placement(),
    "page turned by 90": Placement(entries={"Rotate": 90}),
    "page turned by 180": Placement(entries={"Rotate": 180}),
    "page turned by -90": Placement(entries={"Rotate": -90}),
    "mirrored": Placement(drawn="q -400 0 0 300 400 0 cm /I Do Q"),
    "upside down": Placement(drawn="q 400 0 0 -300 0 300 cm /I Do Q"),
    "on its side": Placement(drawn="q 0 300 -400 0 400 0 cm /I Do Q"),
    "leaning": Placement(drawn="q 300 80 -60 220 80 0 cm /I Do Q"),
    "clipped to a box": Placement(drawn=f"q 50 50 200 150 re W n {_WHOLE} Q"),
    "clipped to a bow tie": Placement(drawn=f"q 0 0 m 400 300 l 400 0 l 0 300 l h W n {_WHOLE} Q"),
    "larger than its page": Placement(drawn="q 800 0 0 600 -200 -150 cm /I Do Q"),
    "page cropped": Placement(entries={"CropBox": Array([100, 50, 300, 250])}),
    "page far from the origin": Placement(
        drawn="q 400 0 0 300 1000 -500 cm /I Do Q",
        entries={"MediaBox": Array([1000, -500, 1400, -200])},
    ),
    "within a form": Placement(is_in_form=True),
    "covered in white": Placement(drawn=f"q {_WHOLE} Q 1 1 1 rg 0 0 400 300 re f"),
    "half covered": Placement(drawn=f"q {_WHOLE} Q 0.2 0.4 0.2 rg 0 0 200 300 re f"),
    "over grey, half seen": Placement(
        drawn=f"0.5 g 0 0 400 300 re f q /G gs {_WHOLE} Q", opacity=0.5
    ),
    "multiplied with red": Placement(
        drawn=f"1 0.5 0.5 rg 0 0 400 300 re f q /G gs {_WHOLE} Q", blend="Multiply"
    ),
    "twice": Placement(drawn="q 200 0 0 150 0 0 cm /I Do Q q 200 0 0 150 200 150 cm /I Do Q"),
    "below words": Placement(
        drawn=f"q {_WHOLE} Q BT /F 40 Tf 1 0 0 rg 20 140 Td (Taller de don Luis) Tj ET"
    ),
}
"""Each way to place one."""


def _page(photo: Image.Image, make: Make, placement: Placement) -> bytes:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=PAGE)
        state = Dictionary(ca=placement.opacity)
        if placement.blend:
            state.BM = Name(f"/{placement.blend}")
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        resources = Dictionary(
            XObject=Dictionary(I=make(pdf, photo)),
            ExtGState=Dictionary(G=state),
            Font=Dictionary(F=font),
        )
        if placement.is_in_form:
            form = pdf.make_stream(
                f"q {_WHOLE} Q".encode(), Type=Name.XObject, Subtype=Name.Form,
                BBox=Array([0, 0, 400, 300]), Matrix=Array([0.5, 0, 0, 0.5, 50, 60]),
                Resources=resources,
            )  # fmt: skip
            resources = Dictionary(XObject=Dictionary(F=form))
        page.Resources = resources
        page.Contents = pdf.make_stream(
            b"/F Do" if placement.is_in_form else placement.drawn.encode()
        )
        for key, value in (placement.entries or {}).items():
            page.obj[f"/{key}"] = value
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()
