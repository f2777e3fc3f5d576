"""What the views and filters of the queue ask of a case in review.

Each condition is on a row of ``db/queued_cases.py``; those that ask another table as well read that
through an index, once for each row that is looked at.
"""

from collections.abc import Hashable
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db import open_checks
from review_service.db.consultations import IS_OPEN, WITH_CASE
from review_service.db.kept_statements import NOW
from review_service.db.legal_terms import alarming
from review_service.db.listed import is_listed
from review_service.db.models import (
    ApplicationRow,
    ConsultationRow,
    DocumentRow,
    FindingRow,
)
from review_service.db.pending_decisions import pending_cases, recommended_cases
from review_service.db.queued_cases import (
    GROUPS,
    MOST_ASKED,
    MOST_ASKED_COUNTED,
    MOST_LOOKED_AT,
    TABLE,
    first_rows,
    is_in_groups,
    is_one_of,
    written,
)
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.findings import Severity
from review_service.domain.queue_filters import Age, Asked, CaseFilter, Held, place_of
from review_service.domain.terms import ecuador_day, end_of_day
from review_service.domain.zones import cantons_elsewhere, cantons_excepted, provinces_of

LIVE_FINDINGS: Final = sa.join(
    FindingRow, DocumentRow, FindingRow.document_id == DocumentRow.id, isouter=True
)
"""A finding may be of the whole application; one of a replaced document counts no more."""
IS_LIVE: Final = sa.and_(DocumentRow.removed_at.is_(None), FindingRow.severity != Severity.NOTE)


MOST_RARE: Final = 1_000
"""Findings of one code, of any time, up to which they lead to their cases."""


class QueueFilter(StrEnum):
    """The counted views above the queue, in their printed order."""

    TO_REVIEW = "por-revisar"
    DUE_TODAY = "vencen-hoy"
    LEGAL_TERM = "plazo-legal"
    CORRECTED = "corregidas"
    CLEAN = "sin-alertas"
    RECOMMENDED = "recomendados"
    EXTENSIONS = "prorrogas"
    WITHDRAWALS = "desistimientos"
    LATER = "control-posterior"

    @property
    def label(self) -> str:
        """Spanish words for the screen."""
        return {
            QueueFilter.TO_REVIEW: "Por revisar",
            QueueFilter.DUE_TODAY: "Vencidas y de hoy",
            QueueFilter.LEGAL_TERM: "Plazo legal",
            QueueFilter.CORRECTED: "Corregidas",
            QueueFilter.CLEAN: "Sin alertas",
            QueueFilter.RECOMMENDED: "Recomendados",
            QueueFilter.EXTENSIONS: "Prórrogas",
            QueueFilter.WITHDRAWALS: "Desistimiento por resolver",
            QueueFilter.LATER: "Control posterior",
        }[self]

    @property
    def empty_sentence(self) -> str:
        """The sentence for an empty list: what it means and what to do."""
        return {
            QueueFilter.TO_REVIEW: "No hay solicitudes por revisar. Las nuevas aparecen aquí.",
            QueueFilter.DUE_TODAY: "Ninguna solicitud vence hoy. Siga con «Por revisar».",
            QueueFilter.LEGAL_TERM: "A ninguna le quedan 5 días o menos del plazo legal. "
            "Siga con «Por revisar».",
            QueueFilter.CORRECTED: "Nadie ha enviado correcciones. Siga con «Por revisar».",
            QueueFilter.CLEAN: "Ninguna está libre de alertas. Siga con «Por revisar».",
            QueueFilter.RECOMMENDED: "Nadie ha recomendado una decisión que espere a otra persona. "
            "Siga con «Por revisar».",
            QueueFilter.EXTENSIONS: "Nadie espera una respuesta a su prórroga.",
            QueueFilter.WITHDRAWALS: "A nadie se le terminó el plazo para corregir sin que usted "
            "lo haya resuelto.",
            QueueFilter.LATER: "No hay certificados automáticos por controlar.",
        }[self]


NOT_IN_REVIEW: Final = frozenset(
    {QueueFilter.EXTENSIONS, QueueFilter.WITHDRAWALS, QueueFilter.LATER}
)
"""Views of cases that are in another state: the filters of the bar do not apply to them."""


