"""Reminders of the days to correct: five and two business days before the last, each once."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from review_service.db.models import ApplicationRow, HolidayRow, MailRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.institution import institution_on
from review_service.domain.terms import add_business_days, ecuador_day, is_business_day
from review_service.domain.work import TaskKind
from review_service.services import notifying
from review_service.services.applicant import applying
from review_service.services.review import correcting, reminding
from review_service.services.review.letters import CorrectionItem
from review_service.services.upkeep.rounds import RoundFailedError
from tests.factories import OTHER_RUC, RUC, Office, add_officer
from tests.integration.services import steps
from tests.integration.services.test_notifying import Relay, deliver_leased

SEAT = institution_on(date(2026, 11, 20)).place
WORDS = "No se ve el taller por dentro."


def asked(office: Office, *, ruc: str = RUC, is_told: bool = True) -> UUID:
    """Return a case that waits for a correction of two points, its notice handed over or not."""
    application_id = steps.in_review(office, ruc=ruc)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=add_officer(office, f"officer-{ruc}"),
        version=steps.application(office, application_id).version,
        items=[
            CorrectionItem(item=item, reason=WORDS, instruction=WORDS)
            for item in (ReviewItem.WORKSHOP, ReviewItem.DATA_SHEET)
        ],
    )
    if is_told:
        steps.hand_over(office, "correction_requested")
    return application_id


def leave(office: Office, application_id: UUID, days: int) -> None:
    """Let so many business days be left from today on; 0 when today is the last, or none is."""
    with office.writing() as uow:
        today = ecuador_day(uow.now)
        row = uow.session.get_one(ApplicationRow, application_id)
        row.correct_by = add_business_days(today, days) if days >= 0 else today + timedelta(days)
        uow.commit()


def remind(office: Office) -> int:
    return reminding.remind(office.reading, office.writing, seat=SEAT)


def reminders(office: Office, application_id: UUID) -> list[MailRow]:
    found = steps.mails(office, "correction_reminder")
    return sorted(
        (row for row in found if row.application_id == application_id),
        key=lambda row: -row.context["days"],
    )


@pytest.mark.parametrize(
    ("left", "told"), [(10, []), (6, []), (5, [5]), (3, [5]), (2, [2]), (0, [2]), (-1, [])]
)
def test_it_is_sent_when_five_and_two_business_days_are_left(
    office: Office, left: int, told: list[int]
) -> None:
    application_id = asked(office)
    bystander = steps.in_review(office, ruc=OTHER_RUC)
    leave(office, application_id, left)
    assert remind(office) == len(told)
    assert [row.context["days"] for row in reminders(office, application_id)] == told
    assert reminders(office, bystander) == []


def test_each_is_sent_once_for_each_request(office: Office) -> None:
    application_id = asked(office)
    for left in (5, 4, 3, 2, 1, 0):
        leave(office, application_id, left)
        remind(office)
        remind(office)
    assert [row.context["days"] for row in reminders(office, application_id)] == [5, 2]
    assert steps.state(office, application_id) is ApplicationState.CORRECTION_REQUESTED


def test_it_names_what_is_left_and_until_when(office: Office) -> None:
    application_id = asked(office)
    leave(office, application_id, 2)
    remind(office)
    (mail,) = reminders(office, application_id)
    row = steps.application(office, application_id)
    assert row.correct_by is not None
    assert mail.recipient == row.registry_facts["email"]
    assert mail.context["last_day"] == row.correct_by.isoformat()
    assert set(mail.context["items"]) == {
        ReviewItem.WORKSHOP.heading,
        ReviewItem.DATA_SHEET.heading,
    }
    assert mail.context["path"] == f"/solicitudes/{application_id}/corregir"


def test_who_was_never_told_of_the_request_is_not_reminded_of_it(office: Office) -> None:
    application_id = asked(office, is_told=False)
    leave(office, application_id, 2)
    assert remind(office) == 0


def test_a_decreed_day_is_none_of_those_that_are_left(office: Office) -> None:
    application_id = asked(office)
    with office.writing() as uow:
        today = ecuador_day(uow.now)
        decreed = next(
            day for day in (today + timedelta(days=n) for n in range(1, 10)) if is_business_day(day)
        )
        uow.session.add(HolidayRow(day=decreed, canton="", name="Feriado", source="Decreto 1"))
        uow.commit()
    leave(office, application_id, 6)
    assert remind(office) == 1
    assert [row.context["days"] for row in reminders(office, application_id)] == [5]


def test_what_was_ended_meanwhile_is_reminded_of_no_more(office: Office) -> None:
    application_id = asked(office)
    leave(office, application_id, 2)
    remind(office)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    relay = Relay()
    for lease in steps.leases(office, TaskKind.SEND_MAIL):
        with office.reading() as uow:
            is_reminder = uow.session.get_one(MailRow, lease.subject_id).event == notifying.REMINDER
        if is_reminder:
            deliver_leased(office, relay, lease)
    (mail,) = reminders(office, application_id)
    assert (mail.sent_at, mail.last_error) == (None, "nothing is left to correct")
    assert relay.taken == []


def test_one_that_waited_until_its_day_is_another_is_not_sent(office: Office) -> None:
    application_id = asked(office)
    leave(office, application_id, 2)
    remind(office)
    leave(office, application_id, 9)
    relay = Relay()
    for lease in steps.leases(office, TaskKind.SEND_MAIL):
        deliver_leased(office, relay, lease)
    (mail,) = reminders(office, application_id)
    assert (mail.sent_at, mail.last_error) == (None, "nothing is left to correct")
    assert [message for message in relay.taken if "pocos días" in str(message["Subject"])] == []


def test_none_that_fails_keeps_another_from_being_reminded(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = asked(office), asked(office, ruc=OTHER_RUC)
    for each in (first, second):
        leave(office, each, 2)
    tell = notifying.tell_applicant

    def fail_for_first(uow: UnitOfWork, row: ApplicationRow, **more: Any) -> None:  # noqa: ANN401
        if row.id == first:
            raise ValueError("no")
        tell(uow, row, **more)

    monkeypatch.setattr(notifying, "tell_applicant", fail_for_first)
    with pytest.raises(RoundFailedError):
        remind(office)
    assert reminders(office, first) == []
    assert len(reminders(office, second)) == 1
