"""The monthly figures as files: CSV, JSON, data package, feed.

Input are figures as ``db/queries/figures.py`` gives them; output is text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from review_service.domain.disclosure import Group
from review_service.domain.figures import DEFINITIONS, MonthFigures
from review_service.domain.month_groups import Breakdown
from review_service.domain.open_data import DataLicence

NAME: Final = "cifras-mensuales-rum"
TITLE: Final = "Cifras mensuales del Registro Único de MIPYMES"
SUMMARY: Final = "Quejas y atenciones de cada mes desde enero de 2019, con sus versiones."
WITHHELD: Final = "retenido"
"""Stands for a breakdown of which no group is told."""
ALL: Final = "todos"
"""Its groups, where none is told: a key has no empty part."""
DAYS: Final = "dias"

INTEGER, TEXT, NUMBER, DAY, MOMENT = "integer", "string", "number", "date", "datetime"
Fields = Mapping[str, tuple[str, str]]
"""Of each column its type and what it says, in Spanish."""
_MONTH: Final[Fields] = {
    "anio": (INTEGER, "Año"),
    "mes": (INTEGER, "Mes, de 1 a 12"),
}
_COUNTS: Final[Fields] = {
    "quejas": (INTEGER, "Volumen de quejas; vacío: sin dato"),
    "atenciones": (INTEGER, "Volumen de atenciones; vacío: sin dato"),
}
_VERSION: Final[Fields] = {
    "version": (INTEGER, "Versión del mes; vacío: el mes no está cerrado"),
    "fuente": (TEXT, "Publicado antes, contado por este servicio, o corregido"),
    "origen": (TEXT, "Dónde se publicó lo que no contó este servicio"),
    "definicion": (INTEGER, "Versión de la definición; vacío: la fuente no la dice"),
}
MONTHS: Final[Fields] = {
    **_MONTH,
    **_COUNTS,
    **_VERSION,
    "hasta": (DAY, "Último día que cuenta un mes sin cerrar; vacío en los demás"),
}
VERSIONS: Final[Fields] = {
    **_MONTH,
    **_COUNTS,
    **_VERSION,
    "motivo": (TEXT, "Por qué se corrigió"),
    "autor": (TEXT, "Quién lo corrigió"),
    "registrado": (MOMENT, "Cuándo se registró la versión"),
}
GROUPS: Final[Fields] = {
    **_MONTH,
    "desglose": (TEXT, "Por qué se separan las atenciones; «dias»: tiempo hasta la decisión"),
    "grupo": (TEXT, "Grupo del desglose"),
    "valor": (NUMBER, "Atenciones del grupo, o días; vacío: oculto"),
    "oculto": (TEXT, "Por qué está vacío; «retenido»: no se publica ningún grupo"),
}
Row = Sequence[object]


def month_rows(months: Iterable[MonthFigures]) -> Iterator[Row]:
    """Yield a row of ``MONTHS`` for each month."""
    for each in months:
        to = each.counted_to and each.counted_to.isoformat()
        yield (*_place(each), each.complaints, each.attentions, *_version(each), to)


def version_rows(versions: Iterable[MonthFigures]) -> Iterator[Row]:
    """Yield a row of ``VERSIONS`` for each version."""
    for each in versions:
        at = each.recorded_at and _moment(each.recorded_at)
        numbers = (each.complaints, each.attentions)
        yield (*_place(each), *numbers, *_version(each), each.reason, each.author, at)


def group_rows(months: Iterable[MonthFigures]) -> Iterator[Row]:
    """Yield rows of ``GROUPS`` for each month that has breakdowns."""
    for each in months:
        if each.groups is None:
            continue
        for breakdown, groups in each.groups.groups.items():
            for row in _told(breakdown, groups):
                yield (*_place(each), *row)
        for name, days in (("mediana", each.groups.median_days), ("p90", each.groups.p90_days)):
            yield (*_place(each), DAYS, name, days, WITHHELD if days is None else "")


def as_json(fields: Fields, rows: Iterable[Row]) -> list[dict[str, object]]:
    """Return rows as objects."""
    return [dict(zip(fields, row, strict=True)) for row in rows]


def everything(
    months: Sequence[MonthFigures], versions: Sequence[MonthFigures], licence: DataLicence
) -> dict[str, Any]:
    """Return all that is published, for JSON."""
    return {
        "titulo": TITLE,
        "licencia": {"nombre": licence.name, "titulo": licence.title, "url": licence.url},
        "definiciones": {
            str(version): {"quejas": each.complaints, "atenciones": each.attentions}
            for version, each in DEFINITIONS.items()
        },
        "meses": as_json(MONTHS, month_rows(months)),
        "versiones": as_json(VERSIONS, version_rows(versions)),
        "desgloses": as_json(GROUPS, group_rows(months)),
    }


def data_package(
    licence: DataLicence, *, publisher: str, home: str, created: datetime | None
) -> dict[str, Any]:
    """Describe the CSV files as a data package (Frictionless, «tabular-data-package»)."""
    made = {"created": _moment(created)} if created else {}
    return {
        "profile": "tabular-data-package",
        "name": NAME,
        "title": TITLE,
        "description": SUMMARY,
        "homepage": home,
        **made,
        "licenses": [{"name": licence.name, "title": licence.title, "path": licence.url}],
        "contributors": [{"title": publisher, "role": "publisher"}],
        "resources": [
            _resource("meses", "Meses", MONTHS, ["anio", "mes"]),
            _resource("versiones", "Versiones de cada mes", VERSIONS, ["anio", "mes", "version"]),
            _resource(
                "desgloses", "Desgloses de cada mes", GROUPS, ["anio", "mes", "desglose", "grupo"]
            ),
        ],
    }


def _resource(name: str, title: str, fields: Fields, key: Sequence[str]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": title,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": field, "type": kind, "description": said}
                for field, (kind, said) in fields.items()
            ],
            "missingValues": [""],
            "primaryKey": list(key),
        },
    }


def _place(each: MonthFigures) -> Row:
    return each.month.year, each.month.number


def _version(each: MonthFigures) -> Row:
    source = "" if each.source is None else each.source.label
    return each.version, source, each.origin, each.definition


def _told(breakdown: Breakdown, groups: tuple[Group, ...] | None) -> Iterator[Row]:
    if groups is None:
        yield breakdown.value, ALL, None, WITHHELD
        return
    for one in groups:
        hidden = "" if one.hidden is None else one.hidden.label
        yield breakdown.value, one.key, one.count, hidden


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
