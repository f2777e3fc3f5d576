"""While an appeal or another letter about an application is open, nothing of it goes."""

from datetime import timedelta
from uuid import UUID

import pytest

from review_service.db.models import LetterRow
from review_service.domain.letters import DataRequest, LetterKind
from review_service.domain.payroll_terms import Hold
from review_service.domain.retention import RetentionKind
from review_service.domain.roles import OfficerRole
from review_service.services.applicant import applying
from review_service.services.upkeep import releasing, sweeping
from tests.factories import OTHER_RUC, RUC, Office, add_officer
from tests.integration.services import letter_cases, steps
from tests.integration.services.test_reconciling import old_store
from tests.integration.services.test_releasing import (
    LONG_AGO,
    draft_with_a_removed_photo,
    keys_of,
)
from tests.integration.services.test_releasing import make_older as make_file_older
from tests.integration.services.test_releasing import released as is_released
from tests.integration.services.test_retention import (
    YEAR,
    delete,
    left_draft,
    make_older,
    planned,
    released,
)


@pytest.fixture
def withdrawn(office: Office) -> UUID:
    """An artisan's application in review that was withdrawn two years ago."""
    application_id = steps.in_review(office)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    make_older(office, application_id, "changed_at", by=2 * YEAR)
    return application_id


def reference(office: Office, application_id: UUID) -> str:
    return steps.application(office, application_id).reference


def test_an_open_appeal_keeps_the_files_and_its_answer_begins_the_term_anew(
    office: Office, withdrawn: UUID
) -> None:
    about = reference(office, withdrawn)
    letter_id = letter_cases.received(office, LetterKind.APPEAL, about=about)
    assert planned(office)[RetentionKind.PHOTOS].hold is Hold.LETTER
    assert delete(office) == {}
    letter_cases.answer(office, letter_id, add_officer(office, role=OfficerRole.SUPERVISOR))
    found = planned(office)[RetentionKind.PHOTOS]
    assert (found.hold, found.is_due) == (None, False)
    assert delete(office) == {}
    assert released(office, withdrawn) == {False}
    letter = letter_cases.letter(office, letter_id)
    steps.make_older(office, letter, "answered_at", by=YEAR)
    assert delete(office)[RetentionKind.PHOTOS] > 0


def test_a_complaint_keeps_them_until_it_is_answered_and_no_longer(
    office: Office, withdrawn: UUID
) -> None:
    about = reference(office, withdrawn)
    letter_id = letter_cases.received(office, LetterKind.COMPLAINT, about=about)
    assert delete(office) == {}
    letter_cases.answer(office, letter_id, add_officer(office, role=OfficerRole.SUPERVISOR))
    assert delete(office)[RetentionKind.PHOTOS] > 0


def test_an_appeal_that_names_no_known_number_keeps_all_of_its_writer(
    office: Office, withdrawn: UUID
) -> None:
    letter_cases.write_signed_in(office, LetterKind.APPEAL, RUC, about="AR-2020-99999")
    assert planned(office)[RetentionKind.PHOTOS].hold is Hold.LETTER
    assert delete(office) == {}
    assert released(office, withdrawn) == {False}


def test_letters_of_others_keep_nothing(office: Office, withdrawn: UUID) -> None:
    letter_cases.write_signed_in(office, LetterKind.APPEAL, OTHER_RUC, about="AR-2020-99999")
    letter_cases.received(office, LetterKind.COMPLAINT)
    unconfirmed = letter_cases.write(office, LetterKind.APPEAL, about=reference(office, withdrawn))
    assert steps.stored(office, LetterRow, unconfirmed).received_at is None
    assert delete(office)[RetentionKind.PHOTOS] > 0


def test_a_letter_keeps_a_left_draft_too(office: Office) -> None:
    application_id = left_draft(office, days=335)
    letter_cases.received(
        office,
        LetterKind.PERSONAL_DATA,
        request=DataRequest.ACCESS,
        about=reference(office, application_id),
    )
    assert planned(office)[RetentionKind.DRAFTS].hold is Hold.LETTER
    make_older(office, application_id, "changed_at", "sheet_saved_at", by=timedelta(days=400))
    assert delete(office) == {}
    assert steps.mails(office, "draft_left") == []


def test_a_photo_that_was_taken_out_stays_while_a_complaint_about_the_draft_is_open(
    office: Office,
) -> None:
    draft, gone, _ = draft_with_a_removed_photo(office)
    letter_id = letter_cases.received(office, LetterKind.COMPLAINT, about=reference(office, draft))
    assert releasing.release(office.writing) == 0
    assert not is_released(office, gone)
    letter_cases.answer(office, letter_id, add_officer(office, role=OfficerRole.SUPERVISOR))
    assert releasing.release(office.writing) == 1


def test_a_letter_keeps_the_bytes_that_wait_for_the_sweeper(office: Office) -> None:
    draft, gone, _ = draft_with_a_removed_photo(office)
    assert releasing.release(office.writing) == 1
    make_file_older(office, gone, "released_at", LONG_AGO)
    letter_id = letter_cases.received(office, LetterKind.COMPLAINT, about=reference(office, draft))
    sweeping.sweep(office.reading, old_store(office, 48))
    assert keys_of(office, gone)
    letter_cases.answer(office, letter_id, add_officer(office, role=OfficerRole.SUPERVISOR))
    sweeping.sweep(office.reading, old_store(office, 48))
    assert not keys_of(office, gone)
