"""Officers take a case before they work on it, keep it while they do, and give it back.

Whoever does not hold a case only reads it. The order in which cases came in is the order in which
they are taken (COA art. 142); who takes a later one says why.
"""

from uuid import UUID

import sqlalchemy as sa

from review_service.db import claims
from review_service.db.models import ApplicationRow, OfficerRow
from review_service.db.pending_decisions import pending_of
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    NotHeldError,
    StaleStateError,
)
from review_service.domain.roles import Permission, Standing
from review_service.domain.sightings import Sight
from review_service.domain.written_reasons import written_reason
from review_service.services.case import require_seen
from review_service.services.review.entitlement import require_entitled


def take_next(uow: UnitOfWork, *, officer_id: UUID, after: UUID | None = None) -> UUID | None:
    """Let the officer hold the free case that came in first; None when there is none.

    ``after`` is the one that the officer comes from: it is free for others once there is a next
    one, unless the officer gave a verdict on it since it was taken. The officer's own that became
    free lately is left for ``return_to_own``: who skims goes on. Raises ``NotAllowedError``.
    """
    with uow:
        standing = _reviewer(uow, officer_id)
        found = claims.claim_next(uow, officer_id=officer_id, standing=standing)
        if found is not None and after is not None:
            claims.let_go_unjudged(uow, after, officer_id=officer_id)
        if found is not None:
            _tell_passed_over(uow, found, officer_id=officer_id)
        uow.commit()
        return found


def return_to_own(uow: UnitOfWork, *, officer_id: UUID, but: UUID | None = None) -> UUID | None:
    """Let the officer go on with the case that the officer had last and used longest ago.

    ``but`` is the one that the officer comes from, which is let go as by ``take_next``. None when
    there is none. Raises ``NotAllowedError``.
    """
    with uow:
        _reviewer(uow, officer_id)
        found = claims.claim_own_again(uow, officer_id=officer_id, but=but)
        if but is not None:
            claims.let_go_unjudged(uow, but, officer_id=officer_id)
        uow.commit()
        return found


def take(
    uow: UnitOfWork,
    *,
    application_id: UUID,
    officer_id: UUID,
    reason: str = "",
    instead_of: UUID | None = None,
    seen: str | None = None,
) -> None:
    """Let the officer hold this case; who holds it already holds it for the whole time again.

    ``reason`` is asked for while an older case of the same track is free; it goes into the audit
    trail, and so does what this officer holds unread. ``instead_of`` is the present holder, whom
    only a supervisor may relieve; that goes into the trail too. ``seen`` is the version of the
    page. Raises ``NotHeldError`` when somebody else holds it, ``InvalidInputError`` without a
    reason, ``StaleStateError``, ``NotFoundError``, ``NotAllowedError`` and ``OwnCaseError``.
    """
    with uow:
        row = uow.session.execute(
            sa.select(ApplicationRow).where(ApplicationRow.id == application_id).with_for_update()
        ).scalar_one_or_none()
        if row is None or row.confirmed_at is None:
            raise NotFoundError(f"no application {application_id}")
        require_entitled(uow, row, officer_id=officer_id, permission=Permission.REVIEW)
        if row.state is not ApplicationState.IN_REVIEW:
            raise StaleStateError(f"application {application_id} is {row.state.value}")
        if pending_of(uow.session, application_id) is not None:
            raise StaleStateError(f"application {application_id} has a pending decision")
        require_seen(uow, row, seen, Sight.CASE)
        holder = claims.holder_of(uow, row)
        if row.assigned_to not in {None, officer_id}:
            _relieve_assigned(uow, row, officer_id=officer_id)
        if holder is not None and holder != officer_id:
            _relieve(uow, row, holder, officer_id=officer_id, instead_of=instead_of)
        elif row.claimed_by != officer_id:
            _keep_order(uow, row, officer_id=officer_id, reason=reason)
        claims.hold(uow, row, officer_id=officer_id)
        uow.commit()


