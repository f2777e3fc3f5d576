"""Whether the photo was saved so small that its detail is gone."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.findings import Finding, Severity
from workers.facts import PageFacts

CHECK: Final = "compression"
LEAST_QUALITY: Final = 25.0
"""On libjpeg's scale of 1 to 100. Messaging apps save with 70 to 80; at 15 and below squares
show. Source: the issue; calibrated: benchmarks/quality.py."""
CRUSHED_QUALITY: Final = 15.0


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding for the most compressed photo of a page."""
    if page.kind is not PageKind.PHOTO:
        return
    known = [light.jpeg_quality for light in page.lights if light.jpeg_quality is not None]
    quality = min(known, default=LEAST_QUALITY)
    if quality >= LEAST_QUALITY:
        return
    crushed = quality <= CRUSHED_QUALITY
    yield Finding(
        check=CHECK,
        code="photo_compressed",
        severity=Severity.BAD if crushed else Severity.DOUBT,
        message=(
            f"{'Muy comprimida' if crushed else 'Comprimida'}: calidad JPEG {quality:.0f} "
            f"de 100 (mínimo {LEAST_QUALITY:.0f})."
        ),
        advice=(
            "La foto perdió detalle al comprimirse. Envíe la foto original del teléfono, no una "
            "reenviada."
        ),
        page=page.number,
    )
