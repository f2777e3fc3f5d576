"""Compares the data sheet with the SRI's register, row by row, and marks the differences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from review_service.domain import folding
from review_service.domain.data_sheet import (
    MAX_APPRENTICES,
    MAX_WORKERS,
    WORKSHOP,
    DataSheet,
    SheetQuestions,
)
from review_service.domain.errors import InvalidInputError
from review_service.domain.item_words import fact_words
from review_service.domain.money import usd
from review_service.domain.provinces import registered_place
from review_service.domain.taxpayers import TaxpayerStatus
from review_service.domain.validity import normalise_ciiu
from review_service.domain.wording import gettext_noop, told_value
from review_service.domain.workshops import lines_of

CODE_PREFIX = "sheet_"
"""Begins the code of every finding that comes from this comparison."""
_DOCUMENT = {"taller": "el Acuerdo", "negocio": "el certificado"}
"""What the sheet of each place of work is for."""
REGIMES = {"RMP": "RIMPE", "GEN": "régimen general", "SIM": "RISE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One fact as the applicant gives it and as the register holds it."""

    name: str
    """Stable, for the finding's code."""
    label: str
    applied: str
    registered: str
    differs: bool
    note: str = ""
    """Why it is marked, as a sentence for the officer; empty when nothing differs."""
    advice: str = ""
    """The same for the applicant, who reads it before sending, with what to do."""


def sheet_rows(
    *, holder: str, sheet: DataSheet, facts: Mapping[str, Any], asked: SheetQuestions = WORKSHOP
) -> tuple[SheetRow, ...]:
    """Return the rows of what a track asks; ``facts`` is what the register says."""
    places = _open_places(facts)
    of_field = {
        "address": SheetRow(
            name="address", label="Dirección", applied=sheet.address, registered="", differs=False
        ),
        "workers": _people("workers", "Operarios", sheet.workers, MAX_WORKERS),
        "apprentices": _people("apprentices", "Aprendices", sheet.apprentices, MAX_APPRENTICES),
        "employees": _employees(sheet),
        "sales": _sales(sheet),
        "started_this_year": _started(sheet, facts),
        "phone": SheetRow(
            name="phone", label="Teléfono", applied=sheet.phone, registered="", differs=False
        ),
        "notice_email": SheetRow(
            name="email",
            label="Correo",
            applied=sheet.notice_email,
            registered=str(facts.get("email", "")),
            differs=False,
        ),
    }
    return (
        _name(holder, facts),
        _status(facts, asked),
        _activity(sheet, places),
        _place(sheet, places, asked),
        *(of_field[field] for field in asked.fields if field in of_field),
        *_only_where_given(sheet, asked),
    )


def tax_status(facts: Mapping[str, Any]) -> str:
    """Return state and regime of a RUC as the register says them, such as «ACTIVO, RIMPE»."""
    code = str(facts.get("taxpayer_class", ""))
    parts = (str(facts.get("status", "")), REGIMES.get(code, code))
    return ", ".join(part for part in parts if part)


def asked_at(facts: Mapping[str, Any]) -> datetime | None:
    """Return when the register said this; None for facts of before that was kept."""
    said = facts.get("asked_at")
    return datetime.fromisoformat(said) if said else None


def advice_on_sheet(
    *, holder: str, sheet: DataSheet, facts: Mapping[str, Any], asked: SheetQuestions = WORKSHOP
) -> tuple[str, ...]:
    """Return what officers will be warned of, in the applicant's words, in the printed order."""
    rows = sheet_rows(holder=holder, sheet=sheet, facts=facts, asked=asked)
    return tuple(row.advice for row in rows if row.differs)


