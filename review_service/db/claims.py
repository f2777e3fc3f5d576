"""Which officer holds a case in review; at most one does, whoever asks at the same time.

Columns of ``applications`` that hold no fact: who decided, and why somebody took a case out of
order, is in the audit trail.
"""

from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from review_service.db.consultations import UNANSWERED
from review_service.db.models import ApplicationRow, ConsultationRow, ReviewItemRow
from review_service.db.pending_decisions import is_pending
from review_service.db.tracking import NO_FACTS
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState
from review_service.domain.claims import CLAIM, LEAVING, live_holder
from review_service.domain.roles import Standing

_ORDER = (ApplicationRow.confirmed_at, ApplicationRow.id)
_EARLIER: Final = aliased(ApplicationRow, name="earlier")
_OLDER: Final = aliased(ApplicationRow, name="older")
"""Made once: an alias adapts each column when it is first named."""
MOST_PASSED_OVER: Final = 20
"""Of cases that somebody left to take a later one, so many are named."""
_NOBODY = MappingProxyType({"claimed_by": None, "claimed_at": None, "claimed_until": None})


def of_others(
    officer: Standing, case: type[ApplicationRow] = ApplicationRow
) -> list[sa.ColumnElement[bool]]:
    """Return the SQL condition that is the negation of ``Standing.is_own``."""
    conditions: list[sa.ColumnElement[bool]] = [case.ruc.not_in(officer.represented)]
    if officer.cedula is not None:
        conditions.append(case.ruc.not_like(f"{officer.cedula}%"))
    return conditions


def claim_next(uow: UnitOfWork, *, officer_id: UUID, standing: Standing) -> UUID | None:
    """Let the officer hold the free case that came in first; return it, None when there is none.

    One statement: of several who ask at once each gets another case. An officer's own are left to
    others, and so are those that a supervisor gave to somebody else. What this officer let go in
    the time of a claim is passed over: ``claim_own_again`` returns to it. A case that another
    transaction writes on is passed over, and waited for only when there is no other: that
    transaction may hold it and let it go without taking it.
    """
    free = [
        *_is_free(uow.now, officer_id),
        *of_others(standing),
        sa.or_(ApplicationRow.claimed_by.is_(None), ~_was_let_go(uow.now, officer_id)),
    ]
    while True:
        for is_patient in (False, True):
            found = _claim_first(uow, free, officer_id=officer_id, is_patient=is_patient)
            if found is not None:
                return found
        if uow.session.execute(sa.select(ApplicationRow.id).where(*free).limit(1)).first() is None:
            return None
        # Who was waited for took that one, and there is another.


def _claim_first(
    uow: UnitOfWork, free: Sequence[sa.ColumnElement[bool]], *, officer_id: UUID, is_patient: bool
) -> UUID | None:
    first = (
        sa.select(ApplicationRow.id)
        .where(*free)
        .order_by(*_ORDER)
        .limit(1)
        .with_for_update(skip_locked=not is_patient)
        .scalar_subquery()
    )
    return uow.session.execute(
        sa.update(ApplicationRow)
        .where(ApplicationRow.id == first)
        .values(claimed_by=officer_id, claimed_at=uow.now, claimed_until=uow.now + CLAIM)
        .returning(ApplicationRow.id)
        .execution_options(**NO_FACTS)
    ).scalar_one_or_none()


def claim_own_again(uow: UnitOfWork, *, officer_id: UUID, but: UUID | None) -> UUID | None:
    """Let the officer hold anew, of those held now or let go lately, the one used longest ago.

    ``but`` is left out. Return it, None when there is none.
    """
    oldest = (
        sa.select(ApplicationRow.id)
        .where(
            ApplicationRow.state == ApplicationState.IN_REVIEW,
            ~is_pending(ApplicationRow.id),
            ApplicationRow.claimed_by == officer_id,
            sa.or_(
                ApplicationRow.claimed_until > uow.now,
                sa.and_(
                    _was_let_go(uow.now, officer_id),
                    sa.or_(
                        ApplicationRow.assigned_to.is_(None),
                        ApplicationRow.assigned_to == officer_id,
                    ),
                ),
            ),
            *([ApplicationRow.id != but] if but is not None else []),
        )
        .order_by(ApplicationRow.claimed_until, ApplicationRow.id)
        .limit(1)
    )
    found = uow.session.execute(oldest).scalar_one_or_none()
    if found is None:
        return None
    since = sa.func.coalesce(ApplicationRow.claimed_at, uow.now)
    values = {"claimed_at": since, "claimed_until": uow.now + CLAIM}
    return found if _changed(uow, found, officer_id, **values) else None


