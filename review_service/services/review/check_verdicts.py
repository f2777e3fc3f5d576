"""Keeps what the checks had said of the items that an officer observes or accepts."""

from collections.abc import Mapping
from uuid import UUID

from review_service.db.item_findings import codes_on_items
from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.applications import ReviewItem
from review_service.domain.check_precision import EVENT, details_of


def remember(
    uow: UnitOfWork, row: ApplicationRow, *, officer_id: UUID, said: Mapping[ReviewItem, bool]
) -> None:
    """Record the codes on each item with whether it was observed; nothing where there are none.

    It goes with the letter or the decision: the findings of a comparison are made anew when the
    applicant answers, so that later nobody knows what had been found.
    """
    details = details_of(codes_on_items(uow.session, row.id), said)
    if details:
        uow.record(EVENT, actor=actor_of(officer_id), subject_id=row.id, **details)
