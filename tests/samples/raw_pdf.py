"""Writes PDFs by hand, so that they can be wrong in exactly the way a test wants."""

import io
import random
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from review_service.domain.refusals import RefusalReason

HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PAGE: Final = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] %s >>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One hostile PDF and what may become of it; None among the reasons is acceptance."""

    name: str
    data: bytes
    reasons: Collection[RefusalReason | None] | None = None
    finding: str | None = None


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object's body."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def packed(block: bytes, times: int, *, before: bytes = b"") -> bytes:
    """Return a zlib stream of a block so many times over, which is packed but once."""
    head, again = (_packed_alone(part) for part in (before, block))
    check = zlib.adler32(before)
    for _ in range(times):
        check = zlib.adler32(block, check)
    return b"\x78\xda" + head + again * times + b"\x03\x00" + check.to_bytes(4, "big")


def _packed_alone(block: bytes) -> bytes:
    """Return a part of a deflate stream that looks back at nothing before it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)


def flate(data: bytes, entries: bytes = b"") -> bytes:
    """Return a deflated stream object's body."""
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + entries)


@dataclass(kw_only=True)
class RawPdf:
    """Objects by number, and a trailer."""

    objects: dict[int, bytes] = field(default_factory=dict)
    trailer: bytes = b"/Root 1 0 R"

    def add(self, number: int, body: bytes) -> "RawPdf":
        """Set one object."""
        self.objects[number] = body
        return self

    def build(self) -> bytes:
        """Return the file with a correct cross-reference table."""
        out = bytearray(HEADER)
        places = {}
        for number, body in self.objects.items():
            places[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
        start, size = len(out), max(self.objects) + 1
        out += b"xref\n0 %d\n0000000000 65535 f \n" % size
        for number in range(1, size):
            kind = b"n" if number in places else b"f"
            out += b"%010d 00000 %s \n" % (places.get(number, 0), kind)
        out += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, self.trailer, start)
        return bytes(out)


def one_page(
    *,
    content: bytes = b"",
    resources: bytes = b"",
    page: bytes = b"",
    catalog: bytes = b"",
    objects: Mapping[int, bytes] | None = None,
    body: bytes | None = None,
) -> bytes:
    """Return a PDF of one page; ``objects`` from number 10 on, ``body`` replaces the content."""
    pdf = RawPdf()
    pdf.add(1, b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog)
    pdf.add(2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
    pdf.add(3, PAGE % (b"/Contents 4 0 R /Resources << %s >> %s" % (resources, page)))
    pdf.add(4, stream(content) if body is None else body)
    for number, other in (objects or {}).items():
        pdf.add(number, other)
    return pdf.build()


def image_page(image: bytes, objects: Mapping[int, bytes] | None = None) -> bytes:
    """Return a PDF of one page that draws the image object over the whole page."""
    return one_page(
        content=b"q 300 0 0 200 0 0 cm /I Do Q",
        resources=b"/XObject << /I 10 0 R >>",
        objects={10: image} | dict(objects or {}),
    )


def image(width: int, height: int, data: bytes, entries: bytes) -> bytes:
    """Return an image object's body."""
    head = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 " % (
        width,
        height,
    )
    return stream(data, head + entries)


def small_photo(*, seed: int = 0, size: tuple[int, int] = (640, 480)) -> bytes:
    """Return a small JPEG with shapes in it."""
    picture = Image.effect_noise(size, 60).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for step in range(12):
        left, top = (step * 53 + seed * 17) % size[0], (step * 37) % size[1]
        draw.rectangle((left, top, left + 60, top + 40), fill=(step * 20, 90, 255 - step * 20))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def photo_pdf(photos: Sequence[bytes]) -> bytes:
    """Return a PDF with one JPEG a page, made by hand."""
    pdf = RawPdf()
    kids = b" ".join(b"%d 0 R" % (10 + 3 * index) for index in range(len(photos)))
    pdf.add(1, b"<< /Type /Catalog /Pages 2 0 R >>")
    pdf.add(2, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(photos)))
    for index, jpeg in enumerate(photos):
        base = 10 + 3 * index
        with Image.open(io.BytesIO(jpeg)) as picture:
            width, height = picture.size
        inside = b"/Contents %d 0 R /Resources << /XObject << /I %d 0 R >> >>" % (
            base + 1,
            base + 2,
        )
        pdf.add(base, PAGE % inside)
        pdf.add(base + 1, stream(b"q 300 0 0 200 0 0 cm /I Do Q"))
        colour = b"/ColorSpace /DeviceRGB /Filter /DCTDecode"
        pdf.add(base + 2, image(width, height, jpeg, colour))
    return pdf.build()


def dense_pdf(pages: int) -> bytes:
    """Return A4 pages so full of tiny letters that an OCR engine is busy for many seconds."""
    chance = random.Random(5)  # noqa: S311 -- reproducible letters
    page = Image.new("L", (1654, 2339), 255)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(11)
    for row in range(175):
        letters = "".join(chance.choice("abcdefghijklmnopqrstuvwxyz  ") for _ in range(270))
        draw.text((20, 20 + row * 13), letters, font=font, fill=0)
    out = io.BytesIO()
    page.convert("RGB").save(out, "JPEG", quality=45)
    upright = photo_pdf([out.getvalue()] * pages).replace(b"[0 0 300 200]", b"[0 0 595 842]")
    return upright.replace(b"q 300 0 0 200 0 0 cm", b"q 595 0 0 842 0 0 cm")
