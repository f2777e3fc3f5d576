"""Hostile files aimed at what the evidence engine added: codes, codecs, text layers, signatures."""

import io
import random
import struct
import zlib
from collections.abc import Iterator
from typing import Final

import segno
from PIL import Image

from review_service.domain.documents import DocumentKind
from tests.samples import raw_pdf
from tests.samples.raw_pdf import flate, image, image_page, one_page, stream

Named = tuple[str, bytes, tuple[DocumentKind, ...]]
EVIDENCE: Final = (DocumentKind.EVIDENCE,)
PAPERS: Final = (DocumentKind.AGREEMENT, DocumentKind.SUPPORT)
ALL: Final = (*EVIDENCE, *PAPERS)
DRAWN: Final = (DocumentKind.EVIDENCE, DocumentKind.AGREEMENT)
"""The two ways of drawing a page; a supporting document is drawn as an agreement is."""
HELVETICA: Final = b"/Font << /T << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>"
A4_AT_200_DPI: Final = (1654, 2339)


def engine_files() -> Iterator[Named]:
    """Yield name, bytes and the kinds under which each is sent; the same on every run."""
    yield from _codes()
    yield from _codecs()
    yield from _images()
    yield from _texts()
    yield from _fonts()
    yield from _signatures()
    yield from _profiles()


def _scan(picture: Image.Image) -> bytes:
    """Return a page of A4 that is one scanned picture."""
    out = io.BytesIO()
    picture.convert("L").save(out, "JPEG", quality=80)
    entries = b"/ColorSpace /DeviceGray /Filter /DCTDecode"
    page = image_page(image(*picture.size, out.getvalue(), entries))
    page = page.replace(b"[0 0 300 200]", b"[0 0 595 842]")
    return page.replace(b"q 300 0 0 200 0 0 cm", b"q 595 0 0 842 0 0 cm")


def _code(text: str, *, scale: int) -> Image.Image:
    out = io.BytesIO()
    segno.make(text, error="l", micro=False).save(out, kind="png", scale=scale, border=4)
    return Image.open(out).convert("L")


def _codes() -> Iterator[Named]:
    page = Image.new("L", A4_AT_200_DPI, 255)
    small = _code("https://example.invalid/v/x", scale=2)
    for top in range(0, page.height - small.height, small.height):
        for left in range(0, page.width - small.width, small.width):
            page.paste(small, (left, top))
    yield "codes-hundreds-on-a-page", _scan(page), PAPERS
    largest = _code("A" * 4200, scale=9)
    page = Image.new("L", A4_AT_200_DPI, 255)
    page.paste(largest.resize((1600, 1600)), (20, 20))
    yield "code-of-four-thousand-letters", _scan(page), PAPERS
    for name, text in {
        "code-of-controls": "https://x\r\n\x00\x1b[2J" * 40,
        "code-of-script": "javascript:alert(1)//" * 30,
        "code-of-a-long-address": "https://localhost/v/" + "a" * 2500,
    }.items():
        page = Image.new("L", A4_AT_200_DPI, 255)
        page.paste(_code(text, scale=3), (40, 40))
        yield name, _scan(page), PAPERS
    corners = Image.new("L", A4_AT_200_DPI, 255)
    finder = Image.new("L", (28, 28), 0)
    finder.paste(255, (4, 4, 24, 24))
    finder.paste(0, (8, 8, 20, 20))
    for top in range(0, corners.height - 32, 32):
        for left in range(0, corners.width - 32, 32):
            corners.paste(finder, (left, top))
    yield "codes-nothing-but-corners", _scan(corners), PAPERS
    noise = Image.frombytes("L", A4_AT_200_DPI, _noise(A4_AT_200_DPI[0] * A4_AT_200_DPI[1], 3))
    yield "codes-in-noise", _scan(noise.point(lambda luma: 255 * (luma > 127))), PAPERS


def _noise(size: int, seed: int) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 -- reproducible noise


