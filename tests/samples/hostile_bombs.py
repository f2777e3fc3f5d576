"""Hostile PDFs that unpack to something enormous or take forever to draw."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from review_service.domain.refusals import RefusalReason
from tests.samples import raw_pdf
from tests.samples.raw_pdf import (
    RawPdf,
    Sample,
    flate,
    image,
    image_page,
    one_page,
    packed,
    stream,
)

MEBIBYTE: Final = 1024 * 1024
REFUSED_FOR_COST: Final = (RefusalReason.TOO_COSTLY, RefusalReason.DAMAGED)
ANY_REFUSAL: Final = tuple(RefusalReason)


def bombs() -> Iterator[Sample]:
    """Yield small files that unpack to something enormous."""
    big = packed(b"0 0 m 9 9 l S\n" * MEBIBYTE, 20)
    yield Sample(
        name="bomb-flate-content-280-mb",
        data=_content(big, b"/FlateDecode"),
        reasons=REFUSED_FOR_COST,
    )
    spaces = packed(b" " * MEBIBYTE, 700)
    yield Sample(name="bomb-flate-spaces-700-mb", data=_content(spaces, b"/FlateDecode"))
    twice = zlib.compress(spaces, 9)
    yield Sample(name="bomb-flate-twice", data=_content(twice, b"[/FlateDecode /FlateDecode]"))
    for _ in range(8):
        twice = zlib.compress(twice, 9)
    yield Sample(
        name="bomb-flate-ten-times", data=_content(twice, b"[" + b"/FlateDecode " * 10 + b"]")
    )
    runs = b"\x81 " * (2 * MEBIBYTE) + b"\x80"
    yield Sample(name="bomb-run-length-256-mb", data=_content(runs, b"/RunLengthDecode"))
    run_in_flate = zlib.compress(b"\x81q" * (8 * MEBIBYTE) + b"\x80", 9)
    yield Sample(
        name="bomb-run-length-in-flate-1-gb",
        data=_content(run_in_flate, b"[/FlateDecode /RunLengthDecode]"),
    )
    yield Sample(name="bomb-lzw", data=_content(_lzw_bomb(MEBIBYTE // 2), b"/LZWDecode"))
    yield Sample(
        name="bomb-hex-filters",
        data=_content(b"20" * 100_000, b"[" + b"/ASCIIHexDecode " * 60 + b"]"),
    )
    yield from _image_bombs()
    yield from _structure_bombs()


def _content(data: bytes, filters: bytes) -> bytes:
    return one_page(body=stream(data, b"/Filter " + filters))


def _lzw_bomb(size: int) -> bytes:
    """Return codes of 9 to 12 bits that each stand for a longer run of one letter."""
    bits, length, width, code = 256, 9, 9, 258
    out = bytearray()
    emitted = [32]
    while len(out) < size:
        for value in emitted:
            bits, length = (bits << width) | value, length + width
        while length >= 8:
            out.append((bits >> (length - 8)) & 0xFF)
            length -= 8
            bits &= (1 << length) - 1
        if code < 4094:
            width = 9 if code < 511 else 10 if code < 1023 else 11 if code < 2047 else 12
            emitted = [code]
            code += 1
        else:
            emitted = [4093] * 64
    return bytes(out)


def _image_bombs() -> Iterator[Sample]:
    large = (RefusalReason.IMAGE_TOO_LARGE,)
    grey = b"/ColorSpace /DeviceGray /Filter /FlateDecode"
    nothing = zlib.compress(bytes(MEBIBYTE), 9)
    yield Sample(
        name="image-30000-square",
        data=image_page(image(30_000, 30_000, nothing, grey)),
        reasons=large,
    )
    yield Sample(
        name="image-2-to-31",
        data=image_page(image(2**31 - 1, 2**31 - 1, nothing, grey)),
        reasons=(*large, RefusalReason.DAMAGED),
    )
    yield Sample(name="image-negative", data=image_page(image(-5, -5, nothing, grey)))
    full = packed(bytes(7000 * 3), 7000)
    colour = b"/ColorSpace /DeviceRGB /Filter /FlateDecode"
    yield Sample(name="image-49-megapixels-bomb", data=image_page(image(7000, 7000, full, colour)))
    jpeg = bytearray(raw_pdf.small_photo())
    place = jpeg.index(b"\xff\xc0")
    jpeg[place + 5 : place + 9] = struct.pack(">HH", 30_000, 30_000)
    dct = b"/ColorSpace /DeviceRGB /Filter /DCTDecode"
    yield Sample(
        name="image-jpeg-header-lies",
        data=image_page(image(640, 480, bytes(jpeg), dct)),
        reasons=(*large, None, *REFUSED_FOR_COST),
    )
    yield Sample(
        name="image-jpeg-30000-both",
        data=image_page(image(30_000, 30_000, bytes(jpeg), dct)),
        reasons=large,
    )
    for name, entries in {
        "jbig2": b"/ColorSpace /DeviceGray /Filter /JBIG2Decode",
        "jpx": b"/ColorSpace /DeviceRGB /Filter /JPXDecode",
        "ccitt": (
            b"/ColorSpace /DeviceGray /Filter /CCITTFaxDecode "
            b"/DecodeParms << /K -1 /Columns 60000 /Rows 60000 >>"
        ),
        "dct": dct,
    }.items():
        data = bytes((index * 131 + 7) % 256 for index in range(20_000))
        yield Sample(name=f"image-garbage-{name}", data=image_page(image(600, 400, data, entries)))
    yield Sample(
        name="image-jpx-giant-header",
        data=image_page(image(600, 400, _jpx(60_000), b"/Filter /JPXDecode")),
    )
    yield Sample(
        name="image-jbig2-giant-page",
        data=image_page(image(600, 400, _jbig2(), b"/ColorSpace /DeviceGray /Filter /JBIG2Decode")),
    )
    mask = image(7000, 7000, packed(bytes(490_000), 100), grey)
    masked = image(7000, 7000, full, colour + b" /SMask 11 0 R")
    yield Sample(name="image-mask-bomb", data=image_page(masked, {11: mask}))
    own = image(60, 60, zlib.compress(bytes(3600), 9), grey + b" /SMask 10 0 R")
    yield Sample(name="image-its-own-mask", data=image_page(own))


def _jpx(side: int) -> bytes:
    """Return a JPEG 2000 codestream that announces an enormous picture."""
    size = struct.pack(">HHIIIIIIII", 47, 0, side, side, 0, 0, side, side, 0, 0)
    parts = size + struct.pack(">H", 3) + b"\x07\x01\x01" * 3
    return (
        b"\xff\x4f\xff\x51"
        + parts
        + b"\xff\x52\x00\x0c\x00\x00\x00\x01\x00\x05\x04\x04\x00\x00"
        + bytes(2000)
    )


def _jbig2() -> bytes:
    page = struct.pack(">IIIIBH", 60_000, 60_000, 0, 0, 0, 0)
    return struct.pack(">IBBBI", 0, 0x30, 0, 1, len(page)) + page + bytes(500)


def _structure_bombs() -> Iterator[Sample]:
    profile = stream(packed(bytes(MEBIBYTE), 400), b"/Filter /FlateDecode /N 3")
    picture = image(
        60,
        40,
        zlib.compress(bytes(7200), 9),
        b"/ColorSpace [/ICCBased 11 0 R] /Filter /FlateDecode",
    )
    yield Sample(name="bomb-icc-profile-400-mb", data=image_page(picture, {11: profile}))
    pdf = RawPdf().add(1, b"<< /Type /Catalog /Pages 2 0 R >>")
    pdf.add(2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>").add(3, raw_pdf.PAGE % b"")
    spaces = packed(b" " * MEBIBYTE, 600, before=b"10 0 11 5 ")
    objects = stream(spaces, b"/Filter /FlateDecode /Type /ObjStm /N 2 /First 10")
    yield Sample(name="bomb-object-stream-600-mb", data=pdf.add(4, objects).build())
    table = packed(bytes(MEBIBYTE), 300)
    body = stream(table, b"/Type /XRef /Size 99999999 /W [1 4 2] /Root 1 0 R /Filter /FlateDecode")
    head = raw_pdf.HEADER + b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    whole = head + b"9 0 obj\n" + body + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(head)
    yield Sample(name="bomb-xref-stream-300-mb", data=whole, reasons=ANY_REFUSAL)
    predicted = packed(bytes(MEBIBYTE), 200)
    entries = b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 100000000 /Colors 4 >>"
    yield Sample(name="bomb-predictor-row", data=one_page(body=stream(predicted, entries)))


def drawings() -> Iterator[Sample]:
    """Yield pages that take forever, or all memory, to draw."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 300 200] "
    own = form + b"/Resources << /XObject << /F 10 0 R >> >> /Group << /S /Transparency >>"
    data = one_page(
        content=b"/F Do",
        resources=b"/XObject << /F 10 0 R >>",
        objects={10: stream(b"/F Do /F Do", own)},
    )
    yield Sample(name="form-draws-itself", data=data, reasons=REFUSED_FOR_COST)
    first = form + b"/Resources << /XObject << /G 11 0 R >> >>"
    second = form + b"/Resources << /XObject << /F 10 0 R >> >>"
    pair = {10: stream(b"/G Do /G Do", first), 11: stream(b"/F Do /F Do", second)}
    yield Sample(
        name="forms-draw-each-other",
        data=one_page(content=b"/F Do", resources=b"/XObject << /F 10 0 R >>", objects=pair),
    )
    yield Sample(
        name="forms-ten-levels-of-ten", data=_laughs(levels=10, each=10), reasons=REFUSED_FOR_COST
    )
    yield Sample(
        name="forms-30-levels-of-two",
        data=_laughs(levels=30, each=2),
        reasons=(*REFUSED_FOR_COST, None),
    )
    pattern = (
        b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] %s "
        b"/Resources << /Pattern << /P 10 0 R >> >>"
    )
    fill = b"/Pattern cs /P scn 0 0 300 200 re f"
    for name, steps in {
        "tiny-steps": b"/XStep 0.00001 /YStep 0.00001",
        "itself": b"/XStep 3 /YStep 3",
    }.items():
        body = stream(fill if name == "itself" else b"0 0 1 1 re f", pattern % steps)
        yield Sample(
            name=f"pattern-{name}",
            data=one_page(content=fill, resources=b"/Pattern << /P 10 0 R >>", objects={10: body}),
        )
    glyph = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] "
        b"/CharProcs << /a 11 0 R >> /Encoding << /Differences [97 /a] >> /FirstChar 97 "
        b"/LastChar 97 /Widths [9] /Resources << /Font << /T 10 0 R >> >> >>"
    )
    yield Sample(
        name="glyph-draws-itself",
        data=one_page(
            content=b"BT /T 9 Tf (aaaa) Tj ET",
            resources=b"/Font << /T 10 0 R >>",
            objects={10: glyph, 11: stream(b"BT /T 9 Tf (aaaa) Tj ET")},
        ),
    )
    yield Sample(
        name="content-million-paths",
        data=one_page(body=flate(b"0 0 m 300 200 l 5 9 300 1 2 2 c S\n" * 1_000_000)),
    )
    yield Sample(
        name="content-dashes",
        data=one_page(content=b"[0.00001 0.00001] 0 d 0.1 w 0 0 m 300 200 l S " * 50),
    )
    yield Sample(name="content-save-state-million", data=one_page(body=flate(b"q " * 1_000_000)))
    yield Sample(
        name="content-text-million",
        data=one_page(
            body=flate(b"BT /T 1 Tf " + b"(aaaaaaaaaa) Tj " * 200_000 + b"ET"),
            resources=b"/Font << /T << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>",
        ),
    )
    yield Sample(name="content-operands", data=one_page(body=flate(b"1 " * 20_000_000)))
    yield Sample(name="content-strings-nested", data=one_page(content=b"(" * 200_000))
    yield Sample(name="shading-function-loop", data=_shading())
    yield Sample(
        name="inline-image-giant",
        data=one_page(content=b"BI /W 100000 /H 100000 /CS /G /BPC 8 ID xxxx EI"),
    )


def _laughs(*, levels: int, each: int) -> bytes:
    objects = {}
    for level in range(levels):
        inside = b"/N Do " * each if level + 1 < levels else b"0 0 1 1 re f"
        entries = (
            b"/Type /XObject /Subtype /Form /BBox [0 0 300 200] "
            b"/Resources << /XObject << /N %d 0 R >> >>"
        )
        objects[10 + level] = stream(inside, entries % (11 + level))
    return one_page(content=b"/N Do", resources=b"/XObject << /N 10 0 R >>", objects=objects)


def _shading() -> bytes:
    code = b"{ " + b"dup mul 1 add sqrt " * 50_000 + b"pop pop 0 0 0 }"
    function = stream(code, b"/FunctionType 4 /Domain [0 1 0 1] /Range [0 1 0 1 0 1]")
    shading = (
        b"<< /ShadingType 1 /ColorSpace /DeviceRGB /Function 10 0 R /Matrix [300 0 0 200 0 0] >>"
    )
    return one_page(
        content=b"/S sh", resources=b"/Shading << /S %s >>" % shading, objects={10: function}
    )
