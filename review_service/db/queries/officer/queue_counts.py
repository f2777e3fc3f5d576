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
from review_service.db.queued_cases import first_rows
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.queue_filters import Asked, CaseFilter, Held, place_text
from review_service.domain.zones import zone_of

_KINDS, _PLACES, _FINDINGS, _ROWS = "kinds", "places", "findings", "rows"
_QUESTIONS: Final = "questions"
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

    One question, which reads the narrow rows once, ``QueueConditions.most`` at most.
    """
    conditions = QueueConditions(uow, chosen, asked, me=me, seat=seat)
    base = conditions.base()
    parts = [
        _by_kind(uow, conditions, base),
        _by_place(conditions, base),
        _by_finding(conditions, base),
        *_by_holder(conditions, base, me=me),
        _by_question(conditions, base),
        _part(_ROWS, first_rows(conditions.most + 1)),
    ]
    told: dict[str, list[Any]] = {}
    for row in uow.session.execute(sa.union_all(*parts)):
        told.setdefault(row[0], []).append(row[1:])
    kinds = [_group(row, "track", "kind", "age") for row in told.get(_KINDS, ())]
    places = [_place(row) for row in told.get(_PLACES, ())]
    held = {each: told[each.value][0][-1] for each in Held}
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
        total=_sum(kinds, asked, "track", "kind", "age"),
        by_value=by_value,
        is_cut=told[_ROWS][0][-1] > conditions.most,
        are_findings_cut=told[_ROWS][0][-1] > MOST_WITH_FINDINGS,
    )


@dataclass(frozen=True, slots=True)
class _Group:
    values: Mapping[str, str]
    number: int


def _by_kind(uow: UnitOfWork, conditions: QueueConditions, rows: sa.CTE) -> sa.Select[Any]:
    """Count by track, kind and age together: few groups, from which each is told."""
    columns = (rows.c.track, rows.c.kind, age_of(rows.c, uow).label("age"))
    return _part(_KINDS, rows, *conditions.on_base(rows.c, "track", "kind", "age"), by=columns)


def _by_place(conditions: QueueConditions, rows: sa.CTE) -> sa.Select[Any]:
    columns = (rows.c.province, rows.c.canton, rows.c.moved_zone)
    return _part(_PLACES, rows, *conditions.on_base(rows.c, "zone", "canton"), by=columns)


def _by_finding(conditions: QueueConditions, rows: sa.CTE) -> sa.Select[Any]:
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
    columns = [code, nothing, nothing, cases]
    return (
        sa.select(sa.literal(_FINDINGS), *columns)
        .select_from(LIVE_FINDINGS)
        .where(FindingRow.application_id.in_(sa.select(some.c.application_id)), IS_LIVE)
        .group_by(FindingRow.code)
    )


def _by_holder(conditions: QueueConditions, rows: sa.CTE, *, me: UUID) -> Iterator[sa.Select[Any]]:
    """Count all as free, then those held, which are few: they are taken from them later."""
    rest = conditions.on_base(rows.c, "held")
    yield _part(Held.FREE.value, rows, *rest)
    yield _part(Held.MINE.value, rows, *rest, conditions.is_held(rows.c, mine=True))
    yield _part(Held.OTHERS.value, rows, *rest, conditions.is_held(rows.c, mine=False))
    yield _part(Held.ASSIGNED.value, rows, *rest, rows.c.assigned_to == me)


def _by_question(conditions: QueueConditions, rows: sa.CTE) -> sa.Select[Any]:
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
        sa.func.count(case.distinct()),
    ]
    return (
        sa.select(sa.literal(_QUESTIONS), *columns)
        .select_from(both)
        .where(*IS_OPEN, *conditions.on_base(rows.c, "question"))
    )


def _asked(row: Sequence[Any]) -> dict[str, int]:
    mine, to_me, _, every = row
    counts = {Asked.ANY: every, Asked.MINE: int(mine), Asked.TO_ME: int(to_me)}
    return {each.value: number for each, number in counts.items() if number}


def _part(
    name: str,
    rows: sa.FromClause,
    *conditions: sa.ColumnElement[bool],
    by: Sequence[sa.ColumnElement[Any]] = (),
) -> sa.Select[Any]:
    """Count rows by three columns, or all of them, under the name of a part of the question."""
    nothing = sa.literal_column("''", sa.Text())
    columns = by or (nothing, nothing, nothing)
    counted = sa.select(sa.literal(name), *columns, sa.func.count()).select_from(rows)
    return counted.where(*conditions).group_by(*by)


def _group(row: Sequence[Any], *names: str) -> _Group:
    return _Group(dict(zip(names, row[:-1], strict=True)), row[-1])


def _place(row: Sequence[Any]) -> _Group:
    province, canton, moved, number = row
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


def _matches(group: _Group, asked: CaseFilter, *names: str) -> bool:
    wanted = ((group.values[name], getattr(asked, name)) for name in names)
    return all(not value or has == value for has, value in wanted)
