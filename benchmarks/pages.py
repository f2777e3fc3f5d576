# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures how many pictures of a page are judged and known again, however they stand on it.

python benchmarks/pages.py [--photos FOLDER] [--side report|tune|both] [--only KIND] [--names]
    [--part photos|readers|both] [--json] [--strict]

Good photographs are put on pages as people do: in grids, cut into strips or tiles, as a stamp, as a
collage in one JPEG, on a scan app's white sheet, as a thing on white, small in a page of Word. Each
page goes through the sandbox as photo evidence. A photo is seen when one picture that was found
stands for it alone and was measured; known when its hash is within the radius of the photo's own;
alarmed once for each fault that the page names. The last row is photos by themselves, none of which
may be parted or trimmed.
The part ``readers`` (benchmarks/pages_readers.py) compares what officers see of odd pages with what
pdfium and poppler show.
Limits were set by hand. Three rules came after a first table of the side ``report`` had been seen:
ADR 61 names them, so that side is not quite held out.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pages_readers
import photographs
from photographs import Photograph, Side
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.domain.documents import DocumentKind, PageKind
from review_service.domain.finding_audiences import HOW_TAKEN
from review_service.domain.finding_codes import FindingCode
from review_service.domain.likeness import LEAST_QUALITY, RADIUS, differing_bits
from review_service.domain.limits import UploadLimits
from review_service.domain.reports import DocumentReport, PhotoReport
from tests.samples import photo_pages
from workers.inside.picture import decoding, pdq
from workers.inspecting.document import inspect, start_sandbox, stop_sandbox

LEAST_SEEN: Final = 98.0
LEAST_KNOWN: Final = 95.0
MOST_ALARMED: Final = 5.0
"""Bars in per cent of the photos."""
ALARMS: Final = HOW_TAKEN | {FindingCode.SCAN_COARSE, FindingCode.PICTURES_NOT_JUDGED}
MOST_SIDE_PX: Final = 1600


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One way to put photos on a page."""

    name: str
    photos: int
    """How many stand on one page."""
    made: Callable[[Sequence[Image.Image]], bytes]
    shown: Callable[[Image.Image], Image.Image] = lambda photo: photo
    """What of a photo can be seen there."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Results of one kind, in per cent of its photos."""

    kind: str
    photos: int
    seen: float
    known: float
    alarmed: float
    milliseconds: float
    """CPU-bound time of one page by the clock, on the machine as it was."""
    holds: bool


def _grid(across: int, down: int) -> Kind:
    return Kind(
        name=f"{across} x {down} photos",
        photos=across * down,
        made=lambda photos: photo_pages.grid(
            [ImageOps.contain(photo, (1200, 1200)) for photo in photos], across=across
        ),
    )


