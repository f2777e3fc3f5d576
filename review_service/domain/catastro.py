"""Reads lines of the SRI's open catastro and of the institution's e-mail feed.

One line per establishment, ``|`` separated. Headers are matched leniently: a misspelt one and
files without the last two columns exist. Source: the service's design notes, «The SRI's data».
A province has hundreds of thousands of lines with few different days, places and activities: what
those cells become is remembered.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final, NamedTuple, TypeVar

from review_service.domain.email_addresses import one_address
from review_service.domain.folding import ascii_only
from review_service.domain.imported_lines import RUC, LineRefusedError, day_in, ruc_in
from review_service.domain.paper_signs import undrawn_problem
from review_service.domain.taxpayers import TaxpayerStatus

SEPARATOR: Final = "|"
REQUIRED: Final = (
    "NUMERO_RUC", "RAZON_SOCIAL", "ESTADO_CONTRIBUYENTE", "NUMERO_ESTABLECIMIENTO"
)  # fmt: skip
OWN: Final = ("NUMERO_RUC", "RAZON_SOCIAL", "NOMBRE_FANTASIA_COMERCIAL")
STARTED: Final = "FECHA_INICIO_ACTIVIDADES"
STANDING: Final = (
    "ESTADO_CONTRIBUYENTE", "CLASE_CONTRIBUYENTE", "TIPO_CONTRIBUYENTE", "NUMERO_ESTABLECIMIENTO",
    "ESTADO_ESTABLECIMIENTO",
)  # fmt: skip
LOCATION: Final = (
    "DESCRIPCION_PROVINCIA_EST", "DESCRIPCION_CANTON_EST", "DESCRIPCION_PARROQUIA_EST",
)  # fmt: skip
ACTIVITY: Final = ("CODIGO_CIIU", "ACTIVIDAD_ECONOMICA")
READ: Final = (*OWN, STARTED, *STANDING, *LOCATION, *ACTIVITY)
"""The columns whose cells are kept."""
ESTABLISHMENT: Final = re.compile(r"[0-9A-Za-z]{1,10}")
OPEN: Final = frozenset({"ABI", "ABIERTO"})
CLOSED: Final = frozenset({"CER", "CERRADO", ""})
REMEMBERED: Final = 20_000
"""Most different cells, or groups of cells, that are remembered."""
_STATUSES: Final = frozenset(member.value for member in TaxpayerStatus)
_Cells = TypeVar("_Cells", bound=str | tuple[str, ...])
_Meant = TypeVar("_Meant")
SURELY_DRAWN: Final = re.compile("[ -~\u00a0-\u017f\u2018\u2019\u201c\u201d]*")
"""What every paper can print; other signs are looked up one by one."""

Facts = tuple[str | None, ...]
"""The fields of ``CatastroLine`` without their names, which takes a third of the time."""
Notice = Callable[[str], None]
"""Called with one Spanish sentence about a line that is taken all the same."""


class CatastroLine(NamedTuple):
    """One establishment with its taxpayer's facts, as both databases take them from text."""

    ruc: str
    name: str
    status: str
    taxpayer_class: str
    taxpayer_type: str
    started_on: str | None
    """``2015-03-02``, None when there is none or it is no day."""
    number: str
    trade_name: str
    is_open: str
    """``1`` or ``0``."""
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


def layout(header: Sequence[str]) -> tuple[dict[str, int], int, int]:
    """Return where each known column is, and how many cells a line has at least and at most."""
    places = columns_of(header)
    return places, 1 + max(places[name] for name in READ if name in places), len(header)


