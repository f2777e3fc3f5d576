"""Months and numbers as Spanish papers spell them, in capitals without accents."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from review_service.domain import wording
from review_service.domain.folding import capitals

MONTHS: Final = MappingProxyType(
    {capitals(name): number for number, name in enumerate(wording.MONTHS, start=1)}
    | {"SETIEMBRE": 9}
)
_UNITS: Final = (
    "CERO", "UNO", "DOS", "TRES", "CUATRO", "CINCO", "SEIS", "SIETE", "OCHO", "NUEVE", "DIEZ",
    "ONCE", "DOCE", "TRECE", "CATORCE", "QUINCE", "DIECISEIS", "DIECISIETE", "DIECIOCHO",
    "DIECINUEVE", "VEINTE", "VEINTIUNO", "VEINTIDOS", "VEINTITRES", "VEINTICUATRO", "VEINTICINCO",
    "VEINTISEIS", "VEINTISIETE", "VEINTIOCHO", "VEINTINUEVE",
)  # fmt: skip
_TENS: Final = ("TREINTA", "CUARENTA", "CINCUENTA", "SESENTA", "SETENTA", "OCHENTA", "NOVENTA")
NUMBERS: Final[Mapping[str, int]] = MappingProxyType(
    {name: value for value, name in enumerate(_UNITS)}
    | {name: 30 + 10 * step for step, name in enumerate(_TENS)}
    | {
        f"{name} Y {_UNITS[unit]}": 30 + 10 * step + unit
        for step, name in enumerate(_TENS)
        for unit in range(1, 10)
    }
    | {"UN": 1, "PRIMERO": 1, "PRIMER": 1, "VEINTIUN": 21, "TREINTA Y UN": 31}
)
