"""Whether there is enough light to see, and not too much."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.findings import Finding, Severity
from workers.facts import Light, PageFacts

CHECK: Final = "exposure"
DARK_MEAN: Final = 55.0
"""Mean luma, 0 to 255, below which a photo counts as dark."""
VERY_DARK_MEAN: Final = 38.0
BRIGHT_MEAN: Final = 205.0
BURNT_SHARE: Final = 0.35
"""Share of the picture without detail from which a photo counts as overexposed."""


def is_too_dark(light: Light) -> bool:
    """Whether the photo is so dark that its edges say nothing about its sharpness."""
    return light.mean < DARK_MEAN


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding for a dark or a burnt-out photo."""
    light = page.light
    if light is None or page.kind is not PageKind.PHOTO:
        return
    if is_too_dark(light):
        yield _dark(page.number, light)
    elif light.burnt_share >= BURNT_SHARE or light.mean > BRIGHT_MEAN:
        yield _bright(page.number, light)


def _dark(number: int, light: Light) -> Finding:
    very = light.mean < VERY_DARK_MEAN
    return Finding(
        check=CHECK,
        code="photo_very_dark" if very else "photo_dark",
        severity=Severity.BAD if very else Severity.DOUBT,
        message=(
            f"{'Muy oscura' if very else 'Oscura'}: luz media {light.mean:.0f} de 255 "
            f"(mínimo {DARK_MEAN:.0f})."
        ),
        advice=(
            f"La foto salió {'muy oscura' if very else 'oscura'}. Abra una puerta o encienda "
            "la luz y tómela otra vez."
        ),
        page=number,
    )


def _bright(number: int, light: Light) -> Finding:
    return Finding(
        check=CHECK,
        code="photo_overexposed",
        severity=Severity.DOUBT,
        message=(
            f"Demasiada luz: {100 * light.burnt_share:.0f} % sin detalle "
            f"(máximo {100 * BURNT_SHARE:.0f} %), luz media {light.mean:.0f} de 255 "
            f"(máximo {BRIGHT_MEAN:.0f})."
        ),
        advice=(
            "La foto tiene demasiada luz y se pierde el detalle. Póngase con la luz a su espalda "
            "y tómela otra vez."
        ),
        page=number,
    )
