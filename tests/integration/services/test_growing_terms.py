"""A term to correct only grows: a notice that is begun anew takes no granted day away."""

from datetime import date
from uuid import UUID

from review_service.domain.terms import add_business_days, ecuador_day
from review_service.services import notices
from tests.factories import Office
from tests.integration.services import loop_cases, steps
from tests.integration.services.test_extending import ask, decide
from tests.integration.services.test_withdrawing import restart

GRANTED = 5


def last_day(office: Office, application_id: UUID) -> date:
    found = steps.application(office, application_id).correct_by
    assert found is not None
    return found


def granted_day(office: Office) -> date:
    with office.reading() as uow:
        return add_business_days(add_business_days(ecuador_day(uow.now), 10), GRANTED)


def told_days(office: Office) -> list[str]:
    mails = steps.mails(office, "correction_requested")
    return [mail.context["last_day"] for mail in sorted(mails, key=lambda mail: mail.created_at)]


def test_days_that_were_granted_stay_when_the_notice_is_begun_anew(office: Office) -> None:
    application_id = loop_cases.asked(office)
    ask(office, application_id)
    decide(office, application_id, GRANTED)
    granted = last_day(office, application_id)
    assert granted == granted_day(office)
    restart(office, application_id)
    assert last_day(office, application_id) == granted
    assert told_days(office)[-1] == granted.isoformat()
    steps.hand_over(office, "correction_requested")
    assert last_day(office, application_id) == granted
    assert told_days(office)[-1] == granted.isoformat()


def test_days_that_are_granted_before_the_new_notice_leaves_are_told_by_it(office: Office) -> None:
    application_id = loop_cases.asked(office)
    ask(office, application_id)
    restart(office, application_id)
    decide(office, application_id, GRANTED)
    steps.hand_over(office, "correction_requested")
    assert last_day(office, application_id) == granted_day(office)
    assert told_days(office)[-1] == granted_day(office).isoformat()


def test_days_that_are_granted_while_the_new_notice_leaves_stay(office: Office) -> None:
    application_id = loop_cases.asked(office)
    ask(office, application_id)
    restart(office, application_id)
    (waiting,) = [
        mail for mail in steps.mails(office, "correction_requested") if mail.sent_at is None
    ]
    decide(office, application_id, GRANTED)
    with office.writing() as uow:
        notices.start(uow, uow.session.merge(waiting))
        uow.commit()
    assert last_day(office, application_id) == granted_day(office)
    started = steps.events(office, "term_started")[-1]
    assert started.details["until"] == granted_day(office).isoformat()


def test_a_term_that_is_over_is_begun_anew_whole(office: Office) -> None:
    application_id = loop_cases.asked(office)
    loop_cases.end_term(office, application_id)
    restart(office, application_id)
    with office.reading() as uow:
        whole = add_business_days(ecuador_day(uow.now), 10)
    assert last_day(office, application_id) == whole
