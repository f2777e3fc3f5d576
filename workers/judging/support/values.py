"""Reads RUC, dates and workers from the lines of a document of the emprendedor track."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from stdnum.ec import ci

from review_service.domain.documents import SupportKind
from review_service.domain.reports import SURE_CONFIDENCE, ReadField, SupportField
from review_service.domain.ruc import check_ruc
from review_service.domain.validity import months_after
from workers.fields.paper.dates import SPELLED, calendar_day, is_cited, is_parted, number_of
from workers.fields.paper.labels import Announces, labels_between
from workers.fields.paper.owners import is_of_other, is_of_public_body
from workers.fields.paper.spanish_words import MONTHS
from workers.judging.support import names
from workers.judging.support.lines import PageLines

GUESS_PENALTY: Final = 20.0
"""Taken from the confidence of a value that was found without its usual words before it."""
MOST_DAYS: Final = 3660
OLDEST_YEAR: Final = 1950
NEWEST_YEAR: Final = 2100
"""Years outside are misread; far ones would also overflow when a term is added."""
MOST_WORKERS: Final = 10_000
_MONTH: Final = "|".join(MONTHS)
_DATE: Final = (
    rf"(?:(?P<day>\d{{1,2}}|{SPELLED})(?:\s*\(\d{{1,2}}\))?\s*(?:DIAS?\s+)?(?:DEL?\s+)?"
    rf"(?:MES\s+)?(?:DE\s+)?(?P<month>{_MONTH})\s*,?\s*(?:DEL?\s+)?(?:ANO\s+)?"
    rf"(?P<year>\d{{4}}|DOS\s+MIL\s+(?:{SPELLED}))"
    r"|(?P<d2>\d{1,2})\s?[/.-]\s?(?P<m2>\d{1,2})\s?[/.-]\s?(?P<y2>\d{4})"
    r"|(?P<y3>\d{4})[/-](?P<m3>\d{2})[/-](?P<d3>\d{2}))"
)
_GAP: Final = r"[\s:,.-]{0,4}(?:EL\s+|AL\s+|DEL\s+)?(?:DIA\s+)?"
_IN_PROSE: Final = re.compile(
    rf"\b(?:DADO|HOY|A\s+LOS|EN\s+LA\s+CIUDAD\s+DE)\b.{{0,80}}?{_DATE}", re.DOTALL
)
ISSUED: Final = (
    re.compile(
        r"\b(?:FECHA(?:\s+Y\s+HORA)?\s+DE\s+(?:EMISION|OTORGAMIENTO|CORTE|GENERACION|SUSCRIPCION)"
        rf"|EMITIDO|OTORGADA?|EXPEDIDO|GENERADO){_GAP}(?:EN\s+\w+\s+)?{_GAP}{_DATE}"
    ),
    re.compile(rf"\bFECHA{_GAP}{_DATE}"),
    _IN_PROSE,
    re.compile(rf"\b[A-Z]{{3,20}}(?:\s+D\.?\s?M\.?)?,\s*(?:A\s+)?{_DATE}"),
)
_CITY_LINE: Final = re.compile(
    rf"^[A-Z][A-Z ]{{2,40}}(?:\s+D\.?\s?M\.?)?,\s*(?:A\s+)?{_DATE}[ .]*$", re.MULTILINE
)
"""A line of a place and a day alone, as a letter is dated."""
UNTIL: Final = re.compile(
    r"\b(?:VALID[OA]|VALIDEZ|VIGENTE|VIGENCIA|VENCE|CADUCA|VENCIMIENTO|CADUCIDAD)\b"
    rf"(?:\s+HASTA)?{_GAP}{_DATE}"
)
TERM: Final = re.compile(
    r"\b(?:VALID[OA]|VALIDEZ|VIGENCIA|VIGENTE)\b[^.\n]{0,40}?"
    rf"(?:\b(?P<digits>\d{{1,3}})|\b(?P<spelt>{SPELLED}))(?:\s*\(\s*(?P<again>\d{{1,3}})\s*\))?"
    r"\s+(?P<unit>DIAS?|MES(?:ES)?|ANOS?)\b"
)
PERIOD: Final = re.compile(
    rf"\b(?:MES|PERIODO|NOMINA|ROL\s+DE\s+PAGOS?|PLANILLA)\b[^\n]{{0,30}}?(?P<month>{_MONTH})"
    r"\s+(?:DEL?\s+)?(?P<year>\d{4})"
)
RUC_LABELLED: Final = re.compile(
    r"\bR\s?\.?\s?U\s?\.?\s?C\b"
    r"(?:[^\d\n]{0,20}| ?(?:(?:NRO|NUMERO|NUM|NO|N)\b)?[ .:\u00b0\u00ba]{0,3}\n)"
    r"(?P<value>\d(?:[ .-]?\d){12})(?!\d)"
)
"""With what stands between on its line, or at the end of a line with nothing but «Nro.»."""
RUC_ALONE: Final = re.compile(r"(?<!\d)(?P<value>\d(?:[ .-]?\d){12})(?!\d)")
WORKERS: Final = re.compile(
    r"\b(?:TOTAL|NUMERO|NRO\.?|NO\.?|CANTIDAD)\s+(?:DE\s+)?(?:TRABAJADORES|EMPLEADOS|AFILIADOS)"
    r"[ :.]{1,6}(?P<value>\d{1,5})\b"
)
CERTIFICATES: Final = frozenset({SupportKind.EMPLOYER_CERTIFICATE, SupportKind.TAX_CERTIFICATE})
"""Papers with one day of issue; a deed tells those of others, a payroll those of its people."""
CEDULA: Final = re.compile(r"(?<!\d)(?P<value>\d{9}-?\d)(?!\d)")


def values(pages: Sequence[PageLines], kind: SupportKind) -> Iterator[ReadField]:
    """Yield what can be read, each at most once; workers are for whoever read a payroll."""
    issued = _issued(pages, kind)
    until = _until(pages, issued)
    if issued and until and issued.value == until.value:
        # One of the two was read beside the other's label.
        issued, until = _doubted(issued), _doubted(until)
    for field in (_ruc(pages), names.holder(pages, kind), issued, until):
        if field is not None:
            yield field


def _doubted(field: ReadField) -> ReadField:
    return replace(field, confidence=max(0.0, field.confidence - names.DOUBT_PENALTY))


def workers(pages: Sequence[PageLines]) -> ReadField | None:
    """Return the number of workers: as a payroll says it, else its different cédulas counted."""
    name = SupportField.WORKERS.value
    for page in pages:
        for match in WORKERS.finditer(page.folded):
            count, span = str(int(match["value"])), match.span("value")
            if int(count) <= MOST_WORKERS:
                return page.field(name, count, *span, label=page.printed(match.start(), span[0]))
    seen = {
        match["value"].replace("-", "")
        for page in pages
        for match in CEDULA.finditer(page.folded)
        if ci.is_valid(match["value"])
    }
    if not seen:
        return None
    first = next(page for page in pages if CEDULA.search(page.folded))
    # The cédulas alone: names are not read, and pay may be covered.
    spans = [match.span("value") for match in CEDULA.finditer(first.folded)]
    return first.field_of(name, str(len(seen)), spans, penalty=GUESS_PENALTY)


def _ruc(pages: Sequence[PageLines]) -> ReadField | None:
    """Return the first RUC with its label that is no public body's and nobody else's.

    Without a label, on its line or over it, nothing says whose it is: then it is in doubt. So it is
    where another one stands beside a label, which officers are then shown too.
    """
    for pattern in (RUC_LABELLED, RUC_ALONE):
        found = [field for page in pages for field in _rucs(page, pattern)]
        if not found:
            continue
        return _of_rivals(found)
    return None


def _rucs(page: PageLines, pattern: re.Pattern[str]) -> Iterator[ReadField]:
    """Yield the RUCs of a page that can be the holder's."""
    for match in pattern.finditer(page.folded):
        judged = check_ruc(match["value"])
        if judged.problem is not None or _is_anothers(page, match, judged.digits):
            continue
        start, end = match.span("value")
        is_beside = match.start() < start and not page.is_apart(
            Announces.RUC, match.start(), start, end
        )
        is_labelled = is_beside or page.has_over_it(Announces.RUC, start, end)
        yield page.field(
            SupportField.RUC.value,
            judged.digits,
            start,
            end,
            penalty=0.0 if is_labelled else names.DOUBT_PENALTY,
            label="RUC" if is_labelled else "",
        )


