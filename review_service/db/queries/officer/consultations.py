"""Questions between officers: on a case, to one officer, of one officer, and those that are late.

The counts and lists of one officer are read by the index of unanswered questions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from review_service.db.consultations import IS_OPEN, WITH_CASE
from review_service.db.models import ApplicationRow, ConsultationRow, OfficerRow
from review_service.db.queries.officer.colleagues import told_apart, who_may
from review_service.db.queries.officer.decisions import confirmed
from review_service.db.sightings import case_stamp
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import AWAITING_DECISION
from review_service.domain.officer_digest import LateQuestion
from review_service.domain.roles import Permission
from review_service.domain.terms import ecuador_day

_ASKER: Final = aliased(OfficerRow, name="asker")
_COLLEAGUE: Final = aliased(OfficerRow, name="colleague")
MOST_LISTED: Final = 100
"""Questions of one list, those needed first first."""
ANSWERED_DAYS: Final = 14
"""So long an answer stays in the asker's list; on its case it stays for good."""
MOST_LATE: Final = 500
"""Late questions that are looked at for the digests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationView:
    """One question on a case, with what became of it."""

    id: UUID
    application_id: UUID
    reference: str
    holder: str
    """Of the case: who applied."""
    by: str
    by_id: UUID
    to: str
    to_id: UUID
    question: str
    needed_by: date
    asked_at: datetime
    reminded_at: datetime | None
    answer: str
    """Empty while there is none."""
    answered_at: datetime | None
    withdrawn_at: datetime | None
    is_undecided: bool
    """Whether the case still waits for a decision."""
    is_late: bool
    """Whether it is open and the day by which it was needed is over."""

    @property
    def is_open(self) -> bool:
        """Whether the answer is still waited for."""
        return self.is_undecided and self.answered_at is None and self.withdrawn_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Askable:
    """A case on which its holder may ask, and whom."""

    id: UUID
    reference: str
    holder: str
    stamp: str
    """Version of the case; the form carries it."""
    colleagues: tuple[tuple[UUID, str], ...]
    """Who may be asked: id, name and unit."""


def askable(uow: UnitOfWork, application_id: UUID, *, me: UUID) -> Askable:
    """Return the case with whom ``me`` may ask. Raises ``NotFoundError``."""
    row = confirmed(uow, application_id)
    may = who_may(uow, frozenset({Permission.REVIEW}), rucs=(row.ruc,))
    return Askable(
        id=row.id,
        reference=row.reference,
        holder=row.holder,
        stamp=case_stamp(row),
        colleagues=told_apart(each for each in may if each.id != me),
    )


def consultations_of(uow: UnitOfWork, application_id: UUID) -> tuple[ConsultationView, ...]:
    """Return the questions asked on a case, the newest first, in one question."""
    newest = (ConsultationRow.asked_at.desc(), ConsultationRow.id)
    return _read(uow, ConsultationRow.application_id == application_id, order=newest)


def asked_of(uow: UnitOfWork, officer_id: UUID) -> tuple[ConsultationView, ...]:
    """Return the open questions to an officer, those needed first first."""
    return _read(uow, ConsultationRow.asked_of == officer_id, *IS_OPEN)


def asked_by(uow: UnitOfWork, officer_id: UUID) -> tuple[ConsultationView, ...]:
    """Return an officer's own questions: the open ones and those answered lately."""
    lately = ConsultationRow.answered_at >= uow.now - timedelta(days=ANSWERED_DAYS)
    is_told = sa.or_(lately, sa.and_(*IS_OPEN))
    return _read(uow, ConsultationRow.asked_by == officer_id, is_told)


def open_count(uow: UnitOfWork, officer_id: UUID) -> int:
    """Return how many open questions wait for an officer's answer."""
    counted = (
        sa.select(sa.func.count())
        .select_from(WITH_CASE)
        .where(ConsultationRow.asked_of == officer_id, *IS_OPEN)
    )
    return uow.session.scalar(counted) or 0


def open_on(uow: UnitOfWork, application_ids: Iterable[UUID]) -> Mapping[UUID, tuple[str, ...]]:
    """Return, for each of these cases that has any, who is asked and has not answered: names."""
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    for application_id, name in uow.session.execute(
        sa.select(ConsultationRow.application_id, OfficerRow.full_name)
        .select_from(WITH_CASE)
        .join(OfficerRow, OfficerRow.id == ConsultationRow.asked_of)
        .where(ConsultationRow.application_id.in_(list(application_ids)), *IS_OPEN)
        .order_by(ConsultationRow.needed_by, ConsultationRow.id)
    ):
        found[application_id].append(name)
    return {each: tuple(names) for each, names in found.items()}


def late_by_colleague(uow: UnitOfWork) -> Mapping[UUID, Sequence[LateQuestion]]:
    """Return the open questions that are late or that the asker reminded of, by who is asked."""
    today = ecuador_day(uow.now)
    is_due = sa.or_(ConsultationRow.needed_by < today, ConsultationRow.reminded_at.is_not(None))
    found: defaultdict[UUID, list[LateQuestion]] = defaultdict(list)
    for officer_id, reference, needed_by in uow.session.execute(
        sa.select(ConsultationRow.asked_of, ApplicationRow.reference, ConsultationRow.needed_by)
        .select_from(WITH_CASE)
        .where(is_due, *IS_OPEN)
        .order_by(ConsultationRow.needed_by, ConsultationRow.id)
        .limit(MOST_LATE)
    ):
        late = LateQuestion(reference=reference, days_over=max(0, (today - needed_by).days))
        found[officer_id].append(late)
    return found


def _read(
    uow: UnitOfWork, *conditions: sa.ColumnElement[bool], order: Sequence[Any] = ()
) -> tuple[ConsultationView, ...]:
    asker, colleague = _ASKER, _COLLEAGUE
    rows = uow.session.execute(
        sa.select(
            ConsultationRow,
            ApplicationRow.reference,
            ApplicationRow.holder,
            ApplicationRow.state,
            asker.full_name,
            colleague.full_name,
        )
        .select_from(WITH_CASE)
        .join(asker, asker.id == ConsultationRow.asked_by)
        .join(colleague, colleague.id == ConsultationRow.asked_of)
        .where(*conditions)
        .order_by(*(order or (ConsultationRow.needed_by, ConsultationRow.id)))
        .limit(MOST_LISTED)
    ).all()
    today = ecuador_day(uow.now) if rows else date.min
    return tuple(
        ConsultationView(
            id=row.id,
            application_id=row.application_id,
            reference=reference,
            holder=holder,
            by=by,
            by_id=row.asked_by,
            to=to,
            to_id=row.asked_of,
            question=row.question,
            needed_by=row.needed_by,
            asked_at=row.asked_at,
            reminded_at=row.reminded_at,
            answer=row.answer,
            answered_at=row.answered_at,
            withdrawn_at=row.withdrawn_at,
            is_undecided=state in AWAITING_DECISION,
            is_late=state in AWAITING_DECISION
            and row.answered_at is None
            and row.withdrawn_at is None
            and row.needed_by < today,
        )
        for row, reference, holder, state, by, to in rows
    )
