"""Whether the page is larger than any paper."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from workers.facts.page import PageFacts

CHECK: Final = "page_size"
MOST_POINTS: Final = 5000
"""Longest side in points, about 1.76 m. Source: security page, huge dimensions."""


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a note for a page larger than any paper."""
    side = max(page.width_pt, page.height_pt)
    if side > MOST_POINTS:
        yield Finding(
            check=CHECK,
            code=FindingCode.PAGE_ENORMOUS,
            severity=Severity.NOTE,
            message=f"Página de {side:.0f} puntos de lado (lo usual: hasta {MOST_POINTS}).",
            page=page.number,
        )
