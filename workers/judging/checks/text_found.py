"""Whether the text of a prior agreement's page could be read."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.documents import PageKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from workers.facts.page import PageFacts
from workers.judging import figures

CHECK: Final = "text_found"
LEAST_WORDS: Final = 8
LEAST_CONFIDENCE: Final = 60.0
"""Mean confidence of the words, 0 to 100; confidence never decides alone."""


def check(page: PageFacts) -> Iterator[Finding]:
    """Yield a finding when OCR did not finish, found too few words, or has low confidence."""
    if page.kind in {PageKind.UNREADABLE, PageKind.BLANK}:
        return
    if not page.read:
        yield _finding(
            page, FindingCode.TEXT_UNREADABLE, "El texto de la página no se pudo leer a tiempo."
        )
    elif len(page.words) < LEAST_WORDS:
        count = f"{len(page.words)} palabras leídas (mínimo {LEAST_WORDS})."
        yield _finding(page, FindingCode.TEXT_MISSING, f"Casi sin texto: {count}")
    elif (mean := _confidence(page)) < LEAST_CONFIDENCE:
        limit = (
            f"confianza media {figures.beside(mean, LEAST_CONFIDENCE)} de 100 "
            f"(mínimo {figures.plain(LEAST_CONFIDENCE)})."
        )
        yield _finding(page, FindingCode.TEXT_DOUBTFUL, f"Texto poco claro: {limit}")


def _confidence(page: PageFacts) -> float:
    return sum(word.confidence for word in page.words) / len(page.words)


def _finding(page: PageFacts, code: FindingCode, message: str) -> Finding:
    return Finding(
        check=CHECK,
        code=code,
        severity=Severity.DOUBT,
        message=message,
        advice=(
            f"No pudimos leer bien la página {page.number}. Escanéela o fotografíela derecha, "
            "completa y con buena luz."
        ),
        page=page.number,
    )
