"""Appeals as officers see them: the list, the first due first, one with its decision, counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.appeals import appeal_stamp, deciders_of
from review_service.db.decreed_days import DecreedDays
from review_service.db.models import AppealRow, ApplicationRow, EventRow, LetterRow
from review_service.db.queries.officer.decisions import names_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import officer_in
from review_service.domain.appeals import AppealedAct, AppealOutcome, AppealTerm, appeal_term
from review_service.domain.errors import NotFoundError
from review_service.domain.terms import ecuador_day

MOST_SHOWN: Final = 200
"""Appeals of one list: open ones that are due first, or decided ones, the newest."""
MOST_OF_CASE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealView:
    """One appeal with its letter and its case."""

    letter_id: UUID
    number: str
    application_id: UUID
    reference: str
    holder: str
    ruc: str
    act: AppealedAct
    act_at: datetime
    act_by: str
    """Name of who took the decision that is appealed."""
    act_by_id: UUID | None
    deciders: frozenset[UUID]
    """Who may not decide it: ``db/appeals.py``; empty in a list."""
    act_reasons: str
    appeal_until: date | None
    entered_on: date
    is_late: bool
    day_corrections: tuple["DayCorrection", ...]
    """The newest first; empty in a list."""
    received_at: datetime | None
    recorded_by: str
    """Name of who received it on paper; empty for one that was sent online."""
    words: str
    term: AppealTerm | None
    """None once it is decided."""
    outcome: AppealOutcome | None
    reasons: str
    review_order: str
    basis: str
    remains: str
    decided_by: str
    decided_by_id: UUID | None
    decided_at: datetime | None
    stamp: str
    """What a form that decides it was made from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCorrection:
    """One correction of the day on which an appeal entered, as the audit trail has it."""

    former: date
    day: date
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealCounts:
    """How many appeals are open, and what became of others."""

    open: int
    near: int
    """Of the open ones: few days are left, or none."""
    over: int
    """Of these: past their last day."""
    outcomes: tuple[tuple[AppealOutcome, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRules:
    """What the term of an open appeal is told by."""

    near_days: int
    seat: str
    """Canton of the authority, whose decreed days rest too."""


def appeals_list(uow: UnitOfWork, *, decided: bool, terms: TermRules) -> tuple[AppealView, ...]:
    """Return the open appeals, the first due first, or the decided ones, the newest first."""
    order: tuple[Any, ...] = (LetterRow.due_on, AppealRow.letter_id)
    if decided:
        order = (AppealRow.decided_at.desc(), AppealRow.letter_id)
    chosen = (AppealRow.outcome.is_not(None) if decided else AppealRow.outcome.is_(None),)
    return _views(uow, chosen, order, most=MOST_SHOWN, terms=terms)


def appeal_of(uow: UnitOfWork, letter_id: UUID, *, terms: TermRules) -> AppealView:
    """Return one appeal. Raises ``NotFoundError``."""
    found = _views(uow, (AppealRow.letter_id == letter_id,), (), most=1, terms=terms)
    if not found:
        raise NotFoundError(f"no appeal {letter_id}")
    application = uow.session.get_one(ApplicationRow, found[0].application_id)
    return replace(
        found[0],
        deciders=deciders_of(uow.session, application),
        day_corrections=_day_corrections(uow, found[0]),
    )


def _day_corrections(uow: UnitOfWork, found: AppealView) -> tuple[DayCorrection, ...]:
    rows = uow.session.execute(
        sa.select(EventRow.at, EventRow.actor, EventRow.details)
        .where(
            EventRow.subject_id == found.application_id, EventRow.action == "appeal_day_corrected"
        )
        .order_by(EventRow.sequence.desc())
    ).all()
    told = [row for row in rows if row.details["letter_id"] == str(found.letter_id)]
    names = names_of(uow.session, (officer_in(row.actor) for row in told))
    return tuple(
        DayCorrection(
            former=date.fromisoformat(row.details["former"]),
            day=date.fromisoformat(row.details["day"]),
            reason=row.details["reason"],
            by=names.get(by, "") if (by := officer_in(row.actor)) else "",
            at=row.at,
        )
        for row in told
    )


def appeals_of_case(
    uow: UnitOfWork, application_id: UUID, *, terms: TermRules
) -> tuple[AppealView, ...]:
    """Return the appeals against decisions on one application, the newest first."""
    chosen = (AppealRow.application_id == application_id,)
    return _views(uow, chosen, (AppealRow.act_at.desc(),), most=MOST_OF_CASE, terms=terms)


def appeal_counts(
    uow: UnitOfWork, *, terms: TermRules, days: int = 0, track: str | None = None
) -> AppealCounts:
    """Return how many are open, and the outcomes of the last ``days`` days; of a track or of all.

    Of the open ones the ``MOST_SHOWN`` that are due first are looked at for their term.
    """
    of_track = () if track is None else (ApplicationRow.track == track,)
    joined = sa.join(AppealRow, ApplicationRow, AppealRow.application_id == ApplicationRow.id)
    total = uow.session.execute(
        sa.select(sa.func.count()).select_from(joined).where(AppealRow.outcome.is_(None), *of_track)
    ).scalar_one()
    outcomes: dict[AppealOutcome, int] = {}
    if days:
        found = uow.session.execute(
            sa.select(AppealRow.outcome, sa.func.count())
            .select_from(joined)
            .where(AppealRow.decided_at >= uow.now - timedelta(days=days), *of_track)
            .group_by(AppealRow.outcome)
        )
        outcomes = {outcome: count for outcome, count in found if outcome is not None}
    near = _open_terms(uow, of_track, terms) if total else ()
    return AppealCounts(
        open=total,
        near=sum(each.is_near for each in near),
        over=sum(each.is_over for each in near),
        outcomes=tuple((each, outcomes.get(each, 0)) for each in AppealOutcome) if days else (),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NearAppeal:
    """An open appeal whose end is near or over."""

    number: str
    ruc: str
    term: AppealTerm
    deciders: frozenset[UUID]


def late_appeals(uow: UnitOfWork, *, terms: TermRules) -> tuple[NearAppeal, ...]:
    """Return the open appeals whose end is near or over, the first due first."""
    rows = uow.session.execute(
        sa.select(LetterRow.number, LetterRow.due_on, LetterRow.ruc, ApplicationRow)
        .join(AppealRow, AppealRow.letter_id == LetterRow.id)
        .join(ApplicationRow, ApplicationRow.id == AppealRow.application_id)
        .where(AppealRow.outcome.is_(None))
        .order_by(LetterRow.due_on, LetterRow.id)
        .limit(MOST_SHOWN)
    ).all()
    if not rows:
        return ()
    told = _Days.read(uow, terms)
    return tuple(
        NearAppeal(
            number=row.number or "",
            ruc=row.ruc or "",
            term=term,
            deciders=deciders_of(uow.session, row.ApplicationRow),
        )
        for row in rows
        if (term := told.term(row.due_on)) is not None and term.is_near
    )


def _open_terms(
    uow: UnitOfWork, conditions: Sequence[sa.ColumnElement[bool]], terms: TermRules
) -> tuple[AppealTerm, ...]:
    due = uow.session.scalars(
        sa.select(LetterRow.due_on)
        .join(AppealRow, AppealRow.letter_id == LetterRow.id)
        .join(ApplicationRow, ApplicationRow.id == AppealRow.application_id)
        .where(AppealRow.outcome.is_(None), *conditions)
        .order_by(LetterRow.due_on)
        .limit(MOST_SHOWN)
    ).all()
    told = _Days.read(uow, terms)
    return tuple(term for each in due if (term := told.term(each)) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Days:
    """Today, and the days that rest at the seat."""

    today: date
    decreed: Any
    near_days: int

    @classmethod
    def read(cls, uow: UnitOfWork, terms: TermRules) -> "_Days":
        return cls(
            today=ecuador_day(uow.now),
            decreed=DecreedDays.read(uow).of(terms.seat),
            near_days=terms.near_days,
        )

    def term(self, due_on: date | None) -> AppealTerm | None:
        if due_on is None:
            return None
        return appeal_term(due_on, today=self.today, near_days=self.near_days, decreed=self.decreed)


def _views(
    uow: UnitOfWork,
    conditions: Sequence[sa.ColumnElement[bool]],
    order: Sequence[Any],
    *,
    most: int,
    terms: TermRules,
) -> tuple[AppealView, ...]:
    rows = uow.session.execute(
        sa.select(AppealRow, LetterRow, ApplicationRow)
        .join(LetterRow, LetterRow.id == AppealRow.letter_id)
        .join(ApplicationRow, ApplicationRow.id == AppealRow.application_id)
        .where(*conditions)
        .order_by(*order)
        .limit(most)
    ).all()
    if not rows:
        return ()
    told = _Days.read(uow, terms)
    ids = {each for row, _, _ in rows for each in (row.act_by, row.recorded_by, row.decided_by)}
    names = names_of(uow.session, ids)

    def name(officer_id: UUID | None) -> str:
        return names.get(officer_id, "") if officer_id is not None else ""

    return tuple(
        AppealView(
            letter_id=row.letter_id,
            number=letter.number or "",
            application_id=case.id,
            reference=case.reference,
            holder=case.holder,
            ruc=case.ruc,
            act=row.act,
            act_at=row.act_at,
            act_by=name(row.act_by),
            act_by_id=row.act_by,
            deciders=frozenset(),
            day_corrections=(),
            act_reasons=row.act_reasons,
            appeal_until=row.appeal_until,
            entered_on=row.entered_on,
            is_late=row.is_late,
            received_at=letter.received_at,
            recorded_by=name(row.recorded_by),
            words=letter.body,
            term=told.term(letter.due_on) if row.outcome is None else None,
            outcome=row.outcome,
            reasons=row.reasons,
            review_order=row.review_order,
            basis=row.basis,
            remains=row.remains,
            decided_by=name(row.decided_by),
            decided_by_id=row.decided_by,
            decided_at=row.decided_at,
            stamp=appeal_stamp(row),
        )
        for row, letter, case in rows
    )