def _is_anothers(page: PageLines, match: re.Match[str], ruc: str) -> bool:
    """Whether a RUC is a public body's, or the words before it on its line give it to another."""
    line = page.folded.rfind("\n", 0, match.start()) + 1
    return is_of_public_body(ruc) or is_of_other(page.folded[line : match.start("value")])


def _issued(pages: Sequence[PageLines], kind: SupportKind) -> ReadField | None:
    """Return the day of issue; of a certificate that is dated twice, one in doubt."""
    dated = [field for pattern in ISSUED[:-1] for page in pages for field in _dated(page, pattern)]
    if dated and kind in CERTIFICATES:
        lines = [field for page in pages for field in _dated(page, _CITY_LINE)]
        return _of_rivals([*dated, *lines])
    if dated:
        return dated[0]
    name = SupportField.ISSUED_ON.value
    for page in pages:
        for field in _dated(page, ISSUED[-1], penalty=GUESS_PENALTY):
            return field
    for page in pages:
        for match in PERIOD.finditer(page.folded):
            year, month = int(match["year"]), MONTHS[match["month"]]
            if OLDEST_YEAR <= year < NEWEST_YEAR:
                day = date(year, month, monthrange(year, month)[1])
                label = page.printed(match.start(), match.start("month"))
                return page.field(
                    name, day.isoformat(), *match.span(), penalty=GUESS_PENALTY, label=label
                )
    return None


