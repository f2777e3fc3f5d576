"""What the version before posts to a second address while an upgrade rolls: it marks no copy."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from review_service.db.handed_over import NoticeWord
from review_service.db.models import ApplicationRow, MailRow
from review_service.domain.errors import NotFoundError
from review_service.domain.work import TaskKind
from review_service.services import notices
from review_service.services.applicant import sending
from tests.factories import RUC, SECRET, Office
from tests.integration.services import steps
from tests.integration.services.test_notices import (
    INSTITUTION,
    asked,
    hand_over,
    of_case,
    sent,
    undelivered,
)
from tests.integration.services.test_second_address import (
    DAUGHTER,
    SRI,
    RememberedMails,
    ask,
    confirm,
    let_out,
    word,
)

EVENT = "correction_requested"
RENEWED = "maria.nueva@correo.example"
COLUMNS = ("id", "application_id", "event", "recipient", "context", "created_at", "last_error")


def asked_by_the_version_before(office: Office) -> tuple[UUID, UUID]:
    """Return a case whose correction is asked for, and the copy that was posted unmarked."""
    application_id = asked(office)
    notice = of_case(office, EVENT, application_id)
    types = MailRow.__table__.c
    mails = sa.table("outgoing_mails", *(sa.column(name, types[name].type) for name in COLUMNS))
    copy_id = uuid4()
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.sheet = {**row.sheet, "notice_email": DAUGHTER}
        for mail in steps.mails(office, "confirm") + steps.mails(office, "received"):
            uow.session.get_one(MailRow, mail.id).sent_at = uow.now
        uow.session.execute(
            sa.insert(mails).values(
                id=copy_id,
                application_id=application_id,
                event=EVENT,
                recipient=DAUGHTER,
                context=notice.context,
                created_at=notice.created_at,
                last_error="",
            )
        )
        uow.enqueue(TaskKind.SEND_MAIL, copy_id)
        uow.commit()
    assert steps.stored(office, MailRow, copy_id).is_copy is False
    return application_id, copy_id


def test_it_starts_no_term_and_is_not_sent_to_who_did_not_say_yes(office: Office) -> None:
    application_id, _ = asked_by_the_version_before(office)
    before = steps.application(office, application_id).correct_by
    relay = RememberedMails(refused=SRI)
    let_out(office, relay)
    assert relay.to(DAUGHTER) == []
    assert steps.events(office, "term_started") == []
    assert steps.application(office, application_id).correct_by == before
    assert word(office, application_id) is NoticeWord.REFUSED


def test_one_who_said_yes_gets_it_and_no_term_starts(office: Office) -> None:
    application_id, copy_id = asked_by_the_version_before(office)
    ask(office, application_id)
    confirm(office)
    relay = RememberedMails(refused=SRI)
    let_out(office, relay)
    assert EVENT in relay.to(DAUGHTER)
    assert steps.stored(office, MailRow, copy_id).sent_at is not None
    assert steps.events(office, "term_started") == []
    assert word(office, application_id) is NoticeWord.REFUSED
    assert undelivered(office) == [application_id], "the notice, and not its copy"


def test_the_notice_beside_it_starts_the_term(office: Office) -> None:
    application_id, copy_id = asked_by_the_version_before(office)
    let_out(office, RememberedMails())
    (event,) = steps.events(office, "term_started")
    assert event.details["event"] == EVENT
    assert word(office, application_id) is NoticeWord.DELIVERED
    assert steps.stored(office, MailRow, copy_id).failed_at is not None


def test_sent_by_a_worker_of_the_version_before_it_proves_nothing(office: Office) -> None:
    application_id, copy_id = asked_by_the_version_before(office)
    with office.writing() as uow:
        uow.session.get_one(MailRow, copy_id).sent_at = uow.now
        uow.commit()
    assert word(office, application_id) is NoticeWord.WAITS


def test_no_person_hands_it_over(office: Office) -> None:
    _, copy_id = asked_by_the_version_before(office)
    with pytest.raises(NotFoundError):
        notices.delivered_otherwise(
            office.writing(),
            copy_id,
            institution=INSTITUTION,
            operator="rosa",
            how="en persona",
        )


@pytest.mark.parametrize("is_renewed_first", [True, False])
def test_a_notice_to_the_address_of_then_stays_one_when_the_register_s_is_another(
    office: Office, *, is_renewed_first: bool
) -> None:
    application_id = sent(office)
    first = of_case(office, "confirm", application_id)
    if not is_renewed_first:
        hand_over(office, first.id)
    sending.send_confirmation_again(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        secret_key=SECRET,
        registered=RENEWED,
    )
    if is_renewed_first:
        hand_over(office, first.id)
    assert len(steps.events(office, "term_started")) == 1
    assert word(office, application_id) is NoticeWord.DELIVERED


def test_a_notice_counts_also_when_the_register_holds_no_address_any_more(office: Office) -> None:
    application_id = asked(office)
    with office.writing() as uow:
        uow.session.get_one(ApplicationRow, application_id).registry_facts = {}
        uow.commit()
    hand_over(office, of_case(office, EVENT, application_id).id)
    assert len(steps.events(office, "term_started")) == 1
    assert word(office, application_id) is NoticeWord.DELIVERED
