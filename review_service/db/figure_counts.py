"""Counts a month's attentions and complaints from the rows, by index, however many there are."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from review_service.db.models import ApplicationRow, CorrectionRow, LetterRow, MonthlyFigureRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.figures import FigureSource
from review_service.domain.letters import LetterKind
from review_service.domain.month_groups import Attention
from review_service.domain.months import Month, day_begins


def complaints(uow: UnitOfWork, month: Month, *, to: date | None = None) -> int | None:
    """Return how many complaints came in the month; None before the first letter of any kind.

    From then on the service is known to receive them, and none is 0. ``to``: its last day that is
    counted.
    """
    first = uow.session.execute(
        sa.select(LetterRow.received_at)
        .where(LetterRow.serial.is_not(None))
        .order_by(LetterRow.year, LetterRow.serial)
        .limit(1)
    ).scalar_one_or_none()
    if first is None or month < Month.of(first):
        return None
    counted = (
        sa.select(sa.func.count())
        .select_from(LetterRow)
        .where(
            LetterRow.kind == LetterKind.COMPLAINT,
            LetterRow.received_at >= month.begins,
            LetterRow.received_at < _end(month, to),
        )
    )
    return uow.session.execute(counted).scalar_one()


def attentions(uow: UnitOfWork, month: Month, *, to: date | None = None) -> int:
    """Return how many applications were decided in the month, or to that day of it."""
    counted = sa.select(sa.func.count()).select_from(ApplicationRow).where(_decided_in(month, to))
    return uow.session.execute(counted).scalar_one()


def attentions_of(uow: UnitOfWork, month: Month) -> Iterator[Attention]:
    """Yield each application that was decided in the month, as far as breakdowns need it."""
    was_corrected = sa.exists().where(CorrectionRow.application_id == ApplicationRow.id)
    chosen = sa.select(
        ApplicationRow.track,
        ApplicationRow.sheet["province"].as_string().label("province"),
        ApplicationRow.state,
        ApplicationRow.confirmed_at,
        ApplicationRow.decided_at,
        was_corrected.label("was_corrected"),
    ).where(_decided_in(month))
    for row in uow.session.execute(chosen):
        taken = row.decided_at - (row.confirmed_at or row.decided_at)
        yield Attention(
            track=row.track,
            province=row.province or "",
            is_granted=row.state is not ApplicationState.REFUSED,
            was_corrected=row.was_corrected,
            seconds=taken.total_seconds(),
        )


def first_own_month(uow: UnitOfWork) -> Month | None:
    """Return the first month that this service counts; None before anybody applied."""
    counted = (
        sa.select(MonthlyFigureRow.year, MonthlyFigureRow.month)
        .where(MonthlyFigureRow.source == FigureSource.COUNTED)
        .order_by(MonthlyFigureRow.year, MonthlyFigureRow.month)
        .limit(1)
    )
    frozen = [Month(row.year, row.month) for row in uow.session.execute(counted)]
    begun = uow.session.execute(
        sa.select(ApplicationRow.created_at)
        .where(ApplicationRow.confirmed_at.is_not(None))
        .order_by(ApplicationRow.created_at)
        .limit(1)
    ).scalar_one_or_none()
    return min([*frozen, *([Month.of(begun)] if begun else [])], default=None)


def _decided_in(month: Month, to: date | None = None) -> sa.ColumnElement[bool]:
    return sa.and_(
        ApplicationRow.decided_at.is_not(None),
        ApplicationRow.decided_at >= month.begins,
        ApplicationRow.decided_at < _end(month, to),
    )


def _end(month: Month, to: date | None) -> datetime:
    return month.ends if to is None else day_begins(to + timedelta(days=1))
