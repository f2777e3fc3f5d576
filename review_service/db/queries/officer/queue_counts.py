"""How many cases of the queue each choice of each filter would show."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.consultations import IS_OPEN, WITH_CASE
from review_service.db.models import ConsultationRow, FindingRow
from review_service.db.queries.officer.queue_conditions import (
    IS_LIVE,
    LIVE_FINDINGS,
    QueueConditions,
    QueueFilter,
    age_of,
)
from review_service.db.queued_cases import count_up_to
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.queue_filters import Asked, CaseFilter, Held, place_text
from review_service.domain.zones import zone_of

_KINDS, _PLACES, _FINDINGS, _QUESTIONS = "kinds", "places", "findings", "questions"
_NONE: Final = sa.literal_column("0", sa.Integer())
MOST_WITH_FINDINGS: Final = 1_000
"""Cases whose findings are counted: those that are due first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterCounts:
    """For each filter how many cases each of its values has, the other filters as they are."""

    total: int
    """Cases that the view and the whole filter show."""
    by_value: Mapping[str, Mapping[str, int]]
    """By the name of a field of ``CaseFilter``; a value that no case has is left out."""
    is_cut: bool
    """Whether there are more rows than were looked at: each number may be larger."""
    are_findings_cut: bool
    """Whether there are more than the cases whose findings are counted."""


def filter_counts(
    uow: UnitOfWork,
    chosen: QueueFilter,
    asked: CaseFilter,
    *,
    me: UUID,
    seat: str | None = None,
) -> FilterCounts:
    """Return the counts for a view in review and a filter, for the officer who looks.

    Two queries: the first counts the narrow rows, the second those of each choice. At most
    ``QueueConditions.most`` rows are read; they are sorted by due date only where there are more.
    """
    conditions = QueueConditions(uow, chosen, asked, me=me, seat=seat)
    rows = count_up_to(uow.session, max(conditions.most, MOST_WITH_FINDINGS))
    is_cut = rows > conditions.most
    base = conditions.base(is_cut=is_cut)
    parts = [
        _by_kind(uow, conditions, base, me=me),
        _by_place(conditions, base),
        _by_finding(conditions, base),
        *_by_holder(conditions, base, asked, me=me),
        _by_question(conditions, base),
    ]
    told: dict[str, list[Any]] = {}
    for row in uow.session.execute(sa.union_all(*parts)):
        told.setdefault(row[0], []).append(row[1:])
    kinds = [_group(row, "track", "kind", "age") for row in told.get(_KINDS, ())]
    places = [_place(row) for row in told.get(_PLACES, ())]
    total = _sum(kinds, asked, "track", "kind", "age")
    held = {each: told[each.value][0][-1] for each in Held if each.value in told}
    if not asked.held:  # then all of them are counted above, as free or not
        held[Held.FREE] = total
        held[Held.ASSIGNED] = _assigned(kinds, asked)
    held[Held.FREE] -= held[Held.MINE] + held[Held.OTHERS]
    by_value: dict[str, Mapping[str, int]] = {
        "track": _others(kinds, asked, "track", "track", "kind", "age"),
        "zone": _others(places, asked, "zone", "zone", "canton"),
        "canton": _others(places, asked, "canton", "zone", "canton"),
        "kind": _others(kinds, asked, "kind", "track", "kind", "age"),
        "finding": {row[0]: row[-1] for row in told.get(_FINDINGS, ())},
        "age": _others(kinds, asked, "age", "track", "kind", "age"),
        "held": {each.value: number for each, number in held.items() if number},
        "question": _asked(told[_QUESTIONS][0]),
    }
    return FilterCounts(
        total=total,
        by_value=by_value,
        is_cut=is_cut,
        are_findings_cut=rows > MOST_WITH_FINDINGS,
    )


@dataclass(frozen=True, slots=True)
class _Group:
    values: Mapping[str, str]
    number: int
    given: int = 0
    """How many of them were given to who looks."""


def _by_kind(
    uow: UnitOfWork, conditions: QueueConditions, rows: sa.FromClause, *, me: UUID
) -> sa.Select[Any]:
    """Count by track, kind and age together: few groups, from which each is told.

    Of each group also how many were given to who looks.
    """
    columns = (rows.c.track, rows.c.kind, age_of(rows.c, uow).label("age"))
    given = sa.func.sum(sa.case((rows.c.assigned_to == me, 1), else_=0))
    but = conditions.on_base(rows.c, "track", "kind", "age")
    return _part(_KINDS, rows, *but, by=columns, given=given)


def _by_place(conditions: QueueConditions, rows: sa.FromClause) -> sa.Select[Any]:
    columns = (rows.c.province, rows.c.canton, rows.c.moved_zone)
    return _part(_PLACES, rows, *conditions.on_base(rows.c, "zone", "canton"), by=columns)


