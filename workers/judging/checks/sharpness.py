"""Whether the photo is sharp; what is too dark to judge is not called blurred."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from workers.facts.page import Light, PageFacts
from workers.judging import figures, looks
from workers.judging.checks import exposure

CHECK: Final = "sharpness"
LEAST_SHARPNESS: Final = 100.0
"""Per cent of what each vote of ``workers/inside/picture/detail.py``
asks for; the least one decides."""
CLEARLY_BLURRED: Final = 85.0


def is_blurred(light: Light) -> bool:
    """Whether a photo is not sharp although it has enough light.

    A smooth wall, poles in a row or a shallow focus measure like it; the trees know them apart.
    """
    if light.sharpness >= LEAST_SHARPNESS or exposure.is_dark(light):
        return False
    return not looks.is_denied(light.unsharp)


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding for the least sharp photo of a page."""
    if page.kind not in {PageKind.PHOTO, PageKind.SCAN}:
        return
    blurred = [light for light in page.lights if is_blurred(light)]
    if blurred:
        light = min(blurred, key=lambda each: each.sharpness)
        yield _moved(page.number, light) if _is_moved(light) else _blurred(page.number, light)


def _is_moved(light: Light) -> bool:
    """Whether it is sharp in all directions but one."""
    others = [vote for vote in (light.edges, light.wide_edges) if vote is not None]
    return light.weakest_way == light.sharpness and all(vote >= LEAST_SHARPNESS for vote in others)


def _moved(number: int, light: Light) -> Finding:
    clearly = light.sharpness < CLEARLY_BLURRED
    return Finding(
        check=CHECK,
        code=FindingCode.PHOTO_MOVED,
        severity=Severity.BAD if clearly else Severity.DOUBT,
        message=(
            f"{'Movida' if clearly else 'Algo movida'}: nitidez "
            f"{figures.beside(light.sharpness, LEAST_SHARPNESS)} % en una "
            f"dirección (mínimo {figures.plain(LEAST_SHARPNESS)} %)."
        ),
        advice=(
            f"La foto salió {'movida' if clearly else 'algo movida'}. Apoye el teléfono en algo "
            "firme y tómela otra vez."
        ),
        page=number,
    )


def _blurred(number: int, light: Light) -> Finding:
    clearly = light.sharpness < CLEARLY_BLURRED
    return Finding(
        check=CHECK,
        code=FindingCode.PHOTO_BLURRED if clearly else FindingCode.PHOTO_SOFT,
        severity=Severity.BAD if clearly else Severity.DOUBT,
        message=(
            f"{'Borrosa' if clearly else 'Algo borrosa'}: nitidez "
            f"{figures.beside(light.sharpness, LEAST_SHARPNESS)} % "
            f"(mínimo {figures.plain(LEAST_SHARPNESS)} %)."
        ),
        advice=(
            f"La foto salió {'borrosa' if clearly else 'algo borrosa'}. Limpie el lente, espere "
            "a que el teléfono enfoque y tómela otra vez."
        ),
        page=number,
    )
