"""Whether there are bytes before or after the PDF in the file."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from workers.facts.page import DocumentFacts

CHECK: Final = "envelope"
MOST_TRAILING_BYTES: Final = 1024
"""Bytes after the last ``%%EOF``. Source: security page, polyglots."""


def check(document: DocumentFacts) -> Iterator[Finding]:
    """Yield findings for foreign bytes before or after the PDF."""
    if document.header_offset:
        yield Finding(
            check=CHECK,
            code=FindingCode.BYTES_BEFORE_HEADER,
            severity=Severity.DOUBT,
            message=f"Hay {document.header_offset} bytes antes del PDF (lo esperado: 0).",
        )
    if document.trailing_bytes > MOST_TRAILING_BYTES:
        yield Finding(
            check=CHECK,
            code=FindingCode.BYTES_AFTER_END,
            severity=Severity.DOUBT,
            message=(
                f"Hay {document.trailing_bytes} bytes después del final del PDF "
                f"(máximo {MOST_TRAILING_BYTES})."
            ),
        )
