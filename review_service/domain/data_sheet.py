"""The supplementary data sheet: what the applicant adds to what the SRI already holds."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Self

from review_service.domain import trade_words, workshops
from review_service.domain.email_addresses import is_address
from review_service.domain.errors import InvalidInputError
from review_service.domain.identifiers import phone_number
from review_service.domain.money import read_usd, usd
from review_service.domain.paper_signs import composed, undrawn_problem
from review_service.domain.provinces import canton_named, place_problems, province_named
from review_service.domain.ruc import RUC_DIGITS
from review_service.domain.shared_workshops import MOST_SHARING, as_kept, problem_of
from review_service.domain.validity import existing_ciiu
from review_service.domain.wording import gettext_noop, worded

MAX_WORKERS = 15
MAX_APPRENTICES = 5
"""Source: Ley de Defensa del Artesano (15 operarios, 5 aprendices); more gives only a warning."""
PHONE = re.compile(r"0[0-9]{8,9}")
MAX_TEXT = 200
MAX_PEOPLE = 999
MAX_EMPLOYEES = 99_999
PEOPLE = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetQuestions:
    """What the data sheet of a track asks, and what its sentences call the place of work."""

    name: str
    """Names its templates in ``templates/applicant/sheets/``."""
    fields: tuple[str, ...]
    """Names of form fields, in the order of the page."""
    place: str
    """Spanish noun, masculine: «taller»."""


WORKSHOP: Final = SheetQuestions(
    name="workshop",
    fields=(
        "trade", "ciiu", "province", "canton", "address", "workers", "apprentices", "phone",
        "notice_email", "organisation", "members", "workshops", "shared_with",
    ),
    place="taller",
)  # fmt: skip
"""Of an artisan."""
BUSINESS: Final = SheetQuestions(
    name="business",
    fields=(
        "ciiu", "employees", "sales", "started_this_year", "province", "canton", "phone",
        "notice_email",
    ),
    place="negocio",
)  # fmt: skip
"""Of a MIPYME: what its category rests on, and no more."""
VENTURE: Final = SheetQuestions(
    name="venture",
    fields=("ciiu", "employees", "province", "canton", "phone", "notice_email"),
    place="negocio",
)
"""Of an emprendedor: no text asks for sales; whether somebody is employed says if there is a
payroll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSheet:
    """What an applicant says of the place of work; each track asks some of it.

    Strings are trimmed; empty, or None, means not given yet.
    """

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
    employees: int | None = None
    """People employed, the owner not among them; 0 says that there are none."""
    sales_cents: int | None = None
    """Gross sales of the last year in whole cents; of this year where it began in it."""
    started_this_year: bool = False
    """Whether the sales are those of this year so far."""
    sales_year: int | None = None
    """The year of the sales, from the day on which they were saved."""
    organisation: str = ""
    """What a legal person says that it is: a value of ``associations.OrganisationKind``."""
    members: int | None = None
    """How many members an organisation has, where a rule asks for it."""
    workshops: str = ""
    """The other workshops of an organisation, a line each, as ``workshops.as_kept`` writes them."""
    shared_with: str = ""
    """RUC of those who work in the same workshop, as ``shared_workshops.as_kept`` writes them."""

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values.

        What only some tracks ask is left out while it is empty: the version before, which does not
        know it, reads the sheets of the others.
        """
        plain = asdict(self)
        return {
            name: value
            for name, value in plain.items()
            if name not in _OF_SOME_TRACKS or value != _OF_SOME_TRACKS[name]
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """Undo ``to_json``; what only a newer version knows is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in plain.items() if name in known})


_OF_SOME_TRACKS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "employees": None,
        "sales_cents": None,
        "started_this_year": False,
        "sales_year": None,
        "organisation": "",
        "members": None,
        "workshops": "",
        "shared_with": "",
    }
)
"""What was added with the second track and with organisations, and its empty values."""


def parse_sheet(values: Mapping[str, str], asked: SheetQuestions = WORKSHOP) -> DataSheet:
    """Return a sheet with the typed values, trimmed; values may be missing, as in a draft.

    What is not asked is not read. Raises ``InvalidInputError`` for values that no draft may hold
    (too long, control characters, not a number); a missing value is no error here.
    """
    sheet, problems = _read(values, asked)
    if problems:
        raise InvalidInputError(problems)
    return sheet


