"""What the rows that were added last say of all rows of a table with a growing position."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.queued_cases import written


@dataclass(frozen=True, slots=True)
class NewestRows:
    """How many of the newest rows meet a condition, and from where to where they lie."""

    asked: int
    having: int
    first: int
    last: int

    @property
    def span(self) -> int:
        """Positions from the first to the last of them; a row that was removed left a gap."""
        return self.last - self.first + 1


def newest_rows(
    session: Session,
    position: Any,  # noqa: ANN401 -- a column, mapped or not
    condition: sa.ColumnElement[bool],
    most: int,
) -> NewestRows | None:
    """Ask the ``most`` rows with the highest position; None where there is no row."""
    newest = (
        sa.select(position.label("position"), condition.label("is_met"))
        .order_by(position.desc())
        .limit(written(most))
        .subquery("newest")
    )
    asked, having, first, last = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(newest.c.is_met),
            sa.func.min(newest.c.position),
            sa.func.max(newest.c.position),
        )
    ).one()
    return None if last is None else NewestRows(asked, having, first, last)
