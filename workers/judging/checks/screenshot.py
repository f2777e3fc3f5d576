"""Whether the page shows a telephone's screen instead of a photo."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind, PhotoLayout
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.wording import gettext_noop
from workers.facts.page import PageFacts

CHECK: Final = "screenshot"


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding for a screenshot."""
    if page.kind is not PageKind.PHOTO or page.photo_layout is not PhotoLayout.SCREENSHOT:
        return
    yield Finding(
        check=CHECK,
        code=FindingCode.PHOTO_SCREENSHOT,
        severity=Severity.DOUBT,
        message="Parece una captura de pantalla de un teléfono, con sus barras, no una foto.",
        advice=(
            gettext_noop(
                "Parece una captura de pantalla. Envíe la foto original, no la imagen "
                "de la pantalla."
            )
        ),
        page=page.number,
    )
