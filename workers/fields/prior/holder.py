"""The name of the holder: before the RUC, after its usual words, or beside its label."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from review_service.domain.edit_distance import distance
from review_service.domain.folding import capitals, squeeze
from review_service.domain.reports import AgreementField, ReadField, Word
from workers.fields.paper.labels import Announces, last_before
from workers.fields.paper.words import unbroken
from workers.fields.prior import ruc
from workers.fields.prior.beside import (
    above_value,
    below_value,
    follows,
    label_between,
    label_text,
    right_value,
    stretch,
)
from workers.fields.prior.choice import Evidence, Reading, chosen
from workers.fields.prior.text import Cell, PageText

MOST_NAME_WORDS: Final = 12
LEAST_NAME_WORDS: Final = 2
MOST_PLACES: Final = 20
MOST_SIGNS: Final = 200
LEAST_FIRST_NAME: Final = 2
"""Letters: a lone one before a name is what a stamp or a rule left."""
MOST_SLIPS: Final = 3
"""Letters of one word of a name that a poor scan may spoil."""
_BEFORE_RUC: Final = frozenset(
    {"CON", "RUC", "R.U.C", "NRO", "NO", "N", "NUM", "NUMERO", "TITULAR", "PORTADOR", "PORTADORA",
     "DEL", "DE", "EL", "LA", "IDENTIFICADO", "IDENTIFICADA", "CEDULA", "REGISTRO", "UNICO",
     "CONTRIBUYENTES", "Y", "PORTADOR(A", "IDENTIFICADO(A", "CUYO", "ES", "-", ""}
)  # fmt: skip
_LINKS: Final = frozenset({"DE", "DEL", "LA", "LAS", "LOS", "EL", "Y", "E", "&", "SAN", "VON"})
_JOINS: Final = frozenset({"Y", "E", "&"})
_TITLES: Final = frozenset(
    {"SENOR", "SENORA", "SENORITA", "SENOR(A", "SR", "SRA", "SRTA", "SR(A", "LA", "EL", "AL", "A",
     "MAESTRO", "MAESTRA", "ARTESANO", "ARTESANA", "ARTESANO(A", "TALLER:", "DON", "DONA"}
)  # fmt: skip
_NO_NAME: Final = frozenset(
    {"BENEFICIARIO", "BENEFICIARIA", "BENEFICIARIO(A", "TITULAR", "NOMBRE", "NOMBRES", "APELLIDOS",
     "RAZON", "SOCIAL", "SENOR", "SENORA", "SOLICITANTE", "PERSONA", "FAVOR", "LEY", "RUC",
     "R.U.C", "ARTESANAL", "FOMENTO", "ACUERDO", "ACTIVIDAD", "REGISTRO", "CONTRIBUYENTES",
     "MINISTERIO", "PORTADOR", "PORTADORA", "CON", "PIDIO", "PRESENTO", "VIGENTE", "EMISION"}
)  # fmt: skip
_PREPOSITIONS: Final = frozenset({"A", "AL", "EN", "POR", "PARA"})
_COMPANY_ENDS: Final = frozenset({"S.A", "SA", "C.A", "CIA", "LTDA", "S.A.S", "SAS", "EP"})
INTRODUCTION: Final = re.compile(
    r"\b(?:A FAVOR DE(?:L)?|(?:SE OTORGA|OTORGAR|CONCEDER|CONCEDE|CONCEDESE|CONFERIR|CALIFICAR)"
    r"(?: [A-Z,]{1,16}){0,9}? A(?:L)?|BENEFICIARI[OA](?:\(A\))?|TITULAR|NOMBRES?(?: Y APELLIDOS)?|"
    r"APELLIDOS Y NOMBRES|RAZON SOCIAL)\b ?:? ?"
)
_LABEL_CELL: Final = re.compile(
    r"(?:(?:A FAVOR DE|BENEFICIARI[OA](?: ?\(A\))?|TITULAR|APELLIDOS Y NOMBRES|"
    r"NOMBRES?(?: Y APELLIDOS| DEL? (?:ARTESAN[OA]|BENEFICIARI[OA]|TITULAR))?|"
    r"RAZON SOCIAL|ARTESAN[OA])(?: ?(?:/|O|U)? ?)?){1,3}[^A-Z0-9]{0,4}"
)


def read(texts: Sequence[PageText]) -> ReadField | None:
    """Return the holder's name."""
    return chosen(AgreementField.HOLDER, readings(texts), same=_is_same, misread=_is_misread)


def _is_same(one: str, other: str) -> bool:
    """Whether one is the other, or the part of it that stands on one line."""
    first, second = squeeze(one), squeeze(other)
    return first in second or second in first