def with_year(sheet: DataSheet, today: date) -> DataSheet:
    """Return the sheet with the year that its sales are of; without sales as it is."""
    if sheet.sales_cents is None:
        return replace(sheet, sales_year=None)
    return replace(sheet, sales_year=today.year if sheet.started_this_year else today.year - 1)


def as_asked(sheet: DataSheet, today: date) -> DataSheet:
    """Return the sheet as its form shows it today: without sales that are of another year."""
    if sheet.sales_year in {None, with_year(sheet, today).sales_year}:
        return sheet
    return replace(sheet, sales_cents=None, sales_year=None, started_this_year=False)


def require_year(asked: str, values: Mapping[str, str], today: date) -> None:
    """Raise ``InvalidInputError`` for sales typed into a form that asked about another year.

    ``asked`` is the year in which the form was made, empty where it says none.
    """
    if asked and asked != str(today.year) and values.get("sales", "").strip():
        sentence = worded(
            "Empezó %(year)s mientras llenaba esta hoja: escriba las ventas de "
            "%(before)s, o las de %(year)s si empezó este año.",
            year=today.year,
            before=today.year - 1,
        )
        raise InvalidInputError({"sales": sentence})


def typed_values(sheet: DataSheet) -> dict[str, str]:
    """Return the sheet as its form shows it, by form field: ``parse_sheet`` undone."""
    texts = {name: str(getattr(sheet, name)) for name in (*_TEXT_FIELDS, *_PEOPLE_FIELDS)}
    return {
        **texts,
        "employees": "" if sheet.employees is None else str(sheet.employees),
        "members": "" if sheet.members is None else str(sheet.members),
        "sales": "" if sheet.sales_cents is None else usd(sheet.sales_cents).removeprefix("USD "),
        "started_this_year": "y" if sheet.started_this_year else "",
    }


def all_problems(
    values: Mapping[str, str], asked: SheetQuestions = WORKSHOP, *, to_send: bool = True
) -> dict[str, str]:
    """Return every field that prevents keeping or sending the typed sheet, with its sentence.

    What cannot be kept, what is missing and what has a wrong form come at once, in the order of the
    page; one sentence for each field, which names it. Without ``to_send`` only what cannot be kept.
    """
    sheet, impossible = _read(values, asked)
    found = {**(problems_of(sheet, asked) if to_send else {}), **impossible}
    return {name: found[name] for name in asked.fields if name in found}


def _read(values: Mapping[str, str], asked: SheetQuestions) -> tuple[DataSheet, dict[str, str]]:
    """Return the sheet as far as it can be read, and what no draft may hold, by field."""
    problems: dict[str, str] = {}
    read: dict[str, Any] = {}
    for field in asked.fields:
        name, reader = _READERS[field]
        read[name] = reader(values.get(field, ""), field, problems)
    return with_listed_names(DataSheet(**read)), problems


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


def problems_of(sheet: DataSheet, asked: SheetQuestions = WORKSHOP) -> dict[str, str]:
    """Return the fields that prevent sending the sheet, each with a Spanish sentence on why."""
    given = typed_values(sheet)
    problems = {
        name: worded(_REQUIRED[name], place=worded(asked.place))
        for name in asked.fields
        if name in _REQUIRED and not given[name].strip()
    }
    problems |= list_problems(sheet)
    if "shared_with" in asked.fields and (problem := problem_of(sheet.shared_with)):
        problems["shared_with"] = problem
    if "workshops" in asked.fields and (problem := workshops.problem_of(sheet.workshops)):
        problems["workshops"] = problem
    if sheet.phone and not PHONE.fullmatch(sheet.phone):
        problems["phone"] = gettext_noop(
            "Escriba su teléfono con 9 o 10 números, por ejemplo 0991234567."
        )
    if sheet.notice_email and not is_address(sheet.notice_email):
        problems["notice_email"] = gettext_noop(
            "Revise el otro correo. Escríbalo completo, como nombre@correo.com, sin tildes ni eñes."
        )
    return problems


