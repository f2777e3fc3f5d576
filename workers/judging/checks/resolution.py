"""Whether the photo has enough pixels and was not enlarged."""

import math
from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.wording import gettext_noop
from workers.facts.page import PageFacts, PhotoFacts
from workers.judging import figures, looks
from workers.judging.checks import exposure, sharpness

CHECK: Final = "resolution"
LEAST_SIDE_PX: Final = 1000
"""Longest side in pixels. Messaging apps leave 1280 to 1600; thumbnails have 640 or fewer."""
TINY_SIDE_PX: Final = 640
LEAST_PLACED_SIDE_PX: Final = 640
"""Of a photo among other things on a page: programs for text leave 220 pixels an inch of what it
must show there, and a portrait in a column has 917."""
TINY_PLACED_SIDE_PX: Final = 320
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
    placed = [photo for photo in page.photos if photo.box is not None and photo.light is not None]
    small = [photo for photo in placed if _side(photo) < LEAST_PLACED_SIDE_PX]
    if small:
        side = min(_side(photo) for photo in small)
        many = f"{len(small)} de {len(placed)} fotos; la menor, " if len(placed) > 1 else ""
        yield _small(
            page, f"{many}{side} px", LEAST_PLACED_SIDE_PX, is_tiny=side < TINY_PLACED_SIDE_PX
        )
        return
    side = max(map(_side, placed or page.photos), default=0)
    if not side:
        return
    if placed or side >= LEAST_SIDE_PX:
        yield from _enlarged(page, side)
        return
    yield _small(page, f"{side} px", LEAST_SIDE_PX, is_tiny=side < TINY_SIDE_PX)


def _side(photo: PhotoFacts) -> int:
    return max(photo.width_px, photo.height_px)


def _small(page: PageFacts, figure: str, least: int, *, is_tiny: bool) -> Finding:
    return Finding(
        check=CHECK,
        code=FindingCode.PHOTO_TINY if is_tiny else FindingCode.PHOTO_SMALL,
        severity=Severity.BAD if is_tiny else Severity.DOUBT,
        message=f"Resolución baja: {figure} en su lado mayor (mínimo {least} px).",
        advice=(
            gettext_noop(
                "La foto es muy pequeña para ver el detalle. Envíe la foto original del teléfono, "
                "no una copia reenviada ni una captura de pantalla."
            )
        ),
        page=page.number,
    )


def _enlarged(page: PageFacts, side_px: int) -> Iterator[Finding]:
    """Yield a finding for many pixels with little in them; blur and darkness tell themselves.

    It is let pass where the trees see neither an enlarged photo nor a blurred one.
    """
    doubtful = [
        light.finest
        for light in page.lights
        if light.finest is not None
        and light.finest < LEAST_FINEST
        and not (looks.is_denied(light.enlarged) and looks.is_denied(light.unsharp))
        and not sharpness.is_blurred(light)
        and not exposure.is_dark(light)
    ]
    if doubtful:
        yield Finding(
            check=CHECK,
            code=FindingCode.PHOTO_ENLARGED,
            severity=Severity.DOUBT,
            message=(
                f"Poco detalle para sus {side_px} px: "
                f"{figures.beside(min(doubtful), LEAST_FINEST)} % "
                f"(mínimo {figures.plain(LEAST_FINEST)} %)."
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
    dpi = max((_dpi(photo, page) for photo in page.photos), default=0.0)
    if not dpi or dpi >= LEAST_SCAN_DPI:
        return
    yield Finding(
        check=CHECK,
        code=FindingCode.SCAN_COARSE,
        severity=Severity.DOUBT,
        message=(
            f"Escaneado a unos {figures.beside(dpi, LEAST_SCAN_DPI)} ppp "
            f"(mínimo {LEAST_SCAN_DPI} ppp)."
        ),
        advice=(
            gettext_noop(
                "La página se escaneó con poca resolución. Escanéela a 200 o 300 ppp, o tómele una "
                "foto de cerca y con buena luz."
            )
        ),
        page=page.number,
    )


def _dpi(photo: PhotoFacts, page: PageFacts) -> float:
    """Return how many pixels a scan has for each inch of the page that it covers."""
    inches = page.width_pt / POINTS_PER_INCH
    if photo.box is None or not photo.box.width or not photo.box.height or not page.width_px:
        return photo.width_px / inches
    shown = math.sqrt(photo.box.width * photo.box.height) / page.width_px * inches
    return math.sqrt(photo.width_px * photo.height_px) / shown
