"""The narrow row that the database keeps by triggers for each case in review (migration 0039).

The queue is filtered, counted and paged by it: forty thousand of these rows are read in the time of
a thousand of ``applications``. It is no model, and in no backup.
"""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.base import UtcDateTime

TABLE: Final = sa.table(
    "queued_cases",
    sa.column("application_id", sa.Uuid()),
    sa.column("due_at", UtcDateTime()),
    sa.column("confirmed_at", UtcDateTime()),
    sa.column("track", sa.Text()),
    sa.column("kind", sa.Text()),
    sa.column("province", sa.Text()),
    sa.column("canton", sa.Text()),
    sa.column("moved_zone", sa.Text()),
    sa.column("assigned_to", sa.Uuid()),
)
MOST_LOOKED_AT: Final = 50_000
"""Rows that one page or count reads, at most, where only these rows are compared."""
MOST_ASKED: Final = 5_000
"""Likewise where for each of them another table is asked."""


def first_rows(most: int, *after: sa.ColumnElement[bool], descending: bool = False) -> sa.Subquery:
    """Return the rows that are due first, ``most`` at most: what filters them reads no more.

    ``after`` says after which row they begin; ``descending`` takes those before it.
    """
    columns = (TABLE.c.due_at, TABLE.c.application_id)
    ordered = [each.desc() if descending else each for each in columns]
    return sa.select(TABLE).where(*after).order_by(*ordered).limit(most).subquery("first_rows")


def count_up_to(session: Session, most: int) -> int:
    """Return how many rows there are, at most ``most`` + 1.

    A query that may read all of them need not sort them first.
    """
    some = sa.select(sa.literal(1)).select_from(TABLE).limit(most + 1).subquery()
    return session.scalars(sa.select(sa.func.count()).select_from(some)).one()


def is_one_of(places: Sequence[tuple[str, str]], row: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- columns of these rows
    """Return the condition that a row's place is one of these provinces and cantons."""
    return sa.or_(
        sa.false(),
        *(sa.and_(row.province == each, row.canton == canton) for each, canton in places),
    )
