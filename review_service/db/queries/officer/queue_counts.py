"""How many cases of the queue each choice of each filter would show."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.consultations import IS_OPEN, WITH_CASE
from review_service.db.kept_statements import NOW, KeptStatements
from review_service.db.models import ConsultationRow, FindingRow
from review_service.db.pending_decisions import pending_cases
from review_service.db.queries.officer.queue_conditions import (
    IS_LIVE,
    LIVE_FINDINGS,
    QueueConditions,
    QueueFilter,
    youngest,
)
from review_service.db.queued_cases import GROUPS, TABLE, count_up_to, written
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.queue_filters import Age, Asked, CaseFilter, Held, place_text
from review_service.domain.zones import zone_of

_GROUPS, _FINDINGS, _QUESTIONS, _PENDING = "groups", "findings", "questions", "pending"
_TEXTS, _NUMBERS = 5, len(Age) + 1
"""Columns of each part of the question."""
_NO_TEXT: Final = sa.literal_column("''", sa.Text())
_NO_NUMBER: Final = sa.literal_column("0", sa.Integer())
_OF_GROUPS: Final = ("track", "zone", "canton", "kind")
"""The filters that are told from groups of cases; so is the age."""
_MADE: Final = KeptStatements[sa.CompoundSelect[Any]]()
MOST_WITH_FINDINGS: Final = 500
"""Cases whose findings are counted: those that are due first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """How many of the open cases are still within the promised term."""

    open: int
    on_time: int


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
    """Of all cases in review, where the same pass over the rows tells it."""


def filter_counts(
    uow: UnitOfWork,
    chosen: QueueFilter,
    asked: CaseFilter,
    *,
    me: UUID,
    seat: str | None = None,
    open_cases: Callable[[], int] | None = None,
) -> FilterCounts:
    """Return the counts for a view in review and a filter, for the officer who looks.

    One question counts the rows by what they have in common, from which each choice of track, zone,
    canton, kind and age is told. At most ``QueueConditions.most_counted`` rows are read; they are
    sorted by due date only where there are more. Where groups alone tell them the same pass says
    how many there are (and all is asked again where they are too many); else ``open_cases`` does,
    which may know it, or they are counted.
    """
    conditions = QueueConditions(uow, chosen, asked, me=me, seat=seat, now=NOW)
    told, promise, counted = None, None, _Counted(asked)
    if conditions.is_of_groups_alone:
        told = _told(uow, conditions, asked, me=me, is_cut=False)
        counted = _added(told, asked)
        promise = counted.promise(told[_PENDING][0])
        rows = promise.open
    elif open_cases is not None:
        rows = open_cases()
    else:
        rows = count_up_to(uow.session, max(conditions.most_counted, MOST_WITH_FINDINGS))
    is_cut = rows > conditions.most_counted
    if told is None or is_cut:
        told = _told(uow, conditions, asked, me=me, is_cut=is_cut)
        counted = _added(told, asked)
    held = {each: told[each.value][0][-1] for each in Held if each.value in told}
    if asked.held == Held.FREE:  # then the groups are of these
        held[Held.FREE] = counted.total
    else:
        every = held.get(Held.FREE, counted.total)  # without a choice they are of all
        held[Held.FREE] = every - held[Held.MINE] - held[Held.OTHERS]
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
        promise=None if is_cut else promise,
    )


def promise_of(uow: UnitOfWork) -> Promise:
    """Return how many of the open cases are within the promised term."""
    late = sa.func.count().filter(TABLE.c.due_at < uow.now)
    every, past = uow.session.execute(sa.select(sa.func.count(), late).select_from(TABLE)).one()
    return Promise(open=every, on_time=every - past)


def _told(
    uow: UnitOfWork, conditions: QueueConditions, asked: CaseFilter, *, me: UUID, is_cut: bool
) -> dict[str, list[Any]]:
    """Return the rows of each part of the question by the part's name, which they begin with."""

    def made() -> sa.CompoundSelect[Any]:
        base = first = conditions.base(is_cut=is_cut)
        pending = []
        if conditions.is_of_groups_alone and not is_cut:  # how many rows there are is not known
            some = conditions.most_counted + 1
            first = sa.select(*base.c).limit(written(some)).subquery("some_rows")
            pending = [_pending()]
        return sa.union_all(
            _by_group(uow, conditions, first),
            _by_finding(conditions, base),
            *_by_holder(conditions, base, asked, me=me),
            _by_question(conditions, base),
            *pending,
        )

    key = None
    if conditions.key is not None:
        key = (conditions.key, is_cut, conditions.most_counted, MOST_WITH_FINDINGS)
    told: dict[str, list[Any]] = {}
    for row in uow.session.execute(_MADE.of(key, made), conditions.values):
        told.setdefault(row[0], []).append(row[1:])
    return told


def _added(told: Mapping[str, list[Any]], asked: CaseFilter) -> "_Counted":
    counted = _Counted(asked)
    for row in told.get(_GROUPS, ()):
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
        self._every = self._late = 0

    def promise(self, pending: Sequence[Any]) -> Promise:
        """Return the promise of all that were added, and of the row of ``_pending``."""
        *_, more, more_late = pending
        every, late = self._every + more, self._late + more_late
        return Promise(open=every, on_time=every - late)

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
        """Add a row of ``_by_group``."""
        values, until, late = _values_of(*row[:_TEXTS]), row[_TEXTS:-1], row[-1]
        self._every += until[-1]
        self._late += late
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


def _by_group(uow: UnitOfWork, conditions: QueueConditions, rows: sa.FromClause) -> sa.Select[Any]:
    """Count by group and zone of a move: how many are so young or younger, for each ``Age``.

    The last number is of those past the promised term at ``NOW``.
    """
    young = (sa.func.count().filter(each) for each in youngest(rows.c, uow))
    told = (*young, sa.func.count(), sa.func.count().filter(rows.c.due_at < NOW))
    numbers = [each.label(f"number_{at}") for at, each in enumerate(told)]
    counted = (
        sa.select(rows.c.group_id, rows.c.moved_zone, *numbers)
        .where(*conditions.on_base(rows.c, "group", "age"))
        .group_by(rows.c.group_id, rows.c.moved_zone)
        .subquery("counted")
    )
    texts = (GROUPS.c.track, GROUPS.c.kind, GROUPS.c.province, GROUPS.c.canton)
    return sa.select(
        sa.literal(_GROUPS),
        *texts,
        counted.c.moved_zone,
        *(counted.c[each.name] for each in numbers),
    ).join_from(counted, GROUPS, GROUPS.c.id == counted.c.group_id)


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


def _pending() -> sa.Select[Any]:
    """Count the cases that are recommended or can be undone, and those past the term at ``NOW``."""
    late = sa.func.count().filter(TABLE.c.due_at < NOW)
    is_pending = TABLE.c.application_id.in_(pending_cases())
    return _part(_PENDING, sa.func.count(), late).select_from(TABLE).where(is_pending)


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
        *[_NO_TEXT] * (_TEXTS - len(texts)),
        *[_NO_NUMBER] * (_NUMBERS - len(numbers)),
        *numbers,
    )
