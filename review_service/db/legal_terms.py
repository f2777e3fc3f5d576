"""The legal terms of applications, from when they were received and when they rested."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from review_service.db.base import UtcDateTime
from review_service.db.decreed_days import DecreedDays
from review_service.db.handed_over import is_a_copy
from review_service.db.listed import is_among_ids
from review_service.db.models import ApplicationRow, CorrectionRow, MailRow
from review_service.db.queued_cases import written
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import AWAITING_DECISION, ApplicationState
from review_service.domain.institution import institution_on
from review_service.domain.legal_term import LegalTerm, Rest, legal_term, oldest_alarming
from review_service.domain.terms import ecuador_day, end_of_day

DECIDED: Final = frozenset(
    {ApplicationState.REFUSED, ApplicationState.APPROVED, ApplicationState.ISSUED}
)
MOST_LOOKED_AT: Final = 500
"""Cases that came in first, when it is asked which are near the end of their term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One request for corrections of one application."""

    application_id: UUID
    asked: int
    """Items that are to be corrected."""
    answered: int
    asked_at: datetime
    answered_at: datetime | None
    """When the last of its items was answered."""


def legal_terms_of(
    uow: UnitOfWork,
    rows: Iterable[ApplicationRow],
    *,
    seat: str | None = None,
    now: datetime | None = None,
    rounds: Sequence[Round] | None = None,
    decided_too: bool = False,
) -> dict[UUID, LegalTerm]:
    """Return the term of each application that is not decided, as of today; none of the others.

    With ``decided_too`` also that of each which officers refused or granted, as of that day.

    It counts from the day of receipt; where an accepted appeal sent the application back, from that
    day, and only notices since then let it rest.

    ``seat`` is the canton of the authority, whose decreed days rest too (COA 159); the packaged
    rules name it when left out. ``now`` is the database's time if it is known already, and
    ``rounds`` are those of these applications, in order.
    """
    wanted = [
        row
        for row in rows
        if row.confirmed_at is not None
        and (row.state in AWAITING_DECISION or (decided_too and _decided_on(row)))
    ]
    if not wanted:
        return {}
    asked = rounds_of(uow, [row.id for row in wanted]) if rounds is None else rounds
    cases = [
        _Case(
            row.id,
            row.confirmed_at,
            row.returned_at,
            str(row.sheet.get("canton", "")),
            _decided_on(row),
        )
        for row in wanted
        if row.confirmed_at is not None
    ]
    return _terms(uow, cases, asked, seat=seat, today=ecuador_day(now or uow.now))


class _Case(NamedTuple):
    """What the term of a case counts from."""

    id: UUID
    confirmed_at: datetime
    returned_at: datetime | None
    canton: str
    decided_on: date | None = None
    """As of which day it counts; None: today."""


def _terms(
    uow: UnitOfWork,
    cases: Sequence[_Case],
    asked: Sequence[Round],
    *,
    seat: str | None,
    today: date,
) -> dict[UUID, LegalTerm]:
    rests = _rests(uow, asked, since={each.id: each.returned_at for each in cases})
    days = DecreedDays.read(uow)
    home = seat if seat is not None else institution_on(today).place
    decreed = {canton: days.of(canton, home) for canton in {each.canton for each in cases}}
    return {
        each.id: legal_term(
            ecuador_day(each.returned_at or each.confirmed_at),
            rests.get(each.id, ()),
            today=each.decided_on or today,
            decreed=decreed[each.canton],
        )
        for each in cases
    }


def _decided_on(row: ApplicationRow) -> date | None:
    """Return the day on which it was refused or granted; None before, and once it is withdrawn."""
    is_decided = row.state in DECIDED and row.decided_at is not None
    return ecuador_day(row.decided_at) if is_decided and row.decided_at else None


def alarming(uow: UnitOfWork, *, seat: str | None = None) -> tuple[UUID, ...]:
    """Return the cases in review whose legal term is nearly over, or over; the oldest first.

    Only the ``MOST_LOOKED_AT`` that came in first are looked at: what came in later ends later,
    unless those before it rested.
    """
    cases = _oldest(uow, ApplicationState.IN_REVIEW)
    terms = _terms_today(uow, cases, seat=seat)
    return tuple(each.id for each in cases if terms[each.id].is_alarming)


def alarming_while_corrected(uow: UnitOfWork, *, seat: str | None = None) -> tuple[UUID, ...]:
    """Return the cases that wait for their applicant and whose legal term runs and is nearly over.

    A request lets the term rest for ten days at most, and one whose notice nobody could hand over
    not at all: afterwards it runs while nobody looks at the case. Else as ``alarming``.
    """
    cases, today = _oldest(uow, ApplicationState.CORRECTION_REQUESTED), ecuador_day(uow.now)
    terms = _terms_today(uow, cases, seat=seat)
    return tuple(
        each.id
        for each in cases
        if terms[each.id].is_alarming and not terms[each.id].waits_for_an_answer(today)
    )


def _oldest(uow: UnitOfWork, state: ApplicationState) -> list[_Case]:
    """Return the ``MOST_LOOKED_AT`` cases of a state that came in first and may be alarming."""
    newest = oldest_alarming(ecuador_day(uow.now))
    found = uow.session.execute(
        sa.select(
            ApplicationRow.id,
            ApplicationRow.confirmed_at,
            ApplicationRow.returned_at,
            sa.func.coalesce(ApplicationRow.sheet["canton"].as_string(), ""),
        )
        .where(ApplicationRow.state == state, ApplicationRow.confirmed_at <= end_of_day(newest))
        .order_by(ApplicationRow.confirmed_at, ApplicationRow.id)
        .limit(MOST_LOOKED_AT)
    )
    return [_Case(*row) for row in found]


def _terms_today(
    uow: UnitOfWork, cases: Sequence[_Case], *, seat: str | None
) -> dict[UUID, LegalTerm]:
    if not cases:
        return {}
    asked = rounds_of(uow, [each.id for each in cases])
    return _terms(uow, cases, asked, seat=seat, today=ecuador_day(uow.now))


def count_alarming(uow: UnitOfWork, *, most: int, seat: str | None = None) -> int:
    """Return how many cases ``alarming`` tells of, ``most`` and one at most.

    A case that was never asked to correct is among them, wherever it is from, when it came in so
    early that its term would be even if every decreed day of any place rested it. Where these are
    enough, no term is counted.
    """
    oldest = oldest_alarming(ecuador_day(uow.now), decreed=DecreedDays.read(uow).everywhere())
    sure: int = uow.rows(_surely_alarming(most), until=end_of_day(oldest)).scalar_one()
    return sure if sure > most else min(len(alarming(uow, seat=seat)), most + 1)


@lru_cache
def _surely_alarming(most: int) -> sa.Select[int]:
    """Return how many were confirmed by ``until`` and never asked to correct, one more at most."""
    asked = sa.select(CorrectionRow.id).where(CorrectionRow.application_id == ApplicationRow.id)
    surely = (
        sa.select(sa.literal_column("1", sa.Integer()))
        .where(
            ApplicationRow.state == ApplicationState.IN_REVIEW,
            ApplicationRow.confirmed_at <= sa.bindparam("until", type_=UtcDateTime()),
            ApplicationRow.returned_at.is_(None),
            ~asked.offset(0).exists(),
        )
        .limit(written(most + 1))
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(surely)


def rounds_of(uow: UnitOfWork, ids: Sequence[UUID]) -> list[Round]:
    """Return the requests for corrections of each application, the first one first."""
    return [
        Round(
            application_id=row[0],
            asked=row[1],
            answered=row[2],
            asked_at=row[3],
            answered_at=row[4],
        )
        for row in uow.rows(_rounds(uow.dialect), ids=list(ids))
    ]


@lru_cache
def _rounds(dialect: str) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of ``rounds_of``."""
    owner = CorrectionRow.application_id
    return (
        sa.select(
            owner,
            sa.func.count(),
            sa.func.count(CorrectionRow.answered_at),
            sa.func.min(CorrectionRow.asked_at),
            sa.func.max(CorrectionRow.answered_at),
        )
        .where(is_among_ids(dialect, owner))
        .group_by(owner, CorrectionRow.round)
        .order_by(owner, CorrectionRow.round)
    )


