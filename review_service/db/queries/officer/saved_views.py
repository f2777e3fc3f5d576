"""The saved views that an officer sees: the team's, then the own ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import OfficerRow, SavedViewRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.saved_views import MOST_VIEWS, query_arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """One saved view."""

    id: UUID
    name: str
    arguments: dict[str, str]
    """What the address of its list carries."""
    is_teams: bool
    made_by: str
    """Name of the officer who saved it."""
    made_at: datetime


_SEEN_BY: Final = (
    sa.select(
        SavedViewRow.id,
        SavedViewRow.name,
        SavedViewRow.query,
        SavedViewRow.owner_id,
        SavedViewRow.made_at,
        OfficerRow.full_name,
    )
    .join(OfficerRow, OfficerRow.id == SavedViewRow.made_by)
    .where(
        sa.or_(
            SavedViewRow.owner_id.is_(None),
            SavedViewRow.owner_id == sa.bindparam("officer_id", type_=sa.Uuid()),
        )
    )
    .limit(2 * MOST_VIEWS)
)


def saved_views(uow: UnitOfWork, *, officer_id: UUID) -> tuple[SavedView, ...]:
    """Return the team's views and the officer's own, each by name."""
    views = (
        SavedView(
            id=row.id,
            name=row.name,
            arguments=query_arguments(row.query),
            is_teams=row.owner_id is None,
            made_by=row.full_name,
            made_at=row.made_at,
        )
        for row in uow.rows(_SEEN_BY, officer_id=officer_id)
    )
    return tuple(sorted(views, key=lambda each: (not each.is_teams, each.name.casefold())))
