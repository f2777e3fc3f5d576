"""Covers the pay in sample payrolls, as people do who send no more than is asked for."""

import io
import re
from collections.abc import Callable, Mapping
from typing import Final

import pikepdf

from tests.samples.support_altered import places, saved
from tests.samples.support_papers import SupportPaper, as_pdf, markup, printed, scanned, text_pdf

PAY: Final = re.compile(r"(?<=<td>)\d{3},\d\d(?=</td>)")
BLACK, WHITE = "0", "1"
DPI: Final = 200


def covered(paper: SupportPaper, way: str) -> bytes:
    """Return the payroll with its pay covered in one of ``WAYS``."""
    return WAYS[way](paper)


def uncovered(paper: SupportPaper, way: str) -> bytes:
    """Return the same payroll with its pay, printed or scanned as ``covered`` gives it."""
    if way in PRINTED:
        return text_pdf(paper)
    return as_pdf(scanned(text_pdf(paper), dpi=DPI), dpi=DPI)


def _redacted(paper: SupportPaper) -> bytes:
    """Do as a program that takes the text out and leaves a black box."""
    box = "<span style='background:#000;display:inline-block;width:34pt;height:9pt'></span>"
    return printed(PAY.sub(box, markup(paper)))


def _boxed(paper: SupportPaper) -> bytes:
    """Draw a black box over each amount: its text is still below."""
    return _drawn(paper, BLACK)


def _barred(paper: SupportPaper) -> bytes:
    """Draw one bar over the whole column."""
    return _drawn(paper, BLACK, as_one=True)


def _inked(paper: SupportPaper) -> bytes:
    """Cover each amount on paper with a pen, and scan it."""
    return as_pdf(scanned(_drawn(paper, BLACK), dpi=DPI), dpi=DPI)


def _taped(paper: SupportPaper) -> bytes:
    """Lay a strip of white paper over the column, and scan it."""
    return as_pdf(scanned(_drawn(paper, WHITE, as_one=True), dpi=DPI), dpi=DPI)


def _striped(paper: SupportPaper) -> bytes:
    """Lay a strip of black paper over the column, and scan it."""
    return as_pdf(scanned(_drawn(paper, BLACK, as_one=True), dpi=DPI), dpi=DPI)


WAYS: Final[Mapping[str, Callable[[SupportPaper], bytes]]] = {
    "redacted": _redacted,
    "boxed": _boxed,
    "barred": _barred,
    "inked": _inked,
    "taped": _taped,
    "striped": _striped,
}


PRINTED: Final = frozenset({"redacted", "boxed", "barred"})
"""The others are scans."""


def _drawn(paper: SupportPaper, tone: str, *, as_one: bool = False) -> bytes:
    content = text_pdf(paper)
    amounts = sorted(set(PAY.findall(markup(paper))))
    boxes = [box[:4] for box in places(content, [(amount, "") for amount in amounts])]
    if as_one:
        left, bottom, right, top = (
            pick(edge)
            for pick, edge in zip((min, min, max, max), zip(*boxes, strict=True), strict=True)
        )
        boxes = [(left, bottom, right, top)]
    drawn = ["Q"] + [
        f"q {tone} g {left - 2:.1f} {bottom - 1:.1f} {right - left + 4:.1f} {top - bottom + 2:.1f} "
        "re f Q"
        for left, bottom, right, top in boxes
    ]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page = pdf.pages[0]
        page.contents_add(b"q", prepend=True)
        page.contents_add("\n".join(drawn).encode("latin-1"))
        return saved(pdf)
