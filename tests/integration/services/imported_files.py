"""Files of the registers for tests of their import, and what came of one."""

import csv
from pathlib import Path

from review_service.db.models import (
    TaxpayerRow,
)
from review_service.services.upkeep import importing
from review_service.services.upkeep.importing import Imported
from review_service.services.upkeep.imports import kinds
from tests.factories import Office
from tests.integration.services import steps

COLUMNS = (
    "NUMERO_RUC|RAZON_SOCIAL|CODIGO_JURISDICCION|ESTADO_CONTRIBUYENTE|CLASE_CONTRIBUYENTE|"
    "FECHA_INICIO_ACTIVIDADES|FECHA_ACTUALIZACION|FECHA_SUSPENSION_DEFINITIVA|"
    "FECHA_REINICIO_ACTIVIDADES|OBLIGADO|TIPO_CONTRIBUYENTE|NUMERO_ESTABLECIMIENTO|"
    "NOMBRE_FANTASIA_COMERCIAL|ESTADO_ESTABLECIMIENTO|DESCRIPCION_PROVINCIA_EST|"
    "DESCRIPCION_CANTON_EST|DESCRIPCION_PARROQUIA_EST|CODIGO_CIIU|ACTIVIDAD_ECONOMICA|"
    "AGENTE_RETENCION|ESPECIAL"
)
AGREEMENTS = "NUMERO|RUC|TITULAR|ACTIVIDAD|EMITIDO|VALIDO_HASTA"
FIRST = "1790001563001"


def line(
    ruc: str = FIRST,
    name: str = "PEÑA MUÑOZ ÍÑIGO",
    *,
    state: str = "ACTIVO",
    place: str = "001",
    ciiu: str = "C1392.09",
) -> str:
    return (
        f"{ruc}|{name}|10|{state}|RMP|02/03/2015|||||PERSONA NATURAL|{place}|EL TELAR|ABI|"
        f"IMBABURA|OTAVALO|SAN LUIS|{ciiu}|TEXTILES|N|N"
    )


def numbered(count: int) -> list[str]:
    return [line(f"17{number:08}001", f"PERSONA {number}") for number in range(count)]


def write(folder: Path, *lines: str, encoding: str = "utf-8", name: str = "catastro.csv") -> Path:
    file = folder / name
    file.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return file


def bring_in(office: Office, file: Path, *, accept_names: bool = False) -> Imported:
    return importing.import_file(
        office.database,
        file,
        kinds.registry_kind,
        progress=lambda _: None,
        accept_names=accept_names,
    )


def bring_agreements(office: Office, file: Path) -> Imported:
    return importing.import_file(
        office.database, file, kinds.agreements_kind, progress=lambda _: None
    )


def told(done: Imported, *columns: str) -> list[tuple[str, ...]]:
    """Return some columns of the report's lines."""
    assert done.report is not None
    with done.report.open(encoding="utf-8-sig", newline="") as text:
        return [tuple(row[name] for name in columns) for row in csv.DictReader(text, delimiter=";")]


def feed(folder: Path, *lines: str, name: str = "correos.csv") -> Path:
    return write(folder, "NUMERO_RUC|CORREO", *lines, name=name)


def taxpayer(office: Office, ruc: str = FIRST) -> TaxpayerRow:
    return steps.stored(office, TaxpayerRow, ruc)
