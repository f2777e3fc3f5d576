"""Whether the photo has enough pixels and was not enlarged."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.wording import gettext_noop
from workers.facts.page import PageFacts
from workers.judging.checks import exposure, sharpness

CHECK: Final = "resolution"
LEAST_SIDE_PX: Final = 1000
"""Longest side in pixels. Messaging apps leave 1280 to 1600; thumbnails have 640 or fewer."""
TINY_SIDE_PX: Final = 640
LEAST_FINEST: Final = 100.0
"""Per cent of the detail that neighbouring pixels hold in a photo that was not enlarged: a photo
enlarged from 480 px has less. Calibrated: benchmarks/quality.py."""
LEAST_SCAN_DPI: Final = 150
"""OCR at 150 dpi already loses up to 1.2 % of the letters. Source: documents page."""
POINTS_PER_INCH: Final = 72


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding for a photo or a scan with too few pixels."""
    if page.kind is PageKind.PHOTO:
        yield from _photo(page)
    elif page.kind is PageKind.SCAN and page.width_pt:
        yield from _scan(page)


def _photo(page: PageFacts) -> Iterator[Finding]:
    side = max((max(photo.width_px, photo.height_px) for photo in page.photos), default=None)
    if side is None:
        return
    if side >= LEAST_SIDE_PX:
        yield from _enlarged(page, side)
        return
    tiny = side < TINY_SIDE_PX
    yield Finding(
        check=CHECK,
        code=FindingCode.PHOTO_TINY if tiny else FindingCode.PHOTO_SMALL,
        severity=Severity.BAD if tiny else Severity.DOUBT,
        message=f"Resolución baja: {side} px en su lado mayor (mínimo {LEAST_SIDE_PX} px).",
        advice=(
            gettext_noop(
                "La foto es muy pequeña para ver el detalle. Envíe la foto original del teléfono, "
                "no una copia reenviada ni una captura de pantalla."
            )
        ),
        page=page.number,
    )


def _enlarged(page: PageFacts, side_px: int) -> Iterator[Finding]:
    """Yield a finding for many pixels with little in them; blur and darkness tell themselves."""
    doubtful = [
        light.finest
        for light in page.lights
        if light.finest is not None
        and light.finest < LEAST_FINEST
        and not sharpness.is_blurred(light)
        and not exposure.is_dark(light)
    ]
    if doubtful:
        yield Finding(
            check=CHECK,
            code=FindingCode.PHOTO_ENLARGED,
            severity=Severity.DOUBT,
            message=(
                f"Poco detalle para sus {side_px} px: {min(doubtful):.0f} % "
                f"(mínimo {LEAST_FINEST:.0f} %)."
            ),
            advice=(
                gettext_noop(
                    "La foto tiene poco detalle: está algo borrosa o es una copia "
                    "ampliada. Envíe la "
                    "foto original del teléfono, o tómela otra vez cuando enfoque."
                )
            ),
            page=page.number,
        )


def _scan(page: PageFacts) -> Iterator[Finding]:
    width_px = max((photo.width_px for photo in page.photos), default=0)
    dpi = width_px * POINTS_PER_INCH / page.width_pt
    if not width_px or dpi >= LEAST_SCAN_DPI:
        return
    yield Finding(
        check=CHECK,
        code=FindingCode.SCAN_COARSE,
        severity=Severity.DOUBT,
        message=f"Escaneado a unos {dpi:.0f} ppp (mínimo {LEAST_SCAN_DPI} ppp).",
        advice=(
            gettext_noop(
                "La página se escaneó con poca resolución. Escanéela a 200 o 300 ppp, o tómele una "
                "foto de cerca y con buena luz."
            )
        ),
        page=page.number,
    )