def _is_misread(one: str, other: str) -> bool:
    """Whether two names are as many letters long and differ in a few of one word only."""
    words = [capitals(name).split() for name in (one, other)]
    if len(words[0]) != len(words[1]):
        return False
    others = [pair for pair in zip(*words, strict=True) if pair[0] != pair[1]]
    if len(others) != 1:
        return False
    most = min(MOST_SLIPS, 1 + len(others[0][0]) // 3)
    return distance(*others[0], most=most) <= most


def readings(texts: Sequence[PageText]) -> Iterator[Reading]:
    """Yield every reading of it that the pages give."""
    for text in texts:
        for cell in text.cells:
            if _LABEL_CELL.fullmatch(cell.folded):
                yield from _beside(text, cell)
        for place in islice(ruc.places(text), MOST_PLACES):
            name, label = _before(text, place.start)
            yield _reading(name, text, Evidence.LABELLED, label or place.label)
        for match in islice(INTRODUCTION.finditer(text.folded), MOST_PLACES):
            label = label_between(text, *match.span())
            yield _reading(_after(text, match.end()), text, Evidence.ALONE, label)


def _reading(words: Sequence[Word], text: PageText, evidence: Evidence, label: str) -> Reading:
    name = " ".join(unbroken(words)).strip(" ,;:")
    is_company = bool(words) and _bare(words[-1]) in _COMPANY_ENDS
    # engines are never sure of «S.A.» and «Ltda.», which are no words
    telling = [word for word in words if _bare(word) not in _COMPANY_ENDS] or list(words)
    return Reading(
        value=name if is_company else name.rstrip("."),
        words=tuple(telling),
        page=text.page,
        evidence=evidence,
        label=label,
    )


def _beside(text: PageText, label: Cell) -> Iterator[Reading]:
    """Yield the name beside, below or above a label: the first that is one."""
    for find in (right_value, below_value, above_value):
        value = find(text, label)
        if value is None:
            continue
        words = list(value.words)
        under = text.below(value)
        if under and under.left >= value.left - value.height and value.left > label.right:
            words += text.second_line(label, under)
        while words and _is_left_over(words[0]):
            words = words[1:]
        name = _collected(words)
        if name and len(name) == len(words):
            yield _reading(name, text, Evidence.TITLE, label_text(label))
            return


def _before(text: PageText, place: int) -> tuple[list[Word], str]:
    """Walk back from a RUC, over its label, to a name and its label, empty where it has none.

    No name where it stands beside the label of something else.
    """
    back = sum(1 for begin in text.starts if begin < place) - 1
    while back >= 0 and _bare(text.words[back]) in _BEFORE_RUC:
        back -= 1
    before = text.words[max(0, back + 1 - MOST_NAME_WORDS) : back + 1]
    name = _collected(list(before[::-1]), reverse=True)
    if not name:
        return [], ""
    begins = text.offsets[id(name[0])]
    label = last_before(text.labels, begins)
    is_beside = label is not None and not text.folded[label.end : begins].strip(" .:;,-")
    if label is None or not is_beside:
        return name, ""
    if label.announces is not Announces.HOLDER:
        return [], ""
    return name, label_between(text, label.start, label.end)


def _after(text: PageText, position: int) -> list[Word]:
    first = sum(1 for begin in text.starts if begin < position)
    following = list(text.words[first : first + MOST_NAME_WORDS + 4])
    while following and _bare(following[0]) in _TITLES:
        following = following[1:]
    stop = stretch(text, position, MOST_SIGNS, Announces.HOLDER)
    following = [word for word in following if text.offsets[id(word)] < stop]
    if not following or not follows(text, position, text.offsets[id(following[0])]):
        return []
    return _collected(following)


def _is_left_over(word: Word) -> bool:
    """Whether a word before a name is a rest of its label or a rule, and no «DE LA» of the name."""
    bare = _bare(word)
    is_small = bare in _LINKS and not _begins_name(_core(word))
    return len(bare) < LEAST_FIRST_NAME or bare in _JOINS or is_small


def _collected(words: Sequence[Word], *, reverse: bool = False) -> list[Word]:
    """Return the words of a name from the start on; a name set in capitals ends where they end."""
    name: list[Word] = []
    in_capitals: bool | None = None
    for word in islice(words, MOST_NAME_WORDS):
        core, bare = _core(word), _bare(word)
        links = bare in _LINKS and bool(name)
        if (
            not core
            or bare in _NO_NAME
            or bare in _PREPOSITIONS
            or not (links or _begins_name(core))
        ):
            break
        if in_capitals and not core.isupper():
            break
        if reverse and name and _ends_phrase(word):
            break
        if in_capitals is None:
            in_capitals = core.isupper()
        name.append(word)
        if not reverse and _ends_phrase(word):
            break
    before = words[len(name)] if reverse and len(name) < len(words) else None
    while name and _bare(name[-1]) in _LINKS and not _is_of_name(name[-1], before):
        name.pop()
    if len(name) < LEAST_NAME_WORDS:
        return []
    return name[::-1] if reverse else name


def _is_of_name(link: Word, before: Word | None) -> bool:
    """Whether «DE LA» at the start of a name is its own: ``before`` is the word before it.

    After «A FAVOR» in capitals too nobody can tell; after «a favor de» in small letters, or after
    «TITULAR:», one can.
    """
    if before is None or not _begins_name(_core(link)) or _bare(link) in _JOINS:
        return False
    return _ends_phrase(before) or not _core(before).isupper()


def _core(word: Word) -> str:
    return word.text.strip(".,;:()«»\"'")


def _begins_name(core: str) -> bool:
    return core[:1].isalpha() and core[:1].isupper()


def _ends_phrase(word: Word) -> bool:
    """Whether a name cannot go on after this word."""
    if word.text.endswith((",", ";", ":")):
        return True
    bare = _bare(word)
    is_short = len(bare) <= 4 or bare in _COMPANY_ENDS  # noqa: PLR2004 -- «Cía.», «Sra.»
    return word.text.endswith(".") and not is_short


def _bare(word: Word) -> str:
    return capitals(word.text).strip(".,;:°º#()*")
