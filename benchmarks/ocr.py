# ruff: noqa: INP001 -- a program of its own, not a package
"""Compares both OCR engines on the same grey pages: CPU time, errors, memory; prefers one.

python benchmarks/ocr.py [--pages 6] [--repeat 2] [--json]

Pages are set in one type from one text: as printed, as scanned at 200 dpi (tilted, soft, pale)
and scanned at 150 dpi. Errors are edits per character, white space evened. Each run is a process
of its own, so that memory and processor time are its own; pytesseract's include the program that
it starts. Peak memory is that of the larger of both processes, with the pages held for the run.
"""

import argparse
import csv
import io
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import wrap
from typing import Any, Final

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.packaged_files import static_folder
from workers.facts.headers import WordRow
from workers.inside.ocr import engines

Pixels = NDArray[np.uint8]
ENGINES: Final = ("tesserocr", "pytesseract")
DPI: Final = 200
WORD_LEVEL: Final = "5"
PAGE: Final = (1654, 2339)
MARGIN: Final = 160
FONT: Final = static_folder() / "fonts" / "acuerdo-serif-regular.ttf"
TYPE_PX: Final = 33
LINE_PX: Final = 50
LETTERS_A_LINE: Final = 80
WORTH_ERRORS: Final = 1.1
LEAST_ERRORS: Final = 0.1
"""Per cent over all kinds of pages; a smaller difference may be chance."""
TEXT: Final = (
    "Que, la Ley de Fomento Artesanal ampara a los artesanos que se dedican, en forma individual o "
    "asociada, a la producción de bienes o servicios; que la señora María del Carmen Quillupangui "
    "Ñacato presentó la evidencia fotográfica de su taller, de las personas que trabajan en él, de "
    "sus máquinas y herramientas y de su proceso de producción; que revisada la documentación se "
    "comprobó que cumple los requisitos previstos en el artículo 9 y siguientes; en ejercicio de "
    "las atribuciones que le confiere la ley, acuerda conceder los beneficios por tres años desde "
    "el 20 de noviembre de 2026, con el RUC 3000000012001, en la ciudad de Otavalo."
)


@dataclass(frozen=True, kw_only=True)
class Cost:
    """Cost of one engine for one kind of page."""

    cpu_s_page: float
    wall_s_page: float
    error_percent: float
    peak_mib: float


def main() -> int:
    """Measure both and print a table or one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=6, help="pages of each kind")
    parser.add_argument("--repeat", type=int, default=2, help="runs; the least of each counts")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    figures = {
        kind: {
            engine: _measured(engine, kind, pages=options.pages, repeat=options.repeat)
            for engine in ENGINES
        }
        for kind in KINDS
    }
    preferred = _preferred(figures)
    if options.json:
        plain = {
            kind: {engine: asdict(cost) for engine, cost in costs.items()}
            for kind, costs in figures.items()
        }
        sys.stdout.write(json.dumps({"preferred": preferred, **plain}) + "\n")
    else:
        sys.stdout.write(_table(figures, preferred))
    return 0


def _measured(engine: str, kind: str, *, pages: int, repeat: int) -> Cost:
    """Run the engine in new processes; return the fastest run."""
    runs = []
    for _ in range(repeat):
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_run, args=(theirs, engine, kind, pages))
        process.start()
        runs.append(Cost(**ours.recv()))
        process.join()
    return min(runs, key=lambda cost: cost.cpu_s_page)


def _run(pipe: Any, engine: str, kind: str, pages: int) -> None:  # noqa: ANN401 -- a connection
    read = _reader(engine)
    drawn = [KINDS[kind](seed) for seed in range(pages)]
    read(np.full((200, 300), 255, np.uint8))
    cpu, wall = _cpu(), time.perf_counter()
    texts = [" ".join(row[0] for row in read(page)) for page in drawn]
    cpu, wall = _cpu() - cpu, time.perf_counter() - wall
    errors = [_edits(text, _truth(seed)) / len(_truth(seed)) for seed, text in enumerate(texts)]
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    program = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    pipe.send(
        {
            "cpu_s_page": round(cpu / pages, 3),
            "wall_s_page": round(wall / pages, 3),
            "error_percent": round(100 * sum(errors) / pages, 3),
            "peak_mib": round(max(own, program) / 1024, 1),
        }
    )


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    programs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + programs.ru_utime + programs.ru_stime


def _reader(engine: str) -> Callable[[Pixels], Sequence[WordRow]]:
    if engine == "tesserocr":
        return engines.tesserocr_reader(engines.tessdata())
    folder = engines.tessdata()
    return lambda pixels: _program_read(pixels, folder=folder, timeout_seconds=60)


def _program_read(pixels: Pixels, *, folder: str, timeout_seconds: float) -> list[WordRow]:
    """Run the program on a raw file of the pixels. Raises ``RuntimeError`` after the timeout."""
    with tempfile.TemporaryDirectory(prefix="ocr-") as scratch:
        path = Path(scratch) / "page.pgm"
        height, width = pixels.shape
        path.write_bytes(b"P5 %d %d 255\n" % (width, height) + pixels.tobytes())
        table = pytesseract.image_to_data(
            str(path),
            lang=engines.LANGUAGE,
            config=" ".join(
                f"--{name} {value}"
                for name, value in (
                    ("tessdata-dir", folder),
                    ("psm", engines.PAGE_SEGMENTATION),
                    ("dpi", engines.OCR_DPI),
                )
            ),
            timeout=timeout_seconds,
        )
    return _rows(table)


def _rows(table: str) -> list[WordRow]:
    """Read Tesseract's TSV."""
    rows = []
    for line in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (line["text"] or "").strip()
        confidence = round(float(line["conf"]), 1)
        if line["level"] == WORD_LEVEL and text and not engines.is_speck(text, confidence):
            box = (int(line[side]) for side in ("left", "top", "width", "height"))
            left, top, width, height = box
            rows.append((text, confidence, left, top, width, height))
    return rows


