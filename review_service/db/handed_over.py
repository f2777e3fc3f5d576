"""Whether the notice of what was done to a case was handed over: the proof that terms stand on."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from review_service.db.models import ApplicationRow, CorrectionRow, MailRow
from review_service.domain.applications import ApplicationState

EVENT_OF: Final[Mapping[ApplicationState, str]] = MappingProxyType(
    {
        ApplicationState.AWAITING_CONFIRMATION: "confirm",
        ApplicationState.CORRECTION_REQUESTED: "correction_requested",
        ApplicationState.REFUSED: "refused",
        ApplicationState.ISSUED: "issued",
        ApplicationState.WITHDRAWN: "withdrawn",
    }
)
"""The notice of each state whose notice starts a term or carries a decision.

Who withdraws gets none: the one of a withdrawn case says that it counts as withdrawn.
"""
NAMES_A_DAY: Final = frozenset(
    {
        "confirm",
        "correction_requested",
        "correction_reminder",
        "extension_decided",
        "refused",
        "withdrawn",
    }
)
"""Notices that say until when somebody may act."""


class NoticeWord(StrEnum):
    """How far the notice of a case's present state has come."""

    NONE = "none"
    """This state has no notice."""
    WAITS = "waits"
    DELIVERED = "delivered"
    REFUSED = "refused"
    """The relay refused it for good: a person must find another way."""


@lru_cache(maxsize=1)  # making it takes longer than asking
def is_handed_over() -> sa.ColumnElement[bool]:
    """Whether a notice of the application's present state was taken by the relay.

    Only the one to the address of the register counts: a copy is no notice.
    """
    return _notice(MailRow.sent_at.is_not(None))


@lru_cache(maxsize=1)
def handed_over_at() -> sa.ScalarSelect[datetime | None]:
    """Return when the first notice of the application's present state was taken by the relay."""
    return (
        sa.select(sa.func.min(MailRow.sent_at))
        .where(
            MailRow.application_id == ApplicationRow.id,
            MailRow.event == event_now(),
            MailRow.created_at >= act_began(),
            ~is_a_copy(),
        )
        .correlate(ApplicationRow)
        .scalar_subquery()
    )


@lru_cache(maxsize=1)
def notice_word() -> sa.ColumnElement[str]:
    """Return the value of ``NoticeWord`` for each application."""
    is_refused = _notice(MailRow.sent_at.is_(None), MailRow.failed_at.is_not(None))
    is_own_wish = sa.and_(ApplicationRow.state == ApplicationState.WITHDRAWN, ~_notice())
    return sa.case(
        (ApplicationRow.state.not_in(tuple(EVENT_OF)), NoticeWord.NONE.value),
        (is_own_wish, NoticeWord.NONE.value),
        (is_handed_over(), NoticeWord.DELIVERED.value),
        (is_refused, NoticeWord.REFUSED.value),
        else_=NoticeWord.WAITS.value,
    )


def event_now() -> sa.ColumnElement[str]:
    """Return the event whose notice tells the application's present state; empty without one."""
    return sa.case(
        *((ApplicationRow.state == state, event) for state, event in EVENT_OF.items()), else_=""
    )


def act_began() -> sa.ColumnElement[object]:
    """Return when the act was done whose notice counts; older notices are of acts before.

    A notice that was begun anew is another one, with a term of its own. Of what an accepted appeal
    brought back, notices of before the return tell nothing of its present state.
    """
    begun: sa.ColumnElement[datetime] = sa.func.coalesce(
        CorrectionRow.notified_again_at, CorrectionRow.asked_at
    )
    asked = (
        sa.select(sa.func.max(begun))
        .where(CorrectionRow.application_id == ApplicationRow.id)
        .correlate(ApplicationRow)
        .scalar_subquery()
    )
    return sa.case(
        (ApplicationRow.state == ApplicationState.AWAITING_CONFIRMATION, ApplicationRow.sent_at),
        (ApplicationRow.state == ApplicationState.CORRECTION_REQUESTED, asked),
        (ApplicationRow.state == ApplicationState.REFUSED, ApplicationRow.decided_at),
        else_=sa.func.coalesce(ApplicationRow.returned_at, ApplicationRow.created_at),
    )


@lru_cache(maxsize=1)
def is_a_copy() -> sa.ColumnElement[bool]:
    """Whether a message is a copy of a notice, for a query of ``MailRow`` with its application.

    One that stands beside the same message to the address of the register is a copy whatever it
    says of itself: the version before marks none. One that stands alone is the notice, also once
    the address of the register is another.
    """
    beside = aliased(MailRow)
    email = ApplicationRow.registry_facts["email"].as_string()
    registered = sa.func.lower(sa.func.coalesce(email, ""))
    to_the_registered = (
        sa.select(beside.id)
        .where(
            beside.application_id == MailRow.application_id,
            beside.event == MailRow.event,
            beside.created_at == MailRow.created_at,
            sa.func.lower(beside.recipient) == registered,
        )
        .correlate(MailRow, ApplicationRow)
        .exists()
    )
    return sa.or_(
        MailRow.is_copy,
        sa.and_(sa.func.lower(MailRow.recipient) != registered, to_the_registered),
    )


def _notice(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return (
        sa.select(MailRow.id)
        .where(
            MailRow.application_id == ApplicationRow.id,
            MailRow.event == event_now(),
            MailRow.created_at >= act_began(),
            ~is_a_copy(),
            *conditions,
        )
        .correlate(ApplicationRow)
        .exists()
    )
