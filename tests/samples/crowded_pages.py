"""Pages that are made to hide a photo, or to cost time: mosaics, nested forms, masks, layers."""

import io
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageOps

from tests.samples import photo_pages

A4 = photo_pages.A4


def mosaic(photo: Image.Image, *, across: int, overlap: float = 0.0) -> bytes:
    """Return a page on which a square of a photo stands in ``across`` by ``across`` tiles.

    ``overlap`` is how far each covers the next ones, in points.
    """
    side, point = 8, 550 / across
    whole = photo.resize((across * side, across * side))
    with pikepdf.new() as pdf:
        names: dict[str, Stream] = {}
        drawn = []
        for row in range(across):
            for column in range(across):
                box = (column * side, row * side, (column + 1) * side, (row + 1) * side)
                name = f"/T{row}x{column}"
                names[name] = _flate(pdf, whole.crop(box))
                width = point + overlap
                left, bottom = 20 + column * point, 20 + (across - 1 - row) * point - overlap
                drawn.append(
                    f"q {width:.3f} 0 0 {width:.3f} {left:.3f} {bottom:.3f} cm {name} Do Q"
                )
        return _page(pdf, drawn, names)


def grids(photos: Sequence[Image.Image], *, pages: int, across: int, side_px: int) -> bytes:
    """Return so many pages with ``across`` by ``across`` photos each."""
    with pikepdf.new() as pdf:
        shown = [ImageOps.contain(photo, (side_px, side_px)) for photo in photos]
        images = [_jpeg(pdf, photo) for photo in shown]
        cell = 550 / across
        for page in range(pages):
            drawn = []
            for place in range(across * across):
                row, column = divmod(place, across)
                left, bottom = 20 + column * cell, 700 - row * cell
                width, height = cell - 6, (cell - 6) * 3 / 4
                number = (place + page) % len(images)
                drawn.append(f"q {width} 0 0 {height} {left} {bottom} cm /I{number} Do Q")
            _add_page(pdf, drawn, {f"/I{number}": each for number, each in enumerate(images)})
        return _saved(pdf)


def stamped_within_forms(photo: Image.Image, *, depth: int) -> bytes:
    """Return a page on which a stamp draws a photo within so many forms."""
    with pikepdf.new() as pdf:
        box = Array([0, 0, 400, 300])
        names = Dictionary(I=_jpeg(pdf, photo))
        content = b"q 400 0 0 300 0 0 cm /I Do Q"
        form: Any = None
        for _ in range(depth + 1):
            form = Stream(
                pdf,
                content,
                Type=Name.XObject,
                Subtype=Name.Form,
                BBox=box,
                Resources=Dictionary(XObject=names),
            )
            form = pdf.make_indirect(form)
            names, content = Dictionary(F=form), b"/F Do"
        note = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Stamp,
            Rect=Array([60, 200, 460, 500]),
            F=4,
            AP=Dictionary(N=form),
        )
        _add_page(pdf, [], {}).Annots = Array([pdf.make_indirect(note)])
        return _saved(pdf)


def changed(photo: Image.Image, how: str, *, is_alone: bool) -> bytes:
    """Return a page that shows a JPEG otherwise than it is stored.

    ``how`` is ``plain``, ``inverted``, ``masked``, ``half masked``, ``stencilled``, ``inks``,
    ``layer off`` or ``covered``. ``is_alone`` makes it the page, else it stands on an A4 page
    beside a line.
    """
    with pikepdf.new() as pdf:
        entries: dict[str, Any] = {}
        if how == "inverted":
            entries["Decode"] = Array([1, 0, 1, 0, 1, 0])
        elif how in {"masked", "half masked"}:
            tone = 0 if how == "masked" else 128
            entries["SMask"] = _flate(pdf, Image.new("L", (40, 30), tone))
        elif how == "stencilled":
            bits = zlib.compress(b"\xff" * 5 * 30)
            entries["Mask"] = Stream(
                pdf, bits, Type=Name.XObject, Subtype=Name.Image, Width=40, Height=30,
                ImageMask=True, BitsPerComponent=1, Filter=Name.FlateDecode,
            )  # fmt: skip
        image = _jpeg(pdf, photo.convert("CMYK") if how == "inks" else photo, **entries)
        size = (400.0, 300.0) if is_alone else A4
        drawn = ["q 400 0 0 300 0 0 cm /I Do Q"]
        if how == "layer off":
            drawn = ["/OC /L BDC", *drawn, "EMC"]
        if how == "covered":
            drawn.append("1 1 1 rg 0 0 400 300 re f")
        if not is_alone:
            drawn.append("0 0 0 rg 20 500 300 2 re f")
        page = _add_page(pdf, drawn, {"/I": image}, size=size)
        if how == "layer off":
            layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="L"))
            page.Resources.Properties = Dictionary(L=layer)
            pdf.Root.OCProperties = Dictionary(
                OCGs=Array([layer]), D=Dictionary(OFF=Array([layer]), Order=Array([layer]))
            )
        return _saved(pdf)


CHANGES = (
    "plain", "inverted", "masked", "half masked", "stencilled", "inks", "layer off", "covered",
)  # fmt: skip


def _jpeg(pdf: Pdf, photo: Image.Image, **entries: Any) -> Stream:  # noqa: ANN401 -- any PDF object
    inks = photo.mode == "CMYK"
    return pdf.make_stream(
        photo_pages.jpeg_of(photo), Type=Name.XObject, Subtype=Name.Image, Width=photo.width,
        Height=photo.height, ColorSpace=Name.DeviceCMYK if inks else Name.DeviceRGB,
        BitsPerComponent=8, Filter=Name.DCTDecode, **entries,
    )  # fmt: skip


def _flate(pdf: Pdf, picture: Image.Image) -> Stream:
    colours = Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB
    return pdf.make_stream(
        zlib.compress(picture.tobytes()), Type=Name.XObject, Subtype=Name.Image,
        Width=picture.width, Height=picture.height, ColorSpace=colours, BitsPerComponent=8,
        Filter=Name.FlateDecode,
    )  # fmt: skip


def _add_page(
    pdf: Pdf, drawn: Sequence[str], names: Mapping[str, Any], *, size: tuple[float, float] = A4
) -> pikepdf.Page:
    page = pdf.add_blank_page(page_size=size)
    page.Resources = Dictionary(XObject=Dictionary(names))
    page.Contents = pdf.make_stream("\n".join(drawn).encode())
    return page


def _page(pdf: Pdf, drawn: Sequence[str], names: Mapping[str, Any]) -> bytes:
    _add_page(pdf, drawn, names)
    return _saved(pdf)


def _saved(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()
