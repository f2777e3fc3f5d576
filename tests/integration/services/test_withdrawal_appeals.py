"""An appeal against a deemed withdrawal: once, and upheld it asks for the correction again."""

from datetime import timedelta
from uuid import UUID

import pytest

from review_service.db.handed_over import NoticeWord
from review_service.db.legal_terms import legal_terms_of
from review_service.db.models import (
    AppealRow,
    ApplicationRow,
    CorrectionRow,
    DocumentRow,
    TaskRow,
    WithdrawalResolutionRow,
)
from review_service.db.queries.applicant.applications import application_of
from review_service.db.queries.applicant.history import history_of
from review_service.db.queries.officer.timeline import timeline_of
from review_service.domain.appeals import AppealedAct, AppealOutcome
from review_service.domain.applications import ApplicationState, ReviewItem
from review_service.domain.documents import Theme
from review_service.domain.errors import InvalidInputError, NotAllowedError
from review_service.domain.legal_term import LEGAL_DAYS
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import CORRECTION_DAYS, add_business_days
from review_service.domain.work import TaskKind, TaskState
from review_service.services.applicant import applying
from review_service.services.review import correcting
from review_service.services.upkeep import invariants
from tests.factories import RUC, Office, add_officer, upload
from tests.integration.services import appeal_cases, letter_cases, loop_cases, steps
from tests.integration.services.appeal_cases import ORDER, WHY_WITHDRAWN
from tests.integration.services.test_appeals import today


@pytest.fixture
def office(office_on_each_database: Office) -> Office:
    """An office on each kind of database."""
    return office_on_each_database


@pytest.fixture
def signer(office: Office) -> UUID:
    return add_officer(office, "lpaz", role=OfficerRole.SUPERVISOR)


@pytest.fixture
def supervisor(office: Office) -> UUID:
    return add_officer(office, "bmena", role=OfficerRole.SUPERVISOR)


@pytest.fixture
def withdrawn(office: Office, signer: UUID) -> UUID:
    return appeal_cases.withdraw(office, signer)


def broken(office: Office) -> list[object]:
    return list(invariants.broken_invariants(office.reading, office.store))


def answer(office: Office, case: UUID) -> None:
    correcting.answer(
        office.writing(),
        application_id=case,
        ruc=RUC,
        answers=dict.fromkeys(ReviewItem, "No puedo, explico por qué."),
    )


def test_it_keeps_the_resolution_as_it_was_signed_and_its_last_day(
    office: Office, withdrawn: UUID, signer: UUID
) -> None:
    signed = steps.stored(office, WithdrawalResolutionRow, withdrawn)
    letter_id = appeal_cases.appeal(office, withdrawn)
    row = appeal_cases.stored(office, letter_id)
    assert (row.act, row.act_by, row.act_at) == (
        AppealedAct.DEEMED_WITHDRAWAL, signer, signed.signed_at
    )  # fmt: skip
    told = row.act_reasons.splitlines()
    assert told[-1] == WHY_WITHDRAWN
    assert "El lugar donde trabaja; Hoja de datos." in told[0]
    assert row.appeal_until is not None
    assert row.appeal_until.isoformat() == signed.facts["appeal_until"]
    assert not row.is_late
    assert steps.state(office, withdrawn) is ApplicationState.WITHDRAWN
    appeal_cases.appeal(office, withdrawn, body=f"{appeal_cases.WORDS} Por favor.")
    assert len(steps.rows(office, AppealRow)) == 1, "one against one resolution"
    assert broken(office) == []


def test_who_withdrew_by_own_wish_has_nothing_to_appeal(office: Office) -> None:
    case = steps.in_review(office)
    applying.withdraw(office.writing(), application_id=case, ruc=RUC)
    letter_id = appeal_cases.appeal(office, case)
    assert steps.rows(office, AppealRow) == []
    assert letter_cases.letter(office, letter_id).number, "it stays a letter"


def test_who_signed_neither_records_nor_decides_it(
    office: Office, withdrawn: UUID, signer: UUID
) -> None:
    with pytest.raises(InvalidInputError, match="words"):
        appeal_cases.on_paper(office, withdrawn, signer)
    letter_id = appeal_cases.on_paper(office, withdrawn, add_officer(office, "otra"))
    assert appeal_cases.stored(office, letter_id).act is AppealedAct.DEEMED_WITHDRAWAL
    with pytest.raises(NotAllowedError):
        appeal_cases.decide(office, letter_id, signer)


def test_a_rejected_one_leaves_the_resolution(
    office: Office, withdrawn: UUID, supervisor: UUID
) -> None:
    letter_id = appeal_cases.appeal(office, withdrawn)
    appeal_cases.decide(office, letter_id, supervisor, appeal_cases.ruling(AppealOutcome.REJECTED))
    assert steps.state(office, withdrawn) is ApplicationState.WITHDRAWN
    assert steps.rows(office, WithdrawalResolutionRow)
    assert len(steps.mails(office, "correction_requested")) == 1
    assert broken(office) == []


