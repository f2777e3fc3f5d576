"""Brings each identifier that people type into its one form, however it was copied or dictated.

Every form, search and command uses these: an Acuerdo's number, its verification code, a RUC or
cédula, a telephone, an application's reference, a mailed code. What was meant by a near miss is
worked out from the typed text alone; whether such a number exists is asked elsewhere.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from review_service.domain.folding import fold, without_accents
from review_service.domain.numbering import application_reference

SERIAL_DIGITS: Final = 6
"""Digits of the serial in references and, by the usual template, in numbers of Acuerdos."""
MOST_WORDS: Final = 6
"""Words of one search that count."""
MOST_SERIAL_CANDIDATES: Final = 90
"""Upper bound of ``near_serials``; it also bounds how much a guessed code could gain."""

_CODE_LOOK_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_DIGIT_LOOK_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LETTER_LOOK_ALIKE: Final = str.maketrans({"0": "O", "1": "I"})
_NUMBER_LABELS: Final = frozenset(
    {"ACUERDO", "INTERMINISTERIAL", "MINISTERIAL", "ARTESANAL", "CERTIFICADO", "N", "NO", "NRO",
     "NUM", "NUMERO"}
)  # fmt: skip
_REGISTER: Final = "RUM"
"""The register's name stands in the name of its certificate, and often in its numbers too."""
_REFERENCE_LABELS: Final = frozenset({"SOLICITUD", "TRAMITE", "DE"})
_RUC_LABEL: Final = re.compile(r"^(?:RUC|CI|CC|CEDULA)(?=\d)")
_TAIL: Final = re.compile(
    r"(?P<letters>(?:[A-Z][A-Z01]*?)?)(?P<year>(?:19|2[0O])[0-9OIL]{2})(?P<serial>[0-9OIL]{1,8})"
)
REFERENCE_LETTERS: Final = "AR"
_COUNTRY: Final = "593"
_SEPARATOR: Final = re.compile(r"[\s,;:]+")
_NUMBER_LIKE: Final = re.compile(r"[a-z0-9./°-]+")
_OUTSIDE: Final = ".,;:()[]{}«»\"'“”\u2018\u2019¿?¡!#/-"
_SEARCH_LABELS: Final = frozenset(
    {"n", "no", "n.o", "n°", "nro", "num", "numero", "ruc", "cedula", "acuerdo", "certificado",
     "interministerial", "solicitud", "tramite"}
)  # fmt: skip
LONGEST_NAMED_NUMBER: Final = 4
"""Digits of a word that may stand in a name, as in «Taller 2000»; longer ones are numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberParts:
    """What a number says: the letters in front, the year, and the serial with its digits."""

    letters: str
    """Capitals without separators, such as ``MPCEIMDT``; empty when none were typed."""
    year: int
    serial: int
    serial_digits: int
    """How many digits of the serial were typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWord:
    """One word of a search, in the forms in which it is compared."""

    text: str
    """Small letters without accents, for names and trades."""
    squeezed: str
    """Capitals without separators, for references and numbers; empty for signs only."""

    @property
    def digits(self) -> str:
        """The word when it is digits only, the beginning of a RUC; else empty."""
        return self.squeezed if self.squeezed.isdigit() else ""

    @property
    def may_be_name(self) -> bool:
        """Whether names and trades are searched for it."""
        return not self.digits or len(self.digits) <= LONGEST_NAMED_NUMBER


def number_groups(text: str) -> tuple[str, ...]:
    """Return the groups of letters and digits of an Acuerdo's number, without its label.

    «Acuerdo N.º mpcei – mdt 2026/000002.» is ``MPCEI``, ``MDT``, ``2026``, ``000002``.
    """
    return _without_labels(_groups(text), _NUMBER_LABELS)


def agreement_number(text: str) -> str:
    """Return an Acuerdo's number in capitals with single hyphens, without its label.

    Text without separators keeps none: compare with ``squeezed_number``.
    """
    return "-".join(number_groups(text))


