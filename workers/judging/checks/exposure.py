"""Whether there is enough light to see, not too much, and not all of it behind the subject."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.wording import gettext_noop
from workers.facts.page import Light, PageFacts
from workers.judging import figures, looks

CHECK: Final = "exposure"
LEAST_HIGHLIGHT: Final = 100.0
"""Luma, 0 to 255, that the brightest 1 % of a photo must reach: a night market does, a photo
three stops too dark never does (white is then 99). Calibrated: benchmarks/quality.py."""
VERY_DARK_HIGHLIGHT: Final = 80.0
MOST_PARTLY_CLIPPED: Final = 0.45
"""Share of pixels that may lose one colour to the light: wood, leaves, skin ten times too bright
have their own hue burnt out before they are white. Calibrated: benchmarks/fault_training.py."""
CLEARLY_BURNT_SHARE: Final = 0.5
"""Share without detail from which a photo with too much light is called bad."""
MOST_BURNT_SHARE: Final = 0.4
"""Share without detail that is too much however the rest looks."""
MOST_UNBURNT_MEAN: Final = 130.0
"""Mean luma of the rest, 0 to 255, beside nearly so much burnt; higher beside less, because a
burnt sky, window or white cloth is common in good photos. Calibrated: benchmarks/quality.py."""
RISE_PER_SHARE: Final = 350.0
"""By so much that limit rises per share not burnt."""
BACKLIT_SHARE: Final = 0.1
"""A white swan on black water is less than a window. Calibrated: benchmarks/quality.py."""
LEAST_SHADE_MEDIAN: Final = 60.0
"""Median luma, 0 to 255, of what is not the bright window. Calibrated: benchmarks/quality.py."""


def is_dark(light: Light) -> bool:
    """Whether even the lit parts of a photo are dark: its edges then say nothing."""
    return light.highlight < LEAST_HIGHLIGHT or looks.is_seen(light.dark)


def is_backlit(light: Light) -> bool:
    """Whether a bright window or sky leaves the rest in its shadow."""
    is_bright = light.bright_share >= BACKLIT_SHARE
    is_shade = light.shade_median < LEAST_SHADE_MEDIAN
    return is_bright and is_shade and not looks.is_denied(light.backlit)


def most_unburnt_mean(light: Light) -> float:
    """Return how bright the rest may be beside what is burnt, in luma units."""
    return MOST_UNBURNT_MEAN + RISE_PER_SHARE * max(0.0, MOST_BURNT_SHARE - light.burnt_share)


def is_overexposed(light: Light) -> bool:
    """Whether detail is lost in the lights, and what is left is washed out or too little."""
    if looks.is_seen(light.bright) or _is_clipped(light):
        return True
    return _is_burnt(light) and not looks.is_denied(light.bright)


def _is_clipped(light: Light) -> bool:
    return light.partly_clipped is not None and light.partly_clipped > MOST_PARTLY_CLIPPED


def _is_burnt(light: Light) -> bool:
    is_large = light.burnt_share > MOST_BURNT_SHARE
    return is_large or light.unburnt_mean > most_unburnt_mean(light)


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield one finding for the first photo that is dark, against the light or washed out."""
    if page.kind is not PageKind.PHOTO:
        return
    for light in page.lights:
        if is_dark(light):
            yield _dark(page.number, light)
        elif is_backlit(light):
            yield _backlit(page.number, light)
        elif is_overexposed(light):
            yield _bright(page.number, light)
        else:
            continue
        return


def check_darkness(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding for a dark photo of a sheet, whatever it shows.

    White paper on a table is no light from behind, and paper without detail is still read.
    """
    if page.light is not None and is_dark(page.light):
        yield _dark(page.number, page.light)


def _dark(number: int, light: Light) -> Finding:
    very = light.highlight < VERY_DARK_HIGHLIGHT
    told = (
        f"lo más claro llega a {figures.beside(light.highlight, LEAST_HIGHLIGHT)} "
        f"de 255 (mínimo {figures.plain(LEAST_HIGHLIGHT)})"
    )
    if light.highlight >= LEAST_HIGHLIGHT and light.dark is not None:
        told = looks.figure(light.dark)
    return Finding(
        check=CHECK,
        code=FindingCode.PHOTO_VERY_DARK if very else FindingCode.PHOTO_DARK,
        severity=Severity.BAD if very else Severity.DOUBT,
        message=f"{'Muy oscura' if very else 'Oscura'}: {told}.",
        advice=(
            f"La foto salió {'muy oscura' if very else 'oscura'}. Abra una puerta o encienda "
            "la luz y tómela otra vez."
        ),
        page=number,
    )


def _backlit(number: int, light: Light) -> Finding:
    return Finding(
        check=CHECK,
        code=FindingCode.PHOTO_BACKLIT,
        severity=Severity.DOUBT,
        message=(
            f"Contraluz: {100 * light.bright_share:.0f} % casi blanco y el resto con luz "
            f"{figures.beside(light.shade_median, LEAST_SHADE_MEDIAN)} de 255 "
            f"(mínimo {figures.plain(LEAST_SHADE_MEDIAN)})."
        ),
        advice=(
            gettext_noop(
                "La luz viene de atrás y lo que muestra la foto quedó en sombra. "
                "Póngase de espaldas "
                "a la ventana y tómela otra vez."
            )
        ),
        page=number,
    )


def _bright(number: int, light: Light) -> Finding:
    most = min(255.0, most_unburnt_mean(light))
    told = (
        f"{figures.beside(100 * light.burnt_share, 100 * MOST_BURNT_SHARE)} % sin detalle "
        f"(máximo {figures.plain(100 * MOST_BURNT_SHARE)} %), el resto con luz media "
        f"{figures.beside(light.unburnt_mean, most)} de 255 (máximo {figures.plain(most)})"
    )
    if light.partly_clipped is not None and _is_clipped(light):
        clipped, limit = 100 * light.partly_clipped, 100 * MOST_PARTLY_CLIPPED
        told = (
            f"{figures.beside(clipped, limit)} % con un color quemado "
            f"(máximo {figures.plain(limit)} %)"
        )
    elif light.bright is not None and not _is_burnt(light):
        told = looks.figure(light.bright)
    clearly = light.burnt_share >= CLEARLY_BURNT_SHARE and looks.is_seen(light.bright)
    return Finding(
        check=CHECK,
        code=FindingCode.PHOTO_OVEREXPOSED,
        severity=Severity.BAD if clearly else Severity.DOUBT,
        message=f"Demasiada luz: {told}.",
        advice=(
            gettext_noop(
                "La foto tiene demasiada luz y se pierde el detalle. Aléjese del sol "
                "o de la lámpara "
                "y tómela otra vez."
            )
        ),
        page=number,
    )
