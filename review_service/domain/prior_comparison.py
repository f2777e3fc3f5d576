"""Compares a value read from a prior agreement with the expected one; pure functions.

It errs on the side of doubt: what may be a misreading neither accuses nor matches, it is
«no se lee», and a person looks at the crop of the scan. The reader never knew the expected value.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from review_service.domain.edit_distance import distance
from review_service.domain.folding import capitals, without_accents
from review_service.domain.identifiers import identity_digits, number_groups
from review_service.domain.reports import SURE_CONFIDENCE, AgreementField, FieldOutcome
from review_service.domain.ruc import CEDULA_DIGITS, RUC_DIGITS
from review_service.domain.wording import MONTHS

CERTAIN_CONFIDENCE: Final = 90.0
"""Confidence, 0 to 100, from which even a few different letters count as a difference.
Calibrated: benchmarks/prior_agreement.py."""
ACCUSING_CONFIDENCE: Final = 75.0
"""Confidence, 0 to 100, from which a value can differ; one between ``SURE_CONFIDENCE`` and this
matches or says nothing. What a pen or a stamp had made of true values in hard papers had 65 to 73
(benchmarks/hard_papers.py); what only a second look read has less than this, too (ADR 67)."""
LETTERS_PER_SLIP: Final = 12
"""OCR may misread one character in this many, at least one, before a difference counts."""

_SHORT_MONTHS: Final = tuple(capitals(name)[:3] for name in MONTHS)
_LOOK_ALIKE: Final = str.maketrans("0QD1L|!58269V", "OOOIIIISBZGGU")
"""Characters of similar shape, which OCR engines confuse even with high confidence. Two digits are
of one class only where letters stand among them; 2023 and 2028 are two years."""
_TWO_FOR_ONE: Final = (("RN", "M"), ("UU", "W"), ("CI", "O"))
"""Pairs of letters that OCR may read as one letter; replaced after ``_LOOK_ALIKE``."""
_LEGAL_FORMS: Final = (
    ("COMPANIA LIMITADA", "CIA LTDA"),
    ("CIA LIMITADA", "CIA LTDA"),
    ("COMPANIA LTDA", "CIA LTDA"),
    ("COMPANIA ANONIMA", "CA"),
    ("SOCIEDAD ANONIMA", "SA"),
    ("SOCIEDAD POR ACCIONES SIMPLIFICADA", "SAS"),
)
_COMPANY_ENDS: Final = frozenset({"SA", "CA", "SAS", "BIC", "LTDA", "EP", "SC", "CEM"})
_TITLES: Final = frozenset(
    {"SR", "SRA", "SRTA", "SENOR", "SENORA", "SENORITA", "MAESTRO", "MAESTRA", "ARTESANO",
     "ARTESANA", "DON", "DONA", "ING", "LIC", "DR", "DRA"}
)  # fmt: skip
_SMALL_WORDS: Final = frozenset({"DE", "DEL", "LA", "LAS", "EL", "LOS", "Y", "E", "EN", "A", "CON"})
_CODE: Final = re.compile(r"\b[A-U]\d{2,4}(?:\.?\d{1,2}){0,3}\b")
"""A CIIU code, with or without its dots."""
_CODE_LABEL: Final = re.compile(r"\bC[A-Z0-9|!]{1,3} (?=[A-U]\d{2,4}\b|[A-U]\d{2,4}[.\d])")
"""«CIIU» before a code, however badly it was read: it is small print."""

Words = tuple[str, ...]


def judge(field: AgreementField, value: str, confidence: float, expected: str) -> FieldOutcome:
    """Return whether a value read with ``confidence`` (0 to 100) matches the expected one.

    Values come as printed or in the reader's form (days as ISO text). ``expected`` empty means that
    nobody knows: then nothing can be said. Below ``SURE_CONFIDENCE`` nothing is said either.
    """
    if confidence < SURE_CONFIDENCE or not value.strip() or not expected.strip():
        return FieldOutcome.UNREADABLE
    outcome = _JUDGES[field](value, expected, confidence >= CERTAIN_CONFIDENCE)
    is_accusing = outcome is FieldOutcome.DIFFERS and confidence < ACCUSING_CONFIDENCE
    return FieldOutcome.UNREADABLE if is_accusing else outcome


def key_of(value: str, confidence: float) -> str:
    """Return a number by which the register may be asked; empty when it was not read surely.

    A number in doubt would pick somebody else's entry, and every value would differ from it.
    """
    return value if confidence >= SURE_CONFIDENCE else ""


def is_key_by_itself(value: str, confidence: float) -> bool:
    """Whether a number picks an entry of the register without anything else that agrees with it.

    One read with less than ``CERTAIN_CONFIDENCE`` may have a wrong digit and be another entry's.
    One of a single group («0123») is borne by papers of several years, or is the rest of one.
    """
    return confidence >= CERTAIN_CONFIDENCE and len(number_groups(value)) > 1


def asked_number(number: str, candidates: Iterable[str]) -> str:
    """Return a question with every number that a paper may have: «¿MIPRO-2010-0077 o …?»."""
    return f"¿{' o '.join(f'«{each}»' for each in (number, *candidates))}?"


def unconfirmed_number(number: str) -> str:
    """Return the sentence on a number that nothing else on the paper confirms, for officers."""
    return (
        f"El número se lee «{number}», pero no es seguro, y ni el RUC ni el titular lo confirman: "
        "compruébelo en el papel."
    )


def judge_any(
    field: AgreementField, value: str, confidence: float, expected: Iterable[str]
) -> FieldOutcome:
    """Compare with several spellings of a fact: one match is enough; it differs if all differ."""
    outcomes = {judge(field, value, confidence, one) for one in expected if one.strip()}
    if FieldOutcome.MATCHES in outcomes:
        return FieldOutcome.MATCHES
    return FieldOutcome.DIFFERS if outcomes == {FieldOutcome.DIFFERS} else FieldOutcome.UNREADABLE


def plain(text: str) -> str:
    """Return the text in capitals without accents or invisible marks, with single spaces."""
    seen = (sign for sign in without_accents(text) if unicodedata.category(sign) != "Cf")
    return " ".join("".join(seen).upper().split())


def day_of(text: str) -> date | None:
    """Return the date written in a text in one of the usual forms, or None."""
    folded = plain(text)
    if iso := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", folded):
        year, month, day = (int(part) for part in iso.groups())
    elif numeric := re.fullmatch(r"(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(\d{4})", folded):
        day, month, year = (int(part) for part in numeric.groups())
    elif worded := re.fullmatch(
        r"(\d{1,2}) (?:DE )?([A-Z]{3,10})\.?,? (?:DEL? )?(?:ANO )?(\d{4})", folded
    ):
        name = worded[2].replace("SET", "SEP", 1)[:3]
        if name not in _SHORT_MONTHS:
            return None
        day, month, year = int(worded[1]), _SHORT_MONTHS.index(name) + 1, int(worded[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _judge_number(value: str, expected: str, certain: bool) -> FieldOutcome:  # noqa: FBT001
    read, known = number_groups(value), number_groups(expected)
    if read == known and read:
        return FieldOutcome.MATCHES
    if [part.lstrip("0") for part in read] == [part.lstrip("0") for part in known]:
        return FieldOutcome.UNREADABLE
    if _is_cut("".join(read), "".join(known)):
        return FieldOutcome.UNREADABLE  # the rest may be under a stamp or ink
    return _otherwise("".join(read), "".join(known), certain=certain)


def _is_cut(read: str, known: str) -> bool:
    """Whether what was read is the beginning or the end of a longer number."""
    return len(read) < len(known) and (known.startswith(read) or known.endswith(read))


def _judge_ruc(value: str, expected: str, certain: bool) -> FieldOutcome:  # noqa: FBT001
    read, known = (identity_digits(plain(text)) for text in (value, expected))
    if not (read.isascii() and read.isdigit() and len(read) == RUC_DIGITS):
        return FieldOutcome.UNREADABLE
    if read == known:
        return FieldOutcome.MATCHES
    if read[:CEDULA_DIGITS] == known[:CEDULA_DIGITS]:
        return FieldOutcome.UNREADABLE  # the same taxpayer: no check digit covers the last three
    return _otherwise(read, known, certain=certain)


def _judge_holder(value: str, expected: str, certain: bool) -> FieldOutcome:  # noqa: FBT001
    read, known = _name(value), _name(expected)
    if not read or not known:
        return FieldOutcome.UNREADABLE
    if "".join(read) == "".join(known) or (_is_person(known) and _is_turned(read, known)):
        return FieldOutcome.MATCHES
    if _holds(read, known) or _holds(known, read):
        return FieldOutcome.UNREADABLE  # the reader may have taken too little or too much
    ways = {_otherwise("".join(turn), "".join(known), certain=certain) for turn in _turns(read)}
    return FieldOutcome.DIFFERS if ways == {FieldOutcome.DIFFERS} else FieldOutcome.UNREADABLE


def _judge_day(value: str, expected: str, certain: bool) -> FieldOutcome:  # noqa: FBT001
    read, known = day_of(value), day_of(expected)
    if read is None or known is None:
        return FieldOutcome.UNREADABLE
    if read == known:
        return FieldOutcome.MATCHES
    return _otherwise(read.isoformat(), known.isoformat(), certain=certain)


def _judge_activity(value: str, expected: str, certain: bool) -> FieldOutcome:  # noqa: FBT001
    """Compare free text on the trade; it differs only when nothing suggests the same trade."""
    read, known = _trade(value), _trade(expected)
    codes = (_code(value), _code(expected))
    if all(codes) and codes[0] != codes[1]:
        is_shorter = codes[0].startswith(codes[1]) or codes[1].startswith(codes[0])
        return FieldOutcome.UNREADABLE if is_shorter else _otherwise(*codes, certain=certain)
    if read == known or (all(codes) and not (read and known)):
        return FieldOutcome.MATCHES if read or all(codes) else FieldOutcome.UNREADABLE
    is_akin = {word[:5] for word in read} & {word[:5] for word in known}
    if is_akin or all(codes) or not (read and known):
        return FieldOutcome.UNREADABLE
    return _otherwise("".join(read), "".join(known), certain=certain)


def _judge_ministries(value: str, expected: str, certain: bool) -> FieldOutcome:  # noqa: FBT001
    read, known = _ministries(value), _ministries(expected)
    if read == known and read:
        return FieldOutcome.MATCHES
    if not read or read < known:
        return FieldOutcome.UNREADABLE  # the reader may have overlooked one
    return _otherwise("".join(sorted(read)), "".join(sorted(known)), certain=certain)


_JUDGES: Final[Mapping[AgreementField, Callable[[str, str, bool], FieldOutcome]]] = (
    MappingProxyType(
        {
            AgreementField.NUMBER: _judge_number,
            AgreementField.HOLDER: _judge_holder,
            AgreementField.RUC: _judge_ruc,
            AgreementField.ACTIVITY: _judge_activity,
            AgreementField.MINISTRIES: _judge_ministries,
            AgreementField.ISSUED_ON: _judge_day,
            AgreementField.VALID_UNTIL: _judge_day,
        }
    )
)


def _otherwise(read: str, known: str, *, certain: bool) -> FieldOutcome:
    """Judge two squeezed texts that are not the same: a difference, or a misreading."""
    if _shape(read) == _shape(known):
        return FieldOutcome.UNREADABLE
    slips = max(1, len(known) // LETTERS_PER_SLIP)
    if not certain and distance(read, known, most=slips) <= slips:
        return FieldOutcome.UNREADABLE
    return FieldOutcome.DIFFERS


def _shape(text: str) -> str:
    """Return the text with look-alike characters unified; digits among digits are kept."""
    if text.replace("-", "").isdigit():
        return text
    shape = text.translate(_LOOK_ALIKE)
    for pair, one in _TWO_FOR_ONE:
        shape = shape.replace(pair, one)
    return shape


def _code(text: str) -> str:
    found = _CODE.search(plain(text))
    return found[0].replace(".", "") if found else ""


def _name(text: str) -> Words:
    """Return the words of a name without titles; a legal form is one word without its dots."""
    spaced = re.sub(r"[.,;:()\-\u2010-\u2015/\"«»]", " ", plain(text).replace("'", ""))
    joined = re.sub(r"\b[A-Z](?: +[A-Z]\b)+", lambda run: run[0].replace(" ", ""), spaced)
    folded = " ".join(joined.split())
    for long, short in _LEGAL_FORMS:
        folded = re.sub(rf"\b{long}$", short, folded)
    words = folded.split()
    while words and words[0] in _TITLES:
        words = words[1:]
    return tuple(words)


def _is_person(words: Words) -> bool:
    return words[-1] not in _COMPANY_ENDS


def _turns(words: Words) -> tuple[Words, ...]:
    """Return the rotations of a name's words: surnames may be written first or last."""
    return tuple(words[at:] + words[:at] for at in range(len(words)))


def _is_turned(read: Words, known: Words) -> bool:
    return known in _turns(read)


def _holds(whole: Words, part: Words) -> bool:
    """Whether all words of one name are in the other, in order and adjacent."""
    places = range(len(whole) - len(part) + 1)
    return any(whole[at : at + len(part)] == part for at in places)


def _trade(text: str) -> Words:
    """Return the meaningful words of a trade, in order, without the CIIU code."""
    bare = _CODE.sub(" ", _CODE_LABEL.sub(" ", plain(text)))
    return tuple(word for word in re.findall(r"[A-Z]+", bare) if word not in _SMALL_WORDS)


def _ministries(text: str) -> frozenset[str]:
    """Return each ministry's name, squeezed and without the word «Ministerio»."""
    names = re.split(r";|\bMINISTERIOS?\b", plain(text))
    squeezed = (_trade(name) for name in names)
    return frozenset("".join(words) for words in squeezed if words)