def _preferred(figures: Mapping[str, Mapping[str, Cost]]) -> str:
    """Return the faster engine in total, unless its errors are a tenth more."""
    price = {
        engine: sum(costs[engine].cpu_s_page for costs in figures.values()) for engine in ENGINES
    }
    errors = {
        engine: sum(costs[engine].error_percent for costs in figures.values()) for engine in ENGINES
    }
    cheap, other = sorted(ENGINES, key=lambda engine: price[engine])
    return cheap if errors[cheap] <= errors[other] * WORTH_ERRORS + LEAST_ERRORS else other


def _text(seed: int) -> str:
    """Return the words of one page, in another order on each."""
    clauses = TEXT.split("; ")
    turned = clauses[seed % len(clauses) :] + clauses[: seed % len(clauses)]
    return " ".join("; ".join(turned) for _ in range(4))


def _printed(seed: int, *, dpi: int = DPI) -> Pixels:
    """Draw the page as it leaves a printer."""
    scale = dpi / DPI
    width, height, margin = (round(side * scale) for side in (*PAGE, MARGIN))
    font = ImageFont.truetype(str(FONT), round(TYPE_PX * scale))
    page = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(_lines(seed)):
        draw.text((margin, margin + round(row * LINE_PX * scale)), line, font=font, fill=35)
    return np.asarray(page, np.uint8)


def _lines(seed: int) -> list[str]:
    return wrap(_text(seed), LETTERS_A_LINE)


def _truth(seed: int) -> str:
    return " ".join(_lines(seed))


def _scanned(seed: int, *, dpi: int = DPI) -> Pixels:
    """Wear the page as an office scanner does."""
    chance = np.random.default_rng(seed)
    page = _printed(seed, dpi=dpi)
    height, width = page.shape
    tilt = cv2.getRotationMatrix2D((width / 2, height / 2), float(chance.uniform(-0.6, 0.6)), 1)
    turned = cv2.warpAffine(page, tilt, (width, height), borderValue=(250.0,))
    soft = cv2.GaussianBlur(turned, (0, 0), 0.8).astype(np.float32)
    pale = 250 - (250 - soft) * float(chance.uniform(0.6, 0.9))
    noisy = pale + chance.normal(0, 7, page.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)


def _coarse(seed: int) -> Pixels:
    """Scan at 150 dpi and enlarge to what the engine is told, as the service does."""
    page = _scanned(seed, dpi=150)
    return np.asarray(cv2.resize(page, PAGE, interpolation=cv2.INTER_LINEAR), np.uint8)


def _edits(one: str, other: str) -> int:
    """Return how many letters must be put in, taken out or changed to get from one to the other."""
    row = np.arange(len(other) + 1)
    letters = np.frombuffer(other.encode("utf-32-le"), np.uint32)
    for index, letter in enumerate(one, start=1):
        changed = row[:-1] + (letters != ord(letter))
        best = np.minimum(changed, row[1:] + 1)
        row = np.concatenate(([index], best))
        # What is left to take out runs along the row: the least of each place and its left side.
        row = np.minimum.accumulate(row - np.arange(row.size)) + np.arange(row.size)
    return int(row[-1])


def _table(figures: Mapping[str, Mapping[str, Cost]], preferred: str) -> str:
    lines = [f"{'':<18}{'engine':<14}{'cpu s':>8}{'wall s':>8}{'errors %':>10}{'peak MiB':>10}"]
    lines += [
        f"{kind:<18}{engine:<14}{cost.cpu_s_page:>8.3f}{cost.wall_s_page:>8.3f}"
        f"{cost.error_percent:>10.3f}{cost.peak_mib:>10.1f}"
        for kind, costs in figures.items()
        for engine, cost in costs.items()
    ]
    lines.append(f"preferred by these figures: {preferred}")
    return "\n".join(lines) + "\n"


KINDS: Final[Mapping[str, Callable[[int], Pixels]]] = {
    "printed, 200 dpi": _printed,
    "scanned, 200 dpi": _scanned,
    "scanned, 150 dpi": _coarse,
}

if __name__ == "__main__":
    raise SystemExit(main())
