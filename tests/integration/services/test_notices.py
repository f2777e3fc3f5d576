"""No term begins, and none ends in a loss, before its notice was handed over."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.handed_over import NoticeWord
from review_service.db.models import ApplicationRow, CorrectionRow, MailRow, OneUseLinkRow
from review_service.db.queries.applicant.applications import application_of
from review_service.db.queries.officer.case import case_of
from review_service.db.queries.officer.queue import queue_page
from review_service.db.queries.officer.queue_conditions import QueueFilter
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.errors import InvalidInputError, MailError, NotFoundError
from review_service.domain.institution import institution_on
from review_service.domain.terms import add_business_days, ecuador_day
from review_service.services import calendar, notices, notifying
from review_service.services.applicant import applying, confirming, sending
from review_service.services.calendar import DecreedDay
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from tests.copied_cases import copied
from tests.factories import OTHER_RUC, RUC, SECRET, Office, add_officer, open_draft
from tests.integration.services import loop_cases, steps
from tests.integration.services.test_registering import age_link
from tests.integration.services.test_registering import ask as ask_to_sign_in

INSTITUTION = institution_on(date(2026, 11, 20))
WORDS = "Una frase que alcanza para todo."
TEN_DAYS = timedelta(days=10)


@copied
def asked(office: Office, ruc: str = RUC) -> UUID:
    """Return a case whose correction was asked for; its notice has not left."""
    application_id = steps.in_review(office, ruc=ruc)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=add_officer(office, f"o{uuid4().hex[:8]}"),
        version=steps.application(office, application_id).version,
        items=[CorrectionItem(item=ReviewItem.WORKSHOP, reason=WORDS, instruction=WORDS)],
    )
    return application_id


@copied
def sent(office: Office, ruc: str = RUC) -> UUID:
    """Return an application that waits for its confirmation; the message has not left."""
    application_id = steps.ready_draft(office, ruc=ruc)
    sending.send(
        office.writing(), application_id=application_id, ruc=ruc, declared=True, secret_key=SECRET
    )
    return application_id


def let_pass(office: Office, application_id: UUID, by: timedelta) -> None:
    """Let time pass for a case, its notices, its requests and its links."""
    with office.writing() as uow:
        case = uow.session.get_one(ApplicationRow, application_id)
        older(case, "created_at", "sent_at", "confirm_by", "correct_by", "decided_at", by=by)
        for kind, columns in (
            (MailRow, ("created_at", "sent_at", "failed_at")),
            (CorrectionRow, ("asked_at",)),
            (OneUseLinkRow, ("link_expires_at", "code_expires_at")),
        ):
            of_case = sa.select(kind).where(kind.application_id == application_id)
            for row in uow.session.scalars(of_case):
                older(row, *columns, by=by)
                if isinstance(row, MailRow):
                    row.context = {**row.context, **dates_before(row, by)}
        uow.commit()


def older(row: object, *columns: str, by: timedelta) -> None:
    for column in columns:
        moment = getattr(row, column)
        setattr(row, column, None if moment is None else moment - by)


def dates_before(mail: MailRow, by: timedelta) -> dict[str, str]:
    """Return the days that a message names, so much earlier."""
    return {
        name: (date.fromisoformat(mail.context[name]) - by).isoformat()
        for name in ("last_day", "appeal_until")
        if name in mail.context
    }


def of_case(office: Office, event: str, application_id: UUID) -> MailRow:
    (mail,) = [mail for mail in steps.mails(office, event) if mail.application_id == application_id]
    return mail


def refuse(office: Office, mail_id: UUID) -> None:
    """Let the relay refuse one message for good."""
    with office.writing() as uow:
        notifying.give_up(uow, mail_id, error="MailError: address refused: 550")
        uow.commit()


def hand_over(office: Office, mail_id: UUID) -> None:
    """Let the relay take one message."""
    with office.writing() as uow:
        mail = uow.session.get_one(MailRow, mail_id)
        notices.bring_up_to_date(uow, mail, institution=INSTITUTION)
        notices.start(uow, mail)
        mail.sent_at = uow.now
        uow.commit()


def word(office: Office, application_id: UUID) -> NoticeWord:
    with office.reading() as uow:
        return application_of(uow, application_id=application_id, ruc=RUC).notice


def undelivered(office: Office) -> list[UUID]:
    with office.reading() as uow:
        return [each.application_id for each in notices.undelivered(uow)]


def to_resolve(office: Office) -> list[UUID]:
    with office.reading() as uow:
        page = queue_page(uow, chosen=QueueFilter.WITHDRAWALS, cursor=None)
        return [each.id for each in page.entries]


@pytest.mark.parametrize("fate", ["waits", "refused"])
def test_nobody_withdraws_by_a_term_of_which_nobody_heard(office: Office, fate: str) -> None:
    unheard, heard = asked(office), asked(office, OTHER_RUC)
    if fate == "refused":
        refuse(office, of_case(office, "correction_requested", unheard).id)
    hand_over(office, of_case(office, "correction_requested", heard).id)
    for application_id in (unheard, heard):
        let_pass(office, application_id, timedelta(days=40))
    assert to_resolve(office) == [heard]
    loop_cases.log(office, unheard)
    with pytest.raises(InvalidInputError, match="resolution"):
        loop_cases.sign(office, unheard)
    loop_cases.resolve(office, heard)
    assert steps.state(office, unheard) is ApplicationState.CORRECTION_REQUESTED
    assert steps.state(office, heard) is ApplicationState.WITHDRAWN
    assert word(office, unheard) is NoticeWord(fate)


def test_no_draft_lapses_by_a_link_that_nobody_got(office: Office) -> None:
    application_id = sent(office)
    let_pass(office, application_id, TEN_DAYS)
    assert confirming.lapse_unconfirmed(office.writing()) == 0
    assert steps.state(office, application_id) is ApplicationState.AWAITING_CONFIRMATION
    assert word(office, application_id) is NoticeWord.WAITS


def test_the_term_to_correct_begins_when_the_notice_leaves(office: Office) -> None:
    application_id = asked(office)
    let_pass(office, application_id, TEN_DAYS)
    steps.hand_over(office, "correction_requested")
    row = steps.application(office, application_id)
    mail = of_case(office, "correction_requested", application_id)
    assert mail.sent_at is not None
    assert row.correct_by == add_business_days(ecuador_day(mail.sent_at), 10)
    assert mail.context["last_day"] == row.correct_by.isoformat(), "the letter says the same day"
    (event,) = steps.events(office, "term_started")
    assert event.details["until"] == row.correct_by.isoformat()
    assert word(office, application_id) is NoticeWord.DELIVERED
    assert to_resolve(office) == []


def refused(office: Office) -> UUID:
    """Return a case that was refused; its letter has not left."""
    application_id = steps.in_review(office)
    steps.observe(office, application_id)
    reviewing.refuse(
        office.writing(),
        application_id=application_id,
        officer_id=add_officer(office),
        version=steps.application(office, application_id).version,
        reasons=WORDS,
        institution=INSTITUTION,
    )
    return application_id


def test_the_days_to_appeal_count_from_when_the_letter_leaves(office: Office) -> None:
    application_id = refused(office)
    let_pass(office, application_id, TEN_DAYS)
    hand_over(office, of_case(office, "refused", application_id).id)
    mail = of_case(office, "refused", application_id)
    assert mail.sent_at is not None
    days = INSTITUTION.remedies.appeal_days
    last = add_business_days(ecuador_day(mail.sent_at), days)
    assert mail.context["appeal_until"] == last.isoformat()


@pytest.mark.parametrize("fate", ["waits", "refused"])
def test_a_withdrawal_of_which_nobody_heard_is_told_and_its_days_to_appeal_wait(
    office: Office, fate: str
) -> None:
    application_id = asked(office)
    hand_over(office, of_case(office, "correction_requested", application_id).id)
    let_pass(office, application_id, timedelta(days=40))
    loop_cases.resolve(office, application_id)
    mail_id = of_case(office, "withdrawn", application_id).id
    assert word(office, application_id) is NoticeWord.WAITS
    if fate == "refused":
        refuse(office, mail_id)
        assert word(office, application_id) is NoticeWord.REFUSED
    let_pass(office, application_id, TEN_DAYS)
    assert undelivered(office) == [application_id]
    hand_over(office, mail_id)
    assert word(office, application_id) is NoticeWord.DELIVERED
    assert undelivered(office) == []
    mail = of_case(office, "withdrawn", application_id)
    assert mail.sent_at is not None
    last = add_business_days(ecuador_day(mail.sent_at), INSTITUTION.remedies.appeal_days)
    assert mail.context["appeal_until"] == last.isoformat()


def test_who_withdraws_waits_for_no_notice(office: Office) -> None:
    application_id = open_draft(office)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    assert word(office, application_id) is NoticeWord.NONE


@pytest.mark.parametrize("event", ["correction_requested", "refused"])
def test_what_a_person_handed_over_counts_from_that_day_and_rests_on_days_of_the_seat(
    office: Office, event: str
) -> None:
    application_id = asked(office) if event == "correction_requested" else refused(office)
    mail_id = of_case(office, event, application_id).id
    refuse(office, mail_id)
    let_pass(office, application_id, TEN_DAYS)
    with office.reading() as uow:
        today = ecuador_day(uow.now)
    rests = add_business_days(today, 1)
    calendar.decree(
        office.writing(),
        DecreedDay(day=rests, canton=INSTITUTION.place, name="Fiesta", source="Ordenanza 1"),
    )
    notices.delivered_otherwise(
        office.writing(), mail_id, institution=INSTITUTION, operator="rosa", how="en persona"
    )
    context = of_case(office, event, application_id).context
    if event == "refused":
        days, told = INSTITUTION.remedies.appeal_days, context["appeal_until"]
    else:
        days, told = 10, context["last_day"]
        assert steps.application(office, application_id).correct_by == date.fromisoformat(told)
    assert told == add_business_days(today, days, decreed={rests}).isoformat()


def test_a_second_copy_begins_no_second_term_and_names_the_same_day(office: Office) -> None:
    application_id = asked(office)
    steps.hand_over(office, "correction_requested")
    first = of_case(office, "correction_requested", application_id)
    with office.writing() as uow:
        uow.session.add(
            MailRow(
                application_id=application_id,
                event=first.event,
                recipient="otra@correo.example",
                context={**first.context, "last_day": "2020-01-01"},
                created_at=first.created_at,
            )
        )
        uow.commit()
    before = steps.application(office, application_id).correct_by
    assert before is not None
    steps.hand_over(office, "correction_requested")
    assert steps.application(office, application_id).correct_by == before
    days = [mail.context["last_day"] for mail in steps.mails(office, "correction_requested")]
    assert days == [before.isoformat()] * 2


def test_a_notice_of_an_act_before_proves_nothing_of_this_one(office: Office) -> None:
    application_id = asked(office)
    steps.hand_over(office, "correction_requested")
    let_pass(office, application_id, TEN_DAYS)
    with office.writing() as uow:
        request = uow.session.scalars(sa.select(CorrectionRow)).one()
        request.asked_at = uow.now  # as if it had been asked for again
        row = uow.session.get_one(ApplicationRow, application_id)
        row.correct_by = ecuador_day(uow.now) - timedelta(days=1)
        uow.commit()
    assert word(office, application_id) is NoticeWord.WAITS
    assert to_resolve(office) == []


def test_a_confirmation_serves_for_its_whole_term_however_late_it_leaves(office: Office) -> None:
    application_id = sent(office)
    let_pass(office, application_id, TEN_DAYS)
    steps.hand_over(office, "confirm")
    row = steps.application(office, application_id)
    mail = of_case(office, "confirm", application_id)
    link = steps.stored(office, OneUseLinkRow, UUID(mail.context["link_id"]))
    assert mail.sent_at is not None
    assert row.confirm_by is not None
    assert row.confirm_by == link.link_expires_at
    assert abs(row.confirm_by - mail.sent_at - timedelta(hours=72)) < timedelta(seconds=20)
    assert mail.context["confirm_by"] == row.confirm_by.isoformat()
    assert link.code_expires_at > mail.sent_at
    assert confirming.lapse_unconfirmed(office.writing()) == 0


@pytest.mark.parametrize(("minutes", "serves"), [(14.8, True), (15.2, False)])
def test_a_link_that_can_no_longer_serve_is_not_mailed(
    office: Office, minutes: float, *, serves: bool
) -> None:
    asked_for = ask_to_sign_in(office)
    age_link(office, asked_for.request_id, minutes=minutes)
    (mail,) = steps.mails(office, "sign_in")
    if serves:
        hand_over(office, mail.id)
    else:
        with pytest.raises(MailError) as over:
            hand_over(office, mail.id)
        assert over.value.retryable is False


def test_a_confirmation_that_is_needed_no_more_is_not_mailed(office: Office) -> None:
    application_id = sent(office)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).state = ApplicationState.DRAFT
        uow.commit()
    with pytest.raises(MailError):
        hand_over(office, of_case(office, "confirm", application_id).id)


@pytest.mark.parametrize(
    ("age", "is_listed"),
    [(timedelta(days=2, hours=23), False), (timedelta(days=3, minutes=1), True)],
)
def test_what_is_older_than_three_days_is_told(
    office: Office, age: timedelta, *, is_listed: bool
) -> None:
    application_id, bystander = asked(office), open_draft(office, OTHER_RUC)
    let_pass(office, application_id, age)
    assert undelivered(office) == ([application_id] if is_listed else [])
    assert bystander not in undelivered(office)
    steps.hand_over(office, "correction_requested")
    assert undelivered(office) == []


def test_what_is_refused_for_good_is_told_at_once_and_settled_by_a_person(office: Office) -> None:
    application_id = asked(office)
    mail_id = of_case(office, "correction_requested", application_id).id
    refuse(office, mail_id)
    assert undelivered(office) == [application_id]
    with office.reading() as uow:
        assert case_of(uow, application_id).notice is NoticeWord.REFUSED
    assert word(office, application_id) is NoticeWord.REFUSED
    let_pass(office, application_id, TEN_DAYS)
    notices.delivered_otherwise(
        office.writing(), mail_id, institution=INSTITUTION, operator="rosa", how="en persona"
    )
    assert undelivered(office) == []
    (event,) = steps.events(office, "notice_delivered_otherwise")
    assert event.details["how"] == "en persona"
    today = ecuador_day(event.at)
    assert steps.application(office, application_id).correct_by == add_business_days(today, 10)
    with pytest.raises(NotFoundError):
        notices.delivered_otherwise(
            office.writing(), mail_id, institution=INSTITUTION, operator="rosa", how="otra vez"
        )
