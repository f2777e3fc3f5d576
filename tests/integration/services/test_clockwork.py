"""A clock that leaps ends nothing: it is told, and an operator lets it go on."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

import pytest

from review_service.db.models import ClockRow, SessionRow
from review_service.db.models.pulses import THE_CLOCK
from review_service.domain.applications import ApplicationState
from review_service.domain.clockwork import Stopwatch
from review_service.domain.dated_rules import read_rulebook
from review_service.domain.errors import InvalidInputError, MailError
from review_service.domain.institution import institution_on
from review_service.services import notices, sessions
from review_service.services.applicant import confirming, sending
from review_service.services.review import reviewing
from review_service.services.upkeep import clockwork, old_rows, sweeping
from tests.factories import RUC, SECRET, Office, add_officer, beat, issuing_rules
from tests.integration.services import steps
from tests.integration.services import test_notices as notice_tests
from tests.integration.services.test_registering import ask

INSTITUTION = institution_on(date(2026, 11, 20))


def leap(office: Office, *, by: timedelta) -> None:
    """Let the clock leap, told by what was noted before, which is all that a leap changes."""
    beat(office)
    with office.writing() as uow:
        row = uow.session.get_one(ClockRow, THE_CLOCK)
        row.noted_at -= by
        uow.commit()


def sent(office: Office) -> UUID:
    application_id = steps.ready_draft(office)
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        declared=True,
        secret_key=SECRET,
    )
    steps.hand_over(office, "confirm")
    row = steps.application(office, application_id)
    steps.make_older(office, row, "confirm_by", by=timedelta(days=400))
    return application_id


@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "not-noticed-yet"])
def test_nothing_ends_by_a_clock_that_leapt(office: Office, *, noticed: bool) -> None:
    application_id = sent(office)
    with office.writing() as uow:
        sessions.start_applicant(uow, ruc=RUC)
        uow.commit()
    (session,) = steps.rows(office, SessionRow)
    steps.make_older(office, session, "expires_at", by=timedelta(days=400))
    office.store.put("staging/fresh", BytesIO(b"being sent"))
    leap(office, by=timedelta(days=400))
    if noticed:
        assert beat(office).is_held
    assert confirming.lapse_unconfirmed(office.writing()) == 0
    assert old_rows.prune(office.reading, office.writing, read_rulebook(None)) == {}
    assert sweeping.sweep(office.reading, office.store) == 0
    assert steps.state(office, application_id) is ApplicationState.AWAITING_CONFIRMATION
    assert len(steps.rows(office, SessionRow)) == 1


def test_a_leap_is_one_event_and_lasts_until_an_operator_has_looked(office: Office) -> None:
    application_id = sent(office)
    leap(office, by=timedelta(days=400))
    assert [beat(office).is_held for _ in range(3)] == [True] * 3
    assert len(steps.events(office, "clock_held")) == 1
    before = clockwork.accept(office.writing(), operator="rosa", reason="era de verdad")
    assert before.is_held
    assert not beat(office).is_held
    (event,) = steps.events(office, "clock_accepted")
    assert (event.details["operator"], event.details["reason"]) == ("rosa", "era de verdad")
    assert confirming.lapse_unconfirmed(office.writing()) == 1
    assert steps.state(office, application_id) is ApplicationState.DRAFT


def test_a_leap_of_an_hour_is_seen_beside_the_stopwatch(office: Office) -> None:
    first = beat(office)
    slow = Stopwatch(clock_at=first.now - timedelta(hours=1), elapsed=timedelta(seconds=10))
    assert beat(office, beside=slow).is_held


def test_a_clock_that_runs_is_believed(office: Office) -> None:
    first = beat(office)
    assert not beat(office, beside=Stopwatch(clock_at=first.now, elapsed=timedelta(0))).is_held
    assert steps.events(office, "clock_held") == []


def test_nobody_decides_by_a_clock_that_leapt(office: Office) -> None:
    officer_id = add_officer(office)
    application_id = steps.in_review(office)
    steps.accept_all(office, application_id, officer_id)
    version = steps.application(office, application_id).version
    leap(office, by=timedelta(days=-400))
    assert beat(office).is_held
    with pytest.raises(InvalidInputError, match="clock") as refused:
        reviewing.approve(
            office.writing(),
            application_id=application_id,
            officer_id=officer_id,
            version=version,
            rules=issuing_rules(),
        )
    assert "avise a quien administra" in refused.value.problems["clock"]
    clockwork.accept(office.writing(), operator="rosa", reason="puesta en hora")
    reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=version,
        rules=issuing_rules(),
    )


MADE: dict[str, Callable[[Office], UUID]] = {
    "confirm": notice_tests.sent,
    "correction_requested": notice_tests.asked,
    "refused": notice_tests.refused,
}


@pytest.mark.parametrize("by", [timedelta(days=400), timedelta(days=-400)])
@pytest.mark.parametrize("event", MADE)
def test_no_notice_that_names_a_day_leaves_by_a_clock_that_leapt(
    office: Office, event: str, by: timedelta
) -> None:
    made = MADE[event](office)
    mail_id = notice_tests.of_case(office, event, made).id
    before = notice_tests.of_case(office, event, made).context
    leap(office, by=by)
    beat(office)
    with pytest.raises(MailError) as waits:
        notice_tests.hand_over(office, mail_id)
    assert waits.value.retryable
    with pytest.raises(InvalidInputError, match="clock"):
        notices.delivered_otherwise(
            office.writing(), mail_id, institution=INSTITUTION, operator="rosa", how="en persona"
        )
    assert notice_tests.of_case(office, event, made).context == before
    ask(office)
    (sign_in,) = steps.mails(office, "sign_in")
    notice_tests.hand_over(office, sign_in.id)
    clockwork.accept(office.writing(), operator="rosa", reason="puesta en hora")
    notice_tests.hand_over(office, mail_id)
    assert notice_tests.of_case(office, event, made).sent_at is not None
