"""Compares the data sheet with the SRI's register, row by row, and marks the differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review_service.domain import folding
from review_service.domain.data_sheet import MAX_APPRENTICES, MAX_WORKERS, DataSheet
from review_service.domain.taxpayers import TaxpayerStatus

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
    """Why it is marked, as a sentence; empty when nothing differs."""


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
    )


def _activity(sheet: DataSheet, places: Sequence[Mapping[str, Any]]) -> SheetRow:
    same = [place for place in places if _plain(place.get("ciiu")) == _plain(sheet.ciiu)]
    shown = (same or list(places))[:1]
    return SheetRow(
        name="activity",
        label="Actividad",
        applied=" · ".join(part for part in (sheet.trade, sheet.ciiu) if part),
        registered=" ".join(
            f"{place.get('ciiu', '')} {place.get('activity', '')}" for place in shown
        ),
        differs=bool(places) and not same,
        note="" if same or not places else "Ese CIIU no consta en su RUC.",
    )


def _place(sheet: DataSheet, places: Sequence[Mapping[str, Any]]) -> SheetRow:
    wanted = (_plain(sheet.canton), _plain(sheet.province))
    same = [p for p in places if (_plain(p.get("canton")), _plain(p.get("province"))) == wanted]
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
    )


def _plain(value: object) -> str:
    return folding.squeeze(str(value or ""))
