"""Which accounts of officers are of one person: they share a cédula, and all but one are locked."""

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.models import OfficerRow


def accounts_of_same(session: Session, officers: Collection[UUID]) -> frozenset[UUID]:
    """Return these accounts and all others of the same persons."""
    if not officers:
        return frozenset()
    persons = sa.select(OfficerRow.cedula).where(OfficerRow.id.in_(officers))
    same = session.scalars(sa.select(OfficerRow.id).where(OfficerRow.cedula.in_(persons)))
    return frozenset({*officers, *same})
