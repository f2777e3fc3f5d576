"""The papers that institutions hold, read from the lists that they supply."""

from collections.abc import Callable

import sqlalchemy as sa

from review_service.db.models import InstitutionPaperRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.documents import SupportKind
from review_service.domain.errors import RegistryError
from review_service.domain.looked_up import HeldPaper


class ImportedPapers:
    """A ``PaperRegister`` on imported lists."""

    def __init__(self, reading: Callable[[], UnitOfWork]) -> None:
        self._reading = reading

    def find(self, ruc: str, kind: SupportKind) -> HeldPaper | None:
        """Return what is held, or None. Raises ``RegistryError`` where no list was imported."""
        with self._reading() as uow:
            row = uow.session.get(InstitutionPaperRow, (ruc, kind))
            if row is None and kind not in _listed(uow):
                raise RegistryError(f"no list of {kind.value} was imported", retryable=True)
            return _held(row) if row is not None else None

    def kinds(self) -> frozenset[SupportKind]:
        """Return the kinds of which a list was imported."""
        with self._reading() as uow:
            return _listed(uow)


def _listed(uow: UnitOfWork) -> frozenset[SupportKind]:
    is_there = (
        sa.exists().where(InstitutionPaperRow.kind == kind).label(kind.value)
        for kind in SupportKind
    )
    found = uow.session.execute(sa.select(*is_there)).one()
    return frozenset(kind for kind, there in zip(SupportKind, found, strict=True) if there)


def _held(row: InstitutionPaperRow) -> HeldPaper:
    return HeldPaper(
        institution=row.institution,
        reference=row.reference,
        holder=row.holder,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        workers=row.workers,
        owes=row.owes,
    )
