"""Whether the whole page could be seen."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.wording import gettext_noop
from workers.facts.page import PageFacts

CHECK: Final = "completeness"


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding for a page that could not be opened or whose photo ends before its end."""
    if page.kind is PageKind.UNREADABLE:
        yield Finding(
            check=CHECK,
            code=FindingCode.PAGE_UNREADABLE,
            severity=Severity.BAD,
            message="La página no se pudo abrir dentro de los límites de tiempo y memoria.",
            advice=(
                f"No pudimos abrir la página {page.number}. Tome otra vez esa foto, o guarde el "
                "PDF de nuevo, y envíelo."
            ),
            page=page.number,
        )
    elif page.damaged:
        yield Finding(
            check=CHECK,
            code=FindingCode.PHOTO_CUT,
            severity=Severity.BAD,
            message="La foto está incompleta: sus datos terminan antes del final.",
            advice=gettext_noop("La foto llegó cortada. Vuelva a enviarla, o tómela otra vez."),
            page=page.number,
        )
