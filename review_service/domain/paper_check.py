"""Whether a paper shows what its snapshot says, before it is signed and after, and is signed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from review_service.domain.issued_documents import IssuedSnapshot, VerificationMarks
from review_service.domain.paper_signs import composed
from review_service.domain.wording import long_date, printable

MOST_WHOLE: Final = 30
"""Letters of the longest word of a name that fits on a line of the card, in the largest type."""
_BREAKS: Final = re.compile(r"[\s\u00ad\u2010\ufffe\x02]+")
"""What a line break adds to extracted text: white space and hyphens that are not typed."""
WARNING_WORDS: Final = "SIN VALIDEZ LEGAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPaper:
    """What was read back from a rendered paper."""

    pages: tuple[str, ...]
    """Text of each page."""
    has_missing_glyph: bool
    """Whether a sign was drawn as the font's empty box."""
    fonts_not_embedded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSignatures:
    """What is true of the signatures of a paper."""

    count: int
    intact: int
    """Signatures over unchanged bytes, after which only what the signer allowed was added."""
    trusted: int
    """Of the intact ones, those whose certificate came from a trusted authority at that moment."""
    has_later_revision: bool = False
    """Whether something was appended after the last signature."""
    is_readable: bool = True
    """False for what cannot be read as a PDF."""


def signature_faults(found: PaperSignatures, snapshot: IssuedSnapshot) -> list[str]:
    """Return, in Spanish, why the signatures do not make it a paper of ours."""
    if not found.is_readable:
        return ["El archivo no se puede leer como PDF."]
    wanted, faults = len(snapshot.ministries), []
    if found.count != wanted:
        faults.append(f"El archivo tiene {found.count} firmas; debe tener {wanted}.")
    if found.intact < found.count:
        faults.append(f"Solo {found.intact} de {found.count} firmas están intactas.")
    elif found.trusted < found.count:
        faults.append(f"Solo {found.trusted} de {found.count} firmas son de quien deben ser.")
    if found.has_later_revision:
        faults.append("Algo se agregó al archivo después de la última firma.")
    return faults


def differences_of(
    printed: PrintedPaper, snapshot: IssuedSnapshot, marks: VerificationMarks
) -> list[str]:
    """Return, in Spanish, which facts a signed paper does not show. Names no value."""
    return list(_differences(printed, snapshot, marks))


def faults_of(
    printed: PrintedPaper, snapshot: IssuedSnapshot, marks: VerificationMarks
) -> list[str]:
    """Return, in Spanish for operators, why the paper must not be signed. Names no value."""
    return list(_faults(printed, snapshot, marks))


def _faults(
    printed: PrintedPaper, snapshot: IssuedSnapshot, marks: VerificationMarks
) -> Iterator[str]:
    if not printed.pages or any(not _BREAKS.sub("", page) for page in printed.pages):
        yield "El papel tiene una página vacía."
    if printed.has_missing_glyph:
        yield "El papel tiene un signo que su letra no puede dibujar: sale un cuadro vacío."
    if printed.fonts_not_embedded:
        yield f"El papel no lleva dentro la letra {', '.join(printed.fonts_not_embedded)}."
    yield from _differences(printed, snapshot, marks)
    text = _text_of(printed)
    for name, value in _whole_values(snapshot, marks).items():
        if _is_broken(value, text):
            yield f"En el papel, {name} está partido entre dos líneas."


def _differences(
    printed: PrintedPaper, snapshot: IssuedSnapshot, marks: VerificationMarks
) -> Iterator[str]:
    if snapshot.demonstration and any(
        _squeezed(WARNING_WORDS) not in _squeezed(page) for page in printed.pages
    ):
        yield "Una página de demostración no dice «SIN VALIDEZ LEGAL»."
    text = _text_of(printed)
    for name, value in values_to_show(snapshot, marks).items():
        if _squeezed(value) not in _squeezed(text):
            yield f"El papel no muestra {name} como está en la decisión."


def _text_of(printed: PrintedPaper) -> str:
    return " ".join(" ".join(page.split()) for page in printed.pages)


def values_to_show(snapshot: IssuedSnapshot, marks: VerificationMarks) -> dict[str, str]:
    """Return each value that the paper must show, by the Spanish name that a fault is told by."""
    values = {
        **_whole_values(snapshot, marks),
        "la solicitud": snapshot.application_reference,
        "el código CIIU": snapshot.ciiu,
        "la actividad": snapshot.activity,
        **snapshot.own_facts,
        "el cantón": snapshot.canton,
        "la provincia": snapshot.province,
        "la fecha de inicio": long_date(snapshot.valid_from),
        "la fecha de fin": long_date(snapshot.valid_until),
        "la fecha de emisión": long_date(snapshot.issued_on),
    }
    for place, ministry in enumerate(snapshot.ministries, start=1):
        values[f"el ministerio {place}"] = ministry.name
        values[f"quien firma por el ministerio {place}"] = ministry.signatory_name
    return values


def _whole_values(snapshot: IssuedSnapshot, marks: VerificationMarks) -> dict[str, str]:
    """Give the names and numbers that no line break may part within a word."""
    return {
        "el número": snapshot.number,
        "el nombre": snapshot.holder,
        "el RUC": snapshot.ruc,
        "el código de verificación": marks.code,
    }


def _is_broken(value: str, text: str) -> bool:
    """Say whether the value stands somewhere with a word parted. Longer words fit on no line."""
    whole = " ".join(_shown(value).split())
    if any(len(word) > MOST_WHOLE for word in whole.split()):
        return False
    return text.count(whole) < _squeezed(text).count(_squeezed(value))


def _squeezed(text: str) -> str:
    return _BREAKS.sub("", _shown(text))


def _shown(text: str) -> str:
    return printable(composed(text))
