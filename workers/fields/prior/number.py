"""The number of a prior agreement: «MDT-MIPRO-2016-0123», «123-2019», «18 123»."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from review_service.domain.reports import RENEWED_NUMBER, AgreementField, ReadField
from workers.fields.paper.labels import Announces, label_of_cell
from workers.fields.prior.beside import (
    announcing,
    below_value,
    follows,
    is_on_one_line,
    label_between,
    label_text,
    right_value,
)
from workers.fields.prior.choice import Evidence, Reading, chosen
from workers.fields.prior.dates import is_date
from workers.fields.prior.digits import DIGIT, as_digits, is_mended
from workers.fields.prior.text import Cell, PageText

_DASH: Final = r" ?[-\u2010-\u2015\u2212] ?"
_YEAR: Final = rf"(?:1[9]|2[0OQD]){DIGIT}{{2}}"
_LETTERED: Final = (
    rf"[A-Z]{{2,12}}(?:{_DASH}[A-Z]{{2,12}}){{0,4}}"
    rf"{_DASH}{_YEAR}{_DASH}{DIGIT}{{1,8}}(?:{_DASH}[A-Z]\b)?"
)
_PLAIN: Final = rf"{DIGIT}{{2,8}}(?: ?[-/\u2010-\u2015] ?{DIGIT}{{2,6}}| \d{{2,6}}\b){{0,2}}"
_WHICH: Final = r"(?: ?(?:INTER ?MINISTERIAL|MINISTERIAL|ARTESANAL|INTERMINIS[A-Z]{3,12}))?"
"""With what OCR makes of «INTERMINISTERIAL» under a stamp."""
_NO: Final = (
    r"\b(?:NRO|NUMERO|NUM|NO|N)[^ A-Z0-9]{0,3}(?:[0-9OAE][^ A-Z0-9]?(?= ))? ?[^ A-Z0-9]{0,2} ?"
)
"""With the raised o, which OCR also gives as 2, 9 or nothing."""
_ACUERDO: Final = r"A[CG]U[EF]RD[O0]"
TITLED: Final = re.compile(
    rf"\b{_ACUERDO}{_WHICH}[ .,:;-]{{0,3}}(?:(?:{_NO})(?P<plain>{_PLAIN})(?![A-Z0-9])"
    rf"|(?:{_NO})?(?P<lettered>{_LETTERED})(?![A-Z0-9]))"
)
RENEWED: Final = re.compile(
    rf"\b(?:RENUEV[AE](?:SE)?|RENOVACION|RENOVAR|REEMPLAZA|SUSTITUYE|{_ACUERDO} ANTERIOR|"
    rf"{_ACUERDO} QUE (?:SE )?RENUEVA)\b[ :]{{0,2}}(?:(?:EL|AL|A|DEL|DE|SU|LA|CON)\b ?){{0,3}}"
    rf"(?:{_ACUERDO})?{_WHICH}(?: ANTERIOR)?[ .,:;-]{{0,3}}"
    rf"(?:(?:{_NO})?(?P<lettered>{_LETTERED})|(?:{_NO})(?P<plain>{_PLAIN}))(?![A-Z0-9])"
)
"""The number of the older Acuerdo that this one renews."""
ALONE: Final = re.compile(rf"\b(?P<lettered>{_LETTERED})(?![A-Z0-9])")
_LABEL_CELL: Final = re.compile(rf"{_ACUERDO}{_WHICH}[ .,:;-]{{0,3}}(?:{_NO})?[ .:]{{0,2}}")
_VALUE_CELL: Final = re.compile(rf"(?:{_NO})?(?P<value>{_LETTERED}|{_PLAIN})(?![A-Z0-9])")
_CITING: Final = re.compile(
    r"\b(?:MEDIANTE|SEGUN|CONFORME|DEL|AL|EL|CON|POR|EN|REFORMA|DEROGA|SOLICITUD|OFICIO|CITADO|"
    r"PUBLICADO|LOS|SUS|SU|ESE|ESTE|ANTERIOR|VENCIDO|CADUCADO|ANTECEDENTES?|PREVIO|REFERENCIA|"
    r"REF)(?: (?:EL|AL))? ?[.:]{0,2} ?$"
)
_OTHER: Final = re.compile(
    r"\b(?:SOLICITUD|OFICIO|OF|TRAMITE|EXPEDIENTE|MEMORANDO|MEMO|INFORME|RESOLUCION|DECRETO|"
    r"CERTIFICADO|REGISTRO OFICIAL|PERMISO|PATENTE|FACTURA|CONVENIO|REFERENCIA|REF)\b[^;]{0,30}$"
)
"""Before a number it says that this is the number of another paper."""
_RENEWING: Final = re.compile(r"\b(?:RENUEV|RENOVA|REEMPLAZA|SUSTITUYE|ANTERIOR)")
_NO_BEFORE: Final = re.compile(rf"{_NO}$")
_DATED_AFTER: Final = re.compile(r",? ?(?:DE|DEL) \d{1,2} DE [A-Z]")
_LABELS: Final = ("EMISION", "FECHA", "HASTA", "DESDE", "NRO", "ACUERDO")
"""Labels in front of a plain number that a stray dash makes look like its first group."""
LOOK_BACK: Final = 40


def read(texts: Sequence[PageText]) -> ReadField | None:
    """Return the agreement's own number; a number that it only cites has little evidence."""
    return chosen(AgreementField.NUMBER, readings(texts), same=_is_same)


