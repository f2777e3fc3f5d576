"""Whether the document shows the very same photo twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from workers.facts.page import PageFacts

CHECK: Final = "repetition"


def check(pages: Sequence[PageFacts]) -> Iterator[Finding]:
    """Yield a finding for each later page whose photo stands on an earlier one, byte for byte."""
    seen: dict[str, list[int]] = defaultdict(list)
    for page in pages:
        for photo in page.photos:
            if page.number not in seen[photo.sha256]:
                seen[photo.sha256].append(page.number)
    for places in seen.values():
        first, *others = places
        for number in others:
            yield Finding(
                check=CHECK,
                code=FindingCode.PHOTO_REPEATED,
                severity=Severity.DOUBT,
                message=f"La misma foto está también en la página {first} (copia exacta).",
                advice=(
                    f"La foto de la página {number} es la misma de la página {first}. "
                    "Cámbiela por otra."
                ),
                page=number,
            )
