"""Keyset pagination: a page continues after the last row seen, without OFFSET."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from math import ceil
from typing import Any, Final, Generic, Self, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from review_service.db.application_search import Frequency, Sought, case_has_all, frequency
from review_service.db.base import UtcDateTime
from review_service.db.queued_cases import written

Item = TypeVar("Item")
SEPARATOR = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A place in a list ordered by a time and an id; ``forward`` is the direction to read."""

    moment: datetime
    id: UUID
    forward: bool = True
    part: int = 0
    """Of a list in parts: the own zone first, then (1) the others."""

    def to_text(self) -> str:
        """Return the cursor as text, for the address of the next or previous page."""
        direction = "d" if self.forward else "a"
        moment = self.moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f")
        part = (str(self.part),) if self.part else ()
        return SEPARATOR.join((direction, moment, self.id.hex, *part))

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """Return the cursor that ``to_text`` wrote; None, the first page, for other text."""
        direction, _, rest = text.partition(SEPARATOR)
        moment, _, rest = rest.partition(SEPARATOR)
        identifier, _, part = rest.partition(SEPARATOR)
        try:
            at = datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
            return cls(
                moment=at,
                id=UUID(hex=identifier),
                forward=direction != "a",
                part=1 if part == "1" else 0,
            )
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

    moment: InstrumentedAttribute[Any] | sa.ColumnClause[Any]
    """Of a time, or of a day, which a cursor holds as its first moment."""
    id: InstrumentedAttribute[UUID]
    newest_first: bool = False
    size: int = 25
    """Rows on one page, as many as fit a screen of 1280 x 800."""

    def cursor(self, row: Any, *, forward: bool) -> Cursor:  # noqa: ANN401 -- a mapped row
        """Return the place of one row."""
        moment, identifier = getattr(row, self.moment.key), getattr(row, self.id.key)
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(), UTC)
        return Cursor(moment=moment, id=identifier, forward=forward)

    def place(self, cursor: Cursor) -> sa.Tuple:
        """Return the place of a cursor, to compare the columns with."""
        moment: sa.ColumnElement[Any] = sa.literal(cursor.moment, UtcDateTime())
        if isinstance(self.moment.type, sa.Date):
            moment = sa.literal(cursor.moment.date(), sa.Date())
        return sa.tuple_(moment, sa.literal(cursor.id, sa.Uuid()))


NEWEST_LOOKED_AT = 3_000
"""Most rows at the beginning of a list that a search compares one by one before it asks an index.
They take as long as two thousand that an index finds."""
NARROW_LOOKED_AT: Final = 6_000
"""Likewise of a narrower table, where the index found too many to read them; else half of that."""
FEW: Final = 6_000
"""Most candidates of an index whose moments are compared before the newest are looked at."""
FREQUENT_SHARE: Final = 0.04
"""What so many may have is looked for among the newest first: they should fill a page."""
SAMPLED_LOOKED_AT: Final = 6_500
"""Most rows at the beginning of a list that are compared where texts added last say that these fill
a page: as long as an index takes that finds more than ``FEW``."""
SAMPLED_SHARE: Final = 0.2
"""Of what more may have the index would read so much that the newest are compared first in any
case."""
PAGES_WORTH: Final = 3
"""So many times the rows in which a page should be full are compared, where that is known."""