class QueueConditions:
    """The conditions of a view and a filter, for an officer who looks now."""

    def __init__(
        self,
        uow: UnitOfWork,
        chosen: QueueFilter,
        asked: CaseFilter,
        *,
        me: UUID | None = None,
        seat: str | None = None,
        now: sa.ColumnElement[datetime] | None = None,
    ) -> None:
        """Take who looks, ``me``, and the authority's canton, as in ``legal_terms_of``.

        ``now`` is ``NOW`` in place of the time, for a statement that is kept and gets ``values``.
        """
        self._uow, self._view, self._asked = uow, chosen, asked
        self._me = me
        self._now = uow.now if now is None else now
        self._rare = _rare_cases(uow, asked.finding) if asked.finding else None
        near_the_end = chosen is QueueFilter.LEGAL_TERM
        self._near_the_end = alarming(uow, seat=seat) if near_the_end else ()
        self._zones: dict[str, list[int]] = {}
        self._groups = self._named_groups()

    @property
    def is_of_groups_alone(self) -> bool:
        """Whether this is «Por revisar» with no filter but track, zone, canton, kind, age, holder.

        Then the groups cover every case in review but those of which something is pending; those
        that are held or given are few.
        """
        asked = self._asked.without("track", "zone", "canton", "kind", "age", "held")
        return self._view is QueueFilter.TO_REVIEW and not asked

    @property
    def most(self) -> int:
        """How many rows are looked at, at most: fewer where another table is asked for each."""
        return MOST_ASKED if self._asks_other_tables else MOST_LOOKED_AT

    @property
    def most_counted(self) -> int:
        """How many rows are counted, at most."""
        return MOST_ASKED_COUNTED if self._asks_other_tables else MOST_LOOKED_AT

    @property
    def values(self) -> dict[str, datetime]:
        """Return what is bound to ``NOW``."""
        return {NOW.key: self._uow.now}

    @property
    def key(self) -> Hashable | None:
        """Return what the statements of equal conditions have in common on one day, but the time.

        None where they name cases that were found for this time only.
        """
        return self._key(self._me)

    @property
    def key_of_list(self) -> Hashable | None:
        """Return the same for a statement that has nothing but ``on``, which often names nobody."""
        return self._key(self._me if self._asked.held or self._asked.question else None)

    def _key(self, me: UUID | None) -> Hashable | None:
        if self._rare is not None or self._view is QueueFilter.LEGAL_TERM:
            return None
        zone = self.groups_of(self._asked.zone) if self._asked.zone else ()
        groups = None if self._groups is None else tuple(self._groups)
        return (self._view, self._asked, me, groups, tuple(zone), ecuador_day(self._uow.now))

    def on(self, row: Any) -> list[sa.ColumnElement[bool]]:  # noqa: ANN401 -- columns of queued_cases
        """Return the conditions on the columns of such a row."""
        has = [self._has_finding(row, self._asked.finding)] if self._asked.finding else []
        return [*self._of_view(row), *self._of_filter(row), *has]

    def base(self, *, is_cut: bool) -> sa.FromClause:
        """Return the rows that are counted: of the view, with ``has_finding``.

        Where other tables are asked, and where only those due first are looked at (``is_cut``),
        each is read once and kept; else each count reads the narrow rows itself, which is faster.
        """
        rows = first_rows(self.most_counted) if is_cut else TABLE
        has: sa.ColumnElement[bool] = sa.true()
        if self._asked.finding:
            has = self._has_finding(rows.c, self._asked.finding)
        found = sa.select(*rows.c, has.label("has_finding")).where(*self._of_view(rows.c))
        return found.cte("base") if is_cut or self._asks_other_tables else found.subquery("base")

    @property
    def _asks_other_tables(self) -> bool:
        is_asked = bool(self._asked.finding) and self._rare is None
        return is_asked or self._view is QueueFilter.CLEAN

    def on_base(self, row: Any, *but: str) -> list[sa.ColumnElement[bool]]:  # noqa: ANN401
        """Return the filter's conditions on a row of ``base``; those on ``but`` are left out."""
        has = [row.has_finding] if self._asked.finding and "finding" not in but else []
        return [*self._of_filter(row, *but), *has]

    def _of_view(self, row: Any) -> list[sa.ColumnElement[bool]]:  # noqa: ANN401
        if self._view is QueueFilter.LEGAL_TERM:  # the term runs until a decision has its effect
            return [is_listed(self._uow.session, row.application_id, self._near_the_end)]
        if self._view is QueueFilter.RECOMMENDED:
            return [row.application_id.in_(recommended_cases())]
        return [row.application_id.not_in(pending_cases()), *self._to_review(row)]

    def _to_review(self, row: Any) -> list[sa.ColumnElement[bool]]:  # noqa: ANN401
        if self._view is QueueFilter.DUE_TODAY:
            return [row.due_at <= end_of_day(ecuador_day(self._uow.now))]
        if self._view is QueueFilter.CORRECTED:
            return [row.is_corrected]
        if self._view is QueueFilter.CLEAN:
            return [
                ~_is_any(_findings(row.application_id)),
                row.application_id.not_in(open_checks.cases_with_open_ones()),
                ~row.is_referred,
            ]
        return []

    def _of_filter(self, row: Any, *but: str) -> list[sa.ColumnElement[bool]]:  # noqa: ANN401
        """Return the conditions of all but ``finding``, without those that are named.

        ``group`` stands for track, kind, canton and zone.
        """
        asked = self._asked.without(*(name for name in but if name != "group"))
        conditions: list[sa.ColumnElement[bool]] = []
        if self._groups is not None and "group" not in but:
            conditions.append(is_in_groups(row, self._groups))
        if asked.zone and "group" not in but:
            conditions.append(self.is_of_zone(row, asked.zone))
        if asked.age and "age" not in but:
            conditions += self._of_age(row, asked.age)
        if asked.held:
            conditions.append(self._of_held(row, asked.held))
        if asked.question:
            conditions.append(self._of_question(row, asked.question))
        return conditions

    def _named_groups(self) -> list[int] | None:
        """Return the groups of the track, kind and canton that are asked for; None for any."""
        asked = self._asked
        named = {name: getattr(asked, name) for name in ("track", "kind") if getattr(asked, name)}
        if asked.canton:
            named |= zip(("province", "canton"), place_of(asked.canton), strict=True)
        if not named:
            return None
        return list(self._uow.rows(_groups_with(tuple(named)), **named).scalars())

    def is_of_zone(self, row: Any, zone: str) -> sa.ColumnElement[bool]:  # noqa: ANN401
        """Return the condition that a row is of the zone, by its place or by a move."""
        # Never NULL, so that it can be negated.
        is_moved = sa.and_(row.moved_zone.is_not(None), row.moved_zone == zone)
        by_group = is_in_groups(row, self.groups_of(zone))
        return sa.or_(is_moved, sa.and_(row.moved_zone.is_(None), by_group))

    def groups_of(self, zone: str) -> list[int]:
        """Return the groups whose place is of the zone."""
        if zone not in self._zones:
            self._zones[zone] = list(self._uow.rows(_groups_of_zone(zone)).scalars())
        return self._zones[zone]

    def _has_finding(self, row: Any, code: str) -> sa.ColumnElement[bool]:  # noqa: ANN401
        case: sa.ColumnElement[UUID] = row.application_id
        if self._rare is not None:
            return is_listed(self._uow.session, case, self._rare)
        return _is_any(_findings(case).where(FindingRow.code == code))

    def _of_age(self, row: Any, value: str) -> list[sa.ColumnElement[bool]]:  # noqa: ANN401
        if value not in set(Age):
            return [sa.false()]
        first, last = Age(value).days(ecuador_day(self._uow.now))
        until = row.confirmed_at <= end_of_day(last)
        return [until] if first is None else [until, row.confirmed_at > _start(first)]

    def _of_held(self, row: Any, value: str) -> sa.ColumnElement[bool]:  # noqa: ANN401
        given: sa.ColumnElement[UUID] = row.assigned_to
        if value == Held.ASSIGNED:
            return given == self._me
        if value == Held.FREE:
            return ~self.is_held(row)
        known = value in {Held.MINE, Held.OTHERS}
        return self.is_held(row, mine=value == Held.MINE) if known else sa.false()

    def _of_question(self, row: Any, value: str) -> sa.ColumnElement[bool]:  # noqa: ANN401
        """Return the condition that it has such an open question; they are few, and found first."""
        if value not in set(Asked):
            return sa.false()
        case: sa.ColumnElement[UUID] = row.application_id
        of_whom = {Asked.MINE: [self.asks_it()], Asked.TO_ME: [self.is_asked()]}
        return case.in_(
            sa.select(ConsultationRow.application_id)
            .select_from(WITH_CASE)
            .where(*IS_OPEN, *of_whom.get(Asked(value), []))
        )

    def asks_it(self) -> sa.ColumnElement[bool]:
        """Return the condition that who looks asks a question."""
        return ConsultationRow.asked_by == self._me

    def is_asked(self) -> sa.ColumnElement[bool]:
        """Return the condition that a question is to who looks."""
        return ConsultationRow.asked_of == self._me

    def is_held(self, row: Any, *, mine: bool | None = None) -> sa.ColumnElement[bool]:  # noqa: ANN401
        """Return the condition that who looks has it open, or another one; None: anybody.

        Cases that are held are few, and an index leads to them.
        """
        case: sa.ColumnElement[UUID] = row.application_id
        by = ApplicationRow.claimed_by
        held = sa.select(ApplicationRow.id).where(
            by.is_not(None), ApplicationRow.claimed_until > self._now
        )
        if mine is not None:
            held = held.where(by == self._me if mine else by != self._me)
        return case.in_(held)


