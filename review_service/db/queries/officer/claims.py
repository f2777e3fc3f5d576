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
    OfficerRow,
    PendingDecisionRow,
    ReviewItemRow,
)
from review_service.db.pending_decisions import mark, mark_of
from review_service.db.queries.officer.decisions import confirmed
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.claims import Claim, live_holder
from review_service.domain.errors import NotFoundError
from review_service.domain.roles import Standing

MARK_CHARACTERS: Final = 12
NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """What changes on a case while somebody looks at it."""

    claim: Claim | None
    """None while anybody may take it."""
    last_by: UUID | None
    """Who took it last: may still act while nobody else holds it."""
    mark: str
    """Another one when somebody took it, judged an item of it, decided or moved it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OlderCase:
    """A case that came in earlier and that nobody holds."""

    id: UUID
    reference: str


def presence_of(uow: UnitOfWork, ids: Collection[UUID]) -> Mapping[UUID, Presence]:
    """Return who holds each of these confirmed cases, in one question."""
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
            ApplicationRow.state,
            ApplicationRow.version,
            ApplicationRow.claimed_by,
            ApplicationRow.claimed_at,
            ApplicationRow.claimed_until,
            OfficerRow.full_name,
            judged.label("judged"),
            reopened.label("reopened"),
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
    now: Callable[[], datetime],
) -> Presence:
    """Return the same of a case whose rows were read already; ``holder`` is who took it last."""
    return _presence(
        row,
        holder,
        judged=_latest(entry.judged_at for entry in entries),
        reopened=_latest(entry.reopened_at for entry in entries),
        pending=mark_of(pending),
        now=now,
    )


def with_older(
    uow: UnitOfWork,
    application_id: UUID,
    *,
    me: UUID | None,
    standing: Standing | None,
    now: datetime | None,
) -> tuple[ApplicationRow, OlderCase | None]:
    """Return a case, for who may take it with the free one that must be taken before it.

    ``now`` is the database's time if it is known. Raises ``NotFoundError``.
    """
    if standing is None or me is None:
        return confirmed(uow, application_id), None
    asked = claims.case_and_older(
        application_id, officer_id=me, standing=standing, now=now or uow.now
    )
    found = uow.session.execute(asked).one_or_none()
    if found is None or found[0].confirmed_at is None:
        raise NotFoundError(f"no application {application_id} for officers")
    application, older_id, reference = found
    is_first = older_id is None
    return application, None if is_first else OlderCase(id=older_id, reference=reference)


def entries_of(
    session: Session, application: ApplicationRow
) -> tuple[Mapping[ReviewItem, ReviewItemRow], Mapping[UUID, str]]:
    """Return what was said of each item, and the names of who said it or holds the case."""
    judge, holder = aliased(OfficerRow), aliased(OfficerRow)
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
    return Presence(
        claim=claim,
        last_by=row.claimed_by,
        mark=_mark(row.version, holder, judged, reopened, pending),
    )


def _latest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _mark(*facts: object) -> str:
    told = "\n".join(str(fact) for fact in facts)
    return hashlib.sha256(told.encode()).hexdigest()[:MARK_CHARACTERS]
