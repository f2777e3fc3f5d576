"""Compares the published figures with the events that recorded them: every number, every version.

Found is a row that was changed, one that no event made, and one that is gone.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from review_service.db.models import EventRow, MonthlyFigureRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.services.figures.publishing import EVENT, FIGURES, facts_of
from review_service.services.upkeep.trail_check import Contradiction

Place = tuple[object, object, object]


def contradictions(uow: UnitOfWork) -> Iterator[Contradiction]:
    """Yield every version of a month that the trail contradicts; a row or two each month."""
    told = dict(_told(uow))
    columns = (_as_stored(each) for each in sa.inspect(MonthlyFigureRow).columns)
    for row in uow.session.execute(sa.select(*columns)):
        place = (row.year, row.month, row.version)
        facts = told.pop(place, None)
        if facts is None:
            yield _contradiction("figures_not_in_trail", place)
        elif facts != facts_of(row):
            yield _contradiction("figures_not_as_in_trail", place)
    for place in told:
        yield _contradiction("figures_gone", place)


def _as_stored(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Select the text of an enum, also one that the service does not know."""
    if isinstance(column.type, sa.Enum):
        return sa.type_coerce(column, sa.Text()).label(column.key)
    return column


def _told(uow: UnitOfWork) -> Iterator[tuple[Place, object]]:
    chosen = (
        sa.select(EventRow.details)
        .where(EventRow.subject_id == FIGURES, EventRow.action == EVENT)
        .order_by(EventRow.sequence)
    )
    for details in uow.session.scalars(chosen):
        facts = details.get("figures") if isinstance(details, dict) else None
        if isinstance(facts, dict):
            yield (facts.get("year"), facts.get("month"), facts.get("version")), facts


def _contradiction(name: str, place: Place) -> Contradiction:
    year, month, version = place
    return Contradiction(name=name, detail=f"{year}-{month}, version {version}")
