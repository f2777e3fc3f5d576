"""Alters papers of the emprendedor track in the ways that people do; nobody in them exists."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from html import escape
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pikepdf
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from review_service.domain.documents import SupportKind
from review_service.domain.wording import MONTHS, long_date
from tests.samples.support_papers import (
    COMPANIES,
    PEOPLE,
    SupportPaper,
    as_pdf,
    in_words,
    markup,
    printed,
    scanned,
    text_pdf,
)

DPI: Final = 200
FONT: Final = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
WORKERS_TOLD: Final = 3
"""Of an altered payroll: it said more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """A paper that was changed so that it says what its sender wants."""

    wanted: SupportPaper
    """What it should be read as."""
    way: str
    content: bytes


def altered(paper: SupportPaper, way: str, *, place: int) -> Altered:
    """Return a genuine ``paper`` of somebody else, or of long ago, changed in one way.

    ``place`` chooses what is changed: the name and the RUC, the date, or the count of workers.
    """
    wanted = paper
    real = _other_person(paper) if place % 3 == 0 or not _is_dated(paper) else _of_before(paper)
    if place % 3 == 2 and paper.kind is SupportKind.PAYROLL:
        wanted = replace(paper, workers=WORKERS_TOLD)
        real = replace(paper, workers=WORKERS_TOLD + 4)
    return Altered(wanted=wanted, way=way, content=WAYS[way](real, wanted))


def _is_dated(paper: SupportPaper) -> bool:
    """Whether a form of its day stands unbroken on the page, so that it can be changed there."""
    real = _of_before(paper)
    return bool(places(text_pdf(real), _changes(real, paper)))


def _other_person(paper: SupportPaper) -> SupportPaper:
    pool = COMPANIES if paper.holder in dict(COMPANIES) else PEOPLE
    names = [entry for entry in pool if entry[1] != paper.ruc]
    holder, ruc = names[len(paper.holder) % len(names)]
    return replace(paper, holder=holder, ruc=ruc)


def _of_before(paper: SupportPaper) -> SupportPaper:
    back = timedelta(days=182)
    until = paper.valid_until - back if paper.valid_until else None
    return replace(paper, issued_on=paper.issued_on - back, valid_until=until)


def _said(paper: SupportPaper) -> list[str]:
    """Return what a paper prints of each fact that a forger changes, in every form."""
    days: list[date] = [paper.issued_on, *([paper.valid_until] if paper.valid_until else [])]
    said = [paper.holder, paper.ruc]
    for day in days:
        said += [long_date(day), long_date(day).upper(), in_words(day)]
        said += [f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}"]
    month = f"{MONTHS[paper.issued_on.month - 1].upper()} {paper.issued_on.year}"
    counts = [f"{name}: {paper.workers}" for name in ("trabajadores", "afiliados", "empleados")]
    return [*said, month, *counts]


def _changes(real: SupportPaper, wanted: SupportPaper) -> list[tuple[str, str]]:
    pairs = zip(_said(real), _said(wanted), strict=True)
    return [(old, new) for old, new in pairs if old != new]


def _replaced(real: SupportPaper, wanted: SupportPaper) -> bytes:
    """Change the text itself, in the font that the editor had."""
    page = markup(real)
    for old, new in _changes(real, wanted):
        span = f"<span style='font-family:DejaVu Sans Mono;font-size:10.4pt'>{escape(new)}</span>"
        page = page.replace(escape(old), span)
    return printed(page)


def _overlaid(real: SupportPaper, wanted: SupportPaper) -> bytes:
    """Draw a white box over the old value and the new one on it, as simple editors do."""
    return _with_boxes(text_pdf(real), _changes(real, wanted))


def _appended(real: SupportPaper, wanted: SupportPaper) -> bytes:
    """Change the page in a later revision that stands behind the first one's end."""
    before = text_pdf(real)
    after = _replaced(real, wanted)
    return _revised(before, after)


def _annotated(real: SupportPaper, wanted: SupportPaper) -> bytes:
    """Lay notes with the new values over the old ones."""
    content = text_pdf(real)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page: Any = pdf.pages[0]
        notes = []
        for left, bottom, right, top, new in places(content, _changes(real, wanted)):
            look = pdf.make_stream(
                f"1 1 1 rg 0 0 {right - left:.1f} {top - bottom:.1f} re f 0 g BT /F1 10.5 Tf "
                f"1 2 Td ({_latin(new)}) Tj ET".encode("latin-1"),
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Form,
                BBox=[0, 0, right - left, top - bottom],
                Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=_helvetica(pdf))),
            )
            notes.append(
                pdf.make_indirect(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot,
                        Subtype=pikepdf.Name.FreeText,
                        Rect=[left, bottom, right, top],
                        Contents=new,
                        F=4,
                        AP=pikepdf.Dictionary(N=look),
                    )
                )
            )
        page.obj["/Annots"] = pikepdf.Array(notes)
        return saved(pdf)


