"""From draft to review: what is missing, sending once, confirming on whatever device."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from review_service.db.models import (
    ApplicationRow,
    LinkPurpose,
    OneUseLinkRow,
    ReviewItemRow,
    TaskRow,
)
from review_service.domain.applications import ApplicationKind, ApplicationState, ItemVerdict
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import (
    InvalidTransitionError,
    LinkError,
    NotFoundError,
    TooManyAttemptsError,
)
from review_service.domain.numbering import link_token
from review_service.domain.refusals import RefusalReason
from review_service.domain.terms import review_due
from review_service.domain.work import TaskKind
from review_service.services.applicant import applying, confirming, registering, sending
from review_service.services.applicant.sending import IncompleteError, SendProblem
from review_service.services.case import owned
from tests.factories import (
    OTHER_RUC,
    RUC,
    SECRET,
    SHEET,
    Office,
    add_officer,
    confirmation_code,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.steps import JPEG, PDF


def send(office: Office, application_id: UUID, *, ruc: str = RUC, declared: bool = True) -> None:
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        declared=declared,
        secret_key=SECRET,
    )


def confirm(office: Office, application_id: UUID, code: str | None = None) -> None:
    confirming.confirm_by_code(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        code=code or confirmation_code(office, application_id),
        secret_key=SECRET,
    )


def links(office: Office, application_id: UUID) -> list[OneUseLinkRow]:
    found = [
        row
        for row in steps.rows(office, OneUseLinkRow)
        if row.application_id == application_id and row.purpose is LinkPurpose.CONFIRM
    ]
    return sorted(found, key=lambda row: row.created_at)


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


def test_the_code_confirms_and_a_second_time_changes_nothing(office: Office) -> None:
    application_id, bystander = steps.ready_draft(office), open_draft(office, OTHER_RUC)
    send(office, application_id)
    code = confirmation_code(office, application_id)
    for _ in range(2):
        confirm(office, application_id, code)
    row = steps.application(office, application_id)
    assert (row.state, row.open_key, row.confirm_by) == (ApplicationState.IN_REVIEW, None, None)
    assert row.confirmed_at is not None
    assert row.due_at == review_due(row.confirmed_at)
    items = steps.rows(office, ReviewItemRow)
    assert len(items) == 5
    assert {item.verdict for item in items} == {ItemVerdict.PENDING}
    (mail,) = steps.mails(office, "received")
    assert len(mail.context["files"]) == 4
    assert all(len(file["sha256"]) == 64 for file in mail.context["files"])
    assert datetime.fromisoformat(mail.context["decide_by"]) == row.due_at
    assert steps.state(office, bystander) is ApplicationState.DRAFT


def test_two_confirmations_at_once_confirm_once_and_neither_fails(office: Office) -> None:
    application_id = steps.ready_draft(office)
    send(office, application_id)
    code = confirmation_code(office, application_id)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: confirm(office, application_id, code), range(4)))
    assert len(steps.events(office, "application_in_review")) == 1
    assert len(steps.mails(office, "received")) == 1


def test_the_link_confirms_on_another_device_without_a_session(office: Office) -> None:
    application_id = steps.ready_draft(office)
    send(office, application_id)
    (link,) = links(office, application_id)
    token = link_token(SECRET, link.id)
    view = registering.peek_link(
        office.reading(), token=token, purpose=LinkPurpose.CONFIRM, registry=office.registry
    )
    assert (view.state, view.masked_email, view.reference) == (
        "good",
        "ma•••@correo.example",
        steps.application(office, application_id).reference,
    )
    assert steps.state(office, application_id) is ApplicationState.AWAITING_CONFIRMATION
    assert confirming.confirm_by_link(office.writing(), token=token) == application_id
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    with pytest.raises(LinkError, match="used"):
        confirming.confirm_by_link(office.writing(), token=token)


def test_a_link_is_shown_also_when_the_registry_no_longer_has_an_address(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    application_id = steps.ready_draft(office)
    send(office, application_id)
    token = link_token(SECRET, links(office, application_id)[0].id)
    monkeypatch.setattr(type(office.registry), "registered_email", lambda *_: None)
    view = registering.peek_link(
        office.reading(), token=token, purpose=LinkPurpose.CONFIRM, registry=office.registry
    )
    assert (view.state, view.masked_email) == ("good", "")


@pytest.mark.parametrize("token", ["", "a" * 26])
def test_a_link_that_never_was_confirms_nothing(office: Office, token: str) -> None:
    with pytest.raises(LinkError, match="wrong"):
        confirming.confirm_by_link(office.writing(), token=token)


def test_a_link_of_a_withdrawn_application_says_so(office: Office) -> None:
    application_id = steps.ready_draft(office)
    send(office, application_id)
    applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    token = link_token(SECRET, links(office, application_id)[0].id)
    assert looked_at(office, token) == "withdrawn"
    with pytest.raises(LinkError, match="withdrawn"):
        confirming.confirm_by_link(office.writing(), token=token)
    with pytest.raises(LinkError, match="withdrawn"):
        confirm(office, application_id)


def test_a_second_link_of_a_confirmed_application_shows_no_button(office: Office) -> None:
    application_id = steps.ready_draft(office)
    send(office, application_id)
    token = link_token(SECRET, links(office, application_id)[0].id)
    assert looked_at(office, token) == "good"
    sending.send_confirmation_again(
        office.writing(), application_id=application_id, ruc=RUC, secret_key=SECRET
    )
    confirm(office, application_id)
    assert looked_at(office, token) == "used"


def looked_at(office: Office, token: str) -> str:
    """Return what the page behind the mailed link says."""
    return registering.peek_link(
        office.reading(), token=token, purpose=LinkPurpose.CONFIRM, registry=office.registry
    ).state


def test_both_links_are_good_after_asking_again_and_the_newest_code_counts(
    office: Office,
) -> None:
    application_id = steps.ready_draft(office)
    send(office, application_id)
    old_code = confirmation_code(office, application_id)
    sending.send_confirmation_again(
        office.writing(), application_id=application_id, ruc=RUC, secret_key=SECRET
    )
    first, second = links(office, application_id)
    assert second.link_expires_at - first.link_expires_at == timedelta(0)
    with pytest.raises(LinkError, match="wrong"):
        confirm(office, application_id, old_code)
    confirming.confirm_by_link(office.writing(), token=link_token(SECRET, first.id))
    assert len(steps.mails(office, "confirm")) == 2


def test_an_unused_second_code_confirms_nothing_while_a_correction_is_asked_for(
    office: Office,
) -> None:
    application_id = steps.ready_draft(office)
    send(office, application_id)
    sending.send_confirmation_again(
        office.writing(), application_id=application_id, ruc=RUC, secret_key=SECRET
    )
    confirming.confirm_by_link(
        office.writing(), token=link_token(SECRET, links(office, application_id)[0].id)
    )
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        row.state = ApplicationState.CORRECTION_REQUESTED
        uow.commit()
    with pytest.raises(LinkError, match="used"):
        confirm(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.CORRECTION_REQUESTED


def test_confirmation_mails_have_a_limit(office: Office) -> None:
    application_id = steps.ready_draft(office)
    send(office, application_id)
    for _ in range(6):
        sending.send_confirmation_again(
            office.writing(), application_id=application_id, ruc=RUC, secret_key=SECRET
        )
    with pytest.raises(TooManyAttemptsError):
        sending.send_confirmation_again(
            office.writing(), application_id=application_id, ruc=RUC, secret_key=SECRET
        )
    assert len(steps.mails(office, "confirm")) == 7


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_somebody_else_spends_none_of_the_confirmation_mails(office: Office) -> None:
    application_id = steps.ready_draft(office)
    send(office, application_id)
    for _ in range(7):
        with pytest.raises(NotFoundError):
            sending.send_confirmation_again(
                office.writing(), application_id=application_id, ruc=OTHER_RUC, secret_key=SECRET
            )
    assert len(steps.mails(office, "confirm")) == 1
    for _ in range(6):
        sending.send_confirmation_again(
            office.writing(), application_id=application_id, ruc=RUC, secret_key=SECRET
        )
    assert len(steps.mails(office, "confirm")) == 7


def test_nothing_is_mailed_again_once_it_is_confirmed(office: Office) -> None:
    application_id = steps.in_review(office)
    sending.send_confirmation_again(
        office.writing(), application_id=application_id, ruc=RUC, secret_key=SECRET
    )
    assert len(steps.mails(office, "confirm")) == 1


@pytest.mark.parametrize(("minutes", "lapses"), [(-1, False), (1, True)])
def test_what_nobody_confirms_in_time_is_a_draft_again(
    office: Office, minutes: float, *, lapses: bool
) -> None:
    application_id, bystander = steps.ready_draft(office), open_draft(office, OTHER_RUC)
    send(office, application_id)
    steps.hand_over(office, "confirm")
    row = steps.application(office, application_id)
    by = timedelta(hours=72, minutes=minutes)
    steps.make_older(office, row, "confirm_by", by=by)
    assert confirming.lapse_unconfirmed(office.writing()) == int(lapses)
    assert confirming.lapse_unconfirmed(office.writing()) == 0
    expected = ApplicationState.DRAFT if lapses else ApplicationState.AWAITING_CONFIRMATION
    assert steps.state(office, application_id) is expected
    assert steps.state(office, bystander) is ApplicationState.DRAFT


def test_one_that_is_being_changed_does_not_hold_up_the_others(office: Office) -> None:
    if office.database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    busy, quiet = steps.ready_draft(office), steps.ready_draft(office, ruc=OTHER_RUC)
    for application_id, ruc in ((busy, RUC), (quiet, OTHER_RUC)):
        send(office, application_id, ruc=ruc)
        steps.hand_over(office, "confirm")
        row = steps.application(office, application_id)
        steps.make_older(office, row, "confirm_by", by=timedelta(hours=73))
    with office.writing() as holding:
        owned(holding, application_id=busy, ruc=RUC, lock=True)
        assert confirming.lapse_unconfirmed(office.writing()) == 1
    assert steps.state(office, quiet) is ApplicationState.DRAFT
    assert steps.state(office, busy) is ApplicationState.AWAITING_CONFIRMATION
    assert confirming.lapse_unconfirmed(office.writing()) == 1


def test_a_round_lapses_so_many_and_the_first_due_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many waited while the clock was not believed: one transaction never grows."""
    monkeypatch.setattr(confirming, "LAPSED_AT_ONCE", 1)
    late, later = steps.ready_draft(office), steps.ready_draft(office, ruc=OTHER_RUC)
    for application_id, ruc, hours in ((later, OTHER_RUC, 73), (late, RUC, 80)):
        send(office, application_id, ruc=ruc)
        steps.hand_over(office, "confirm")
        row = steps.application(office, application_id)
        steps.make_older(office, row, "confirm_by", by=timedelta(hours=hours))
    assert confirming.lapse_unconfirmed(office.writing()) == 1
    assert steps.state(office, late) is ApplicationState.DRAFT
    assert steps.state(office, later) is ApplicationState.AWAITING_CONFIRMATION
    assert confirming.lapse_unconfirmed(office.writing()) == 1