def _rests(
    uow: UnitOfWork, rounds: Sequence[Round], *, since: Mapping[UUID, datetime | None]
) -> dict[UUID, list[Rest]]:
    """Return when each application rested, the first time first.

    A request whose notice nobody could hand over lets nothing rest (COA 101). ``since`` tells from
    when on notices count.
    """
    asked = [(each.application_id, each.asked_at, each.answered_at) for each in rounds]
    if not asked:
        return {}
    notices = _notices(uow, {application_id for application_id, _, _ in asked})
    found: dict[UUID, list[Rest]] = {}
    for application_id, asked_at, answered_at in asked:
        begun = max(asked_at, since.get(application_id) or asked_at)
        notified = [
            sent_at
            for created_at, sent_at in notices.get(application_id, ())
            if created_at >= begun and (answered_at is None or created_at <= answered_at)
        ]
        if notified:
            rest = Rest(
                notified_on=ecuador_day(min(notified)),
                answered_on=ecuador_day(answered_at) if answered_at is not None else None,
            )
            found.setdefault(application_id, []).append(rest)
    return found


def _notices(uow: UnitOfWork, ids: Iterable[UUID]) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """Return when each notice of a correction was written and handed over; copies left out."""
    found: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for application_id, created_at, sent_at in uow.rows(_handed_over(uow.dialect), ids=list(ids)):
        found.setdefault(application_id, []).append((created_at, sent_at))
    return found


@lru_cache
def _handed_over(dialect: str) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of ``_notices``."""
    return (
        sa.select(MailRow.application_id, MailRow.created_at, MailRow.sent_at)
        .join(ApplicationRow, ApplicationRow.id == MailRow.application_id)
        .where(
            is_among_ids(dialect, MailRow.application_id),
            MailRow.event == "correction_requested",
            MailRow.sent_at.is_not(None),
            ~is_a_copy(),
        )
    )
