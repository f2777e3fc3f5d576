"""Whether the PDF contains active content (scripts, attachments, forms). It is never run."""

from collections.abc import Iterator
from typing import Final

from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from workers.facts.page import DocumentFacts

CHECK: Final = "active_content"
_NAMES: Final = {
    "javascript": "JavaScript",
    "launch": "acciones que abren programas",
    "xfa": "un formulario XFA",
    "embedded_files": "archivos adjuntos",
    "form_submission": "un formulario que envía datos",
    "media": "sonido, video o contenido 3D",
}


def check(document: DocumentFacts) -> Iterator[Finding]:
    """Yield one finding for each kind of active content."""
    for kind, name in _NAMES.items():
        count = document.active.get(kind, 0)
        if count:
            yield Finding(
                check=CHECK,
                code=FindingCode(f"active_{kind}"),
                severity=Severity.DOUBT,
                message=f"El PDF contiene {name} ({count}; lo esperado: 0). No se ejecutó nada.",
                advice=(
                    f"Su PDF contiene {name}, que este trámite no necesita. Si puede, imprímalo "
                    "como PDF nuevo y cámbielo."
                ),
            )
