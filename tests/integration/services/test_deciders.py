"""Who took part in a decision judges nothing that is said against it, by whatever account."""

from uuid import UUID

import pytest

from review_service.db.appeals import deciders_of
from review_service.db.models import ApplicationRow, ConsultationRow, OfficerRow
from review_service.domain.applications import ItemVerdict, ReviewItem
from review_service.domain.errors import InvalidInputError, NotAllowedError
from review_service.domain.letters import LetterKind
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_today
from review_service.services.review import consulting
from tests.factories import RUC, Office, add_officer
from tests.integration.services import (
    appeal_cases,
    deciding_steps,
    letter_cases,
    loop_cases,
    steps,
)


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database."""
    return office_on_each_database


@pytest.fixture
def supervisor(office: Office) -> UUID:
    return add_officer(office, "bmena", role=OfficerRole.SUPERVISOR)


def deciders(office: Office, case: UUID) -> frozenset[UUID]:
    with office.reading() as uow:
        return deciders_of(uow.session, uow.session.get_one(ApplicationRow, case))


def refused_by_two(office: Office, first: UUID, second: UUID) -> UUID:
    """Return a case whose refusal one recommended and another issued."""
    case = steps.in_review(office)
    steps.judge(office, case, first, ReviewItem.WORKSHOP, ItemVerdict.OBSERVED)
    deciding_steps.refuse(office, case, first, deciding_steps.FOUR_EYES)
    deciding_steps.issue(office, case, second)
    steps.hand_over(office, "refused")
    return case


def test_who_recommended_a_refusal_does_not_decide_the_appeal_against_it(
    office: Office, supervisor: UUID
) -> None:
    issuer = add_officer(office, "randrade")
    case = refused_by_two(office, supervisor, issuer)
    assert deciders(office, case) == {supervisor, issuer}
    letter_id = appeal_cases.appeal(office, case)
    with pytest.raises(NotAllowedError):
        appeal_cases.decide(office, letter_id, supervisor)
    other = add_officer(office, "otra", role=OfficerRole.SUPERVISOR)
    appeal_cases.decide(office, letter_id, other)


def test_nor_does_the_same_person_with_another_account(office: Office, supervisor: UUID) -> None:
    issuer = add_officer(office, "randrade")
    case = appeal_cases.refuse(office, issuer, application_id=steps.in_review(office))
    letter_id = appeal_cases.appeal(office, case)
    with office.writing() as uow:
        first, second = (uow.session.get_one(OfficerRow, each) for each in (issuer, supervisor))
        first.active, second.cedula = False, first.cedula
        uow.commit()
    with pytest.raises(NotAllowedError):
        appeal_cases.decide(office, letter_id, supervisor)


def test_who_signed_a_withdrawal_does_not_answer_what_is_said_against_it(
    office: Office, supervisor: UUID
) -> None:
    case = loop_cases.asked(office)
    loop_cases.end_term(office, case)
    loop_cases.log(office, case)
    loop_cases.sign(office, case, officer_id=supervisor)
    reference = steps.application(office, case).reference
    letter_id = letter_cases.write_signed_in(office, LetterKind.COMPLAINT, RUC, about=reference)
    with pytest.raises(InvalidInputError, match="respuesta"):
        letter_cases.answer(office, letter_id, supervisor)
    letter_cases.answer(office, letter_id, add_officer(office, "otra"))


def test_after_an_accepted_appeal_the_first_decider_still_answers_no_complaint_about_it(
    office: Office, supervisor: UUID
) -> None:
    issuer = add_officer(office, "randrade")
    case = appeal_cases.refuse(office, issuer, application_id=steps.in_review(office))
    appeal_cases.decide(office, appeal_cases.appeal(office, case), supervisor)
    assert steps.application(office, case).decided_by is None
    reference = steps.application(office, case).reference
    letter_id = letter_cases.write_signed_in(office, LetterKind.COMPLAINT, RUC, about=reference)
    with pytest.raises(InvalidInputError, match="respuesta"):
        letter_cases.answer(office, letter_id, issuer)


def test_an_accepted_appeal_ends_the_questions_that_were_asked_for_the_first_decision(
    office: Office, supervisor: UUID
) -> None:
    issuer, colleague = add_officer(office, "randrade"), add_officer(office, "lpaz")
    case = steps.in_review(office)
    steps.judge(office, case, issuer, ReviewItem.WORKSHOP, ItemVerdict.OBSERVED)
    consulting.ask(
        office.writing(),
        application_id=case,
        officer_id=issuer,
        colleague_id=colleague,
        question="¿Lo de la página 3 es un telar de pedal?",
        needed_by=ecuador_today().isoformat(),
    )
    appeal_cases.refuse(office, issuer, application_id=case)
    appeal_cases.decide(office, appeal_cases.appeal(office, case), supervisor)
    (asked,) = steps.rows(office, ConsultationRow)
    assert asked.withdrawn_at is not None
    assert len(steps.events(office, "question_withdrawn")) == 1
