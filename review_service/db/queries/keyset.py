"""Keyset pagination: a page continues after the last row seen, without OFFSET."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from review_service.db.base import UtcDateTime

Item = TypeVar("Item")
SEPARATOR = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in a list ordered by a time and an id; ``forward`` is the direction to read."""

    moment: datetime
    id: UUID
    forward: bool = True

    def to_text(self) -> str:
        """Return the cursor as text, for the address of the next or previous page."""
        direction = "d" if self.forward else "a"
        moment = self.moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f")
        return SEPARATOR.join((direction, moment, self.id.hex))

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """Return the cursor that ``to_text`` wrote; None, the first page, for other text."""
        direction, _, rest = text.partition(SEPARATOR)
        moment, _, identifier = rest.partition(SEPARATOR)
        try:
            at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
            return cls(moment=at, id=UUID(hex=identifier), forward=direction != "a")
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """One page, with the cursors of the pages before and after; None where there is none."""

    entries: tuple[Item, ...]
    before: Cursor | None
    after: Cursor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How a list of rows is ordered, and how many rows a page has."""

    moment: InstrumentedAttribute[Any]
    id: InstrumentedAttribute[UUID]
    newest_first: bool = False
    size: int = 25
    """Rows on one page, as many as fit a screen of 1280 x 800."""

    def cursor(self, row: Any, *, forward: bool) -> Cursor:  # noqa: ANN401 -- a mapped row
        """Return the place of one row."""
        moment, identifier = getattr(row, self.moment.key), getattr(row, self.id.key)
        return Cursor(moment=moment, id=identifier, forward=forward)


def read_page(
    session: Session, statement: sa.Select[Any], *, order: Order, cursor: Cursor | None
) -> Page[Any]:
    """Return the rows after (or before) the cursor, always in the list's own order."""
    forward = cursor is None or cursor.forward
    descending = order.newest_first is forward
    columns = (order.moment, order.id)
    if cursor is not None:
        place = sa.tuple_(
            sa.literal(cursor.moment, UtcDateTime()), sa.literal(cursor.id, sa.Uuid())
        )
        here = sa.tuple_(*columns)
        statement = statement.where(here < place if descending else here > place)
    ordered = statement.order_by(*(c.desc() if descending else c.asc() for c in columns))
    found = session.scalars(ordered.limit(order.size + 1)).all()
    rows = found[: order.size] if forward else found[: order.size][::-1]
    return _with_neighbours(rows, order, cursor=cursor, more=len(found) > order.size)


def _with_neighbours(
    rows: Sequence[Any], order: Order, *, cursor: Cursor | None, more: bool
) -> Page[Any]:
    forward = cursor is None or cursor.forward
    has_before = cursor is not None if forward else more
    has_after = more if forward else True
    return Page(
        entries=tuple(rows),
        before=order.cursor(rows[0], forward=False) if rows and has_before else None,
        after=order.cursor(rows[-1], forward=True) if rows and has_after else None,
    )
