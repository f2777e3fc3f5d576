"""Whether the page shows anything."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.findings import Finding, Severity
from workers.facts import PageFacts

CHECK: Final = "blank"
LEAST_SPREAD: Final = 4.0
"""Standard deviation of luma, 0 to 255, below which the jail calls a page blank."""


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding for an empty page."""
    if page.kind is not PageKind.BLANK:
        return
    spread = page.light.spread if page.light else 0.0
    yield Finding(
        check=CHECK,
        code="page_blank",
        severity=Severity.DOUBT,
        message=f"Nada que ver: contraste {spread:.1f} (mínimo {LEAST_SPREAD:.0f}).",
        advice=(
            "En la foto no se ve nada. Tómela otra vez."
            if page.is_alone
            else f"La página {page.number} está en blanco. Quítela o ponga la foto que falta."
        ),
        page=page.number,
    )
