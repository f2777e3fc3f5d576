"""Deletes rows that only served the running of the service, and the words of old mails.

Some hundred rows are deleted in each transaction, so that nobody waits for a heap of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from review_service.db.legal_holds import is_held
from review_service.db.models import (
    AgreementRow,
    ApplicationRow,
    AttemptRow,
    DirectoryConsentRow,
    KeptFormRow,
    LetterPhotoRow,
    LetterRow,
    MailRow,
    OneUseLinkRow,
    ReceiptRow,
    SecondAddressRow,
    SessionRow,
)
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.letters import LetterPhotoState
from review_service.domain.retention import OWN_DAYS, RetentionKind, term
from review_service.domain.terms import ecuador_day
from review_service.services.notices import CONFIRM_LETTER
from review_service.services.upkeep import clockwork
from review_service.services.upkeep.rounds import Round

PROVE_NOTHING: Final = ("confirm", "received", "draft_left")
"""Mails about an application that tell of no decision: that one was sent is all that is kept."""
SIGN_INS: Final = ("sign_in", "officer_digest")
QUESTIONS: Final = (CONFIRM_LETTER, "second_address", "digest_confirm")
"""Mails that ask whether an address is somebody's own; nothing else of it may be known."""
AT_ONCE: Final = 500
"""Rows that go in one transaction."""
_ENDED: Final = tuple(state for state in ApplicationState if not state.is_open)
Which = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKind:
    """Rows of one table that go some days after something."""

    table: Any
    """A mapped class."""
    older: Callable[[datetime], Which]
    """Which rows are older than a moment."""
    emptied: Callable[[UnitOfWork], Mapping[str, Any]] | None = None
    """What their columns become; None: the rows are deleted."""

    @property
    def key(self) -> Sequence[sa.ColumnElement[Any]]:
        """The columns of the primary key."""
        return tuple(sa.inspect(self.table).primary_key)


def _ended_before(old: datetime) -> Which:
    """Match mails that were handed over, or given up, before a moment."""
    return sa.func.coalesce(MailRow.sent_at, MailRow.failed_at) < old


def _unanswered(old: datetime) -> Which:
    """Match second addresses that said nothing, once nobody can ask them any more."""
    given = sa.func.coalesce(ApplicationRow.sheet["notice_email"].as_string(), "")
    is_over = sa.or_(ApplicationRow.state.in_(_ENDED), given != SecondAddressRow.address)
    return sa.and_(
        SecondAddressRow.confirmed_at.is_(None),
        SecondAddressRow.expires_at < old,
        sa.exists().where(ApplicationRow.id == SecondAddressRow.application_id, is_over),
        ~is_held(SecondAddressRow.application_id),
    )


def _over(old: datetime) -> Which:
    """Match consents of the directory that ended, or whose document did, and still hold words."""
    valid_until = sa.select(sa.func.max(AgreementRow.valid_until)).where(
        AgreementRow.application_id == DirectoryConsentRow.application_id
    )
    return sa.and_(
        sa.or_(
            DirectoryConsentRow.ended_at < old,
            valid_until.correlate(DirectoryConsentRow).scalar_subquery() < ecuador_day(old),
        ),
        DirectoryConsentRow.words != "",
        ~is_held(DirectoryConsentRow.application_id),
    )


def _photo_answered(old: datetime) -> Which:
    """Match photos that are kept of a letter that was answered before a moment.

    A hold keeps them on the application that the letter names, by its number or its document's.
    """
    holding = sa.or_(
        is_held(LetterRow.application_id),
        sa.exists().where(
            AgreementRow.number == LetterRow.about, is_held(AgreementRow.application_id)
        ),
    )
    return sa.and_(
        LetterPhotoRow.state == LetterPhotoState.KEPT,
        sa.exists().where(
            LetterRow.id == LetterPhotoRow.letter_id, LetterRow.answered_at < old, ~holding
        ),
    )


