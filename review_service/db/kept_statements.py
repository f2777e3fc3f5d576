"""Keeps statements that are made again and again, with bound values for what changes.

To make the statement that counts the queue takes longer than to send it and read its answer.
"""

from collections.abc import Callable, Hashable
from typing import Any, Final, Generic, TypeVar, TypeVarTuple, cast

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from review_service.db.base import UtcDateTime

Statement = TypeVar("Statement", bound=sa.Executable)
Columns = TypeVarTuple("Columns")

NOW: Final = sa.bindparam("now", type_=UtcDateTime())
"""The time, in a statement that is kept."""
MOST: Final = 50
"""Statements that one place keeps; with one more the first is forgotten."""


def with_its_values(statement: sa.Select[*Columns]) -> sa.Select[*Columns]:
    """Return a statement whose values stand in its own text when it is executed.

    A connection to PostgreSQL that was asked it five times plans it no more, as nothing is bound.
    For one that many requests ask alike, and never one whose values somebody typed.
    """

    def written(element: Any, **_: Any) -> Any:  # noqa: ANN401 -- any part of a statement
        is_value = isinstance(element, sa.BindParameter)
        return element.render_literal_execute() if is_value else None

    return cast(sa.Select[*Columns], visitors.replacement_traverse(statement, {}, written))


class KeptStatements(Generic[Statement]):
    """The statements that one place of the code makes."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[Hashable, Statement] = {}

    def of(self, key: Hashable | None, make: Callable[[], Statement]) -> Statement:
        """Return the statement of this key, or make it; of None it is made each time.

        Two statements of one key are the same but for the values that are bound when they are
        executed: ``key`` names everything else that ``make`` puts into them.
        """
        if key is None:
            return make()
        kept = self._known.get(key)
        if kept is None:
            kept = make()
            if len(self._known) >= MOST:
                self._known = dict(list(self._known.items())[1:])
            self._known[key] = kept
        return kept
