"""How a request for corrections stands: its notice, its term, more days, and attempts to tell."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.handed_over import act_began, handed_over_at, is_handed_over
from review_service.db.models import (
    ApplicationRow,
    ContactAttemptRow,
    CorrectionExtensionRow,
    CorrectionRow,
    MailRow,
    OfficerRow,
    SessionKind,
    SessionRow,
)
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.correction_loop import (
    ContactChannel,
    ContactResult,
    CopyState,
    Obstacle,
)
from review_service.domain.sightings import stamp

REMINDER = "correction_reminder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More days that somebody asked for."""

    id: UUID
    reason: str
    asked_at: datetime
    days: int | None
    """Granted business days, 0 for none; None while nobody decided."""
    answer: str
    decided_at: datetime | None
    decided_by: str

    @property
    def waits(self) -> bool:
        """Whether nobody decided it."""
        return self.days is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to tell the person by another way."""

    id: UUID
    channel: ContactChannel
    result: ContactResult
    made_on: date
    note: str
    logged_by: str
    logged_at: datetime
    copy: CopyState | None
    """How far the mail has come; None for an attempt that is no mail."""

    @property
    def counts(self) -> bool:
        """Whether somebody did try: a mail that never left is no attempt."""
        return self.copy in {None, CopyState.HANDED_OVER}

    @property
    def outcome(self) -> str:
        """Spanish words for what came of it."""
        return self.result.label if self.copy is None else self.copy.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """One open request and what came of it so far."""

    round: int
    asked_at: datetime
    items: tuple[ReviewItem, ...]
    restarted_at: datetime | None
    """When its notice was begun anew."""
    notified_at: datetime | None
    """When its notice was handed over; None: no term runs."""
    last_day: date | None
    today: date
    seen_at: datetime | None
    """When the person used the service last, since the notice was handed over."""
    reminded_at: tuple[datetime, ...]
    extension: Extension | None
    attempts: tuple[Attempt, ...]
    """Since the notice was begun, the first one first."""

    @property
    def is_over(self) -> bool:
        """Whether the term has run and its last day has gone by."""
        return self.notified_at is not None and bool(self.last_day and self.last_day < self.today)

    @property
    def obstacle(self) -> Obstacle | None:
        """Why no resolution of a deemed withdrawal can be signed now; None when it can."""
        if self.notified_at is None:
            return Obstacle.NOT_TOLD
        if not self.is_over:
            return Obstacle.RUNNING
        if self.extension is not None and self.extension.waits:
            return Obstacle.EXTENSION_WAITS
        if self.seen_at is None and not any(each.counts for each in self.attempts):
            return Obstacle.NOT_SEEN
        return None


def waits_for_extension() -> sa.ColumnElement[bool]:
    """Whether more days were asked for on the application's open request, and nobody decided."""
    newest = (
        sa.select(sa.func.max(CorrectionRow.round))
        .where(
            CorrectionRow.application_id == ApplicationRow.id, CorrectionRow.answered_at.is_(None)
        )
        .correlate(ApplicationRow)
        .scalar_subquery()
    )
    asked = (
        sa.select(CorrectionExtensionRow.id)
        .where(
            CorrectionExtensionRow.application_id == ApplicationRow.id,
            CorrectionExtensionRow.decided_at.is_(None),
            CorrectionExtensionRow.round == newest,
        )
        .correlate(ApplicationRow)
        .exists()
    )
    return sa.and_(ApplicationRow.state == ApplicationState.CORRECTION_REQUESTED, asked)


def is_to_resolve(today: date) -> sa.ColumnElement[bool]:
    """Whether the term to correct is over, and an officer is to resolve what that means.

    Only where a notice was handed over: without it no term began (COA 101, 158). One that asked for
    more days in time waits for that answer first.
    """
    return sa.and_(
        ApplicationRow.state == ApplicationState.CORRECTION_REQUESTED,
        ApplicationRow.correct_by < today,
        is_handed_over(),
        ~waits_for_extension(),
    )


def loop_of(session: Session, row: ApplicationRow, *, today: date) -> Loop | None:
    """Return how the open request of an application stands today; None where none is open."""
    if row.state is not ApplicationState.CORRECTION_REQUESTED:
        return None
    open_rows = session.scalars(
        sa.select(CorrectionRow).where(
            CorrectionRow.application_id == row.id, CorrectionRow.answered_at.is_(None)
        )
    ).all()
    if not open_rows:
        return None
    began, notified_at = session.execute(
        sa.select(act_began(), handed_over_at()).where(ApplicationRow.id == row.id)
    ).one()
    order = list(ReviewItem)
    number = max(each.round for each in open_rows)
    restarts = [each.notified_again_at for each in open_rows if each.notified_again_at]
    return Loop(
        round=number,
        asked_at=min(each.asked_at for each in open_rows),
        items=tuple(sorted((each.item for each in open_rows), key=order.index)),
        restarted_at=max(restarts, default=None),
        notified_at=notified_at,
        last_day=row.correct_by,
        today=today,
        seen_at=_seen_at(session, row, notified_at),
        reminded_at=_reminders(session, row, began),
        extension=extension_of(session, row.id, number),
        attempts=_attempts(session, row.id, number, began),
    )