def read_renewed(texts: Sequence[PageText]) -> ReadField | None:
    """Return the number of the older Acuerdo that this one says to renew."""
    found = chosen(AgreementField.NUMBER, renewed_readings(texts), same=_is_same)
    return replace(found, name=RENEWED_NUMBER) if found else None


def _is_same(one: str, other: str) -> bool:
    return _squeezed(one) == _squeezed(other)


def _squeezed(value: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "-", value)


def readings(texts: Sequence[PageText]) -> Iterator[Reading]:
    """Yield every reading of the agreement's own number that the pages give."""
    for text in texts:
        taken = [match.span(_group(match)) for match in RENEWED.finditer(text.folded)]
        for match in TITLED.finditer(text.folded):
            span = match.span(_group(match))
            if _is_free(span, taken) and _is_beside(text, match):
                label = label_between(text, match.start(), span[0])
                yield _reading(text, match, _evidence(text, match, span[1]), label)
            taken.append(span)
        for match in ALONE.finditer(text.folded):
            if match["lettered"].startswith(_LABELS) or not _is_free(match.span(), taken):
                continue
            yield from _unlabelled(text, match)
        yield from _from_cells(text)


def renewed_readings(texts: Sequence[PageText]) -> Iterator[Reading]:
    """Yield every reading of the older number that the pages give."""
    for text in texts:
        for match in RENEWED.finditer(text.folded):
            label = label_between(text, match.start(), match.start(_group(match)))
            yield _reading(text, match, Evidence.LABELLED, label)
        for cell in text.cells:
            if _RENEWING.match(cell.folded.removeprefix("ACUERDO ").removeprefix("QUE ")):
                yield from _beside(text, cell)


def _group(match: re.Match[str]) -> str:
    return "plain" if match.groupdict().get("plain") else "lettered"


def _is_free(span: tuple[int, int], taken: Iterable[tuple[int, int]]) -> bool:
    return all(span[0] >= end or span[1] <= start for start, end in taken)


def _is_beside(text: PageText, match: re.Match[str]) -> bool:
    """Whether a plain number, which is no date, goes on from its label on the same line."""
    if _group(match) == "lettered":
        return True
    start = match.start("plain")
    if is_date(match["plain"]) or not any(map(str.isdigit, match["plain"])):
        return False
    label = match.start() + len(match[0][: start - match.start()].rstrip())
    return is_on_one_line(text, label, start) and follows(text, label, start)


def _evidence(text: PageText, match: re.Match[str], end: int) -> Evidence:
    """Say whether the agreement names itself here or cites another."""
    before = text.folded[max(0, match.start() - LOOK_BACK) : match.start()]
    if _CITING.search(before) or _DATED_AFTER.match(text.folded, end):
        return Evidence.CITED
    return Evidence.TITLE if match.start() in text.line_starts else Evidence.LABELLED


def _unlabelled(text: PageText, match: re.Match[str]) -> Iterator[Reading]:
    """Yield a number of an agreement's shape that does not stand after «Acuerdo»; never surely.

    Nothing where a label, on its left or over it, says that it is another paper's.
    """
    cell = text.cell_of.get(id(text.words[text.word_at(match.start())]))
    named = announcing(text, cell) if cell else None
    kind = label_of_cell(named.folded) if named else None
    if kind is not None and kind is not Announces.NUMBER:
        return
    before = text.folded[max(0, match.start() - LOOK_BACK) : match.start()]
    is_other = _OTHER.search(_NO_BEFORE.sub("", before)) or _RENEWING.search(before)
    yield _reading(text, match, Evidence.CITED if is_other else Evidence.ALONE, "")


def _reading(text: PageText, match: re.Match[str], evidence: Evidence, label: str) -> Reading:
    group = _group(match)
    value, was_mended = cleaned(match[group])
    return Reading(
        value=value,
        words=text.between(*match.span(group)),
        page=text.page,
        evidence=evidence,
        label=label,
        is_mended=was_mended,
    )


def _from_cells(text: PageText) -> Iterator[Reading]:
    """Yield what stands beside or below a cell that is nothing but a label."""
    for cell in text.cells:
        if _LABEL_CELL.fullmatch(cell.folded):
            yield from _beside(text, cell)


def _beside(text: PageText, label: Cell) -> Iterator[Reading]:
    for other in (right_value(text, label), below_value(text, label)):
        match = _VALUE_CELL.match(other.folded) if other else None
        if other and match and match.end() >= len(other.folded.rstrip(" .,")):
            value, was_mended = cleaned(match["value"])
            if not is_date(match["value"]):
                yield Reading(
                    value=value,
                    words=other.words,
                    page=text.page,
                    evidence=Evidence.TITLE,
                    label=label_text(label),
                    is_mended=was_mended,
                )


def cleaned(raw: str) -> tuple[str, bool]:
    """Join what OCR split, with plain hyphens; say whether letters were read as digits."""
    parts = [part.strip() for part in re.split(_DASH, raw.strip())]
    first = next((at for at, part in enumerate(parts) if any(map(str.isdigit, part))), len(parts))
    last = len(parts) - (len(parts) > first + 1 and len(parts[-1]) == 1 and parts[-1].isalpha())
    mended = [as_digits(part) if first <= at < last else part for at, part in enumerate(parts)]
    was_mended = any(is_mended(part) for part in parts[first:last])
    return "-".join(mended), was_mended
