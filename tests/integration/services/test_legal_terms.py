"""The legal term of real cases: it rests from the notice of a correction to its answer."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from review_service import scheduler
from review_service.bootstrap import Container
from review_service.db.legal_terms import (
    alarming,
    alarming_while_corrected,
    count_alarming,
    legal_terms_of,
)
from review_service.db.models import ApplicationRow, CorrectionRow, HolidayRow, MailRow
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.legal_term import (
    LEGAL_DAYS,
    LegalTerm,
    Rest,
    legal_term,
    oldest_alarming,
)
from review_service.domain.terms import add_business_days, ecuador_day, end_of_day
from tests.factories import OTHER_RUC, Office, add_officer
from tests.integration.services import loop_cases, steps
from tests.integration.services.test_correcting import answer, ask, asking
from tests.integration.web.officer.test_queue_filters import OTAVALO, QUITO, put

LONG_AGO = timedelta(days=100)
A_WEEK = timedelta(days=7)
"""More than a weekend: on a Sunday the oldest alarming day has one business day left more."""


def term_of(office: Office, application_id: UUID) -> LegalTerm | None:
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        return legal_terms_of(uow, [row]).get(row.id)


def received(office: Office, application_id: UUID, on: date) -> None:
    """Let the application have been received at the end of that day."""
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).confirmed_at = end_of_day(on)
        uow.commit()


def today(office: Office) -> date:
    with office.reading() as uow:
        return ecuador_day(uow.now)


def asked_and_answered(
    office: Office, application_id: UUID, asked: date, answered: date | None
) -> None:
    """Let the newest request have been notified and answered at the end of those days."""
    with office.writing() as uow:
        for row in uow.session.query(CorrectionRow).filter_by(application_id=application_id):
            row.asked_at = end_of_day(asked)
            row.answered_at = end_of_day(answered) if answered else None
        for mail in uow.session.query(MailRow).filter_by(
            application_id=application_id, event="correction_requested"
        ):
            mail.created_at = end_of_day(asked)
            mail.sent_at = end_of_day(asked) if mail.sent_at else None
        uow.commit()


def test_a_case_in_review_has_thirty_business_days(office: Office) -> None:
    application_id = steps.in_review(office)
    term = term_of(office, application_id)
    assert term is not None
    assert term.received_on == today(office)
    assert term.last_day == add_business_days(today(office), LEGAL_DAYS)
    assert not term.is_near


def test_it_rests_only_once_the_notice_was_handed_over(office: Office) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.WORKSHOP))
    term = term_of(office, application_id)
    assert term is not None
    assert term.rests == ()
    steps.hand_over(office, "correction_requested")
    term = term_of(office, application_id)
    assert term is not None
    assert term.rests == (Rest(notified_on=today(office)),)


def test_an_answered_request_lets_its_days_not_count(office: Office) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.WORKSHOP))
    steps.hand_over(office, "correction_requested")
    answer(office, application_id, {ReviewItem.WORKSHOP: "No puedo tomar otra foto."})
    first = today(office) - LONG_AGO
    asked, answered = first + timedelta(days=6), first + timedelta(days=11)
    received(office, application_id, first)
    asked_and_answered(office, application_id, asked, answered)
    expected = legal_term(
        first, [Rest(notified_on=asked, answered_on=answered)], today=today(office)
    )
    assert term_of(office, application_id) == expected


def test_decreed_days_of_the_canton_and_of_the_seat_do_not_count(office: Office) -> None:
    application_id = steps.in_review(office)
    without = term_of(office, application_id)
    assert without is not None
    canton = steps.application(office, application_id).sheet["canton"]
    days = [add_business_days(today(office), n) for n in (1, 2, 3)]
    with office.writing() as uow:
        for day, where in zip(days, (canton, "", "Zaruma"), strict=True):
            uow.session.add(HolidayRow(day=day, canton=where, name="Fiesta", source="Decreto 1"))
        uow.commit()
    term = term_of(office, application_id)
    assert term is not None
    assert term.last_day == add_business_days(without.last_day, 2)


def test_no_job_of_the_scheduler_decides_a_case_whose_term_is_over(
    office: Office, worker: Container
) -> None:
    application_id = steps.in_review(office)
    received(office, application_id, today(office) - LONG_AGO)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).due_at = uow.now - LONG_AGO
        uow.commit()
    before = steps.application(office, application_id)
    for job in scheduler.periodic_jobs(worker):
        job.do()
    after = steps.application(office, application_id)
    assert (after.state, after.version) == (ApplicationState.IN_REVIEW, before.version)
    term = term_of(office, application_id)
    assert term is not None
    assert term.is_over


def test_a_decided_case_has_none(office: Office) -> None:
    application_id = steps.in_review(office)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.state = ApplicationState.WITHDRAWN
        uow.commit()
    assert term_of(office, application_id) is None


def test_those_near_the_end_of_their_term_are_found_oldest_first(office: Office) -> None:
    oldest, newest = steps.in_review(office), steps.in_review(office, ruc=OTHER_RUC)
    assert found(office) == ()
    last = oldest_alarming(today(office))
    received(office, newest, last - A_WEEK)
    assert found(office) == (newest,)
    received(office, oldest, last - timedelta(days=30))
    assert found(office) == (oldest, newest)
    received(office, newest, last + timedelta(days=1))
    assert found(office) == (oldest,)


def test_one_that_rested_long_enough_is_not_alarming(office: Office) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.WORKSHOP))
    steps.hand_over(office, "correction_requested")
    answer(office, application_id, {ReviewItem.WORKSHOP: "No puedo tomar otra foto."})
    last = oldest_alarming(today(office)) - A_WEEK
    received(office, application_id, last)
    asked_and_answered(office, application_id, last, add_business_days(last, 8))
    assert found(office) == ()


def test_one_that_waits_for_its_applicant_is_told_once_its_term_runs_again(office: Office) -> None:
    application_id, other = steps.in_review(office), steps.in_review(office, ruc=OTHER_RUC)
    ask(office, application_id, asking(ReviewItem.WORKSHOP))
    steps.hand_over(office, "correction_requested")
    last = oldest_alarming(today(office))
    received(office, application_id, last - A_WEEK)
    assert waiting(office) == (), "it rests"
    received(office, application_id, last - 10 * A_WEEK)
    asked_and_answered(office, application_id, last - 9 * A_WEEK, None)
    assert waiting(office) == (application_id,), "ten days rested, and nobody answered"
    loop_cases.ask(office, other, is_told=False)
    received(office, other, last - A_WEEK)
    assert waiting(office) == (application_id, other), "the notice of one was handed over never"


def waiting(office: Office) -> tuple[UUID, ...]:
    with office.reading() as uow:
        return alarming_while_corrected(uow)


def found(office: Office) -> tuple[UUID, ...]:
    with office.reading() as uow:
        return alarming(uow)


@pytest.mark.parametrize("most", [0, 2, 5, 100])
def test_those_near_the_end_are_counted_as_they_are_found(office: Office, most: int) -> None:
    """Around the day from which they are; with a rest, sent back by an appeal, with local days."""
    newest, officer_id = oldest_alarming(today(office)), add_officer(office)
    for place in (OTAVALO, QUITO):
        for days in (-3, -2, -1, 0, 1, 8):
            received(office, put(office, place), newest - timedelta(days=days))
    rested, returned = put(office, QUITO), put(office, QUITO)
    for case in (rested, returned):
        received(office, case, newest - A_WEEK)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, returned).returned_at = uow.now
        uow.session.add(steps.correction(rested, officer_id, asked_at=end_of_day(newest)))
        for days in (1, 2):
            day = add_business_days(newest, days)
            name = "Fiesta"
            uow.session.add(HolidayRow(day=day, canton="Otavalo", name=name, source="Decreto 1"))
        uow.commit()
    with office.reading() as uow:
        found = alarming(uow, seat="Quito")
        assert count_alarming(uow, most=most, seat="Quito") == min(len(found), most + 1)
    assert returned not in found
    assert 3 < len(found) < 14
