"""The legal hold on a case, for its page."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, LegalHoldRow
from review_service.db.queries.officer.decisions import names_of
from review_service.db.sightings import case_stamp
from review_service.db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """One hold: standing while ``lifted_at`` is None."""

    by: str
    at: datetime
    reason: str
    lifted_by: str
    lifted_at: datetime | None
    lifted_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsView:
    """The holds of a case, the newest first."""

    all: tuple[HoldView, ...]
    stamp: str
    """Version for the form."""

    @property
    def standing(self) -> HoldView | None:
        """The one that keeps everything now."""
        return next((each for each in self.all if each.lifted_at is None), None)


def holds_of(uow: UnitOfWork, application: ApplicationRow) -> HoldsView:
    """Return the holds of a case, in the caller's transaction."""
    rows = uow.session.scalars(
        sa.select(LegalHoldRow)
        .where(LegalHoldRow.application_id == application.id)
        .order_by(LegalHoldRow.placed_at.desc(), LegalHoldRow.id)
    ).all()
    names = names_of(uow.session, [each for row in rows for each in (row.placed_by, row.lifted_by)])
    return HoldsView(
        all=tuple(
            HoldView(
                by=names.get(row.placed_by, ""),
                at=row.placed_at,
                reason=row.reason,
                lifted_by=names.get(row.lifted_by, "") if row.lifted_by else "",
                lifted_at=row.lifted_at,
                lifted_reason=row.lifted_reason,
            )
            for row in rows
        ),
        stamp=case_stamp(application),
    )