ROW_KINDS: Final[Mapping[RetentionKind, RowKind]] = MappingProxyType(
    {
        RetentionKind.ATTEMPTS: RowKind(
            table=AttemptRow, older=lambda old: AttemptRow.window_start < old
        ),
        RetentionKind.SESSIONS: RowKind(
            table=SessionRow, older=lambda old: SessionRow.expires_at < old
        ),
        RetentionKind.LINKS: RowKind(
            table=OneUseLinkRow,
            older=lambda old: sa.and_(
                OneUseLinkRow.link_expires_at < old, ~is_held(OneUseLinkRow.application_id)
            ),
        ),
        RetentionKind.RECEIPTS: RowKind(
            table=ReceiptRow,
            older=lambda old: sa.and_(
                ReceiptRow.made_at < old, ~is_held(ReceiptRow.application_id)
            ),
        ),
        RetentionKind.KEPT_FORMS: RowKind(
            table=KeptFormRow, older=lambda old: KeptFormRow.kept_at < old
        ),
        RetentionKind.SIGN_IN_MAILS: RowKind(
            table=MailRow,
            older=lambda old: sa.and_(MailRow.event.in_(SIGN_INS), _ended_before(old)),
        ),
        RetentionKind.QUESTIONS: RowKind(
            table=MailRow,
            older=lambda old: sa.and_(
                MailRow.event.in_(QUESTIONS), _ended_before(old), ~is_held(MailRow.application_id)
            ),
        ),
        RetentionKind.SECOND_ADDRESSES: RowKind(table=SecondAddressRow, older=_unanswered),
        RetentionKind.CONSENTS: RowKind(
            table=DirectoryConsentRow,
            older=_over,
            emptied=lambda uow: {
                "words": "",
                "ended_at": sa.func.coalesce(DirectoryConsentRow.ended_at, uow.now),
            },
        ),
        RetentionKind.LETTER_PHOTOS: RowKind(
            table=LetterPhotoRow,
            older=_photo_answered,
            emptied=lambda uow: {
                "state": LetterPhotoState.GONE,
                "released_at": uow.now,
                "image_key": None,
                "image_sha256": None,
            },
        ),
        RetentionKind.MAILS: RowKind(
            table=MailRow,
            older=lambda old: sa.and_(
                MailRow.event.in_(PROVE_NOTHING),
                _ended_before(old),
                sa.cast(MailRow.context, sa.Text) != "{}",
                ~is_held(MailRow.application_id),
            ),
            emptied=lambda _: {"context": {}},
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OldRows:
    """How many rows of a kind are older than their term."""

    kind: RetentionKind
    count: int
    is_confirmed: bool
    """Whether they may go: the service's own terms, and those that the institution confirmed."""
    is_due: bool
    """Whether they go now: nothing does while the clock is not believed."""


def due(reading: UnitFactory, rulebook: Mapping[str, Any]) -> Iterator[OldRows]:
    """Yield how many rows of each kind are older than their term; changes nothing.

    Raises ``SettingsError``.
    """
    for kind, rows in ROW_KINDS.items():
        with reading() as uow:
            days, is_confirmed = _term(rulebook, kind, ecuador_day(uow.now))
            found = sa.select(sa.func.count()).select_from(rows.table)
            count = uow.session.execute(found.where(_old(uow, rows, days))).scalar_one()
            is_due = is_confirmed and clockwork.is_steady(uow)
        yield OldRows(kind=kind, count=count, is_confirmed=is_confirmed, is_due=is_due)


def prune(
    reading: UnitFactory, writing: UnitFactory, rulebook: Mapping[str, Any]
) -> Mapping[RetentionKind, int]:
    """Delete what is older than its term; return how many rows of each kind went or were emptied.

    Deletes nothing while the clock is not believed: sessions that a leap ended live on once it is
    right again. Raises ``RoundFailedError`` at the end when some failed, ``SettingsError``.
    """
    pruned: dict[RetentionKind, int] = {}
    pruning = Round("rows_not_deleted")
    for each in due(reading, rulebook):
        if each.is_due and each.count:
            with pruning.one():
                rows, pruned[each.kind] = ROW_KINDS[each.kind], 0
                days, _ = _term(rulebook, each.kind, _today(reading))
                for keys in _keys(reading, rows, days):
                    pruned[each.kind] += _prune(writing(), rows, days, keys)
    pruning.end()
    return pruned


def _keys(reading: UnitFactory, rows: RowKind, days: int) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield the keys of old rows, some at a time; no transaction stays open."""
    last: tuple[Any, ...] | None = None
    while True:
        with reading() as uow:
            asked = sa.select(*rows.key).where(_old(uow, rows, days))
            if last is not None:
                here = (
                    sa.literal(value, column.type)
                    for value, column in zip(last, rows.key, strict=True)
                )
                asked = asked.where(sa.tuple_(*rows.key) > sa.tuple_(*here))
            found = uow.session.execute(asked.order_by(*rows.key).limit(AT_ONCE)).all()
        keys = [tuple(row) for row in found]
        if keys:
            yield keys
        if len(keys) < AT_ONCE:
            return
        last = keys[-1]


def _prune(uow: UnitOfWork, rows: RowKind, days: int, keys: Sequence[tuple[Any, ...]]) -> int:
    """Delete or empty those of these rows that are still old, in one transaction."""
    with uow:
        if not clockwork.is_steady(uow):
            return 0
        these = sa.and_(_is_one_of(rows, keys), _old(uow, rows, days))
        statement = (
            sa.delete(rows.table).where(these)
            if rows.emptied is None
            else sa.update(rows.table).where(these).values(rows.emptied(uow))
        )
        done = uow.session.execute(
            statement.returning(sa.literal(1)).execution_options(synchronize_session=False)
        ).all()
        uow.commit()
        return len(done)


def _is_one_of(rows: RowKind, keys: Sequence[tuple[Any, ...]]) -> Which:
    if len(rows.key) == 1:
        return rows.key[0].in_([key[0] for key in keys])
    return sa.tuple_(*rows.key).in_(keys)


def _old(uow: UnitOfWork, rows: RowKind, days: int) -> Which:
    return rows.older(uow.now - timedelta(days=days))


def _today(reading: UnitFactory) -> date:
    with reading() as uow:
        return ecuador_day(uow.now)


def _term(rulebook: Mapping[str, Any], kind: RetentionKind, today: date) -> tuple[int, bool]:
    """Return the days of a kind, and whether anybody confirmed that they may be acted on."""
    if kind in OWN_DAYS:
        return OWN_DAYS[kind], True
    found = term(rulebook, kind, since=today, today=today)
    return found.days, found.rule.is_confirmed(today)
