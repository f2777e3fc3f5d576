"""Reads number, holder, RUC and dates from the words of a prior agreement, whatever its layout."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from review_service.domain.reports import Box, ReadField, Word
from review_service.domain.ruc import check_ruc

MOST_CHARACTERS: Final = 40_000
"""Of one page; a dense page has 5,000."""
UNLABELLED_PENALTY: Final = 20.0
"""Taken from the confidence of a value that was found without its usual words around it."""
MOST_NAME_WORDS: Final = 12
LEAST_NAME_WORDS: Final = 2
MONTHS: Final = {
    "ENERO": 1, "FEBRERO": 2, "MARZO": 3, "ABRIL": 4, "MAYO": 5, "JUNIO": 6, "JULIO": 7,
    "AGOSTO": 8, "SEPTIEMBRE": 9, "SETIEMBRE": 9, "OCTUBRE": 10, "NOVIEMBRE": 11, "DICIEMBRE": 12,
}  # fmt: skip
YEARS_IN_WORDS: Final = {"UN": 1, "UNO": 1, "DOS": 2, "TRES": 3, "CUATRO": 4, "CINCO": 5}

_DASH: Final = r" ?[-\u2010-\u2015\u2212] ?"
_MONTH_NAMES: Final = "|".join(MONTHS)
DATE: Final = (
    r"(?:(?P<day>\d{1,2})[°º]? ?(?:DIAS? )?(?:DEL? )?(?:MES )?(?:DEL? )?"
    rf"(?P<month>{_MONTH_NAMES})"
    r",? ?(?:DEL? )?(?:ANO )?(?P<year>\d{4})"
    r"|(?P<d2>\d{1,2}) ?[/.-] ?(?P<m2>\d{1,2}) ?[/.-] ?(?P<y2>\d{4})"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2}))"
)
_NUMBER_SHAPE: Final = (
    rf"[A-Z]{{2,12}}(?:{_DASH}[A-Z0-9]{{2,12}}){{0,4}}"
    rf"{_DASH}(?:19|20)\d\d{_DASH}[\dOIL]{{1,8}}(?:{_DASH}[A-Z]\b)?"
)
_NUMBER_LABEL: Final = (
    r"\b(?:ACUERDO(?: INTERMINISTERIAL| MINISTERIAL)?|RESOLUCION)"
    r"(?: (?:NRO|NO|NUM|NUMERO|N)\b)? ?[.°º:#]{0,3} ?[.°ºO:]{0,2} ?"
)
NUMBER_LABELLED: Final = re.compile(rf"{_NUMBER_LABEL}(?P<value>{_NUMBER_SHAPE})")
NUMBER_ALONE: Final = re.compile(rf"\b(?P<value>{_NUMBER_SHAPE})")
NUMBER_PLAIN: Final = re.compile(
    r"\bACUERDO(?: INTERMINISTERIAL| MINISTERIAL)? (?:NRO|NO|NUM|NUMERO|N)\b ?[.°º:#]{0,3} ?"
    r"(?P<value>\d{2,6}(?: ?[-/ ] ?\d{2,6}){0,2})"
)
RUC_LABELLED: Final = re.compile(
    r"\bR ?\.? ?U ?\.? ?C\b ?\.? ?(?:NRO|NO|NUM|NUMERO|N)?\b ?[.°º:#]{0,3} ?"
    r"(?P<value>\d(?:[ .-]?\d){12})\b"
)
RUC_ALONE: Final = re.compile(r"(?<!\d)(?P<value>\d(?:[ .-]?\d){12})(?!\d)")
ISSUED: Final = (
    re.compile(rf"\bDADO\b.{{0,120}}?{DATE}"),
    re.compile(
        rf"\b(?:SUSCRITO|EXPEDIDO|EMITIDO|FECHA DE (?:EMISION|SUSCRIPCION))\b.{{0,80}}?{DATE}"
    ),
    re.compile(rf"\b(?:VIGENCIA|RIGE|VIGENTE) DESDE (?:EL )?{DATE}"),
    re.compile(rf"\b[A-Z]{{3,20}}(?: D\.? ?M\.?)?, ?(?:EL |A )?{DATE}"),
)
VALID: Final = (
    re.compile(
        rf"\b(?:HASTA|VENCE|CADUCA|VENCIMIENTO|CADUCIDAD)\b[ :]{{0,3}}(?:EL |AL )?(?:DIA )?{DATE}"
    ),
    re.compile(rf"\bVIGENTE\b.{{0,60}}?\bHASTA\b.{{0,12}}?{DATE}"),
)
TERM: Final = re.compile(
    r"\bVIGENCIA\b.{0,60}?(?:\b(?P<digits>\d{1,2})|\b(?P<words>UNO?|DOS|TRES|CUATRO|CINCO))"
    r" ?(?:\(\d{1,2}\) ?)?ANOS?\b"
)
_BEFORE_RUC: Final = frozenset(
    {"CON", "RUC", "R.U.C.", "R.U.C", "NRO", "NO", "N", "NUM", "NUMERO", "TITULAR", "PORTADOR",
     "PORTADORA", "DEL", "DE", "EL", "LA", "IDENTIFICADO", "IDENTIFICADA", "CEDULA", "REGISTRO",
     "UNICO", "CONTRIBUYENTES", "Y"}
)  # fmt: skip
_NAME_LINKS: Final = frozenset({"DE", "DEL", "LA", "LAS", "LOS", "EL", "Y", "E", "&", "SAN", "VON"})
_NAME_LABELS: Final = re.compile(
    r"\b(?:BENEFICIARI[OA](?:\(A\))?|A FAVOR DE(?:L)?|TITULAR|NOMBRES?(?: Y APELLIDOS)?|"
    r"RAZON SOCIAL|ARTESAN[OA]|SE OTORGA A(?:L)?|CONCEDER? A(?:L)?)\b ?:? ?"
)
_TITLES: Final = frozenset(
    {
        "SENOR",
        "SENORA",
        "SENORITA",
        "SR",
        "SRA",
        "SRTA",
        "LA",
        "EL",
        "AL",
        "MAESTRO",
        "MAESTRA",
        "ARTESANO",
        "ARTESANA",
        "A",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """The words of one page as one folded line, and where each word begins in it."""

    page: int
    words: tuple[Word, ...]
    folded: str
    """Upper case, without accents, one space between words."""
    starts: tuple[int, ...]

    def between(self, start: int, end: int) -> tuple[Word, ...]:
        """Return the words that touch a stretch of the folded text."""
        return tuple(
            word
            for word, begin in zip(self.words, self.starts, strict=True)
            if begin < end and begin + len(fold(word.text)) > start
        )


def fold(text: str) -> str:
    """Return the text in upper case without accents, for comparing."""
    parts = unicodedata.normalize("NFD", text.upper())
    return "".join(sign for sign in parts if unicodedata.category(sign) != "Mn")


def page_text(page: int, words: Sequence[Word]) -> PageText:
    """Join the words of a page in reading order, up to ``MOST_CHARACTERS``."""
    kept, starts, pieces, length = [], [], [], 0
    for word in words:
        piece = fold(word.text)
        if length + len(piece) > MOST_CHARACTERS:
            break
        kept.append(word)
        starts.append(length)
        pieces.append(piece)
        length += len(piece) + 1
    return PageText(page=page, words=tuple(kept), folded=" ".join(pieces), starts=tuple(starts))


def read(pages: Sequence[tuple[int, Sequence[Word]]]) -> tuple[ReadField, ...]:
    """Return the fields that could be read, each at most once, in the order of the paper."""
    texts = [page_text(number, words) for number, words in pages]
    ruc = _ruc(texts)
    issued = _issued(texts)
    fields = (
        _number(texts),
        _holder(texts, ruc),
        ruc,
        issued,
        _valid_until(texts, issued),
    )
    return tuple(field for field in fields if field is not None)


def _field(
    name: str, value: str, text: PageText, words: Sequence[Word], *, penalty: float = 0.0
) -> ReadField | None:
    if not words or not value:
        return None
    confidence = min(word.confidence for word in words) - penalty
    return ReadField(
        name=name, value=value, confidence=max(0.0, confidence), page=text.page, box=_around(words)
    )


def _around(words: Sequence[Word]) -> Box:
    left = min(word.box.left for word in words)
    top = min(word.box.top for word in words)
    right = max(word.box.left + word.box.width for word in words)
    bottom = max(word.box.top + word.box.height for word in words)
    return Box(left=left, top=top, width=right - left, height=bottom - top)


def _number(texts: Sequence[PageText]) -> ReadField | None:
    for pattern, penalty in (
        (NUMBER_LABELLED, 0.0),
        (NUMBER_ALONE, UNLABELLED_PENALTY),
        (NUMBER_PLAIN, 0.0),
    ):
        for text in texts:
            for match in pattern.finditer(text.folded):
                words = text.between(*match.span("value"))
                return _field("number", _clean_number(match["value"]), text, words, penalty=penalty)
    return None


def _clean_number(raw: str) -> str:
    """Join what OCR split, use plain hyphens, and read letters among the last digits as digits."""
    parts = re.split(_DASH, raw.strip())
    year = next(
        (index for index, part in enumerate(parts) if re.fullmatch(r"(?:19|20)\d\d", part)), None
    )
    if year is not None and year + 1 < len(parts):
        parts[year + 1] = parts[year + 1].translate(str.maketrans("OIL", "011"))
    return "-".join(part.strip() for part in parts)


def _ruc(texts: Sequence[PageText]) -> ReadField | None:
    for pattern, penalty in ((RUC_LABELLED, 0.0), (RUC_ALONE, UNLABELLED_PENALTY)):
        for text in texts:
            for match in pattern.finditer(text.folded):
                judged = check_ruc(match["value"])
                if judged.problem is None:
                    words = text.between(*match.span("value"))
                    return _field("ruc", judged.digits, text, words, penalty=penalty)
    return None


def _issued(texts: Sequence[PageText]) -> ReadField | None:
    return _dated("issued_on", ISSUED, texts)


def _valid_until(texts: Sequence[PageText], issued: ReadField | None) -> ReadField | None:
    found = _dated("valid_until", VALID, texts)
    if found is not None or issued is None:
        return found
    for text in texts:
        for match in TERM.finditer(text.folded):
            years = int(match["digits"] or YEARS_IN_WORDS[match["words"]])
            words = text.between(*match.span())
            end = _years_after(date.fromisoformat(issued.value), years)
            return _field("valid_until", end.isoformat(), text, words, penalty=UNLABELLED_PENALTY)
    return None


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _dated(
    name: str, patterns: Sequence[re.Pattern[str]], texts: Sequence[PageText]
) -> ReadField | None:
    """Return the first sensible date that follows its usual words; the last page counts first."""
    for penalty, pattern in zip(
        (0.0, 0.0, UNLABELLED_PENALTY, UNLABELLED_PENALTY), patterns, strict=False
    ):
        for text in reversed(texts):
            for match in pattern.finditer(text.folded):
                day = date_of(match)
                if day is not None:
                    start = min(match.start(group) for group in ("day", "d2", "y3") if match[group])
                    words = text.between(start, match.end())
                    return _field(name, day.isoformat(), text, words, penalty=penalty)
    return None


def date_of(match: re.Match[str]) -> date | None:
    """Return the date of a match of ``DATE``, or None when no calendar has it."""
    groups = match.groupdict()
    if groups["month"]:
        parts = (groups["year"], str(MONTHS[groups["month"]]), groups["day"])
    elif groups["y2"]:
        parts = (groups["y2"], groups["m2"], groups["d2"])
    else:
        parts = (groups["y3"], groups["m3"], groups["d3"])
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


def _holder(texts: Sequence[PageText], ruc: ReadField | None) -> ReadField | None:
    """Return the name before the RUC, else the name after a label such as «a favor de»."""
    for text in texts:
        if ruc is not None and text.page == ruc.page:
            words = _name_before_ruc(text, ruc.value)
            if words:
                return _field("holder", _name(words), text, words)
    for text in texts:
        for match in islice(_NAME_LABELS.finditer(text.folded), 20):
            words = _name_after(text, match.end())
            if len(words) > 1:
                return _field("holder", _name(words), text, words, penalty=UNLABELLED_PENALTY)
    return None


def _name_before_ruc(text: PageText, digits: str) -> list[Word]:
    """Walk back from each place where the RUC stands, over its label, to a name."""
    for match in RUC_ALONE.finditer(text.folded):
        if check_ruc(match["value"]).digits != digits:
            continue
        back = sum(1 for begin in text.starts if begin < match.start()) - 1
        while back >= 0 and _bare(text.words[back]) in _BEFORE_RUC:
            back -= 1
        before = text.words[max(0, back + 1 - MOST_NAME_WORDS) : back + 1]
        name = _collected(reversed(before), reverse=True)
        if name:
            return name
    return []


def _name_after(text: PageText, position: int) -> list[Word]:
    following = [
        word for word, begin in zip(text.words, text.starts, strict=True) if begin >= position
    ][: MOST_NAME_WORDS + 3]
    while following and _bare(following[0]) in _TITLES:
        following = following[1:]
    return _collected(following)


def _collected(words: Iterable[Word], *, reverse: bool = False) -> list[Word]:
    """Return the words of a name from the start on; a name set in capitals ends where they end."""
    name: list[Word] = []
    in_capitals: bool | None = None
    for word in islice(words, MOST_NAME_WORDS):
        core = word.text.strip(".,;:()")
        links = _bare(word) in _NAME_LINKS and bool(name)
        if not core or not (links or (core[0].isalpha() and core[0].isupper())):
            break
        if in_capitals and not core.isupper():
            break
        if in_capitals is None:
            in_capitals = core.isupper()
        name.append(word)
    while name and _bare(name[-1]) in _NAME_LINKS:
        name.pop()
    if len(name) < LEAST_NAME_WORDS:
        return []
    return name[::-1] if reverse else name


def _bare(word: Word) -> str:
    return fold(word.text).strip(".,;:°º#()")


def _name(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words).strip(" .,;:")