def _layered(real: SupportPaper, wanted: SupportPaper) -> bytes:
    """Show a scan of the old paper; the words below it are the wanted ones."""
    picture = scanned(text_pdf(real), dpi=DPI, tilt_degrees=0)[0]
    content = text_pdf(wanted)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page = pdf.pages[0]
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=80)
        image = pdf.make_stream(
            out.getvalue(),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=picture.width,
            Height=picture.height,
            ColorSpace=pikepdf.Name.DeviceGray,
            BitsPerComponent=8,
            Filter=pikepdf.Name.DCTDecode,
        )
        name = page.add_resource(image, pikepdf.Name.XObject)
        _, _, width, height = (float(side) for side in page.mediabox)
        page.contents_add(b"q", prepend=True)
        page.contents_add(f"Q q {width} 0 0 {height} 0 0 cm {name} Do Q".encode())
        return saved(pdf)


def _white(real: SupportPaper, wanted: SupportPaper) -> bytes:
    """Show the old values; write the wanted ones in white before them, where their label stands."""
    page = markup(real)
    for old, new in _changes(real, wanted):
        hidden = f"<span style='color:#fff;font-size:9.5pt'>{escape(new)}</span> "
        page = page.replace(escape(old), hidden + escape(old))
    return printed(page)


def _patched(real: SupportPaper, wanted: SupportPaper) -> bytes:
    """Print the new value into the scan of the old paper, on a clean patch."""
    return _scan_patched(real, wanted, noise=0.0)


def _patched_noisy(real: SupportPaper, wanted: SupportPaper) -> bytes:
    """The same with a patch of another grain."""
    return _scan_patched(real, wanted, noise=14.0)


def _pasted(real: SupportPaper, wanted: SupportPaper) -> bytes:
    """Cut the value out of a scan of another resolution and paste it over."""
    content, changes = text_pdf(real), _changes(real, wanted)
    other = scanned(text_pdf(wanted), dpi=DPI // 2, tilt_degrees=0, noise=3.0)[0]
    page = scanned(content, dpi=DPI, tilt_degrees=0)[0]
    grown = other.resize(page.size, Image.Resampling.BILINEAR)
    there = _boxes(text_pdf(wanted), [(new, new) for _, new in changes], page.size)
    for (left, top, right, bottom, _), source in zip(
        _boxes(content, changes, page.size), there, strict=False
    ):
        page.paste(Image.new("L", (right - left, bottom - top), 246), (left, top))
        page.paste(grown.crop(source[:4]), (left, top))
    return as_pdf([page], dpi=DPI)


def _scan_patched(real: SupportPaper, wanted: SupportPaper, *, noise: float) -> bytes:
    rng = np.random.default_rng(5)
    content = text_pdf(real)
    page = scanned(content, dpi=DPI, tilt_degrees=0)[0]
    for left, top, right, bottom, new in _boxes(content, _changes(real, wanted), page.size):
        font = ImageFont.truetype(FONT, round((bottom - top) * 0.8))
        width = max(right - left, round(font.getlength(new)) + 4)
        patch = Image.new("L", (width, bottom - top), 248)
        ImageDraw.Draw(patch).text((2, 0), new, fill=10, font=font)
        worn = np.asarray(patch, np.float32) + rng.normal(0, noise, (bottom - top, width))
        page.paste(Image.fromarray(np.clip(worn, 0, 250).astype(np.uint8)), (left, top))
    return as_pdf([page], dpi=DPI)


def places(
    content: bytes, changes: Sequence[tuple[str, str]]
) -> list[tuple[float, float, float, float, str]]:
    """Return in points where the old values stand on the first page, each with its new one."""
    found = []
    with pypdfium2.PdfDocument(content) as document:
        text = document[0].get_textpage()
        for old, new in changes:
            finder = text.search(old, match_case=True)
            while (hit := finder.get_next()) is not None:
                boxes = [text.get_charbox(hit[0] + at, loose=True) for at in range(hit[1])]
                bottom = boxes[0][1]
                line = [box for box in boxes if abs(box[1] - bottom) < 4]
                left, right = min(box[0] for box in line), max(box[2] for box in line)
                found.append((left, bottom, right, max(box[3] for box in line), new))
        text.close()
    return found


def _boxes(
    content: bytes, changes: Sequence[tuple[str, str]], size: tuple[int, int]
) -> list[tuple[int, int, int, int, str]]:
    """Return the same in pixels of a page image of the given size."""
    with pypdfium2.PdfDocument(content) as document:
        width, height = document[0].get_size()
    across, down = size[0] / width, size[1] / height
    return [
        (
            round(left * across),
            round((height - top) * down),
            round(right * across),
            round((height - bottom) * down),
            new,
        )
        for left, bottom, right, top, new in places(content, changes)
    ]


def _with_boxes(content: bytes, changes: Sequence[tuple[str, str]]) -> bytes:
    drawn = ["Q"]
    for left, bottom, right, top, new in places(content, changes):
        drawn.append(
            f"q 1 1 1 rg {left:.1f} {bottom:.1f} {right - left:.1f} {top - bottom:.1f} re f Q "
            f"q 0 g BT /FOver 10.5 Tf {left:.1f} {bottom + 2.6:.1f} Td ({_latin(new)}) Tj ET Q"
        )
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page = pdf.pages[0]
        page.add_resource(_helvetica(pdf), pikepdf.Name.Font, pikepdf.Name("/FOver"))
        page.contents_add(b"q", prepend=True)
        page.contents_add("\n".join(drawn).encode("latin-1"))
        return saved(pdf)


def _helvetica(pdf: pikepdf.Pdf) -> Any:  # noqa: ANN401 -- pikepdf's own dictionary
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )


