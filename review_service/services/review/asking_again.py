"""Sends an open request for corrections once more, with a whole term that begins anew."""

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ReviewItem
from review_service.services import notifying
from review_service.services.case import open_corrections
from review_service.services.review.letters import (
    CorrectionItem,
    correction_facts,
    correction_last_day,
)


def ask_again(uow: UnitOfWork, row: ApplicationRow, *, seat: str | None) -> None:
    """Send the open request again; its former notices prove nothing any more.

    The term never ends before a day that was granted already. ``seat`` is as in
    ``calendar.decreed_days``. In the caller's transaction, with the application locked.
    """
    order = list(ReviewItem)
    asked = sorted(
        open_corrections(uow, row.id), key=lambda correction: order.index(correction.item)
    )
    for each in asked:
        each.notified_again_at = uow.now
    whole = correction_last_day(uow, row, seat=seat)
    row.correct_by = max(row.correct_by or whole, whole)
    items = [
        CorrectionItem(
            item=each.item,
            reason=each.reason,
            instruction=each.instruction,
            code=each.reason_code,
            basis=each.legal_basis,
        )
        for each in asked
    ]
    facts = correction_facts(row, items=items, last_day=row.correct_by)
    notifying.tell_applicant(uow, row, event="correction_requested", context=facts)