def test_an_accepted_one_asks_for_the_correction_again_with_a_whole_term(
    office: Office, withdrawn: UUID, signer: UUID, supervisor: UUID
) -> None:
    letter_id = appeal_cases.appeal(office, withdrawn)
    appeal_cases.decide(office, letter_id, supervisor)
    row = steps.application(office, withdrawn)
    assert row.state is ApplicationState.CORRECTION_REQUESTED
    assert row.correct_by == add_business_days(today(office), CORRECTION_DAYS)
    assert (row.due_at, row.decided_at) == (None, None)
    assert row.returned_at is not None
    asked = steps.rows(office, CorrectionRow)
    assert {each.item for each in asked} == {ReviewItem.WORKSHOP, ReviewItem.DATA_SHEET}
    assert all(each.answered_at is None and each.notified_again_at for each in asked)
    first, again = sorted(steps.mails(office, "correction_requested"), key=lambda m: m.created_at)
    assert again.context["items"] == first.context["items"]
    assert again.context["last_day"] == row.correct_by.isoformat()
    (mail,) = steps.mails(office, "appeal_decided")
    assert (mail.context["order"], mail.context["asks_again"]) == ([ORDER], True)
    assert "plazo nuevo para corregir" in mail.context["outcome"]
    kept = appeal_cases.stored(office, letter_id)
    assert (kept.act_by, kept.act_reasons.splitlines()[-1]) == (signer, WHY_WITHDRAWN)
    assert steps.rows(office, WithdrawalResolutionRow) == [], "it stands no longer"
    with office.reading() as uow:
        days = timeline_of(uow, withdrawn).days
        told = [line.words for day in days for line in day.lines]
        own = [each.words for each in history_of(uow, withdrawn)]
    assert {"Firmó el desistimiento.", "Volvió a pedir la corrección, por el recurso."} <= {*told}
    assert "Su solicitud sigue por el recurso: le pedimos otra vez la corrección." in own
    assert broken(office) == []


def test_the_new_term_runs_from_its_own_notice_and_may_end_as_the_first_did(
    office: Office, withdrawn: UUID, signer: UUID, supervisor: UUID
) -> None:
    appeal_cases.decide(office, appeal_cases.appeal(office, withdrawn), supervisor)
    assert loop_cases.loop(office, withdrawn).notified_at is None, "its notice has not left"
    steps.hand_over(office, "correction_requested")
    found = loop_cases.loop(office, withdrawn)
    assert found.notified_at is not None
    assert found.attempts == (), "what was tried for the former notice proves nothing"
    loop_cases.end_term(office, withdrawn)
    loop_cases.resolve(office, withdrawn)
    assert steps.state(office, withdrawn) is ApplicationState.WITHDRAWN
    steps.hand_over(office, "withdrawn")
    second = appeal_cases.appeal(office, withdrawn, body=f"{appeal_cases.WORDS} Otra vez.")
    assert appeal_cases.stored(office, second).act_by not in {None, signer}
    with pytest.raises(NotAllowedError):
        appeal_cases.decide(office, second, signer)
    assert broken(office) == []


def test_what_was_corrected_then_is_reviewed_and_issued(
    office: Office, withdrawn: UUID, supervisor: UUID
) -> None:
    given = appeal_cases.ruling(keeps=True)
    appeal_cases.decide(office, appeal_cases.appeal(office, withdrawn), supervisor, given)
    answer(office, withdrawn)
    row = steps.application(office, withdrawn)
    assert (row.state, row.assigned_to) == (ApplicationState.IN_REVIEW, supervisor)
    assert steps.approve(office, withdrawn, supervisor)
    assert broken(office) == []


def test_the_legal_term_begins_with_the_return_and_rests_after_the_new_notice(
    office: Office, withdrawn: UUID, supervisor: UUID
) -> None:
    letter_id = appeal_cases.appeal(office, withdrawn)
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, withdrawn)
        assert row.confirmed_at is not None
        row.confirmed_at -= timedelta(days=200)
        uow.commit()
    appeal_cases.decide(office, letter_id, supervisor)

    def last_day() -> object:
        with office.reading() as uow:
            row = uow.session.get_one(ApplicationRow, withdrawn)
            return legal_terms_of(uow, [row])[withdrawn].last_day

    assert last_day() == add_business_days(today(office), LEGAL_DAYS)
    steps.hand_over(office, "correction_requested")
    assert last_day() == add_business_days(today(office), LEGAL_DAYS + CORRECTION_DAYS)


def test_who_withdraws_after_it_by_own_wish_is_told_of_no_remedy(
    office: Office, withdrawn: UUID, supervisor: UUID
) -> None:
    appeal_cases.decide(office, appeal_cases.appeal(office, withdrawn), supervisor)
    applying.withdraw(office.writing(), application_id=withdrawn, ruc=RUC)
    with office.reading() as uow:
        own = application_of(uow, application_id=withdrawn, ruc=RUC)
    assert own.notice is NoticeWord.NONE
    appeal_cases.appeal(office, withdrawn, body=f"{appeal_cases.WORDS} Otra vez.")
    assert len(steps.rows(office, AppealRow)) == 1, "that was no act of ours"


def test_a_check_that_ended_with_the_case_is_asked_for_again(
    office: Office, signer: UUID, supervisor: UUID
) -> None:
    case = loop_cases.asked(office)
    document_id = upload(office, case, content=steps.JPEG + b"2", theme=Theme.WORKSHOP).document_id
    loop_cases.end_term(office, case)
    loop_cases.log(office, case)
    loop_cases.sign(office, case, officer_id=signer)
    steps.hand_over(office, "withdrawn")
    assert steps.check_all(office) == [], "nobody waits for it"
    appeal_cases.decide(office, appeal_cases.appeal(office, case), supervisor)
    waiting = [
        each
        for each in steps.rows(office, TaskRow)
        if each.kind is TaskKind.CHECK_DOCUMENT and each.state is TaskState.READY
    ]
    assert [each.subject_id for each in waiting] == [document_id]
    assert steps.check_all(office) == [document_id]
    assert steps.stored(office, DocumentRow, document_id).state.is_final
