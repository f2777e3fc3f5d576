"""Reads one line of an imported file: its encoding, signs, RUC and days, or why it is not taken.

Files come from the SRI, from Excel and from one into the other: one file may hold lines of several
encodings, so each line is decided by itself. What a person would not read as it was meant is
refused with its reason in Spanish, never guessed.
"""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Final

from review_service.domain.ruc import check_ruc
from review_service.domain.wording import printable

RUC: Final = re.compile(r"[0-9]{13}")
_SCIENTIFIC: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+]?[0-9]{1,2}")
_WITH_DECIMALS: Final = re.compile(r"[0-9]{12,13}[.,]0+")
_TWELVE: Final = re.compile(r"[0-9]{12}")
_TEXT_FORMULA: Final = re.compile(r'="([^"]*)"')
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})")
_SHORT_YEAR: Final = re.compile(r"[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2}")
_SERIAL: Final = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_HOUR: Final = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[.][0-9]+)?$")
_MONTHS_OF_A_YEAR: Final = 12
_UTF8_PAIR: Final = re.compile(rb"[\xc2\xc3][\x80-\xbf]")
"""A letter with an accent, as UTF-8 writes it."""
_TWICE: Final = re.compile(
    "[\u00c2\u00c3]"
    "[\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]"
    "|\ufffd"
)
"""The same letter read as Windows-1252 and written again, or the sign for a letter lost."""
_OTHER_TABLE: Final = "\u00a2\u00a3\u00a4\u00a5\u00b5\u0192\u201a\u201e\u2020\u2021"
_OTHER_TABLE_BYTES: Final = f"{_OTHER_TABLE}\u00a1".encode("cp1252")
_DOS: Final = re.compile(rf"[^\W\d_][{_OTHER_TABLE}\u00a1]|[{_OTHER_TABLE}][^\W\d_]")
"""What Ñ, ñ and vowels with an accent of DOS or the Macintosh become when read as Windows-1252."""

NOTHING: Final = r"\N"
"""What stands for no value between the tabs of a line."""
AS_TEXT: Final = "Abra el archivo original con esa columna como texto."


class ImportKind(StrEnum):
    """What an imported file holds; each kind can be undone by itself."""

    CATASTRO = "catastro"
    EMAILS = "correos"
    AGREEMENTS = "acuerdos"
    PAPERS = "documentos"


class LineRefusedError(ValueError):
    """A line is not taken; ``reason`` is one Spanish sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decoded(raw: bytes) -> str:
    """Return the text of one line: UTF-8, else Windows-1252 (which holds Latin-1's letters).

    Raises ``LineRefusedError`` when neither gives what a person reads.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return _windows_text(raw)
    if not text.isascii():
        _require_single_encoding(text)
    return text


def is_plain(text: str) -> bool:
    """Whether text that was UTF-8 needs no closer look by ``decoded`` and ``readable``.

    Fast also for many lines at once (without their ends), which nearly always are plain.
    """
    return (
        text.isprintable()
        and "\u00c3" not in text
        and "\u00c2" not in text
        and "\ufffd" not in text
        # Accents that stand apart from their letters, as a Macintosh writes them.
        and "\u0303" not in text
        and "\u0301" not in text
        and "\u0308" not in text
    )


def readable(text: str) -> str:
    """Return the text without NUL, letters and accents composed.

    Raises ``LineRefusedError`` for a control sign: the paper would drop it in silence.
    """
    kept = unicodedata.normalize("NFC", text.replace("\0", ""))
    if (clean := printable(kept)) != kept:
        sign = next(sign for sign in kept if sign not in clean)
        raise LineRefusedError(
            f"Tiene un signo de control (U+{ord(sign):04X}) que no se ve ni se imprime: quítelo."
        )
    return kept


def ruc_in(cell: str) -> str:
    """Return the 13 digits of a cell. Raises ``LineRefusedError`` saying what happened to it."""
    text = cell.strip().removeprefix("'").strip()
    if formula := _TEXT_FORMULA.fullmatch(text):
        text = formula[1].strip()
    if RUC.fullmatch(text):
        return text
    raise LineRefusedError(_ruc_problem(text))


def day_in(cell: str, *, field: str) -> date:
    """Return the day of a cell: ``2024-11-20``, ``20/11/2024`` or ``20-11-2024``, hour left out.

    Raises ``LineRefusedError`` naming the field.
    """
    text = _HOUR.sub("", cell.strip())
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
    else:
        raise LineRefusedError(_day_problem(text, field))
    try:
        return date(year, month, day)
    except ValueError as error:
        said = f"{field}: el día «{text}» no existe."
        if month > _MONTHS_OF_A_YEAR:
            said += " Escriba primero el día y luego el mes."
        raise LineRefusedError(said) from error


def _require_single_encoding(text: str) -> None:
    # Most lines have no such letter, and looking for one is ten times as fast.
    if ("\u00c3" in text or "\u00c2" in text or "\ufffd" in text) and _TWICE.search(text):
        raise LineRefusedError(
            "Las tildes y eñes ya vienen dañadas en el archivo («Ã\u2018», «�»): pida el original "
            "o guárdelo otra vez como CSV UTF-8."
        )


def _windows_text(raw: bytes) -> str:
    if _UTF8_PAIR.search(raw):
        raise LineRefusedError(
            "La línea mezcla dos codificaciones (UTF-8 y Windows): escriba otra vez sus tildes y "
            "eñes."
        )
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError as error:
        raise LineRefusedError(
            f"Tiene un byte ({raw[error.start]:02X}) que no es letra ni en UTF-8 ni en Windows: "
            "guarde el archivo como CSV UTF-8."
        ) from error
    if len(raw.translate(None, _OTHER_TABLE_BYTES)) < len(raw) and _DOS.search(text):
        raise LineRefusedError(
            "Parece escrita con la codificación de DOS o de Macintosh: guarde el archivo como CSV "
            "UTF-8."
        )
    return text


def _ruc_problem(text: str) -> str:
    if not text:
        return "El RUC está vacío."
    if _SCIENTIFIC.fullmatch(text):
        return f"Excel cambió el RUC por «{text}» y perdió sus últimos números. {AS_TEXT}"
    if _WITH_DECIMALS.fullmatch(text):
        return f"Excel añadió decimales al RUC. {AS_TEXT}"
    if _TWELVE.fullmatch(text) and check_ruc(f"0{text}").problem is None:
        return f"El RUC tiene 12 números: Excel le quitó el 0 con que empieza. {AS_TEXT}"
    if text.isascii() and text.isdigit():
        return f"El RUC tiene {len(text)} números; deben ser 13."
    return "El RUC debe tener 13 números y nada más."


def _day_problem(text: str, field: str) -> str:
    if not text:
        return f"{field} está vacía."
    if _SHORT_YEAR.fullmatch(text):
        return f"{field}: escriba el año de «{text}» con cuatro números."
    if _SERIAL.fullmatch(text):
        return f"{field}: «{text}» es el número con que Excel guarda un día. {AS_TEXT}"
    return f"{field}: escriba el día como 2024-11-20 o 20/11/2024."
