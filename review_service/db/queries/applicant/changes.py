"""What a correction has changed so far, by item, and which verdicts that withdraws."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from review_service.db.item_evidence import evidence_of, seen_in
from review_service.db.models import ApplicationRow, ReviewItemRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.item_evidence import Change, change_between


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """How one item differs from what the officer saw."""

    item: ReviewItem
    change: Change
    is_judged: bool
    """Whether an officer gave a verdict, which is withdrawn if the item changed."""
    is_missing: bool
    """Whether the item has no evidence left."""


def changes_of(uow: UnitOfWork, application_id: UUID) -> Mapping[ReviewItem, ItemChange]:
    """Return the items that differ now from what was seen when they were judged or asked for."""
    application = uow.session.get_one(ApplicationRow, application_id)
    evidence = evidence_of(uow.session, application)
    found: dict[ReviewItem, ItemChange] = {}
    rows = uow.session.scalars(
        sa.select(ReviewItemRow).where(ReviewItemRow.application_id == application_id)
    )
    for entry in rows:
        seen, now = seen_in(entry), evidence[entry.item]
        change = change_between(seen, now) if seen else Change()
        if change:
            found[entry.item] = ItemChange(
                item=entry.item,
                change=change,
                is_judged=entry.verdict is not ItemVerdict.PENDING,
                is_missing=now.is_missing,
            )
    return found
