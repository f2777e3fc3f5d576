"""Reads lines of the SRI's open catastro and of the institution's e-mail feed.

One line per establishment, ``|`` separated. Headers are matched leniently: a misspelt one and
files without the last two columns exist. Source: the service's design notes, «The SRI's data».
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from review_service.domain.folding import ascii_only
from review_service.domain.taxpayers import TaxpayerStatus

SEPARATOR = "|"
REQUIRED = ("NUMERO_RUC", "RAZON_SOCIAL", "ESTADO_CONTRIBUYENTE", "NUMERO_ESTABLECIMIENTO")
DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%Y%m%d", "%d-%m-%Y")
RUC = re.compile(r"[0-9]{13}")
ESTABLISHMENT = re.compile(r"[0-9A-Za-z]{1,10}")
EMAIL = re.compile(
    r"(?![.])(?!.*[.]{2})[A-Za-z0-9.!#$%&'*+/=?^_`{}~-]{1,64}(?<![.])"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?[.])+[A-Za-z]{2,24}"
)
"""Addresses that every mail relay accepts: ASCII, no quotes, no repeated dots (RFC 5321)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatastroLine:
    """One establishment with its taxpayer's facts."""

    ruc: str
    name: str
    status: TaxpayerStatus
    taxpayer_class: str
    taxpayer_type: str
    started_on: date | None
    number: str
    trade_name: str
    is_open: bool
    province: str
    canton: str
    parish: str
    ciiu: str
    activity: str


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Return the position of each known column; misspelt names are recognised."""
    places = {_plain(name): place for place, name in enumerate(header)}
    for name in list(places):
        if name.startswith("DESCPRIPCION"):
            places[name.replace("DESCPRIPCION", "DESCRIPCION")] = places[name]
    return places


def is_catastro(header: Sequence[str]) -> bool:
    """Whether the header is that of a catastro file."""
    return set(REQUIRED) <= set(columns_of(header))


def is_email_feed(header: Sequence[str]) -> bool:
    """Whether the header is that of the ``NUMERO_RUC|CORREO`` feed."""
    return [_plain(name) for name in header] == ["NUMERO_RUC", "CORREO"]


def parse_line(cells: Sequence[str], columns: Mapping[str, int]) -> CatastroLine | None:
    """Return the line's facts, or None when it is no line of a catastro."""

    def cell(name: str) -> str:
        place = columns.get(name)
        text = cells[place] if place is not None and place < len(cells) else ""
        return text.replace("\0", "").strip()  # PostgreSQL keeps no NUL

    ruc, status = cell("NUMERO_RUC"), cell("ESTADO_CONTRIBUYENTE").upper()
    number = cell("NUMERO_ESTABLECIMIENTO").zfill(3)
    if not RUC.fullmatch(ruc) or not ESTABLISHMENT.fullmatch(number):
        return None
    if status not in {member.value for member in TaxpayerStatus}:
        return None
    return CatastroLine(
        ruc=ruc,
        name=cell("RAZON_SOCIAL"),
        status=TaxpayerStatus(status),
        taxpayer_class=cell("CLASE_CONTRIBUYENTE").upper(),
        taxpayer_type=cell("TIPO_CONTRIBUYENTE"),
        started_on=_date(cell("FECHA_INICIO_ACTIVIDADES")),
        number=number,
        trade_name=cell("NOMBRE_FANTASIA_COMERCIAL"),
        is_open=cell("ESTADO_ESTABLECIMIENTO").upper() in {"ABI", "ABIERTO"},
        province=cell("DESCRIPCION_PROVINCIA_EST").title(),
        canton=cell("DESCRIPCION_CANTON_EST").title(),
        parish=cell("DESCRIPCION_PARROQUIA_EST").title(),
        ciiu=cell("CODIGO_CIIU").replace(".", "").upper(),
        activity=cell("ACTIVIDAD_ECONOMICA"),
    )


def parse_email(cells: Sequence[str]) -> tuple[str, str] | None:
    """Return (RUC, address) of a feed line, or None when it is no such line."""
    if len(cells) != 2:  # noqa: PLR2004 -- the feed's two columns
        return None
    ruc, email = cells[0].strip(), cells[1].strip()
    if not RUC.fullmatch(ruc) or not EMAIL.fullmatch(email):
        return None
    return ruc, email


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", ascii_only(name).strip()).upper()


def _date(text: str) -> date | None:
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text[:10], form).date()  # noqa: DTZ007 -- a bare day
        except ValueError:
            continue
    return None
