"""Writes the sample people as the files that an institution would import."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from review_service.domain.terms import ecuador_today
from review_service.samples.people import EVERYBODY, Person, Place

CATASTRO: Final = "SRI_RUC_demostracion.csv"
MAIL_FEED: Final = "correos.csv"
PRIOR_AGREEMENTS: Final = "acuerdos-anteriores.csv"
CATASTRO_COLUMNS: Final = (
    "NUMERO_RUC", "RAZON_SOCIAL", "CODIGO_JURISDICCION", "ESTADO_CONTRIBUYENTE",
    "CLASE_CONTRIBUYENTE", "FECHA_INICIO_ACTIVIDADES", "FECHA_ACTUALIZACION",
    "FECHA_SUSPENSION_DEFINITIVA", "FECHA_REINICIO_ACTIVIDADES", "OBLIGADO", "TIPO_CONTRIBUYENTE",
    "NUMERO_ESTABLECIMIENTO", "NOMBRE_FANTASIA_COMERCIAL", "ESTADO_ESTABLECIMIENTO",
    "DESCRIPCION_PROVINCIA_EST", "DESCRIPCION_CANTON_EST", "DESCRIPCION_PARROQUIA_EST",
    "CODIGO_CIIU", "ACTIVIDAD_ECONOMICA", "AGENTE_RETENCION", "ESPECIAL",
)  # fmt: skip
COMPANY_THIRD_DIGIT: Final = "9"
BEGAN: Final = "04/05/2015"


def write(folder: Path) -> tuple[Path, Path, Path]:
    """Write catastro, e-mail feed and prior agreements; return their paths in that order."""
    catastro = folder / CATASTRO
    feed = folder / MAIL_FEED
    prior = folder / PRIOR_AGREEMENTS
    _write_lines(catastro, ["|".join(CATASTRO_COLUMNS), *_catastro_lines()])
    _write_lines(
        feed,
        ["NUMERO_RUC|CORREO", *(f"{each.ruc}|{each.email}" for each in EVERYBODY if each.email)],
    )
    _write_lines(
        prior,
        [
            "NUMERO|RUC|TITULAR|ACTIVIDAD|EMITIDO|VALIDO_HASTA",
            *(_prior_line(each) for each in EVERYBODY if each.prior),
        ],
    )
    return catastro, feed, prior


def _catastro_lines() -> Iterator[str]:
    for person in EVERYBODY:
        first = (person.province, person.canton, person.parish)
        for number, place in enumerate((first, *person.branches), start=1):
            yield _catastro_line(person, number, place)


def _catastro_line(person: Person, number: int, place: Place) -> str:
    is_company = person.ruc[2] == COMPANY_THIRD_DIGIT
    suspended = "12/03/2025" if person.status == "SUSPENDIDO" else ""
    began = f"01/01/{ecuador_today().year}" if person.began_this_year else BEGAN
    return "|".join(
        (
            person.ruc, person.name, f"DZ-{person.province}", person.status,
            "GEN" if is_company else "RMP", began, "18/08/2026", suspended, "", "N",
            "SOCIEDADES" if is_company else "PERSONA NATURAL", str(number), "",
            "ABI" if person.status == "ACTIVO" else "CER", *place, person.trade.ciiu,
            person.trade.activity, "N", "N",
        )
    )  # fmt: skip


def _prior_line(person: Person) -> str:
    prior = person.prior
    if prior is None:
        return ""
    days = (prior.issued_on.isoformat(), prior.valid_until.isoformat())
    return "|".join((prior.number, prior.ruc, prior.holder, prior.activity, *days))


def _write_lines(file: Path, lines: Iterable[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