def older_free(
    uow: UnitOfWork, row: ApplicationRow, *, officer_id: UUID, standing: Standing
) -> tuple[UUID, str] | None:
    """Return id and reference of the first free case of the same track that came in earlier."""
    found = uow.session.execute(
        sa.select(ApplicationRow.id, ApplicationRow.reference)
        .where(
            *_is_free(uow.now, officer_id),
            *of_others(standing),
            ApplicationRow.track == row.track,
            sa.tuple_(*_ORDER)
            < sa.tuple_(
                sa.literal(row.confirmed_at, ApplicationRow.confirmed_at.type),
                sa.literal(row.id, sa.Uuid()),
            ),
        )
        .order_by(*_ORDER)
        .limit(1)
    ).one_or_none()
    return None if found is None else (found.id, found.reference)


def passed_over(uow: UnitOfWork, application_id: UUID, *, officer_id: UUID) -> tuple[UUID, ...]:
    """Return what the officer left without a verdict to take this case, the oldest first.

    Of its track and older: held by the officer now, or let go in the time of a claim; not those
    on which the officer waits for a colleague's answer.
    """
    earlier, taken = ApplicationRow, _EARLIER
    return tuple(
        uow.session.scalars(
            sa.select(earlier.id)
            .join(taken, sa.and_(taken.id == application_id, taken.track == earlier.track))
            .where(
                earlier.state == ApplicationState.IN_REVIEW,
                earlier.claimed_by == officer_id,
                earlier.claimed_until > uow.now - CLAIM,
                sa.or_(earlier.claimed_at.is_(None), earlier.claimed_until > uow.now),
                sa.tuple_(*_ORDER) < sa.tuple_(taken.confirmed_at, taken.id),
                ~is_pending(earlier.id),
                ~_is_judged(officer_id),
                ~_is_asked(officer_id),
            )
            .order_by(*_ORDER)
            .limit(MOST_PASSED_OVER)
        )
    )


def case_and_older(
    application_id: UUID, *, officer_id: UUID, standing: Standing, now: datetime
) -> sa.Select[ApplicationRow, UUID, str]:
    """Return the question for a case with what ``older_free`` says of it while it is free itself.

    In one, for the page that asks most; columns: the row, then id and reference of the older one,
    both None without one.
    """
    earlier, older = _EARLIER, _OLDER
    first = (
        sa.select(earlier.id)
        .where(
            *_is_free(now, officer_id),
            *_is_free(now, officer_id, earlier),
            *of_others(standing, earlier),
            earlier.track == ApplicationRow.track,
            sa.tuple_(earlier.confirmed_at, earlier.id) < sa.tuple_(*_ORDER),
        )
        .order_by(earlier.confirmed_at, earlier.id)
        .limit(1)
        .correlate(ApplicationRow)
        .scalar_subquery()
    )
    return (
        sa.select(ApplicationRow, older.id, older.reference)
        .outerjoin(older, older.id == first)
        .where(ApplicationRow.id == application_id)
    )


def holder_of(uow: UnitOfWork, row: ApplicationRow) -> UUID | None:
    """Return who holds the case now; None when anybody may take it."""
    return live_holder(row.claimed_by, row.claimed_until, uow.now)


def hold(uow: UnitOfWork, row: ApplicationRow, *, officer_id: UUID) -> None:
    """Let the officer hold the case from now on; the row must be locked by the caller."""
    if row.claimed_by != officer_id or row.claimed_at is None:
        row.claimed_at = uow.now
    row.claimed_by, row.claimed_until = officer_id, uow.now + CLAIM


def renew(uow: UnitOfWork, application_id: UUID, *, officer_id: UUID) -> bool:
    """Let the holder hold the case for the whole time again; False when it is another's by now.

    What its holder let go stays so: a page that is being left may say late that it was used.
    """
    return _changed(
        uow,
        application_id,
        officer_id,
        ApplicationRow.claimed_at.is_not(None),
        claimed_until=uow.now + CLAIM,
    )


def leave(uow: UnitOfWork, application_id: UUID, *, officer_id: UUID) -> bool:
    """Let the case be free soon, unless another page of it renews; False when it is another's."""
    soon = uow.now + LEAVING
    is_longer = ApplicationRow.claimed_until > soon  # what was let go already is not held again
    return _changed(uow, application_id, officer_id, is_longer, claimed_until=soon)


