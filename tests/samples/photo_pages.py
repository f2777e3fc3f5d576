"""Pages on which photos stand as people put them: grids, strips, tiles, stamps, in a Word page."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image, ImageDraw, ImageOps

A4 = (595.0, 842.0)
"""Points."""
SHEET_PX = (1654, 2339)
"""An A4 sheet at 200 pixels an inch."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A JPEG and where it stands, in points from the lower left corner."""

    jpeg: bytes
    left: float
    bottom: float
    width: float
    height: float


def jpeg_of(image: Image.Image, *, quality: int = 88) -> bytes:
    """Return a JPEG as a telephone writes it."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def page_of(spots: Sequence[Spot], *, size: tuple[float, float] = A4, text: str = "") -> bytes:
    """Return a page with JPEGs and a line of text above them."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=size)
        names = {f"/Im{number}": _image(pdf, spot.jpeg) for number, spot in enumerate(spots)}
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(XObject=Dictionary(names), Font=Dictionary(F=font))
        drawn = [
            f"q {spot.width:.3f} 0 0 {spot.height:.3f} {spot.left:.3f} {spot.bottom:.3f} cm "
            f"/Im{number} Do Q"
            for number, spot in enumerate(spots)
        ]
        if text:
            drawn.append(f"BT /F 12 Tf 60 {size[1] - 50:.0f} Td ({text}) Tj ET")
        page.Contents = pdf.make_stream("\n".join(drawn).encode())
        return _saved(pdf)


def alone(jpeg: bytes) -> bytes:
    """Return a page that is one JPEG and nothing else, in its own shape."""
    with Image.open(io.BytesIO(jpeg)) as image:
        scale = A4[0] / image.width
        size = (A4[0], image.height * scale)
    return page_of([Spot(jpeg=jpeg, left=0, bottom=0, width=size[0], height=size[1])], size=size)


def grid(photos: Sequence[Image.Image], *, across: int, gap: float = 6, text: str = "") -> bytes:
    """Return an A4 page with photos in rows of so many, each in its own shape."""
    down = -(-len(photos) // across)
    cell = ((A4[0] - 60 - gap * (across - 1)) / across, (A4[1] - 110 - gap * (down - 1)) / down)
    spots = []
    for index, photo in enumerate(photos):
        row, column = divmod(index, across)
        scale = min(cell[0] / photo.width, cell[1] / photo.height)
        spots.append(
            Spot(
                jpeg=jpeg_of(photo),
                left=30 + column * (cell[0] + gap),
                bottom=A4[1] - 80 - row * (cell[1] + gap) - photo.height * scale,
                width=photo.width * scale,
                height=photo.height * scale,
            )
        )
    return page_of(spots, text=text)


def cut(photo: Image.Image, *, across: int, down: int, gap: float = 0.0) -> bytes:
    """Return an A4 page on which one photo stands in so many pieces, edge to edge."""
    scale = min((A4[0] - 40) / photo.width, (A4[1] - 40) / photo.height)
    columns = [round(photo.width * step / across) for step in range(across + 1)]
    rows = [round(photo.height * step / down) for step in range(down + 1)]
    spots = []
    for row in range(down):
        for column in range(across):
            box = (columns[column], rows[row], columns[column + 1], rows[row + 1])
            spots.append(
                Spot(
                    jpeg=jpeg_of(photo.crop(box), quality=92),
                    left=20 + box[0] * scale + column * gap,
                    bottom=A4[1] - 20 - box[3] * scale - row * gap,
                    width=(box[2] - box[0]) * scale,
                    height=(box[3] - box[1]) * scale,
                )
            )
    return page_of(spots)


def stamped(photo: Image.Image, *, words: str = "") -> bytes:
    """Return an A4 page without pictures on which a photo stands as a stamp annotation."""
    with pikepdf.open(io.BytesIO(page_of([], text=words))) as pdf:
        scale = 400 / max(photo.size)
        width, height = photo.width * scale, photo.height * scale
        look = Stream(
            pdf,
            f"q {photo.width} 0 0 {photo.height} 0 0 cm /I Do Q".encode(),
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=Array([0, 0, photo.width, photo.height]),
            Resources=Dictionary(XObject=Dictionary(I=_image(pdf, jpeg_of(photo)))),
        )
        note = Dictionary(
            Type=Name.Annot,
            Subtype=Name.Stamp,
            Rect=Array([90, 200, 90 + width, 200 + height]),
            F=4,
            AP=Dictionary(N=pdf.make_indirect(look)),
        )
        pdf.pages[0].Annots = Array([pdf.make_indirect(note)])
        return _saved(pdf)


def upright(photo: Image.Image) -> Image.Image:
    """Return the middle of a photo as a telephone held upright takes it."""
    return ImageOps.fit(photo, (photo.height * 3 // 4, photo.height))


def in_a_column(photo: Image.Image, *, longest_px: int = 917) -> bytes:
    """Return a page as Word saves it: the photo reduced to what it must show, text above it."""
    small = ImageOps.contain(upright(photo), (longest_px, longest_px))
    scale = 300 / max(small.size)
    spot = Spot(
        jpeg=jpeg_of(small, quality=85),
        left=140,
        bottom=300,
        width=small.width * scale,
        height=small.height * scale,
    )
    return page_of([spot], text="Mi taller: personas trabajando en el telar, de lunes a viernes")


def on_white_sheet(photo: Image.Image, *, share: float = 0.6, top: float = 0.3) -> Image.Image:
    """Return an A4 sheet as a scan app saves it, white around the photo."""
    sheet = Image.new("RGB", SHEET_PX, (255, 255, 255))
    shown = ImageOps.contain(photo, (round(SHEET_PX[0] * share), round(SHEET_PX[1] * share)))
    sheet.paste(
        shown, ((SHEET_PX[0] - shown.width) // 2, round((SHEET_PX[1] - shown.height) * top))
    )
    return sheet


def cut_out_on_white(photo: Image.Image, *, share: float = 0.6) -> Image.Image:
    """Return a product photo as shops show it: an oval of the photo on pure white."""
    sheet = Image.new("RGB", photo.size, (255, 255, 255))
    mask = Image.new("L", photo.size, 0)
    width, height = (side * share for side in photo.size)
    left, top = (photo.width - width) / 2, (photo.height - height) / 2
    ImageDraw.Draw(mask).ellipse((left, top, left + width, top + height), fill=255)
    sheet.paste(photo, (0, 0), mask)
    return sheet


def collage(
    photos: Sequence[Image.Image], *, across: int, gutter: int = 16, width: int = 2400
) -> Image.Image:
    """Return one picture of photos in rows of so many, white strips between and around them."""
    down = -(-len(photos) // across)
    cell = (width - gutter * (across + 1)) // across
    low = cell * 3 // 4
    sheet = Image.new("RGB", (width, low * down + gutter * (down + 1)), (255, 255, 255))
    for index, photo in enumerate(photos):
        row, column = divmod(index, across)
        place = (gutter + column * (cell + gutter), gutter + row * (low + gutter))
        sheet.paste(ImageOps.fit(photo, (cell, low)), place)
    return sheet


def _image(pdf: Pdf, jpeg: bytes) -> Stream:
    with Image.open(io.BytesIO(jpeg)) as image:
        width, height = image.size
    return Stream(
        pdf,
        jpeg,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=width,
        Height=height,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )


def _saved(pdf: Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()
