"""How many cases of the queue each choice of each filter would show."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.models import FindingRow
from review_service.db.queries.officer.queue_conditions import (
    IS_LIVE,
    LIVE_FINDINGS,
    QueueConditions,
    QueueFilter,
    age_of,
)
from review_service.db.queued_cases import first_rows
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.queue_filters import CaseFilter, Held, place_text
from review_service.domain.zones import zone_of

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


def filter_counts(
    uow: UnitOfWork,
    chosen: QueueFilter,
    asked: CaseFilter,
    *,
    me: UUID,
    seat: str | None = None,
) -> FilterCounts:
    """Return the counts for a view in review and a filter, for the officer who looks.

    Each of four questions reads the narrow rows once, ``QueueConditions.most`` at most.
    """
    conditions = QueueConditions(uow, chosen, asked, me=me, seat=seat)
    kinds = _by_kind(uow, conditions)
    places = _by_place(uow, conditions)
    total = _sum(kinds, asked, "track", "kind", "age")
    by_value: dict[str, Mapping[str, int]] = {
        "track": _others(kinds, asked, "track", "track", "kind", "age"),
        "zone": _others(places, asked, "zone", "zone", "canton"),
        "canton": _others(places, asked, "canton", "zone", "canton"),
        "kind": _others(kinds, asked, "kind", "track", "kind", "age"),
        "finding": _by_finding(uow, conditions),
        "age": _others(kinds, asked, "age", "track", "kind", "age"),
        "held": _by_holder(uow, conditions, me=me),
    }
    beyond = uow.session.execute(
        sa.select(first_rows(conditions.most + 1).c.application_id).offset(conditions.most)
    ).first()
    return FilterCounts(total=total, by_value=by_value, is_cut=beyond is not None)


@dataclass(frozen=True, slots=True)
class _Group:
    values: Mapping[str, str]
    number: int


def _by_kind(uow: UnitOfWork, conditions: QueueConditions) -> list[_Group]:
    """Count by track, kind and age together: few groups, from which each is told."""
    rows = first_rows(conditions.most)
    columns = (rows.c.track, rows.c.kind, age_of(rows.c, uow).label("age"))
    return [
        _Group({"track": row[0], "kind": row[1], "age": row[2]}, row[3])
        for row in _grouped(uow, rows, columns, conditions.on(rows.c, "track", "kind", "age"))
    ]


def _by_place(uow: UnitOfWork, conditions: QueueConditions) -> list[_Group]:
    rows = first_rows(conditions.most)
    columns = (rows.c.province, rows.c.canton, rows.c.moved_zone)
    return [
        _Group(
            {
                "zone": row[2] or zone_of(row[0], row[1]),
                "canton": place_text(row[0], row[1]) if row[1] else "",
            },
            row[3],
        )
        for row in _grouped(uow, rows, columns, conditions.on(rows.c, "zone", "canton"))
    ]


def _by_finding(uow: UnitOfWork, conditions: QueueConditions) -> dict[str, int]:
    rows = first_rows(conditions.most)
    some = (
        sa.select(rows.c.application_id)
        .where(*conditions.on(rows.c, "finding"))
        .limit(MOST_WITH_FINDINGS)
        .subquery("some")
    )
    counted = sa.func.count(FindingRow.application_id.distinct())
    found = uow.session.execute(
        sa.select(FindingRow.code, counted)
        .select_from(LIVE_FINDINGS)
        .where(FindingRow.application_id.in_(sa.select(some.c.application_id)), IS_LIVE)
        .group_by(FindingRow.code)
    )
    return {row[0]: row[1] for row in found}


def _by_holder(uow: UnitOfWork, conditions: QueueConditions, *, me: UUID) -> dict[str, int]:
    """Count those held, which are few; the others are free."""
    rows = first_rows(conditions.most)
    others = conditions.on(rows.c, "held")
    given = sa.func.count(sa.case((rows.c.assigned_to == me, 1)))
    every = sa.select(sa.func.count(), given).select_from(rows).where(*others)
    total, assigned = uow.session.execute(every).one()
    held = uow.session.scalars(
        sa.select(rows.c.application_id).where(
            *others, rows.c.application_id.in_(list(conditions.held))
        )
    ).all()
    mine = sum(conditions.held[case] == me for case in held)
    counts = {
        Held.FREE: total - len(held),
        Held.MINE: mine,
        Held.OTHERS: len(held) - mine,
        Held.ASSIGNED: assigned,
    }
    return {each.value: number for each, number in counts.items() if number}


def _grouped(
    uow: UnitOfWork,
    rows: sa.Subquery,
    columns: Sequence[sa.ColumnElement[Any]],
    conditions: list[sa.ColumnElement[bool]],
) -> Sequence[Any]:
    return uow.session.execute(
        sa.select(*columns, sa.func.count()).select_from(rows).where(*conditions).group_by(*columns)
    ).all()


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
