"""The data sheet beside what the SRI's register said, row by row, with what differs marked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review_service.db.queries.folding import fold
from review_service.domain.data_sheet import MAX_APPRENTICES, MAX_WORKERS, DataSheet
from review_service.domain.taxpayers import TaxpayerStatus

REGIMES = {"RMP": "RIMPE", "GEN": "régimen general", "SIM": "RISE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One fact as the applicant gives it and as the register holds it."""

    label: str
    applied: str
    registered: str
    differs: bool
    note: str = ""
    """Why it is marked, when that is not plain to see."""


def sheet_rows(*, holder: str, sheet: DataSheet, facts: Mapping[str, Any]) -> tuple[SheetRow, ...]:
    """Return the rows of the comparison; ``facts`` is what the register said at the opening."""
    places = _open_places(facts)
    return (
        _name(holder, facts),
        _status(facts),
        _activity(sheet, places),
        _place(sheet, places),
        SheetRow(label="Dirección", applied=sheet.address, registered="", differs=False),
        _people("Operarios", sheet.workers, MAX_WORKERS),
        _people("Aprendices", sheet.apprentices, MAX_APPRENTICES),
        SheetRow(label="Teléfono", applied=sheet.phone, registered="", differs=False),
        SheetRow(
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
    return SheetRow(
        label="Nombre",
        applied=holder,
        registered=registered,
        differs=bool(registered) and _plain(holder) != _plain(registered),
    )


def _status(facts: Mapping[str, Any]) -> SheetRow:
    status = str(facts.get("status", ""))
    code = str(facts.get("taxpayer_class", ""))
    regime = REGIMES.get(code, code)
    active = status == TaxpayerStatus.ACTIVE.value
    return SheetRow(
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


def _people(label: str, number: int, limit: int) -> SheetRow:
    over = number > limit
    return SheetRow(
        label=label,
        applied=str(number),
        registered="",
        differs=over,
        note=f"La Ley de Defensa del Artesano admite {limit} como máximo." if over else "",
    )


def _plain(value: object) -> str:
    return re.sub(r"[^a-z0-9]", "", fold(str(value or "")))
