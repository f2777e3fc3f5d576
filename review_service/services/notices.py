"""What a notice starts once it is handed over, and the notices that nobody could hand over.

An act works once it is notified (COA 101), and terms count from the day after (COA 158). So the
dates that a message names are those of the moment when it leaves, and they bind from then on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.handed_over import (
    EVENT_OF,
    NAMES_A_DAY,
    act_began,
    event_now,
    is_a_copy,
    is_handed_over,
)
from review_service.db.models import ApplicationRow, LetterRow, MailRow, OneUseLinkRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import MailError, NotFoundError
from review_service.domain.institution import Institution
from review_service.domain.letters import CONFIRM_DAYS, LetterState
from review_service.services.review.letters import appeal_last_day, correction_last_day
from review_service.services.upkeep import clockwork

CONFIRM_HOURS: Final = 72
"""How long a sent application may be confirmed before it is a draft again."""
CODE_MINUTES: Final = 10
"""How long the code beside a link serves."""
CONFIRM_LETTER: Final = "letter_confirm"
"""The message that asks an address whether it wrote a letter to the service."""
LATE_AFTER: Final = timedelta(days=3)
"""Longest time from an act to its notice. Source: COA 164, 173."""
MOST_SHOWN: Final = 100
LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "confirm": "para confirmar",
        "correction_requested": "de corrección",
        "refused": "de negativa",
        "issued": "con el documento emitido",
        "withdrawn": "de desistimiento",
    }
)
DATES: Final[tuple[str, ...]] = ("last_day", "appeal_until")
NOT_WAITING: Final = "ese aviso no está pendiente; véalos con «review-service notices list»."
LINK_IS_OVER: Final = "the link can no longer serve"
CLOCK_IS_HELD: Final = "the clock is not believed: the days that it names would be false"


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredNotice:
    """A notice of an act that waits for too long, or that the relay refused for good."""

    mail_id: UUID
    application_id: UUID
    reference: str
    event: str
    created_at: datetime
    refused_at: datetime | None

    @property
    def label(self) -> str:
        """Spanish words for what it tells."""
        return LABELS[self.event]


def bring_up_to_date(uow: UnitOfWork, mail: MailRow, *, institution: Institution | None) -> None:
    """Give a message the dates of this moment, unless the term has started.

    In the caller's transaction, which it commits before it sends. Raises ``MailError``: retryable
    while the clock is not believed and the message names a day, else when it holds a link that can
    no longer serve.
    """
    if mail.event in NAMES_A_DAY and not clockwork.is_steady(uow):
        raise MailError(CLOCK_IS_HELD, retryable=True)
    if mail.event == CONFIRM_LETTER:
        _renew_letter(uow, mail)
    application = _application(uow, mail)
    is_fresh = application is not None and _is_of_now(uow, mail, application)
    starts = is_fresh and application is not None and not _is_proven(uow, application)
    if mail.event == "confirm" and starts:
        _renew_link(uow, mail)
    _require_living_link(uow, mail, application)
    if application is None:
        return
    if is_fresh and not starts:
        _take_dates_of_the_first_copy(uow, mail)
    elif is_fresh and mail.event == "correction_requested":
        seat = institution.place if institution is not None else None
        last_day = _grown(application, correction_last_day(uow, application, seat=seat))
        mail.context = {**mail.context, "last_day": last_day.isoformat()}
    elif mail.event in {"refused", "withdrawn"} and institution is not None:
        until = appeal_last_day(uow, application, institution)
        mail.context = {**mail.context, "appeal_until": until.isoformat()}


def start(uow: UnitOfWork, mail: MailRow) -> None:
    """Let the term begin that a message names, just before it is marked as handed over.

    A copy to a second address starts none.
    """
    application = _application(uow, mail, lock=True)
    if application is None or is_copy(uow, mail) or not _is_of_now(uow, mail, application):
        return
    if _is_proven(uow, application):
        return  # the term runs since an earlier notice
    if mail.event == "confirm":
        until = mail.context["confirm_by"]
        application.confirm_by = datetime.fromisoformat(until)
    elif mail.event == "correction_requested":
        application.correct_by = _grown(application, date.fromisoformat(mail.context["last_day"]))
        until = application.correct_by.isoformat()
    else:
        return
    uow.record(
        "term_started", actor="worker", subject_id=application.id, event=mail.event, until=until
    )


def is_copy(uow: UnitOfWork, mail: MailRow) -> bool:
    """Return whether a message is a copy to a second address, in the caller's transaction."""
    copy = (
        sa.select(is_a_copy())
        .join(ApplicationRow, ApplicationRow.id == MailRow.application_id)
        .where(MailRow.id == mail.id)
    )
    return mail.is_copy or bool(uow.session.scalar(copy))