def _by_finding(conditions: QueueConditions, rows: sa.FromClause) -> sa.Select[Any]:
    some = (
        sa.select(rows.c.application_id)
        .where(*conditions.on_base(rows.c, "finding"))
        .order_by(rows.c.due_at, rows.c.application_id)
        .limit(MOST_WITH_FINDINGS)
        .subquery("some")
    )
    nothing = sa.literal_column("''", sa.Text())
    cases: sa.ColumnElement[Any] = sa.func.count(FindingRow.application_id.distinct())
    code: sa.ColumnElement[Any] = sa.func.coalesce(FindingRow.code, "")
    columns = [code, nothing, nothing, _NONE, cases]
    return (
        sa.select(sa.literal(_FINDINGS), *columns)
        .select_from(LIVE_FINDINGS)
        .where(FindingRow.application_id.in_(sa.select(some.c.application_id)), IS_LIVE)
        .group_by(FindingRow.code)
    )


def _by_holder(
    conditions: QueueConditions, rows: sa.FromClause, asked: CaseFilter, *, me: UUID
) -> Iterator[sa.Select[Any]]:
    """Count those held, which are few, and where it is filtered by them also the others.

    All are counted as free: those held are taken from them later.
    """
    rest = conditions.on_base(rows.c, "held")
    if asked.held:
        yield _part(Held.FREE.value, rows, *rest)
        yield _part(Held.ASSIGNED.value, rows, *rest, rows.c.assigned_to == me)
    yield _part(Held.MINE.value, rows, *rest, conditions.is_held(rows.c, mine=True))
    yield _part(Held.OTHERS.value, rows, *rest, conditions.is_held(rows.c, mine=False))


def _by_question(conditions: QueueConditions, rows: sa.FromClause) -> sa.Select[Any]:
    """Count the cases with an open question: those of who looks, those to them, and all."""
    case = ConsultationRow.application_id
    mine, to_me = (
        sa.func.count(sa.case((each, case)).distinct())
        for each in (conditions.asks_it(), conditions.is_asked())
    )
    both = sa.join(WITH_CASE, rows, rows.c.application_id == case)
    columns: list[sa.ColumnElement[Any]] = [
        sa.cast(mine, sa.Text()),
        sa.cast(to_me, sa.Text()),
        sa.literal_column("''", sa.Text()),
        _NONE,
        sa.func.count(case.distinct()),
    ]
    return (
        sa.select(sa.literal(_QUESTIONS), *columns)
        .select_from(both)
        .where(*IS_OPEN, *conditions.on_base(rows.c, "question"))
    )


def _asked(row: Sequence[Any]) -> dict[str, int]:
    mine, to_me, _, _, every = row
    counts = {Asked.ANY: every, Asked.MINE: int(mine), Asked.TO_ME: int(to_me)}
    return {each.value: number for each, number in counts.items() if number}


def _part(
    name: str,
    rows: sa.FromClause,
    *conditions: sa.ColumnElement[bool],
    by: Sequence[sa.ColumnElement[Any]] = (),
    given: sa.ColumnElement[int] | None = None,
) -> sa.Select[Any]:
    """Count rows by three columns, or all of them, under the name of a part of the question."""
    nothing = sa.literal_column("''", sa.Text())
    columns = by or (nothing, nothing, nothing)
    numbers = (_NONE if given is None else given, sa.func.count())
    counted = sa.select(sa.literal(name), *columns, *numbers).select_from(rows)
    return counted.where(*conditions).group_by(*by)


def _group(row: Sequence[Any], *names: str) -> _Group:
    *values, given, number = row
    return _Group(dict(zip(names, values, strict=True)), number, given)


def _place(row: Sequence[Any]) -> _Group:
    province, canton, moved, _, number = row
    return _Group(
        {
            "zone": moved or zone_of(province, canton),
            "canton": place_text(province, canton) if canton else "",
        },
        number,
    )


def _others(groups: list[_Group], asked: CaseFilter, name: str, *names: str) -> dict[str, int]:
    """Count by one of the names, among the groups that have what is asked of the others."""
    counts: Counter[str] = Counter()
    for group in groups:
        if _matches(group, asked, *(each for each in names if each != name)):
            counts[group.values[name]] += group.number
    return {value: number for value, number in counts.items() if value}


def _sum(groups: list[_Group], asked: CaseFilter, *names: str) -> int:
    return sum(group.number for group in groups if _matches(group, asked, *names))


def _assigned(groups: list[_Group], asked: CaseFilter) -> int:
    return sum(group.given for group in groups if _matches(group, asked, "track", "kind", "age"))


def _matches(group: _Group, asked: CaseFilter, *names: str) -> bool:
    wanted = ((group.values[name], getattr(asked, name)) for name in names)
    return all(not value or has == value for has, value in wanted)