def squeezed_number(text: str) -> str:
    """Return the letters and digits of an Acuerdo's number; equal for the same number."""
    return "".join(number_groups(text))


def number_parts(text: str) -> NumberParts | None:
    """Return the parts of a number or reference that ends with year and serial, else None.

    O, I and L count as the digits that they look like where only digits can stand.
    """
    return _parts("".join(_without_labels(_groups(text), _NUMBER_LABELS | _REFERENCE_LABELS)))


def near_serials(parts: NumberParts) -> tuple[tuple[int, int], ...]:
    """Return the (year, serial) that the typed number may mean, itself first.

    One digit is wrong, left out or too many, or two neighbours are swapped; at most
    ``MOST_SERIAL_CANDIDATES``.
    """
    year, serial = f"{parts.year:04d}", f"{parts.serial:0{parts.serial_digits}d}"
    found = [(year, serial.zfill(SERIAL_DIGITS))]
    if len(serial) == SERIAL_DIGITS:
        found += [(year, near) for near in (*_substituted(serial), *_swapped(serial))]
    elif len(serial) == SERIAL_DIGITS - 1:
        found += [(year, near) for near in _inserted(serial)]
    elif len(serial) == SERIAL_DIGITS + 1:
        found += [(year, near) for near in _shortened(serial)]
    ends = (*_substituted(year[2:]), *_swapped(year[2:]))
    found += [(f"{year[:2]}{end}", serial.zfill(SERIAL_DIGITS)) for end in ends]
    return tuple(dict.fromkeys((int(one), int(other)) for one, other in found))


def typed_reference(text: str) -> str:
    """Return a typed reference as ``AR-2026-000123``, zeros filled in; empty when it is none."""
    parts = number_parts(text)
    if parts is None or parts.letters not in {REFERENCE_LETTERS, ""}:
        return ""
    return application_reference(parts.year, parts.serial)


def verification_code(text: str) -> str:
    """Return a typed code in capitals without spacing, with look-alike letters replaced."""
    return "".join(_groups(text)).translate(_CODE_LOOK_ALIKE)


def mailed_code(text: str) -> str:
    """Return the digits of a code read from a mail or a device; look-alike letters are digits."""
    typed = "".join(_groups(text)).translate(_DIGIT_LOOK_ALIKE)
    return "".join(char for char in typed if char.isdigit())


def identity_digits(text: str) -> str:
    """Return a typed RUC or cédula without its label, spacing, dots and dashes.

    What is no digit stays, so that it is refused instead of being guessed.
    """
    kept = "".join(char for char in text if unicodedata.category(char)[0] not in "ZCP")
    return _RUC_LABEL.sub("", without_accents(kept, form="NFD").upper())


def as_digits(text: str) -> str:
    """Return a typed RUC or cédula with O, I and L read as digits."""
    return identity_digits(text).translate(_DIGIT_LOOK_ALIKE)


def near_identities(digits: str) -> tuple[str, ...]:
    """Return the 13 digits that a RUC of 12 to 14 digits may mean by one slip; without itself."""
    by_length = {12: (_inserted,), 13: (_substituted, _swapped), 14: (_shortened,)}
    found = [near for make in by_length.get(len(digits), ()) for near in make(digits)]
    return tuple(dict.fromkeys(near for near in found if near != digits))


def phone_number(text: str) -> str:
    """Return a telephone of Ecuador with its leading 0 and no spacing: ``0991234567``.

    The country's prefix and a missing 0 are mended; anything else stays as it was typed.
    """
    bare = re.sub(r"[\s.()/\-\u2010-\u2015\u00ad]", "", text)
    plain = bare.removeprefix("+").removeprefix("00")
    if not (plain.isascii() and plain.isdigit()):
        return bare
    if plain.startswith(_COUNTRY) and len(plain) > len(_COUNTRY) + 7:
        plain = plain.removeprefix(_COUNTRY).removeprefix("0")
        return f"0{plain}"
    if re.fullmatch(r"9\d{8}|[2-7]\d{7}", bare):
        return f"0{bare}"
    return bare


