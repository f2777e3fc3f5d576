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
    sa.column("group_id", sa.Integer()),
    sa.column("is_corrected", sa.Boolean()),
    sa.column("is_referred", sa.Boolean()),
)
GROUPS: Final = sa.table(
    "queued_groups",
    sa.column("id", sa.Integer()),
    sa.column("track", sa.Text()),
    sa.column("kind", sa.Text()),
    sa.column("province", sa.Text()),
    sa.column("canton", sa.Text()),
)
"""What the cases of a group have in common (migration 0060): some hundreds, none is taken away."""
MOST_LOOKED_AT: Final = 50_000
"""Rows that one page or count reads, at most, where only these rows are compared."""
MOST_ASKED: Final = 5_000
"""Likewise where for each of those that the other filters leave another table is asked."""
MOST_ASKED_COUNTED: Final = 2_000
"""Likewise where for each of them another table is asked, as the counts of every choice need it."""


def first_rows(most: int, *after: sa.ColumnElement[bool], descending: bool = False) -> sa.Subquery:
    """Return the rows that are due first, ``most`` at most: what filters them reads no more.

    ``after`` says after which row they begin; ``descending`` takes those before it.
    """
    columns = (TABLE.c.due_at, TABLE.c.application_id)
    ordered = [each.desc() if descending else each for each in columns]
    rows = sa.select(TABLE).where(*after).order_by(*ordered).limit(written(most))
    return rows.subquery("first_rows")


def written(number: int) -> sa.ColumnElement[int]:
    """Return a number as the statement's own text, for its limit.

    PostgreSQL plans a statement that a process asks again and again for any values of what is
    bound: of a limit it then expects a tenth of all rows, and reads the whole of other tables.
    """
    return sa.literal_column(str(number), sa.Integer())


def is_in_groups(row: Any, ids: Sequence[int]) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- columns of these rows
    """Return the condition that a row is of one of the groups, whose numbers the statement names.

    What it names PostgreSQL counts in its statistics, and compares by a hash.
    """
    named: sa.BindParameter[int] = sa.bindparam(
        "groups", list(ids), expanding=True, literal_execute=True, unique=True
    )
    is_one: sa.ColumnElement[bool] = row.group_id.in_(named)
    return is_one


def count_up_to(session: Session, most: int) -> int:
    """Return how many rows there are, at most ``most`` + 1.

    A query that may read all of them need not sort them first.
    """
    one = sa.literal_column("1", sa.Integer())
    some = sa.select(one).select_from(TABLE).limit(written(most + 1)).subquery()
    return session.scalars(sa.select(sa.func.count()).select_from(some)).one()


def is_one_of(places: Sequence[tuple[str, str]], row: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- columns of these rows
    """Return the condition that a row's place is one of these provinces and cantons."""
    return sa.or_(
        sa.false(),
        *(sa.and_(row.province == each, row.canton == canton) for each, canton in places),
    )
