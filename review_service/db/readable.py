"""Tables of rows, for statements that read columns past the session and its objects."""

import sqlalchemy as sa

from review_service.db.base import Base


def readable(row: type[Base]) -> sa.FromClause:
    """Return the table of a row to select from; its type is of nothing that can be written."""
    return sa.inspect(row).local_table
