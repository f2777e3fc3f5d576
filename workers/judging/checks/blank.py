"""Whether the page is blank."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.wording import gettext_noop
from workers.facts.page import PageFacts

CHECK: Final = "blank"
LEAST_DETAIL: Final = 3.0
"""Luma units by which nothing stands out on a page that the sandbox calls blank; as in
``workers/inside/picture/page_kind.py``. A smooth wall, fog and white ceramics stand out more."""


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding for an empty page."""
    if page.kind is not PageKind.BLANK:
        return
    spread = page.light.spread if page.light else 0.0
    yield Finding(
        check=CHECK,
        code=FindingCode.PAGE_BLANK,
        severity=Severity.DOUBT,
        message=(
            f"Nada que ver: ningún detalle resalta {LEAST_DETAIL:.0f} tonos de 255 "
            f"(contraste {spread:.1f})."
        ),
        advice=(
            gettext_noop("En la foto no se ve nada. Tómela otra vez.")
            if page.is_alone
            else f"La página {page.number} está en blanco. Quítela o ponga la foto que falta."
        ),
        page=page.number,
    )
