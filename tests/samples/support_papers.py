"""Makes papers of the emprendedor track, and papers that are none; nobody in them exists."""

import io
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pypdfium2
from PIL import Image
from weasyprint import HTML

from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from tests.samples.support_certificates import employer, tax
from tests.samples.support_deeds import deed
from tests.samples.support_others import FOREIGN, OTHERS, other
from tests.samples.support_payrolls import payroll
from tests.samples.support_wording import KEPT, LAYOUTS, SupportPaper, cedula, in_words

__all__ = [
    "COMPANIES", "FOREIGN", "KEPT", "LAYOUTS", "OTHERS", "PEOPLE", "SupportPaper", "drawn",
    "genuine", "in_words", "markup", "printed", "scanned", "scanned_pdf", "text_pdf",
]  # fmt: skip
COMPANIES: Final = (
    ("TEJIDOS PEGUCHE S.A.S.", "1792060346001"),
    ("CERÁMICAS DEL AUSTRO CIA. LTDA.", "0190357482001"),
    ("DULCES ÑUCANCHIK S.A.", "1091745638001"),
    ("MUEBLES SAN ANTONIO CIA. LTDA.", "1091023456001"),
    ("PAJA TOQUILLA MONTECRISTI S.A.S.", "1391802457001"),
)
PEOPLE: Final = (
    ("TITUAÑA QUILUMBA MARÍA ROSA", f"{cedula(40)}001"),
    ("LEMA YACELGA SEGUNDO JOSÉ", f"{cedula(41)}001"),
    ("ÑACATO PILCO CARMEN", f"{cedula(42)}001"),
)
"""A deed is of a company only."""
FONTS: Final = ("serif", "sans-serif", "DejaVu Sans Condensed, sans-serif")


def drawn(count: int, *, seed: int = 0) -> list[SupportPaper]:
    """Return so many papers of every kind and layout, each fifth one none of them."""
    rng = random.Random(seed)  # noqa: S311 -- samples, no secrets
    kinds = list(VENTURE_PAPERS)
    papers = []
    for index in range(count):
        kind = kinds[index % len(kinds)]
        paper = replace(
            genuine(kind, (index // len(kinds)) % LAYOUTS, rng),
            other=OTHERS[(index // 5) % len(OTHERS)],
            owes=rng.random() < 0.25,
        )
        papers.append(replace(paper, kind=None) if index % 5 == 4 else paper)
    return papers


def genuine(kind: SupportKind, layout: int, rng: random.Random) -> SupportPaper:
    """Return a paper of a layout that says nothing against its holder, without or with a term."""
    holder, ruc = rng.choice(COMPANIES if kind is SupportKind.DEED else COMPANIES + PEOPLE)
    paper = SupportPaper(
        kind=kind,
        holder=holder,
        ruc=ruc,
        issued_on=date(2026, 1, 5) + timedelta(days=rng.randrange(320)),
        workers=rng.randrange(1, 12),
        layout=layout,
    )
    form = rng.randrange(3)
    if form == 0:
        return replace(paper, valid_until=paper.issued_on + timedelta(days=30))
    return replace(paper, term_days=rng.choice((15, 30, 60))) if form == 1 else paper


def markup(paper: SupportPaper) -> str:
    """Return the paper's page as a program sets it."""
    body = _BODIES[paper.kind](paper) if paper.kind else other(paper)
    style = (
        f"@page{{size:A4;margin:22mm}}body{{font:11pt {FONTS[paper.layout % len(FONTS)]};"
        "line-height:1.5}h1{font-size:14pt;text-align:center}td,th{padding:2pt 8pt;text-align:left}"
    )
    return f"<html lang=es><style>{style}</style>{body}</html>"


def printed(page: str) -> bytes:
    """Return a page as a PDF with its text."""
    made: Any = HTML(string=page).write_pdf()
    return bytes(made)


def text_pdf(paper: SupportPaper) -> bytes:
    """Return the paper as a program writes it: with its text."""
    return printed(markup(paper))


def scanned_pdf(
    paper: SupportPaper, *, dpi: int = 200, tilt_degrees: float = 0.5, noise: float = 6.0
) -> bytes:
    """Return the paper as an office scanner gives it: grey, tilted, speckled, without text."""
    pages = scanned(text_pdf(paper), dpi=dpi, tilt_degrees=tilt_degrees, noise=noise)
    return as_pdf(pages, dpi=dpi)


def scanned(
    content: bytes, *, dpi: int = 200, tilt_degrees: float = 0.5, noise: float = 6.0
) -> list[Image.Image]:
    """Return the pages of a PDF as a scanner sees them."""
    rng = np.random.default_rng(dpi)
    pages = []
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            grey = page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
            turned = grey.rotate(tilt_degrees, Image.Resampling.BICUBIC, fillcolor=250)
            worn = np.asarray(turned, np.float32) + rng.normal(0, noise, turned.size[::-1])
            pages.append(Image.fromarray(np.clip(worn, 0, 250).astype(np.uint8)))
    return pages


def as_pdf(pages: list[Image.Image], *, dpi: int) -> bytes:
    """Return pictures of pages as a scanner's PDF."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=dpi, quality=80)
    return out.getvalue()


_BODIES: Final[Mapping[SupportKind, Callable[[SupportPaper], str]]] = {
    SupportKind.DEED: deed,
    SupportKind.EMPLOYER_CERTIFICATE: employer,
    SupportKind.TAX_CERTIFICATE: tax,
    SupportKind.PAYROLL: payroll,
}
