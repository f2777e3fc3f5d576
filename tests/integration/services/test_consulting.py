"""An officer asks a colleague on a case in hand: who may, what is told, and when it is over."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from review_service.db.models import ApplicationRow, ConsultationRow, EventRow, OfficerRow
from review_service.db.queries.applicant.history import history_of
from review_service.db.queries.officer import consultations as queries
from review_service.db.queries.officer.timeline import timeline_of
from review_service.domain.applications import ApplicationState
from review_service.domain.errors import (
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    NotHeldError,
    OwnCaseError,
    StaleStateError,
)
from review_service.domain.roles import OfficerRole
from review_service.domain.ruc import CEDULA_DIGITS
from review_service.domain.terms import ecuador_today
from review_service.services.review import claiming, consulting, correcting, digesting
from review_service.services.review.letters import CorrectionItem
from tests.factories import OTHER_RUC, RUC, Office, add_officer, items_of_a_person
from tests.integration.services import steps
from tests.integration.services.test_officer_digests import want

ASKED = "¿Lo que se ve en la página 3 es un telar de pedal?"
ANSWERED = "Sí, es de pedal: se ven los lizos."


@pytest.fixture
def asker(office: Office) -> UUID:
    return add_officer(office, "pregunta")


@pytest.fixture
def colleague(office: Office) -> UUID:
    return add_officer(office, "responde", role=OfficerRole.REVIEWER)


@pytest.fixture
def case(office: Office, asker: UUID) -> UUID:
    """A case that the asker holds."""
    found = steps.in_review(office)
    claiming.take(office.writing(), application_id=found, officer_id=asker)
    return found


def ask(
    office: Office,
    case: UUID,
    asker: UUID,
    colleague: UUID | None,
    *,
    question: str = ASKED,
    days: int = 2,
    seen: str | None = None,
) -> None:
    consulting.ask(
        office.writing(),
        application_id=case,
        officer_id=asker,
        colleague_id=colleague,
        question=question,
        needed_by=(ecuador_today() + timedelta(days=days)).isoformat(),
        seen=seen,
    )


def asked(office: Office) -> ConsultationRow:
    (row,) = steps.rows(office, ConsultationRow)
    return row


def answer(office: Office, case: UUID, officer: UUID, text: str = ANSWERED) -> None:
    consulting.answer(
        office.writing(),
        application_id=case,
        consultation_id=asked(office).id,
        officer_id=officer,
        text=text,
    )


def remind(office: Office, case: UUID, officer: UUID) -> bool:
    return consulting.remind(
        office.writing(),
        application_id=case,
        consultation_id=asked(office).id,
        officer_id=officer,
    )


def withdraw(office: Office, case: UUID, officer: UUID) -> None:
    consulting.withdraw(
        office.writing(),
        application_id=case,
        consultation_id=asked(office).id,
        officer_id=officer,
    )


def actions(office: Office, case: UUID) -> list[str]:
    known = ("colleague_asked", "colleague_answered", "colleague_reminded", "question_withdrawn")
    return [
        event.action
        for event in sorted(steps.rows(office, EventRow), key=lambda each: each.sequence)
        if event.subject_id == case and event.action in known
    ]


def waiting(office: Office, officer: UUID) -> int:
    with office.reading() as uow:
        count, listed = queries.open_count(uow, officer), queries.asked_of(uow, officer)
    assert count == len(listed)
    return count


def test_a_colleague_answers_and_the_case_stays_with_the_asker(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    other = steps.in_review(office, ruc=OTHER_RUC)
    ask(office, case, asker, colleague)
    assert (waiting(office, colleague), waiting(office, asker)) == (1, 0)
    answer(office, case, colleague)
    assert waiting(office, colleague) == 0
    with office.reading() as uow:
        (shown,) = queries.consultations_of(uow, case)
        assert queries.consultations_of(uow, other) == ()
        assert [each.answer for each in queries.asked_by(uow, asker)] == [ANSWERED]
    assert (shown.question, shown.answer, shown.is_open) == (ASKED, ANSWERED, False)
    assert steps.application(office, case).claimed_by == asker
    assert actions(office, case) == ["colleague_asked", "colleague_answered"]


def test_the_trail_holds_ids_and_days_and_no_word_of_them(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    ask(office, case, asker, colleague)
    answer(office, case, colleague)
    (event,) = steps.events(office, "colleague_asked")
    assert event.actor == f"officer:{asker}"
    assert event.details["asked_of"] == str(colleague)
    assert event.details["needed_by"] == asked(office).needed_by.isoformat()
    told = json.dumps([each.details for each in steps.rows(office, EventRow)])
    assert ASKED not in told
    assert ANSWERED not in told
    with office.reading() as uow:
        lines = [line for day in timeline_of(uow, case).days for line in day.lines]
    said = {line.words: line.said for line in lines if line.said}
    assert said["Preguntó a un colega."] == (ASKED,)
    assert said["Respondió la pregunta de un colega."] == (ANSWERED,)


def test_the_applicant_is_told_nothing_of_it(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    with office.reading() as uow:
        before = [line.words for line in history_of(uow, case)]
    ask(office, case, asker, colleague)
    remind(office, case, asker)
    answer(office, case, colleague)
    with office.reading() as uow:
        assert [line.words for line in history_of(uow, case)] == before


@pytest.mark.parametrize("what", ["locked", "auditor", "no cédula", "owner", "nobody", "oneself"])
def test_only_a_colleague_who_may_review_the_case_is_asked(
    office: Office, case: UUID, asker: UUID, colleague: UUID, what: str
) -> None:
    with office.writing() as uow:
        row = uow.session.get_one(OfficerRow, colleague)
        row.active = what != "locked"
        row.role = OfficerRole.AUDITOR if what == "auditor" else row.role
        if what == "no cédula":
            row.cedula = None
        if what == "owner":
            row.cedula = RUC[:CEDULA_DIGITS]
        uow.commit()
    whom = {"nobody": uuid4(), "oneself": asker}.get(what, colleague)
    with pytest.raises(InvalidInputError) as told:
        ask(office, case, asker, whom)
    assert set(told.value.problems) == {"colega"}
    assert steps.rows(office, ConsultationRow) == []


def test_every_field_that_is_wrong_is_told_at_once(office: Office, case: UUID, asker: UUID) -> None:
    with pytest.raises(InvalidInputError) as told:
        ask(office, case, asker, None, question=" ", days=-1)
    assert set(told.value.problems) == {"colega", "pregunta", "para_el"}


def test_who_does_not_hold_the_case_asks_nobody(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    other = add_officer(office, "otra")
    with pytest.raises(NotHeldError):
        ask(office, case, other, colleague)
    own = add_officer(office, "duena")
    with office.writing() as uow:
        uow.session.get_one(OfficerRow, own).cedula = RUC[:CEDULA_DIGITS]
        uow.commit()
    with pytest.raises(OwnCaseError):
        ask(office, case, own, colleague)
    with pytest.raises(StaleStateError):
        ask(office, case, asker, colleague, seen="1.yesterday")
    assert steps.rows(office, ConsultationRow) == []


def test_a_second_click_asks_no_second_time_and_another_question_waits(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    for _ in range(2):
        ask(office, case, asker, colleague)
    assert actions(office, case) == ["colleague_asked"]
    with pytest.raises(InvalidInputError, match="colega"):
        ask(office, case, asker, colleague, question="¿Y en la página 4?")
    answer(office, case, colleague)
    ask(office, case, asker, colleague, question="¿Y en la página 4?")
    assert len(steps.rows(office, ConsultationRow)) == 2


def test_only_who_is_asked_answers_once(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    ask(office, case, asker, colleague)
    with pytest.raises(NotAllowedError):
        answer(office, case, asker)
    for _ in range(2):
        answer(office, case, colleague)
    assert actions(office, case) == ["colleague_asked", "colleague_answered"]
    with pytest.raises(StaleStateError):
        answer(office, case, colleague, "No, me equivoqué.")
    assert asked(office).answer == ANSWERED


def test_a_question_is_reached_through_its_own_case_only(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    other = steps.in_review(office, ruc=OTHER_RUC)
    ask(office, case, asker, colleague)
    with pytest.raises(NotFoundError):
        answer(office, other, colleague)
    assert asked(office).answered_at is None


def test_a_reminder_goes_out_once_a_day_by_the_asker_alone(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    ask(office, case, asker, colleague)
    with pytest.raises(NotAllowedError):
        remind(office, case, colleague)
    assert [remind(office, case, asker), remind(office, case, asker)] == [True, False]
    assert actions(office, case) == ["colleague_asked", "colleague_reminded"]
    steps.make_older(office, asked(office), "reminded_at", by=timedelta(days=1))
    assert remind(office, case, asker) is True


def test_a_question_that_was_taken_back_waits_for_nobody(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    ask(office, case, asker, colleague)
    for _ in range(2):
        withdraw(office, case, asker)
    assert waiting(office, colleague) == 0
    assert actions(office, case) == ["colleague_asked", "question_withdrawn"]
    with pytest.raises(StaleStateError):
        answer(office, case, colleague)
    with pytest.raises(StaleStateError):
        remind(office, case, asker)


def test_an_answer_cannot_be_taken_back(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    ask(office, case, asker, colleague)
    answer(office, case, colleague)
    with pytest.raises(StaleStateError):
        withdraw(office, case, asker)


def test_while_the_applicant_corrects_the_colleague_may_answer(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    ask(office, case, asker, colleague)
    correcting.request_correction(
        office.writing(),
        application_id=case,
        officer_id=asker,
        version=steps.application(office, case).version,
        items=[
            CorrectionItem(
                item=items_of_a_person()[0],
                reason="No se ve el interior del taller.",
                instruction="Tome otra foto, de día.",
            )
        ],
    )
    assert waiting(office, colleague) == 1
    answer(office, case, colleague)
    assert asked(office).answer == ANSWERED


def test_a_decision_ends_the_wait_and_an_answer_comes_too_late(
    office: Office, case: UUID, asker: UUID, colleague: UUID
) -> None:
    ask(office, case, asker, colleague)
    steps.approve(office, case, asker)
    assert steps.state(office, case) is ApplicationState.APPROVED
    assert waiting(office, colleague) == 0
    with pytest.raises(StaleStateError):
        answer(office, case, colleague)
    with office.reading() as uow:
        (shown,) = queries.consultations_of(uow, case)
    assert (shown.is_open, shown.is_undecided, shown.answer) == (False, False, "")


@pytest.mark.parametrize("how", ["late", "reminded"])
def test_the_digest_tells_the_colleague_of_a_late_question(
    office: Office,
    case: UUID,
    asker: UUID,
    colleague: UUID,
    how: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(digesting, "is_time", lambda *_, **__: True)
    want(office, colleague, "responde@produccion.gob.ec")
    ask(office, case, asker, colleague, days=0)
    assert digesting.send(office.reading, office.writing, seat="Quito") == 0
    if how == "late":
        with office.writing() as uow:
            row = uow.session.get_one(ConsultationRow, asked(office).id)
            row.needed_by -= timedelta(days=3)
            uow.commit()
    else:
        remind(office, case, asker)
    assert digesting.send(office.reading, office.writing, seat="Quito") == 1
    (mail,) = steps.mails(office, "officer_digest")
    application = steps.stored(office, ApplicationRow, case)
    assert (mail.context["count"], mail.context["questions"]) == (0, 1)
    assert application.reference in mail.context["question_lines"][0]
    told = str(mail.context)
    assert application.holder not in told
    assert ASKED not in told
