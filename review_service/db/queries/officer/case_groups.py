"""How many cases in review are alike: of one track, kind, place and move, by how long they wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa

from review_service.db.kept_statements import NOW, KeptStatements
from review_service.db.pending_decisions import pending_cases
from review_service.db.queries.officer.queue_conditions import most_looked_at, youngest
from review_service.db.queued_cases import GROUPS, TABLE, written
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.queue_filters import Age
from review_service.domain.terms import ecuador_day

TEXTS: Final = 5
"""Columns that say what the cases of a row have in common: track, kind, province, canton, move."""
NUMBERS: Final = len(Age) + 1
"""Columns after these: how many are so young or younger, for each ``Age``; how many are late."""
GROUP: Final = "group"
"""Begins the rows of ``group_rows``."""
_PENDING: Final = "pending"
_MADE: Final = KeptStatements[sa.CompoundSelect[*tuple[Any, ...]]]()
GroupRow = tuple[Any, ...]
"""``TEXTS`` texts, of which the last may be None, and ``NUMBERS`` numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """How many of the open cases are still within the promised term."""

    open: int
    on_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseGroups:
    """All cases in review by what they have in common."""

    rows: list[GroupRow]
    """Of the cases that are to be reviewed; none where ``is_cut``."""
    promise: Promise
    """Of all cases in review, also those that are recommended or can be undone."""
    is_cut: bool
    """Whether there are more cases than one page looks at."""
    counted_at: datetime


def case_groups(uow: UnitOfWork) -> CaseGroups:
    """Count the cases in review by groups, in one pass over their narrow rows.

    It asks nothing of who looks, or for what: the answer is the same for all officers and filters.
    """
    most, _ = most_looked_at()
    key = (ecuador_day(uow.now), most)
    told: dict[str, list[GroupRow]] = {GROUP: [], _PENDING: []}
    for row in uow.rows(_MADE.of(key, lambda: _statement(uow, most)), **{NOW.key: uow.now}):
        told[row[0]].append(tuple(row[1:]))
    every, late = (sum(row[at] for row in told[GROUP]) for at in (-2, -1))
    if every > most:
        return CaseGroups(rows=[], promise=promise_of(uow), is_cut=True, counted_at=uow.now)
    return CaseGroups(
        rows=without(told[GROUP], told[_PENDING]),
        promise=Promise(open=every, on_time=every - late),
        is_cut=False,
        counted_at=uow.now,
    )


def promise_of(uow: UnitOfWork) -> Promise:
    """Return how many of the open cases are within the promised term."""
    late = sa.func.count().filter(TABLE.c.due_at < uow.now)
    every, past = uow.session.execute(sa.select(sa.func.count(), late).select_from(TABLE)).one()
    return Promise(open=every, on_time=every - past)


def group_rows(
    uow: UnitOfWork, rows: sa.FromClause, *conditions: sa.ColumnElement[bool], name: str = GROUP
) -> sa.Select[Any]:
    """Select name, texts and numbers of the groups of these narrow rows; late is at ``NOW``."""
    young = (sa.func.count().filter(each) for each in youngest(rows.c, uow))
    told = (*young, sa.func.count(), sa.func.count().filter(rows.c.due_at < NOW))
    numbers = [each.label(f"number_{at}") for at, each in enumerate(told)]
    counted = (
        sa.select(rows.c.group_id, rows.c.moved_zone, *numbers)
        .where(*conditions)
        .group_by(rows.c.group_id, rows.c.moved_zone)
        .subquery("counted")
    )
    texts = (GROUPS.c.track, GROUPS.c.kind, GROUPS.c.province, GROUPS.c.canton)
    return sa.select(
        sa.literal(name),
        *texts,
        counted.c.moved_zone,
        *(counted.c[each.name] for each in numbers),
    ).join_from(counted, GROUPS, GROUPS.c.id == counted.c.group_id)


def _statement(uow: UnitOfWork, most: int) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Return the pass over all rows, and of one more than may be read; and the pending ones."""
    some = sa.select(*TABLE.c).limit(written(most + 1)).subquery("some_rows")
    is_pending = TABLE.c.application_id.in_(pending_cases())
    return sa.union_all(group_rows(uow, some), group_rows(uow, TABLE, is_pending, name=_PENDING))


def without(groups: list[GroupRow], *others: Sequence[GroupRow]) -> list[GroupRow]:
    """Return the groups less the few cases of others, each of which was counted in one of them."""
    fewer: dict[GroupRow, list[int]] = {}
    for row in chain(*others):
        before = fewer.get(row[:TEXTS], [0] * NUMBERS)
        fewer[row[:TEXTS]] = [a + b for a, b in zip(before, row[TEXTS:], strict=True)]
    if not fewer:
        return groups
    nothing = [0] * NUMBERS
    return [
        (
            *row[:TEXTS],
            *(a - b for a, b in zip(row[TEXTS:], fewer.get(row[:TEXTS], nothing), strict=True)),
        )
        for row in groups
    ]
