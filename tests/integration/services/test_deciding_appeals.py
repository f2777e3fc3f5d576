"""Appeals are decided once, by somebody else; an accepted one is undone by another act."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.appeals import appeal_stamp
from review_service.db.legal_terms import legal_terms_of
from review_service.db.models import AppealRow, ApplicationRow, OfficerRow
from review_service.db.transitions import move
from review_service.domain.appeals import AppealOutcome
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.errors import (
    InvalidInputError,
    InvalidTransitionError,
    NotAllowedError,
    NotFoundError,
    OwnCaseError,
    StaleStateError,
)
from review_service.domain.legal_term import LEGAL_DAYS
from review_service.domain.letters import LetterState
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import add_business_days, ecuador_day
from review_service.services.appeals.deciding import Proposal
from review_service.services.review import claiming
from review_service.services.upkeep import invariants
from tests.factories import Office, add_officer
from tests.integration.services import appeal_cases, letter_cases, steps
from tests.integration.services.appeal_cases import ORDER, REASONS, WHY_REFUSED, WORDS
from tests.integration.services.test_second_address import RememberedMails, let_out


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database."""
    return office_on_each_database


@pytest.fixture
def issuer(office: Office) -> UUID:
    return add_officer(office, "randrade")


@pytest.fixture
def supervisor(office: Office) -> UUID:
    return add_officer(office, "bmena", role=OfficerRole.SUPERVISOR)


@pytest.fixture
def refused(office: Office, issuer: UUID) -> UUID:
    case = steps.in_review(office)
    steps.judge(office, case, issuer, ReviewItem.WORKSHOP, ItemVerdict.OBSERVED)
    return appeal_cases.refuse(office, issuer, application_id=case)


def whole(office: Office) -> bool:
    return invariants.broken_invariants(office.reading, office.store) == []


def test_who_took_the_decision_never_decides_its_appeal(office: Office, supervisor: UUID) -> None:
    case = appeal_cases.refuse(office, supervisor, application_id=steps.in_review(office))
    letter_id = appeal_cases.appeal(office, case)
    with pytest.raises(NotAllowedError):
        appeal_cases.decide(office, letter_id, supervisor)
    with office.writing() as uow:
        row = uow.session.get_one(AppealRow, letter_id)
        row.outcome, row.decided_by = AppealOutcome.REJECTED, supervisor
        row.decided_at = uow.now
        with pytest.raises(sa.exc.IntegrityError, match="another_decides"):
            uow.session.flush()
    assert appeal_cases.stored(office, letter_id).outcome is None


@pytest.mark.parametrize(
    "role", [role for role in OfficerRole if role is not OfficerRole.SUPERVISOR]
)
def test_only_who_stands_for_the_highest_authority_decides(
    office: Office, refused: UUID, role: OfficerRole
) -> None:
    letter_id = appeal_cases.appeal(office, refused)
    with pytest.raises(NotAllowedError):
        appeal_cases.decide(office, letter_id, add_officer(office, "otra", role=role))


def test_nobody_decides_an_own_appeal(office: Office, refused: UUID) -> None:
    letter_id = appeal_cases.appeal(office, refused)
    owner = add_officer(office, "duena", role=OfficerRole.SUPERVISOR)
    with office.writing() as uow:
        cedula = uow.session.get_one(OfficerRow, owner).cedula
        uow.session.get_one(ApplicationRow, refused).ruc = f"{cedula}001"
        uow.commit()
    with pytest.raises(OwnCaseError):
        appeal_cases.decide(office, letter_id, owner)


@pytest.mark.parametrize(
    ("proposal", "fields"),
    [
        (Proposal(outcome=None, reasons=REASONS), {"outcome"}),
        (Proposal(outcome=AppealOutcome.REJECTED, reasons="no"), {"reasons"}),
        (Proposal(outcome=AppealOutcome.ACCEPTED, reasons=REASONS), {"order"}),
        (Proposal(outcome=AppealOutcome.ACCEPTED, reasons="", order="ya"), {"reasons", "order"}),
    ],
)
def test_a_decision_needs_its_reasons_and_an_accepted_one_its_order(
    office: Office, refused: UUID, supervisor: UUID, proposal: Proposal, fields: set[str]
) -> None:
    letter_id = appeal_cases.appeal(office, refused)
    with pytest.raises(InvalidInputError) as told:
        appeal_cases.decide(office, letter_id, supervisor, proposal)
    assert set(told.value.problems) == fields


def test_a_rejected_one_leaves_the_decision_and_says_what_remains(
    office: Office, refused: UUID, supervisor: UUID
) -> None:
    before = steps.application(office, refused)
    letter_id = appeal_cases.appeal(office, refused)
    given = appeal_cases.ruling(AppealOutcome.REJECTED)
    appeal_cases.decide(office, letter_id, supervisor, given)
    after = steps.application(office, refused)
    assert (after.state, after.version, after.decided_by) == (
        ApplicationState.REFUSED, before.version, before.decided_by
    )  # fmt: skip
    letter = letter_cases.letter(office, letter_id)
    assert (letter.state, letter.answered_by) == (LetterState.ANSWERED, supervisor)
    relay = RememberedMails()
    let_out(office, relay)
    [(_, to, told)] = [each for each in relay.gone if each[0] == "appeal_decided"]
    assert to == letter.email
    assert told["reasons"] == [REASONS]
    assert told["order"] == []
    assert "vía judicial" in str(told["remains"])
    assert "219" in str(told["basis"])
    appeal_cases.decide(office, letter_id, supervisor, given)  # a second click is no conflict
    assert len(steps.events(office, "appeal_decided")) == 1
    assert whole(office)


