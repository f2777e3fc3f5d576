"""Deletes rows that only served the running of the service, and the words of old mails."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from review_service.db.legal_holds import is_held
from review_service.db.models import (
    AttemptRow,
    KeptFormRow,
    MailRow,
    OneUseLinkRow,
    ReceiptRow,
    SessionRow,
)
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.retention import OWN_DAYS, RetentionKind, may_act, term
from review_service.domain.terms import ecuador_day
from review_service.services.notices import CONFIRM_LETTER
from review_service.services.upkeep import clockwork

PROVE_NOTHING: Final = ("confirm", "received", "second_address", "draft_left")
"""Mails about an application that tell of no decision: that one was sent is all that is kept."""
LINKS_ONLY: Final = ("sign_in", CONFIRM_LETTER)
"""Mails that only carried a link, also to addresses of strangers: nothing of them is kept."""
_OLD: Final[Mapping[RetentionKind, tuple[Any, Callable[[datetime], sa.ColumnElement[bool]]]]] = {
    RetentionKind.ATTEMPTS: (AttemptRow, lambda old: AttemptRow.window_start < old),
    RetentionKind.SESSIONS: (SessionRow, lambda old: SessionRow.expires_at < old),
    RetentionKind.LINKS: (
        OneUseLinkRow,
        lambda old: sa.and_(
            OneUseLinkRow.link_expires_at < old, ~is_held(OneUseLinkRow.application_id)
        ),
    ),
    RetentionKind.RECEIPTS: (
        ReceiptRow,
        lambda old: sa.and_(ReceiptRow.made_at < old, ~is_held(ReceiptRow.application_id)),
    ),
    RetentionKind.KEPT_FORMS: (KeptFormRow, lambda old: KeptFormRow.kept_at < old),
    RetentionKind.SIGN_IN_MAILS: (
        MailRow,
        lambda old: sa.and_(MailRow.event.in_(LINKS_ONLY), _ended_before(old)),
    ),
}
"""Of each kind its table, and which of its rows are older than a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldRows:
    """How many rows of a kind are due."""

    kind: RetentionKind
    count: int
    days: int
    is_confirmed: bool = True


def due(reading: UnitFactory, rulebook: Mapping[str, Any]) -> Iterator[OldRows]:
    """Yield how many rows of each kind are older than their term, and changes nothing."""
    with reading() as uow:
        for kind, days in OWN_DAYS.items():
            table, older = _OLD[kind]
            found = sa.select(sa.func.count()).select_from(table)
            old = uow.now - timedelta(days=days)
            count = uow.session.execute(found.where(older(old))).scalar_one()
            yield OldRows(kind=kind, count=count, days=days)
        days, old = _mail_term(uow, rulebook)
        found = sa.select(sa.func.count()).select_from(MailRow).where(_is_wordy(old))
        yield OldRows(
            kind=RetentionKind.MAILS,
            count=uow.session.execute(found).scalar_one(),
            days=days,
            is_confirmed=_mails_may_go(uow, rulebook),
        )


def prune(uow: UnitOfWork, rulebook: Mapping[str, Any]) -> int:
    """Delete what is older than its term; return how many rows went or lost their words.

    Deletes nothing while the clock is not believed: sessions that a leap ended live on once it is
    right again.
    """
    with uow:
        if not clockwork.is_steady(uow):
            return 0
        removed = 0
        for kind, days in OWN_DAYS.items():
            table, older = _OLD[kind]
            old = uow.now - timedelta(days=days)
            statement = sa.delete(table).where(older(old)).returning(sa.literal(1))
            removed += len(
                uow.session.execute(statement.execution_options(synchronize_session=False)).all()
            )
        if _mails_may_go(uow, rulebook):
            _, old = _mail_term(uow, rulebook)
            emptied = sa.update(MailRow).where(_is_wordy(old)).values(context={})
            removed += len(
                uow.session.execute(
                    emptied.returning(sa.literal(1)).execution_options(synchronize_session=False)
                ).all()
            )
        uow.commit()
        return removed


def _mail_term(uow: UnitOfWork, rulebook: Mapping[str, Any]) -> tuple[int, datetime]:
    today = ecuador_day(uow.now)
    days = term(rulebook, RetentionKind.MAILS, since=today, today=today).days
    return days, uow.now - timedelta(days=days)


def _mails_may_go(uow: UnitOfWork, rulebook: Mapping[str, Any]) -> bool:
    return may_act(rulebook, RetentionKind.MAILS, today=ecuador_day(uow.now))


def _is_wordy(old: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        MailRow.event.in_(PROVE_NOTHING),
        _ended_before(old),
        sa.cast(MailRow.context, sa.Text) != "{}",
        ~is_held(MailRow.application_id),
    )


def _ended_before(old: datetime) -> sa.ColumnElement[bool]:
    """Match mails that were handed over, or given up, before a moment."""
    return sa.func.coalesce(MailRow.sent_at, MailRow.failed_at) < old