def renew(uow: UnitOfWork, *, application_id: UUID, officer_id: UUID) -> bool:
    """Hold the case for the whole time again; False when the officer does not hold it."""
    with uow:
        done = claims.renew(uow, application_id, officer_id=officer_id)
        uow.commit()
        return done


def leave(uow: UnitOfWork, *, application_id: UUID, officer_id: UUID) -> None:
    """Let the case be free in some seconds, unless its holder opens another page of it."""
    with uow:
        claims.leave(uow, application_id, officer_id=officer_id)
        uow.commit()


def give_back(uow: UnitOfWork, *, application_id: UUID, officer_id: UUID) -> bool:
    """Let the case be free at once; False when the officer does not hold it."""
    with uow:
        done = claims.give_back(uow, application_id, officer_id=officer_id)
        uow.commit()
        return done


def require_held(
    uow: UnitOfWork, row: ApplicationRow, *, officer_id: UUID, seen: str | None
) -> None:
    """Return only when the officer may act on the case, which is then held for the whole time.

    A form, which carries the version ``seen``, needs that its sender took the case, and that nobody
    took it since; one who reads it just now needs that nobody else holds it. The row must be locked
    by the caller. Raises ``NotHeldError``.
    """
    holder = claims.holder_of(uow, row)
    is_anothers = holder is not None and holder != officer_id
    if is_anothers or (seen is not None and row.claimed_by != officer_id):
        raise NotHeldError(f"officer {officer_id} does not hold application {row.id}")
    if seen is not None:
        claims.hold(uow, row, officer_id=officer_id)


def _reviewer(uow: UnitOfWork, officer_id: UUID) -> Standing:
    officer = uow.session.get(OfficerRow, officer_id)
    if officer is None or not officer.active or not officer.standing.may(Permission.REVIEW):
        raise NotAllowedError(f"officer {officer_id} may not review")
    if officer.cedula is None:
        raise NotAllowedError(f"officer {officer_id} has given no cédula")
    return officer.standing


def _relieve(
    uow: UnitOfWork,
    row: ApplicationRow,
    holder: UUID,
    *,
    officer_id: UUID,
    instead_of: UUID | None,
) -> None:
    if instead_of != holder:
        raise NotHeldError(f"application {row.id} is held by {holder}")
    require_entitled(uow, row, officer_id=officer_id, permission=Permission.TAKE_OVER)
    uow.record(
        "case_taken_over",
        actor=actor_of(officer_id),
        subject_id=row.id,
        held_by=str(holder),
    )


def _relieve_assigned(uow: UnitOfWork, row: ApplicationRow, *, officer_id: UUID) -> None:
    """Let only a supervisor take what was given to somebody else; that goes into the trail."""
    officer = uow.session.get_one(OfficerRow, officer_id)
    if not officer.standing.may(Permission.TAKE_OVER):
        raise InvalidInputError(
            {
                "motivo": "Este caso está asignado a otra persona. Pida a quien supervisa que lo "
                "pase."
            }
        )
    uow.record(
        "assigned_case_taken",
        actor=actor_of(officer_id),
        subject_id=row.id,
        assigned_to=str(row.assigned_to),
    )


def _tell_passed_over(uow: UnitOfWork, taken: UUID, *, officer_id: UUID) -> None:
    """Write down what the officer left to take this one: else skimming would choose a case."""
    left = claims.passed_over(uow, taken, officer_id=officer_id)
    if left:
        uow.record(
            "case_passed_over",
            actor=actor_of(officer_id),
            subject_id=taken,
            passed_over=[str(each) for each in left],
        )


def _keep_order(uow: UnitOfWork, row: ApplicationRow, *, officer_id: UUID, reason: str) -> None:
    officer = uow.session.get_one(OfficerRow, officer_id)
    older = claims.older_free(uow, row, officer_id=officer_id, standing=officer.standing)
    if older is None:
        _tell_passed_over(uow, row.id, officer_id=officer_id)
        return
    given = written_reason(reason)
    first, _ = older
    uow.record(
        "case_taken_out_of_order",
        actor=actor_of(officer_id),
        subject_id=row.id,
        passed_over=str(first),
        reason=given,
    )
