"""The day on which an appeal entered on paper is corrected with a reason; nothing is forgotten."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.appeals import appeal_stamp
from review_service.db.models import AppealRow, ApplicationRow, MailRow
from review_service.db.queries.officer.appeals import TermRules, appeal_of
from review_service.db.queries.officer.timeline import timeline_of
from review_service.domain.appeals import AppealOutcome
from review_service.domain.errors import InvalidInputError, StaleStateError
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import add_business_days
from review_service.domain.wording import long_date
from review_service.services.appeals import entry_days
from review_service.services.upkeep import invariants
from tests.factories import Office, add_officer
from tests.integration.services import appeal_cases, letter_cases, steps
from tests.integration.services.test_appeals import today

WHY = "El sello dice otro día que el que se escribió."


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database."""
    return office_on_each_database


@pytest.fixture
def issuer(office: Office) -> UUID:
    return add_officer(office, "randrade")


@pytest.fixture
def colleague(office: Office) -> UUID:
    return add_officer(office, "bmena", role=OfficerRole.SUPERVISOR)


@pytest.fixture
def refused(office: Office, issuer: UUID) -> UUID:
    case = appeal_cases.refuse(office, issuer, application_id=steps.in_review(office))
    with office.writing() as uow:  # it was decided nine days ago
        row = uow.session.get_one(ApplicationRow, case)
        assert row.decided_at is not None
        row.decided_at -= timedelta(days=9)
        uow.commit()
    return case


def correct(
    office: Office, letter_id: UUID, officer_id: UUID, day: date | None, reason: str = WHY,
    seen: str | None = None,
) -> None:  # fmt: skip
    entry_days.correct_day(
        office.writing(),
        letter_id=letter_id,
        officer_id=officer_id,
        day=day,
        reason=reason,
        rules=letter_cases.RULES,
        seen=seen,
    )


def test_day_term_and_receipt_are_right_and_the_trail_keeps_what_was_there(
    office: Office, refused: UUID, colleague: UUID
) -> None:
    letter_id = appeal_cases.on_paper(office, refused, add_officer(office, "registra"))
    recorded, right = today(office), today(office) - timedelta(days=4)
    correct(office, letter_id, colleague, right)
    correct(office, letter_id, colleague, right)  # a second click is no other act
    row, letter = appeal_cases.stored(office, letter_id), letter_cases.letter(office, letter_id)
    assert row.entered_on == right
    assert letter.due_on == add_business_days(right, letter.term_days or 0)
    first, again = sorted(steps.mails(office, "letter_received"), key=lambda m: m.created_at)
    assert first.context["answer_by"] != again.context["answer_by"] == letter.due_on.isoformat()
    assert first.context["number"] == again.context["number"]
    [event] = steps.events(office, "appeal_day_corrected")
    assert (event.actor, event.subject_id) == (f"officer:{colleague}", refused)
    assert event.details["former"] == recorded.isoformat()
    assert event.details["reason"] == WHY
    [lodged] = steps.events(office, "appeal_lodged")
    assert lodged.details["entered_on"] == recorded.isoformat(), "the first record stays"
    with office.reading() as uow:
        days = timeline_of(uow, refused).days
        [told] = appeal_of(uow, letter_id, terms=TermRules(near_days=5, seat="")).day_corrections
    [line] = [each for day in days for each in day.lines if "Corrigió el día" in each.words]
    assert long_date(recorded) in line.words
    assert line.said == (WHY,)
    assert (told.former, told.day, told.by) == (recorded, right, "Funcionaria bmena")
    broken = invariants.broken_invariants(office.reading, office.store)
    assert {each.name for each in broken} == {"decision_not_in_trail"}, "which this test moved"


def test_one_that_was_recorded_too_late_can_be_accepted_once_its_day_is_right(
    office: Office, refused: UUID, colleague: UUID
) -> None:
    with office.writing() as uow:
        for mail in uow.session.scalars(sa.select(MailRow).where(MailRow.event == "refused")):
            until = (today(office) - timedelta(days=2)).isoformat()
            mail.context = {**mail.context, "appeal_until": until}
        uow.commit()
    letter_id = appeal_cases.on_paper(office, refused, add_officer(office, "registra"))
    assert appeal_cases.stored(office, letter_id).is_late
    with pytest.raises(InvalidInputError):
        appeal_cases.decide(office, letter_id, colleague)
    correct(office, letter_id, colleague, today(office) - timedelta(days=3))
    assert not appeal_cases.stored(office, letter_id).is_late
    appeal_cases.decide(office, letter_id, colleague)
    assert appeal_cases.stored(office, letter_id).outcome is AppealOutcome.ACCEPTED


def test_who_decides_on_another_day_is_told_that_it_changed(
    office: Office, refused: UUID, colleague: UUID
) -> None:
    letter_id = appeal_cases.on_paper(office, refused, add_officer(office, "registra"))
    seen = appeal_stamp(appeal_cases.stored(office, letter_id))
    correct(office, letter_id, colleague, today(office) - timedelta(days=1), seen=seen)
    with pytest.raises(StaleStateError):
        appeal_cases.decide(office, letter_id, colleague, seen=seen)
    with pytest.raises(StaleStateError):
        correct(office, letter_id, colleague, today(office), seen=seen)


def test_what_cannot_be_is_refused(
    office: Office, refused: UUID, issuer: UUID, colleague: UUID
) -> None:
    letter_id = appeal_cases.on_paper(office, refused, add_officer(office, "registra"))
    to_come, before = today(office) + timedelta(days=1), today(office) - timedelta(days=20)
    for day in (to_come, before, None):
        with pytest.raises(InvalidInputError, match="day"):
            correct(office, letter_id, colleague, day)
    with pytest.raises(InvalidInputError, match="motivo"):
        correct(office, letter_id, colleague, today(office), reason="No.")
    with pytest.raises(InvalidInputError, match="day"):
        correct(office, letter_id, issuer, today(office) - timedelta(days=1))
    appeal_cases.decide(office, letter_id, colleague, appeal_cases.ruling(AppealOutcome.REJECTED))
    with pytest.raises(StaleStateError):
        correct(office, letter_id, colleague, today(office) - timedelta(days=1))
    assert steps.events(office, "appeal_day_corrected") == []


def test_one_that_came_online_has_the_day_of_its_sending(
    office: Office, refused: UUID, colleague: UUID
) -> None:
    letter_id = appeal_cases.appeal(office, refused)
    with pytest.raises(InvalidInputError, match="day"):
        correct(office, letter_id, colleague, today(office) - timedelta(days=1))
    assert steps.rows(office, AppealRow)[0].entered_on == today(office)