def _codecs() -> Iterator[Named]:
    for name, picture, options in (
        ("jpx-36-megapixels", Image.new("RGB", (6000, 6000), (9, 90, 9)), {}),
        ("jpx-noise", Image.frombytes("RGB", (1500, 1500), _noise(6_750_000, 1)), {}),
        (
            "jpx-tiny-tiles",
            Image.new("RGB", (2000, 2000), (200, 9, 9)),
            {"tile_size": (16, 16)},
        ),
        ("jpx-with-alpha", Image.new("RGBA", (900, 900), (9, 9, 200, 90)), {}),
    ):
        out = io.BytesIO()
        picture.save(out, "JPEG2000", **options)
        data = out.getvalue()
        width, height = picture.size
        yield name, image_page(image(width, height, data, b"/Filter /JPXDecode")), DRAWN
        cut = data[: len(data) // 3]
        yield f"{name}-cut", image_page(image(width, height, cut, b"/Filter /JPXDecode")), EVIDENCE
    odd = _jpx_header(components=16_384, side=300)
    yield "jpx-16384-components", image_page(image(300, 300, odd, b"/Filter /JPXDecode")), DRAWN
    yield from _fax()
    yield from _bilevel()


def _jpx_header(*, components: int, side: int) -> bytes:
    size = struct.pack(
        ">HHIIIIIIII", 38 + 3 * min(components, 8000), 0, side, side, 0, 0, side, side, 0, 0
    )
    parts = size + struct.pack(">H", components) + b"\x07\x01\x01" * min(components, 8000)
    return b"\xff\x4f\xff\x51" + parts + b"\xff\x52\x00\x0c\x00\x00\x00\x01\x00\x05\x04\x04\x00\x00"


def _fax() -> Iterator[Named]:
    grey = b"/ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms << %s >>"
    for name, parameters, data in (
        ("group-4-giant", b"/K -1 /Columns 30000 /Rows 30000", bytes(400_000)),
        ("group-4-noise", b"/K -1 /Columns 2400 /Rows 3300", _noise(300_000, 5)),
        ("group-3-noise", b"/K 4 /Columns 2400 /Rows 3300", _noise(300_000, 6)),
        ("no-columns", b"/K -1 /Columns 0 /Rows 0", _noise(9_000, 7)),
        ("negative", b"/K -1 /Columns -2400 /Rows -3300", _noise(9_000, 8)),
        ("endless-rows", b"/K -1 /Columns 1 /Rows 2147483647", b"\xff" * 90_000),
    ):  # fmt: skip
        picture = image(2400, 3300, data, grey % parameters)
        picture = picture.replace(b"/BitsPerComponent 8", b"/BitsPerComponent 1")
        yield f"ccitt-{name}", image_page(picture), DRAWN


def _bilevel() -> Iterator[Named]:
    entries = b"/ColorSpace /DeviceGray /Filter /JBIG2Decode"
    page = struct.pack(">IBBBI", 0, 0x30, 0, 1, 19)
    for name, side, rest in (
        ("giant-generic-region", 20_000, _region(20_000)),
        ("region-beyond-page", 2000, _region(60_000)),
        ("thousand-regions", 2000, _region(2000) * 1000),
        ("symbols-noise", 2000, struct.pack(">IBBBI", 1, 0, 0, 1, 90_000) + _noise(90_000, 9)),
        ("endless-striped", 2000, struct.pack(">IBBBI", 1, 50, 0, 1, 4) + b"\xff\xff\xff\xff"),
    ):
        head = page + struct.pack(">IIIIBH", side, side, 0, 0, 0, 0)
        picture = image(2000, 2000, head + rest, entries)
        picture = picture.replace(b"/BitsPerComponent 8", b"/BitsPerComponent 1")
        yield f"jbig2-{name}", image_page(picture), DRAWN


def _region(side: int) -> bytes:
    body = struct.pack(">IIIIB", side, side, 0, 0, 0) + b"\x00\x03\xff\xfd\xff\x02\xfe\xfe\xfe"
    body += _noise(600, 4)
    return struct.pack(">IBBBI", 1, 38, 0, 1, len(body)) + body


def _images() -> Iterator[Named]:
    tiny = image(1, 1, b"\x80", b"/ColorSpace /DeviceGray")
    each = b"q 1 0 0 1 %d %d cm /I Do Q\n"
    drawn = b"".join(each % (n % 300, n // 300 % 200) for n in range(100_000))
    yield (
        "images-hundred-thousand-drawn",
        one_page(body=flate(drawn), resources=b"/XObject << /I 10 0 R >>", objects={10: tiny}),
        DRAWN,
    )
    inline = b"q 1 0 0 1 9 9 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q\n" * 100_000
    yield "images-hundred-thousand-inline", one_page(body=flate(inline)), DRAWN
    names = b" ".join(b"/I%d %d 0 R" % (n, 10 + n) for n in range(5000))
    many = {10 + n: tiny for n in range(5000)}
    places = ((n % 290, n // 290 * 9, n) for n in range(5000))
    content = b"".join(b"q 9 0 0 9 %d %d cm /I%d Do Q\n" % place for place in places)
    yield (
        "images-five-thousand-objects",
        one_page(body=flate(content), resources=b"/XObject << %s >>" % names, objects=many),
        DRAWN,
    )
    photo = raw_pdf.small_photo()
    jpeg = image(640, 480, photo, b"/ColorSpace /DeviceRGB /Filter /DCTDecode")
    tiles = b"".join(
        b"q 15 0 0 10 %d %d cm /I Do Q\n" % (n % 20 * 15, n // 20 * 10) for n in range(400)
    )
    yield (
        "images-one-photo-four-hundred-times",
        one_page(content=tiles, resources=b"/XObject << /I 10 0 R >>", objects={10: jpeg}),
        DRAWN,
    )
    yield from _nested(jpeg)


def _nested(jpeg: bytes) -> Iterator[Named]:
    for levels in (28, 200):
        objects = {9: jpeg}
        for level in range(levels):
            inside = b"/N Do" if level + 1 < levels else b"q 300 0 0 200 0 0 cm /I Do Q"
            entries = b"/Type /XObject /Subtype /Form /BBox [0 0 300 200] /Matrix [.99 .01 -.01 .99 0 0] /Resources << /XObject << /N %d 0 R /I 9 0 R >> >>"  # noqa: E501
            objects[10 + level] = stream(inside, entries % (11 + level))
        data = one_page(content=b"/N Do", resources=b"/XObject << /N 10 0 R >>", objects=objects)
        yield f"forms-{levels}-levels-around-a-photo", data, ALL


def _texts() -> Iterator[Named]:
    letters = b"BT /T 1 Tf " + b"(abcdefghi ) Tj " * 100_000 + b"ET"
    yield "text-million-letters", one_page(body=flate(letters), resources=HELVETICA), ALL
    words = b"BT /T 4 Tf 5 TL " + b"(palabra ) Tj 1 0 Td " * 100_000 + b"ET"
    yield "text-hundred-thousand-words", one_page(body=flate(words), resources=HELVETICA), ALL
    hidden = b"BT 3 Tr /T 8 Tf 9 9 Td " + b"(Acuerdo 0000) Tj " * 50_000 + b"ET"
    yield "text-invisible", one_page(body=flate(hidden), resources=HELVETICA), ALL
    one_word = b"BT /T 1 Tf (" + b"a" * 1_000_000 + b") Tj ET"
    yield "text-one-word-of-a-million", one_page(body=flate(one_word), resources=HELVETICA), ALL
    headings = b"BT /T 12 Tf 10 190 Td (" + b"Taller " * 20_000 + b") Tj ET"
    yield "text-endless-heading", one_page(body=flate(headings), resources=HELVETICA), ALL
    digits = b"BT /T 9 Tf 10 190 Td (RUC " + b"1790012345001" * 20_000 + b") Tj ET"
    yield "text-endless-number", one_page(body=flate(digits), resources=HELVETICA), ALL
    dashes = b"BT /T 9 Tf 10 190 Td (" + b"MPCEIP-" * 40_000 + b") Tj ET"
    yield "text-almost-a-number", one_page(body=flate(dashes), resources=HELVETICA), ALL
    spaces = b"BT /T 9 Tf 10 190 Td (" + b" \\t" * 200_000 + b"x) Tj ET"
    yield "text-all-blanks", one_page(body=flate(spaces), resources=HELVETICA), ALL


def _fonts() -> Iterator[Named]:
    for name, size in (("giant", b"1000000000"), ("tiny", b"0.0000001"), ("negative", b"-40")):
        content = b"BT /T %s Tf 20 90 Td (Acuerdo Interministerial) Tj ET" % size
        yield f"font-{name}", one_page(content=content, resources=HELVETICA), ALL
    far = b"BT 1000000 0 0 1000000 99999999 -99999999 Tm /T 40 Tf (Acuerdo) Tj ET"
    yield "font-far-away", one_page(content=far, resources=HELVETICA), ALL
    unicode_map = flate(
        b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <00> <FF> <"
        + b"0041" * 200_000
        + b"> endbfrange"
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 11 0 R >>"
    yield (
        "font-one-letter-means-many",
        one_page(
            content=b"BT /T 9 Tf 9 9 Td (" + b"a" * 2000 + b") Tj ET",
            resources=b"/Font << /T 10 0 R >>",
            objects={10: font, 11: unicode_map},
        ),
        ALL,
    )


def _signatures() -> Iterator[Named]:
    garbage = _noise(40_000, 12).hex().encode()
    shapes = {
        "garbage": b"/ByteRange [0 100 200 300] /Contents <%s>" % garbage,
        "negative-range": b"/ByteRange [0 -5 -9 99] /Contents <3000>",
        "range-beyond-end": b"/ByteRange [0 999999999999 999999999999 9] /Contents <3000>",
        "range-of-millions": b"/ByteRange [%s] /Contents <3000>" % (b"0 1 " * 200_000),
        "no-range": b"/Contents <3000>",
        "no-contents": b"/ByteRange [0 10 20 30]",
        "range-of-names": b"/ByteRange [/a /b /c /d] /Contents (x)",
        "deep": b"/ByteRange [0 10 20 30] /Contents <%s>" % (b"3080" * 50_000),
        "its-own-reference": b"/ByteRange 11 0 R /Contents 11 0 R /Reference 11 0 R",
        "time-nonsense": b"/M (D:99999999999999Z99'99) /ByteRange [0 1 2 3] /Contents <30>",
    }
    for name, entries in shapes.items():
        yield f"signature-{name}", _signed(entries), PAPERS
    yield "signature-two-thousand-fields", _signed(shapes["negative-range"], fields=2000), PAPERS
    yield "signature-field-its-own-kid", _signed(shapes["garbage"], kid=True), PAPERS


def _signed(entries: bytes, *, fields: int = 1, kid: bool = False) -> bytes:
    numbers = b" ".join(b"%d 0 R" % (20 + n) for n in range(fields))
    inside = b"/Kids [20 0 R] /Parent 20 0 R" if kid else b""
    objects = {
        11: b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached %s >>" % entries
    }
    for n in range(fields):
        objects[20 + n] = (
            b"<< /FT /Sig /T (S%d) /V 11 0 R /Type /Annot /Subtype /Widget /Rect [0 0 0 0] %s >>"
            % (n, inside)
        )
    return one_page(
        content=b"BT /T 9 Tf 9 90 Td (Acuerdo) Tj ET",
        resources=HELVETICA,
        catalog=b"/AcroForm << /SigFlags 3 /Fields [%s] >>" % numbers,
        objects=objects,
    )


def _profiles() -> Iterator[Named]:
    pixels = zlib.compress(bytes(range(256)) * 900, 9)
    for name, profile, channels in (
        ("garbage", _noise(3000, 14), 3),
        ("empty", b"", 3),
        ("wrong-channels", _noise(3000, 15), 4),
        ("header-lies", struct.pack(">I", 2**31 - 1) + b"acsp" * 200, 3),
        ("million-tags", bytes(128) + struct.pack(">I", 1_000_000) + _noise(60_000, 16), 3),
    ):
        picture = image(320, 240, pixels, b"/ColorSpace [/ICCBased 11 0 R] /Filter /FlateDecode")
        objects = {11: flate(profile, b"/N %d" % channels)}
        yield f"icc-{name}", image_page(picture, objects), DRAWN
    photo = raw_pdf.small_photo()
    marker = b"ICC_PROFILE\0\x01\xff" + _noise(60_000, 17)
    tagged = photo[:2] + b"\xff\xe2" + struct.pack(">H", len(marker) + 2) + marker + photo[2:]
    entries = b"/ColorSpace /DeviceRGB /Filter /DCTDecode"
    yield "icc-in-a-photo", image_page(image(640, 480, tagged, entries)), DRAWN
    yield "icc-photo-alone", tagged, (DocumentKind.PHOTO,)
