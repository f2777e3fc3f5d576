"""Whether a rule may grant on a supporting document: everything that is not sure is a doubt.

A paper that somebody typed anew without a fault cannot be told from a genuine one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from review_service.domain.documents import SupportKind
from review_service.domain.finding_codes import FindingCode
from review_service.domain.finding_words import words_for_applicants, words_for_officers
from review_service.domain.findings import Severity
from review_service.domain.folding import squeeze
from review_service.domain.reports import FieldOutcome, SupportField
from review_service.domain.support_comparison import (
    Values,
    compare,
    day_named,
    day_of,
    judge_holder,
    sure,
)
from review_service.domain.wording import long_date

MOST_AGE_DAYS: Final = 366
"""No certificate or payroll counts a year after its day, and none is valid for longer."""
_ANEW: Final[Mapping[SupportKind, str]] = MappingProxyType(
    {
        SupportKind.DEED: "Suba una copia entera de la escritura.",
        SupportKind.EMPLOYER_CERTIFICATE: (
            "Saque uno nuevo en la página del IESS, en la parte de empleadores, y cámbielo aquí."
        ),
        SupportKind.TAX_CERTIFICATE: (
            "Saque uno nuevo en SRI en línea, con su clave, y cámbielo aquí."
        ),
        SupportKind.PAYROLL: (
            "Pida la del último mes a quien le lleva la contabilidad y cámbiela aquí."
        ),
        SupportKind.APPOINTMENT: "Suba el que está vigente.",
    }
)
_STATED_BY: Final[Mapping[SupportKind, str]] = MappingProxyType(
    {
        SupportKind.EMPLOYER_CERTIFICATE: "el IESS",
        SupportKind.TAX_CERTIFICATE: "el SRI",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRead:
    """What the checks found in one supporting document."""

    recognised_as: SupportKind | None
    values: Values
    findings: tuple[tuple[str, Severity], ...]
    """Code and severity of the document's own checks, not of what was compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One reason why an officer looks at a paper."""

    code: FindingCode
    sentence: str
    """For the officer: the paper, what is doubtful and what was expected."""
    told: str
    """For the applicant before sending, with what to do; empty: who forges must not rehearse."""
    severity: Severity = Severity.DOUBT

    @property
    def prevents(self) -> bool:
        """Whether a rule may not grant on the paper; a note is only told."""
        return self.severity is not Severity.NOTE


def doubts(
    place: SupportKind,
    paper: PaperRead,
    *,
    ruc: str,
    holder: str,
    employees: int | None,
    on: date,
    document: Mapping[str, Any] | None = None,
) -> tuple[Doubt, ...]:
    """Return what is not sure about a paper sent as ``place``, and what is to be noted.

    A rule may grant on it when nothing of it ``prevents`` that.
    ``employees`` are those of the data sheet, None when it does not say. ``document`` holds the
    rules of freshness, the packaged ones when None. Raises ``SettingsError`` for rules with a gap.
    """
    kind = paper.recognised_as
    if place is SupportKind.APPOINTMENT:
        found = [*_appointed(paper)]
    elif kind is None:
        found = [_unrecognised(place, paper)]
    else:
        found = [
            *_misplaced(place, kind),
            *_compared(kind, paper.values, ruc=ruc, on=on, document=document),
            *_held(kind, paper.values, holder),
            *_dated(kind, paper.values, on),
            *_counted(kind, paper.values, employees),
        ]
    found.extend(_checked(kind or place, paper))
    once = {doubt.code: doubt for doubt in reversed(found)}
    return tuple(reversed(once.values()))