def _latin(text: str) -> str:
    return text.replace("\\", "").replace("(", "").replace(")", "")


def _revised(before: bytes, after: bytes) -> bytes:
    """Append to a file what a program writes that saves its changes behind the old end."""
    old = before if before.endswith(b"\n") else before + b"\n"
    with pikepdf.open(io.BytesIO(before)) as pdf:
        root, start = pdf.Root.objgen[0], len(pdf.objects) + 1
    with pikepdf.open(io.BytesIO(after)) as pdf:
        return _as_revision(old, pdf, root=root, start=start)


def _as_revision(old: bytes, pdf: pikepdf.Pdf, *, root: int, start: int) -> bytes:
    """Write every object of ``pdf`` behind ``old``, renumbered, with a catalogue in its place."""
    numbers = {item.objgen[0]: start + at for at, item in enumerate(pdf.objects)}
    numbers[pdf.Root.objgen[0]] = root
    out, places = bytearray(old), {}
    for item in pdf.objects:
        number = numbers[item.objgen[0]]
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + _unparsed(item, numbers) + b"\nendobj\n"
    table = len(out)
    out += b"xref\n"
    for number in sorted(places):
        out += f"{number} 1\n{places[number]:010d} 00000 n \n".encode()
    previous = int(old.rsplit(b"startxref", 1)[1].split()[0])
    count = max(places) + 1
    out += (
        f"trailer\n<</Size {count}/Root {root} 0 R/Prev {previous}>>\nstartxref\n{table}\n%%EOF\n"
    ).encode()
    return bytes(out)


def _unparsed(item: Any, numbers: Mapping[int, int]) -> bytes:  # noqa: ANN401 -- pikepdf's objects
    if isinstance(item, pikepdf.Stream):
        content = item.read_raw_bytes()
        entries = {key: value for key, value in item.items() if key != "/Length"}
        parts = b"".join(_entry(key, value, numbers) for key, value in entries.items())
        head = b"<<" + parts + f"/Length {len(content)}>>".encode()
        return head + b"\nstream\n" + content + b"\nendstream"
    return _written(item, numbers, top=True)


def _written(item: Any, numbers: Mapping[int, int], *, top: bool = False) -> bytes:  # noqa: ANN401 -- see above
    if isinstance(item, pikepdf.Object) and item.is_indirect and not top:
        return f"{numbers[item.objgen[0]]} 0 R".encode()
    if isinstance(item, pikepdf.Dictionary):
        return b"<<" + b"".join(_entry(k, v, numbers) for k, v in item.items()) + b">>"
    if isinstance(item, pikepdf.Array):
        return b"[" + b" ".join(_written(each, numbers) for each in item) + b"]"
    if isinstance(item, pikepdf.Object):
        return item.unparse()
    return str(item).lower().encode()


def _entry(key: str, value: Any, numbers: Mapping[int, int]) -> bytes:  # noqa: ANN401 -- see above
    return key.encode() + b" " + _written(value, numbers) + b" "


def saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


WAYS: Final[Mapping[str, Callable[[SupportPaper, SupportPaper], bytes]]] = MappingProxyType(
    {
        "replaced text": _replaced,
        "white box": _overlaid,
        "later revision": _appended,
        "notes": _annotated,
        "hidden layer": _layered,
        "white text": _white,
        "clean patch": _patched,
        "noisy patch": _patched_noisy,
        "pasted scan": _pasted,
    }
)