def _dated(
    page: PageLines, pattern: re.Pattern[str], *, penalty: float = 0.0
) -> Iterator[ReadField]:
    """Yield the days of issue of one form of words, in the order of the page."""
    for match in pattern.finditer(page.folded):
        day, place = _day(match), _place(match)
        if day is None or page.is_apart(Announces.ISSUED, match.start(), *place):
            continue
        before = page.folded[match.start() : place[0]]
        if is_cited(before) or (pattern is _IN_PROSE and is_parted(before)):
            continue
        label = page.printed(match.start(), place[0])
        name = SupportField.ISSUED_ON.value
        yield page.field(name, day.isoformat(), *place, penalty=penalty, label=label)


def _of_rivals(found: Sequence[ReadField]) -> ReadField:
    """Return the first value, in doubt where another one was read as surely beside a label."""
    first = max(found, key=lambda field: field.confidence >= SURE_CONFIDENCE)
    others = {
        field.value
        for field in found
        if field.confidence >= SURE_CONFIDENCE and field.value != first.value
    }
    return replace(_doubted(first), candidates=tuple(sorted(others))) if others else first


def _until(pages: Sequence[PageLines], issued: ReadField | None) -> ReadField | None:
    """Return the last day that the paper itself names, or counts from its day of issue.

    Of several that it names the earliest, in doubt.
    """
    name = SupportField.VALID_UNTIL.value
    named = [
        page.field(name, day.isoformat(), *place, label=page.printed(match.start(), place[0]))
        for page in pages
        for match in UNTIL.finditer(page.folded)
        if (day := _day(match)) is not None
        and not page.is_apart(Announces.UNTIL, match.start(), *(place := _place(match)))
    ]
    if named:
        return _of_rivals(sorted(named, key=lambda field: field.value))
    for page in pages if issued is not None else ():
        for match in TERM.finditer(page.folded):
            if _is_of_other_label(page, match):
                continue
            last = _after(date.fromisoformat(issued.value), match) if issued else None
            if last is not None and issued is not None:
                found = page.field(
                    name, last.isoformat(), *match.span(), label=page.printed(*match.span())
                )
                return replace(found, confidence=min(found.confidence, issued.confidence))
    return None


def _is_of_other_label(page: PageLines, term: re.Match[str]) -> bool:
    """Whether another label stands between what announces a term and its number."""
    number = term.start("digits") if term["digits"] else term.start("spelt")
    labels = labels_between(page.labels, term.start() + 1, number)
    return any(label.announces is not Announces.UNTIL for label in labels)


def _after(start: date, term: re.Match[str]) -> date | None:
    """Return the last day of a term; None when its digits and its words disagree."""
    count = number_of(term["digits"] or term["spelt"])
    if term["again"] and int(term["again"]) != count:
        return None
    if term["unit"].startswith("DIA"):
        return start + timedelta(days=count) if count <= MOST_DAYS else None
    months = count * (12 if term["unit"].startswith("ANO") else 1)
    return months_after(start, months) if months <= MOST_DAYS // 30 else None


def _place(match: re.Match[str]) -> tuple[int, int]:
    start = next(match.start(name) for name in ("day", "d2", "y3") if match[name])
    end = next(match.end(name) for name in ("year", "y2", "d3") if match[name])
    return start, end


def _day(match: re.Match[str]) -> date | None:
    """Return the date of a match of ``_DATE``, or None when no calendar has it."""
    if match["month"]:
        parts = (number_of(match["year"]), MONTHS[match["month"]], number_of(match["day"]))
    elif match["y2"]:
        parts = (int(match["y2"]), int(match["m2"]), int(match["d2"]))
    else:
        parts = (int(match["y3"]), int(match["m3"]), int(match["d3"]))
    return calendar_day(*parts) if OLDEST_YEAR <= parts[0] < NEWEST_YEAR else None