def _open_places(facts: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    places: Sequence[Mapping[str, Any]] = facts.get("establishments") or ()
    return [place for place in places if place.get("is_open", True)] or places


def _name(holder: str, facts: Mapping[str, Any]) -> SheetRow:
    registered = str(facts.get("name", ""))
    differs = bool(registered) and _plain(holder) != _plain(registered)
    return SheetRow(
        name="holder",
        label="Nombre",
        applied=holder,
        registered=registered,
        differs=differs,
        note="El nombre no es el que consta en el SRI." if differs else "",
        advice=gettext_noop(
            "El nombre de esta solicitud no es el que consta en el SRI. Si cambió, retire esta "
            "solicitud y abra otra."
        )
        if differs
        else "",
    )


def _status(facts: Mapping[str, Any], asked: SheetQuestions) -> SheetRow:
    status = str(facts.get("status", ""))
    active = status == TaxpayerStatus.ACTIVE.value
    return SheetRow(
        name="status",
        label="Estado",
        applied="",
        registered=tax_status(facts),
        differs=not active,
        note="" if active else "El RUC no consta activo.",
        advice=""
        if active
        else "Su RUC no consta activo en el SRI. Actívelo allí: sin eso pueden negarle "
        f"{_DOCUMENT[asked.place]}.",
    )


def _activity(sheet: DataSheet, places: Sequence[Mapping[str, Any]]) -> SheetRow:
    same = [place for place in places if is_activity(sheet.ciiu, str(place.get("ciiu") or ""))]
    shown = (same or list(places))[:1]
    listed = any(place.get("ciiu") for place in places)
    return SheetRow(
        name="activity",
        label="Actividad",
        applied=" · ".join(part for part in (sheet.trade, sheet.ciiu) if part),
        registered=" ".join(
            f"{place.get('ciiu', '')} {place.get('activity', '')}" for place in shown
        ),
        differs=not same,
        note=""
        if same
        else "Ese CIIU no consta en su RUC."
        if listed
        else "El SRI no registra ninguna actividad de este RUC.",
        advice=""
        if same
        else gettext_noop(
            "La actividad que puso no consta en su RUC. Elija una que conste, o agréguela en el "
            "SRI; si la deja así, una persona decidirá si vale."
        )
        if listed
        else gettext_noop(
            "El SRI no registra ninguna actividad en su RUC, así que una persona decidirá si vale "
            "la que puso."
        ),
    )


def _place(
    sheet: DataSheet, places: Sequence[Mapping[str, Any]], asked: SheetQuestions
) -> SheetRow:
    wanted = registered_place(sheet.province, sheet.canton)
    same = [
        place
        for place in places
        if registered_place(str(place.get("province") or ""), str(place.get("canton") or ""))
        == wanted
    ]
    shown = (same or list(places))[:1]
    return SheetRow(
        name="place",
        label="Lugar",
        applied=", ".join(part for part in (sheet.canton, sheet.province) if part),
        registered=", ".join(
            str(place.get(name, ""))
            for place in shown
            for name in ("parish", "canton", "province")
            if place.get(name)
        ),
        differs=bool(places) and not same,
        note="" if same or not places else "El SRI no registra un local abierto en ese cantón.",
        advice=""
        if same or not places
        else f"El SRI no registra un local suyo abierto en {sheet.canton}, {sheet.province}. "
        f"Revise el cantón; si su {asked.place} está allí, actualice su RUC.",
    )


def _only_where_given(sheet: DataSheet, asked: SheetQuestions) -> Iterator[SheetRow]:
    """Yield what only some applicants of a track are asked, where they said it."""
    given = {
        "organisation": ("Organización", fact_words("organisation", sheet.organisation)),
        "members": ("Socios", "" if sheet.members is None else str(sheet.members)),
        "workshops": ("Otros talleres", "; ".join(lines_of(sheet.workshops))),
        "shared_with": ("Comparte el taller con", sheet.shared_with),
    }
    for name, (label, applied) in given.items():
        if name in asked.fields and applied:
            yield SheetRow(name=name, label=label, applied=applied, registered="", differs=False)


def _people(name: str, label: str, number: int, limit: int) -> SheetRow:
    over = number > limit
    return SheetRow(
        name=name,
        label=label,
        applied=str(number),
        registered="",
        differs=over,
        note=f"{label}: {number}; la Ley de Defensa del Artesano admite {limit}." if over else "",
        advice=f"Puso {number} {label.lower()}; la Ley de Defensa del Artesano admite {limit}. "
        "Revise el número: con más pueden negarle el Acuerdo."
        if over
        else "",
    )


def _employees(sheet: DataSheet) -> SheetRow:
    given = "" if sheet.employees is None else str(sheet.employees)
    return SheetRow(
        name="employees", label="Personas que emplea", applied=given, registered="", differs=False
    )


def _sales(sheet: DataSheet) -> SheetRow:
    year = f" de {sheet.sales_year}" if sheet.sales_year else ""
    so_far = " hasta hoy" if sheet.started_this_year else ""
    return SheetRow(
        name="sales",
        label=f"Ventas brutas{year}{so_far}",
        applied="" if sheet.sales_cents is None else usd(sheet.sales_cents),
        registered="",
        differs=False,
    )


def _started(sheet: DataSheet, facts: Mapping[str, Any]) -> SheetRow:
    """Return whether the register bears out the year that the sales are of."""
    registered, year = str(facts.get("started_on") or ""), sheet.sales_year
    began = int(registered[:4]) if registered[:4].isdigit() else None
    if began is None:
        return _started_unknown(sheet, year)
    differs = False
    if year is not None:
        differs = began < year if sheet.started_this_year else began > year
    return SheetRow(
        name="started",
        label="Inicio de actividades",
        applied=f"Este año ({year})" if sheet.started_this_year and year else "",
        registered=told_value(registered),
        differs=differs,
        note=f"Las ventas son de {year}, y el RUC consta con inicio de actividades en {began}."
        if differs
        else "",
        advice=f"Sus ventas son de {year}, pero el SRI dice que empezó en {began}. Revise si marcó "
        "bien «Empecé este año»."
        if differs
        else "",
    )


def _started_unknown(sheet: DataSheet, year: int | None) -> SheetRow:
    """Return the row where the register has no day: nobody knows but the applicant."""
    differs = sheet.started_this_year
    return SheetRow(
        name="started",
        label="Inicio de actividades",
        applied=f"Este año ({year})" if differs and year else "",
        registered="",
        differs=differs,
        note="Dice que empezó este año, y el SRI no registra desde cuándo tiene actividades."
        if differs
        else "",
        advice=gettext_noop(
            "El SRI no registra desde cuándo tiene actividades, así que una persona revisará "
            "que empezó este año."
        )
        if differs
        else "",
    )


def activity_words(facts: Mapping[str, Any], ciiu: str) -> str:
    """Return the register's words for a CIIU code of the RUC; empty where it has none."""
    for place in facts.get("establishments", []):
        if is_activity(ciiu, str(place["ciiu"])):
            return str(place["activity"])
    return ""


def told_activity(facts: Mapping[str, Any], sheet: DataSheet) -> str:
    """Return what it makes or does in its own words, or the register's; else the CIIU code."""
    return sheet.trade or activity_words(facts, sheet.ciiu) or sheet.ciiu


def is_activity(code: str, registered: str) -> bool:
    """Whether a CIIU code is the registered one, however either is written."""
    return bool(code) and _activity_key(code) == _activity_key(registered)


def _activity_key(code: str) -> str:
    """Return a CIIU code as it is compared, empty for none."""
    try:
        return normalise_ciiu(code)
    except InvalidInputError:
        return _plain(code)


def _plain(value: object) -> str:
    return folding.squeeze(str(value or ""))