def _unrecognised(place: SupportKind, paper: PaperRead) -> Doubt:
    codes = {code for code, _ in paper.findings}
    is_unread = FindingCode.SUPPORT_UNREAD in codes
    what = "casi no se lee" if is_unread else "no se reconoce"
    told = (
        f"No pudimos leer {place.short_label}."
        if is_unread
        else f"No parece {place.short_label}. Revise que sea el documento correcto."
    )
    return Doubt(
        code=FindingCode.SUPPORT_UNREAD if is_unread else FindingCode.SUPPORT_UNKNOWN,
        sentence=f"{place.label}: el documento {what}.",
        told=f"{told} Suba el PDF original, o escanéelo derecho, completo y con buena luz.",
    )


def _appointed(paper: PaperRead) -> Iterator[Doubt]:
    """Doubt what is surely another paper or cannot be read: an appointment has no one form."""
    place, kind = SupportKind.APPOINTMENT, paper.recognised_as
    if kind is not None:
        yield from _misplaced(place, kind)
    elif FindingCode.SUPPORT_UNREAD in {code for code, _ in paper.findings}:
        yield _unrecognised(place, paper)


def _misplaced(place: SupportKind, kind: SupportKind) -> Iterator[Doubt]:
    if kind is not place:
        apart = SupportKind.APPOINTMENT in {place, kind}  # no track asks for both
        where = f"Aquí va {place.short_label}." if apart else "Va en otro lugar."
        yield Doubt(
            code=FindingCode.SUPPORT_MISPLACED,
            sentence=f"En el lugar de «{place.label}» hay otro documento: {kind.label}.",
            told=f"Esto parece {kind.short_label}. {where}",
        )


def _compared(
    kind: SupportKind,
    values: Values,
    *,
    ruc: str,
    on: date,
    document: Mapping[str, Any] | None,
) -> Iterator[Doubt]:
    """Turn the comparison with the applicant and the day into doubts; an end is told."""
    for finding in compare(kind, values, ruc=ruc, on=on, document=document):
        code = FindingCode(finding.code)
        told = ""
        if code is FindingCode.SUPPORT_EXPIRED:
            told = f"Ya caducó {kind.short_label}. {_ANEW[kind]}"
        elif code is FindingCode.SUPPORT_EXPIRES_SOON:
            told = f"Está por caducar {kind.short_label}. {_ANEW[kind]}"
        yield Doubt(code=code, sentence=finding.message, told=told, severity=finding.severity)


def _held(kind: SupportKind, values: Values, holder: str) -> Iterator[Doubt]:
    read = values.get(SupportField.HOLDER)
    outcome = judge_holder(read, holder) if read else FieldOutcome.UNREADABLE
    if outcome is FieldOutcome.DIFFERS and read:
        yield _withheld(
            FindingCode.SUPPORT_HOLDER_DIFFERS,
            f"{kind.label}: está a nombre de «{read.value}»; la solicitud, de «{holder}».",
        )
    elif outcome is FieldOutcome.UNREADABLE:
        seen = f" Se lee «{read.value}»." if read else ""
        yield _withheld(
            FindingCode.SUPPORT_HOLDER_UNREAD,
            f"{kind.label}: no se lee con seguridad a nombre de quién está; se espera "
            f"«{holder}».{seen}",
        )


def _dated(kind: SupportKind, values: Values, on: date) -> Iterator[Doubt]:
    """Doubt days that are missing, too long ago, or contradict each other."""
    issued, until = (
        day_of(values.get(name)) for name in (SupportField.ISSUED_ON, SupportField.VALID_UNTIL)
    )
    if issued is None:
        yield _withheld(FindingCode.SUPPORT_UNDATED, f"{kind.label}: no se lee de qué fecha es.")
        return
    if kind is SupportKind.DEED:
        return
    doubted = day_named(values.get(SupportField.VALID_UNTIL)) if until is None else None
    if doubted and doubted < on:
        yield _withheld(
            FindingCode.SUPPORT_INCONSISTENT,
            f"{kind.label}: se lee, sin seguridad, que valió hasta el {long_date(doubted)}.",
        )
    if until and until >= on and (on - issued).days > MOST_AGE_DAYS:
        yield _withheld(
            FindingCode.SUPPORT_TOO_OLD,
            f"{kind.label}: se emitió el {long_date(issued)}, hace más de un año.",
        )
    if until and not 0 <= (until - issued).days <= MOST_AGE_DAYS:
        yield _withheld(
            FindingCode.SUPPORT_INCONSISTENT,
            f"{kind.label}: se emitió el {long_date(issued)} y dice que vale hasta el "
            f"{long_date(until)}.",
        )


