"""Who decided a case and said what of its items, and the later control of what a rule granted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.handed_over import EVENT_OF, NoticeWord, notice_word
from review_service.db.models import (
    ApplicationRow,
    CorrectionRow,
    LaterControlRow,
    OfficerRow,
    ReviewItemRow,
    WithdrawalResolutionRow,
)
from review_service.db.sightings import case_stamp
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.errors import NotFoundError
from review_service.domain.later_controls import LaterOutcome
from review_service.domain.rule_decisions import decided_by_rule
from review_service.domain.tracks import track_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who decided a case, what and when."""

    application_id: UUID
    reference: str
    holder: str
    state: ApplicationState
    at: datetime | None
    by: str
    by_id: UUID | None
    reasons: str
    correct_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """Who said what of one item, and when; ``by`` is empty while it is open."""

    item: ReviewItem
    verdict: ItemVerdict
    by: str
    by_id: UUID | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterView:
    """A later control: open while ``outcome`` is None."""

    outcome: LaterOutcome | None
    by: str
    at: datetime | None
    note: str
    stamp: str
    """Version for its form."""


def decision_of(uow: UnitOfWork, application_id: UUID) -> Decision:
    """Return who changed a case last, to what and when; for the officer who came second.

    Raises ``NotFoundError`` for one that does not exist or was never confirmed.
    """
    application = confirmed(uow, application_id)
    by_id, at = application.decided_by, application.decided_at
    if application.state is ApplicationState.CORRECTION_REQUESTED:
        asked = sa.select(CorrectionRow.asked_by, CorrectionRow.asked_at).where(
            CorrectionRow.application_id == application_id
        )
        newest = uow.session.execute(asked.order_by(CorrectionRow.asked_at.desc())).first()
        by_id, at = (newest.asked_by, newest.asked_at) if newest else (None, None)
    if application.state is ApplicationState.WITHDRAWN:
        signed = uow.session.get(WithdrawalResolutionRow, application_id)
        by_id, at = (signed.signed_by, signed.signed_at) if signed else (None, None)
    officer = uow.session.get(OfficerRow, by_id) if by_id else None
    runs = notice_of(uow, application) is NoticeWord.DELIVERED
    return Decision(
        application_id=application.id,
        reference=application.reference,
        holder=application.holder,
        state=application.state,
        at=at or application.changed_at,
        by=officer.full_name if officer else decided_by_rule(application.decided_rule),
        by_id=by_id,
        reasons=application.decision_reasons or "",
        correct_by=application.correct_by if runs else None,
    )


def verdicts_of(uow: UnitOfWork, application_id: UUID) -> tuple[VerdictView, ...]:
    """Return what was said of each item, in the order of the desk."""
    application = confirmed(uow, application_id)
    rows = {
        row.item: row
        for row in uow.session.scalars(
            sa.select(ReviewItemRow).where(ReviewItemRow.application_id == application_id)
        )
    }
    names = names_of(uow.session, (row.judged_by for row in rows.values()))
    return tuple(
        VerdictView(
            item=item,
            verdict=rows[item].verdict,
            by=names.get(rows[item].judged_by or UUID(int=0), ""),
            by_id=rows[item].judged_by,
            at=rows[item].judged_at,
        )
        for item in track_of(application.track).items_for(application.kind)
        if item in rows
    )


def later_of(session: Session, application: ApplicationRow) -> LaterView | None:
    """Return the later control of what a rule granted; None where chance chose none."""
    if application.decided_rule is None:
        return None
    row = session.get(LaterControlRow, application.id)
    if row is None:
        return None
    names = names_of(session, [row.officer_id])
    return LaterView(
        outcome=row.outcome,
        by=names.get(row.officer_id or UUID(int=0), ""),
        at=row.looked_at,
        note=row.note,
        stamp=case_stamp(application),
    )


def has_ended(uow: UnitOfWork, application_id: UUID) -> bool:
    """Whether somebody has ended the later control of a case."""
    row = uow.session.get(LaterControlRow, application_id)
    return row is not None and row.outcome is not None


def confirmed(uow: UnitOfWork, application_id: UUID) -> ApplicationRow:
    """Return the application. Raises ``NotFoundError`` for one that was never confirmed."""
    application = uow.session.get(ApplicationRow, application_id)
    if application is None or application.confirmed_at is None:
        raise NotFoundError(f"no application {application_id} for officers")
    return application


def notice_of(uow: UnitOfWork, application: ApplicationRow) -> NoticeWord:
    """Return how far the notice of its present state has come."""
    if application.state not in EVENT_OF:
        return NoticeWord.NONE
    of_this = ApplicationRow.id == application.id
    return NoticeWord(uow.session.scalars(sa.select(notice_word()).where(of_this)).one())


def names_of(session: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the full names of officers, by id; what is None is left out."""
    wanted = {identifier for identifier in ids if identifier is not None}
    if not wanted:
        return {}
    rows = session.execute(
        sa.select(OfficerRow.id, OfficerRow.full_name).where(OfficerRow.id.in_(wanted))
    )
    return {row.id: row.full_name for row in rows}
