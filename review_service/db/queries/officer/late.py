"""What is late, by officers: cases in review and appeals; a bounded number of rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from review_service.db.correction_loop import waits_for_extension
from review_service.db.decreed_days import DecreedDays
from review_service.db.legal_terms import alarming, alarming_while_corrected, legal_terms_of
from review_service.db.models import (
    ApplicationRow,
    CorrectionRow,
    OfficerRow,
    PendingDecisionRow,
    ReviewItemRow,
)
from review_service.db.queries.officer.appeals import TermRules, late_appeals
from review_service.db.queries.officer.colleagues import who_may
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.appeals import first_decider_problem
from review_service.domain.applications import ApplicationState
from review_service.domain.officer_digest import DIGEST_CODE_TERM, LateAppeal, LateCase
from review_service.domain.roles import Permission
from review_service.domain.terms import business_days_between, ecuador_day

SOON: Final = timedelta(days=3)
"""So long before the end of the term an extension that nobody answered is told."""
MOST_LATE: Final = 500
"""Late cases that are looked at, those overdue longest first."""


def late_by_officer(uow: UnitOfWork, *, seat: str) -> Mapping[UUID, Sequence[LateCase]]:
    """Return what is late of each officer: overdue, or near the end of a term.

    That is the promise, the legal term, or the term of who asked for more days to correct. A case
    is an officer's who took it last, judged an item of it or asked to correct it. One that is
    recommended waits for those who may issue it, and never for who recommended it. One that nobody
    ever took, and whose legal term is nearly over, is of those who may refuse late. ``seat`` is as
    in ``legal_terms.legal_terms_of``.
    """
    now = uow.now
    overdue = uow.session.scalars(
        sa.select(ApplicationRow.id)
        .where(ApplicationRow.state == ApplicationState.IN_REVIEW, ApplicationRow.due_at < now)
        .order_by(ApplicationRow.due_at, ApplicationRow.id)
        .limit(MOST_LATE)
    ).all()
    waiting = uow.session.scalars(
        sa.select(ApplicationRow.id)
        .where(waits_for_extension(), ApplicationRow.correct_by <= ecuador_day(now) + SOON)
        .order_by(ApplicationRow.correct_by, ApplicationRow.id)
        .limit(MOST_LATE)
    ).all()
    ending = {
        *alarming(uow, seat=seat),
        *alarming_while_corrected(uow, seat=seat),
    }
    ids = {*overdue, *waiting, *ending}
    if not ids:
        return {}
    rows = uow.session.scalars(sa.select(ApplicationRow).where(ApplicationRow.id.in_(ids))).all()
    terms = legal_terms_of(uow, rows, seat=seat)
    decreed = DecreedDays.read(uow).of(seat)
    cases = {}
    for row in rows:
        is_over = row.due_at is not None and row.due_at < now
        due_on = ecuador_day(row.due_at) if row.due_at is not None and is_over else ecuador_day(now)
        term = terms[row.id]
        cases[row.id] = LateCase(
            reference=row.reference,
            days_over=max(0, business_days_between(due_on, ecuador_day(now), decreed=decreed)),
            is_over=is_over,
            legal_days_left=term.days_left if term.is_alarming and not term.is_resting else None,
            extension_days_left=business_days_between(
                ecuador_day(now), row.correct_by, decreed=decreed
            )
            if row.id in waiting and row.correct_by is not None
            else None,
        )
    found: defaultdict[UUID, list[LateCase]] = defaultdict(list)
    owners = _issuers_too(uow, rows, _owners(uow, rows))
    owned = {application_id for _, application_id in owners}
    nobodys = [row for row in rows if row.id in ending and row.id not in owned]
    for officer_id, application_id in owners | _supervisors_of(uow, nobodys):
        found[officer_id].append(cases[application_id])
    return found


def _supervisors_of(uow: UnitOfWork, rows: Sequence[ApplicationRow]) -> set[tuple[UUID, UUID]]:
    """Return who answers for the legal term of cases that nobody took, but for an own one."""
    if not rows:
        return set()
    supervisors = who_may(uow, frozenset({Permission.REFUSE_LATE}), rucs=())
    return {
        (each.id, row.id)
        for each in supervisors
        for row in rows
        if not each.standing.is_own(row.ruc)
    }


def late_appeals_by_officer(
    uow: UnitOfWork, *, terms: TermRules
) -> Mapping[UUID, Sequence[LateAppeal]]:
    """Return the appeals near the end of their term, by who may decide them.

    An appeal is nobody's own: each who may decide it is told, who took the decision that it is
    against is not.
    """
    late = late_appeals(uow, terms=terms)
    found: defaultdict[UUID, list[LateAppeal]] = defaultdict(list)
    if not late:
        return found
    for officer in who_may(uow, frozenset({Permission.DECIDE_APPEALS}), rucs=()):
        for each in late:
            is_own = officer.standing.is_own(each.ruc)
            if not is_own and not first_decider_problem(each.deciders, officer_id=officer.id):
                told = LateAppeal(number=each.number, days_left=each.term.days_left)
                found[officer.id].append(told)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestAddress:
    """Where an officer wants the daily digest."""

    address: str = ""
    """Empty when the officer wants none."""
    is_confirmed: bool = False
    """Whether the code that was mailed there was given back."""
    code_until: datetime | None = None
    """Until when the code that was mailed there last can be given back."""


def digest_address_of(uow: UnitOfWork, officer_id: UUID) -> DigestAddress:
    """Return where the officer wants the digest, and whether it goes there."""
    row = uow.session.get(OfficerRow, officer_id)
    if row is None or not row.digest_address:
        return DigestAddress()
    asked_at = row.digest_asked_at if row.digest_question is not None else None
    return DigestAddress(
        address=row.digest_address,
        is_confirmed=row.digest_confirmed_address == row.digest_address,
        code_until=asked_at + DIGEST_CODE_TERM if asked_at is not None else None,
    )


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


def _issuers_too(
    uow: UnitOfWork, rows: Sequence[ApplicationRow], owners: set[tuple[UUID, UUID]]
) -> set[tuple[UUID, UUID]]:
    """Return the owners and all who may issue a recommended case, but never who recommended it.

    That is a person, however many accounts are theirs.
    """
    rucs = {row.id: row.ruc for row in rows}
    recommender = {
        case: (by, cedula)
        for case, by, cedula in uow.session.execute(
            sa.select(PendingDecisionRow.application_id, OfficerRow.id, OfficerRow.cedula)
            .join(OfficerRow, OfficerRow.id == PendingDecisionRow.recommended_by)
            .where(
                PendingDecisionRow.application_id.in_(rucs), PendingDecisionRow.decided_by.is_(None)
            )
        )
    }
    if not recommender:
        return owners
    told = {(by, case) for by, case in owners if by != recommender.get(case, (None,))[0]}
    for officer in who_may(uow, frozenset({Permission.DECIDE}), rucs=()):
        for case, (by, cedula) in recommender.items():
            if officer.id == by or officer.cedula == cedula:
                told.discard((officer.id, case))
            elif not officer.standing.is_own(rucs[case]):
                told.add((officer.id, case))
    return told