def _counted(kind: SupportKind, values: Values, employees: int | None) -> Iterator[Doubt]:
    """Hold the count of a payroll, and the word of the IESS that there is nobody, to the sheet."""
    read = values.get(SupportField.WORKERS)
    if kind not in {SupportKind.PAYROLL, SupportKind.EMPLOYER_CERTIFICATE}:
        return
    if read is None and kind is SupportKind.EMPLOYER_CERTIFICATE:
        return  # it says so only of who employs nobody
    if not sure(read) or read is None or not read.value.isdecimal():
        yield _withheld(
            FindingCode.SUPPORT_WORKERS_UNREAD,
            f"{kind.label}: no se lee con seguridad cuántas personas trabajan.",
        )
        return
    if employees is None or int(read.value) == employees:
        return
    if kind is SupportKind.EMPLOYER_CERTIFICATE:
        yield Doubt(
            code=FindingCode.SUPPORT_NOT_EMPLOYER,
            sentence=f"{kind.label}: dice que no tiene empleados; la solicitud dice {employees}.",
            told=(
                f"El certificado del IESS dice que no tiene empleados y usted escribió {employees}."
                " Corrija el número, o saque otro certificado."
            ),
        )
        return
    otherwise = (
        "cambie la nómina por la del último mes"
        if employees
        else "quite la nómina si ya no trabaja nadie"
    )
    yield Doubt(
        code=FindingCode.SUPPORT_WORKERS_DIFFER,
        sentence=f"{kind.label}: hay {read.value} personas; la solicitud dice {employees}.",
        told=(
            f"En la nómina leemos {read.value} personas y usted escribió {employees}. Corrija el "
            f"número, o {otherwise}."
        ),
    )


def _checked(kind: SupportKind, paper: PaperRead) -> Iterator[Doubt]:
    """Turn what the document's own checks doubt into doubts; what they advise is told."""
    known = {code.value for code in FindingCode}
    for name, severity in paper.findings:
        if severity is Severity.NOTE:
            continue
        code = FindingCode(name) if name in known else FindingCode.CHECK_FAILED
        if paper.recognised_as is None and code in {
            FindingCode.SUPPORT_UNREAD,
            FindingCode.SUPPORT_UNKNOWN,
        }:
            continue
        yield Doubt(
            code=code,
            sentence=f"{kind.label}: {words_for_officers(code)}.",
            told=_advice(code, kind),
            severity=severity,
        )


def _advice(code: FindingCode, kind: SupportKind) -> str:
    words = words_for_applicants(code)
    if code is FindingCode.SUPPORT_DEBT:
        whose = _STATED_BY.get(kind, "la institución")
        return (
            f"Según {kind.short_label}, hay obligaciones pendientes. Póngase al día con {whose} y "
            "cambie el certificado."
        )
    if not words:
        return ""
    return f"Revise {kind.short_label}: «{words}». Lo que puede hacer está junto al archivo."


def _withheld(code: FindingCode, sentence: str) -> Doubt:
    return Doubt(code=code, sentence=sentence, told="")


def names_the_holder(words: Iterable[str], *, ruc: str, holder: str) -> bool:
    """Whether the words of a paper, in order, hold the name or the RUC; spelling is no difference.

    Names are compared letter by letter without accents, spaces and signs, also across lines.
    """
    text = squeeze("".join(words))
    return any(bool(sought) and sought in text for sought in (squeeze(holder), squeeze(ruc)))
