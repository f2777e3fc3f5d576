"""The cases in review that are late, by the officers whose they are; a bounded number of rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.decreed_days import DecreedDays
from review_service.db.legal_terms import alarming, legal_terms_of
from review_service.db.models import ApplicationRow, CorrectionRow, OfficerRow, ReviewItemRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.officer_digest import LateCase
from review_service.domain.terms import business_days_between, ecuador_day

MOST_LATE: Final = 500
"""Late cases that are looked at, those overdue longest first."""


def late_by_officer(uow: UnitOfWork, *, seat: str) -> Mapping[UUID, Sequence[LateCase]]:
    """Return what is late of each officer: overdue by the promise, or near the legal term's end.

    A case is an officer's who took it last, judged an item of it or asked to correct it. ``seat``
    is as in ``legal_terms.legal_terms_of``.
    """
    now = uow.now
    overdue = uow.session.scalars(
        sa.select(ApplicationRow.id)
        .where(ApplicationRow.state == ApplicationState.IN_REVIEW, ApplicationRow.due_at < now)
        .order_by(ApplicationRow.due_at, ApplicationRow.id)
        .limit(MOST_LATE)
    ).all()
    ids = {*overdue, *alarming(uow, seat=seat)}
    if not ids:
        return {}
    rows = uow.session.scalars(sa.select(ApplicationRow).where(ApplicationRow.id.in_(ids))).all()
    terms = legal_terms_of(uow, rows, seat=seat)
    decreed = DecreedDays.read(uow.session).of(seat)
    cases = {}
    for row in rows:
        is_over = row.due_at is not None and row.due_at < now
        due_on = ecuador_day(row.due_at) if row.due_at is not None and is_over else ecuador_day(now)
        term = terms[row.id]
        cases[row.id] = LateCase(
            reference=row.reference,
            days_over=max(0, business_days_between(due_on, ecuador_day(now), decreed=decreed)),
            is_over=is_over,
            legal_days_left=term.days_left if term.is_alarming else None,
        )
    found: defaultdict[UUID, list[LateCase]] = defaultdict(list)
    for officer_id, application_id in _owners(uow, rows):
        found[officer_id].append(cases[application_id])
    return found


def digest_address_of(uow: UnitOfWork, officer_id: UUID) -> str:
    """Return where the officer's digest goes, empty when the officer wants none."""
    row = uow.session.get(OfficerRow, officer_id)
    return "" if row is None else row.digest_address or ""


def _owners(uow: UnitOfWork, rows: Sequence[ApplicationRow]) -> set[tuple[UUID, UUID]]:
    ids = [row.id for row in rows]
    owners = {(row.claimed_by, row.id) for row in rows if row.claimed_by is not None}
    for statement in (
        sa.select(ReviewItemRow.judged_by, ReviewItemRow.application_id).where(
            ReviewItemRow.application_id.in_(ids), ReviewItemRow.judged_by.is_not(None)
        ),
        sa.select(CorrectionRow.asked_by, CorrectionRow.application_id).where(
            CorrectionRow.application_id.in_(ids)
        ),
    ):
        owners |= {(by, case) for by, case in uow.session.execute(statement) if by is not None}
    assigned = {row.id: row.assigned_to for row in rows if row.assigned_to is not None}
    return {
        *((by, case) for by, case in owners if case not in assigned),
        *((by, case) for case, by in assigned.items()),
    }
