"""Who acts on what is no longer there is told so; the same act again is no conflict."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from uuid import UUID

import pytest

from review_service.db import claims
from review_service.db.models import ApplicationRow, DocumentRow, ReviewItemRow
from review_service.db.sightings import Key, sighting
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import NotHeldError, StaleStateError
from review_service.domain.sightings import Sight
from review_service.services.applicant import applying, receiving, sending
from review_service.services.applicant.receiving import Upload
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from tests.factories import (
    RUC,
    SECRET,
    SHEET,
    Office,
    add_officer,
    issuing_rules,
    open_draft,
    upload,
)
from tests.integration.services import steps
from tests.integration.services.steps import JPEG, PDF

WORDS = "Una frase que alcanza para todo."


def seen(office: Office, application_id: UUID, sight: Sight, key: Key = None) -> str:
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        return sighting(uow.session, row, sight, key)


def judge(
    office: Office,
    application_id: UUID,
    officer_id: UUID,
    verdict: ItemVerdict,
    version: str,
    item: ReviewItem = ReviewItem.PEOPLE,
) -> None:
    reviewing.judge(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        item=item,
        verdict=verdict,
        seen=version,
    )


def hand(office: Office, application_id: UUID, officer_id: UUID) -> None:
    """Let the officer hold the case, whoever held it before."""
    with office.writing() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        claims.hold(uow, row, officer_id=officer_id)
        uow.commit()


def test_a_verdict_on_a_stale_page_keeps_the_colleagues_with_the_name(office: Office) -> None:
    application_id, first = steps.in_review(office), add_officer(office)
    second = add_officer(office, "lpaz")
    page = seen(office, application_id, Sight.ITEM, ReviewItem.PEOPLE)
    beside = seen(office, application_id, Sight.ITEM, ReviewItem.PROCESS)
    hand(office, application_id, first)
    judge(office, application_id, first, ItemVerdict.OBSERVED, page)
    hand(office, application_id, second)
    for verdict in ItemVerdict:
        with pytest.raises(StaleStateError):
            judge(office, application_id, second, verdict, page)
    row = steps.stored(office, ReviewItemRow, (application_id, ReviewItem.PEOPLE))
    assert (row.verdict, row.judged_by) == (ItemVerdict.OBSERVED, first)
    judge(office, application_id, first, ItemVerdict.OBSERVED, page)  # a second click
    assert len(steps.events(office, "item_judged")) == 1
    judge(office, application_id, second, ItemVerdict.ACCEPTED, beside, ReviewItem.PROCESS)
    now = seen(office, application_id, Sight.ITEM, ReviewItem.PEOPLE)
    judge(office, application_id, second, ItemVerdict.ACCEPTED, now)
    row = steps.stored(office, ReviewItemRow, (application_id, ReviewItem.PEOPLE))
    assert (row.verdict, row.judged_by) == (ItemVerdict.ACCEPTED, second)


def test_of_verdicts_at_once_from_one_page_one_counts(office: Office) -> None:
    application_id = steps.in_review(office)
    officers = [add_officer(office, f"funcionaria{n}") for n in range(4)]
    page = seen(office, application_id, Sight.ITEM, ReviewItem.PEOPLE)
    hand(office, application_id, officers[0])

    def give(officer_id: UUID) -> bool:
        try:
            judge(office, application_id, officer_id, ItemVerdict.ACCEPTED, page)
        except (StaleStateError, NotHeldError):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(give, officers)) == [True, False, False, False]
    assert len(steps.events(office, "item_judged")) == 1


@pytest.mark.parametrize("act", ["approve", "refuse", "correct"])
def test_a_decision_is_made_on_the_verdicts_that_its_page_showed(office: Office, act: str) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    steps.accept_all(office, application_id, officer_id)
    if act == "refuse":  # what is accepted whole is not refused
        steps.judge(office, application_id, officer_id, ReviewItem.MACHINERY, ItemVerdict.OBSERVED)
    page = seen(office, application_id, Sight.REVIEW)
    colleague = add_officer(office, "lpaz")
    steps.judge(office, application_id, colleague, ReviewItem.PEOPLE, ItemVerdict.OBSERVED)
    decide(office, act, application_id, officer_id, page, raises=True)
    assert steps.state(office, application_id) is ApplicationState.IN_REVIEW
    steps.judge(office, application_id, colleague, ReviewItem.PEOPLE)
    fresh = seen(office, application_id, Sight.REVIEW)
    hand(office, application_id, officer_id)
    decide(office, act, application_id, officer_id, fresh, raises=False)
    assert steps.state(office, application_id) is not ApplicationState.IN_REVIEW


def decide(
    office: Office, act: str, application_id: UUID, officer_id: UUID, page: str, *, raises: bool
) -> None:
    common = {
        "application_id": application_id,
        "officer_id": officer_id,
        "version": steps.application(office, application_id).version,
        "seen": page,
    }

    def go() -> None:
        uow = office.writing()
        if act == "approve":
            reviewing.approve(uow, rules=issuing_rules(), **common)  # type: ignore[arg-type]
        elif act == "refuse":
            institution = issuing_rules().institution
            reviewing.refuse(uow, reasons=WORDS, institution=institution, **common)  # type: ignore[arg-type]
        else:
            item = CorrectionItem(item=ReviewItem.PEOPLE, reason=WORDS, instruction=WORDS)
            correcting.request_correction(uow, items=[item], **common)  # type: ignore[arg-type]

    if raises:
        with pytest.raises(StaleStateError):
            go()
    else:
        go()


def save(office: Office, application_id: UUID, trade: str, version: str) -> None:
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        values={**SHEET, "trade": trade},
        kind=ApplicationKind.NEW,
        seen=version,
    )


def test_the_last_of_two_data_sheets_does_not_win(office: Office) -> None:
    application_id = open_draft(office)
    page = seen(office, application_id, Sight.SHEET)
    save(office, application_id, "Guitarras", page)
    with pytest.raises(StaleStateError):
        save(office, application_id, "Sombreros", page)
    assert steps.application(office, application_id).sheet["trade"] == "Guitarras"
    save(office, application_id, "Guitarras", page)  # a second click


def test_a_photo_is_moved_explained_and_removed_as_it_was_shown(office: Office) -> None:
    application_id = open_draft(office)
    photo = upload(office, application_id, content=JPEG).document_id
    bystander = upload(office, application_id, content=JPEG).document_id
    steps.check_all(office)
    common = {"application_id": application_id, "ruc": RUC, "document_id": photo}
    page = seen(office, application_id, Sight.FILE, photo)
    beside = seen(office, application_id, Sight.FILE, bystander)
    applying.move_photo(office.writing(), **common, theme=Theme.PEOPLE, seen=page)  # type: ignore[arg-type]
    applying.move_photo(office.writing(), **common, theme=Theme.PEOPLE, seen=page)  # type: ignore[arg-type]
    with pytest.raises(StaleStateError):
        applying.move_photo(office.writing(), **common, theme=Theme.PROCESS, seen=page)  # type: ignore[arg-type]
    with pytest.raises(StaleStateError):
        applying.comment(office.writing(), **common, text="De noche.", seen=page)  # type: ignore[arg-type]
    with pytest.raises(StaleStateError):
        applying.remove_document(office.writing(), **common, seen=page)  # type: ignore[arg-type]
    row = steps.stored(office, DocumentRow, photo)
    assert (row.theme, row.comment, row.removed_at) == (Theme.PEOPLE, "", None)
    assert seen(office, application_id, Sight.FILE, bystander) == beside


def test_the_checks_make_no_form_stale(office: Office) -> None:
    application_id = open_draft(office)
    photo = upload(office, application_id, content=JPEG).document_id
    evidence = upload(office, application_id, content=PDF, kind=DocumentKind.EVIDENCE).document_id
    parts: list[tuple[Sight, Key]] = [
        (Sight.CASE, None),
        (Sight.SHEET, None),
        (Sight.FILE, photo),
        (Sight.FILE, evidence),
        (Sight.PLACE, DocumentKind.EVIDENCE),
        (Sight.DRAFT, None),
    ]
    before = [seen(office, application_id, *part) for part in parts]
    steps.check_all(office, pages=3)
    assert [seen(office, application_id, *part) for part in parts] == before


@pytest.mark.parametrize("kind", [DocumentKind.EVIDENCE, DocumentKind.PHOTO])
def test_a_replacement_is_of_the_file_that_was_shown_and_a_lone_retry_is_none(
    office: Office, kind: DocumentKind
) -> None:
    application_id = open_draft(office)
    former = upload(
        office, application_id, content=(PDF if kind is DocumentKind.EVIDENCE else JPEG), kind=kind
    ).document_id
    steps.check_all(office)
    is_photo = kind is DocumentKind.PHOTO
    page = seen(
        office,
        application_id,
        Sight.FILE if is_photo else Sight.PLACE,
        former if is_photo else kind,
    )
    first = replace_it(office, application_id, kind, former, page, b"1")
    assert replace_it(office, application_id, kind, former, page, b"1") == first
    for note in (b"2", b"3"):
        with pytest.raises(StaleStateError):
            replace_it(office, application_id, kind, former, page, note)
    assert len(steps.rows(office, DocumentRow)) == 2


def replace_it(
    office: Office, application_id: UUID, kind: DocumentKind, former: UUID, page: str, note: bytes
) -> UUID:
    is_photo = kind is DocumentKind.PHOTO
    return receiving.receive(
        office.writing,
        office.store,
        limits=office.limits,
        application_id=application_id,
        ruc=RUC,
        upload=Upload(
            kind=kind,
            theme=Theme.WORKSHOP if is_photo else None,
            upload_key=f"key-{note!r}",
            file_name="archivo",
            stream=BytesIO((JPEG if is_photo else PDF) + note),
            replaces=former if is_photo else None,
            seen=page,
        ),
    ).document_id


def test_what_is_declared_is_what_is_there(office: Office) -> None:
    application_id = steps.ready_draft(office)
    page = seen(office, application_id, Sight.DRAFT)
    save(office, application_id, "Sombreros", seen(office, application_id, Sight.SHEET))

    def send(version: str) -> None:
        sending.send(
            office.writing(),
            application_id=application_id,
            ruc=RUC,
            declared=True,
            secret_key=SECRET,
            seen=version,
        )

    with pytest.raises(StaleStateError):
        send(page)
    assert steps.state(office, application_id) is ApplicationState.DRAFT
    fresh = seen(office, application_id, Sight.DRAFT)
    send(fresh)
    send(fresh)
    assert steps.state(office, application_id) is ApplicationState.AWAITING_CONFIRMATION


def test_nobody_withdraws_what_moved_meanwhile(office: Office) -> None:
    application_id = steps.ready_draft(office)
    page = seen(office, application_id, Sight.CASE)
    sending.send(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        declared=True,
        secret_key=SECRET,
    )
    with pytest.raises(StaleStateError):
        applying.withdraw(office.writing(), application_id=application_id, ruc=RUC, seen=page)
    assert steps.state(office, application_id) is ApplicationState.AWAITING_CONFIRMATION