@lru_cache(maxsize=64)
def _groups_of_zone(zone: str) -> sa.Select[int]:
    """Return the statement that finds the groups whose place is of the zone."""
    by_place = sa.or_(
        sa.and_(
            GROUPS.c.province.in_(provinces_of(zone)),
            ~is_one_of(cantons_elsewhere(zone), GROUPS.c),
        ),
        is_one_of(cantons_excepted(zone), GROUPS.c),
    )
    return sa.select(GROUPS.c.id).where(by_place)


@lru_cache
def _groups_with(columns: tuple[str, ...]) -> sa.Select[int]:
    """Return the statement that finds the groups with these values, each bound by its column."""
    return sa.select(GROUPS.c.id).where(
        *(GROUPS.c[each] == sa.bindparam(each, type_=sa.Text()) for each in columns)
    )


def most_looked_at() -> tuple[int, int]:
    """Return the two limits that ``QueueConditions.most`` writes into a statement."""
    return MOST_LOOKED_AT, MOST_ASKED


def youngest(row: Any, uow: UnitOfWork) -> list[sa.ColumnElement[bool]]:  # noqa: ANN401
    """Return of each ``Age`` but the last whether a row is so young, or younger."""
    today = ecuador_day(uow.now)
    firsts = (age.days(today)[0] for age in Age)
    return [row.confirmed_at > _start(first) for first in firsts if first]


