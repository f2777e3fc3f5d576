"""Reads the day of issue and the last day of validity of a prior agreement."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, ReadField, Word
from review_service.domain.validity import valid_until
from workers.fields.paper.dates import (
    SPELLED,
    calendar_day,
    is_cited,
    is_parted,
    is_spelled,
    number_of,
)
from workers.fields.paper.labels import Announces, first_other
from workers.fields.paper.spanish_words import MONTHS
from workers.fields.prior.beside import (
    below_value,
    follows,
    is_heading,
    is_on_one_line,
    label_between,
    label_text,
    right_value,
    stretch,
)
from workers.fields.prior.choice import Evidence, Reading, chosen
from workers.fields.prior.digits import DIGIT, as_digits, is_mended
from workers.fields.prior.text import Cell, PageText

_MONTH: Final = (
    "(?:" + "|".join(name.replace("E", "[EC]").replace("O", "[O0]") for name in MONTHS) + ")"
)
"""E and C, O and 0 are one shape in a poor scan; no month becomes another by it."""
_SHORT: Final = "|".join(sorted({name[:3] for name in MONTHS}))
_YEAR: Final = rf"(?:(?:19|2[0OQD]){DIGIT}{{2}}|DOS MIL(?: (?:{SPELLED}))?)"
_DAY: Final = rf"(?:{DIGIT}{{1,2}}|{SPELLED})"
_GAP: Final = r"[ .,'-]{1,3}"
DATE: Final = (
    rf"(?:(?P<day>\b{_DAY})(?: ?\([^)]{{1,12}}\))? ?[°º*]?(?:{_GAP}DIAS?)?(?:{_GAP}DEL?)?"
    rf"(?:{_GAP}MES)?(?:{_GAP}DEL?)?{_GAP}(?P<month>{_MONTH})\b"
    rf"(?:{_GAP}DEL?)?(?:{_GAP}ANO)?(?:{_GAP}DEL?)?{_GAP}(?P<year>{_YEAR})\b"
    rf"|(?P<month4>\b{_MONTH}) (?P<day4>\d{{1,2}}),? (?:DEL? )?(?P<year4>{_YEAR})\b"
    rf"|(?P<day5>\b\d{{1,2}}) ?[-/. ] ?(?P<month5>{_SHORT})\.? ?[-/. ] ?(?P<year5>\d{{4}})\b"
    rf"|(?P<day2>\b{DIGIT}{{1,2}}) ?[/.-] ?(?P<month2>{DIGIT}{{1,2}}) ?[/.-] ?"
    rf"(?P<year2>(?:19|2[0OQD]){DIGIT}{{2}})\b"
    r"|(?P<year3>\b\d{4})-(?P<month3>\d{2})-(?P<day3>\d{2})\b)"
)
_FORMS: Final = ("", "2", "3", "4", "5")

ISSUED: Final = (
    (re.compile(r"\bDAD[OA]\b"), 140, Evidence.TITLE),
    (
        re.compile(
            r"\b(?:SUSCRIT[OA]|EXPEDID[OA]|EMITID[OA]|OTORGAD[OA]|FIRMAD[OA]|"
            r"FECHA DE (?:EMISION|SUSCRIPCION|EXPEDICION|OTORGAMIENTO))\b"
        ),
        60,
        Evidence.TITLE,
    ),
    (
        re.compile(r"\b(?:VIGENCIA|RIGE|VIGENTE|VALIDO|VALIDEZ) DESDE\b(?: EL)?(?: DIA)?"),
        3,
        Evidence.LABELLED,
    ),
)
"""Labels, how many characters may stand between one and its date, and how much it says."""
VALID: Final = (
    (
        re.compile(
            r"\b(?:HASTA|VENCE|CADUCA|EXPIRA|VENCIMIENTO|CADUCIDAD|EXPIRACION)\b[ :.]{0,3}"
            r"(?:EL\b|AL\b)?(?: ?DIA\b)?"
        ),
        3,
        Evidence.TITLE,
    ),
    (re.compile(r"\bVIGEN(?:TE|CIA)\b.{0,60}?\bHASTA\b"), 12, Evidence.LABELLED),
)
DATELINE: Final = re.compile(rf"\b[A-Z]{{3,20}}(?: D\.? ?M\.?)?, ?(?:EL |A )?(?:LOS )?{DATE}")
"""«Quito, 9 de mayo de 2018»: no label says that this is the day of issue."""
_ISSUED_CELL: Final = re.compile(
    r"(?:FECHA(?: DE)? ?(?:EMISION|SUSCRIPCION|EXPEDICION|OTORGAMIENTO)?|EMITIDO(?: EL)?|"
    r"VIGENTE DESDE(?: EL)?)[^A-Z0-9]{0,4}"
)
_VALID_CELL: Final = re.compile(
    r"(?:(?:VIGENTE|VALIDO|VALIDA|VIGENCIA|VALIDEZ) HASTA(?: EL)?|(?:FECHA DE )?"
    r"(?:VENCIMIENTO|CADUCIDAD|EXPIRACION)|VENCE(?: EL)?|CADUCA(?: EL)?)[^A-Z0-9]{0,4}"
)
TERM: Final = re.compile(
    r"\b(?:VIGENCIA|PLAZO|DURACION|TERMINO|VALIDEZ)\b ?:?[^:]{0,60}?"
    rf"(?:\b(?P<digits>\d{{1,2}})|\b(?P<words>{SPELLED})) ?(?:\([^)]{{1,12}}\) ?)?ANOS?\b"
)
MOST_TERM_YEARS: Final = 20
_DATE: Final = re.compile(DATE)


def read_issued(texts: Sequence[PageText]) -> ReadField | None:
    """Return the day of issue."""
    return chosen(AgreementField.ISSUED_ON, issued_readings(texts))


def read_valid_until(texts: Sequence[PageText], issued: ReadField | None) -> ReadField | None:
    """Return the last day: as printed, or the day of issue and the term of years."""
    printed = list(until_readings(texts))
    termed = list(_termed(texts, issued)) if issued else []
    if not printed:
        found = chosen(AgreementField.VALID_UNTIL, termed)
        if found is None or issued is None:
            return found
        return replace(found, confidence=min(found.confidence, issued.confidence))
    near = [reading for reading in printed if any(_is_same(reading, term) for term in termed)]
    return chosen(
        AgreementField.VALID_UNTIL, printed + [term for term in termed if not near and term.words]
    )


def issued_readings(texts: Sequence[PageText]) -> Iterator[Reading]:
    """Yield every reading of the day of issue that the pages give."""
    yield from _dated(texts, ISSUED, _ISSUED_CELL, Announces.ISSUED)
    yield from _datelines(texts)


def until_readings(texts: Sequence[PageText]) -> Iterator[Reading]:
    """Yield every reading of a last day that the pages print."""
    yield from _dated(texts, VALID, _VALID_CELL, Announces.UNTIL)


def term_words(text: PageText) -> Iterator[tuple[Word, ...]]:
    """Yield the words of each term of years: with a day of issue it gives a last day."""
    for match, _ in _terms(text):
        yield text.between(*match.span())


def is_date(folded: str) -> bool:
    """Whether a text is a day and nothing else."""
    return _DATE.fullmatch(folded) is not None


def is_contradicted(issued: ReadField, until: ReadField) -> bool:
    """Whether no Acuerdo has such days: it ends after the day of its issue."""
    return until.value <= issued.value


def _is_same(printed: Reading, termed: Reading) -> bool:
    """Whether a term ends on the printed day; some count the last day in, some out."""
    days = date.fromisoformat(printed.value) - date.fromisoformat(termed.value)
    return abs(days.days) <= 1


def _dated(
    texts: Sequence[PageText],
    patterns: Sequence[tuple[re.Pattern[str], int, Evidence]],
    label: re.Pattern[str],
    announces: Announces,
) -> Iterator[Reading]:
    for text in texts:
        dates = tuple(_DATE.finditer(text.folded))
        for pattern, most, evidence in patterns:
            for match in pattern.finditer(text.folded):
                found = _nearest(text, dates, match, most, announces)
                if found is None:
                    continue
                is_of_other = is_cited(text.folded[: found.start()])
                named = label_between(text, *match.span())
                reading = _reading(found, text.between(*found.span()), text.page, evidence, named)
                if reading and not (is_of_other and evidence is not Evidence.TITLE):
                    yield reading
        for cell in text.cells:
            if label.fullmatch(cell.folded):
                yield from _beside(text, cell)


def _nearest(
    text: PageText,
    dates: Sequence[re.Match[str]],
    label: re.Match[str],
    most: int,
    announces: Announces,
) -> re.Match[str] | None:
    """Return the date that stands beside a label; None when anything parts the two."""
    at = bisect_left(dates, label.end(), key=re.Match.start)
    found = dates[at] if at < len(dates) else None
    if found is None or found.start() > stretch(text, label.end(), most + 1, announces):
        return None
    if is_parted(text.folded[label.end() : found.start()]):
        return None
    if is_heading(text, *label.span()) and not is_on_one_line(text, label.end(), found.start()):
        return None  # in a form the cells tell which value is whose
    return found if follows(text, label.end(), found.start()) else None


def _datelines(texts: Sequence[PageText]) -> Iterator[Reading]:
    for text in texts:
        for match in DATELINE.finditer(text.folded):
            start = _start(match)
            if not is_cited(text.folded[:start]):
                reading = _reading(
                    match, text.between(start, match.end()), text.page, Evidence.ALONE, ""
                )
                if reading:
                    yield reading


def _start(match: re.Match[str]) -> int:
    return min(match.start(name) for name, value in match.groupdict().items() if value)


def _beside(text: PageText, label: Cell) -> Iterator[Reading]:
    """Yield the date beside or below a label, and any that stands in the same cell."""
    for value in (right_value(text, label), below_value(text, label)):
        match = _DATE.match(value.folded) if value else None
        if value and match:
            found = [
                reading
                for each in _DATE.finditer(value.folded)
                if (
                    reading := _reading(
                        each, value.words, text.page, Evidence.TITLE, label_text(label)
                    )
                )
            ]
            if found:
                yield from found
                return


def _reading(
    match: re.Match[str], words: tuple[Word, ...], page: int, evidence: Evidence, label: str
) -> Reading | None:
    day = date_of(match)
    if day is None:
        return None
    return Reading(
        value=day.isoformat(),
        words=words,
        page=page,
        evidence=evidence,
        label=label,
        is_mended=any(
            is_mended(value)
            for name, value in match.groupdict().items()
            if value and name.startswith(("day", "year")) and any(map(str.isdigit, value))
        ),
    )


def _termed(texts: Sequence[PageText], issued: ReadField) -> Iterator[Reading]:
    """Yield the end that a term of years gives, as sure as the less sure of the two."""
    for text in texts:
        for match, years in _terms(text):
            yield Reading(
                value=valid_until(date.fromisoformat(issued.value), years).isoformat(),
                words=text.between(*match.span()),
                page=text.page,
                evidence=Evidence.LABELLED,
                label=label_between(text, *match.span()),
                is_mended=issued.confidence < SURE_CONFIDENCE,
            )


def _terms(text: PageText) -> Iterator[tuple[re.Match[str], int]]:
    """Yield where a page names a term, and of how many years."""
    for match in TERM.finditer(text.folded):
        years = number_of(match["digits"] or match["words"])
        other = first_other(text.labels, match.start() + 1, match.end(), Announces.UNTIL)
        is_parted = other is not None and other.announces is not Announces.ISSUED
        if 0 < years <= MOST_TERM_YEARS and not is_parted:
            yield match, years


def date_of(match: re.Match[str]) -> date | None:
    """Return the date of a match of ``DATE``, or None when no calendar has it."""
    groups = match.groupdict()
    form = next(form for form in _FORMS if groups[f"year{form}"])
    year, month, day = (groups[f"{part}{form}"] for part in ("year", "month", "day"))
    return calendar_day(_number(year), _month(month), _number(day))


def _month(text: str) -> int:
    digits = as_digits(text)
    if digits.isdigit():
        return int(digits)
    clear = text.replace("0", "O")
    for name, number in MONTHS.items():
        if name == clear or name[:3] == clear or name.replace("E", "C") == clear.replace("E", "C"):
            return number
    return MONTHS["SEPTIEMBRE"] if clear == "SET" else 0


def _number(text: str) -> int:
    """Return a day or a year in words, or in digits that OCR may have given as letters."""
    return number_of(text if is_spelled(text) else as_digits(text))
