"""A taxpayer as the SRI's catastro gives it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class TaxpayerStatus(StrEnum):
    """ESTADO_CONTRIBUYENTE of the catastro, stored by its own words."""

    ACTIVE = "ACTIVO"
    SUSPENDED = "SUSPENDIDO"
    PASSIVE = "PASIVO"


@dataclass(frozen=True, slots=True, kw_only=True)
class Establishment:
    """One row of the catastro: a place of business."""

    number: str
    trade_name: str
    is_open: bool
    province: str
    canton: str
    parish: str
    ciiu: str
    """Without dots, such as ``C139209``."""
    activity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxpayer:
    """One RUC with its establishments, head establishment (001) first."""

    ruc: str
    name: str
    status: TaxpayerStatus
    taxpayer_class: str
    """GEN, RMP (RIMPE) or SIM."""
    taxpayer_type: str
    started_on: date | None
    source: str
    """Name of the file or service the facts come from."""
    establishments: tuple[Establishment, ...] = ()

    @property
    def head(self) -> Establishment | None:
        """The first open establishment, else the first, else None."""
        opened = [place for place in self.establishments if place.is_open]
        return next(iter(opened or self.establishments), None)
