"""The monthly figures as pages and data files tell them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from review_service.db import figure_counts
from review_service.db.models import MonthlyFigureRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.figures import CURRENT, MonthFigures, told_until
from review_service.domain.month_groups import from_json
from review_service.domain.months import Month, months_between
from review_service.domain.terms import ecuador_day

MOST_COUNTED: Final = 2
"""Months that a page counts: this one, and the last until it is frozen. After an upgrade, older
ones wait for the scheduler."""


def every_version(uow: UnitOfWork, *, with_groups: bool = False) -> tuple[MonthFigures, ...]:
    """Return every version of every frozen month: newest month first, newest version first.

    The breakdowns, which are most of it, are read where they are asked for.
    """
    chosen = _newest_first(with_groups=with_groups)
    return tuple(_told(row) for row in uow.session.execute(chosen))


def versions_of(uow: UnitOfWork, month: Month) -> tuple[MonthFigures, ...]:
    """Return every version of a frozen month, newest first; none while it is not frozen."""
    of_it = MonthlyFigureRow.year == month.year, MonthlyFigureRow.month == month.number
    chosen = _newest_first(with_groups=True).where(*of_it)
    return tuple(_told(row) for row in uow.session.execute(chosen))


def every_month(uow: UnitOfWork, *, with_groups: bool = False) -> tuple[MonthFigures, ...]:
    """Return the months from the first that is known to this one, newest first, none left out.

    Frozen ones are read; the last two are counted while they are not frozen, this one by whole
    weeks; of the others nothing is known. None at all when nothing is known of any.
    """
    frozen = newest_versions(every_version(uow, with_groups=with_groups))
    own, now = figure_counts.first_own_month(uow), Month.of(uow.now)
    first = min([*frozen, *([own] if own else [])], default=None)
    if first is None:
        return ()
    return tuple(
        frozen.get(month) or _open(uow, month, is_own=own is not None and month >= own)
        for month in months_between(first, now)
    )


def newest_versions(versions: Iterable[MonthFigures]) -> Mapping[Month, MonthFigures]:
    """Return the newest version of each month, with the breakdowns of the one that was counted."""
    found: dict[Month, MonthFigures] = {}
    for each in versions:
        newest = found.setdefault(each.month, each)
        if newest.groups is None and each.groups is not None:
            found[each.month] = replace(newest, groups=each.groups)
    return found


def _open(uow: UnitOfWork, month: Month, *, is_own: bool) -> MonthFigures:
    to = told_until(month, ecuador_day(uow.now))
    if not is_own or to is None or month.plus(MOST_COUNTED) <= Month.of(uow.now):
        return MonthFigures(month=month, complaints=None, attentions=None, is_counting=is_own)
    return MonthFigures(
        month=month,
        complaints=figure_counts.complaints(uow, month, to=to),
        attentions=figure_counts.attentions(uow, month, to=to),
        definition=CURRENT,
        is_counting=True,
        counted_to=to,
    )


def _newest_first(*, with_groups: bool) -> sa.Select[Any]:
    table = MonthlyFigureRow
    names = (each.key for each in sa.inspect(table).column_attrs)
    columns = (getattr(table, each) for each in names if with_groups or each != "breakdowns")
    return sa.select(*columns).order_by(table.year.desc(), table.month.desc(), table.version.desc())


def _told(row: Any) -> MonthFigures:  # noqa: ANN401 -- a row of columns
    breakdowns = getattr(row, "breakdowns", None)
    return MonthFigures(
        month=Month(row.year, row.month),
        complaints=row.complaints,
        attentions=row.attentions,
        version=row.version,
        source=row.source,
        definition=row.definition,
        origin=row.origin,
        reason=row.reason or "",
        author=row.author or "",
        recorded_at=row.recorded_at,
        groups=None if breakdowns is None else from_json(breakdowns),
    )
