"""The mail that confirms a sent application: its link, its code, and what lapses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from review_service.db.models import (
    ApplicationRow,
    LinkPurpose,
    OneUseLinkRow,
    ReviewItemRow,
)
from review_service.domain.applications import ApplicationState, ItemVerdict
from review_service.domain.errors import (
    LinkError,
    NotFoundError,
    TooManyAttemptsError,
)
from review_service.domain.numbering import link_token
from review_service.domain.terms import review_due
from review_service.services.applicant import applying, confirming, registering, sending
from review_service.services.case import owned
from tests.factories import (
    OTHER_RUC,
    RUC,
    SECRET,
    Office,
    confirmation_code,
    open_draft,
    send_and_confirm,
)
from tests.integration.services import steps
from tests.integration.services.sent_drafts import confirm, send


def links(office: Office, application_id: UUID) -> list[OneUseLinkRow]:
    found = [
        row
        for row in steps.rows(office, OneUseLinkRow)
        if row.application_id == application_id and row.purpose is LinkPurpose.CONFIRM
    ]
    return sorted(found, key=lambda row: row.created_at)


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
