"""What becomes of a message whose worker dies after it handed it to the relay."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest

from review_service.adapters.mail_templates import TemplateComposer
from review_service.db.models import MailRow, TaskRow
from review_service.db.tasks import Lease
from review_service.domain.institution import institution_on
from review_service.domain.work import TaskKind, TaskState
from review_service.services import notices, notifying
from review_service.services.applicant import sending
from review_service.services.notifying import PostOffice
from review_service.services.upkeep import invariants
from tests.factories import RUC, SECRET, Office
from tests.integration.services import steps


class Died(BaseException):
    """The worker is no more."""


@dataclass
class Relay:
    """A relay that keeps what it takes, and after which the worker may die."""

    taken: list[EmailMessage] = field(default_factory=list)
    then: Callable[[], None] = lambda: None

    def send(self, message: EmailMessage) -> None:
        """Take one."""
        self.taken.append(message)
        self.then()


def die(*_: object) -> None:
    raise Died


def waiting(office: Office) -> UUID:
    """Return an application whose message that asks to confirm has not left."""
    application_id = steps.ready_draft(office)
    sending.send(
        office.writing(), application_id=application_id, ruc=RUC, declared=True, secret_key=SECRET
    )
    return application_id


def deliver(office: Office, relay: Relay) -> Lease:
    """Let a worker take the message and deliver it."""
    (lease,) = steps.leases(office, TaskKind.SEND_MAIL)
    deliver_leased(office, relay, lease)
    return lease


def deliver_leased(office: Office, relay: Relay, lease: Lease) -> None:
    """Deliver one message that was taken."""
    post = PostOffice(
        mailer=relay,
        composer=TemplateComposer(
            sender="a@rum.example.ec", institution=institution_on(date(2026, 11, 20))
        ),
        store=office.store,
        public_url="http://localhost:8000",
        secret_key=SECRET,
    )
    notifying.deliver(office.writing, post, lease)


def let_the_lease_end(office: Office) -> None:
    for row in steps.rows(office, TaskRow):
        if row.kind is TaskKind.SEND_MAIL:
            steps.make_older(office, row, "leased_until", by=timedelta(minutes=5))


def test_a_message_that_the_relay_took_is_not_sent_again_and_its_term_begins(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    application_id, relay = waiting(office), Relay()
    with monkeypatch.context() as dying:
        dying.setattr(notices, "start", die)
        with pytest.raises(Died):
            deliver(office, relay)
    assert steps.events(office, "term_started") == []
    let_the_lease_end(office)
    lease = deliver(office, relay)
    assert len(relay.taken) == 1
    (mail,) = steps.mails(office, "confirm")
    until = datetime.fromisoformat(mail.context["confirm_by"])
    assert mail.sent_at == mail.taken_at is not None
    assert steps.application(office, application_id).confirm_by == until
    assert steps.stored(office, TaskRow, lease.task_id).state is TaskState.DONE
    assert len(steps.events(office, "mail_sent")) == len(steps.events(office, "term_started")) == 1
    assert invariants.broken_invariants(office.reading, office.store) == []


def test_a_message_that_the_relay_took_is_sent_whatever_fails_after_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    application_id, relay = waiting(office), Relay()
    with monkeypatch.context() as dying:
        dying.setattr(notices, "start", die)
        with pytest.raises(Died):
            deliver(office, relay)
    (mail,) = steps.mails(office, "confirm")
    with office.writing() as uow:
        notifying.give_up(uow, mail.id, error="the attempts ran out")
        uow.commit()
    (mail,) = steps.mails(office, "confirm")
    assert (mail.failed_at, mail.sent_at) == (None, mail.taken_at)
    assert steps.application(office, application_id).confirm_by is not None
    assert steps.events(office, "mail_failed") == []
    assert len(steps.events(office, "term_started")) == 1


def test_a_message_of_which_nobody_knows_whether_it_was_taken_is_sent_again_as_the_same(
    office: Office,
) -> None:
    waiting(office)
    relay = Relay(then=die)
    with pytest.raises(Died):
        deliver(office, relay)
    relay.then = lambda: None
    let_the_lease_end(office)
    deliver(office, relay)
    assert len({message["Message-ID"] for message in relay.taken}) == 1
    assert len(relay.taken) == 2
    assert [row.sent_at is not None for row in steps.rows(office, MailRow)] == [True]
    assert len(steps.events(office, "mail_sent")) == 1
