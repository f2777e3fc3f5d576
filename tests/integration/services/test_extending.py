"""More days to correct: asked in time, once, decided by an officer, counted everywhere."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.legal_terms import legal_terms_of
from review_service.db.models import ApplicationRow, CorrectionExtensionRow, CorrectionRow
from review_service.db.queries.applicant.applications import application_of
from review_service.db.queries.officer.case import case_of
from review_service.db.queries.officer.late import late_by_officer
from review_service.db.queries.officer.queue import queue_page
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.errors import (
    InvalidInputError,
    InvalidTransitionError,
    NotAllowedError,
    NotFoundError,
    StaleStateError,
)
from review_service.domain.legal_term import LONGEST_REST_DAYS
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import add_business_days, business_days_between, ecuador_day
from review_service.services.applicant import extending as asking
from review_service.services.review import correcting, extending, reminding
from tests.factories import OTHER_RUC, RUC, Office, add_officer
from tests.integration.services import loop_cases, steps
from tests.integration.services.loop_cases import INSTITUTION

REASON = "Estoy de viaje hasta el lunes."
ANSWER = "El pedido era de una sola foto del taller."
SEAT = INSTITUTION.place


def ask(office: Office, application_id: UUID, reason: str = REASON, *, ruc: str = RUC) -> None:
    asking.ask(office.writing(), application_id=application_id, ruc=ruc, reason=reason)


def decide(
    office: Office,
    application_id: UUID,
    days: int,
    answer: str = "",
    *,
    officer_id: UUID | None = None,
    seen: str | None = None,
) -> None:
    extending.decide(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id or loop_cases.officer(office),
        version=steps.application(office, application_id).version,
        days=days,
        answer=answer,
        seat=SEAT,
        seen=seen,
    )


def listed(office: Office, view: QueueFilter) -> list[UUID]:
    with office.reading() as uow:
        return [each.id for each in queue_page(uow, chosen=view, cursor=None).entries]


def test_who_asked_in_time_is_given_days_that_count_everywhere(office: Office) -> None:
    application_id = loop_cases.asked(office)
    bystander = loop_cases.asked(office, ruc=OTHER_RUC)
    before = steps.application(office, application_id).correct_by
    assert before is not None
    ask(office, application_id)
    assert listed(office, QueueFilter.EXTENSIONS) == [application_id]
    decide(office, application_id, 5)
    row = steps.application(office, application_id)
    assert row.correct_by == add_business_days(before, 5)
    assert row.state is ApplicationState.CORRECTION_REQUESTED
    assert listed(office, QueueFilter.EXTENSIONS) == []
    (mail,) = steps.mails(office, "extension_decided")
    assert (mail.context["granted"], mail.context["last_day"]) == (5, row.correct_by.isoformat())
    (event,) = steps.events(office, "extension_granted")
    assert (event.subject_id, event.details["days"]) == (application_id, 5)
    assert steps.application(office, bystander).correct_by == before
    with office.reading() as uow:
        own = application_of(uow, application_id=application_id, ruc=RUC)
        assert (own.correct_by, own.is_term_over) == (row.correct_by, False)
        assert case_of(uow, application_id).correct_by == row.correct_by


def test_the_days_are_not_given_and_the_person_is_told_why(office: Office) -> None:
    application_id = loop_cases.asked(office)
    before = steps.application(office, application_id).correct_by
    ask(office, application_id)
    with pytest.raises(InvalidInputError, match="motivo"):
        decide(office, application_id, 0, "No.")
    decide(office, application_id, 0, ANSWER)
    assert steps.application(office, application_id).correct_by == before
    (mail,) = steps.mails(office, "extension_decided")
    assert (mail.context["granted"], mail.context["answer"]) == (0, ANSWER)
    assert len(steps.events(office, "extension_refused")) == 1


@pytest.mark.parametrize("days", [-1, 6])
def test_more_than_half_is_not_given(office: Office, days: int) -> None:
    application_id = loop_cases.asked(office)
    ask(office, application_id)
    with pytest.raises(InvalidInputError, match="days"):
        decide(office, application_id, days)


def test_it_is_asked_once_for_a_request_and_a_second_click_is_none(office: Office) -> None:
    application_id = loop_cases.asked(office)
    for _ in range(2):
        ask(office, application_id)
    assert len(steps.rows(office, CorrectionExtensionRow)) == 1
    with pytest.raises(InvalidInputError, match="prorroga"):
        ask(office, application_id, "Otra razón distinta.")
    decide(office, application_id, 1)
    with pytest.raises(InvalidInputError, match="prorroga"):
        ask(office, application_id, "Otra razón distinta.")


@pytest.mark.parametrize("reason", ["", "......", "Tarde", "a" * 1001])
def test_it_says_why(office: Office, reason: str) -> None:
    application_id = loop_cases.asked(office)
    with pytest.raises(InvalidInputError, match="prorroga"):
        ask(office, application_id, reason)


def test_it_is_not_asked_before_the_term_runs_nor_after_it(office: Office) -> None:
    untold, late = (
        loop_cases.asked(office, is_told=False),
        loop_cases.asked(office, ruc=OTHER_RUC, is_told=False),
    )
    with pytest.raises(InvalidInputError, match="prorroga"):
        ask(office, untold)
    steps.hand_over(office, "correction_requested")
    loop_cases.end_term(office, late)
    with pytest.raises(InvalidInputError, match="prorroga"):
        ask(office, late, ruc=OTHER_RUC)
    loop_cases.end_term(office, untold, days=0)
    ask(office, untold)


def test_nobody_asks_for_another_or_where_nothing_is_asked(office: Office) -> None:
    application_id = loop_cases.asked(office)
    with pytest.raises(NotFoundError):
        ask(office, application_id, ruc=OTHER_RUC)
    with pytest.raises(InvalidTransitionError):
        ask(office, steps.in_review(office, ruc=OTHER_RUC), ruc=OTHER_RUC)


def test_our_silence_costs_nobody_the_case(office: Office) -> None:
    """Asked in time and not answered: nothing ends, and only days can be given."""
    application_id = loop_cases.asked(office)
    ask(office, application_id)
    loop_cases.end_term(office, application_id, days=3)
    assert listed(office, QueueFilter.WITHDRAWALS) == []
    assert listed(office, QueueFilter.EXTENSIONS) == [application_id]
    loop_cases.log(office, application_id)
    with pytest.raises(InvalidInputError, match="resolution"):
        loop_cases.sign(office, application_id)
    with pytest.raises(InvalidInputError, match="days"):
        decide(office, application_id, 0, ANSWER)
    decide(office, application_id, 2)
    with office.reading() as uow:
        today = ecuador_day(uow.now)
    last_day = steps.application(office, application_id).correct_by
    assert last_day is not None
    assert business_days_between(today, last_day) == 2


def test_it_is_decided_once_and_on_what_was_seen(office: Office) -> None:
    application_id = loop_cases.asked(office)
    with pytest.raises(InvalidInputError, match="days"):
        decide(office, application_id, 1)
    ask(office, application_id)
    with pytest.raises(StaleStateError):
        decide(office, application_id, 1, seen="1.abc")
    decide(office, application_id, 1)
    with pytest.raises(StaleStateError):
        decide(office, application_id, 2)
    correcting.answer(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        answers=dict.fromkeys(ReviewItem, "No puedo, explico."),
    )
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW


def test_an_auditor_decides_nothing(office: Office) -> None:
    application_id = loop_cases.asked(office)
    ask(office, application_id)
    auditor = add_officer(office, "audit", role=OfficerRole.AUDITOR)
    with pytest.raises(NotAllowedError):
        decide(office, application_id, 1, officer_id=auditor)


def test_the_reminders_count_to_the_new_day(office: Office) -> None:
    application_id = loop_cases.asked(office)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.correct_by = add_business_days(ecuador_day(uow.now), 2)
        uow.commit()
    assert reminding.remind(office.reading, office.writing, seat=SEAT) == 1
    ask(office, application_id)
    decide(office, application_id, 2)
    assert reminding.remind(office.reading, office.writing, seat=SEAT) == 1
    assert reminding.remind(office.reading, office.writing, seat=SEAT) == 0
    last_day = steps.application(office, application_id).correct_by
    assert last_day is not None
    newest = max(steps.mails(office, "correction_reminder"), key=lambda mail: mail.created_at)
    assert (newest.context["days"], newest.context["last_day"]) == (5, last_day.isoformat())


@pytest.mark.parametrize(("days", "is_told"), [(5, False), (1, True), (-1, True)])
def test_who_asked_to_correct_is_reminded_to_answer(
    office: Office, days: int, *, is_told: bool
) -> None:
    application_id = loop_cases.asked(office)
    ask(office, application_id)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.correct_by = ecuador_day(uow.now) + timedelta(days=days)
        asker = uow.session.scalars(sa.select(CorrectionRow.asked_by)).first()
        uow.commit()
    with office.reading() as uow:
        late = late_by_officer(uow, seat=SEAT)
    assert set(late) == ({asker} if is_told else set())


def test_more_days_let_the_legal_term_rest_no_longer(office: Office) -> None:
    """COA 162: ten business days in all, whatever was granted."""
    application_id = loop_cases.asked(office)
    ask(office, application_id)
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        before = legal_terms_of(uow, [row], seat=SEAT)[application_id]
    decide(office, application_id, 5)
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        after = legal_terms_of(uow, [row], seat=SEAT)[application_id]
        today = ecuador_day(uow.now)
    assert after.last_day == before.last_day
    assert after.rested_until == (add_business_days(today, LONGEST_REST_DAYS),)
    assert row.correct_by is not None
    assert row.correct_by > after.rested_until[0] - timedelta(days=1)
