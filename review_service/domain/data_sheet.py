"""The supplementary data sheet: what the applicant adds to what the SRI already holds."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from review_service.domain.email_addresses import EMAIL
from review_service.domain.errors import InvalidInputError
from review_service.domain.identifiers import phone_number
from review_service.domain.paper_signs import composed, undrawn_problem
from review_service.domain.provinces import canton_named, place_problems, province_named
from review_service.domain.validity import existing_ciiu

MAX_WORKERS = 15
MAX_APPRENTICES = 5
"""Source: Ley de Defensa del Artesano (15 operarios, 5 aprendices); more gives only a warning."""
PHONE = re.compile(r"0[0-9]{8,9}")
MAX_TEXT = 200
MAX_PEOPLE = 999
PEOPLE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSheet:
    """Facts of the workshop. Strings are trimmed; empty means not given yet."""

    trade: str = ""
    ciiu: str = ""
    """Without dots, once it is a code."""
    province: str = ""
    canton: str = ""
    """Both by their official names, once they are in the closed list."""
    address: str = ""
    workers: int = 0
    """Operarios besides the owner."""
    apprentices: int = 0
    phone: str = ""
    """The applicant's own telephone, ten digits with a leading 0."""
    notice_email: str = ""
    """A second address for notices; the first is the SRI's."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Undo ``to_json``."""
        return cls(**plain)


def parse_sheet(values: Mapping[str, str]) -> DataSheet:
    """Return a sheet with the typed values, trimmed; values may be missing, as in a draft.

    Raises ``InvalidInputError`` for values that no draft may hold (too long, control characters,
    not a number); a missing value is no error here.
    """
    sheet, problems = _read(values)
    if problems:
        raise InvalidInputError(problems)
    return sheet


def all_problems(values: Mapping[str, str], *, to_send: bool = True) -> dict[str, str]:
    """Return every field that prevents keeping or sending the typed sheet, with its sentence.

    What cannot be kept, what is missing and what has a wrong form come at once, in the order of the
    page; one sentence for each field, which names it. Without ``to_send`` only what cannot be kept.
    """
    sheet, impossible = _read(values)
    found = {**(problems_of(sheet) if to_send else {}), **impossible}
    return {name: found[name] for name in _FIELD_ORDER if name in found}


def _read(values: Mapping[str, str]) -> tuple[DataSheet, dict[str, str]]:
    """Return the sheet as far as it can be read, and what no draft may hold, by field."""
    problems: dict[str, str] = {}
    texts = {name: _text(values.get(name, ""), name, problems) for name in _TEXT_FIELDS}
    numbers = {name: _number(values.get(name, ""), name, problems) for name in _NUMBER_FIELDS}
    sheet = DataSheet(
        **{**texts, "phone": phone_number(texts["phone"])},  # type: ignore[arg-type]
        **numbers,  # type: ignore[arg-type]
    )
    return with_listed_names(sheet), problems


def with_listed_names(sheet: DataSheet) -> DataSheet:
    """Return the sheet with place and activity as the closed lists write them.

    What no list holds stays as it is.
    """
    province = province_named(sheet.province) or sheet.province
    canton = canton_named(sheet.canton, province=province) or sheet.canton
    ciiu = sheet.ciiu if _ciiu_problem(sheet.ciiu) else existing_ciiu(sheet.ciiu)
    return replace(sheet, province=province, canton=canton, ciiu=ciiu)


def list_problems(sheet: DataSheet) -> dict[str, str]:
    """Return which of place and activity are in no closed list, each with its sentence."""
    activity = _ciiu_problem(sheet.ciiu) if sheet.ciiu else {}
    return {**activity, **place_problems(province=sheet.province, canton=sheet.canton)}


def problems_of(sheet: DataSheet) -> dict[str, str]:
    """Return the fields that prevent sending the sheet, each with a Spanish sentence on why."""
    problems = {
        name: sentence
        for name, sentence in _REQUIRED.items()
        if not str(getattr(sheet, name)).strip()
    }
    problems |= list_problems(sheet)
    if sheet.phone and not PHONE.fullmatch(sheet.phone):
        problems["phone"] = "Escriba su teléfono con 9 o 10 números, por ejemplo 0991234567."
    if sheet.notice_email and not EMAIL.fullmatch(sheet.notice_email):
        problems["notice_email"] = (
            "Revise el otro correo. Escríbalo completo, como nombre@correo.com, sin tildes ni eñes."
        )
    return problems


_TEXT_FIELDS = ("trade", "ciiu", "province", "canton", "address", "phone", "notice_email")
_NUMBER_FIELDS = ("workers", "apprentices")
_FIELD_ORDER = (
    "trade", "ciiu", "province", "canton", "address", "workers", "apprentices", "phone",
    "notice_email",
)  # fmt: skip
"""The order of the page."""
_CALLED = {
    "trade": "«Qué produce»",
    "ciiu": "La actividad",
    "province": "La provincia",
    "canton": "El cantón",
    "address": "La dirección",
    "workers": "Operarios",
    "apprentices": "Aprendices",
    "phone": "El teléfono",
    "notice_email": "El otro correo",
}
"""What the sentences call each field."""
_PRINTED_FIELDS = frozenset({"trade", "province", "canton", "address"})
"""What the Acuerdo prints."""
_REQUIRED = {
    "trade": "Escriba qué produce, por ejemplo «tejidos a mano».",
    "ciiu": "Elija la actividad de su RUC con la que produce.",
    "province": "Elija la provincia donde está su taller.",
    "canton": "Escriba el cantón donde está su taller.",
    "address": "Escriba la calle y una referencia de su taller.",
    "phone": "Escriba un teléfono suyo, por si necesitamos llamarle.",
}


def _ciiu_problem(ciiu: str) -> dict[str, str]:
    """Return the problem of an invalid CIIU code, by field; later it would block the approval."""
    try:
        existing_ciiu(ciiu)
    except InvalidInputError as error:
        return error.problems
    return {}


def _text(value: str, name: str, problems: dict[str, str]) -> str:
    cleaned = composed(" ".join(value.split()))
    if len(cleaned) > MAX_TEXT:
        problems[name] = f"{_CALLED[name]} puede tener {MAX_TEXT} letras como máximo."
    if any(not char.isprintable() for char in cleaned):
        problems[name] = (
            f"{_CALLED[name]} tiene un signo que no podemos guardar. "
            "Escríbalo otra vez, solo con letras."
        )
    elif name in _PRINTED_FIELDS and (problem := undrawn_problem(cleaned, field=_CALLED[name])):
        problems[name] = problem
    return cleaned


def _number(value: str, name: str, problems: dict[str, str]) -> int:
    cleaned = value.strip() or "0"
    if not PEOPLE.fullmatch(cleaned) or int(cleaned) > MAX_PEOPLE:
        problems[name] = f"{_CALLED[name]}: escriba un número entre 0 y {MAX_PEOPLE}."
        return 0
    return int(cleaned)