def test_an_accepted_one_goes_back_to_review_and_is_issued_by_another_act(
    office: Office, refused: UUID, issuer: UUID, supervisor: UUID
) -> None:
    letter_id = appeal_cases.appeal(office, refused)
    appeal_cases.decide(office, letter_id, supervisor)
    row = steps.application(office, refused)
    assert row.state is ApplicationState.IN_REVIEW
    assert (row.decided_by, row.decided_at, row.decision_reasons) == (None, None, None)
    assert row.due_at is not None
    assert row.returned_at is not None
    kept = appeal_cases.stored(office, letter_id)
    assert (kept.act_by, kept.act_reasons) == (issuer, WHY_REFUSED), "the former act stays"
    assert kept.review_order == ORDER
    (told,) = steps.mails(office, "refused")
    assert told.context["reasons"] == [WHY_REFUSED], "and so does its letter"
    assert [event.actor for event in steps.events(office, "application_refused")] == [
        f"officer:{issuer}"
    ]
    (mail,) = steps.mails(office, "appeal_decided")
    assert mail.context["order"] == [ORDER]
    assert mail.context["remains"] == ""
    assert whole(office)
    number = steps.approve(office, refused, add_officer(office, "otra"))
    assert number
    assert steps.state(office, refused) is ApplicationState.APPROVED
    assert whole(office)


def test_the_promise_and_the_legal_term_begin_again_with_the_return(
    office: Office, refused: UUID, supervisor: UUID
) -> None:
    letter_id = appeal_cases.appeal(office, refused)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, refused)
        assert row.confirmed_at is not None
        row.confirmed_at -= timedelta(days=200)
        uow.commit()
    appeal_cases.decide(office, letter_id, supervisor)
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, refused)
        term = legal_terms_of(uow, [row])[refused]
        today = ecuador_day(uow.now)
    assert term.last_day == add_business_days(today, LEGAL_DAYS)


def test_who_accepts_may_review_it_alone(office: Office, refused: UUID, supervisor: UUID) -> None:
    letter_id = appeal_cases.appeal(office, refused)
    given = appeal_cases.ruling(keeps=True)
    appeal_cases.decide(office, letter_id, supervisor, given)
    assert steps.application(office, refused).assigned_to == supervisor
    other = add_officer(office, "otra")
    assert claiming.take_next(office.writing(), officer_id=other) is None
    assert claiming.take_next(office.writing(), officer_id=supervisor) == refused
    assert steps.approve(office, refused, supervisor)


def test_a_second_refusal_may_be_appealed_again(
    office: Office, refused: UUID, supervisor: UUID
) -> None:
    first = appeal_cases.appeal(office, refused)
    appeal_cases.decide(office, first, supervisor)
    third = add_officer(office, "lpaz", role=OfficerRole.SUPERVISOR)
    appeal_cases.refuse(office, third, application_id=refused)
    second = appeal_cases.appeal(office, refused, body=f"{WORDS} Otra vez.")
    assert appeal_cases.stored(office, second).act_by == third
    with pytest.raises(NotAllowedError):
        appeal_cases.decide(office, second, third)
    appeal_cases.decide(office, second, supervisor, appeal_cases.ruling(AppealOutcome.REJECTED))
    assert whole(office)


def test_of_two_who_decide_at_once_one_does(
    office: Office, refused: UUID, supervisor: UUID
) -> None:
    letter_id = appeal_cases.appeal(office, refused)
    other = add_officer(office, "lpaz", role=OfficerRole.SUPERVISOR)
    seen = appeal_stamp(appeal_cases.stored(office, letter_id))
    rulings = {
        supervisor: appeal_cases.ruling(),
        other: appeal_cases.ruling(AppealOutcome.REJECTED),
    }

    def attempt(officer_id: UUID) -> bool:
        try:
            appeal_cases.decide(office, letter_id, officer_id, rulings[officer_id], seen=seen)
        except StaleStateError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(attempt, rulings))
    assert sorted(done) == [False, True]
    assert len(steps.events(office, "appeal_decided")) == 1
    assert len(steps.mails(office, "appeal_decided")) == 1
    is_accepted = appeal_cases.stored(office, letter_id).outcome is AppealOutcome.ACCEPTED
    expected = ApplicationState.IN_REVIEW if is_accepted else ApplicationState.REFUSED
    assert steps.state(office, refused) is expected
    assert whole(office)


def test_a_form_made_from_another_version_decides_nothing(
    office: Office, refused: UUID, supervisor: UUID
) -> None:
    letter_id = appeal_cases.appeal(office, refused)
    with pytest.raises(StaleStateError):
        appeal_cases.decide(office, letter_id, supervisor, seen="1.00000000000000000000")
    with pytest.raises(NotFoundError):
        appeal_cases.decide(office, UUID(int=7), supervisor)


def test_an_appeal_is_not_answered_like_a_letter(
    office: Office, refused: UUID, supervisor: UUID
) -> None:
    letter_id = appeal_cases.appeal(office, refused)
    with pytest.raises(InvalidInputError, match="respuesta"):
        letter_cases.answer(office, letter_id, supervisor)
    assert letter_cases.letter(office, letter_id).state is LetterState.OPEN


def test_nothing_but_an_accepted_appeal_brings_a_refused_one_back(
    office: Office, refused: UUID
) -> None:
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, refused)
        with pytest.raises(InvalidTransitionError):
            move(uow, row, ApplicationState.IN_REVIEW, actor="officer:x", decided_by=None)
