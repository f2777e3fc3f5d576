"""The draft: one per RUC, nobody else's, editable until it is sent and where a correction asks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, cast
from uuid import UUID, uuid4

import pytest

from review_service.db.models import ApplicationRow, DocumentRow, PageRow
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.applications import ApplicationKind, ApplicationState, ReviewItem
from review_service.domain.documents import DocumentKind, Theme
from review_service.domain.errors import (
    InvalidInputError,
    InvalidTransitionError,
    NotAllowedError,
    NotFoundError,
)
from review_service.domain.tracks import Track
from review_service.services.applicant import (
    applying,
    confirming,
    receiving,
    second_address,
    sending,
)
from review_service.services.applicant.receiving import Upload
from review_service.services.review import correcting
from review_service.services.review.letters import CorrectionItem
from tests.factories import (
    OTHER_RUC,
    RUC,
    SECRET,
    SHEET,
    Office,
    add_officer,
    open_draft,
    send_and_confirm,
    upload,
)
from tests.integration.services import steps

Use = Callable[[Office, UUID, UUID, str], object]


def save(office: Office, application_id: UUID, ruc: str = RUC, **changed: str) -> None:
    applying.save_sheet(
        office.writing(),
        application_id=application_id,
        ruc=ruc,
        values={**SHEET, **changed},
        kind=ApplicationKind.NEW,
    )


def ask_to_correct(office: Office, application_id: UUID, *items: ReviewItem) -> None:
    correcting.request_correction(
        office.writing(),
        application_id=application_id,
        officer_id=add_officer(office, f"o{uuid4().hex[:8]}"),
        version=steps.application(office, application_id).version,
        items=[
            CorrectionItem(item=item, reason="No se ve bien.", instruction="Tome otra foto, clara.")
            for item in items
        ],
    )


def document_of(office: Office, application_id: UUID, theme: Theme | None) -> UUID:
    found = [
        row.id
        for row in steps.rows(office, DocumentRow)
        if row.application_id == application_id and row.theme is theme and row.removed_at is None
    ]
    return found[0]


USES: dict[str, Use] = {
    "save_sheet": lambda office, app, _doc, ruc: save(office, app, ruc),
    "assign_themes": lambda office, app, doc, ruc: applying.assign_themes(
        office.writing(),
        application_id=app,
        ruc=ruc,
        document_id=doc,
        themes={1: Theme.PROCESS},
    ),
    "move_photo": lambda office, app, doc, ruc: applying.move_photo(
        office.writing(), application_id=app, ruc=ruc, document_id=doc, theme=Theme.PROCESS
    ),
    "comment": lambda office, app, doc, ruc: applying.comment(
        office.writing(), application_id=app, ruc=ruc, document_id=doc, text="Es así."
    ),
    "remove_document": lambda office, app, doc, ruc: applying.remove_document(
        office.writing(), application_id=app, ruc=ruc, document_id=doc
    ),
    "receive": lambda office, app, _doc, ruc: upload(office, app, content=steps.JPEG, ruc=ruc),
    "problems_before_sending": lambda office, app, _doc, ruc: sending.problems_before_sending(
        office.reading(), application_id=app, ruc=ruc
    ),
    "send": lambda office, app, _doc, ruc: sending.send(
        office.writing(), application_id=app, ruc=ruc, declared=True, secret_key=SECRET
    ),
    "send_confirmation_again": lambda office, app, _doc, ruc: sending.send_confirmation_again(
        office.writing(), application_id=app, ruc=ruc, secret_key=SECRET
    ),
    "ask_second_address": lambda office, app, _doc, ruc: second_address.ask(
        office.writing(), application_id=app, ruc=ruc, secret_key=SECRET
    ),
    "confirm_by_code": lambda office, app, _doc, ruc: confirming.confirm_by_code(
        office.writing(), application_id=app, ruc=ruc, code="000000", secret_key=SECRET
    ),
    "answer": lambda office, app, _doc, ruc: correcting.answer(
        office.writing(), application_id=app, ruc=ruc, answers={}
    ),
    "withdraw": lambda office, app, _doc, ruc: applying.withdraw(
        office.writing(), application_id=app, ruc=ruc
    ),
}
EDITS = ("save_sheet", "assign_themes", "move_photo", "comment", "remove_document", "receive")


def test_a_draft_is_prefilled_from_the_registry(office: Office) -> None:
    application_id = applying.open_application(
        office.writing(), registry=office.registry, ruc=RUC, kind=ApplicationKind.RENEWAL
    )
    row = steps.application(office, application_id)
    assert row.reference.startswith("AR-20")
    assert row.reference.endswith("-000001")
    assert (row.holder, row.kind) == ("TITUAÑA QUILUMBA MARIA", ApplicationKind.RENEWAL)
    assert (row.sheet["ciiu"], row.sheet["province"]) == ("C139209", "Imbabura")
    assert row.registry_facts["email"] == "maria@correo.example"
    assert row.registry_facts["establishments"][0]["canton"] == "Otavalo"


def test_a_double_click_opens_one_draft(office: Office) -> None:
    def click(_number: int) -> UUID:
        return applying.open_application(
            office.writing(), registry=office.registry, ruc=RUC, kind=ApplicationKind.NEW
        )

    with ThreadPoolExecutor(8) as pool:
        opened = set(pool.map(click, range(8)))
    other = applying.open_application(
        office.writing(), registry=office.registry, ruc=OTHER_RUC, kind=ApplicationKind.NEW
    )
    found = steps.rows(office, ApplicationRow)
    assert {row.id for row in found} == opened | {other}
    assert len(found) == 2
    assert sorted(row.reference[-6:] for row in found) == ["000001", "000002"]


def test_a_draft_that_is_opened_between_two_questions_is_the_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    if office.database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    look = applying._open_draft  # noqa: SLF001 -- between two of its questions
    first: list[UUID] = []

    def look_before_the_other_click(uow: UnitOfWork, ruc: str, track: Track) -> UUID | None:
        if first:
            return look(uow, ruc, track)
        found = look(uow, ruc, track)
        first.append(UUID(int=0))
        first[0] = open_draft(office)
        return found

    monkeypatch.setattr(applying, "_open_draft", look_before_the_other_click)
    assert open_draft(office) == first[0]


def test_a_ruc_that_left_the_registry_opens_nothing(office: Office) -> None:
    with pytest.raises(NotFoundError):
        applying.open_application(
            office.writing(),
            registry=office.registry,
            ruc="1790001563001",
            kind=ApplicationKind.NEW,
        )


def test_a_new_draft_can_be_opened_once_the_former_has_ended(office: Office) -> None:
    first = steps.in_review(office)
    with pytest.raises(InvalidInputError) as raised:
        open_draft(office)
    reference = steps.application(office, first).reference
    assert reference in raised.value.problems["kind"]
    applying.withdraw(office.writing(), application_id=first, ruc=RUC)
    assert open_draft(office) != first


def test_nothing_of_somebody_elses_can_be_reached(office: Office) -> None:
    mine, theirs = steps.ready_draft(office), steps.ready_draft(office, ruc=OTHER_RUC)
    document_id = document_of(office, theirs, Theme.WORKSHOP)
    before = steps.application(office, theirs)
    for use in USES.values():
        with pytest.raises(NotFoundError):
            use(office, theirs, document_id, RUC)
        with pytest.raises(NotFoundError):
            use(office, uuid4(), document_id, RUC)
    after = steps.application(office, theirs)
    assert (after.state, after.sheet, after.changed_at) == (
        before.state,
        before.sheet,
        before.changed_at,
    )
    assert steps.state(office, mine) is ApplicationState.DRAFT


def test_somebody_elses_file_cannot_be_reached_through_an_own_application(
    office: Office,
) -> None:
    mine, theirs = steps.ready_draft(office), steps.ready_draft(office, ruc=OTHER_RUC)
    document_id = document_of(office, theirs, Theme.WORKSHOP)
    for use in ("assign_themes", "move_photo", "comment", "remove_document"):
        with pytest.raises(NotFoundError):
            USES[use](office, mine, document_id, RUC)
    assert steps.stored(office, DocumentRow, document_id).removed_at is None


def test_nothing_can_be_edited_after_sending(office: Office) -> None:
    application_id = steps.ready_draft(office)
    document_id = document_of(office, application_id, Theme.WORKSHOP)
    USES["send"](office, application_id, document_id, RUC)
    for use in EDITS:
        with pytest.raises(NotAllowedError):
            USES[use](office, application_id, document_id, RUC)


def test_a_sheet_is_kept_half_filled_but_never_with_impossible_values(office: Office) -> None:
    application_id = open_draft(office)
    save(office, application_id, trade="", phone="12")
    assert steps.application(office, application_id).sheet["trade"] == ""
    with pytest.raises(InvalidInputError):
        save(office, application_id, trade="\x00")
    row = steps.application(office, application_id)
    assert row.sheet["phone"] == "12"
    assert row.sheet_saved_at is not None


def test_pages_of_a_ready_pdf_are_sorted_one_by_one(office: Office) -> None:
    application_id = open_draft(office)
    received = upload(
        office, application_id, content=steps.PDF, kind=DocumentKind.EVIDENCE, file_name="a.pdf"
    )
    steps.check_all(office, pages=3)
    applying.assign_themes(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        document_id=received.document_id,
        themes={1: Theme.WORKSHOP, 2: None, 3: Theme.PROCESS, 9: Theme.PEOPLE},
    )
    pages = sorted(steps.rows(office, PageRow), key=lambda page: page.number)
    assert [page.theme for page in pages] == [Theme.WORKSHOP, None, Theme.PROCESS]


def test_a_moved_photo_takes_its_page_along(office: Office) -> None:
    application_id = steps.ready_draft(office)
    document_id = document_of(office, application_id, Theme.WORKSHOP)
    USES["move_photo"](office, application_id, document_id, RUC)
    assert steps.stored(office, DocumentRow, document_id).theme is Theme.PROCESS
    themes = {page.theme for page in steps.rows(office, PageRow) if page.document_id == document_id}
    assert themes == {Theme.PROCESS}


def test_a_removed_file_is_gone_for_the_applicant_and_stays_in_the_history(
    office: Office,
) -> None:
    application_id = steps.ready_draft(office)
    document_id = document_of(office, application_id, Theme.WORKSHOP)
    USES["remove_document"](office, application_id, document_id, RUC)
    assert steps.stored(office, DocumentRow, document_id).removed_at is not None
    with pytest.raises(NotFoundError):
        USES["comment"](office, application_id, document_id, RUC)


@pytest.mark.parametrize(("length", "kept"), [(500, True), (501, False)])
def test_a_comment_has_a_limit(office: Office, length: int, *, kept: bool) -> None:
    application_id = steps.ready_draft(office)
    document_id = document_of(office, application_id, Theme.WORKSHOP)

    def comment() -> None:
        applying.comment(
            office.writing(),
            application_id=application_id,
            ruc=RUC,
            document_id=document_id,
            text="a" * length,
        )

    if kept:
        comment()
    else:
        with pytest.raises(InvalidInputError):
            comment()
    assert (steps.stored(office, DocumentRow, document_id).comment != "") is kept


def test_a_comment_with_signs_that_no_database_keeps_is_cleaned(office: Office) -> None:
    application_id = steps.ready_draft(office)
    document_id = document_of(office, application_id, Theme.WORKSHOP)
    applying.comment(
        office.writing(),
        application_id=application_id,
        ruc=RUC,
        document_id=document_id,
        text=" Se ve\x00 así.\x1b\n Es de noche. ",
    )
    assert steps.stored(office, DocumentRow, document_id).comment == "Se ve así. Es de noche."


def test_a_correction_opens_only_what_was_asked(office: Office) -> None:
    application_id = steps.in_review(office)
    ask_to_correct(office, application_id, ReviewItem.WORKSHOP)
    workshop = document_of(office, application_id, Theme.WORKSHOP)
    people = document_of(office, application_id, Theme.PEOPLE)
    with pytest.raises(NotAllowedError):
        save(office, application_id)
    with pytest.raises(NotAllowedError):
        USES["remove_document"](office, application_id, people, RUC)
    with pytest.raises(NotAllowedError):
        USES["comment"](office, application_id, people, RUC)
    with pytest.raises(NotAllowedError):
        upload(office, application_id, content=steps.JPEG, theme=Theme.PEOPLE)
    with pytest.raises(NotAllowedError):
        upload(office, application_id, content=steps.PDF, kind=DocumentKind.AGREEMENT)
    USES["remove_document"](office, application_id, workshop, RUC)
    upload(office, application_id, content=steps.JPEG, theme=Theme.WORKSHOP)


@pytest.mark.parametrize(("origin", "to"), [("people", "workshop"), ("workshop", "people")])
def test_a_photo_moves_neither_into_nor_out_of_what_nobody_asked_to_correct(
    office: Office, origin: str, to: str
) -> None:
    application_id = steps.in_review(office)
    ask_to_correct(office, application_id, ReviewItem.WORKSHOP)
    document_id = document_of(office, application_id, Theme(origin))
    with pytest.raises(NotAllowedError):
        applying.move_photo(
            office.writing(),
            application_id=application_id,
            ruc=RUC,
            document_id=document_id,
            theme=Theme(to),
        )


def test_a_correction_of_the_sheet_opens_the_sheet_alone(office: Office) -> None:
    application_id = steps.in_review(office)
    ask_to_correct(office, application_id, ReviewItem.DATA_SHEET)
    save(office, application_id, address="Otra calle 1")
    with pytest.raises(NotAllowedError):
        upload(office, application_id, content=steps.JPEG)


@pytest.mark.parametrize("where", ["draft", "awaiting", "in_review", "correction"])
def test_an_open_application_may_be_withdrawn_and_again(office: Office, where: str) -> None:
    application_id = steps.ready_draft(office)
    if where == "awaiting":
        USES["send"](office, application_id, uuid4(), RUC)
    elif where != "draft":
        send_and_confirm(office, application_id)
    if where == "correction":
        ask_to_correct(office, application_id, ReviewItem.WORKSHOP)
    bystander = open_draft(office, OTHER_RUC)
    for _ in range(2):
        applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)
    row = steps.application(office, application_id)
    assert (row.state, row.open_key, row.due_at, row.correct_by) == (
        ApplicationState.WITHDRAWN,
        None,
        None,
        None,
    )
    assert len(steps.events(office, "application_withdrawn")) == 1
    assert steps.state(office, bystander) is ApplicationState.DRAFT
    assert open_draft(office) != application_id


def test_a_decided_application_cannot_be_withdrawn(office: Office) -> None:
    application_id = steps.in_review(office)
    steps.approve(office, application_id, add_officer(office))
    with pytest.raises(InvalidTransitionError):
        applying.withdraw(office.writing(), application_id=application_id, ruc=RUC)


def test_a_file_may_be_sent_while_somebody_elses_is_on_its_way(office: Office) -> None:
    mine, theirs = open_draft(office), open_draft(office, OTHER_RUC)

    class Interrupting:
        """A stream in whose middle somebody else uploads."""

        def __init__(self) -> None:
            self.pieces = [steps.JPEG, steps.JPEG]

        def read(self, _size: int = -1) -> bytes:
            if not self.pieces:
                upload(office, theirs, content=steps.JPEG, ruc=OTHER_RUC)
                return b""
            return self.pieces.pop()

    received = receiving.receive(
        office.writing,
        office.store,
        limits=office.limits,
        application_id=mine,
        ruc=RUC,
        upload=Upload(
            kind=DocumentKind.PHOTO,
            theme=Theme.WORKSHOP,
            upload_key="slow",
            file_name="a.jpg",
            stream=cast(BinaryIO, Interrupting()),
        ),
    )
    assert received.refusal is None
    assert len(steps.rows(office, DocumentRow)) >= 2
