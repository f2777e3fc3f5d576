"""Reads what may be appealed of an application, and the version of an appeal."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from review_service.db.handed_over import is_a_copy
from review_service.db.models import (
    AppealRow,
    ApplicationRow,
    EventRow,
    MailRow,
    WithdrawalResolutionRow,
)
from review_service.db.officer_accounts import accounts_of_same
from review_service.domain.actors import officer_in
from review_service.domain.appeals import APPEALABLE, AppealedAct, act_in
from review_service.domain.sightings import stamp
from review_service.domain.withdrawal_resolutions import fact_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingAct:
    """The decision that an application's state rests on, as it may be appealed."""

    act: AppealedAct
    at: datetime
    by: UUID | None
    reasons: str
    until: date | None
    """Last day to appeal, as its letter told it; None while that letter reached nobody."""


def standing_act(session: Session, application: ApplicationRow) -> StandingAct | None:
    """Return the decision that may be appealed now, appealed or not; None without one."""
    act = act_in(application.state)
    by: UUID | None
    if act is AppealedAct.DEEMED_WITHDRAWAL:
        signed = session.get(WithdrawalResolutionRow, application.id)
        if signed is None:  # withdrawn by own wish, or by the clock of an earlier version
            return None
        at, by = signed.signed_at, signed.signed_by
        reasons = "\n".join(fact_lines(signed.facts))
    elif act is None or application.decided_at is None:
        return None
    else:
        at, by = application.decided_at, application.decided_by
        reasons = application.decision_reasons or ""
    until = _told_until(session, application.id, APPEALABLE[act].notice, since=at)
    return StandingAct(act=act, at=at, by=by, reasons=reasons, until=until)


def _told_until(
    session: Session, application_id: UUID, notice: str, *, since: datetime
) -> date | None:
    """Return the last day to appeal that the first notice told; None while it reached nobody."""
    told = session.execute(
        sa.select(MailRow.context)
        .join(ApplicationRow, ApplicationRow.id == MailRow.application_id)
        .where(
            MailRow.application_id == application_id,
            MailRow.event == notice,
            MailRow.created_at >= since,
            MailRow.sent_at.is_not(None),
            ~is_a_copy(),
        )
        .order_by(MailRow.sent_at)
        .limit(1)
    ).scalar_one_or_none()
    until = (told or {}).get("appeal_until")
    return date.fromisoformat(until) if until else None


def deciders_of(session: Session, application: ApplicationRow) -> frozenset[UUID]:
    """Return every officer who took a decision on an application, or recommended one.

    That is who decided it last, who signed its withdrawal, who took a decision that was appealed,
    and who recommended to a colleague what to decide; and other accounts of the same persons.
    """
    signed = session.get(WithdrawalResolutionRow, application.id)
    former = session.scalars(
        sa.select(AppealRow.act_by).where(AppealRow.application_id == application.id)
    )
    recommended = session.scalars(
        sa.select(EventRow.actor).where(
            EventRow.subject_id == application.id, EventRow.action == "decision_recommended"
        )
    )
    found = {application.decided_by, signed.signed_by if signed else None, *former}
    found |= {officer_in(actor) for actor in recommended}
    known = {each for each in found if each is not None}
    return accounts_of_same(session, known)


def is_appealed(session: Session, application_id: UUID, act: StandingAct) -> bool:
    """Whether an appeal against that decision was received."""
    found = sa.select(AppealRow.letter_id).where(
        AppealRow.application_id == application_id, AppealRow.act_at == act.at
    )
    return session.execute(found).first() is not None


def appeal_stamp(row: AppealRow) -> str:
    """Return the present version of an appeal: another once it is decided, or its day corrected."""
    told = (row.letter_id, row.outcome, row.reasons, row.entered_on)
    return stamp(1 if row.decided_at is None else 2, *told)
