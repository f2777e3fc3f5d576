"""The condition that a column is one of many ids, which the driver hands over as one value."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session


def is_listed(session: Session, column: Any, ids: Iterable[UUID]) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- a column
    """Return the condition; of five hundred ids each as a value of its own cost 8 ms to bind."""
    named = list(ids)
    if session.get_bind().dialect.name == "sqlite":
        is_one: sa.ColumnElement[bool] = column.in_(named)
        return is_one
    return sa.and_(column == sa.any_(sa.literal(named, ARRAY(sa.Uuid()))))


def is_among_ids(dialect: str, column: Any) -> sa.ColumnElement[bool]:  # noqa: ANN401 -- a column
    """Return the same condition for a statement that is kept: the value of ``ids`` is bound later.

    That is a list of ids; ``dialect`` is the name of the database's.
    """
    if dialect == "sqlite":
        is_one: sa.ColumnElement[bool] = column.in_(
            sa.bindparam("ids", type_=sa.Uuid(), expanding=True)
        )
        return is_one
    return sa.and_(column == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid()))))
