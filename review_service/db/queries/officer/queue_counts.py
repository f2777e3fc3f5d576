"""How many cases of the queue each choice of each filter would show."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    case_groups,
    group_rows,
)
from review_service.db.queries.officer.queue_conditions import (
    IS_LIVE,
    LIVE_FINDINGS,
    QueueConditions,
    QueueFilter,
)
from review_service.db.queued_cases import written
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.queue_filters import Age, Asked, CaseFilter, Held, place_text
from review_service.domain.zones import zone_of

_FINDINGS, _QUESTIONS = "findings", "questions"
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


def filter_counts(
    uow: UnitOfWork,
    chosen: QueueFilter,
    asked: CaseFilter,
    *,
    me: UUID,
    seat: str | None = None,
    groups: CaseGroups | None = None,
) -> FilterCounts:
    """Return the counts for a view in review and a filter, for the officer who looks.

    ``groups`` are all cases, where they were just counted; else they are counted here. Each choice
    of track, zone, canton, kind and age is told from them, or from the groups of what the view and
    the other filters leave. At most ``QueueConditions.most_counted`` rows are read; they are sorted
    by due date only where there are more.
    """
    conditions = QueueConditions(uow, chosen, asked, me=me, seat=seat, now=NOW)
    every = case_groups(uow) if groups is None else groups
    is_cut = every.promise.open > conditions.most_counted
    known = every.rows if conditions.is_of_groups_alone and not is_cut else None
    told = _told(uow, conditions, asked, me=me, is_cut=is_cut, with_groups=known is None)
    counted = _Counted(asked)
    for row in told.get(GROUP, ()) if known is None else known:
        counted.add(row)
    held = {each: told[each.value][0][-1] for each in Held if each.value in told}
    if asked.held == Held.FREE:  # then the groups are of these
        held[Held.FREE] = counted.total
    else:
        of_all = held.get(Held.FREE, counted.total)  # without a choice they are of all
        held[Held.FREE] = max(0, of_all - held[Held.MINE] - held[Held.OTHERS])
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
        are_findings_cut=every.promise.open > MOST_WITH_FINDINGS,
    )


def _told(
    uow: UnitOfWork,
    conditions: QueueConditions,
    asked: CaseFilter,
    *,
    me: UUID,
    is_cut: bool,
    with_groups: bool,
) -> dict[str, list[Any]]:
    """Return the rows of each part of the question by the part's name, which they begin with."""

    def made() -> sa.CompoundSelect[*tuple[Any, ...]]:
        base = conditions.base(is_cut=is_cut)
        by_group = [group_rows(uow, base, *conditions.on_base(base.c, "group", "age"))]
        return sa.union_all(
            *(by_group if with_groups else []),
            _by_finding(conditions, base),
            *_by_holder(conditions, base, asked, me=me),
            _by_question(conditions, base),
        )

    key = None
    if conditions.key is not None:
        limits = (conditions.most_counted, MOST_WITH_FINDINGS)
        key = (conditions.key, is_cut, with_groups, *limits)
    told: dict[str, list[Any]] = {}
    for row in uow.rows(_MADE.of(key, made), **conditions.values):
        told.setdefault(row[0], []).append(row[1:])
    return told


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
    conditions: QueueConditions, rows: sa.FromClause, asked: CaseFilter, *, me: UUID
) -> Iterator[sa.Select[Any]]:
    """Count those held and those given to who looks, which are few; also all, of the other choices.

    All are counted as free: those held are taken from them later. Without a choice, and of the free
    ones, the groups say it.
    """
    rest = conditions.on_base(rows.c, "held")
    asked_of = {
        Held.ASSIGNED: rows.c.assigned_to == me,
        Held.MINE: conditions.is_held(rows.c, mine=True),
        Held.OTHERS: conditions.is_held(rows.c, mine=False),
        **({Held.FREE: sa.true()} if asked.held not in {"", Held.FREE} else {}),
    }
    for each, condition in asked_of.items():
        counted = _part(each.value, sa.func.count()).select_from(rows)
        yield counted.where(*rest, condition)


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
