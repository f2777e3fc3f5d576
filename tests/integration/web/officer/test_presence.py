"""The small question of an open page: whatever a colleague does to the case changes its answer."""

from collections.abc import Callable, Mapping
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from review_service.db.models import ConsultationRow, DocumentRow, FindingRow, TaskRow
from review_service.db.queries.officer.claims import TOLD_BY_EVENTS
from review_service.db.queries.officer.timeline_words import WORDS
from review_service.domain.documents import DocumentState
from review_service.domain.finding_codes import FindingCode
from review_service.domain.findings import Severity
from review_service.domain.roles import OfficerRole
from review_service.domain.terms import ecuador_today
from review_service.domain.work import TaskKind, TaskState
from review_service.services.review import (
    consulting,
    internal_notes,
    legal_holds,
    moving,
)
from tests.asked_statements import asked_of
from tests.factories import OTHER_RUC, RUC, Office
from tests.integration.services import steps
from tests.integration.web.officer.desk_cases import (
    WebOffice,
    add_reviewer,
    put_case,
    sign_in,
    take,
)
from tests.integration.web.officer.test_claims import PRESENCE, presence, shown
from tests.integration.web.site import JSON

REASON = "Hay un recurso anunciado sobre este caso."


@pytest.fixture
def paz(web: WebOffice) -> UUID:
    """L. Paz, a colleague."""
    return add_reviewer(web, "lpaz", "L. Paz", role=OfficerRole.SUPERVISOR)


def ask(office: Office, case: UUID, officer_id: UUID, paz: UUID) -> UUID:
    """Let the officer ask L. Paz; return the question."""
    consulting.ask(
        office.writing(),
        application_id=case,
        officer_id=officer_id,
        colleague_id=paz,
        question="¿Es un telar de pedal?",
        needed_by=ecuador_today().isoformat(),
    )
    with office.reading() as uow:
        newest = sa.select(ConsultationRow.id).order_by(ConsultationRow.asked_at.desc()).limit(1)
        return uow.session.scalars(newest).one()


def mark_after_each(
    looking: FlaskClient, case: UUID, acts: Mapping[str, Callable[[], object]]
) -> str:
    """Let each of these happen and see that the mark is a new one each time; return the last."""
    marks = [presence(looking, case)["mark"]]
    for what, act in acts.items():
        act()
        mark = presence(looking, case)["mark"]
        assert mark not in marks, what
        assert f'data-mark="{mark}"' in shown(looking, case), what
        marks.append(mark)
    return str(marks[-1])


def test_a_note_a_question_a_hold_and_another_holder_are_told_at_once(
    web: WebOffice, office: Office, officer_id: UUID, paz: UUID
) -> None:
    case, bystander = put_case(office), put_case(office, ruc=OTHER_RUC)
    take(office, case, officer_id)
    other = sign_in(web, "lpaz")
    asked: list[UUID] = []

    def question(act: Callable[..., object], by: UUID, **more: str) -> None:
        act(office.writing(), application_id=case, consultation_id=asked[-1], officer_id=by, **more)

    acts: dict[str, Callable[[], object]] = {
        "a note": lambda: internal_notes.write(
            office.writing(), application_id=case, officer_id=paz, body="Llamé: no contesta."
        ),
        "a question": lambda: asked.append(ask(office, case, officer_id, paz)),
        "a reminder": lambda: question(consulting.remind, officer_id),
        "an answer": lambda: question(consulting.answer, paz, text="Sí, se ven los lizos."),
        "another question": lambda: asked.append(ask(office, case, officer_id, paz)),
        "taken back": lambda: question(consulting.withdraw, officer_id),
        "a hold": lambda: legal_holds.place(
            office.writing(), application_id=case, officer_id=paz, reason=REASON
        ),
        "its end": lambda: legal_holds.lift(
            office.writing(), application_id=case, officer_id=paz, reason=REASON
        ),
        "given away": lambda: moving.move(
            office.writing(),
            application_id=case,
            officer_id=paz,
            to=paz,
            zone="Zonal 9",
            reason=REASON,
        ),
    }
    untouched = presence(other, bystander)["mark"]
    newest = mark_after_each(other, case, acts)
    shown(other, case)
    assert presence(other, case)["mark"] == newest, "reading changes nothing"
    assert presence(other, bystander)["mark"] == untouched