def undelivered(uow: UnitOfWork) -> Sequence[UndeliveredNotice]:
    """Return the notices that are late or refused, oldest first; in the caller's transaction."""
    late = MailRow.created_at < uow.now - LATE_AFTER
    rows = uow.session.execute(
        sa.select(MailRow, ApplicationRow.reference)
        .join(ApplicationRow, ApplicationRow.id == MailRow.application_id)
        .where(
            MailRow.sent_at.is_(None),
            sa.or_(MailRow.failed_at.is_not(None), late),
            MailRow.event == event_now(),
            MailRow.created_at >= act_began(),
            ~is_a_copy(),
            ~is_handed_over(),
        )
        .order_by(MailRow.created_at, MailRow.id)
        .limit(MOST_SHOWN)
    )
    return [
        UndeliveredNotice(
            mail_id=mail.id,
            application_id=mail.application_id,
            reference=reference,
            event=mail.event,
            created_at=mail.created_at,
            refused_at=mail.failed_at,
        )
        for mail, reference in rows
        if mail.application_id is not None
    ]


def delivered_otherwise(
    uow: UnitOfWork, mail_id: UUID, *, institution: Institution, operator: str, how: str
) -> None:
    """Write down that a person notified by another way; its term begins now.

    Raises ``NotFoundError`` when there is no such notice, or it was handed over, and
    ``InvalidInputError`` while the clock is not believed.
    """
    with uow:
        clockwork.require_steady(uow)
        mail = uow.session.get(MailRow, mail_id)
        if mail is None or mail.sent_at is not None or mail.application_id is None:
            raise NotFoundError(NOT_WAITING)
        if is_copy(uow, mail):
            raise NotFoundError(NOT_WAITING)
        bring_up_to_date(uow, mail, institution=institution)
        start(uow, mail)
        mail.sent_at, mail.failed_at, mail.last_error = uow.now, None, ""
        uow.record(
            "notice_delivered_otherwise",
            actor="operator",
            subject_id=mail.application_id,
            operator=operator,
            how=how,
            event=mail.event,
        )
        uow.commit()


def _grown(application: ApplicationRow, last_day: date) -> date:
    """Return the last day to correct: a later one that was granted already stays."""
    return max(application.correct_by or last_day, last_day)


def _application(uow: UnitOfWork, mail: MailRow, *, lock: bool = False) -> ApplicationRow | None:
    if mail.application_id is None:
        return None
    return uow.session.get(
        ApplicationRow, mail.application_id, with_for_update=lock, populate_existing=lock
    )


def _is_of_now(uow: UnitOfWork, mail: MailRow, application: ApplicationRow) -> bool:
    """Whether the message tells the application's present state, and not an act before."""
    if EVENT_OF.get(application.state) != mail.event:
        return False
    found = uow.session.scalar(
        sa.select(MailRow.created_at >= act_began())
        .join(ApplicationRow, ApplicationRow.id == MailRow.application_id)
        .where(MailRow.id == mail.id)
    )
    return bool(found)


def _is_proven(uow: UnitOfWork, application: ApplicationRow) -> bool:
    proven = sa.select(is_handed_over()).where(ApplicationRow.id == application.id)
    return bool(uow.session.scalar(proven))


def _take_dates_of_the_first_copy(uow: UnitOfWork, mail: MailRow) -> None:
    first = uow.session.scalar(
        sa.select(MailRow)
        .where(
            MailRow.application_id == mail.application_id,
            MailRow.event == mail.event,
            MailRow.created_at == mail.created_at,
            MailRow.sent_at.is_not(None),
        )
        .order_by(MailRow.sent_at)
        .limit(1)
    )
    if first is not None:
        dates = {name: first.context[name] for name in DATES if name in first.context}
        mail.context = {**mail.context, **dates}


def _renew_link(uow: UnitOfWork, mail: MailRow) -> None:
    """Let the link of a confirmation serve for the whole term, which begins now."""
    link = _link(uow, mail.context)
    if link is None or link.used_at is not None:
        return
    until = uow.now + timedelta(hours=CONFIRM_HOURS)
    link.link_expires_at = until
    link.code_expires_at = uow.now + timedelta(minutes=CODE_MINUTES)
    mail.context = {**mail.context, "confirm_by": until.isoformat()}


def _renew_letter(uow: UnitOfWork, mail: MailRow) -> None:
    """Let the link that confirms a letter serve for all its days from now on."""
    row = uow.session.get(LetterRow, UUID(mail.context["letter_id"]), with_for_update=True)
    if row is not None and row.state is LetterState.UNCONFIRMED:
        row.confirm_by = uow.now + timedelta(days=CONFIRM_DAYS)


def _require_living_link(
    uow: UnitOfWork, mail: MailRow, application: ApplicationRow | None
) -> None:
    if "link_id" not in mail.context:
        return
    link = _link(uow, mail.context)
    is_needed = application is None or application.state is ApplicationState.AWAITING_CONFIRMATION
    serves = link is not None and link.used_at is None and link.link_expires_at > uow.now
    if not (is_needed and serves):
        raise MailError(LINK_IS_OVER, retryable=False)


def _link(uow: UnitOfWork, context: Mapping[str, Any]) -> OneUseLinkRow | None:
    link_id = context.get("link_id")
    return uow.session.get(OneUseLinkRow, UUID(link_id)) if link_id else None
