"""Reads a supporting document: which it is, its facts, and what it says of debts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from review_service.domain.documents import VENTURE_PAPERS, SupportKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Finding, Severity
from review_service.domain.reports import ReadField, SupportField, Word
from review_service.domain.wording import gettext_noop
from workers.facts.alterations import READ_PAGES
from workers.judging.support import kinds, values
from workers.judging.support.lines import PageLines, page_lines

CHECK: Final = "support"
LEAST_WORDS: Final = 12
"""Fewer words in the whole document say nothing of what it is; a certificate has over 60."""
MOST_PAGES: Final = READ_PAGES
"""Pages looked at: what a document is and for whom stands on its first ones."""
_REACH: Final = 60
"""Characters before a statement that are looked at for what turns it round."""
_VERB: Final = re.compile(r"(?:REGISTRA|MANTIENE|PRESENTA)\b")
_NEGATED: Final = re.compile(
    r"\b(?:NO(?!\s+(?:OBSTANTE|SOLO))|NI|SIN(?!\s+EMBARGO)|NINGUNA|TAMPOCO"
    r"|SI\s+(?:EXISTI|HUBI)\w+|DE\s+EXISTIR)\b[^.:;]{0,20}$"
)
_GOES_ON: Final = re.compile(r"\b(?:Y|PERO|AUNQUE|SINO\s+QUE)\s+$")
"""Before a verb: what was denied before it is not denied of what follows."""
_WISHED: Final = re.compile(
    r"\b(?:NO|NI|NUNCA|JAMAS|TAMPOCO|PARA|DEBE|DEBERA|PONGASE|PONERSE|HASTA\s+(?:QUE|ESTAR))\b"
    r"[^.:;,]{0,25}$"
)
"""Before a statement of good standing: it denies it, or says how to come to it."""
_LIMITED: Final = re.compile(
    r"^[^.:;]*?\b(?:PARCIALMENTE|EN\s+PARTE|EXCEPTO|SALVO|A\s+EXCEPCION|SOLO\s+HASTA"
    r"|HASTA\s+(?:EL\s+)?(?:ANO|PERIODO|EJERCICIO)|HASTA\s+\d{4})\b"
)
"""After a statement of good standing: it is of a part, or of a time that is over."""
_DEBTS: Final = (
    r"OBLIGACION(?:ES)?(?:\s+\w+){0,2}\s+(?:PENDIENTES?|EN\s+MORA|IMPAGAS?|VENCIDAS?)"
    r"|(?:EN|REGISTRA|MANTIENE|PRESENTA)\s+MORA\b|DEUDAS?\s+(?:FIRMES?|PENDIENTES?|EN\s+FIRME)"
    r"|VALORES\s+PENDIENTES|PLANILLAS\s+(?:IMPAGAS|PENDIENTES)|GLOSAS\s+PENDIENTES"
)
SAYS_DEBT: Final = re.compile(_DEBTS)
SAYS_UNMET: Final = re.compile(
    r"\bNO\s+(?:(?:HA|HAN|SE|ESTA|ENCUENTRA|HALLA|MANTIENE|SIEMPRE|AUN|TODAVIA)\s+){0,4}"
    r"(?:CUMPLIDO|CUMPLE|AL\s+DIA)\b|\bNO\s+(?:SE\s+)?HA\s+DADO\s+CUMPLIMIENTO\b"
    r"|\bHA\s+INCUMPLIDO|\bINCUMPLE\b"
)
SAYS_MET: Final = re.compile(r"\bHA\s+CUMPLIDO\b|\bAL\s+DIA\b|\bCUMPLE\b")
DENIES_DEBT: Final = re.compile(
    rf"\bNO\s+(?:REGISTRA|MANTIENE|TIENE|PRESENTA|SE\s+ENCUENTRA|ADEUDA)\b[^.]{{0,60}}?(?:{_DEBTS}|MORA|DEUDA)"
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


def read(
    pages: Sequence[tuple[int, Sequence[Word]]], *, place: SupportKind | None = None
) -> Reading:
    """Return what the words of the pages say; pages are numbered from 1, in order.

    ``place`` is what it was sent as, None where nobody said it. An appointment has no one form:
    no value is taken from it, and one that is not recognised is only noted.
    """
    lines = [page_lines(number, words) for number, words in pages[:MOST_PAGES]]
    if sum(len(page.words) for page in lines) < LEAST_WORDS:
        return Reading(kind=None, fields=(), findings=(_unread(),))
    folded = "\n".join(page.folded for page in lines)
    kind = kinds.recognise(folded)
    if kind is SupportKind.APPOINTMENT:
        return Reading(kind=kind, fields=(), findings=())
    if kind is None:
        finding = _not_usual() if place is SupportKind.APPOINTMENT else _unknown()
        return Reading(kind=None, fields=(), findings=(finding,))
    own = _own_pages(kind, lines)
    fields = list(values.values(own, kind))
    if kind is SupportKind.PAYROLL and (count := values.workers(lines)):
        fields.append(count)
    if kind is SupportKind.EMPLOYER_CERTIFICATE and (nobody := _nobody(own)):
        fields.append(nobody)
    return Reading(kind=kind, fields=tuple(fields), findings=tuple(_said(kind, lines, own)))


def _own_pages(kind: SupportKind, pages: Sequence[PageLines]) -> Sequence[PageLines]:
    """Return the pages whose values count: of a certificate the one that is it by itself.

    Another paper behind it in the same file must not lend an old one its day, or its standing.
    """
    if kind not in _OWED:
        return pages
    return [page for page in pages if kinds.recognise(page.folded) is kind][:1]


def _nobody(pages: Sequence[PageLines]) -> ReadField | None:
    """Return that nobody works for the holder, where the IESS says so."""
    for page in pages:
        if said := kinds.NO_WORKERS.search(page.folded):
            label = page.printed(*said.span())
            return page.field(SupportField.WORKERS.value, "0", *said.span(), label=label)
    return None


def _said(
    kind: SupportKind, pages: Sequence[PageLines], own: Sequence[PageLines]
) -> Iterator[Finding]:
    """Yield that it is of another country, what it says of debts, what could not be read.

    What speaks against it may stand on any page, what speaks for it on its ``own`` alone.
    """
    if any(kinds.FOREIGN.search(page.folded) for page in pages):
        yield _foreign()
    issuer = kinds.ISSUERS.get(kind)
    if issuer and not any(issuer.search(page.folded) for page in own):
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
    is_of_employer = kind is SupportKind.EMPLOYER_CERTIFICATE
    if not any(_is_met(page.folded, is_of_employer=is_of_employer) for page in own):
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
    return any(_is_said(text, match) for match in SAYS_DEBT.finditer(text))


def _is_said(text: str, debt: re.Match[str]) -> bool:
    """Whether a debt is stated where it is named, and not denied or only thought of."""
    before = text[max(0, debt.start() - _REACH) : debt.start()]
    goes_on = _VERB.match(debt[0]) and _GOES_ON.search(before)
    return bool(goes_on) or not _NEGATED.search(before)


def _is_met(folded: str, *, is_of_employer: bool) -> bool:
    text = " ".join(folded.split())
    if DENIES_DEBT.search(text) or (is_of_employer and kinds.NO_WORKERS.search(text)):
        return True
    return any(
        not _WISHED.search(text[max(0, match.start() - _REACH) : match.start()])
        and not _LIMITED.search(text[match.end() : match.end() + _REACH])
        for match in SAYS_MET.finditer(text)
    )


def _unread() -> Finding:
    return Finding(
        check=CHECK,
        code=FindingCode.SUPPORT_UNREAD,
        severity=Severity.DOUBT,
        message=f"Casi sin texto: menos de {LEAST_WORDS} palabras leídas.",
        advice=(
            gettext_noop(
                "No pudimos leer este documento. Suba el PDF original, o escanéelo "
                "derecho, completo "
                "y con buena luz."
            )
        ),
    )


def _foreign() -> Finding:
    return Finding(
        check=CHECK,
        code=FindingCode.SUPPORT_FOREIGN,
        severity=Severity.DOUBT,
        message="Nombra a una institución de otro país; se espera un documento del Ecuador.",
        advice=gettext_noop(
            "Este documento parece de otro país. Suba el que se emitió en el Ecuador."
        ),
    )


def _not_usual() -> Finding:
    return Finding(
        check=CHECK,
        code=FindingCode.SUPPORT_UNKNOWN,
        severity=Severity.NOTE,
        message="No tiene las palabras usuales de un nombramiento: mírelo usted.",
    )


def _unknown() -> Finding:
    names = ", ".join(f"«{kind.label}»" for kind in VENTURE_PAPERS)
    return Finding(
        check=CHECK,
        code=FindingCode.SUPPORT_UNKNOWN,
        severity=Severity.DOUBT,
        message=f"No se reconoce qué documento es. Se espera uno de estos: {names}.",
        advice=(
            gettext_noop(
                "No reconocimos este documento. Revise que sea la escritura de constitución, el "
                "certificado del IESS, el certificado del SRI o la nómina."
            )
        ),
    )
