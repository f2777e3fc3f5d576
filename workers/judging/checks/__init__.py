"""Every check, in the order their findings are shown. Each is one pure function in one file."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from review_service.domain.documents import DocumentKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from workers.facts.page import DocumentFacts, PageFacts
from workers.judging.checks import (
    active_content,
    blank,
    completeness,
    compression,
    cover,
    envelope,
    exposure,
    main_cause,
    making,
    page_size,
    repetition,
    resolution,
    screenshot,
    sharpness,
    structure,
    text_found,
    unjudged,
)

logger = logging.getLogger(__name__)

Subject = TypeVar("Subject")
PageCheck = Callable[[PageFacts], Iterable[Finding]]

PICTURE_CHECKS: Final[tuple[PageCheck, ...]] = (
    completeness.check,
    blank.check,
    exposure.check,
    cover.check,
    sharpness.check,
    resolution.check,
    compression.check,
    screenshot.check,
    unjudged.check,
    making.check,
    page_size.check,
)
AGREEMENT_CHECKS: Final[tuple[PageCheck, ...]] = (
    completeness.check,
    blank.check,
    resolution.check,
    page_size.check,
)
SHEET_CHECKS: Final[tuple[PageCheck, ...]] = (exposure.check_darkness, sharpness.check)
"""Of an agreement that was photographed, besides those of a scanned one."""
WORD_CHECKS: Final[tuple[PageCheck, ...]] = (text_found.check,)
DOCUMENT_CHECKS: Final[tuple[Callable[[DocumentFacts], Iterable[Finding]], ...]] = (
    active_content.check,
    envelope.check,
    structure.check,
)
COLLECTION_CHECKS: Final[tuple[Callable[[Sequence[PageFacts]], Iterable[Finding]], ...]] = (
    repetition.check,
)


def of_page(
    page: PageFacts,
    *,
    kind: DocumentKind,
    words_to_come: bool = False,
    is_photographed: bool = False,
) -> tuple[Finding, ...]:
    """Run the checks of one page; those of its words only when it has been read."""
    checks = PICTURE_CHECKS
    if kind is DocumentKind.AGREEMENT:
        checks = AGREEMENT_CHECKS if words_to_come else (*AGREEMENT_CHECKS, *WORD_CHECKS)
        checks = (*checks, *SHEET_CHECKS) if is_photographed else checks
    elif kind.is_support:
        checks = (*AGREEMENT_CHECKS, *SHEET_CHECKS) if is_photographed else AGREEMENT_CHECKS
    return main_cause.first(run(checks, page, number=page.number))


def of_document(document: DocumentFacts, pages: Sequence[PageFacts]) -> tuple[Finding, ...]:
    """Return the findings of the whole document; those with a page number belong to that page."""
    return (*run(DOCUMENT_CHECKS, document), *run(COLLECTION_CHECKS, pages))


def run(
    checks: Iterable[Callable[[Subject], Iterable[Finding]]],
    subject: Subject,
    *,
    number: int | None = None,
) -> Iterator[Finding]:
    """Yield what the checks find; one that fails is itself a finding and stops no other."""
    for check in checks:
        try:
            yield from list(check(subject))
        except Exception:  # a check that fails must not lose the application
            logger.exception(FindingCode.CHECK_FAILED, extra={"check": check.__module__})
            yield Finding(
                check=check.__module__.rpartition(".")[2],
                code=FindingCode.CHECK_FAILED,
                severity=Severity.DOUBT,
                message="Esta revisión automática falló; revise a mano.",
                page=number,
            )