def give_back(uow: UnitOfWork, application_id: UUID, *, officer_id: UUID) -> bool:
    """Let the case be free at once; False when it is another's."""
    return _changed(uow, application_id, officer_id, **_NOBODY)


def let_go_unjudged(uow: UnitOfWork, application_id: UUID, *, officer_id: UUID) -> None:
    """Let the case be free at once, unless the officer gave a verdict since it was taken.

    The officer stays who had it last: its forms are good until somebody takes it. Without
    ``claimed_at`` it is known from what ran out or was left by closing its page.
    """
    uow.session.execute(
        sa.update(ApplicationRow)
        .where(
            ApplicationRow.id == application_id,
            ApplicationRow.claimed_by == officer_id,
            ApplicationRow.claimed_until > uow.now,
            ~_is_judged(officer_id),
        )
        .values(claimed_at=None, claimed_until=uow.now)
        .execution_options(**NO_FACTS)
    )


def leave_all(uow: UnitOfWork, *, officer_id: UUID) -> None:
    """Let every case of the officer be free soon, unless a page of another session renews."""
    soon = uow.now + LEAVING
    uow.session.execute(
        sa.update(ApplicationRow)
        .where(ApplicationRow.claimed_by == officer_id, ApplicationRow.claimed_until > soon)
        .values(claimed_until=soon)
        .execution_options(**NO_FACTS)
    )


def give_all_back(uow: UnitOfWork, *, officer_id: UUID) -> None:
    """Let every case of the officer be free at once."""
    uow.session.execute(
        sa.update(ApplicationRow)
        .where(ApplicationRow.claimed_by == officer_id)
        .values(**_NOBODY)
        .execution_options(**NO_FACTS)
    )


def _changed(
    uow: UnitOfWork,
    application_id: UUID,
    officer_id: UUID,
    *conditions: sa.ColumnElement[bool],
    **values: object,
) -> bool:
    changed = uow.session.execute(
        sa.update(ApplicationRow)
        .where(
            ApplicationRow.id == application_id,
            ApplicationRow.claimed_by == officer_id,
            ApplicationRow.state == ApplicationState.IN_REVIEW,
            *conditions,
        )
        .values(**values)
        .returning(ApplicationRow.id)
        .execution_options(**NO_FACTS)
    )
    return changed.scalar_one_or_none() is not None


def unassign_all(uow: UnitOfWork, *, officer_id: UUID) -> None:
    """Let every case that was given to the officer be anybody's again."""
    uow.session.execute(
        sa.update(ApplicationRow)
        .where(ApplicationRow.assigned_to == officer_id)
        .values(assigned_to=None)
        .execution_options(**NO_FACTS)
    )


def _is_judged(officer_id: UUID) -> sa.Exists:
    """Return the condition that the officer gave a verdict since the case was taken."""
    return (
        sa.exists()
        .where(
            ReviewItemRow.application_id == ApplicationRow.id,
            ReviewItemRow.judged_by == officer_id,
            ReviewItemRow.judged_at >= ApplicationRow.claimed_at,
        )
        .correlate_except(ReviewItemRow)
    )


def _is_asked(officer_id: UUID) -> sa.Exists:
    """Return the condition that a question of the officer on the case is open."""
    return (
        sa.exists()
        .where(
            ConsultationRow.application_id == ApplicationRow.id,
            ConsultationRow.asked_by == officer_id,
            *UNANSWERED,
        )
        .correlate_except(ConsultationRow)
    )


def _was_let_go(now: datetime, officer_id: UUID) -> sa.ColumnElement[bool]:
    """Return the condition that the officer passed it by in the time of a claim."""
    return sa.and_(
        ApplicationRow.claimed_by == officer_id,
        ApplicationRow.claimed_at.is_(None),
        ApplicationRow.claimed_until > now - CLAIM,
    )


def _is_free(
    now: datetime, officer_id: UUID, case: type[ApplicationRow] = ApplicationRow
) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the condition that the officer may take it.

    Nobody has it, nor was it given to one, nor is its decision on its way.
    """
    return (
        case.state == ApplicationState.IN_REVIEW,
        ~is_pending(case.id),
        sa.or_(case.claimed_until.is_(None), case.claimed_until <= now),
        sa.or_(case.assigned_to.is_(None), case.assigned_to == officer_id),
    )