@pytest.mark.usefixtures("paz")
def test_what_checks_begin_end_and_find_is_told_at_once(
    web: WebOffice, office: Office, officer_id: UUID
) -> None:
    case, bystander = put_case(office), put_case(office, ruc=OTHER_RUC)
    add_reviewer(web, "dueno", "C. Dueño", number=RUC)
    take(office, case, officer_id)
    other, owner = sign_in(web, "lpaz"), sign_in(web, "dueno")
    document = next(
        each.id for each in steps.rows(office, DocumentRow) if each.application_id == case
    )
    untouched = presence(other, bystander)["mark"], presence(owner, case)["mark"]

    def search(state: TaskState) -> None:
        with office.writing() as uow:
            if state is TaskState.READY:
                uow.enqueue(TaskKind.FIND_RESEMBLING, document)
            else:
                uow.session.execute(
                    sa.update(TaskRow).where(TaskRow.subject_id == document).values(state=state)
                )
            uow.commit()

    def check(state: DocumentState) -> None:
        with office.writing() as uow:
            uow.session.get_one(DocumentRow, document).state = state
            uow.commit()

    def find() -> None:
        with office.writing() as uow:
            uow.session.add(
                FindingRow(
                    application_id=case,
                    document_id=document,
                    check_name="quality",
                    code=FindingCode.PHOTO_BLURRED,
                    severity=Severity.DOUBT,
                    message="La foto está movida.",
                    advice="",
                )
            )
            uow.commit()

    acts: dict[str, Callable[[], object]] = {
        "a search": lambda: search(TaskState.READY),
        "what it found": find,
        "its end": lambda: search(TaskState.DONE),
        "a check": lambda: check(DocumentState.CHECKING),
        "found again": find,
    }
    mark_after_each(other, case, acts)
    assert (presence(other, bystander)["mark"], presence(owner, case)["mark"]) == untouched


def test_who_reads_an_own_case_learns_of_no_word_of_colleagues(
    web: WebOffice, office: Office, officer_id: UUID, paz: UUID
) -> None:
    case = put_case(office)
    add_reviewer(web, "dueno", "C. Dueño", number=RUC)
    owner, other = sign_in(web, "dueno"), sign_in(web, "lpaz")
    take(office, case, officer_id)
    before, theirs = presence(owner, case), presence(other, case)
    internal_notes.write(office.writing(), application_id=case, officer_id=paz, body="Mirar bien.")
    ask(office, case, officer_id, paz)
    assert presence(owner, case) == before
    assert f'data-mark="{before["mark"]}"' in shown(owner, case)
    assert presence(other, case)["mark"] != theirs["mark"]


def test_the_small_question_is_one_statement_for_one_case_and_for_many(
    web: WebOffice, browser: FlaskClient, office: Office
) -> None:
    cases = [put_case(office), put_case(office, ruc=OTHER_RUC)]
    for asked in ([cases[0]], cases):
        with asked_of(web.office.database.engine, "FROM applications") as statements:
            query = {"caso": [str(each) for each in asked]}
            answer = browser.get(PRESENCE, query_string=query, headers=JSON)
        assert len(answer.get_json()["cases"]) == len(asked)
        assert len(statements) == 1


TOLD_OTHERWISE = {
    # moves the case, and with it its version
    "application_opened", "application_awaiting_confirmation", "application_in_review",
    "application_correction_requested", "application_approved", "application_issued",
    "application_refused", "application_withdrawn", "application_draft",
    "agreement_numbered", "certificate_numbered", "agreement_stored", "certificate_stored",
    "refused_late", "withdrawn_late",
    # verdicts, claims and decisions that wait have a place of their own in the mark
    "item_judged", "item_reopened", "case_taken_over", "case_taken_out_of_order",
    "case_passed_over",
    "decision_recommended", "recommendation_given_back", "recommendation_withdrawn",
    "decision_made", "decision_undone", "decision_dropped",
    # of the applicant and of machines: no colleague did it
    "sheet_saved", "document_received", "document_removed", "document_moved", "document_checked",
    "document_refused", "evidence_assembled", "theme_not_applicable", "theme_applies",
    "second_address_asked", "second_address_confirmed", "address_renewed", "paper_contradicted",
    "mail_sent", "mail_failed", "mail_dropped", "payroll_deleted", "photos_deleted",
    "replaced_files_deleted", "directory_joined", "directory_left", "draft_left_told",
    "draft_deleted",
    # reading changes nothing that the page shows
    "case_viewed", "pages_viewed", "original_downloaded", "original_asked", "photos_compared",
    "agreement_downloaded", "dates_stated",
    # of the sample of second looks, which the page of the case does not show
    "second_review_settled",
}  # fmt: skip


def test_each_event_of_a_case_is_told_or_has_a_reason_why_not() -> None:
    assert set(WORDS) == TOLD_BY_EVENTS | TOLD_OTHERWISE
    assert not TOLD_BY_EVENTS & TOLD_OTHERWISE
