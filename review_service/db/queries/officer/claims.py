"""Who holds which case, for the queue, the case and the small question that their pages repeat."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from review_service.db import claims
from review_service.db.models import (
    ApplicationRow,
    DocumentRow,
    EventRow,
    FindingRow,
    OfficerRow,
    PendingDecisionRow,
    ReviewItemRow,
)
from review_service.db.open_checks import is_in_check, is_in_search
from review_service.db.pending_decisions import mark, mark_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.claims import Claim, live_holder
from review_service.domain.errors import NotFoundError
from review_service.domain.roles import Standing

MARK_CHARACTERS: Final = 12
NOBODY: Final = UUID(int=0)
_JUDGE: Final = aliased(OfficerRow, name="judge")
_HOLDER: Final = aliased(OfficerRow, name="holder")
TOLD_BY_EVENTS: Final = frozenset(
    {
        "note_written", "note_corrected", "colleague_asked", "colleague_reminded",
        "colleague_answered", "question_withdrawn", "case_moved", "assigned_case_taken",
        "legal_hold_placed", "legal_hold_lifted", "copy_denied", "copy_denial_undone",
        "extension_asked", "extension_granted", "extension_refused", "contact_attempted",
        "notice_restarted", "notice_delivered_otherwise", "term_started", "appeal_lodged",
        "appeal_decided", "appeal_day_corrected", "later_control_ended",
    }
)  # fmt: skip
"""What people do that changes the page of a case and neither its version, its verdicts nor who
holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What changes on a case while somebody looks at it."""

    claim: Claim | None
    """None while anybody may take it."""
    last_by: UUID | None
    """Who took it last: may still act while nobody else holds it."""
    ruc: str
    mark: str
    """Another one when somebody took it, judged an item of it, decided or moved it, or did any of
    ``TOLD_BY_EVENTS``, and when a check began or ended or found something; empty in a list."""
    mark_of_own: str
    """The same without what officers say among themselves of it, what they recommend, and what
    checks found."""

    def mark_for(self, onlooker: Standing) -> str:
        """Return the mark that this officer may know: nobody learns of words on an own case."""
        return self.mark_of_own if onlooker.is_own(self.ruc) else self.mark


@dataclass(frozen=True, slots=True, kw_only=True)
class OlderCase:
    """A case that came in earlier and that nobody holds."""

    id: UUID
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCase:
    """A case as its page begins to be read."""

    row: ApplicationRow
    older: OlderCase | None
    """The free one that must be taken before it; None unless who may take it asked."""
    told: str
    """What ``_told`` said before anything else of it was read."""


def presence_of(
    uow: UnitOfWork, ids: Collection[UUID], *, marked: bool = False
) -> Mapping[UUID, Presence]:
    """Return who holds each of these confirmed cases, in one question.

    Unless they are ``marked``, for the page of a case, all marks are empty: lists show no more.
    """
    if not ids:
        return {}
    of_case = ReviewItemRow.application_id == ApplicationRow.id
    judged, reopened = (
        sa.select(sa.func.max(moment)).where(of_case).correlate(ApplicationRow).scalar_subquery()
        for moment in (ReviewItemRow.judged_at, ReviewItemRow.reopened_at)
    )
    rows = uow.session.execute(
        sa.select(
            ApplicationRow.id,
            ApplicationRow.ruc,
            ApplicationRow.state,
            ApplicationRow.version,
            ApplicationRow.claimed_by,
            ApplicationRow.claimed_at,
            ApplicationRow.claimed_until,
            OfficerRow.full_name,
            judged.label("judged"),
            reopened.label("reopened"),
            (_told() if marked else sa.null()).label("told"),
            PendingDecisionRow.outcome,
            PendingDecisionRow.recommended_by,
            PendingDecisionRow.decided_by,
        )
        .outerjoin(OfficerRow, OfficerRow.id == ApplicationRow.claimed_by)
        .outerjoin(PendingDecisionRow, PendingDecisionRow.application_id == ApplicationRow.id)
        .where(ApplicationRow.id.in_(ids), ApplicationRow.confirmed_at.is_not(None))
    )
    return {
        row.id: _presence(
            row,
            row.full_name,
            judged=row.judged,
            reopened=row.reopened,
            pending=mark(row.outcome, row.recommended_by, row.decided_by),
            told=row.told,
            now=lambda: uow.now,
        )
        for row in rows
    }


def presence_on(
    row: ApplicationRow,
    entries: Collection[ReviewItemRow],
    *,
    holder: str,
    pending: PendingDecisionRow | None,
    told: str,
    now: Callable[[], datetime],
) -> Presence:
    """Return the same of a case whose rows were read already; ``holder`` is who took it last."""
    return _presence(
        row,
        holder,
        judged=_latest(entry.judged_at for entry in entries),
        reopened=_latest(entry.reopened_at for entry in entries),
        pending=mark_of(pending),
        told=told,
        now=now,
    )


def opened(
    uow: UnitOfWork,
    application_id: UUID,
    *,
    me: UUID | None,
    standing: Standing | None,
    now: datetime | None,
) -> OpenedCase:
    """Return a case, for who may take it with the free one that must be taken before it.

    In one question. ``now`` is the database's time if it is known. Raises ``NotFoundError``.
    """
    asked: Any
    if standing is None or me is None:
        asked = sa.select(ApplicationRow, sa.null(), sa.null()).where(
            ApplicationRow.id == application_id
        )
    else:
        asked = claims.case_and_older(
            application_id, officer_id=me, standing=standing, now=now or uow.now
        )
    found = uow.session.execute(asked.add_columns(_told())).one_or_none()
    if found is None or found[0].confirmed_at is None:
        raise NotFoundError(f"no application {application_id} for officers")
    row, older_id, reference, told = found
    older = None if older_id is None else OlderCase(id=older_id, reference=reference)
    return OpenedCase(row=row, older=older, told=told)


def entries_of(
    session: Session, application: ApplicationRow
) -> tuple[Mapping[ReviewItem, ReviewItemRow], Mapping[UUID, str]]:
    """Return what was said of each item, and the names of who said it or holds the case."""
    judge, holder = _JUDGE, _HOLDER
    rows = session.execute(
        sa.select(ReviewItemRow, judge.full_name, holder.full_name)
        .outerjoin(judge, judge.id == ReviewItemRow.judged_by)
        .outerjoin(holder, holder.id == application.claimed_by)
        .where(ReviewItemRow.application_id == application.id)
    )
    entries, names = {}, {}
    for entry, judged_by, held_by in rows:
        entries[entry.item] = entry
        names[entry.judged_by or NOBODY] = judged_by or ""
        names[application.claimed_by or NOBODY] = held_by or ""
    return entries, names


def _presence(
    row: Any,  # noqa: ANN401 -- an application's row, or its columns
    name: str | None,
    *,
    judged: datetime | None,
    reopened: datetime | None,
    pending: str,
    told: str | None,
    now: Callable[[], datetime],
) -> Presence:
    is_open = row.state is ApplicationState.IN_REVIEW and row.claimed_until is not None
    # A page asks for the time only when there is something to compare with it.
    holder = live_holder(row.claimed_by, row.claimed_until, now()) if is_open else None
    claim = None
    if holder is not None:
        since = row.claimed_at or now()
        minutes = int((now() - since).total_seconds() // 60)
        claim = Claim(by_id=holder, by=name or "", minutes=minutes)
    stands = (row.version, holder, judged, reopened)
    return Presence(
        claim=claim,
        last_by=row.claimed_by,
        ruc=row.ruc,
        mark="" if told is None else _mark(*stands, pending, told),
        mark_of_own="" if told is None else _mark(*stands),
    )


def _told() -> sa.ColumnElement[str]:
    """Return what happened to the case of the enclosing query, in numbers that change with it.

    How many of ``TOLD_BY_EVENTS`` (a count, as the trail is only added to: two that come at the
    same moment are two), how many of its files are in a check and in a search, and what was found.
    """
    events = sa.select(sa.func.count()).where(
        EventRow.subject_id == ApplicationRow.id, EventRow.action.in_(TOLD_BY_EVENTS)
    )
    present = (DocumentRow.application_id == ApplicationRow.id, DocumentRow.removed_at.is_(None))
    in_check, in_search = (
        sa.select(sa.func.count()).where(*present, each) for each in (is_in_check(), is_in_search())
    )
    of_case = FindingRow.application_id == ApplicationRow.id
    findings, newest = (
        sa.select(sa.func.coalesce(each, 0)).where(of_case)
        for each in (sa.func.count(FindingRow.id), sa.func.max(FindingRow.id))
    )
    numbers = [
        sa.cast(each.correlate(ApplicationRow).scalar_subquery(), sa.Text())
        for each in (events, in_check, in_search, findings, newest)
    ]
    told: sa.ColumnElement[str] = numbers[0]
    for number in numbers[1:]:
        told = told + " " + number
    return told


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _mark(*facts: object) -> str:
    told = "\n".join(str(fact) for fact in facts)
    return hashlib.sha256(told.encode()).hexdigest()[:MARK_CHARACTERS]
