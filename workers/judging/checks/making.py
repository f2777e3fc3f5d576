"""What files of photos tell of their making: hints for officers, never a verdict."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.wording import long_date
from workers.facts.page import PageFacts

CHECK: Final = "making"
MOST_TOLD: Final = 3
"""Different stories of one page that are told; a page of twenty photos would have twenty."""
GENERATED: Final = frozenset(
    {
        "trainedAlgorithmicMedia",
        "compositeWithTrainedAlgorithmicMedia",
        "compositeSynthetic",
        "algorithmicMedia",
    }
)
"""Terms of IPTC's list of digital source types for what no camera took, wholly or in part."""


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield at most one finding of each code for a page whose photos tell something."""
    stories = list(dict.fromkeys(filter(None, (_story(photo.declared) for photo in page.photos))))
    if stories:
        rest = len(stories) - MOST_TOLD
        told = "; ".join(stories[:MOST_TOLD]) + (f"; y {rest} más" if rest > 0 else "")
        yield Finding(
            check=CHECK,
            code=FindingCode.PHOTO_DECLARED,
            severity=Severity.NOTE,
            message=f"Según el archivo, sin comprobar: {told}.",
            page=page.number,
        )
    claims = list(dict.fromkeys(filter(None, (_claim(photo.declared) for photo in page.photos))))
    if claims:
        yield Finding(
            check=CHECK,
            code=FindingCode.PHOTO_DECLARED_GENERATED,
            severity=Severity.DOUBT,
            message=(
                f"El archivo declara que la imagen no viene solo de una cámara ({claims[0]}). "
                "Nadie comprobó esa declaración."
            ),
            page=page.number,
        )


def _story(declared: Mapping[str, str]) -> str:
    """Return when, with what camera and with what program, as far as it is told.

    A camera by itself is no hint: nothing stands beside it that could be compared.
    """
    if not {"taken", "editor", "credentials"} & declared.keys():
        return ""
    parts = []
    day = _day(declared.get("taken", ""))
    if day:
        parts.append(f"tomada el {day}")
    if declared.get("camera"):
        parts.append(f"cámara {declared['camera']}")
    if declared.get("editor"):
        parts.append(f"guardada con {declared['editor']}")
    if declared.get("credentials"):
        by = declared["credentials"]
        parts.append(f"con credenciales de origen (C2PA){'' if by == '?' else f' de {by}'}")
    return ", ".join(parts)


def _claim(declared: Mapping[str, str]) -> str:
    """Return who says that no camera took the picture; empty when nobody does."""
    source = declared.get("source", "")
    if source in GENERATED:
        return f"IPTC «{source}»"
    painter = declared.get("painter", "")
    return f"textos de {painter}" if painter else ""


def _day(taken: str) -> str:
    try:
        moment = datetime.fromisoformat(taken)
    except ValueError:
        return ""
    return f"{long_date(moment.date())} a las {moment:%H:%M}"
