"""The second review of decided cases: drawn, taken, said, and settled where it differs.

None of it changes a decision.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from review_service.db import claims
from review_service.db.engine import insert_if_absent
from review_service.db.models import (
    ApplicationRow,
    CorrectionRow,
    EventRow,
    OfficerRow,
    ReviewItemRow,
    SecondReviewRow,
)
from review_service.db.officer_accounts import accounts_of_same
from review_service.db.unit_of_work import UnitFactory, UnitOfWork
from review_service.domain.actors import actor_of
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.roles import Permission
from review_service.domain.second_reviews import SecondVerdict, first_opinion, is_drawn
from review_service.domain.written_reasons import written_reason
from review_service.services.review.entitlement import require_entitled
from review_service.services.upkeep import clockwork

AT_ONCE: Final = 1_000
"""Newest decided cases that one round looks at; the next goes on, since each is drawn alike."""
FREE_AFTER: Final = timedelta(days=7)
"""A case that was taken and not answered for so long is given to somebody else."""
NOTHING_SAID = "Diga qué haría usted con este caso."


def draw(reading: UnitFactory, writing: UnitFactory, *, key: str, share: float) -> int:
    """Draw of the newest cases that officers decided; return how many were added.

    Whether a case is drawn depends on its id alone, so that any round finds the same ones.
    """
    if not share:
        return 0
    with reading() as uow:
        if not clockwork.is_steady(uow):
            return 0
        known = sa.exists().where(SecondReviewRow.application_id == ApplicationRow.id)
        found = uow.session.scalars(
            sa.select(ApplicationRow.id)
            .where(
                ApplicationRow.decided_at.is_not(None),
                ApplicationRow.decided_by.is_not(None),
                ~known,
            )
            .order_by(ApplicationRow.decided_at.desc(), ApplicationRow.id)
            .limit(AT_ONCE)
        ).all()
    drawn = [each for each in found if is_drawn(each, key=key, share=share)]
    if not drawn:
        return 0
    added = 0
    with writing() as uow:
        for application_id in drawn:
            added += insert_if_absent(
                uow.session,
                SecondReviewRow,
                id=uuid4(),
                application_id=application_id,
                drawn_at=uow.now,
            )
        uow.commit()
    return added


def take_next(uow: UnitOfWork, *, officer_id: UUID) -> UUID | None:
    """Return the review that the officer goes on with: an own open one, else the oldest free one.

    Free is what nobody took, or took a week ago and did not answer, what the officer did not
    decide, judge or send back, by any account, and whose holder is somebody else.
    None when there is none. Raises ``NotAllowedError``.
    """
    with uow:
        officer = uow.session.get(OfficerRow, officer_id)
        if officer is None or not officer.standing.may(Permission.REVIEW):
            raise NotAllowedError(f"officer {officer_id} may not review")
        is_left = sa.and_(
            SecondReviewRow.opinion.is_(None), SecondReviewRow.taken_at < uow.now - FREE_AFTER
        )
        is_free = sa.or_(
            SecondReviewRow.officer_id.is_(None),
            sa.and_(is_left, SecondReviewRow.officer_id != officer_id),
        )
        own = uow.session.scalars(
            sa.select(SecondReviewRow.id)
            .where(SecondReviewRow.officer_id == officer_id, SecondReviewRow.opinion.is_(None))
            .order_by(SecondReviewRow.drawn_at, SecondReviewRow.id)
            .limit(1)
        ).first()
        if own is not None:
            return own
        mine = accounts_of_same(uow.session, {officer_id})
        first = (
            sa.select(SecondReviewRow.id)
            .join(ApplicationRow, ApplicationRow.id == SecondReviewRow.application_id)
            .where(
                is_free,
                ApplicationRow.decided_by.not_in(mine),
                *claims.of_others(officer.standing),
                ~sa.exists().where(
                    ReviewItemRow.application_id == ApplicationRow.id,
                    ReviewItemRow.judged_by.in_(mine),
                ),
                ~sa.exists().where(  # also where a colleague judged it again
                    EventRow.subject_id == ApplicationRow.id,
                    EventRow.action.in_(("item_judged", "decision_recommended")),
                    EventRow.actor.in_([actor_of(each) for each in mine]),
                ),
                ~sa.exists().where(
                    CorrectionRow.application_id == ApplicationRow.id,
                    CorrectionRow.asked_by.in_(mine),
                ),
            )
            .order_by(SecondReviewRow.drawn_at, SecondReviewRow.id)
            .limit(1)
        )
        taken = None
        while taken is None:
            free = uow.session.scalars(first).first()
            if free is None:
                return None
            taken = uow.session.execute(  # who comes second takes the next one
                sa.update(SecondReviewRow)
                .where(SecondReviewRow.id == free, is_free)
                .values(officer_id=officer_id, taken_at=uow.now)
                .returning(SecondReviewRow.id)
                .execution_options(synchronize_session=False)
            ).scalar_one_or_none()
        uow.record("second_review_taken", actor=actor_of(officer_id), subject_id=_case(uow, taken))
        uow.commit()
        return taken


def say(
    uow: UnitOfWork,
    *,
    review_id: UUID,
    officer_id: UUID,
    opinion: SecondVerdict | None,
    reasons: str,
) -> bool:
    """Store what the officer would have done; return whether the decision was the same.

    The same again is no conflict. Raises ``NotFoundError`` for one that the officer did not take,
    ``StaleStateError`` for another answer than the one that was given, ``InvalidInputError``,
    ``NotAllowedError`` and ``OwnCaseError``.
    """
    if opinion is None:
        raise InvalidInputError({"opinion": NOTHING_SAID})
    given = written_reason(reasons)
    with uow:
        row = _locked(uow, review_id)
        if row.officer_id != officer_id:
            raise NotFoundError(f"review {review_id} was not taken by {officer_id}")
        case = uow.session.get_one(ApplicationRow, row.application_id)
        require_entitled(uow, case, officer_id=officer_id, permission=Permission.REVIEW)
        _require_decided(case)
        agrees = opinion is first_opinion(case.state)
        if row.opinion is not None:
            if (row.opinion, row.reasons) == (opinion, given):
                return agrees
            raise StaleStateError(f"review {review_id} was answered before")
        row.opinion, row.reasons, row.said_at = opinion, given, uow.now
        uow.record(
            "second_review_said",
            actor=actor_of(officer_id),
            subject_id=case.id,
            opinion=opinion.value,
            agrees=agrees,
        )
        uow.commit()
        return agrees


def settle(uow: UnitOfWork, *, review_id: UUID, officer_id: UUID, words: str) -> None:
    """Store what a supervisor found of a difference; the same again is no conflict.

    Raises ``NotFoundError``, ``StaleStateError`` when somebody settled it otherwise,
    ``InvalidInputError``, ``NotAllowedError`` and ``OwnCaseError``.
    """
    given = written_reason(words)
    with uow:
        row = _locked(uow, review_id)
        case = uow.session.get_one(ApplicationRow, row.application_id)
        require_entitled(uow, case, officer_id=officer_id, permission=Permission.SUPERVISE)
        _require_decided(case)
        if row.opinion is None or row.opinion is first_opinion(case.state):
            raise NotFoundError(f"review {review_id} has no difference")
        if accounts_of_same(uow.session, {officer_id}) & {case.decided_by, row.officer_id}:
            raise InvalidInputError(
                {"settlement": "Usted decidió o miró este caso: lo cierra otra persona."}
            )
        if row.settled_by is not None:
            if (row.settled_by, row.settlement) == (officer_id, given):
                return
            raise StaleStateError(f"review {review_id} is settled")
        row.settled_by, row.settled_at, row.settlement = officer_id, uow.now, given
        uow.record("second_review_settled", actor=actor_of(officer_id), subject_id=case.id)
        uow.commit()


def _require_decided(case: ApplicationRow) -> None:
    """Raise ``StaleStateError`` for a case that an appeal brought back to review."""
    if case.decided_at is None:
        raise StaleStateError(f"application {case.id} is in review again")


def _locked(uow: UnitOfWork, review_id: UUID) -> SecondReviewRow:
    row = uow.session.get(SecondReviewRow, review_id, with_for_update=True)
    if row is None:
        raise NotFoundError(f"no review {review_id}")
    return row


def _case(uow: UnitOfWork, review_id: UUID) -> UUID:
    return uow.session.get_one(SecondReviewRow, review_id).application_id