def read_found_page(
    session: Session,
    base: sa.Select[Any],
    *,
    sought: Sought,
    order: Order,
    cursor: Cursor | None,
    near: sa.Select[Any] | None = None,
) -> Page[Any]:
    """Return a page of those rows of ``base`` that are ``sought``.

    What is rare is few rows, to which indexes lead; names of which the newest texts say that they
    are few are looked for there. What is frequent fills a page within the next rows,
    ``NEWEST_LOOKED_AT`` at most: as many as its share says, then the rest of them where what these
    hold says that they fill it; or as many as the newest texts say. Without an index no more is
    looked at, and the page says that it ``is_partial``.

    ``near`` selects moment and application of the rows of ``base`` from a narrower table: then the
    next rows are compared without reading them from ``base``.
    """
    if sought.is_rare and sought.may_be is not None:
        return _read_rare(session, base, sought=sought, order=order, cursor=cursor)
    share = sought.share if sought.is_exact else None
    is_in_many = share is not None and share < FREQUENT_SHARE
    is_name = not any(word.digits for word in sought.words)
    is_sampled = is_in_many or (is_name and share is not None and share < SAMPLED_SHARE)
    of_newest = frequency(session, sought.words) if is_sampled else None
    if of_newest is not None and of_newest.times <= FEW:
        page = _read_few(session, base, sought=sought, order=order, cursor=cursor)
        if page is not None:
            return page
        of_newest = None  # they said too little
    if near is not None:
        most = NARROW_LOOKED_AT if is_in_many else NARROW_LOOKED_AT // 2
        next_ones = _compared_narrowly(
            session, near, most, sought=sought, order=order, cursor=cursor
        )
    else:
        next_ones = _compared(
            session, base, sought=sought, of_newest=of_newest, order=order, cursor=cursor
        )
    if next_ones.is_enough or sought.may_be is None:
        page = _rows_of(session, next_ones.ids, order, cursor)
        return page if next_ones.is_enough else replace(page, is_partial=True)
    return _read_rare(session, base, sought=sought, order=order, cursor=cursor)


@dataclass(frozen=True, slots=True)
class _Compared:
    """What was found among the next rows."""

    ids: Sequence[UUID]
    is_enough: bool
    """Whether they are more than a page, or all there are."""


def _compared(
    session: Session,
    base: sa.Select[Any],
    *,
    sought: Sought,
    of_newest: Frequency | None,
    order: Order,
    cursor: Cursor | None,
) -> _Compared:
    """Compare the next rows, first as many as should fill a page, ``NEWEST_LOOKED_AT`` at most."""
    descending = order.newest_first is (cursor is None or cursor.forward)
    most = NEWEST_LOOKED_AT
    if of_newest is not None:
        most = min(SAMPLED_LOOKED_AT, ceil(PAGES_WORTH * (order.size + 1) / of_newest.share))
    elif sought.share is not None and sought.may_be is not None:
        most = min(most, ceil(PAGES_WORTH * (order.size + 1) / sought.share))
    near, found = base.with_only_columns(order.id, order.moment).where(sought.found), list[UUID]()
    while True:
        last = session.execute(
            _placed(base.with_only_columns(order.moment), order, cursor).offset(most).limit(1)
        ).scalar_one_or_none()
        within, edge = near, sa.literal(last, order.moment.type)
        if last is not None:
            within = near.where(order.moment >= edge if descending else order.moment <= edge)
        left = order.size + 1 - len(found)
        found += session.scalars(_placed(within, order, cursor).limit(left))
        if last is None or len(found) > order.size:
            return _Compared(found, is_enough=True)
        if most >= NEWEST_LOOKED_AT or len(found) * NEWEST_LOOKED_AT <= order.size * most:
            return _Compared(found, is_enough=False)
        most, near = (
            NEWEST_LOOKED_AT,
            near.where(order.moment < edge if descending else order.moment > edge),
        )


def _compared_narrowly(
    session: Session,
    near: sa.Select[Any],
    most: int,
    *,
    sought: Sought,
    order: Order,
    cursor: Cursor | None,
) -> _Compared:
    """Compare the next rows in their order until a page is full, ``most`` at most."""
    moment, case = near.selected_columns
    along = _along(order, moment, case)
    next_rows = _placed(near, along, cursor).limit(written(most)).subquery("next_rows")
    moment, case = next_rows.c
    having = sa.select(case).where(case_has_all(case, sought.words))
    of_next = _along(order, moment, case)
    ids = session.scalars(_ordered(having, of_next, cursor).limit(written(order.size + 1))).all()
    if len(ids) > order.size:
        return _Compared(ids, is_enough=True)
    some = _placed(near, along, cursor).order_by(None).limit(written(most + 1))
    counted = sa.select(sa.func.count()).select_from(some.subquery("some"))
    return _Compared(ids, is_enough=session.scalars(counted).one() <= most)


