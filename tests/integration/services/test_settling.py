"""What was corrected as asked is not objected to again; only what is new is checked (COA 141)."""

from uuid import UUID

import pytest

from review_service.db.models import DocumentRow, ReviewItemRow, TaskRow
from review_service.domain.applications import ApplicationState, ItemVerdict, ReviewItem
from review_service.domain.documents import Theme
from review_service.domain.errors import InvalidInputError
from review_service.domain.work import TaskKind
from tests.factories import Office, add_officer, upload
from tests.integration.services import steps
from tests.integration.services.steps import JPEG
from tests.integration.services.test_correcting import answer, ask, asking, replace_photo

WORKSHOP, PEOPLE = ReviewItem.WORKSHOP, ReviewItem.PEOPLE


def corrected(office: Office) -> tuple[UUID, UUID]:
    """Return a case whose workshop was corrected and accepted, with a second letter on another."""
    application_id = steps.in_review(office)
    ask(office, application_id, asking(WORKSHOP))
    replace_photo(office, application_id, Theme.WORKSHOP)
    answer(office, application_id)
    officer_id = add_officer(office, "lpaz")
    steps.judge(office, application_id, officer_id, WORKSHOP)
    ask(office, application_id, asking(PEOPLE), name="bmena")
    replace_photo(office, application_id, Theme.PEOPLE)
    answer(office, application_id)
    return application_id, officer_id


def test_what_was_corrected_and_accepted_is_not_asked_for_again(office: Office) -> None:
    application_id, officer_id = corrected(office)
    steps.judge(office, application_id, officer_id, WORKSHOP, ItemVerdict.PENDING)
    with pytest.raises(InvalidInputError, match="items") as raised:
        ask(office, application_id, asking(WORKSHOP), name="jvaca")
    assert WORKSHOP.label.lower() in raised.value.problems["items"]
    with pytest.raises(InvalidInputError, match="items"):
        steps.judge(office, application_id, officer_id, WORKSHOP, ItemVerdict.OBSERVED)
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    ask(office, application_id, asking(PEOPLE), name="jvaca2")


def test_the_officer_who_takes_an_acceptance_back_before_any_letter_may_ask(
    office: Office,
) -> None:
    """A slip of the finger is no decision: the letter is."""
    application_id = steps.in_review(office)
    ask(office, application_id, asking(WORKSHOP))
    replace_photo(office, application_id, Theme.WORKSHOP)
    answer(office, application_id)
    officer_id = add_officer(office, "lpaz")
    steps.judge(office, application_id, officer_id, WORKSHOP)
    steps.judge(office, application_id, officer_id, WORKSHOP, ItemVerdict.PENDING)
    ask(office, application_id, asking(WORKSHOP), name="bmena")
    assert steps.state(office, application_id) is ApplicationState.CORRECTION_REQUESTED


def test_what_changed_since_may_be_asked_for(office: Office) -> None:
    application_id, _ = corrected(office)
    with office.writing() as uow:
        for row in uow.session.query(DocumentRow).filter(DocumentRow.theme == Theme.WORKSHOP):
            if row.removed_at is None:
                row.sha256 = "e" * 64
        uow.commit()
    ask(office, application_id, asking(WORKSHOP), name="jvaca")
    replace_photo(office, application_id, Theme.WORKSHOP)
    answer(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    ask(office, application_id, asking(WORKSHOP), name="jvaca2")
    assert steps.state(office, application_id) is ApplicationState.CORRECTION_REQUESTED


def test_only_the_new_file_is_checked_and_the_other_points_keep_their_verdicts(
    office: Office,
) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office, "lpaz")
    steps.judge(office, application_id, officer_id, PEOPLE)
    ask(office, application_id, asking(WORKSHOP))
    before = {row.id for row in steps.rows(office, TaskRow)}
    checked_before = {row.id: row.checked_at for row in steps.rows(office, DocumentRow)}
    fresh = upload(office, application_id, content=JPEG + b"2", theme=Theme.WORKSHOP)
    asked = [
        row.subject_id
        for row in steps.rows(office, TaskRow)
        if row.id not in before and row.kind is TaskKind.CHECK_DOCUMENT
    ]
    assert asked == [fresh.document_id]
    steps.check_all(office)
    answer(office, application_id)
    after = {row.id: row.checked_at for row in steps.rows(office, DocumentRow)}
    assert {each: after[each] for each in checked_before} == checked_before
    again = [
        row.subject_id
        for row in steps.rows(office, TaskRow)
        if row.id not in before and row.kind is TaskKind.CHECK_DOCUMENT
    ]
    assert again == [fresh.document_id], "answering asks for no check of what was checked"
    kept = steps.stored(office, ReviewItemRow, (application_id, PEOPLE))
    assert (kept.verdict, kept.judged_by) == (ItemVerdict.ACCEPTED, officer_id)
