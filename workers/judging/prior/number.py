"""The number of a prior agreement: «MDT-MIPRO-2016-0123», «123-2019», «18 123»."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from review_service.domain.reports import AgreementField, ReadField
from workers.judging.prior.choice import Evidence, Reading, chosen
from workers.judging.prior.digits import DIGIT, as_digits, is_mended
from workers.judging.prior.text import PageText

_DASH: Final = r" ?[-\u2010-\u2015\u2212] ?"
_YEAR: Final = rf"(?:1[9]|2[0OQD]){DIGIT}{{2}}"
_LETTERED: Final = (
    rf"[A-Z]{{2,12}}(?:{_DASH}[A-Z]{{2,12}}){{0,4}}"
    rf"{_DASH}{_YEAR}{_DASH}{DIGIT}{{1,8}}(?:{_DASH}[A-Z]\b)?"
)
_PLAIN: Final = rf"{DIGIT}{{2,8}}(?: ?[-/\u2010-\u2015] ?{DIGIT}{{2,6}}| \d{{2,6}}\b){{0,2}}"
_WHICH: Final = r"(?: ?(?:INTER ?MINISTERIAL|MINISTERIAL|ARTESANAL))?"
_NO: Final = (
    r"\b(?:NRO|NUMERO|NUM|NO|N)[^ A-Z0-9]{0,3}(?:[0-9OAE][^ A-Z0-9]?(?= ))? ?[^ A-Z0-9]{0,2} ?"
)
"""With the raised o, which OCR also gives as 2, 9 or nothing."""
TITLED: Final = re.compile(
    rf"\bACUERDO{_WHICH}[ .,:;-]{{0,3}}(?:(?:{_NO})(?P<plain>{_PLAIN})(?![A-Z0-9])"
    rf"|(?:{_NO})?(?P<lettered>{_LETTERED})(?![A-Z0-9]))"
)
ALONE: Final = re.compile(rf"\b(?P<lettered>{_LETTERED})(?![A-Z0-9])")
_LABEL_CELL: Final = re.compile(rf"ACUERDO{_WHICH}[ .,:;-]{{0,3}}(?:{_NO})?[ .:]{{0,2}}")
_VALUE_CELL: Final = re.compile(rf"(?:{_NO})?(?P<value>{_LETTERED}|{_PLAIN})(?![A-Z0-9])")
_CITING: Final = re.compile(
    r"\b(?:MEDIANTE|SEGUN|CONFORME|DEL|AL|EL|CON|POR|EN|REFORMA|DEROGA|SOLICITUD|OFICIO|CITADO|"
    r"PUBLICADO|LOS|SUS)(?: (?:EL|AL))? ?$"
)
_OTHER: Final = re.compile(
    r"\b(?:SOLICITUD|OFICIO|TRAMITE|MEMORANDO|INFORME|RESOLUCION)\b[^.;]{0,30}$"
)
_DATED_AFTER: Final = re.compile(r",? ?(?:DE|DEL) \d{1,2} DE [A-Z]")
_LABELS: Final = ("EMISION", "FECHA", "HASTA", "DESDE", "NRO", "ACUERDO")
"""Labels in front of a plain number that a stray dash makes look like its first group."""
LOOK_BACK: Final = 40


def read(texts: Sequence[PageText]) -> ReadField | None:
    """Return the agreement's own number; a number that it only cites has little evidence."""
    return chosen(AgreementField.NUMBER, _readings(texts), same=_is_same)


def _is_same(one: str, other: str) -> bool:
    return _squeezed(one) == _squeezed(other)


def _squeezed(value: str) -> str:
    return re.sub(r"[^A-Z0-9]+", "-", value)


def _readings(texts: Sequence[PageText]) -> Iterator[Reading]:
    for text in texts:
        taken: list[tuple[int, int]] = []
        for match in TITLED.finditer(text.folded):
            group = "plain" if match["plain"] else "lettered"
            taken.append(match.span(group))
            yield _reading(text, match, group, _evidence(text, match, match.end(group)))
        for match in ALONE.finditer(text.folded):
            if match["lettered"].startswith(_LABELS):
                continue
            if all(match.start() >= end or match.end() <= start for start, end in taken):
                is_other = _OTHER.search(
                    text.folded[max(0, match.start() - LOOK_BACK) : match.start()]
                )
                evidence = Evidence.CITED if is_other else Evidence.ALONE
                yield _reading(text, match, "lettered", evidence)
        yield from _from_cells(text)


def _evidence(text: PageText, match: re.Match[str], end: int) -> Evidence:
    """Say whether the agreement names itself here or cites another."""
    before = text.folded[max(0, match.start() - LOOK_BACK) : match.start()]
    if _CITING.search(before) or _DATED_AFTER.match(text.folded, end):
        return Evidence.CITED
    return Evidence.TITLE if match.start() in text.line_starts else Evidence.LABELLED


def _reading(text: PageText, match: re.Match[str], group: str, evidence: Evidence) -> Reading:
    value, was_mended = cleaned(match[group])
    return Reading(
        value=value,
        words=text.between(*match.span(group)),
        page=text.page,
        evidence=evidence,
        is_mended=was_mended,
    )


def _from_cells(text: PageText) -> Iterator[Reading]:
    """Yield what stands beside or below a cell that is nothing but a label."""
    for cell in text.cells:
        if _LABEL_CELL.fullmatch(cell.folded):
            for other in (text.right_of(cell), text.below(cell)):
                match = _VALUE_CELL.match(other.folded) if other else None
                if other and match and match.end() >= len(other.folded.rstrip(" .,")):
                    value, was_mended = cleaned(match["value"])
                    yield Reading(
                        value=value,
                        words=other.words,
                        page=text.page,
                        evidence=Evidence.TITLE,
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
