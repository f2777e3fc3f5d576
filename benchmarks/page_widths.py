# ruff: noqa: INP001 -- a program of its own, not a package
"""Measures what is lost and saved where OCR reads a long page narrower than it is.

python benchmarks/page_widths.py [--json] [--strict] [--share S ...] [--seeds 2]

The text of ``dense_acuerdo.py``, a long page, is read as the sandbox reads a prior agreement: at
its whole width and at the product's share of it, and at others where asked. «Prints»: one page in
three faces, two sizes and letters of three widths (72 % is a condensed face), scanned at 300 dpi.
«Scans»: both pages of the dense print under each condition of ``tests/samples/old_scans.py``, of
which the values are judged too: «right» is read surely and exactly, «wrong» surely and not so.
Wrong characters are edits per character; where the engine loses a line that page has several per
cent at once, so that the median stands beside the mean. CPU seconds are those of the whole page:
drawing, straightening and pictures too. The bars: of prints and scans together the product's share
takes at most ``MOST_SECONDS`` of the whole width's time, has no more wrong characters, but for
``ALLOWED`` and, of each print and condition, ``ALLOWED_EACH``, no fewer right values and no more
wrong ones.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

import dense_acuerdo

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from review_service.domain.documents import DocumentKind
from review_service.domain.reports import SURE_CONFIDENCE
from tests.samples import old_scans
from workers.facts.headers import words_from
from workers.fields.prior import reading
from workers.inside import pages, prepare
from workers.inside.ocr import narrowed

FACES: Final = ("/Times-Roman", "/Helvetica", "/Courier")
POINTS: Final = (8, 11)
STRETCHES: Final = (100, 85, 72)
WHOLE: Final = 1.0
MOST_SECONDS: Final = 0.97
"""Of the time at the whole width; clear pages take 0.85, those that are read twice 1.8."""
ALLOWED: Final = 0.0003
"""Share of characters; the same prints scanned anew differ by as much."""
ALLOWED_EACH: Final = 0.005
"""The same for one print or condition, where a line more or less is 1 to 2 % of a page."""
OWN_SHARE: Final = narrowed.WIDTH_SHARE
OWN_STROKES: Final = narrowed.LEAST_STROKES
SECONDS: Final = 60.0
MOST_PIXELS: Final = 50_000_000


@dataclass(frozen=True, kw_only=True)
class Read:
    """One paper as it was read at one share of its width."""

    share: float
    name: str
    wrong: float
    cpu_s: float
    right_values: int = 0
    wrong_values: int = 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table or one JSON object; 1 with ``--strict`` when a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--strict", action="store_true", help="exit 1 when a bar is missed")
    parser.add_argument("--share", type=float, nargs="+", default=[], help="others to compare")
    parser.add_argument("--seeds", type=int, default=2, help="scans of each print and condition")
    options = parser.parse_args(arguments)
    prepare.prepare()
    shares = list(dict.fromkeys([WHOLE, OWN_SHARE, *options.share]))
    found = [*_prints(shares, options.seeds), *_scans(shares, options.seeds)]
    rows = [_row(share, [each for each in found if each.share == share]) for share in shares]
    missed = list(_missed(rows[0], next(row for row in rows if row["share"] == OWN_SHARE)))
    if options.json:
        sys.stdout.write(json.dumps({"rows": rows, "missed": missed}) + "\n")
    else:
        sys.stdout.write("\n".join([*_table(rows), "", *(missed or ["every bar is held"])]) + "\n")
    return int(options.strict and bool(missed))


def _prints(shares: Sequence[float], seeds: int) -> Iterator[Read]:
    for face, points, stretch, seed in product(FACES, POINTS, STRETCHES, range(seeds)):
        look = dense_acuerdo.Print(face=face, points=points, stretch=stretch)
        pdf, text = dense_acuerdo.page(look, seed=seed)
        for share in _in_turn(shares, seed):
            words, cpu_s = _words(pdf, share, count=1)
            wrong = dense_acuerdo.errors(_text(words), text)
            name = f"{face[1:]} {points} pt {stretch} %"
            yield Read(share=share, name=name, wrong=wrong, cpu_s=cpu_s)


def _scans(shares: Sequence[float], seeds: int) -> Iterator[Read]:
    typeset, text = dense_acuerdo.typeset()
    for condition, seed in product(old_scans.CONDITIONS, range(seeds)):
        pdf = old_scans.taken_as(condition)(typeset, seed)
        for share in _in_turn(shares, seed):
            words, cpu_s = _words(pdf, share, count=2)
            read = [
                (number, words_from([list(row) for row in rows]))
                for number, rows in enumerate(words, start=1)
            ]
            values = [
                field.value == dense_acuerdo.VALUES[field.name]
                for field in reading.read(read)
                if field.name in dense_acuerdo.VALUES and field.confidence >= SURE_CONFIDENCE
            ]
            yield Read(
                share=share,
                name=condition,
                wrong=dense_acuerdo.errors(_text(words), text),
                cpu_s=cpu_s,
                right_values=sum(values),
                wrong_values=len(values) - sum(values),
            )


def _in_turn(shares: Sequence[float], seed: int) -> Sequence[float]:
    """Return who goes first and who second, the other way round at the next scan."""
    return shares[::-1] if seed % 2 else shares


def _words(pdf: bytes, share: float, *, count: int) -> tuple[list[Any], float]:
    """Return the rows of words of each page, read in this process as the sandbox does, and CPU."""
    # at the whole width no page is long: nothing is read twice either, as before ADR 76
    narrowed.WIDTH_SHARE = share  # type: ignore[misc]  # the only way to compare
    narrowed.LEAST_STROKES = sys.maxsize if share == WHOLE else OWN_STROKES  # type: ignore[misc]
    document = os.memfd_create("paper")
    before = time.process_time()
    try:
        os.write(document, pdf)
        shown = pages.show(
            document,
            numbers=list(range(1, count + 1)),
            kind=DocumentKind.AGREEMENT,
            most_pixels=MOST_PIXELS,
            page_seconds=SECONDS,
            ocr_seconds=SECONDS,
            budget_seconds=SECONDS,
        )
        read = {
            frame.header["number"]: frame.header["words"]
            for frame in shown
            if "words" in frame.header
        }
    finally:
        os.close(document)
    cpu_s = time.process_time() - before
    return [read.get(number, []) for number in range(1, count + 1)], cpu_s


def _text(words: Sequence[Any]) -> str:
    return " ".join(row[0] for rows in words for row in rows)


def _row(share: float, found: Sequence[Read]) -> dict[str, Any]:
    wrong = [each.wrong for each in found]
    names = dict.fromkeys(each.name for each in found)
    return {
        "share": share,
        "papers": len(found),
        "cpu_s_paper": round(statistics.mean(each.cpu_s for each in found), 3),
        "wrong_mean": round(statistics.mean(wrong), 5),
        "wrong_median": round(statistics.median(wrong), 5),
        "right_values": sum(each.right_values for each in found),
        "wrong_values": sum(each.wrong_values for each in found),
        "by_name": {name: _of([each for each in found if each.name == name]) for name in names},
    }


def _of(found: Sequence[Read]) -> dict[str, float]:
    return {
        "wrong": round(statistics.mean(each.wrong for each in found), 5),
        "cpu_s": round(statistics.mean(each.cpu_s for each in found), 3),
    }


def _missed(whole: dict[str, Any], own: dict[str, Any]) -> Iterator[str]:
    """Yield each bar that the product's share misses, beside the whole width."""
    if own["cpu_s_paper"] > MOST_SECONDS * whole["cpu_s_paper"]:
        yield f"{own['cpu_s_paper']} s a paper, {whole['cpu_s_paper']} at the whole width"
    for name in ("wrong_mean", "wrong_median"):
        if own[name] > whole[name] + ALLOWED:
            yield f"{name}: {own[name]:.3%}, {whole[name]:.3%} at the whole width"
    for name, figures in own["by_name"].items():
        most = whole["by_name"][name]["wrong"] + ALLOWED_EACH
        if figures["wrong"] > most:
            yield f"{name}: {figures['wrong']:.3%} wrong characters, at most {most:.3%}"
    if own["right_values"] < whole["right_values"]:
        yield f"{own['right_values']} right values, {whole['right_values']} at the whole width"
    if own["wrong_values"] > whole["wrong_values"]:
        yield f"{own['wrong_values']} wrong values, {whole['wrong_values']} at the whole width"


def _table(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    yield (
        f"{'share':>6} {'papers':>7} {'CPU s':>7} {'wrong, mean':>12} {'median':>8}"
        f" {'right values':>13} {'wrong':>6}"
    )
    for row in rows:
        yield (
            f"{row['share']:>6} {row['papers']:>7} {row['cpu_s_paper']:>7.2f}"
            f" {row['wrong_mean']:>12.3%} {row['wrong_median']:>8.3%}"
            f" {row['right_values']:>13} {row['wrong_values']:>6}"
        )
    yield ""
    yield f"{'wrong characters, CPU s':<24} " + " ".join(f"{row['share']:>14}" for row in rows)
    for name in rows[0]["by_name"]:
        figures = (row["by_name"][name] for row in rows)
        yield f"{name:<24} " + " ".join(
            f"{each['wrong']:>8.3%} {each['cpu_s']:>5.2f}" for each in figures
        )


if __name__ == "__main__":
    sys.exit(main())