def _along(order: Order, moment: Any, case: Any) -> Order:  # noqa: ANN401 -- columns
    return replace(order, moment=moment, id=case)


def _read_few(
    session: Session, base: sa.Select[Any], *, sought: Sought, order: Order, cursor: Cursor | None
) -> Page[Any] | None:
    """Return a page of what an index finds in PostgreSQL; None when that is more than ``FEW``.

    One row tells how many it found, also when none of them is on the page.
    """
    if sought.candidates is None:
        return None
    found = sought.candidates.limit(written(FEW + 1)).cte("found")
    listed = sa.func.array(sa.select(found).scalar_subquery(), type_=ARRAY(sa.Uuid()))
    counted = sa.select(sa.func.count().label("times")).select_from(found).subquery()
    are_few = sa.select(counted.c.times <= FEW).scalar_subquery()
    among = base.with_only_columns(order.id.label("id"), order.moment.label("moment")).where(
        are_few, sought.application_id == sa.func.any(listed)
    )
    page = _placed(among, order, cursor).limit(order.size + 1).subquery()
    descending = order.newest_first is (cursor is None or cursor.forward)
    keys = session.execute(
        sa.select(counted.c.times, page.c.id)
        .select_from(counted.outerjoin(page, sa.true()))
        .order_by(*(c.desc() if descending else c.asc() for c in (page.c.moment, page.c.id)))
    ).all()
    if keys[0].times > FEW:
        return None
    return _rows_of(session, [key.id for key in keys if key.id is not None], order, cursor)


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
    return _rows_of(session, [key[0] for key in keys], order, cursor)


def _rows_of(
    session: Session, ids: Sequence[UUID], order: Order, cursor: Cursor | None
) -> Page[Any]:
    """Return the page of rows with these ids, in their order; one that is gone is left out."""
    rows = {
        getattr(row, order.id.key): row
        for row in session.scalars(sa.select(order.id.class_).where(order.id.in_(ids)))
    }
    shown = [rows[each] for each in ids[: order.size] if each in rows]
    return page_of(shown, order, cursor=cursor, more=len(ids) > order.size)


def read_page(
    session: Session, statement: sa.Select[Any], *, order: Order, cursor: Cursor | None
) -> Page[Any]:
    """Return the rows after (or before) the cursor, always in the list's own order."""
    found = session.scalars(_placed(statement, order, cursor).limit(order.size + 1)).all()
    more = len(found) > order.size
    return page_of(found[: order.size], order, cursor=cursor, more=more)


def _placed(statement: sa.Select[Any], order: Order, cursor: Cursor | None) -> sa.Select[Any]:
    """Order the rows, and begin after the cursor in its direction."""
    if cursor is not None:
        place = order.place(cursor)
        here = sa.tuple_(order.moment, order.id)
        descending = order.newest_first is cursor.forward
        statement = statement.where(here < place if descending else here > place)
    return _ordered(statement, order, cursor)


def _ordered(statement: sa.Select[Any], order: Order, cursor: Cursor | None) -> sa.Select[Any]:
    descending = order.newest_first is (cursor is None or cursor.forward)
    columns = (order.moment, order.id)
    return statement.order_by(*(c.desc() if descending else c.asc() for c in columns))


def page_of(found: Sequence[Any], order: Order, *, cursor: Cursor | None, more: bool) -> Page[Any]:
    """Return a page of rows that were asked for in the cursor's direction; ``more`` lie beyond."""
    forward = cursor is None or cursor.forward
    rows = found if forward else found[::-1]
    has_before = cursor is not None if forward else more
    has_after = more if forward else True
    return Page(
        entries=tuple(rows),
        before=order.cursor(rows[0], forward=False) if rows and has_before else None,
        after=order.cursor(rows[-1], forward=True) if rows and has_after else None,
    )