def test_a_lapsed_application_can_be_sent_again_and_is_still_the_only_draft(
    office: Office,
) -> None:
    application_id = steps.ready_draft(office)
    send(office, application_id)
    steps.hand_over(office, "confirm")
    row = steps.application(office, application_id)
    steps.make_older(office, row, "confirm_by", by=timedelta(hours=73))
    confirming.lapse_unconfirmed(office.writing())
    assert open_draft(office) == application_id
    send_and_confirm(office, application_id)
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW


def test_the_promise_is_counted_in_the_days_of_the_workshops_canton(office: Office) -> None:
    from review_service.db.models import HolidayRow  # noqa: PLC0415 -- this test alone

    application_id = steps.ready_draft(office)
    today = datetime.now(UTC).date()
    with office.writing() as uow:
        for day in range(1, 15):
            uow.session.add(
                HolidayRow(
                    day=today + timedelta(days=day),
                    canton="Otavalo" if day % 2 else "",
                    name="Fiesta",
                    source="Ordenanza",
                )
            )
        uow.session.add(
            HolidayRow(
                day=today + timedelta(days=15), canton="Cuenca", name="Fiesta", source="Ordenanza"
            )
        )
        uow.commit()
    send_and_confirm(office, application_id)
    row = steps.application(office, application_id)
    assert row.due_at is not None
    decreed = {today + timedelta(days=day) for day in range(1, 15)}
    assert row.confirmed_at is not None
    assert row.due_at == review_due(row.confirmed_at, decreed=decreed)
