"""Whether something lies between the lens and the scene: a finger, a veil, a shadow."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.wording import gettext_noop
from workers.facts.page import Light, PageFacts
from workers.judging import looks

CHECK: Final = "cover"


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield one finding for the first photo that is covered, veiled or largely in a shadow."""
    if page.kind is not PageKind.PHOTO:
        return
    for light in page.lights:
        found = _gravest(light)
        if found is not None:
            yield _finding(page.number, *found)
            return


def _gravest(light: Light) -> tuple[FindingCode, float] | None:
    """Return what a photo looks like most, of those that it looks like at all."""
    seen = (
        (FindingCode.PHOTO_COVERED, light.covered),
        (FindingCode.PHOTO_HAZY, light.hazy),
        (FindingCode.PHOTO_CORNER_DARK, light.corner),
    )
    told = [(code, score) for code, score in seen if score is not None and looks.is_seen(score)]
    return max(told, key=lambda each: each[1], default=None)


_SAID: Final = {
    FindingCode.PHOTO_COVERED: (
        "Tapada por algo delante del lente",
        gettext_noop(
            "Parece que un dedo tapa la foto. Revise que nada esté delante del lente y tómela "
            "otra vez."
        ),
    ),
    FindingCode.PHOTO_HAZY: (
        "Velada, casi sin contraste",
        gettext_noop(
            "Parece que un velo blanco cubre la foto. Limpie el lente con un paño seco, aléjese "
            "del vapor o del humo y tómela otra vez."
        ),
    ),
    FindingCode.PHOTO_CORNER_DARK: (
        "En sombra desde una esquina",
        gettext_noop(
            "Parece que una sombra cubre buena parte de la foto. Busque una luz pareja y tómela "
            "otra vez."
        ),
    ),
}


def _finding(number: int, code: FindingCode, score: float) -> Finding:
    said, advice = _SAID[code]
    return Finding(
        check=CHECK,
        code=code,
        severity=Severity.BAD if looks.is_clear(score) else Severity.DOUBT,
        message=f"{said}: {looks.figure(score)}.",
        advice=advice,
        page=number,
    )
