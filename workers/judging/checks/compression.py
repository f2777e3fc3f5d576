"""Whether the photo was saved so small that its detail is gone."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.wording import gettext_noop
from workers.facts.page import PageFacts
from workers.judging import figures, looks

CHECK: Final = "compression"
LEAST_QUALITY: Final = 25.0
"""On libjpeg's scale of 1 to 100. Messaging apps save with 70 to 80; at 15 and below squares
show. Source: the issue; calibrated: benchmarks/quality.py."""
CRUSHED_QUALITY: Final = 15.0
MOST_BLOCKS: Final = 1.6
"""Luma units by which squares may stand out; a photo saved again well keeps those of its first
saving. Calibrated: benchmarks/quality.py."""
CRUSHED_BLOCKS: Final = 2.2


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding for the first photo of a page that was compressed too much."""
    if page.kind is not PageKind.PHOTO:
        return
    for light in page.lights:
        quality = light.jpeg_quality
        if quality is not None and quality < LEAST_QUALITY:
            figure = (
                f"calidad JPEG {figures.beside(quality, LEAST_QUALITY)} de 100 "
                f"(mínimo {figures.plain(LEAST_QUALITY)})"
            )
            yield _finding(page.number, figure, crushed=quality <= CRUSHED_QUALITY)
        elif light.crushed is not None and looks.is_seen(light.crushed):
            crushed = looks.is_clear(light.crushed)
            yield _finding(page.number, looks.figure(light.crushed), crushed=crushed)
        elif light.blocks > MOST_BLOCKS and not looks.is_denied(light.crushed):
            figure = (
                f"cuadros de {figures.beside(light.blocks, MOST_BLOCKS, digits=1)} tonos de 255 "
                f"(máximo {figures.plain(MOST_BLOCKS)})"
            )
            yield _finding(page.number, figure, crushed=light.blocks > CRUSHED_BLOCKS)
        else:
            continue
        return


def _finding(number: int, figure: str, *, crushed: bool) -> Finding:
    return Finding(
        check=CHECK,
        code=FindingCode.PHOTO_COMPRESSED,
        severity=Severity.BAD if crushed else Severity.DOUBT,
        message=f"{'Muy comprimida' if crushed else 'Comprimida'}: {figure}.",
        advice=(
            gettext_noop(
                "La foto perdió detalle al comprimirse. Envíe la foto original del "
                "teléfono, no una "
                "reenviada."
            )
        ),
        page=number,
    )