def search_words(text: str) -> tuple[SearchWord, ...]:
    """Return the words of a typed search, at most ``MOST_WORDS``.

    Commas part words; digits that were typed in groups are one word; labels such as «N.º» are
    left out beside a number. Every other sign counts, ``%`` and ``_`` too.
    """
    words = [
        found for part in _SEPARATOR.split(_plain_dashes(text)) if (found := _search_word(part))
    ]
    if any(char.isdigit() for word in words for char in word.squeezed):
        words = [word for word in words if word.text not in _SEARCH_LABELS] or words
    return tuple(_joined(words))[:MOST_WORDS]


def _groups(text: str) -> tuple[str, ...]:
    seen = "".join(char for char in without_accents(text) if unicodedata.category(char) != "Cf")
    return tuple(re.findall(r"[A-Z0-9]+", seen.upper()))


def _without_labels(groups: tuple[str, ...], labels: frozenset[str]) -> tuple[str, ...]:
    while groups and groups[0] in labels:
        # «N.º» folds to two groups, N and O.
        ends = 2 if groups[:2] == ("N", "O") or _names_certificate(groups) else 1
        groups = groups[ends:]
    return groups


def _names_certificate(groups: tuple[str, ...]) -> bool:
    """Whether «certificado RUM» stands before a number, not «certificado» before «RUM 2026 1»."""
    return groups[:2] == ("CERTIFICADO", _REGISTER) and not "".join(groups[2:])[:1].isdigit()


def _parts(squeezed: str) -> NumberParts | None:
    found = _TAIL.fullmatch(squeezed)
    if found is None:
        return None
    serial = found["serial"].translate(_DIGIT_LOOK_ALIKE)
    return NumberParts(
        letters=found["letters"].translate(_LETTER_LOOK_ALIKE),
        year=int(found["year"].translate(_DIGIT_LOOK_ALIKE)),
        serial=int(serial),
        serial_digits=len(serial),
    )


def _plain_dashes(text: str) -> str:
    return re.sub(r"[\u2010-\u2015\u2212]", "-", text)


def _search_word(part: str) -> SearchWord | None:
    plain = fold("".join(char for char in part if unicodedata.category(char) != "Cf"))
    inside = plain.strip(_OUTSIDE)
    if not inside:
        return None
    number_like = _NUMBER_LIKE.fullmatch(inside) is not None
    return SearchWord(text=inside, squeezed="".join(_groups(inside)) if number_like else "")


def _joined(words: list[SearchWord]) -> list[SearchWord]:
    """Join neighbouring words of digits: «179 206 0346 001» is one number.

    So is «AR 2026 123»: «AR» alone would stand in every reference.
    """
    joined: list[SearchWord] = []
    for word in words:
        if joined and word.digits and _goes_on(joined[-1]):
            last = joined.pop()
            joined.append(
                SearchWord(
                    text=f"{last.text} {word.text}", squeezed=f"{last.squeezed}{word.squeezed}"
                )
            )
        else:
            joined.append(word)
    return joined


def _goes_on(word: SearchWord) -> bool:
    """Whether digits after the word belong to it."""
    digits = word.squeezed.removeprefix(REFERENCE_LETTERS)
    return digits.isdigit() or (not digits and bool(word.squeezed))


def _substituted(digits: str) -> list[str]:
    return [
        f"{digits[:at]}{other}{digits[at + 1 :]}"
        for at in range(len(digits))
        for other in "0123456789"
        if other != digits[at]
    ]


def _swapped(digits: str) -> list[str]:
    return [
        f"{digits[:at]}{digits[at + 1]}{digits[at]}{digits[at + 2 :]}"
        for at in range(len(digits) - 1)
    ]


def _inserted(digits: str) -> list[str]:
    return [
        f"{digits[:at]}{more}{digits[at:]}"
        for at in range(len(digits) + 1)
        for more in "0123456789"
    ]


def _shortened(digits: str) -> list[str]:
    return [f"{digits[:at]}{digits[at + 1 :]}" for at in range(len(digits))]
