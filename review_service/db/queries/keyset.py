"""Keyset pagination: a page continues after the last row seen, without OFFSET."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, Self, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from review_service.db.application_search import Sought
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
    is_partial: bool = False
    """Whether only the next ``NEWEST_LOOKED_AT`` rows were searched, and there are more."""


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


NEWEST_LOOKED_AT = 3_000
"""Rows at the beginning of a list that a search compares one by one, before it asks an index."""


def read_found_page(
    session: Session,
    base: sa.Select[Any],
    *,
    sought: Sought,
    order: Order,
    cursor: Cursor | None,
) -> Page[Any]:
    """Return a page of those rows of ``base`` that are ``sought``.

    What is frequent fills a page within the next ``NEWEST_LOOKED_AT`` rows. What is rare is few
    rows, to which indexes lead. Without an index no more is looked at, and the page says that it
    ``is_partial``.
    """
    if sought.is_rare and sought.may_be is not None:
        return _read_rare(session, base, sought=sought, order=order, cursor=cursor)
    forward = cursor is None or cursor.forward
    descending = order.newest_first is forward
    last = session.execute(
        _placed(base.with_only_columns(order.moment), order, cursor)
        .offset(NEWEST_LOOKED_AT)
        .limit(1)
    ).scalar_one_or_none()
    near = base.where(sought.found)
    if last is not None:
        edge = sa.literal(last, UtcDateTime())
        near = near.where(order.moment >= edge if descending else order.moment <= edge)
    page = read_page(session, near, order=order, cursor=cursor)
    if last is None or (page.after if forward else page.before) is not None:
        return page
    if sought.may_be is None:
        return replace(page, is_partial=True)
    return _read_rare(session, base, sought=sought, order=order, cursor=cursor)


def _read_rare(
    session: Session, base: sa.Select[Any], *, sought: Sought, order: Order, cursor: Cursor | None
) -> Page[Any]:
    """Return a page of what indexes lead to, and read its rows alone.

    Which they are an index of ids and moments tells, without the other columns of all candidates.
    """
    conditions = [sought.may_be] if sought.is_exact else [sought.found, sought.may_be]
    statement = base.where(*(each for each in conditions if each is not None))
    keys = session.execute(
        _placed(statement.with_only_columns(order.id, order.moment), order, cursor).limit(
            order.size + 1
        )
    ).all()
    ids = [key[0] for key in keys]
    rows = {
        getattr(row, order.id.key): row
        for row in session.scalars(sa.select(order.id.class_).where(order.id.in_(ids)))
    }
    return _page_of([rows[each] for each in ids if each in rows], order, cursor=cursor)


def read_page(
    session: Session, statement: sa.Select[Any], *, order: Order, cursor: Cursor | None
) -> Page[Any]:
    """Return the rows after (or before) the cursor, always in the list's own order."""
    found = session.scalars(_placed(statement, order, cursor).limit(order.size + 1)).all()
    return _page_of(found, order, cursor=cursor)


def _placed(statement: sa.Select[Any], order: Order, cursor: Cursor | None) -> sa.Select[Any]:
    """Order the rows, and begin after the cursor in its direction."""
    descending = order.newest_first is (cursor is None or cursor.forward)
    columns = (order.moment, order.id)
    if cursor is not None:
        place = sa.tuple_(
            sa.literal(cursor.moment, UtcDateTime()), sa.literal(cursor.id, sa.Uuid())
        )
        here = sa.tuple_(*columns)
        statement = statement.where(here < place if descending else here > place)
    return statement.order_by(*(c.desc() if descending else c.asc() for c in columns))


def _page_of(found: Sequence[Any], order: Order, *, cursor: Cursor | None) -> Page[Any]:
    """Return a page of rows that were asked for in the cursor's direction, one more than it has."""
    forward = cursor is None or cursor.forward
    rows = found[: order.size] if forward else found[: order.size][::-1]
    more = len(found) > order.size
    has_before = cursor is not None if forward else more
    has_after = more if forward else True
    return Page(
        entries=tuple(rows),
        before=order.cursor(rows[0], forward=False) if rows and has_before else None,
        after=order.cursor(rows[-1], forward=True) if rows and has_after else None,
    )
