"""One press makes a draft again of what was sent and not confirmed."""

from uuid import UUID

import pytest

from review_service.db.models import DocumentRow, TaskRow
from review_service.domain.applications import ApplicationState
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import InvalidTransitionError, LinkError, NotFoundError
from review_service.domain.work import TaskKind
from review_service.services.applicant import applying, confirming, sending
from tests.factories import OTHER_RUC, RUC, SECRET, Office, confirmation_code
from tests.integration.services import steps


def send(office: Office, application_id: UUID, *, ruc: str = RUC) -> None:
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        declared=True,
        secret_key=SECRET,
    )


def test_one_that_was_sent_is_a_draft_again_by_one_press_and_its_link_ends(office: Office) -> None:
    application_id, bystander = steps.ready_draft(office), steps.ready_draft(office, ruc=OTHER_RUC)
    for one, ruc in ((application_id, RUC), (bystander, OTHER_RUC)):
        send(office, one, ruc=ruc)
    code = confirmation_code(office, application_id)
    for _ in range(2):
        sending.take_back(office.writing(), application_id=application_id, ruc=RUC)
    row = steps.application(office, application_id)
    assert (row.state, row.confirm_by) == (ApplicationState.DRAFT, None)
    assert steps.state(office, bystander) is ApplicationState.AWAITING_CONFIRMATION
    send(office, application_id)
    with pytest.raises(LinkError):
        confirming.confirm_by_code(
            office.writing(),
            application_id=application_id,
            ruc=RUC,
            code=code,
            secret_key=SECRET,
        )
    assert steps.state(office, application_id) is ApplicationState.AWAITING_CONFIRMATION


def test_nobody_takes_back_another_s_nor_one_that_is_confirmed(office: Office) -> None:
    application_id = steps.in_review(office)
    with pytest.raises(InvalidTransitionError):
        sending.take_back(office.writing(), application_id=application_id, ruc=RUC)
    with pytest.raises(NotFoundError):
        sending.take_back(office.writing(), application_id=application_id, ruc=OTHER_RUC)


def test_photos_sorted_otherwise_after_it_was_taken_back_are_bound_anew(office: Office) -> None:
    application_id = steps.ready_draft(office)
    send(office, application_id)
    sending.take_back(office.writing(), application_id=application_id, ruc=RUC)
    photos = [row for row in steps.rows(office, DocumentRow) if row.kind is DocumentKind.PHOTO]
    photo = photos[0]
    other = next(theme for theme in Theme if theme is not photo.theme)
    applying.move_photo(
        office.writing(), application_id=application_id, ruc=RUC, document_id=photo.id, theme=other
    )
    send(office, application_id)
    asked = [
        task for task in steps.rows(office, TaskRow) if task.kind is TaskKind.ASSEMBLE_EVIDENCE
    ]
    assert len(asked) == 2
