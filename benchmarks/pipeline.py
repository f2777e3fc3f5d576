# ruff: noqa: INP001 -- a program of its own, not a package
"""CPU seconds of checking one application: ours, a naive pipeline, and the floor beneath both.

python benchmarks/pipeline.py [--json] [--repeat N] [--evidence FILE --agreement FILE]

Without files it generates 20 photos of 8 megapixels and a scanned Acuerdo of 2 pages at 300 dpi.
The floor decodes the entropy of each photo once and reads the agreement's pages with the fastest
setting of the OCR engine, on grey pixels of 200 dpi that it gets for nothing.
"""

import argparse
import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pypdf
import pypdfium2
import pytesseract
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.demo import samples
from review_service.domain.documents import DocumentKind
from review_service.domain.limits import UploadLimits
from workers import ocr
from workers.inspection import inspect, start_jail, stop_jail
from workers.layout import images, raw_stream
from workers.warden import the_jail

PHOTOS: Final = 20
FLOOR_SCALE: Final = 8
"""libjpeg's least scale: next to nothing is left but the entropy decoding."""
TICKS_PER_SECOND: Final = os.sysconf("SC_CLK_TCK")
BAR: Final = 2.0
"""First bar of the issue: ours is at most so many times the floor."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one way of doing it took, in seconds."""

    cpu: float
    wall: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all three and print a table, or one JSON object."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        evidence, agreement = _files(options, Path(folder))
        floor = _best(options.repeat, lambda: _floor(evidence, agreement))
        ours = _best(options.repeat, lambda: _ours(evidence, agreement))
        naive = _best(1, lambda: _naive(evidence, agreement))
    stop_jail()
    if options.json:
        sys.stdout.write(json.dumps(_as_json(ours, naive, floor)) + "\n")
    else:
        sys.stdout.write(_table(ours, naive, floor))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/pipeline.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--repeat", type=int, default=3, help="runs; the least of each counts")
    parser.add_argument("--evidence", type=Path, help="PDF of photos to measure instead")
    parser.add_argument("--agreement", type=Path, help="scanned Acuerdo to measure instead")
    return parser.parse_args(arguments)


def _files(options: argparse.Namespace, folder: Path) -> tuple[Path, Path]:
    """Return the files to measure, generated where none was given."""
    evidence, agreement = options.evidence, options.agreement
    if evidence is None:
        photos = samples.photo_set(count=PHOTOS, width_px=samples.EIGHT_MEGAPIXELS)
        evidence = folder / "evidence.pdf"
        evidence.write_bytes(samples.evidence_pdf([photo.jpeg for photo in photos]))
    if agreement is None:
        agreement = folder / "agreement.pdf"
        agreement.write_bytes(samples.scanned_agreement())
    return evidence, agreement


def _best(repeat: int, measure: Callable[[], Cost]) -> Cost:
    return min((measure() for _ in range(repeat)), key=lambda cost: cost.cpu)


def _in_a_child(work: Callable[[], None]) -> Cost:
    """Run it in a process of its own and count that process with all that it started."""
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit("the measured child failed")
    return Cost(cpu=usage.ru_utime + usage.ru_stime, wall=time.monotonic() - started)


def _ours(evidence: Path, agreement: Path) -> Cost:
    """Inspect both files as the worker does; the fork server stands already, as there."""
    start_jail()
    server = the_jail().pid
    if server is None:
        raise SystemExit("the jail does not run")
    before, own, started = _cpu_of(server), time.process_time(), time.monotonic()
    limits = UploadLimits()
    for path, kind in ((evidence, DocumentKind.EVIDENCE), (agreement, DocumentKind.AGREEMENT)):
        report = inspect(path, kind=kind, limits=limits)
        if report.reason is not None:
            raise SystemExit(f"{path}: {report.reason.value}")
    cpu = _cpu_of(server) - before + time.process_time() - own
    return Cost(cpu=cpu, wall=time.monotonic() - started)


def _cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / TICKS_PER_SECOND


def _naive(evidence: Path, agreement: Path) -> Cost:
    """Do what a first version would: every image decoded in full, OCR with its default threads."""

    def work() -> None:
        for page in pypdf.PdfReader(evidence).pages:
            for found in page.images:
                if found.image is None:
                    continue
                picture = found.image.convert("RGB")
                cv2.Laplacian(
                    cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2GRAY), cv2.CV_64F
                ).var()
                picture.resize((480, 360), Image.Resampling.LANCZOS).save(io.BytesIO(), "JPEG")
        for page in pypdf.PdfReader(agreement).pages:
            for found in page.images:
                pytesseract.image_to_data(found.image, lang=ocr.LANGUAGE)

    return _in_a_child(work)


def _floor(evidence: Path, agreement: Path) -> Cost:
    """Decode each photo's entropy once and read the pages, everything else for nothing."""
    streams = _photo_streams(evidence)
    pages = _grey_pages(agreement)
    read = ocr.tesserocr_reader(ocr.tessdata())

    def work() -> None:
        for stream in streams:
            with Image.open(io.BytesIO(stream)) as image:
                image.draft("L", (image.width // FLOOR_SCALE, image.height // FLOOR_SCALE))
                image.load()
        for page in pages:
            read(page)

    return _in_a_child(work)


def _photo_streams(evidence: Path) -> list[bytes]:
    with pypdfium2.PdfDocument(evidence) as document:
        return [raw_stream(image) for page in document for image in images(page)]


def _grey_pages(agreement: Path) -> list[NDArray[np.uint8]]:
    with pypdfium2.PdfDocument(agreement) as document:
        return [
            np.asarray(page.render(scale=ocr.OCR_DPI / 72, grayscale=True).to_pil().convert("L"))
            for page in document
        ]


def _as_json(ours: Cost, naive: Cost, floor: Cost) -> dict[str, float]:
    return {
        "ours_cpu_s": round(ours.cpu, 3),
        "naive_cpu_s": round(naive.cpu, 3),
        "floor_cpu_s": round(floor.cpu, 3),
        "ours_over_floor": round(ours.cpu / floor.cpu, 3),
        "ours_wall_s": round(ours.wall, 3),
        "naive_wall_s": round(naive.wall, 3),
        "floor_wall_s": round(floor.wall, 3),
    }


def _table(ours: Cost, naive: Cost, floor: Cost) -> str:
    cores = len(os.sched_getaffinity(0))
    lines = [f"{'pipeline':<10} {'CPU s':>8} {'wall s':>8} {'× floor':>8} {'applications/h':>16}"]
    for name, cost in (("naive", naive), ("ours", ours), ("floor", floor)):
        hourly = 3600 * cores / cost.cpu
        ratio = cost.cpu / floor.cpu
        lines.append(
            f"{name:<10} {cost.cpu:>8.2f} {cost.wall:>8.2f} {ratio:>8.2f} {hourly:>16,.0f}"
        )
    verdict = "holds" if ours.cpu <= BAR * floor.cpu else "is missed"
    lines.append(f"\n{cores} cores. The bar, ours at most {BAR:.0f} × the floor, {verdict}.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
