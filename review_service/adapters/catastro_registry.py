"""The taxpayer registry, read from the imported tables of the database."""

from collections.abc import Callable

from review_service.db.models import EstablishmentRow, RegisteredEmailRow, TaxpayerRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.taxpayers import Establishment, Taxpayer


class CatastroRegistry:
    """A ``TaxpayerRegistry`` on the imported catastro and e-mail feed."""

    def __init__(self, reading: Callable[[], UnitOfWork]) -> None:
        self._reading = reading

    def find(self, ruc: str) -> Taxpayer | None:
        """Return the taxpayer with its establishments, or None when the RUC is unknown."""
        with self._reading() as uow:
            row = uow.session.get(TaxpayerRow, ruc)
            return _taxpayer(row) if row is not None else None

    def registered_email(self, ruc: str) -> str | None:
        """Return the address on record at the SRI, or None."""
        with self._reading() as uow:
            row = uow.session.get(RegisteredEmailRow, ruc)
            return row.email if row is not None else None


def _taxpayer(row: TaxpayerRow) -> Taxpayer:
    return Taxpayer(
        ruc=row.ruc,
        name=row.name,
        status=row.status,
        taxpayer_class=row.taxpayer_class,
        taxpayer_type=row.taxpayer_type,
        started_on=row.started_on,
        source=row.source,
        establishments=tuple(_establishment(place) for place in row.establishments),
    )


def _establishment(row: EstablishmentRow) -> Establishment:
    return Establishment(
        number=row.number,
        trade_name=row.trade_name,
        is_open=row.is_open,
        province=row.province,
        canton=row.canton,
        parish=row.parish,
        ciiu=row.ciiu,
        activity=row.activity,
    )
