"""What was corrected as asked and accepted is not objected to again (COA art. 141)."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from review_service.db.item_evidence import evidence_of, seen_in
from review_service.db.models import ApplicationRow, CorrectionRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.errors import InvalidInputError
from review_service.domain.item_evidence import change_between
from review_service.services.case import review_entries


def settle(
    uow: UnitOfWork,
    row: ApplicationRow,
    *,
    judged: Mapping[ReviewItem, ItemVerdict],
    asked: Collection[ReviewItem],
) -> None:
    """Note which corrected items stand accepted in a letter that asks for others.

    ``judged`` are the verdicts that hold, ``asked`` what the letter asks for; what is asked for
    once more is open again. Inside the caller's transaction.
    """
    answered = uow.session.scalars(
        sa.select(CorrectionRow).where(
            CorrectionRow.application_id == row.id, CorrectionRow.answered_at.is_not(None)
        )
    )
    for correction in answered:
        if correction.item in asked:
            correction.settled_at = None
        elif judged.get(correction.item) is ItemVerdict.ACCEPTED and correction.settled_at is None:
            correction.settled_at = uow.now


def require_unsettled(uow: UnitOfWork, row: ApplicationRow, items: Collection[ReviewItem]) -> None:
    """Raise ``InvalidInputError`` for an item that was corrected and accepted in an earlier letter.

    Only while it shows what was accepted then. Inside the caller's transaction.
    """
    settled = settled_items(uow, row) & set(items)
    if settled:
        named = ", ".join(item.label.lower() for item in ReviewItem if item in settled)
        raise InvalidInputError(
            {
                "items": f"Ya se corrigió como se pidió y se aceptó: {named}. No se puede observar "
                "otra vez mientras no cambie (COA, artículo 141)."
            }
        )


def settled_items(uow: UnitOfWork, row: ApplicationRow) -> set[ReviewItem]:
    """Return the items that were corrected and accepted, and still show what was accepted."""
    items = set(
        uow.session.scalars(
            sa.select(CorrectionRow.item).where(
                CorrectionRow.application_id == row.id, CorrectionRow.settled_at.is_not(None)
            )
        )
    )
    if not items:
        return set()
    evidence = evidence_of(uow.session, row)
    seen = {entry.item: seen_in(entry) for entry in review_entries(uow, row.id)}
    return {
        item
        for item in items
        if (before := seen.get(item)) is not None and not change_between(before, evidence[item])
    }