def extension_of(session: Session, application_id: UUID, number: int) -> Extension | None:
    """Return what was asked for on a request; None where nothing was."""
    found = session.execute(
        sa.select(CorrectionExtensionRow, OfficerRow.full_name)
        .outerjoin(OfficerRow, OfficerRow.id == CorrectionExtensionRow.decided_by)
        .where(
            CorrectionExtensionRow.application_id == application_id,
            CorrectionExtensionRow.round == number,
        )
    ).one_or_none()
    if found is None:
        return None
    row, name = found
    return Extension(
        id=row.id,
        reason=row.reason,
        asked_at=row.asked_at,
        days=row.days,
        answer=row.answer,
        decided_at=row.decided_at,
        decided_by=name or "",
    )


def loop_stamp(row: ApplicationRow, loop: Loop | None) -> str:
    """Return the version of an open request: whatever an officer would decide on."""
    if loop is None:
        return stamp(row.version, row.state.value)
    extension = loop.extension
    return stamp(
        row.version,
        loop.round,
        loop.last_day,
        _seconds(loop.notified_at),
        _seconds(loop.restarted_at),
        [str(extension.id), extension.days] if extension else None,
        [str(each.id) for each in loop.attempts],
    )


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _seen_at(
    session: Session, row: ApplicationRow, notified_at: datetime | None
) -> datetime | None:
    if notified_at is None:
        return None
    return session.scalar(
        sa.select(sa.func.max(SessionRow.last_seen_at)).where(
            SessionRow.kind == SessionKind.APPLICANT,
            SessionRow.ruc == row.ruc,
            SessionRow.last_seen_at >= notified_at,
        )
    )


def _reminders(
    session: Session,
    row: ApplicationRow,
    began: Any,  # noqa: ANN401 -- a moment of the database
) -> tuple[datetime, ...]:
    sent = session.scalars(
        sa.select(MailRow.sent_at)
        .where(
            MailRow.application_id == row.id,
            MailRow.event == REMINDER,
            MailRow.created_at >= began,
            MailRow.is_copy.is_(False),
            MailRow.sent_at.is_not(None),
        )
        .order_by(MailRow.sent_at)
    )
    return tuple(moment for moment in sent if moment is not None)


def _attempts(
    session: Session,
    application_id: UUID,
    number: int,
    began: Any,  # noqa: ANN401 -- a moment of the database
) -> tuple[Attempt, ...]:
    found = session.execute(
        sa.select(ContactAttemptRow, OfficerRow.full_name, MailRow.sent_at, MailRow.failed_at)
        .join(OfficerRow, OfficerRow.id == ContactAttemptRow.logged_by)
        .outerjoin(MailRow, _is_the_mail_of_an_attempt())
        .where(
            ContactAttemptRow.application_id == application_id,
            ContactAttemptRow.round == number,
            ContactAttemptRow.logged_at >= began,
        )
        .order_by(ContactAttemptRow.logged_at, ContactAttemptRow.id)
    ).all()
    return tuple(
        Attempt(
            id=row.id,
            channel=row.channel,
            result=row.result,
            made_on=row.made_on,
            note=row.note,
            logged_by=name,
            logged_at=row.logged_at,
            copy=_copy_state(row, sent_at, failed_at),
        )
        for row, name, sent_at, failed_at in found
    )


def _is_the_mail_of_an_attempt() -> sa.ColumnElement[bool]:
    """Whether a mail was posted by the attempt that was written down in the same transaction."""
    return sa.and_(
        ContactAttemptRow.channel == ContactChannel.SECOND_ADDRESS,
        MailRow.application_id == ContactAttemptRow.application_id,
        MailRow.created_at == ContactAttemptRow.logged_at,
        MailRow.is_copy,
    )


def _copy_state(
    row: ContactAttemptRow, sent_at: datetime | None, failed_at: datetime | None
) -> CopyState | None:
    if row.channel is not ContactChannel.SECOND_ADDRESS:
        return None
    if sent_at is not None:
        return CopyState.HANDED_OVER
    return CopyState.ON_ITS_WAY if failed_at is None else CopyState.REFUSED
