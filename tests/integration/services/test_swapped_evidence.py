"""What was accepted cannot be swapped in a correction: the attack, and its brothers."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

import pytest
import sqlalchemy as sa

from review_service.db.models import ApplicationRow, DocumentRow, ReviewItemRow
from review_service.db.sightings import sighting
from review_service.domain.applications import (
    ApplicationKind,
    ApplicationState,
    ItemVerdict,
    ReviewItem,
)
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import InvalidInputError, NotAllowedError, StaleStateError
from review_service.domain.refusals import RefusalReason
from review_service.domain.sightings import Sight
from review_service.services.applicant import applying
from review_service.services.applicant.sending import IncompleteError
from review_service.services.review import correcting, reviewing
from review_service.services.review.letters import CorrectionItem
from tests.copied_cases import copied
from tests.factories import RUC, Office, add_officer, issuing_rules, open_draft, send_and_confirm
from tests.factories import upload as send_file
from tests.integration.services import steps

THEMES: Final = tuple(Theme)
ASKED: Final = ReviewItem.PROCESS
KEPT: Final = tuple(ReviewItem(theme.value) for theme in THEMES if theme.value != ASKED.value)
FIRST: Final = ("taller", "gente", "telar", "proceso")
"""What the four pages of the first PDF show."""


def pdf_of(*pages: str) -> bytes:
    """Return a file that stands for a PDF of these pages; no test here opens it."""
    return steps.PDF + "|".join(pages).encode()


def send_pdf(office: Office, application_id: UUID, *pages: str) -> UUID:
    """Upload a PDF and let its pages be checked."""
    received = send_file(
        office, application_id, content=pdf_of(*pages), kind=DocumentKind.EVIDENCE, theme=None
    )
    steps.check_all(office, pages=len(pages), pictures=pages)
    return received.document_id


def sort_pages(
    office: Office, application_id: UUID, document_id: UUID, themes: Sequence[Theme | None]
) -> None:
    applying.assign_themes(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        document_id=document_id,
        themes=dict(enumerate(themes, 1)),
    )


@copied
def pdf_case(office: Office) -> tuple[UUID, UUID, UUID]:
    """Return a case of one PDF with its officer: three themes accepted, the fourth asked for."""
    application_id, first = draft_of_a_pdf(office)
    send_and_confirm(office, application_id)
    officer_id = add_officer(office)
    for item in (*KEPT, ReviewItem.DATA_SHEET):
        steps.judge(office, application_id, officer_id, item)
    ask(office, application_id, officer_id, ASKED)
    return application_id, first, officer_id


def draft_of_a_pdf(office: Office) -> tuple[UUID, UUID]:
    application_id = open_draft(office)
    first = send_pdf(office, application_id, *FIRST)
    sort_pages(office, application_id, first, THEMES)
    return application_id, first


def ask(office: Office, application_id: UUID, officer_id: UUID, *items: ReviewItem) -> None:
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        items=[
            CorrectionItem(
                item=item,
                reason="No se ve cómo se hace la pieza.",
                instruction="Muestre los pasos del trabajo.",
            )
            for item in items
        ],
    )


def answer(
    office: Office, application_id: UUID, answers: Mapping[ReviewItem, str] | None = None
) -> None:
    correcting.answer(
        office.writing(), application_id=application_id, ruc=RUC, answers=answers or {}
    )


def approve(office: Office, application_id: UUID, officer_id: UUID) -> str:
    return reviewing.approve(
        office.writing(),
        application_id=application_id,
        officer_id=officer_id,
        version=steps.application(office, application_id).version,
        rules=issuing_rules(),
    )


def verdicts(office: Office, application_id: UUID) -> dict[ReviewItem, ItemVerdict]:
    return {
        row.item: row.verdict
        for row in steps.rows(office, ReviewItemRow)
        if row.application_id == application_id
    }


def test_another_pdf_with_no_page_assigned_is_not_sent(office: Office) -> None:
    application_id, _, _ = pdf_case(office)
    send_pdf(office, application_id, "otro", "otra", "nada", "proceso de cerca")
    with pytest.raises(IncompleteError) as raised:
        answer(office, application_id, {ASKED: "Aquí está."})
    said = " ".join(problem.sentence for problem in raised.value.problems)
    assert "4 páginas" in said
    for item in KEPT:
        assert item.heading in said
    assert steps.state(office, application_id) is ApplicationState.CORRECTION_REQUESTED


def test_other_pages_under_accepted_themes_fall_back_to_review(office: Office) -> None:
    application_id, first, officer_id = pdf_case(office)
    second = send_pdf(office, application_id, "otro", "gente", "telar", "proceso de cerca")
    sort_pages(office, application_id, second, THEMES)
    answer(office, application_id)
    assert verdicts(office, application_id) == {
        ReviewItem.WORKSHOP: ItemVerdict.PENDING,
        ReviewItem.PEOPLE: ItemVerdict.ACCEPTED,
        ReviewItem.MACHINERY: ItemVerdict.ACCEPTED,
        ReviewItem.PROCESS: ItemVerdict.PENDING,
        ReviewItem.DATA_SHEET: ItemVerdict.ACCEPTED,
    }
    kept = steps.stored(office, ReviewItemRow, (application_id, ReviewItem.PEOPLE))
    assert kept.judged_by == officer_id
    opened = steps.stored(office, ReviewItemRow, (application_id, ReviewItem.WORKSHOP))
    assert (opened.judged_by, opened.judged_at) == (None, None)
    assert [event.details["item"] for event in steps.events(office, "item_reopened")] == [
        "workshop"
    ]
    steps.judge(office, application_id, officer_id, ASKED)
    with pytest.raises(InvalidInputError) as raised:
        approve(office, application_id, officer_id)
    assert "el taller" in raised.value.problems["items"]
    former = steps.stored(office, DocumentRow, first)
    assert former.removed_at is not None
    assert former.storage_key is not None
    assert office.store.size(former.storage_key), "the former stays to compare"


def test_the_same_file_sent_again_keeps_verdicts_and_themes(office: Office) -> None:
    application_id, _, officer_id = pdf_case(office)
    send_pdf(office, application_id, *FIRST)
    answer(office, application_id, {ASKED: "No tengo otra foto."})
    assert {
        item
        for item, verdict in verdicts(office, application_id).items()
        if verdict is ItemVerdict.ACCEPTED
    } == {*KEPT, ReviewItem.DATA_SHEET}
    steps.judge(office, application_id, officer_id, ASKED)
    assert approve(office, application_id, officer_id)


def test_a_pdf_whose_check_fails_leaves_the_former_standing(office: Office) -> None:
    application_id, first, _ = pdf_case(office)
    received = send_file(
        office, application_id, content=pdf_of("x"), kind=DocumentKind.EVIDENCE, theme=None
    )
    assert steps.stored(office, DocumentRow, first).removed_at is None
    steps.check_all(office, reason=RefusalReason.DAMAGED)
    assert steps.stored(office, DocumentRow, first).removed_at is None
    applying.remove_document(
        office.writing(), application_id=application_id, ruc=RUC, document_id=received.document_id
    )
    answer(office, application_id, {ASKED: "No se pudo leer el otro."})
    assert verdicts(office, application_id)[ReviewItem.WORKSHOP] is ItemVerdict.ACCEPTED


@pytest.mark.parametrize("reason", [None, RefusalReason.DAMAGED])
def test_a_photo_is_replaced_only_once_the_other_is_checked(
    office: Office, reason: RefusalReason | None
) -> None:
    application_id = open_draft(office)
    former = send_file(office, application_id, content=steps.JPEG).document_id
    steps.check_all(office)
    send_file(office, application_id, content=steps.JPEG + b"2", replaces=former)
    assert steps.stored(office, DocumentRow, former).removed_at is None
    steps.check_all(office, reason=reason)
    stands = steps.stored(office, DocumentRow, former).removed_at is None
    assert stands is (reason is not None)


def test_the_former_pdf_comes_back_with_its_verdicts(office: Office) -> None:
    application_id, first, _ = pdf_case(office)
    send_pdf(office, application_id, "a", "b")
    third = send_pdf(office, application_id, "c", "d")
    applying.remove_document(
        office.writing(), application_id=application_id, ruc=RUC, document_id=third
    )
    assert steps.stored(office, DocumentRow, first).removed_at is None
    answer(office, application_id, {ASKED: "Es la única que tengo."})
    assert [
        item
        for item, verdict in verdicts(office, application_id).items()
        if verdict is not ItemVerdict.ACCEPTED
    ] == [ASKED]


def take_out(office: Office, application_id: UUID, document_id: UUID) -> None:
    applying.remove_document(
        office.writing(), application_id=application_id, ruc=RUC, document_id=document_id
    )


def move_a_page_away(office: Office, application_id: UUID, document_id: UUID) -> None:
    sort_pages(office, application_id, document_id, [Theme.PROCESS])


def move_a_page_in(office: Office, application_id: UUID, document_id: UUID) -> None:
    sort_pages(office, application_id, document_id, [*THEMES[:3], Theme.WORKSHOP])


def comment_a_page(office: Office, application_id: UUID, document_id: UUID) -> None:
    applying.comment(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        document_id=document_id,
        text="Otra cosa.",
        page=1,
    )


@pytest.mark.parametrize("step", [take_out, move_a_page_away, move_a_page_in, comment_a_page])
def test_what_was_not_asked_for_may_not_be_touched(
    office: Office, step: Callable[[Office, UUID, UUID], None]
) -> None:
    application_id, first, _ = pdf_case(office)
    with pytest.raises(NotAllowedError):
        step(office, application_id, first)


def test_another_comment_on_the_same_page_falls_back_to_review(office: Office) -> None:
    application_id, _, _ = pdf_case(office)
    second = send_pdf(office, application_id, *FIRST[:3], "proceso de cerca")
    sort_pages(office, application_id, second, THEMES)
    applying.comment(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        document_id=second,
        text="Ahora es de noche.",
        page=2,
    )
    answer(office, application_id)
    assert verdicts(office, application_id)[ReviewItem.PEOPLE] is ItemVerdict.PENDING
    assert verdicts(office, application_id)[ReviewItem.WORKSHOP] is ItemVerdict.ACCEPTED


def test_a_file_that_ends_its_checks_after_the_verdict_opens_the_item(office: Office) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    steps.accept_all(office, application_id, officer_id)
    ask(office, application_id, officer_id, ReviewItem.WORKSHOP)
    send_file(office, application_id, content=steps.JPEG + b"late")
    answer(office, application_id)
    steps.judge(office, application_id, officer_id, ReviewItem.WORKSHOP)
    with office.reading() as uow:
        row = uow.session.get_one(ApplicationRow, application_id)
        seen = sighting(uow.session, row, Sight.ITEM, ReviewItem.WORKSHOP)
    steps.check_all(office)
    assert verdicts(office, application_id)[ReviewItem.WORKSHOP] is ItemVerdict.PENDING
    with pytest.raises(StaleStateError):
        reviewing.judge(
            office.writing(),
            application_id=application_id,
            officer_id=officer_id,
            version=steps.application(office, application_id).version,
            item=ReviewItem.WORKSHOP,
            verdict=ItemVerdict.ACCEPTED,
            seen=seen,
        )


def test_a_verdict_of_the_version_before_holds_until_the_next_correction(office: Office) -> None:
    application_id, officer_id = steps.in_review(office), add_officer(office)
    steps.accept_all(office, application_id, officer_id)
    with office.writing() as uow:
        uow.session.execute(sa.update(ReviewItemRow).values(seen=None))
        uow.commit()
    ask(office, application_id, officer_id, ReviewItem.WORKSHOP)
    answer(office, application_id, {ReviewItem.WORKSHOP: "No tengo otra."})
    assert verdicts(office, application_id)[ReviewItem.PEOPLE] is ItemVerdict.ACCEPTED
    with office.writing() as uow:
        uow.session.execute(sa.update(ReviewItemRow).values(seen=None))
        uow.commit()
    steps.judge(office, application_id, officer_id, ReviewItem.WORKSHOP)
    with pytest.raises(InvalidInputError) as raised:
        approve(office, application_id, officer_id)
    assert "Cambió después de aceptarse" in raised.value.problems["items"]
    assert "el taller" not in raised.value.problems["items"].rstrip(".").split(": ")[1].split(", ")


@pytest.mark.parametrize("kind", [DocumentKind.AGREEMENT, DocumentKind.PHOTO])
def test_an_item_that_nothing_shows_is_not_approved(office: Office, kind: DocumentKind) -> None:
    application_id = steps.in_review(office, kind=ApplicationKind.RENEWAL)
    officer_id = add_officer(office)
    with office.writing() as uow:
        taken_out = sa.update(DocumentRow).where(DocumentRow.kind == kind)
        uow.session.execute(taken_out.values(removed_at=uow.now))
        uow.commit()
    steps.accept_all(office, application_id, officer_id)
    with pytest.raises(InvalidInputError) as raised:
        approve(office, application_id, officer_id)
    assert "No hay nada que lo muestre" in raised.value.problems["items"]
