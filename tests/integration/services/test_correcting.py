"""Asking for a correction and taking the answer: only what was asked, once, and in time."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest

from review_service.db.models import CorrectionRow, DocumentRow, ReviewItemRow
from review_service.db.queries.applicant import history
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import (
    InvalidInputError,
    InvalidTransitionError,
    StaleStateError,
)
from review_service.domain.terms import add_business_days, ecuador_day, review_due
from review_service.services.applicant import applying, sending
from review_service.services.applicant.sending import IncompleteError
from review_service.services.review import correcting, letters
from review_service.services.review.letters import CorrectionItem
from tests.factories import OTHER_RUC, RUC, SECRET, SHEET, Office, add_officer, upload
from tests.integration.services import steps
from tests.integration.services.steps import JPEG, PDF

REASON = "No se ve el taller por dentro."
INSTRUCTION = "Tome una foto desde la puerta."


def asking(
    *items: ReviewItem, reason: str = REASON, instruction: str = INSTRUCTION
) -> list[CorrectionItem]:
    return [CorrectionItem(item=item, reason=reason, instruction=instruction) for item in items]


def ask(
    office: Office,
    application_id: UUID,
    items: Sequence[CorrectionItem],
    *,
    version: int | None = None,
    name: str = "randrade",
) -> UUID:
    officer_id = add_officer(office, name)
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=version or steps.application(office, application_id).version,
        items=items,
    )
    return officer_id


def answer(
    office: Office, application_id: UUID, answers: Mapping[ReviewItem, str] | None = None
) -> None:
    correcting.answer(
        office.writing(), application_id=application_id, ruc=RUC, answers=answers or {}
    )


def replace_photo(office: Office, application_id: UUID, theme: Theme) -> None:
    upload(office, application_id, content=JPEG, theme=theme)
    steps.check_all(office)


def corrections(office: Office, application_id: UUID) -> list[CorrectionRow]:
    found = [
        row for row in steps.rows(office, CorrectionRow) if row.application_id == application_id
    ]
    return sorted(found, key=lambda row: (row.round, row.item.value))


def test_a_request_stops_the_clock_and_says_what_why_and_until_when(office: Office) -> None:
    application_id = steps.in_review(office)
    bystander = steps.in_review(office, ruc=OTHER_RUC)
    items = asking(ReviewItem.WORKSHOP, ReviewItem.DATA_SHEET)
    preview = letters.correction_letter(
        office.reading(), application_id=application_id, items=items
    )
    officer_id = ask(office, application_id, items)
    row = steps.application(office, application_id)
    assert (row.state, row.due_at) == (ApplicationState.CORRECTION_REQUESTED, None)
    assert row.correct_by == add_business_days(ecuador_day(row.changed_at), 10)
    assert [(one.round, one.item, one.asked_by) for one in corrections(office, application_id)] == [
        (1, ReviewItem.DATA_SHEET, officer_id),
        (1, ReviewItem.WORKSHOP, officer_id),
    ]
    judged = steps.stored(office, ReviewItemRow, (application_id, ReviewItem.WORKSHOP))
    assert judged.verdict is ItemVerdict.OBSERVED
    (mail,) = steps.mails(office, "correction_requested")
    assert {name: mail.context[name] for name in preview} == preview
    assert preview["last_day"] == row.correct_by.isoformat()
    assert preview["items"][0] == {
        "subject": "El lugar donde trabaja",
        "reason": REASON,
        "instruction": INSTRUCTION,
    }
    assert steps.state(office, bystander) is ApplicationState.IN_REVIEW


def test_what_was_picked_from_the_catalogue_is_counted_and_told(office: Office) -> None:
    application_id = steps.in_review(office)
    (first, second) = asking(ReviewItem.WORKSHOP, ReviewItem.DATA_SHEET)
    basis = "Requisito del trámite: fotos del taller"
    ask(office, application_id, [replace(first, code="photo_dark", basis=basis), second])
    assert [
        (one.item, one.reason_code, one.legal_basis) for one in corrections(office, application_id)
    ] == [(ReviewItem.DATA_SHEET, "", ""), (ReviewItem.WORKSHOP, "photo_dark", basis)]
    (mail,) = steps.mails(office, "correction_requested")
    assert [each.get("basis") for each in mail.context["items"]] == [basis, None]
    with office.reading() as uow:
        told = history.corrections_of(uow, application_id)
        assert [each.basis for each in told] == [basis, ""]


def test_one_request_asks_for_everything_that_was_observed(office: Office) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office, "lpaz")
    for item in (ReviewItem.WORKSHOP, ReviewItem.PEOPLE):
        steps.judge(office, application_id, officer_id, item, ItemVerdict.OBSERVED)
    with pytest.raises(InvalidInputError) as raised:
        ask(office, application_id, asking(ReviewItem.PEOPLE))
    assert raised.value.problems["items"].startswith("Falta pedir lo que usted observó: ")
    assert ReviewItem.WORKSHOP.label.lower() in raised.value.problems["items"]
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    steps.judge(office, application_id, officer_id, ReviewItem.WORKSHOP, ItemVerdict.PENDING)
    ask(office, application_id, asking(ReviewItem.PEOPLE), name="jvaca")
    assert steps.state(office, application_id) is ApplicationState.CORRECTION_REQUESTED


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([], "items"),
        (asking(ReviewItem.PRIOR_AGREEMENT), "items"),
        (asking(ReviewItem.WORKSHOP, reason="a" * 7), "workshop_reason"),
        (asking(ReviewItem.WORKSHOP, reason="a" * 1001), "workshop_reason"),
        (asking(ReviewItem.WORKSHOP, instruction="         "), "workshop_instruction"),
        (asking(ReviewItem.WORKSHOP, instruction="a" * 1001), "workshop_instruction"),
    ],
)
def test_a_request_that_helps_nobody_is_not_sent(
    office: Office, items: list[CorrectionItem], field: str
) -> None:
    application_id = steps.in_review(office)
    with pytest.raises(InvalidInputError) as raised:
        ask(office, application_id, items)
    assert set(raised.value.problems) == {field}
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    assert steps.mails(office, "correction_requested") == []


@pytest.mark.parametrize("text", ["Otra foto.", "a" * 1000])
def test_reason_and_instruction_may_be_short_or_long(office: Office, text: str) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.WORKSHOP, reason=text, instruction=text))
    assert corrections(office, application_id)[0].reason == text


def test_what_is_asked_has_no_signs_that_no_database_keeps(office: Office) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.WORKSHOP, reason="No se ve\x00 el taller.\x1b"))
    assert corrections(office, application_id)[0].reason == "No se ve el taller."


def test_a_renewal_may_be_asked_for_its_prior_agreement(office: Office) -> None:
    application_id = steps.in_review(office, kind=ApplicationKind.RENEWAL)
    ask(office, application_id, asking(ReviewItem.PRIOR_AGREEMENT))
    upload(office, application_id, content=PDF, kind=DocumentKind.AGREEMENT)
    steps.check_all(office)
    with pytest.raises(InvalidInputError, match="prior_agreement") as raised:
        answer(office, application_id)
    assert "es igual a lo de antes" in raised.value.problems["prior_agreement"]
    upload(office, application_id, content=PDF + b"%", kind=DocumentKind.AGREEMENT)
    steps.check_all(office)
    answer(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW


def test_who_saw_an_older_page_asks_nothing(office: Office) -> None:
    application_id = steps.in_review(office)
    seen = steps.application(office, application_id).version
    ask(office, application_id, asking(ReviewItem.WORKSHOP))
    with pytest.raises(StaleStateError):
        ask(office, application_id, asking(ReviewItem.PEOPLE), version=seen, name="bmena")
    assert len(corrections(office, application_id)) == 1


def test_an_answer_brings_the_case_back_with_a_fresh_term_and_once(office: Office) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.WORKSHOP, ReviewItem.PEOPLE))
    replace_photo(office, application_id, Theme.WORKSHOP)
    for _ in range(2):
        answer(office, application_id, {ReviewItem.PEOPLE: " Trabajo sola. "})
    row = steps.application(office, application_id)
    assert (row.state, row.correct_by) == (ApplicationState.IN_REVIEW, None)
    assert row.due_at == review_due(row.changed_at)
    assert {one.item: one.answer for one in corrections(office, application_id)} == {
        ReviewItem.WORKSHOP: "",
        ReviewItem.PEOPLE: "Trabajo sola.",
    }
    assert all(one.answered_at is not None for one in corrections(office, application_id))
    for item in (ReviewItem.WORKSHOP, ReviewItem.PEOPLE):
        judged = steps.stored(office, ReviewItemRow, (application_id, item))
        assert (judged.verdict, judged.judged_by) == (ItemVerdict.PENDING, None)


def test_two_clicks_at_once_answer_once_and_neither_fails(office: Office) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.WORKSHOP))
    said = {ReviewItem.WORKSHOP: "No tengo otra."}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: answer(office, application_id, said), range(4)))
    assert len(steps.events(office, "application_in_review")) == 2, "confirmed, then answered"


def test_each_item_must_be_changed_or_answered(office: Office) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.WORKSHOP, ReviewItem.PEOPLE))
    replace_photo(office, application_id, Theme.WORKSHOP)
    with pytest.raises(InvalidInputError) as raised:
        answer(office, application_id, {ReviewItem.PEOPLE: "   "})
    assert set(raised.value.problems) == {"people"}
    assert steps.state(office, application_id) is ApplicationState.CORRECTION_REQUESTED


def test_a_photo_of_before_the_request_is_no_answer(office: Office) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.WORKSHOP))
    with pytest.raises(InvalidInputError):
        answer(office, application_id)


def test_a_saved_sheet_answers_for_the_sheet(office: Office) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.DATA_SHEET))
    with pytest.raises(InvalidInputError):
        answer(office, application_id)
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        values={**SHEET, "address": "Otra calle"},
        kind=ApplicationKind.RENEWAL,
    )
    answer(office, application_id)
    row = steps.application(office, application_id)
    assert (row.state, row.sheet["address"]) == (ApplicationState.IN_REVIEW, "Otra calle")
    assert row.kind is ApplicationKind.NEW, "a correction does not turn it into a renewal"


def test_an_answer_that_leaves_the_case_incomplete_is_not_taken(office: Office) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.WORKSHOP))
    upload(office, application_id, content=b"<html>", theme=Theme.WORKSHOP)
    with pytest.raises(IncompleteError):
        answer(office, application_id, {ReviewItem.WORKSHOP: "Aquí está."})


def test_rounds_count_up_and_only_fresh_photos_answer_the_newest(office: Office) -> None:
    application_id = steps.in_review(office)
    ask(office, application_id, asking(ReviewItem.WORKSHOP))
    replace_photo(office, application_id, Theme.WORKSHOP)
    answer(office, application_id)
    ask(office, application_id, asking(ReviewItem.WORKSHOP), name="bmena")
    with pytest.raises(InvalidInputError):
        answer(office, application_id)
    replace_photo(office, application_id, Theme.WORKSHOP)
    answer(office, application_id)
    assert [one.round for one in corrections(office, application_id)] == [1, 2]
    rounds = sorted(
        row.round for row in steps.rows(office, DocumentRow) if row.theme is Theme.WORKSHOP
    )
    assert rounds == [0, 1, 2]


@pytest.mark.parametrize("where", ["draft", "awaiting", "approved"])
def test_there_is_nothing_to_answer_elsewhere(office: Office, where: str) -> None:
    if where == "approved":
        application_id = steps.in_review(office)
        steps.approve(office, application_id, add_officer(office))
    else:
        application_id = steps.ready_draft(office)
    if where == "awaiting":
        sending.send(
            office.writing(),
            application_id=application_id,
            ruc=RUC,
            declared=True,
            secret_key=SECRET,
        )
    before = steps.state(office, application_id)
    with pytest.raises(InvalidTransitionError):
        answer(office, application_id, {ReviewItem.WORKSHOP: "Aquí está mi taller."})
    assert steps.state(office, application_id) is before