_TEXT_FIELDS: Final = (
    "trade", "ciiu", "province", "canton", "address", "phone", "notice_email", "organisation",
    "shared_with", "workshops",
)  # fmt: skip
_PEOPLE_FIELDS: Final = ("workers", "apprentices")
_CALLED: Final = {
    "trade": trade_words.CALLED,
    "ciiu": gettext_noop("La actividad"),
    "province": gettext_noop("La provincia"),
    "canton": gettext_noop("El cantón"),
    "address": gettext_noop("La dirección"),
    "workers": gettext_noop("Operarios"),
    "apprentices": gettext_noop("Aprendices"),
    "phone": gettext_noop("El teléfono"),
    "notice_email": gettext_noop("El otro correo"),
    "employees": gettext_noop("Personas que emplea"),
    "organisation": gettext_noop("La organización"),
    "members": gettext_noop("Socios"),
    "shared_with": gettext_noop("El taller compartido"),
}
"""What the sentences call each field."""
_PRINTED_FIELDS: Final = frozenset({"trade", "province", "canton", "address"})
"""What an issued document prints."""
_REQUIRED: Final = {
    "trade": trade_words.MISSING,
    "ciiu": trade_words.ACTIVITY_MISSING,
    "province": gettext_noop("Elija la provincia donde está su %(place)s."),
    "canton": gettext_noop("Escriba el cantón donde está su %(place)s."),
    "address": gettext_noop("Escriba la calle y una referencia de su %(place)s."),
    "phone": gettext_noop("Escriba un teléfono suyo, por si necesitamos llamarle."),
    "employees": gettext_noop("Escriba cuántas personas emplea. Si no emplea a nadie, escriba 0."),
    "sales": gettext_noop(
        "Escriba sus ventas en dólares, por ejemplo 85.000. Si no vendió nada, escriba 0."
    ),
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
        problems[name] = worded(
            "%(name)s puede tener %(most)s letras como máximo.",
            name=worded(_CALLED[name]),
            most=MAX_TEXT,
        )
    if any(not char.isprintable() for char in cleaned):
        problems[name] = worded(
            "%(name)s tiene un signo que no podemos guardar. Escríbalo otra vez, solo con letras.",
            name=worded(_CALLED[name]),
        )
    elif name in _PRINTED_FIELDS and (problem := undrawn_problem(cleaned, field=_CALLED[name])):
        problems[name] = problem
    return cleaned


def _phone(value: str, name: str, problems: dict[str, str]) -> str:
    return phone_number(_text(value, name, problems))


def _people(value: str, name: str, problems: dict[str, str]) -> int:
    return _number(value, name, problems, most=MAX_PEOPLE) or 0


def _employees(value: str, name: str, problems: dict[str, str]) -> int | None:
    return _number(value, name, problems, most=MAX_EMPLOYEES)


def _number(value: str, name: str, problems: dict[str, str], *, most: int) -> int | None:
    """Return the typed number, None for nothing typed."""
    cleaned = value.strip()
    if cleaned and (not PEOPLE.fullmatch(cleaned) or int(cleaned) > most):
        problems[name] = worded(
            "%(name)s: escriba un número entre 0 y %(most)s.", name=worded(_CALLED[name]), most=most
        )
        return None
    return int(cleaned) if cleaned else None


def _workshops(value: str, name: str, problems: dict[str, str]) -> str:
    if problem := workshops.impossible(value):
        problems[name] = problem
        return ""
    return workshops.as_kept(value)


def _shared(value: str, name: str, problems: dict[str, str]) -> str:
    """Return the typed RUC, as many as there may be."""
    kept = as_kept(value)
    if len(kept) > MOST_SHARING * (RUC_DIGITS + 2):
        problems[name] = f"Puede poner hasta {MOST_SHARING} RUC."
        return ""
    return kept if kept.isascii() and kept.isprintable() else _text(kept, name, problems)


def _sales(value: str, name: str, problems: dict[str, str]) -> int | None:
    if not value.strip():
        return None
    try:
        return read_usd(value, field=name)
    except InvalidInputError as error:
        problems.update(error.problems)
        return None


def _chosen(value: str, _name: str, _problems: dict[str, str]) -> bool:
    return value.strip() == "y"


_READERS: Final[Mapping[str, tuple[str, Callable[[str, str, dict[str, str]], Any]]]] = (
    MappingProxyType(
        {
            **{name: (name, _text) for name in _TEXT_FIELDS},
            **{name: (name, _people) for name in _PEOPLE_FIELDS},
            "phone": ("phone", _phone),
            "employees": ("employees", _employees),
            "members": ("members", _employees),
            "shared_with": ("shared_with", _shared),
            "workshops": ("workshops", _workshops),
            "sales": ("sales_cents", _sales),
            "started_this_year": ("started_this_year", _chosen),
        }
    )
)
"""By form field: the name of the sheet's field, and how it is read."""
