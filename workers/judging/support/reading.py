"""Reads a document of the emprendedor track: which it is, its facts, and what it says of debts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from review_service.domain.documents import SupportKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.reports import ReadField, SupportField, Word
from workers.judging.support import kinds, values
from workers.judging.support.lines import PageLines, page_lines

CHECK: Final = "support"
LEAST_WORDS: Final = 12
"""Fewer words in the whole document say nothing of what it is; a certificate has over 60."""
MOST_PAGES: Final = 6
"""Pages looked at: what a document is and for whom stands on its first ones."""
_BEFORE: Final = 24
"""Characters before a statement in which a «no» turns it round."""
_NEGATED: Final = re.compile(
    r"\b(?:NO|NI|SIN|NINGUNA|TAMPOCO|SI\s+(?:EXISTI|HUBI)\w+|DE\s+EXISTIR)\b[^.:;]{0,20}$"
)
_DEBTS: Final = (
    r"OBLIGACION(?:ES)?(?:\s+\w+){0,2}\s+(?:PENDIENTES?|EN\s+MORA|IMPAGAS?|VENCIDAS?)"
    r"|(?:EN|REGISTRA|MANTIENE|PRESENTA)\s+MORA\b|DEUDAS?\s+(?:FIRMES?|PENDIENTES?|EN\s+FIRME)"
    r"|VALORES\s+PENDIENTES|PLANILLAS\s+(?:IMPAGAS|PENDIENTES)|GLOSAS\s+PENDIENTES"
)
SAYS_DEBT: Final = re.compile(_DEBTS)
SAYS_UNMET: Final = re.compile(
    r"\bNO\s+(?:HA\s+|SE\s+ENCUENTRA\s+)?(?:CUMPLIDO|CUMPLE|AL\s+DIA)|\bHA\s+INCUMPLIDO|\bINCUMPLE\b"
)
SAYS_MET: Final = re.compile(
    r"\bHA\s+CUMPLIDO\b|\bCUMPLE\s+CON\b|\bAL\s+DIA\b|\bCUMPLE\b"
    rf"|\bNO\s+(?:REGISTRA|MANTIENE|TIENE|PRESENTA|SE\s+ENCUENTRA|ADEUDA)\b[^.]{{0,60}}?(?:{_DEBTS}|MORA|DEUDA)"
)
_OWED: Final[Mapping[SupportKind, tuple[str, str]]] = {
    SupportKind.EMPLOYER_CERTIFICATE: ("patronales", "el IESS"),
    SupportKind.TAX_CERTIFICATE: ("tributarias", "el SRI"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one document says."""

    kind: SupportKind | None
    fields: tuple[ReadField, ...]
    findings: tuple[Finding, ...]


def read(pages: Sequence[tuple[int, Sequence[Word]]]) -> Reading:
    """Return what the words of the pages say; pages are numbered from 1, in order."""
    lines = [page_lines(number, words) for number, words in pages[:MOST_PAGES]]
    if sum(len(page.words) for page in lines) < LEAST_WORDS:
        return Reading(kind=None, fields=(), findings=(_unread(),))
    folded = "\n".join(page.folded for page in lines)
    kind = kinds.recognise(folded)
    fields = list(values.values(lines)) if kind else []
    if kind is SupportKind.PAYROLL and (count := values.workers(lines)):
        fields.append(count)
    if kind is SupportKind.EMPLOYER_CERTIFICATE and (nobody := _nobody(lines)):
        fields.append(nobody)
    findings = (_unknown(),) if kind is None else tuple(_said(kind, lines))
    return Reading(kind=kind, fields=tuple(fields), findings=findings)


def _nobody(pages: Sequence[PageLines]) -> ReadField | None:
    """Return that nobody works for the holder, where the IESS says so."""
    for page in pages:
        if said := kinds.NO_WORKERS.search(page.folded):
            return page.field(SupportField.WORKERS.value, "0", *said.span())
    return None


def _said(kind: SupportKind, pages: Sequence[PageLines]) -> Iterator[Finding]:
    """Yield that it is of another country, what it says of debts, what could not be read."""
    if any(kinds.FOREIGN.search(page.folded) for page in pages):
        yield _foreign()
    issuer = kinds.ISSUERS.get(kind)
    if issuer and not any(issuer.search(page.folded) for page in pages):
        yield Finding(
            check=CHECK,
            code=FindingCode.SUPPORT_ISSUER_UNREAD,
            severity=Severity.DOUBT,
            message=f"No se lee que lo emita {_OWED[kind][1]}.",
        )
    if kind not in _OWED:
        return
    which, where = _OWED[kind]
    for page in pages:
        if _owes(page.folded):
            yield Finding(
                check=CHECK,
                code=FindingCode.SUPPORT_DEBT,
                severity=Severity.BAD,
                message=f"El certificado dice que hay obligaciones {which} pendientes o en mora.",
                advice=(
                    f"El certificado dice que hay obligaciones {which} pendientes. Póngase al día "
                    f"con {where} y pida un certificado nuevo."
                ),
                page=page.page,
            )
            return
    met = (SAYS_MET, kinds.NO_WORKERS) if kind is SupportKind.EMPLOYER_CERTIFICATE else (SAYS_MET,)
    if not any(says.search(page.folded) for page in pages for says in met):
        yield Finding(
            check=CHECK,
            code=FindingCode.SUPPORT_STATUS_UNREAD,
            severity=Severity.DOUBT,
            message=f"No se lee si está al día en sus obligaciones {which}.",
        )


def _owes(folded: str) -> bool:
    if SAYS_UNMET.search(folded):
        return True
    text = " ".join(folded.split())
    return any(
        not _NEGATED.search(text[max(0, match.start() - 60) : match.start()])
        for match in SAYS_DEBT.finditer(text)
    )


def _unread() -> Finding:
    return Finding(
        check=CHECK,
        code=FindingCode.SUPPORT_UNREAD,
        severity=Severity.DOUBT,
        message=f"Casi sin texto: menos de {LEAST_WORDS} palabras leídas.",
        advice=(
            "No pudimos leer este documento. Suba el PDF original, o escanéelo derecho, completo "
            "y con buena luz."
        ),
    )


def _foreign() -> Finding:
    return Finding(
        check=CHECK,
        code=FindingCode.SUPPORT_FOREIGN,
        severity=Severity.DOUBT,
        message="Nombra a una institución de otro país; se espera un documento del Ecuador.",
        advice="Este documento parece de otro país. Suba el que se emitió en el Ecuador.",
    )


def _unknown() -> Finding:
    names = ", ".join(f"«{kind.label}»" for kind in SupportKind)
    return Finding(
        check=CHECK,
        code=FindingCode.SUPPORT_UNKNOWN,
        severity=Severity.DOUBT,
        message=f"No se reconoce qué documento es. Se espera uno de estos: {names}.",
        advice=(
            "No reconocimos este documento. Revise que sea la escritura de constitución, el "
            "certificado del IESS, el certificado del SRI o la nómina."
        ),
    )
