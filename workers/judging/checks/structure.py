"""Whether the PDF is well built, and all readers see the same in it."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from workers.facts.page import DocumentFacts

CHECK: Final = "structure"


def check(document: DocumentFacts) -> Iterator[Finding]:
    """Yield findings for a repaired file, an owner's lock, and readers that disagree."""
    if len(set(document.page_counts)) > 1:
        counts = ", ".join(str(count) for count in document.page_counts)
        yield Finding(
            check=CHECK,
            code=FindingCode.PAGE_COUNTS_DIFFER,
            severity=Severity.DOUBT,
            message=f"Los lectores no ven las mismas páginas: {counts}.",
        )
    if document.repaired:
        yield Finding(
            check=CHECK,
            code=FindingCode.PDF_REPAIRED,
            severity=Severity.NOTE,
            message="El PDF tenía errores de estructura y se reparó para leerlo.",
        )
    if document.owner_locked:
        yield Finding(
            check=CHECK,
            code=FindingCode.OWNER_LOCKED,
            severity=Severity.NOTE,
            message="El PDF está protegido contra cambios o impresión; se abre sin contraseña.",
        )