def _collage(count: int, across: int, *, gutter: int, width: int = 2400) -> Kind:
    def made(photos: Sequence[Image.Image]) -> bytes:
        sheet = photo_pages.collage(photos, across=across, gutter=gutter, width=width)
        return _lone(photo_pages.jpeg_of(sheet))

    cell = (width - gutter * (across + 1)) // across
    return Kind(
        name=f"collage of {count}",
        photos=count,
        made=made,
        shown=lambda photo: ImageOps.fit(photo, (cell, cell * 3 // 4)),
    )


def _pieces(name: str, across: int, down: int) -> Kind:
    def made(photos: Sequence[Image.Image]) -> bytes:
        return photo_pages.cut(photos[0], across=across, down=down)

    return Kind(name=name, photos=1, made=made)


def _on_white_sheet(share: float) -> Kind:
    def made(photos: Sequence[Image.Image]) -> bytes:
        sheet = photo_pages.on_white_sheet(photos[0], share=share)
        return _lone(photo_pages.jpeg_of(sheet))

    return Kind(name=f"white A4, {share:.0%} wide", photos=1, made=made)


def _lone(jpeg: bytes) -> bytes:
    return photo_pages.alone(jpeg)


def kinds() -> Iterator[Kind]:
    """Yield every way that is measured."""
    yield from (_grid(3, 3), _grid(3, 4), _grid(5, 5))
    yield from (_pieces("10 strips", 1, 10), _pieces("25 tiles", 5, 5))
    yield Kind(name="stamp", photos=1, made=lambda photos: photo_pages.stamped(photos[0]))
    yield from (_collage(4, 2, gutter=16), _collage(6, 3, gutter=16), _collage(9, 3, gutter=16))
    yield from (_on_white_sheet(share) for share in (0.5, 0.7, 0.9))
    yield Kind(
        name="thing on white",
        photos=1,
        made=lambda photos: _lone(photo_pages.jpeg_of(photo_pages.cut_out_on_white(photos[0]))),
        shown=photo_pages.cut_out_on_white,
    )
    yield Kind(
        name="portrait in Word",
        photos=1,
        made=lambda photos: photo_pages.in_a_column(photos[0]),
        shown=photo_pages.upright,
    )
    yield Kind(
        name="by itself",
        photos=1,
        made=lambda photos: _lone(photo_pages.jpeg_of(photos[0])),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table or JSON; 1 with ``--strict`` when a bar is missed."""
    options = _options(arguments)
    told: dict[str, Any] = {}
    if options.part != "photos":
        told["readers"] = pages_readers.measured(names=options.names)
        if not options.json:
            sys.stdout.write(pages_readers.table(told["readers"]))
    if options.part != "readers":
        told |= _photos(options)
    if options.json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return int(options.strict and bool(missed(told)))


def _photos(options: argparse.Namespace) -> dict[str, Any]:
    """Measure the photographs on pages; print the table unless JSON is asked for."""
    side = None if options.side == "both" else Side(options.side)
    chosen = [_image(each) for each in photographs.found(options.photos, side=side)]
    start_sandbox()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rows = [
            _row(kind, chosen, Path(folder), verbose=options.names)
            for kind in kinds()
            if options.only in kind.name
        ]
    stop_sandbox()
    told = {
        "side": options.side,
        "photographs": len(chosen),
        "kinds": [asdict(row) for row in rows],
    }
    if not options.json:
        sys.stdout.write(f"{len(chosen)} photographs, side {options.side}\n" + _table(rows))
    return told


def missed(told: Mapping[str, Any]) -> list[str]:
    """Return the kinds that miss a bar."""
    found = [row["kind"] for row in told.get("kinds", []) if not row["holds"]]
    return [*found, *told.get("readers", {}).get("unlike", [])]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/pages.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--photos", type=Path, help="more photographs, below this folder")
    parser.add_argument("--side", choices=["report", "tune", "both"], default="report")
    parser.add_argument("--part", choices=["photos", "readers", "both"], default="both")
    parser.add_argument("--only", default="", help="kinds with this in their name")
    parser.add_argument("--names", action="store_true", help="tell of every page judged wrongly")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    return parser.parse_args(arguments)


def _image(photograph: Photograph) -> Image.Image:
    rgb = cv2.cvtColor(photograph.pixels, cv2.COLOR_BGR2RGB)
    image = ImageOps.contain(Image.fromarray(rgb), (MOST_SIDE_PX, MOST_SIDE_PX))
    image.info["name"] = photograph.name
    return image


def _row(kind: Kind, chosen: Sequence[Image.Image], folder: Path, *, verbose: bool) -> Row:
    seen = known = alarmed = total = 0
    took = 0.0
    for photos in _pages(chosen, kind.photos):
        path = folder / "page.pdf"
        path.write_bytes(kind.made(photos))
        report = inspect(path, kind=DocumentKind.EVIDENCE, limits=UploadLimits())
        took += report.seconds.get("total", 0.0)
        hits = [_found(kind.shown(photo), report) for photo in photos]
        measured = [
            photo for page in report.pages for photo in page.photos if photo.sharpness is not None
        ]
        alarms = [
            finding.message
            for page in report.pages
            for finding in page.findings
            if finding.code in ALARMS
        ]
        is_of_photos = all(page.kind is PageKind.PHOTO for page in report.pages)
        total += len(photos)
        seen += min(len(photos), len(measured)) if is_of_photos else 0
        seen -= max(0, len(measured) - len(photos))
        known += sum(hits)
        alarmed += min(len(photos), len(alarms))
        if verbose and (alarms or len(measured) != len(photos) or not all(hits)):
            names = " ".join(str(photo.info.get("name")) for photo in photos)
            sys.stderr.write(
                f"{kind.name}: {names}: {len(measured)} judged, {sum(hits)} known, "
                f"{[page.kind.value for page in report.pages]} {alarms}\n"
            )
    shares = [100 * max(0, count) / total for count in (seen, known, alarmed)]
    pages = max(1, total // kind.photos)
    return Row(
        kind=kind.name,
        photos=total,
        seen=round(shares[0], 1),
        known=round(shares[1], 1),
        alarmed=round(shares[2], 1),
        milliseconds=round(1000 * took / pages),
        holds=shares[0] >= LEAST_SEEN and shares[1] >= LEAST_KNOWN and shares[2] <= MOST_ALARMED,
    )


def _pages(chosen: Sequence[Image.Image], each: int) -> Iterator[Sequence[Image.Image]]:
    """Yield so many photos a page; the last page is filled up from the beginning."""
    for start in range(0, len(chosen), each):
        yield [chosen[index % len(chosen)] for index in range(start, start + each)]


def _found(photo: Image.Image, report: DocumentReport) -> bool:
    """Whether one picture of the document has the hash of the photo."""
    bgr = cv2.cvtColor(np.asarray(photo), cv2.COLOR_RGB2BGR)
    luma = decoding.grey(np.asarray(bgr, np.uint8))
    quality, forms = pdq.forms(luma)
    if quality < LEAST_QUALITY:
        return True  # a plain wall is not searched for
    wanted = bytes.fromhex(forms[0])
    return any(_distance(found, wanted) <= RADIUS for page in report.pages for found in page.photos)


def _distance(found: PhotoReport, wanted: bytes) -> int:
    hashes = (*found.pdq_forms[:1], *found.pdq_views)
    return min((differing_bits(bytes.fromhex(each), wanted) for each in hashes), default=256)


def _table(rows: Sequence[Row]) -> str:
    lines = [f"\n{'kind':24} photos    seen   known  alarmed  ms a page"]
    lines += [
        f"{row.kind:24} {row.photos:6} {row.seen:6.1f}% {row.known:6.1f}% {row.alarmed:7.1f}% "
        f"{row.milliseconds:9.0f}  {'holds' if row.holds else 'MISSED'}"
        for row in rows
    ]
    bars = f"≥ {LEAST_SEEN:.0f}% seen, ≥ {LEAST_KNOWN:.0f}% known, ≤ {MOST_ALARMED:.0f}% alarmed"
    return "\n".join([*lines, f"bars: {bars}"]) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
