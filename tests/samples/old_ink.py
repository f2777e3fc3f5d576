"""Ink over a value of a typeset paper: strokes or a bar, before the paper is scanned."""

import io
from collections.abc import Sequence
from typing import Final

import numpy as np
import pikepdf
import pypdfium2

from review_service.domain.reports import AgreementField
from review_service.domain.wording import long_date
from tests.samples.old_papers import Facts, in_words, short_date, worded_date

INKS: Final = ("0.10 0.12 0.42", "0.07 0.07 0.09", "0.16 0.16 0.20")
"""Blue, black, and the grey of a felt pen; red, green and blue."""
INKABLE: Final = tuple(field for field in AgreementField if field is not AgreementField.MINISTRIES)
SPARE_POINTS: Final = 1.5
Place = tuple[float, float, float, float]
"""Left, bottom, right and top, in points."""


def said(facts: Facts, field: AgreementField) -> tuple[str, ...]:
    """Return each way in which a layout may print a value."""
    if field in {AgreementField.ISSUED_ON, AgreementField.VALID_UNTIL}:
        issued = field is AgreementField.ISSUED_ON
        day = facts.issued_on if issued else facts.valid_until
        years = facts.valid_until.year - facts.issued_on.year
        terms = () if issued else (f"{in_words(years)} años", f"{years} ({in_words(years)})")
        return (long_date(day), short_date(day), worded_date(day), *terms)
    value = {
        AgreementField.NUMBER: facts.number,
        AgreementField.HOLDER: facts.holder,
        AgreementField.RUC: facts.ruc,
        AgreementField.ACTIVITY: facts.activity,
    }[field]
    return (value,)


def inked(
    pdf: bytes, values: Sequence[str], rng: np.random.Generator, *, from_part: float = 0.0
) -> bytes:
    """Return the one-page PDF with ink on every place of the values.

    ``from_part``, 0 to 1, leaves that much of the beginning of each line legible.
    Raises ``ValueError`` when none of the values stands on the page.
    """
    places = [place for value in values for place, _ in placed(pdf, value)]
    if not places:
        raise ValueError("nothing to cover")
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        page = paper.pages[0]
        drawing = "".join(_stroke(place, rng, from_part) for place in places)
        page.contents_add(f"q {drawing} Q".encode(), prepend=False)
        out = io.BytesIO()
        paper.save(out, deterministic_id=True)
    return out.getvalue()


def placed(pdf: bytes, value: str) -> list[tuple[Place, str]]:
    """Return where a value stands on the first page, and the part of it on each line it takes."""
    wanted = _squeezed(value)
    signs_of = [at for at, sign in enumerate(value) if sign.isalnum()]
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        signs = [(at, text.get_text_range(at, 1)) for at in range(text.count_chars())]
        letters = [(at, sign.casefold()) for at, sign in signs if sign.isalnum()]
        squeezed = "".join(sign for _, sign in letters)
        found: list[tuple[Place, str]] = []
        start = squeezed.find(wanted)
        while start >= 0:
            lines: list[list[tuple[int, Place]]] = [[]]
            for order, (at, _) in enumerate(letters[start : start + len(wanted)]):
                box = text.get_charbox(at)
                last = lines[-1][-1][1] if lines[-1] else box
                if box[1] > last[3] or box[3] < last[1]:
                    lines.append([])
                lines[-1].append((order, box))
            for line in lines:
                part = value[signs_of[line[0][0]] : signs_of[line[-1][0]] + 1]
                found.append((_around([box for _, box in line]), part))
            start = squeezed.find(wanted, start + len(wanted))
    return found


def _squeezed(text: str) -> str:
    return "".join(sign.casefold() for sign in text if sign.isalnum())


def _around(boxes: Sequence[Place]) -> Place:
    left, bottom, right, top = zip(*boxes, strict=True)
    return min(left), min(bottom), max(right), max(top)


def _stroke(place: Place, rng: np.random.Generator, from_part: float) -> str:
    """Draw a bar, or a pen that goes up and down, over a place."""
    left, bottom, right, top = place
    left += from_part * (right - left) - SPARE_POINTS * (not from_part)
    right += SPARE_POINTS
    bottom, top = bottom - SPARE_POINTS, top + SPARE_POINTS
    ink = INKS[int(rng.integers(0, len(INKS)))]
    if rng.random() < 0.5:
        width, height = right - left, top - bottom
        return f"{ink} rg {left:.1f} {bottom:.1f} {width:.1f} {height:.1f} re f "
    step = 2.2
    count = max(2, int((right - left) / step))
    points = [
        (left + step * at, (bottom, top)[at % 2] + float(rng.uniform(-1, 1)))
        for at in range(count + 1)
    ]
    first, *others = points
    path = "".join(f"{x:.1f} {y:.1f} l " for x, y in others)
    return f"{ink} RG 2.6 w 1 j {first[0]:.1f} {first[1]:.1f} m {path}S "
