"""Ends the terms of applications that are over, each in a transaction of its own."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import ApplicationRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

Overdue = Callable[[UnitOfWork], "sa.Select[ApplicationRow]"]
"""Selects the applications whose term is over."""
DueColumn = sa.SQLColumnExpression[Any]
"""When the term was over: a moment or a day."""
Ending = Callable[[UnitOfWork, ApplicationRow], None]
"""Ends one application's term in the caller's transaction."""


def end(uow: UnitOfWork, *, overdue: Overdue, by: DueColumn, ending: Ending, most: int) -> int:
    """End terms that are over, the first due first; return how many, at most ``most``.

    One that fails keeps nothing of what was done, and takes no other's place. None while the clock
    is not believed. Raises ``RoundFailedError`` at the end, ``OutsideError`` at once.
    """
    ended, after = 0, None
    terms = Round("term_not_ended")
    while ended < most and (found := _next(uow.reader(), overdue, by, after, most - ended)):
        for _, application_id in found:
            with terms.one(application_id=application_id):
                ended += _is_ended(uow, application_id, overdue, ending)
        after = found[-1]
    terms.end()
    return ended


def _next(
    uow: UnitOfWork,
    overdue: Overdue,
    by: DueColumn,
    after: tuple[date, UUID] | None,
    most: int,
) -> Sequence[tuple[date, UUID]]:
    """Return when the next ones after one were due, and their ids."""
    with uow:
        if not clockwork.is_steady(uow):
            return []
        chosen = overdue(uow).with_only_columns(by, ApplicationRow.id)
        if after is not None:
            due, last = after
            chosen = chosen.where(sa.or_(by > due, sa.and_(by == due, ApplicationRow.id > last)))
        rows = uow.session.execute(chosen.order_by(by, ApplicationRow.id).limit(most))
        return [(due, application_id) for due, application_id in rows]


def _is_ended(uow: UnitOfWork, application_id: UUID, overdue: Overdue, ending: Ending) -> bool:
    with uow:
        if not clockwork.is_steady(uow):
            return False
        # A row that another transaction is changing now is left for the next round.
        chosen = overdue(uow).where(ApplicationRow.id == application_id)
        row = uow.session.scalars(chosen.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return False
        ending(uow, row)
        uow.commit()
        return True
