"""The officers who may decide a case, for an officer who may not."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, OfficerRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError
from review_service.domain.roles import GRANTS, Permission

MOST = 10
"""Names shown at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleagues:
    """One case, and the names of those who may decide it."""

    application_id: UUID
    reference: str
    holder: str
    names: tuple[str, ...]
    """Name and unit, at most ``MOST``."""


def deciders_of(uow: UnitOfWork, application_id: UUID | None) -> Colleagues:
    """Return who may decide the case: active, of a deciding role, with a cédula, not their own.

    Raises ``NotFoundError`` for one that was never confirmed.
    """
    case = uow.session.get(ApplicationRow, application_id) if application_id else None
    if case is None or case.confirmed_at is None:
        raise NotFoundError(f"no application {application_id} for officers")
    roles = [role for role in GRANTS if Permission.DECIDE in GRANTS[role]]
    rows = uow.session.scalars(
        sa.select(OfficerRow)
        .where(
            OfficerRow.active.is_(True),
            OfficerRow.role.in_(roles),
            OfficerRow.cedula.is_not(None),
        )
        .order_by(OfficerRow.full_name)
    )
    names = [f"{row.full_name} ({row.unit})" for row in rows if not row.standing.is_own(case.ruc)]
    return Colleagues(
        application_id=case.id,
        reference=case.reference,
        holder=case.holder,
        names=tuple(names[:MOST]),
    )
