"""Compares the data sheet with the SRI's register, row by row, and marks the differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review_service.domain import folding
from review_service.domain.data_sheet import MAX_APPRENTICES, MAX_WORKERS, DataSheet
from review_service.domain.errors import InvalidInputError
from review_service.domain.provinces import registered_place
from review_service.domain.taxpayers import TaxpayerStatus
from review_service.domain.validity import normalise_ciiu

CODE_PREFIX = "sheet_"
"""Begins the code of every finding that comes from this comparison."""
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


def sheet_rows(*, holder: str, sheet: DataSheet, facts: Mapping[str, Any]) -> tuple[SheetRow, ...]:
    """Return the rows; ``facts`` is what the register said when the draft was opened."""
    places = _open_places(facts)
    return (
        _name(holder, facts),
        _status(facts),
        _activity(sheet, places),
        _place(sheet, places),
        SheetRow(
            name="address", label="Dirección", applied=sheet.address, registered="", differs=False
        ),
        _people("workers", "Operarios", sheet.workers, MAX_WORKERS),
        _people("apprentices", "Aprendices", sheet.apprentices, MAX_APPRENTICES),
        SheetRow(name="phone", label="Teléfono", applied=sheet.phone, registered="", differs=False),
        SheetRow(
            name="email",
            label="Correo",
            applied=sheet.notice_email,
            registered=str(facts.get("email", "")),
            differs=False,
        ),
    )


def advice_on_sheet(*, holder: str, sheet: DataSheet, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what officers will be warned of, in the applicant's words, in the printed order."""
    rows = sheet_rows(holder=holder, sheet=sheet, facts=facts)
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
        advice="El nombre de esta solicitud no es el que consta en el SRI. Si cambió, retire esta "
        "solicitud y abra otra."
        if differs
        else "",
    )


def _status(facts: Mapping[str, Any]) -> SheetRow:
    status = str(facts.get("status", ""))
    code = str(facts.get("taxpayer_class", ""))
    regime = REGIMES.get(code, code)
    active = status == TaxpayerStatus.ACTIVE.value
    return SheetRow(
        name="status",
        label="Estado",
        applied="",
        registered=", ".join(part for part in (status, regime) if part),
        differs=not active,
        note="" if active else "El RUC no consta activo.",
        advice=""
        if active
        else "Su RUC no consta activo en el SRI. Actívelo allí: sin eso pueden negarle el Acuerdo.",
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
        else "La actividad que puso no consta en su RUC. Elija una que conste, o agréguela en el "
        "SRI; si la deja así, una persona decidirá si vale."
        if listed
        else "El SRI no registra ninguna actividad en su RUC, así que una persona decidirá si vale "
        "la que puso.",
    )


def _place(sheet: DataSheet, places: Sequence[Mapping[str, Any]]) -> SheetRow:
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
        "Revise el cantón; si su taller está allí, actualice su RUC.",
    )


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
