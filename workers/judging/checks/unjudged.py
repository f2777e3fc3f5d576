"""Whether pictures were left unjudged: a person has to look at them."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.wording import gettext_noop
from workers.facts.page import PageFacts

CHECK: Final = "unjudged"


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield one finding for the pictures of a page that nothing has judged or compared."""
    count = page.too_small + page.too_many
    if not count:
        return
    reasons = [
        *([f"{page.too_small} por su tamaño"] if page.too_small else []),
        *([f"{page.too_many} por ser demasiadas"] if page.too_many else []),
    ]
    one = count == 1
    yield Finding(
        check=CHECK,
        code=FindingCode.PICTURES_NOT_JUDGED,
        severity=Severity.DOUBT,
        message=(
            f"{count} {'imagen' if one else 'imágenes'} de la página sin revisar ni comparar: "
            f"{', '.join(reasons)}."
        ),
        advice=gettext_noop(
            "Hay imágenes que no pudimos revisar: son muy pequeñas o son demasiadas. Envíe sus "
            "fotos más grandes y pocas por página."
        ),
        page=page.number,
    )