def parser(
    header: Sequence[str], notice: Notice, meanings: "Meanings | None" = None
) -> Callable[[list[str]], Facts]:
    """Return what turns the cells of a line into its facts; it raises ``LineRefusedError``.

    Cells that go together and come again are looked up together, in ``meanings``.
    """
    meant = meanings or Meanings()
    places, least, width = layout(header)
    adds_empty = not set(READ) <= set(places)

    def pick(*names: str) -> Callable[[Sequence[str]], tuple[str, ...]]:
        return itemgetter(*(places.get(name, width) for name in names))  # one empty cell is added

    own, kept, day_of = pick(*OWN), pick(*STANDING), places.get(STARTED, width)
    located, done = pick(*LOCATION), pick(*ACTIVITY)

    def parse(cells: list[str]) -> Facts:
        if not least <= len(cells) <= width:
            raise LineRefusedError(_width_problem(len(cells), width))
        if adds_empty or len(cells) < width:
            cells += [""] * (width + 1 - len(cells))
        ruc, name, trade = own(cells)
        if not RUC.fullmatch(ruc):
            ruc = ruc_in(ruc)
        status, kind, person, number, is_open = meant.standings[kept(cells)]
        day = meant.days[cells[day_of]]
        if day is None and cells[day_of].strip():
            notice("FECHA_INICIO_ACTIVIDADES no es un día que se entienda: se guardó sin ella.")
        if not is_open:
            notice("ESTADO_ESTABLECIMIENTO no es ABI ni CER: se guardó como cerrado.")
        name = name.strip()
        if not (name and name.isascii()):
            require_name(name)
        trade, opened = trade.strip(), is_open or "0"
        return (
            ruc, name, status, kind, person, day, number, trade, opened,
            *meant.locations[located(cells)], *meant.activities[done(cells)],
        )  # fmt: skip

    return parse


def parse_email(cells: list[str]) -> tuple[str, str]:
    """Return (RUC, address) of a feed line. Raises ``LineRefusedError``."""
    ruc, *rest = cells
    digits = ruc_in(ruc)
    # Two addresses parted by the separator are two in a cell as well.
    return digits, one_address(";".join(rest))


def require_name(name: str) -> None:
    """Raise ``LineRefusedError`` unless there is a name that a paper can print."""
    if not name:
        raise LineRefusedError("RAZON_SOCIAL está vacía.")
    _require_drawn(name, "RAZON_SOCIAL")


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", ascii_only(name).strip()).upper()


def _width_problem(found: int, width: int) -> str:
    if found > width:
        return (
            f"La línea tiene {found} columnas y la primera línea del archivo {width}: una barra "
            "«|» dentro de un nombre debe ir entre comillas."
        )
    return f"La línea está cortada: tiene {found} columnas y la primera línea del archivo {width}."


def _require_drawn(text: str, field: str) -> None:
    if SURELY_DRAWN.fullmatch(text):
        return
    if problem := undrawn_problem(text, field=field):
        raise LineRefusedError(problem)


def _standing(cells: tuple[str, ...]) -> tuple[str, str, str, str, str]:
    """Return status, class, type and number, and whether it is open (empty: nobody knows)."""
    status, kind, person, number, state = (cell.strip() for cell in cells)
    if status.upper() not in _STATUSES:
        raise LineRefusedError("ESTADO_CONTRIBUYENTE no es ACTIVO, SUSPENDIDO ni PASIVO.")
    if not ESTABLISHMENT.fullmatch(number := number.zfill(3)):
        raise LineRefusedError("NUMERO_ESTABLECIMIENTO no es un número de establecimiento.")
    is_open = "1" if state.upper() in OPEN else "0" if state.upper() in CLOSED else ""
    return status.upper(), kind.upper(), person, number, is_open


def _day(cell: str) -> str | None:
    try:
        return day_in(cell, field=STARTED).isoformat()
    except LineRefusedError:
        return None


def _location(cells: tuple[str, ...]) -> tuple[str, ...]:
    province, canton, parish = (cell.strip().title() for cell in cells)
    _require_drawn(province, LOCATION[0])
    _require_drawn(canton, LOCATION[1])
    return province, canton, parish


def _activity(cells: tuple[str, ...]) -> tuple[str, ...]:
    code, activity = (cell.strip() for cell in cells)
    _require_drawn(activity, ACTIVITY[1])
    return code.replace(".", "").upper(), activity


class _Remembered(dict[_Cells, _Meant]):
    """What cells mean, made when they first come; forgotten when they are too many."""

    def __init__(self, make: Callable[[_Cells], _Meant]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, cells: _Cells) -> _Meant:
        if len(self) >= REMEMBERED:
            self.clear()
        self[cells] = meant = self._make(cells)
        return meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """What the cells of a file mean that come again and again."""

    standings: _Remembered[tuple[str, ...], tuple[str, str, str, str, str]] = field(
        default_factory=lambda: _Remembered(_standing)
    )
    days: _Remembered[str, str | None] = field(default_factory=lambda: _Remembered(_day))
    locations: _Remembered[tuple[str, ...], tuple[str, ...]] = field(
        default_factory=lambda: _Remembered(_location)
    )
    activities: _Remembered[tuple[str, ...], tuple[str, ...]] = field(
        default_factory=lambda: _Remembered(_activity)
    )
