"""What a second officer sees of a drawn case, and what supervisors see of all of them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from review_service.db import claims
from review_service.db.models import ApplicationRow, OfficerRow, SecondReviewRow
from review_service.db.queries.officer.case import case_of
from review_service.db.queries.officer.pages import PageView
from review_service.db.queries.officer.prior import ReadValue
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.errors import NotFoundError
from review_service.domain.findings import Severity
from review_service.domain.roles import Standing
from review_service.domain.second_reviews import Pair, SecondVerdict, first_opinion
from review_service.domain.sheet_comparison import SheetRow

MOST_REVIEWS: Final = 2_000
"""Reviews that are counted, newest drawn first."""
MOST_DIFFERENCES: Final = 100
_FIRST: Final = aliased(OfficerRow, name="first_by")
_SECOND: Final = aliased(OfficerRow, name="second_by")
_SETTLER: Final = aliased(OfficerRow, name="settler")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindItem:
    """One item with what was sent for it, and no verdict."""

    label: str
    pages: tuple[PageView, ...]
    findings: tuple[str, ...]
    """Doubts and alerts of the checks."""
    not_applicable: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindCase:
    """A decided case without its decision: no state, number, verdict, request or colleague."""

    review_id: UUID
    application_id: UUID
    track: str
    kind: str
    holder: str
    ruc: str
    activity: str
    sheet_rows: tuple[SheetRow, ...]
    items: tuple[BlindItem, ...]

    @property
    def values_read(self) -> tuple[ReadValue, ...]:
        """None: they lead to the case's own page, which shows the decision."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A case in which both officers differ."""

    review_id: UUID
    application_id: UUID
    reference: str
    first: SecondVerdict
    second: SecondVerdict
    first_by: str
    second_by: str
    reasons: str
    settled_by: str
    settlement: str
    """Empty while no supervisor has looked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReviews:
    """All reviews of one period."""

    waiting: int
    """Drawn, and not said yet."""
    pairs: tuple[Pair, ...]
    differences: tuple[Difference, ...]
    """Those that nobody settled first, then the newest; at most ``MOST_DIFFERENCES``."""

    @property
    def table(self) -> Counter[Pair]:
        """How often each pair of answers was given."""
        return Counter(self.pairs)


def blind_case(uow: UnitOfWork, review_id: UUID, *, officer_id: UUID) -> BlindCase:
    """Return the drawn case that the officer took and has not said anything of.

    Raises ``NotFoundError`` for any other.
    """
    row = uow.session.get(SecondReviewRow, review_id)
    if row is None or row.officer_id != officer_id or row.opinion is not None:
        raise NotFoundError(f"no open review {review_id} of {officer_id}")
    found = case_of(uow, row.application_id)
    pages = {page.position: page for page in found.material.pages}
    return BlindCase(
        review_id=row.id,
        application_id=row.application_id,
        track=found.track.label,
        kind=found.kind.label,
        holder=found.holder,
        ruc=found.ruc,
        activity=found.activity,
        sheet_rows=tuple(found.sheet_rows),
        items=tuple(
            BlindItem(
                label=each.item.label,
                pages=tuple(pages[place] for place in each.positions if place in pages),
                findings=tuple(
                    dict.fromkeys(
                        one.message for one in each.findings if one.severity is not Severity.NOTE
                    )
                ),
                not_applicable=each.not_applicable,
            )
            for each in found.items
        ),
    )


def waiting_for(uow: UnitOfWork, officer_id: UUID) -> int:
    """Return how many the officer has taken and not answered."""
    counted = sa.select(sa.func.count()).where(
        SecondReviewRow.officer_id == officer_id, SecondReviewRow.opinion.is_(None)
    )
    return uow.session.execute(counted).scalar_one()


def second_reviews(
    uow: UnitOfWork, *, days: int, standing: Standing, track: str | None = None
) -> SecondReviews:
    """Return what was said of the cases that were drawn in the last ``days`` days.

    ``standing`` is of who looks: of own cases nothing is told.
    """
    conditions = [
        SecondReviewRow.drawn_at >= _begin(uow.now, days),
        ApplicationRow.decided_at.is_not(None),  # else an appeal brought it back to review
        *claims.of_others(standing),
    ]
    if track is not None:
        conditions.append(ApplicationRow.track == track)
    rows = uow.session.execute(
        sa.select(
            SecondReviewRow,
            ApplicationRow.reference,
            ApplicationRow.state,
            _FIRST.full_name.label("first_by"),
            _SECOND.full_name.label("second_by"),
            _SETTLER.full_name.label("settled_by"),
        )
        .join(ApplicationRow, ApplicationRow.id == SecondReviewRow.application_id)
        .outerjoin(_FIRST, _FIRST.id == ApplicationRow.decided_by)
        .outerjoin(_SECOND, _SECOND.id == SecondReviewRow.officer_id)
        .outerjoin(_SETTLER, _SETTLER.id == SecondReviewRow.settled_by)
        .where(*conditions)
        .order_by(SecondReviewRow.drawn_at.desc(), SecondReviewRow.id)
        .limit(MOST_REVIEWS)
    ).all()
    said = [(row, row[0].opinion) for row in rows if row[0].opinion is not None]
    differences = [
        Difference(
            review_id=row[0].id,
            application_id=row[0].application_id,
            reference=row.reference,
            first=first_opinion(row.state),
            second=opinion,
            first_by=row.first_by or "",
            second_by=row.second_by or "",
            reasons=row[0].reasons,
            settled_by=row.settled_by or "",
            settlement=row[0].settlement,
        )
        for row, opinion in said
        if opinion is not first_opinion(row.state)
    ]
    differences.sort(key=lambda each: bool(each.settlement))
    return SecondReviews(
        waiting=len(rows) - len(said),
        pairs=tuple((first_opinion(row.state), opinion) for row, opinion in said),
        differences=tuple(differences[:MOST_DIFFERENCES]),
    )


def _begin(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)
