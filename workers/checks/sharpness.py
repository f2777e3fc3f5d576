"""Whether the photo is sharp; what is too dark to judge is not called blurred."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.findings import Finding, Severity
from workers.checks import exposure
from workers.facts import PageFacts

CHECK: Final = "sharpness"
LEAST_SHARPNESS: Final = 100.0
"""Per cent; 100 is where two of three published measures call a photo blurred."""
CLEARLY_BLURRED: Final = 75.0


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding for a blurred photo."""
    light = page.light
    if light is None or page.kind not in {PageKind.PHOTO, PageKind.SCAN}:
        return
    if light.sharpness >= LEAST_SHARPNESS or exposure.is_too_dark(light):
        return
    clearly = light.sharpness < CLEARLY_BLURRED
    yield Finding(
        check=CHECK,
        code="photo_blurred" if clearly else "photo_soft",
        severity=Severity.BAD if clearly else Severity.DOUBT,
        message=(
            f"{'Borrosa' if clearly else 'Algo borrosa'}: nitidez {light.sharpness:.0f} % "
            f"(mínimo {LEAST_SHARPNESS:.0f} %)."
        ),
        advice=(
            f"La foto salió {'borrosa' if clearly else 'algo borrosa'}. Apoye el teléfono, "
            "espere a que enfoque y tómela otra vez."
        ),
        page=page.number,
    )
