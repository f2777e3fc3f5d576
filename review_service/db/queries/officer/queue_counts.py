"""How many cases of the queue each choice of each filter would show."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.consultations import IS_OPEN, WITH_CASE
from review_service.db.kept_statements import NOW, KeptStatements
from review_service.db.models import ConsultationRow, FindingRow
from review_service.db.queries.officer.case_groups import (
    GROUP,
    NUMBERS,
    TEXTS,
    CaseGroups,
    GroupRow,
    Promise,
    case_groups,
    group_rows,
    without,
)
from review_service.db.queries.officer.queue_conditions import (
    IS_LIVE,
    LIVE_FINDINGS,
    QueueConditions,
    QueueFilter,
)
from review_service.db.queued_cases import count_up_to, written
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.queue_filters import Age, Asked, CaseFilter, Held, place_text
from review_service.domain.zones import zone_of

_FINDINGS, _QUESTIONS, _ALL = "findings", "questions", "all"
_OF_HOLDERS: Final = (Held.ASSIGNED, Held.MINE, Held.OTHERS)
_NO_TEXT: Final = sa.literal_column("''", sa.Text())
_NO_NUMBER: Final = sa.literal_column("0", sa.Integer())
_OF_GROUPS: Final = ("track", "zone", "canton", "kind")
"""The filters that are told from groups of cases; so is the age."""
_MADE: Final = KeptStatements[sa.CompoundSelect[*tuple[Any, ...]]]()
MOST_WITH_FINDINGS: Final = 500
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
    promise: Promise | None
    """Of all cases in review, where these were counted by groups."""
    counted_at: datetime
    """When the oldest of these numbers was counted."""


def filter_counts(
    uow: UnitOfWork,
    chosen: QueueFilter,
    asked: CaseFilter,
    *,
    me: UUID,
    seat: str | None = None,
    groups: Callable[[], CaseGroups] | None = None,
    open_cases: Callable[[], int] | None = None,
) -> FilterCounts:
    """Return the counts for a view in review and a filter, for the officer who looks.

    Each choice of track, zone, canton, kind, age and holder is told from the groups of all cases
    where that is possible, else from those of what the view and the other filters leave. ``groups``
    and ``open_cases``, how many there are, may be known; else they are counted. Of «libre» the
    groups have to be counted in this unit, as those who hold a case are told now. At most
    ``QueueConditions.most_counted`` rows are read; they are sorted by due date only where there are
    more.
    """
    conditions = QueueConditions(uow, chosen, asked, me=me, seat=seat, now=NOW)
    every = None
    if conditions.is_of_groups_alone:
        every = case_groups(uow) if groups is None else groups()
        rows = every.promise.open
    elif open_cases is not None:
        rows = open_cases()
    else:
        rows = count_up_to(uow.session, max(conditions.most_counted, MOST_WITH_FINDINGS))
    is_cut = rows > conditions.most_counted
    is_known = every is not None and not every.is_cut and not is_cut
    told = _told(uow, conditions, asked, me=me, is_cut=is_cut, is_known=is_known)
    if every is not None and is_known:
        told |= _of_holders(asked, every.rows, told)
    counted = _added(told.get(GROUP, ()), asked)
    of_all = asked.without("held")
    held = {each: _added(told.get(each, ()), of_all).total for each in _OF_HOLDERS}
    if asked.held == Held.FREE:
        held[Held.FREE] = counted.total
    else:  # without a choice of a holder all are counted
        number = _added(told[_ALL], of_all).total if _ALL in told else counted.total
        held[Held.FREE] = max(0, number - held[Held.MINE] - held[Held.OTHERS])
    by_value: dict[str, Mapping[str, int]] = {
        **counted.by_value,
        "finding": {row[0]: row[-1] for row in told.get(_FINDINGS, ())},
        "held": {each.value: number for each, number in held.items() if number},
        "question": _asked(told[_QUESTIONS][0]),
    }
    return FilterCounts(
        total=counted.total,
        by_value=by_value,
        is_cut=is_cut,
        are_findings_cut=rows > MOST_WITH_FINDINGS,
        promise=None if every is None else every.promise,
        counted_at=uow.now if every is None else every.counted_at,
    )


def _told(
    uow: UnitOfWork,
    conditions: QueueConditions,
    asked: CaseFilter,
    *,
    me: UUID,
    is_cut: bool,
    is_known: bool,
) -> dict[str, list[Any]]:
    """Return the rows of each part of the question by the part's name, which they begin with.

    Where all cases are known by groups (``is_known``) only what these do not tell is asked.
    """

    def made() -> sa.CompoundSelect[*tuple[Any, ...]]:
        base = conditions.base(is_cut=is_cut)
        parts = list(_by_holder(uow, conditions, base, me=me))
        if not is_known:
            parts.append(group_rows(uow, base, *conditions.on_base(base.c, "group", "age")))
            if asked.held not in {"", Held.FREE}:  # else the groups say it
                rest = conditions.on_base(base.c, "held", "group", "age")
                parts.append(group_rows(uow, base, *rest, name=_ALL))
        parts += [_by_finding(conditions, base), _by_question(conditions, base)]
        return sa.union_all(*parts)

    key = None
    if conditions.key is not None:
        limits = (conditions.most_counted, MOST_WITH_FINDINGS)
        key = (conditions.key, is_cut, is_known, *limits)
    told: dict[str, list[Any]] = {}
    for row in uow.rows(_MADE.of(key, made), **conditions.values):
        told.setdefault(row[0], []).append(tuple(row[1:]))
    return told


def _of_holders(
    asked: CaseFilter, every: list[GroupRow], told: Mapping[str, list[GroupRow]]
) -> dict[str, list[GroupRow]]:
    """Return what the groups of all cases tell: those of the holder that is asked for, or all."""
    if not asked.held:
        return {GROUP: every}
    if asked.held == Held.FREE:
        return {GROUP: without(every, *(told.get(each, ()) for each in (Held.MINE, Held.OTHERS)))}
    of_holder = told.get(asked.held, []) if asked.held in _OF_HOLDERS else []
    return {GROUP: of_holder, _ALL: every}


def total_of(groups: CaseGroups, asked: CaseFilter) -> int:
    """Return how many of these cases a filter shows, whoever holds them."""
    return _added(groups.rows, asked.without("held")).total


def _added(rows: Sequence[GroupRow], asked: CaseFilter) -> "_Counted":
    counted = _Counted(asked)
    for row in rows:
        counted.add(row)
    return counted


class _Counted:
    """Adds up groups of cases by each value of each filter, the other filters as they are."""

    def __init__(self, asked: CaseFilter) -> None:
        self._wanted = [
            (at, getattr(asked, name)) for at, name in enumerate(_OF_GROUPS) if getattr(asked, name)
        ]
        self._counts: tuple[dict[str, int], ...] = tuple(defaultdict(int) for _ in _OF_GROUPS)
        self._until = [0] * len(Age)
        self._is_by_age = bool(asked.age)
        self._ages = [at for at, age in enumerate(Age) if age == asked.age]
        self.total = 0

    @property
    def by_value(self) -> dict[str, Mapping[str, int]]:
        """Return the numbers by filter and value, of values that some case has."""
        ages = {age.value: _of_age(self._until, at) for at, age in enumerate(Age)}
        found = dict(zip(_OF_GROUPS, self._counts, strict=True)) | {"age": ages}
        return {
            name: {value: number for value, number in counts.items() if value and number}
            for name, counts in found.items()
        }

    def add(self, row: Sequence[Any]) -> None:
        """Add a row of groups."""
        values, until = _values_of(*row[:TEXTS]), row[TEXTS:-1]
        others = [at for at, value in self._wanted if values[at] != value]
        if len(others) > 1:  # nothing shows them that changes one filter
            return
        shown = sum([_of_age(until, at) for at in self._ages]) if self._is_by_age else until[-1]
        if others:
            self._counts[others[0]][values[others[0]]] += shown
            return
        self._until = [before + number for before, number in zip(self._until, until, strict=True)]
        self.total += shown
        for counts, value in zip(self._counts, values, strict=True):
            counts[value] += shown


def _of_age(until: Sequence[int], at: int) -> int:
    """Return how many are of the age at this place, of how many are so young or younger."""
    return until[at] - until[at - 1] if at else until[0]


@lru_cache(maxsize=4096)
def _values_of(
    track: str, kind: str, province: str, canton: str, moved: str | None
) -> tuple[str, ...]:
    """Return the values of ``_OF_GROUPS`` that the cases of a group and a move have."""
    place = place_text(province, canton) if canton else ""
    return track, moved or zone_of(province, canton), place, kind


def _by_finding(conditions: QueueConditions, rows: sa.FromClause) -> sa.Select[Any]:
    some = (
        sa.select(rows.c.application_id)
        .where(*conditions.on_base(rows.c, "finding"))
        .order_by(rows.c.due_at, rows.c.application_id)
        .limit(written(MOST_WITH_FINDINGS))
        .subquery("some")
    )
    cases: sa.ColumnElement[Any] = sa.func.count(FindingRow.application_id.distinct())
    code: sa.ColumnElement[Any] = sa.func.coalesce(FindingRow.code, "")
    return (
        _part(_FINDINGS, code, cases)
        .select_from(LIVE_FINDINGS)
        .where(FindingRow.application_id.in_(sa.select(some.c.application_id)), IS_LIVE)
        .group_by(FindingRow.code)
    )


def _by_holder(
    uow: UnitOfWork, conditions: QueueConditions, rows: sa.FromClause, *, me: UUID
) -> Iterator[sa.Select[Any]]:
    """Select the groups of the cases that are held, and of those given to who looks: few."""
    rest = conditions.on_base(rows.c, "held", "group", "age")
    asked_of = {
        Held.ASSIGNED: rows.c.assigned_to == me,
        Held.MINE: conditions.is_held(rows.c, mine=True),
        Held.OTHERS: conditions.is_held(rows.c, mine=False),
    }
    for each, condition in asked_of.items():
        yield group_rows(uow, rows, *rest, condition, name=each.value)


def _by_question(conditions: QueueConditions, rows: sa.FromClause) -> sa.Select[Any]:
    """Count the cases with an open question: those of who looks, those to them, and all."""
    case = ConsultationRow.application_id
    mine, to_me = (
        sa.func.count(sa.case((each, case)).distinct())
        for each in (conditions.asks_it(), conditions.is_asked())
    )
    both = sa.join(WITH_CASE, rows, rows.c.application_id == case)
    return (
        _part(_QUESTIONS, mine, to_me, sa.func.count(case.distinct()))
        .select_from(both)
        .where(*IS_OPEN, *conditions.on_base(rows.c, "question"))
    )


def _asked(row: Sequence[Any]) -> dict[str, int]:
    *_, mine, to_me, every = row
    counts = {Asked.ANY: every, Asked.MINE: mine, Asked.TO_ME: to_me}
    return {each.value: number for each, number in counts.items() if number}


def _part(name: str, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Select these columns, text before numbers, under the name of a part of the question."""
    texts = [each for each in columns if isinstance(each.type, sa.Text | sa.String)]
    numbers = columns[len(texts) :]
    return sa.select(
        sa.literal(name),
        *texts,
        *[_NO_TEXT] * (TEXTS - len(texts)),
        *[_NO_NUMBER] * (NUMBERS - len(numbers)),
        *numbers,
    )