def _start(day: date) -> datetime:
    """Return when the day before has ended."""
    return end_of_day(day - timedelta(days=1))


def _rare_cases(uow: UnitOfWork, code: str) -> list[UUID] | None:
    """Return the cases in review that have a finding, None where too many of any time have it."""
    of_code = sa.select(FindingRow.application_id).where(FindingRow.code == code)
    some = of_code.limit(written(MOST_RARE + 1)).subquery()
    if uow.session.scalars(sa.select(sa.func.count()).select_from(some)).one() > MOST_RARE:
        return None
    queued = sa.select(TABLE.c.application_id).where(TABLE.c.application_id.in_(of_code))
    live = (
        sa.select(FindingRow.application_id)
        .distinct()
        .select_from(LIVE_FINDINGS)
        .where(FindingRow.application_id.in_(queued), FindingRow.code == code, IS_LIVE)
    )
    return list(uow.session.scalars(live))


def _findings(case: sa.ColumnElement[UUID]) -> sa.Select[Any]:
    return (
        sa.select(FindingRow.id)
        .select_from(LIVE_FINDINGS)
        .where(FindingRow.application_id == case, IS_LIVE)
    )


def _is_any(rows: sa.Select[Any]) -> sa.ColumnElement[bool]:
    """Say, beside a row of the queue of the same query, whether one of these rows is there.

    The offset keeps PostgreSQL from joining: it is asked for each case through an index, where a
    join would read all rows of the other table for one page of cases.
    """
    return rows.offset(0).exists()
