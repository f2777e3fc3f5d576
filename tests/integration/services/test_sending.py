"""From draft to review: what is missing, sending once, confirming on whatever device."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest

from review_service.db.models import (
    TaskRow,
)
from review_service.domain.applications import ApplicationKind, ApplicationState
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import (
    InvalidTransitionError,
)
from review_service.domain.refusals import RefusalReason
from review_service.domain.work import TaskKind
from review_service.services.applicant import applying, sending
from review_service.services.applicant.sending import IncompleteError, SendProblem
from tests.factories import (
    OTHER_RUC,
    RUC,
    SHEET,
    Office,
    add_officer,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.sent_drafts import send
from tests.integration.services.steps import JPEG, PDF


def problems(office: Office, application_id: UUID) -> list[SendProblem]:
    return list(
        sending.problems_before_sending(office.reading(), application_id=application_id, ruc=RUC)
    )


def save(office: Office, application_id: UUID, **changed: str) -> None:
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        values={**SHEET, **changed},
        kind=ApplicationKind.NEW,
    )


def check_photos(office: Office, marks: str) -> None:
    """Check the uploaded photos; those with one mark are one photo."""
    each = iter(marks)
    steps.check_all(office, photos=lambda _: [next(each) * 64])


def advice(office: Office, application_id: UUID, *, ruc: str = RUC) -> list[SendProblem]:
    found = sending.problems_before_sending(
        office.reading(), application_id=application_id, ruc=ruc
    )
    return [
        problem for problem in found if not problem.blocking and "Falta" not in problem.sentence
    ]


def blocking(office: Office, application_id: UUID) -> list[tuple[str, str]]:
    return [
        (problem.place, problem.sentence)
        for problem in problems(office, application_id)
        if problem.blocking
    ]


def test_a_complete_draft_has_no_problem(office: Office) -> None:
    assert problems(office, steps.ready_draft(office)) == []


def test_an_empty_draft_lacks_sheet_and_photos(office: Office) -> None:
    application_id = open_draft(office)
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        values={**SHEET, "trade": "", "phone": ""},
        kind=ApplicationKind.NEW,
    )
    assert [place for place, _ in blocking(office, application_id)] == ["sheet", "sheet", "photos"]
    with pytest.raises(IncompleteError) as raised:
        send(office, application_id)
    assert len(raised.value.problems) == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [("ciiu", "C999999"), ("province", "Atlántida"), ("canton", "Ciudad Perdida")],
)
def test_what_no_closed_list_holds_is_not_sent(office: Office, field: str, value: str) -> None:
    application_id = steps.ready_draft(office)
    save(office, application_id, **{field: value})
    assert [place for place, _ in blocking(office, application_id)] == ["sheet"]
    with pytest.raises(IncompleteError):
        send(office, application_id)


def test_what_officers_are_warned_of_in_the_sheet_is_advice_before_sending(office: Office) -> None:
    application_id = steps.ready_draft(office)
    save(office, application_id, workers="40", ciiu="C321101", canton="Cotacachi")
    assert [each.place for each in advice(office, application_id)] == ["sheet"] * 3
    assert blocking(office, application_id) == []
    send_and_confirm(office, application_id)
    assert {code for code in steps.finding_codes(office, application_id) if "sheet" in code} == {
        "sheet_activity_differs",
        "sheet_place_differs",
        "sheet_workers_differs",
    }


def test_one_photo_under_two_themes_is_advice_before_sending(office: Office) -> None:
    application_id = open_draft(office)
    for theme in Theme:
        upload(office, application_id, content=JPEG, theme=theme)
    check_photos(office, "aabc")
    save(office, application_id)
    (told,) = advice(office, application_id)
    assert told.place == "photos"
    assert told.sentence.endswith("son la misma foto. Cambie una.")


def test_a_photo_of_an_own_earlier_application_is_advice_and_anothers_is_not_told(
    office: Office,
) -> None:
    theirs, mine, later = (open_draft(office, ruc) for ruc in (OTHER_RUC, RUC, RUC))
    assert mine == later
    for application_id, ruc, shas in ((theirs, OTHER_RUC, "abcd"), (mine, RUC, "aefg")):
        for theme in Theme:
            upload(office, application_id, content=JPEG, ruc=ruc, theme=theme)
        check_photos(office, shas)
        assert advice(office, application_id, ruc=ruc) == []
        send_and_confirm(office, application_id, ruc)
    steps.end(office, mine)
    again = open_draft(office)
    for theme in Theme:
        upload(office, again, content=JPEG, theme=theme)
    check_photos(office, "ahij")
    (told,) = [one.sentence for one in advice(office, again) if one.place == "photos"]
    assert steps.application(office, mine).reference in told
    assert steps.application(office, theirs).reference not in told


def test_a_missing_theme_is_advice_and_comes_last(office: Office) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=JPEG, theme=Theme.WORKSHOP)
    found = problems(office, application_id)
    assert [(problem.place, problem.blocking) for problem in found] == [("photos", False)] * 3
    send(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.AWAITING_CONFIRMATION


def test_a_refused_photo_must_be_changed_first(office: Office) -> None:
    application_id = steps.ready_draft(office)
    upload(office, application_id, content=b"<html>", file_name="taller.jpg")
    assert blocking(office, application_id) == [
        ("photos", "«taller.jpg» no se pudo aceptar. Cámbielo o quítelo.")
    ]
    with pytest.raises(IncompleteError):
        send(office, application_id)


def test_a_draft_with_nothing_but_a_refused_file_has_no_evidence(office: Office) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=b"<html>")
    assert [place for place, _ in blocking(office, application_id)] == ["photos", "photos"]


def test_photos_may_be_sent_while_their_checks_run(office: Office) -> None:
    application_id = open_draft(office)
    for theme in Theme:
        upload(office, application_id, content=JPEG, theme=theme)
    send(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.AWAITING_CONFIRMATION


def test_a_ready_pdf_must_have_its_pages_first(office: Office) -> None:
    application_id = open_draft(office)
    upload(office, application_id, content=PDF, kind=DocumentKind.EVIDENCE)
    assert [place for place, _ in blocking(office, application_id)] == ["photos"]
    steps.check_all(office, pages=4)
    assert blocking(office, application_id) == []
    assert len(problems(office, application_id)) == 5, "no page is sorted yet, so each theme lacks"


def test_a_renewal_needs_its_prior_agreement(office: Office) -> None:
    application_id = steps.ready_draft(office)
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        values=SHEET,
        kind=ApplicationKind.RENEWAL,
    )
    assert [place for place, _ in blocking(office, application_id)] == ["prior_agreement"]
    upload(office, application_id, content=PDF, kind=DocumentKind.AGREEMENT)
    assert blocking(office, application_id) == []
    steps.check_all(office, reason=RefusalReason.DAMAGED)
    assert [sentence for _, sentence in blocking(office, application_id)] == [
        "Su Acuerdo anterior no se pudo aceptar. Envíelo otra vez."
    ]


def test_a_prior_agreement_stands_for_no_photo(office: Office) -> None:
    application_id = open_draft(office)
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        values=SHEET,
        kind=ApplicationKind.RENEWAL,
    )
    upload(office, application_id, content=PDF, kind=DocumentKind.AGREEMENT)
    steps.check_all(office, pages=1)
    assert blocking(office, application_id) == [("photos", "Agregue las fotos de su taller.")]


def test_without_the_declaration_nothing_is_sent(office: Office) -> None:
    application_id = steps.ready_draft(office)
    with pytest.raises(IncompleteError) as raised:
        send(office, application_id, declared=False)
    assert [problem.place for problem in raised.value.problems] == ["declaration"]
    assert steps.state(office, application_id) is ApplicationState.DRAFT
    assert steps.mails(office, "confirm") == []


def test_sending_mails_one_link_and_asks_for_one_pdf_however_often_it_is_clicked(
    office: Office,
) -> None:
    application_id, bystander = steps.ready_draft(office), open_draft(office, OTHER_RUC)
    for _ in range(3):
        send(office, application_id)
    row = steps.application(office, application_id)
    assert row.state is ApplicationState.AWAITING_CONFIRMATION
    assert row.confirm_by is not None
    assert row.sent_at is not None
    assert row.confirm_by - row.sent_at == timedelta(hours=72)
    (mail,) = steps.mails(office, "confirm")
    assert mail.recipient == "maria@correo.example"
    assert mail.application_id == application_id
    asked = [
        task for task in steps.rows(office, TaskRow) if task.kind is TaskKind.ASSEMBLE_EVIDENCE
    ]
    assert [task.subject_id for task in asked] == [application_id]
    assert steps.state(office, bystander) is ApplicationState.DRAFT


def test_two_clicks_on_send_at_once_send_once_and_neither_fails(office: Office) -> None:
    application_id = steps.ready_draft(office)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: send(office, application_id), range(6)))
    assert len(steps.mails(office, "confirm")) == 1
    assert len(steps.events(office, "application_awaiting_confirmation")) == 1


def test_a_decided_application_is_not_sent_again(office: Office) -> None:
    application_id = steps.in_review(office)
    steps.approve(office, application_id, add_officer(office))
    with pytest.raises(InvalidTransitionError):
        send(office, application_id)
