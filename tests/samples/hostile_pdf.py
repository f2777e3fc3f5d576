"""Hostile PDFs: loops, giants, broken tables, garbage fonts, active content."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import pikepdf

from review_service.domain.refusals import RefusalReason
from tests.samples import raw_pdf
from tests.samples.raw_pdf import RawPdf, Sample, flate, image, one_page, stream

ANY_REFUSAL: Final = tuple(RefusalReason)


def page_trees() -> Iterator[Sample]:
    """Yield PDFs whose pages are missing, too many, or run in circles."""
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    none = RawPdf().add(1, catalog).add(2, b"<< /Type /Pages /Kids [] /Count 0 >>").build()
    no_pages = (RefusalReason.NO_PAGES, RefusalReason.DAMAGED)
    yield Sample(name="pages-none", data=none, reasons=(RefusalReason.NO_PAGES,))
    lying = RawPdf().add(1, catalog).add(2, b"<< /Type /Pages /Kids [] /Count 5 >>").build()
    yield Sample(name="pages-none-but-five-claimed", data=lying, reasons=no_pages)
    many = (RefusalReason.TOO_MANY_PAGES,)
    yield Sample(name="pages-10000", data=_many_pages(10_000), reasons=many)
    yield Sample(name="pages-41", data=_many_pages(41), reasons=many)
    claimed = _many_pages(1).replace(b"/Count 1 ", b"/Count 99999 ")
    yield Sample(name="pages-99999-claimed", data=claimed)
    yield Sample(name="pages-negative", data=_many_pages(1).replace(b"/Count 1 ", b"/Count -9 "))
    loop = RawPdf().add(1, catalog)
    loop.add(2, b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>")
    loop.add(5, b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 5 0 R] /Count 1 >>")
    yield Sample(name="pages-in-a-circle", data=loop.build(), reasons=ANY_REFUSAL)
    self_kid = RawPdf().add(1, catalog).add(2, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")
    yield Sample(name="pages-their-own-kid", data=self_kid.build(), reasons=ANY_REFUSAL)
    deep = RawPdf().add(1, catalog)
    for level in range(2, 4000):
        kid = b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (level - 1, level + 1)
        deep.add(level, kid)
    deep.add(4000, raw_pdf.PAGE % b"")
    yield Sample(name="pages-4000-levels-deep", data=deep.build())
    yield Sample(name="pages-same-page-40-times", data=_same_page(40))
    no_root = RawPdf(trailer=b"").add(1, catalog).add(2, b"<< /Type /Pages /Kids [] /Count 0 >>")
    yield Sample(name="catalog-missing", data=no_root.build(), reasons=ANY_REFUSAL)
    yield Sample(name="arrays-100000-deep", data=one_page(page=b"/X " + b"[" * 100_000))
    yield Sample(name="dictionaries-50000-deep", data=one_page(page=b"/X <<" * 50_000))


def _many_pages(count: int) -> bytes:
    pdf = RawPdf().add(1, b"<< /Type /Catalog /Pages 2 0 R >>")
    kids = b" ".join(b"%d 0 R" % number for number in range(3, 3 + count))
    pdf.add(2, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count))
    for number in range(3, 3 + count):
        pdf.add(number, raw_pdf.PAGE % b"")
    return pdf.build()


def _same_page(count: int) -> bytes:
    pdf = RawPdf().add(1, b"<< /Type /Catalog /Pages 2 0 R >>")
    pdf.add(2, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"3 0 R " * count, count))
    return pdf.add(3, raw_pdf.PAGE % b"").build()


def giants() -> Iterator[Sample]:
    """Yield pages of impossible size."""
    good = raw_pdf.photo_pdf([raw_pdf.small_photo()])
    for name, box in {
        "billion": b"[0 0 1000000000 1000000000]",
        "wide": b"[0 0 10000000 1]",
        "zero": b"[0 0 0 0]",
        "negative": b"[0 0 -300 -200]",
        "not-numbers": b"[/a /b /c /d]",
        "short": b"[0 0]",
        "beyond-double": b"[0 0 1" + b"0" * 400 + b" 9]",
        "far-away": b"[2000000000 2000000000 2000000300 2000000200]",
    }.items():
        data = good.replace(b"/MediaBox [0 0 300 200]", b"/MediaBox " + box)
        yield Sample(name=f"page-{name}", data=data)
    for entry in (
        b"/UserUnit 1000000",
        b"/Rotate 45",
        b"/Rotate 99999999999",
        b"/CropBox [9 9 9 9]",
    ):
        data = good.replace(b"/MediaBox [0 0 300 200]", b"/MediaBox [0 0 300 200] " + entry)
        yield Sample(name="page" + entry.decode().replace(" ", "-").replace("/", "-"), data=data)


def cross_references() -> Iterator[Sample]:
    """Yield files whose tables and lengths lead astray."""
    good = raw_pdf.photo_pdf([raw_pdf.small_photo()])
    start = int(good.split(b"startxref\n")[1].split()[0])
    for name, old, new in (
        ("prev-to-itself", b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start),
        ("prev-beyond-end", b"/Root 1 0 R", b"/Root 1 0 R /Prev 99999999999"),
        ("hybrid-to-itself", b"/Root 1 0 R", b"/Root 1 0 R /XRefStm %d" % start),
        ("start-beyond-end", b"startxref\n%d" % start, b"startxref\n99999999"),
        ("start-negative", b"startxref\n%d" % start, b"startxref\n-5"),
        ("start-at-zero", b"startxref\n%d" % start, b"startxref\n0"),
        ("billion-entries", b"xref\n0 13", b"xref\n0 1000000000"),
        ("offsets-all-wrong", b" 00000 n", b" 00007 n"),
        ("size-huge", b"/Size 13", b"/Size 2147483647"),
        ("root-is-a-page", b"/Root 1 0 R", b"/Root 10 0 R"),
        ("root-is-itself", b"/Root 1 0 R", b"/Root 99 0 R"),
        ("length-its-own", b"/Length 28", b"/Length 11 0 R"),
        ("length-negative", b"/Length 28", b"/Length -28"),
        ("length-huge", b"/Length 28", b"/Length 99999999999999999999"),
        (
            "encrypt-garbage",
            b"/Root 1 0 R",
            b"/Root 1 0 R /Encrypt << /Filter /Standard /V 5 /R 6 >>",
        ),
        (
            "encrypt-unknown",
            b"/Root 1 0 R",
            b"/Root 1 0 R /Encrypt << /Filter /Nobody >> /ID [(a)(b)]",
        ),
    ):
        yield Sample(name=f"xref-{name}", data=good.replace(old, new))
    yield Sample(
        name="xref-10000-updates", data=good + b"".join(_update(good, n) for n in range(10_000))
    )
    for name, entries in {"extends-itself": b"/Extends 4 0 R", "inside-itself": b""}.items():
        pdf = RawPdf().add(1, b"<< /Type /Catalog /Pages 2 0 R >>")
        pdf.add(2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>").add(3, raw_pdf.PAGE % b"")
        pdf.add(4, stream(b"4 0 << /Length 5 >>", b"/Type /ObjStm /N 1 /First 4 " + entries))
        yield Sample(name=f"object-stream-{name}", data=pdf.build())


def _update(good: bytes, number: int) -> bytes:
    start = good.split(b"startxref\n")[1].split()[0]
    return b"xref\n0 0\ntrailer\n<< /Size 13 /Root 1 0 R /Prev %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        start,
        len(good) + number,
    )


def fonts() -> Iterator[Sample]:
    """Yield pages set in garbage."""
    noise = bytes((index * 197 + 13) % 256 for index in range(60_000))
    for name, key, kind in (
        ("truetype", b"/FontFile2", b"/TrueType"),
        ("type1", b"/FontFile", b"/Type1"),
        ("cff", b"/FontFile3", b"/Type1"),
    ):
        magic = {
            "truetype": b"\x00\x01\x00\x00\x00\x40",
            "type1": b"%!PS-AdobeFont-1.0",
            "cff": b"\x01\x00\x04\x02",
        }[name]
        file = stream(magic + noise, b"/Length1 60000 /Length2 9 /Length3 9 /Subtype /Type1C")
        font = (
            b"<< /Type /Font /Subtype %s /BaseFont /X /FontDescriptor 11 0 R "
            b"/FirstChar 0 /LastChar 255 >>" % kind
        )
        described = b"<< /Type /FontDescriptor /FontName /X /Flags 4 %s 12 0 R >>" % key
        yield Sample(
            name=f"font-garbage-{name}",
            data=one_page(
                content=b"BT /T 40 Tf 20 90 Td (Acuerdo) Tj ET",
                resources=b"/Font << /T 10 0 R >>",
                objects={10: font, 11: described, 12: file},
            ),
        )
    cmap = flate(
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange "
        + b"100 begincidrange <0000> <FFFF> 0 endcidrange " * 500_000
    )
    font0 = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding 11 0 R "
        b"/ToUnicode 11 0 R /DescendantFonts [10 0 R] >>"
    )
    yield Sample(
        name="font-descends-from-itself",
        data=one_page(
            content=b"BT /T 40 Tf (Acuerdo) Tj ET",
            resources=b"/Font << /T 10 0 R >>",
            objects={10: font0, 11: cmap},
        ),
    )


def active_content() -> Iterator[Sample]:
    """Yield PDFs that want to act, plain and inside compressed object streams."""
    jpeg = raw_pdf.small_photo()
    script = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    for name, finding, catalog, page in (
        ("javascript-open", "active_javascript", b"/OpenAction " + script, b""),
        (
            "javascript-names",
            "active_javascript",
            b"/Names << /JavaScript << /Names [(a) %s] >> >>" % script,
            b"",
        ),
        ("javascript-page", "active_javascript", b"", b"/AA << /O %s >>" % script),
        ("launch", "active_launch", b"/OpenAction << /S /Launch /F (cmd.exe) >>", b""),
        ("xfa", "active_xfa", b"/AcroForm << /Fields [] /XFA [(template) (x)] >>", b""),
        (
            "embedded",
            "active_embedded_files",
            (
                b"/Names << /EmbeddedFiles << /Names [(a.exe) "
                b"<< /Type /Filespec /EF << /F 4 0 R >> >>] >> >>"
            ),
            b"",
        ),
        (
            "submit",
            "active_form_submission",
            b"/OpenAction << /S /SubmitForm /F (http://example.invalid) >>",
            b"",
        ),
        (
            "rich-media",
            "active_media",
            b"",
            (
                b"/Annots [<< /Type /Annot /Subtype /RichMedia /Rect [0 0 9 9] "
                b"/RichMediaContent << >> /A << /S /Rendition >> >>]"
            ),
        ),
    ):
        plain = one_page(
            content=b"q 300 0 0 200 0 0 cm /I Do Q",
            resources=b"/XObject << /I 10 0 R >>",
            catalog=catalog,
            page=page,
            objects={10: image(640, 480, jpeg, b"/ColorSpace /DeviceRGB /Filter /DCTDecode")},
        )
        yield Sample(name=f"active-{name}", data=plain, reasons=(None,), finding=finding)
        with pikepdf.open(BytesIO(plain)) as pdf:
            out = BytesIO()
            pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        yield Sample(
            name=f"active-{name}-compressed", data=out.getvalue(), reasons=(None,), finding=finding
        )
