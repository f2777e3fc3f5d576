"""The second address of a data sheet gets nothing before its owner says so, and starts no term."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db import tasks
from review_service.db.handed_over import NoticeWord
from review_service.db.models import (
    ApplicationRow,
    MailRow,
    SecondAddressRow,
    TaskRow,
)
from review_service.db.queries.applicant.applications import application_of
from review_service.domain.applications import ApplicationKind
from review_service.domain.errors import LinkError, NotFoundError, TooManyAttemptsError
from review_service.domain.numbering import link_token
from review_service.domain.work import TaskKind
from review_service.services import notices, notifying
from review_service.services.applicant import applying, second_address
from review_service.services.notifying import PostOffice
from tests.copied_cases import copied
from tests.factories import OTHER_RUC, RUC, SECRET, SHEET, Office, send_and_confirm
from tests.integration.services import steps
from tests.integration.services.test_notices import INSTITUTION, asked

DAUGHTER = "hija@correo.example"
SRI = "maria@correo.example"


class RememberedMails:
    """Composer and relay that remember what went to whom, and refuse one address if told so."""

    def __init__(self, refused: str = "") -> None:
        self.gone: list[tuple[str, str, dict[str, object]]] = []
        self.refused = refused

    def compose(self, event: str, context: dict[str, object], **more: object) -> object:
        """Return what would be a message."""
        return event, more["recipient"], context

    def send(self, message: tuple[str, str, dict[str, object]]) -> None:
        """Remember it."""
        self.gone.append(message)

    def to(self, recipient: str) -> list[str]:
        """Return the events of an address."""
        return [event for event, to, _ in self.gone if to == recipient]


def give(office: Office, application_id: UUID, address: str, *, ruc: str = RUC) -> None:
    """Save the sheet with a second address."""
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        values={**SHEET, "notice_email": address},
        kind=ApplicationKind.NEW,
    )


def ask(office: Office, application_id: UUID, *, ruc: str = RUC) -> None:
    second_address.ask(office.writing(), application_id=application_id, ruc=ruc, secret_key=SECRET)


def token_of(office: Office, address: str = DAUGHTER) -> str:
    (row,) = [row for row in steps.rows(office, SecondAddressRow) if row.address == address]
    return link_token(SECRET, row.id)


def confirm(office: Office, address: str = DAUGHTER) -> None:
    second_address.confirm(office.writing(), token=token_of(office, address))


def let_out(office: Office, relay: RememberedMails) -> None:
    """Deliver whatever waits, also what delivering posts."""
    post = PostOffice(
        mailer=relay,  # type: ignore[arg-type]
        composer=relay,  # type: ignore[arg-type]
        store=office.store,
        public_url="http://localhost",
        secret_key=SECRET,
    )
    while lease := _next_mail(office):
        if _recipient(office, lease.subject_id) == relay.refused:
            with office.writing() as uow:
                notifying.give_up(uow, lease.subject_id, error="MailError: refused: 550")
                tasks.finish(uow, lease)
                uow.commit()
        else:
            notifying.deliver(office.writing, post, lease)


def _recipient(office: Office, mail_id: UUID) -> str:
    return steps.stored(office, MailRow, mail_id).recipient


def _next_mail(office: Office) -> tasks.Lease | None:
    with office.writing() as uow:
        waiting = uow.session.scalars(
            sa.select(TaskRow.id)
            .where(TaskRow.kind == TaskKind.SEND_MAIL, TaskRow.finished_at.is_(None))
            .order_by(TaskRow.created_at, TaskRow.id)
        ).first()
        if waiting is None:
            return None
        lease = tasks.take_lease(uow, waiting, owner="test", seconds=60, max_attempts=5)
        uow.commit()
        return lease


def word(office: Office, application_id: UUID) -> NoticeWord:
    with office.reading() as uow:
        return application_of(uow, application_id=application_id, ruc=RUC).notice


def test_an_unconfirmed_address_gets_one_question_and_no_notice(office: Office) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    ask(office, application_id)
    send_and_confirm(office, application_id)
    relay = RememberedMails()
    let_out(office, relay)
    assert relay.to(DAUGHTER) == ["second_address"]
    assert "received" in relay.to(SRI)


def test_the_question_holds_no_word_of_whoever_asked(office: Office) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    ask(office, application_id)
    relay = RememberedMails()
    let_out(office, relay)
    ((_, _, context),) = [mail for mail in relay.gone if mail[1] == DAUGHTER]
    assert set(context) == {"link", "link_expires_at"}
    assert context["link"] == f"http://localhost/correo/{token_of(office)}"


def test_a_confirmed_address_gets_a_copy_of_each_notice_after_the_register_s(
    office: Office,
) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    ask(office, application_id)
    confirm(office)
    send_and_confirm(office, application_id)
    relay = RememberedMails()
    let_out(office, relay)
    assert relay.to(DAUGHTER) == ["received"], "of the confirmation it gets no copy"
    received = [to for event, to, _ in relay.gone if event == "received"]
    assert received == [SRI, DAUGHTER]
    (first, second) = [context for event, _, context in relay.gone if event == "received"]
    assert first == second


def test_a_copy_starts_no_term_when_the_register_s_address_refuses(office: Office) -> None:
    application_id = asked_to_correct(office)
    before = steps.application(office, application_id).correct_by
    relay = RememberedMails(refused=SRI)
    let_out(office, relay)
    assert "correction_requested" in relay.to(DAUGHTER), "it may help, though it is no notice"
    assert steps.events(office, "term_started") == []
    assert steps.application(office, application_id).correct_by == before
    assert word(office, application_id) is NoticeWord.REFUSED
    with office.reading() as uow:
        (waiting,) = notices.undelivered(uow)
    assert steps.stored(office, MailRow, waiting.mail_id).recipient == SRI


def test_a_copy_is_no_notice_that_a_person_could_hand_over(office: Office) -> None:
    asked_to_correct(office)
    let_out(office, RememberedMails(refused=SRI))
    with office.writing() as uow:
        (copy,) = [
            mail
            for mail in steps.mails(office, "correction_requested")
            if mail.recipient == DAUGHTER
        ]
        uow.session.get_one(MailRow, copy.id).sent_at = None
        uow.commit()
    with pytest.raises(NotFoundError):
        notices.delivered_otherwise(
            office.writing(),
            copy.id,
            institution=INSTITUTION,
            operator="rosa",
            how="en persona",
        )


def test_a_copy_names_the_day_that_binds(office: Office) -> None:
    application_id = asked_to_correct(office)
    relay = RememberedMails()
    let_out(office, relay)
    days = [
        context["last_day"] for event, _, context in relay.gone if event == "correction_requested"
    ]
    by = steps.application(office, application_id).correct_by
    assert by is not None
    assert days == [by.isoformat()] * 2


def test_a_copy_to_an_address_that_never_said_yes_is_dropped(office: Office) -> None:
    """As the version before posted them."""
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    with office.writing() as uow:
        notifying.post(
            uow,
            event="received",
            recipient=DAUGHTER,
            context={},
            application_id=application_id,
            is_copy=True,
        )
        uow.commit()
    relay = RememberedMails()
    let_out(office, relay)
    assert relay.to(DAUGHTER) == []
    assert len(steps.events(office, "mail_dropped")) == 1


def test_looking_at_the_link_confirms_nothing(office: Office) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    ask(office, application_id)
    view = second_address.peek(office.reading(), token=token_of(office))
    assert (view.state, view.address) == ("good", DAUGHTER)
    assert view.reference == steps.application(office, application_id).reference
    (row,) = steps.rows(office, SecondAddressRow)
    assert row.confirmed_at is None


def test_confirming_twice_is_confirming_once(office: Office) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    ask(office, application_id)
    confirm(office)
    confirm(office)
    assert len(steps.events(office, "second_address_confirmed")) == 1
    assert second_address.peek(office.reading(), token=token_of(office)).state == "confirmed"


def test_an_application_that_ended_asks_nobody_any_more(office: Office) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    ask(office, application_id)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    assert second_address.peek(office.reading(), token=token_of(office)).state == "changed"
    with pytest.raises(LinkError, match="changed"):
        confirm(office)
    (row,) = steps.rows(office, SecondAddressRow)
    assert row.confirmed_at is None


def test_another_address_begins_anew(office: Office) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    ask(office, application_id)
    confirm(office)
    give(office, application_id, "hijo@correo.example")
    ask(office, application_id)
    send_and_confirm(office, application_id)
    relay = RememberedMails()
    let_out(office, relay)
    assert "received" not in relay.to("hijo@correo.example")
    assert "received" not in relay.to(DAUGHTER)
    with pytest.raises(LinkError, match="changed"):
        confirm(office)


def test_a_link_that_is_over_or_wrong_confirms_nothing(office: Office) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    ask(office, application_id)
    (row,) = steps.rows(office, SecondAddressRow)
    steps.make_older(office, row, "expires_at", by=timedelta(days=8))
    with pytest.raises(LinkError, match="expired"):
        confirm(office)
    with pytest.raises(LinkError, match="wrong"):
        second_address.confirm(office.writing(), token="a" * 26)
    ask(office, application_id)
    confirm(office)


@pytest.mark.parametrize("address", ["", SRI, SRI.upper()])
def test_the_register_s_own_address_is_not_asked(office: Office, address: str) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, address)
    ask(office, application_id)
    assert steps.rows(office, SecondAddressRow) == []
    assert steps.mails(office, "second_address") == []


def test_what_is_asked_too_often_is_not_mailed(office: Office) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    for _ in range(3):
        ask(office, application_id)
    with pytest.raises(TooManyAttemptsError):
        ask(office, application_id)
    assert len(steps.mails(office, "second_address")) == 3
    other = steps.ready_draft(office, ruc=OTHER_RUC)
    give(office, other, "hija+taller@correo.example", ruc=OTHER_RUC)
    with pytest.raises(TooManyAttemptsError):
        ask(office, other, ruc=OTHER_RUC)
    assert len(steps.mails(office, "second_address")) == 3, "one person, whoever asks"


def test_another_s_application_is_not_asked_for(office: Office) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    with pytest.raises(NotFoundError):
        ask(office, application_id, ruc=OTHER_RUC)


def test_a_question_that_needs_no_answer_any_more_is_not_mailed(office: Office) -> None:
    application_id = steps.ready_draft(office)
    give(office, application_id, DAUGHTER)
    ask(office, application_id)
    give(office, application_id, "")
    relay = RememberedMails()
    let_out(office, relay)
    assert relay.gone == []


@copied
def asked_to_correct(office: Office) -> UUID:
    """Return a case with a confirmed second address, whose correction is being asked for."""
    application_id = asked(office)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.sheet = {**row.sheet, "notice_email": DAUGHTER}
        uow.session.execute(
            sa.update(MailRow)
            .where(MailRow.event != "correction_requested")
            .values(sent_at=uow.now)
        )
        uow.commit()
    ask(office, application_id)
    confirm(office)
    return application_id
